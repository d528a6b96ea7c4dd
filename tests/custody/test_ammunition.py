"""Rounds balance after each wrap: which steps a window between two wraps has, and which count meets them."""

import datetime as dt

import pytest

from checklists.custody.ammunition import judge_window, types_of
from checklists.custody.facts import Fact
from checklists.custody.state import Step
from tests.custody.making import (
    NINE,
    SAFE,
    WRAP,
    announced,
    corrected,
    counted,
    handed_off,
    hours,
    inspected,
    minutes,
    rule,
    voided,
)

AMMUNITION = rule("ammunition-balances")
DUE = WRAP + minutes(60)


def steps(*facts: Fact) -> list[Step]:
    counts = [fact for fact in facts if fact.body.kind == "ammunition_count"]
    return judge_window([fact for fact in facts if fact.at < WRAP], counts, AMMUNITION, wrap=WRAP)


def met_at(*facts: Fact) -> dt.datetime | None:
    (step,) = steps(*facts)
    return step.met_at


@pytest.mark.parametrize(
    "fact, types",
    [
        (inspected(load="dummy", rounds=6), {"dummy"}),
        (inspected(load="dummy", rounds=0), set()),
        (inspected(load="blank", rounds=1, dummies=5), {"blank", "dummy"}),
        (inspected(load="empty", rounds=0, dummies=None), set()),
        (inspected(load="live", rounds=1), set()),
        (handed_off(load="blank", rounds=2), {"blank"}),
        (handed_off(load="blank", rounds=0), set()),
        (counted(type="blank"), {"blank"}),
        (counted(type="live"), set()),
        (announced(), set()),
        (corrected(inspected(load="blank", rounds=1), load="dummy"), {"blank", "dummy"}),
        (voided(inspected(load="dummy", rounds=6)), set()),
    ],
)
def test_an_entry_speaks_of_the_types_of_rounds_in_any_of_its_versions(fact: Fact, types: set[str]) -> None:
    assert types_of(fact) == types


def test_without_rounds_nothing_is_to_be_counted() -> None:
    assert steps(handed_off(NINE, SAFE, load="empty", rounds=0)) == []


def test_the_first_entry_with_rounds_of_a_type_begins_the_step() -> None:
    second, first = inspected(NINE + minutes(1)), handed_off(NINE)

    (step,) = steps(second, first)

    assert (step.trigger, step.since, step.due_at, step.firearm) == (first.id, NINE, DUE, None)


def test_each_type_has_a_step_of_its_own() -> None:
    dummies, blanks = handed_off(NINE), handed_off(NINE + minutes(1), load="blank", rounds=1)

    assert [step.trigger for step in steps(dummies, blanks)] == [dummies.id, blanks.id]


def test_two_types_in_one_entry_are_one_step_met_by_the_later_count() -> None:
    both = inspected(load="blank", rounds=1, dummies=5)
    dummies, blanks = counted(NINE + minutes(5)), counted(NINE + minutes(9), type="blank")

    assert met_at(both) is None
    assert met_at(both, dummies) is None
    assert met_at(both, blanks, dummies) == NINE + minutes(9)


@pytest.mark.parametrize("numbers", [{"returned": 5}, {"fired": 1}, {"issued": 7}])
def test_a_count_that_does_not_add_up_meets_nothing(numbers: dict[str, int]) -> None:
    assert met_at(handed_off(NINE), counted(NINE + minutes(5), **numbers)) is None


def test_a_count_of_another_type_meets_nothing() -> None:
    dummies, blanks = steps(handed_off(NINE), counted(NINE + minutes(5), type="blank"))

    assert (dummies.met_at, blanks.met_at) == (None, NINE + minutes(5))


def test_fired_misfired_and_quarantined_rounds_add_up() -> None:
    count = counted(NINE + minutes(5), issued=6, fired=2, returned=1, misfired=1, quarantined=2)

    assert met_at(handed_off(NINE), count) == count.at


def test_a_count_before_the_rounds_came_into_use_is_none() -> None:
    yesterday = counted(NINE - hours(20))

    (step,) = judge_window([handed_off(NINE)], [yesterday], AMMUNITION, wrap=WRAP)

    assert step.met_at is None


def test_the_last_count_by_the_due_time_decides() -> None:
    right, wrong = counted(NINE + minutes(5)), counted(NINE + minutes(9), returned=5)

    assert met_at(handed_off(NINE), right, wrong) is None
    assert met_at(handed_off(NINE), right, wrong, counted(DUE)) == DUE


def test_it_was_met_when_the_run_of_balancing_counts_began() -> None:
    counts = [counted(NINE + minutes(5), returned=5), counted(NINE + minutes(6)), counted(NINE + minutes(7))]

    assert met_at(handed_off(NINE), *counts) == NINE + minutes(6)


def test_a_later_wrong_count_does_not_undo_what_was_met_in_time() -> None:
    assert met_at(handed_off(NINE), counted(NINE + minutes(5)), counted(DUE + minutes(1), returned=5)) == (
        NINE + minutes(5)
    )


def test_a_count_exactly_at_the_due_time_is_in_time() -> None:
    wrong_later = counted(DUE + minutes(1), returned=5)

    assert met_at(handed_off(NINE), counted(DUE), wrong_later) == DUE


def test_after_the_due_time_the_last_count_of_all_decides() -> None:
    wrong, late = counted(NINE + minutes(5), returned=5), counted(DUE + minutes(1))

    assert met_at(handed_off(NINE), wrong, late) == late.at
    assert met_at(handed_off(NINE), wrong, late, counted(DUE + minutes(2), returned=4)) is None


def test_a_corrected_count_balances_in_every_version() -> None:
    assert met_at(handed_off(NINE), corrected(counted(NINE + minutes(5), returned=5), returned=6)) is None


def test_a_count_begins_a_step_like_any_other_use() -> None:
    count = counted(NINE, returned=5)

    assert steps(count)[0].trigger == count.id
    assert met_at(counted(NINE)) == NINE
