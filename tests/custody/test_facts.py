"""An entry's place in time, and what corrections make of it."""

from checklists.custody.entries import Hold, Incident, Inspection, Meeting
from checklists.custody.facts import end_of, fact_of
from tests.custody.making import (
    ARMORER,
    GRIP,
    NINE,
    PROPS,
    correction,
    handed_off,
    hours,
    minutes,
    sealed,
    seconds,
)

LOOK = Inspection(purpose="pre_use", load="dummy", rounds=6)
AS_BLANK = {"purpose": "pre_use", "load": "blank", "rounds": 1}
EMPTY = {"purpose": "pre_use", "load": "empty", "rounds": 0}


def test_the_effective_time_is_the_devices_claim_moved_by_its_offset() -> None:
    slow_phone = sealed(LOOK, at=NINE, offset_ms=90_000, received_at=NINE + hours(1))

    assert slow_phone.effective_at == NINE + seconds(90)


def test_the_effective_time_is_never_later_than_the_receipt() -> None:
    assert sealed(LOOK, at=NINE + hours(3), received_at=NINE).effective_at == NINE
    assert sealed(LOOK, at=NINE, offset_ms=5_000, received_at=NINE).effective_at == NINE


def test_entries_stand_by_time_then_number_then_id() -> None:
    first, second = sealed(LOOK, seq=2), sealed(LOOK, seq=2)
    earlier_number, later_time = sealed(LOOK, seq=1), sealed(LOOK, at=NINE + seconds(1), seq=1)

    places = sorted(one.order for one in (later_time, second, first, earlier_number))

    assert places == [earlier_number.order, first.order, second.order, later_time.order]
    assert end_of(NINE) > second.order
    assert end_of(NINE) < later_time.order


def test_without_corrections_there_is_one_version() -> None:
    look = sealed(LOOK)

    fact = fact_of(look)

    assert (fact.body, fact.bodies, fact.voided_by, fact.corrected) == (LOOK, (LOOK,), None, ())
    assert (fact.current.id, fact.current.leaf_hash) == (look.entry.id, look.leaf_hash)


def test_the_last_correction_in_order_wins_however_they_come() -> None:
    look = sealed(LOOK)
    first, last = correction(look, AS_BLANK, NINE + minutes(1)), correction(look, EMPTY, NINE + minutes(2))

    fact = fact_of(look, [last, first])

    assert isinstance(fact.body, Inspection)
    assert fact.body.load == "empty"
    assert [version.id for version in fact.versions] == [look.entry.id, first.entry.id, last.entry.id]
    assert fact.corrected == (first.order, last.order)
    assert fact.current.leaf_hash == last.leaf_hash


def test_a_void_stands_also_when_a_body_comes_after_it() -> None:
    look = sealed(LOOK)
    void, again = correction(look, None, NINE + minutes(1)), correction(look, EMPTY, NINE + minutes(2))

    fact = fact_of(look, [void, again, correction(look, None, NINE + minutes(3))])

    assert fact.voided_by == void.entry.id
    assert len(fact.versions) == 2


def test_only_the_author_corrects() -> None:
    look = sealed(LOOK, author=ARMORER)

    assert fact_of(look, [correction(look, EMPTY, author=PROPS)]) == fact_of(look)


def test_holds_and_incidents_cannot_be_corrected() -> None:
    for body in (Hold(scope="production"), Incident(type="fault")):
        entry = sealed(body, author=GRIP)

        assert fact_of(entry, [correction(entry, None), correction(entry, {"type": "complaint"})]) == fact_of(entry)


def test_a_correction_that_cannot_be_read_has_no_effect() -> None:
    look = sealed(LOOK)

    assert fact_of(look, [correction(look, {"load": "blank"})]) == fact_of(look)


def test_what_is_no_correction_corrects_nothing() -> None:
    look = sealed(LOOK)

    assert fact_of(look, [sealed(Meeting(date=NINE.date(), attendees=()))]) == fact_of(look)


def test_a_fact_keeps_what_its_envelope_says() -> None:
    over = handed_off(NINE)

    assert (over.author, over.after, over.at) == (ARMORER, None, NINE)
