"""Which records a phone owes: gaps in its numbers, and the step that waits for them."""

from uuid import UUID

import msgspec
import pytest

from checklists.custody.devices import Counted, Device, receive
from checklists.custody.state import Step
from tests.custody.making import NINE, minutes, rule

OWED = rule("device-records-received")


def numbered(seq: int) -> Counted:
    """A number made so many minutes after nine; its entry has the same number."""
    return Counted(order=(NINE + minutes(seq), seq, UUID(int=seq)), seq=seq)


def heard(*receipts: list[int]) -> tuple[Device, list[Step | None]]:
    """The phone after receipts at ten minutes past the hour, twenty past, and so on, and what each one found."""
    device, found = Device(), []
    for number, seqs in enumerate(receipts, start=1):
        device, step = receive(device, [numbered(seq) for seq in seqs], NINE + minutes(10 * number), OWED)
        found.append(step)
    return device, found


def test_a_phone_that_counts_on_owes_nothing() -> None:
    assert heard([1], [2, 3]) == (Device(highest=3), [None, None])


def test_numbers_in_one_receipt_may_come_in_any_order() -> None:
    assert heard([3, 1, 2]) == (Device(highest=3), [None])


def test_a_missing_number_is_owed_from_the_receipt_that_shows_it() -> None:
    device, (_, step) = heard([1], [5, 4])

    assert device.gaps == ((2, 3),)
    assert step is not None
    assert (step.trigger, step.since, step.due_at) == (UUID(int=4), NINE + minutes(20), NINE + minutes(35))
    assert (step.rule, step.outcome, step.firearm) == ("device-records-received", "records-received", None)


def test_numbers_count_from_one() -> None:
    device, (step,) = heard([2])

    assert device.gaps == ((1, 1),)
    assert step is not None


def test_more_gaps_are_the_same_spell() -> None:
    device, found = heard([2], [7])

    assert device.gaps == ((1, 1), (3, 6))
    assert found[1] is None


@pytest.mark.parametrize(
    "filling, left", [(3, ((4, 6),)), (6, ((3, 5),)), (4, ((3, 3), (5, 6))), (9, ((3, 6), (8, 8)))]
)
def test_a_number_closes_its_part_of_a_gap(filling: int, left: tuple[tuple[int, int], ...]) -> None:
    device, _ = heard([1, 2, 7], [filling])

    assert device.gaps == left


def test_the_spell_ends_with_the_entry_that_leaves_no_number_missing() -> None:
    device, (_, _, step) = heard([4], [2], [1, 3])

    assert device == Device(highest=4)
    assert step is not None
    assert (step.met_by, step.met_at) == (UUID(int=3), NINE + minutes(3))


def test_after_it_has_ended_another_spell_is_another_step() -> None:
    _, found = heard([2], [1], [4])

    assert found[0] is not None
    assert found[2] is not None
    assert found[2].trigger == UUID(int=4)


def test_a_number_that_comes_twice_changes_nothing() -> None:
    assert heard([1, 2], [2])[0] == Device(highest=2)


def test_a_gap_that_opens_and_closes_in_one_receipt_was_none() -> None:
    assert heard([1], [3, 2]) == (Device(highest=3), [None, None])


def test_the_counter_is_kept_as_json() -> None:
    device, _ = heard([1], [5])

    assert msgspec.json.decode(msgspec.json.encode(device), type=Device) == device
