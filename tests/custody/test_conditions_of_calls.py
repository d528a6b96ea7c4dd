"""Conditions on the announcement and on the load that is handed over."""

import datetime as dt
from typing import Any

import pytest

from checklists.custody.facts import Fact
from tests.custody.making import (
    AD,
    ARMORER,
    GRIP,
    NINE,
    PROPS,
    READY,
    SAFE,
    SECOND_AD,
    announced,
    broken_by,
    corrected,
    handed_off,
    inspected,
    minutes,
    ready,
    seconds,
    signed,
)

# --- the announcement ------------------------------------------------------------------------------------------------


def broken_after(call: Fact, *others: Fact, **look: Any) -> set[str]:
    """What a handover breaks after this call, the inspection done as ever."""
    checkout = handed_off(NINE, SAFE, ARMORER)
    return broken_by(handed_off(READY), checkout, inspected(NINE + minutes(1), **look), call, *others)


def test_a_call_before_the_inspection_is_none() -> None:
    assert broken_after(announced(NINE + seconds(30))) == {"announced-since-inspection"}


@pytest.mark.parametrize("call", ["firing_imminent", "clear", "returned_secured"])
def test_other_calls_neither_count_nor_replace_one(call: str) -> None:
    other = announced(NINE + minutes(2.5), call=call, rounds=0)

    assert broken_after(other) == {"announced-since-inspection"}
    assert broken_after(announced(NINE + minutes(2)), other) == set()


def test_a_call_corrected_from_something_else_announces_nothing() -> None:
    call = corrected(announced(NINE + minutes(2), call="clear"), call="cold_dummy")

    assert broken_after(call) == {"announced-since-inspection"}


def test_the_last_call_counts() -> None:
    wrong = announced(NINE + minutes(2.5), call="hot_blank")

    assert broken_after(announced(NINE + minutes(2)), wrong) == {"announcement-matches-load", "load-unchanged"}


@pytest.mark.parametrize(
    "call, load, fits",
    [
        ("cold_empty", "empty", True),
        ("cold_empty", "non_firing", True),
        ("cold_dummy", "dummy", True),
        ("hot_blank", "blank", True),
        ("cold_empty", "dummy", False),
        ("cold_dummy", "blank", False),
        ("hot_blank", "live", False),
        ("cold_empty", "unknown", False),
    ],
)
def test_each_call_fits_its_loads_and_no_call_fits_live_or_unknown(call: str, load: str, fits: bool) -> None:
    said: dict[str, Any] = {"load": load, "rounds": 2}
    look, heard = inspected(NINE, **said), announced(NINE + minutes(1), call=call, rounds=2)

    assert ("announcement-matches-load" not in broken_by(handed_off(READY, **said), look, heard)) is fits


def test_the_rounds_called_are_those_inspected() -> None:
    assert broken_after(announced(NINE + minutes(2), rounds=5)) == {"announcement-matches-load", "load-unchanged"}


def test_a_first_ad_announced_or_confirmed() -> None:
    call = announced(NINE + minutes(2), author=GRIP)
    confirmation = signed(call, NINE + minutes(2.5), AD, meaning="announcement_confirmed", looked_inside=None)

    assert broken_after(call) == {"announcement-confirmed-by-ad"}
    assert broken_after(call, confirmation) == set()


def test_a_second_ad_does_not_confirm() -> None:
    call = announced(NINE + minutes(2), author=GRIP)
    confirmation = signed(call, NINE + minutes(2.5), SECOND_AD, meaning="announcement_confirmed")

    assert broken_after(call, confirmation) == {"announcement-confirmed-by-ad"}


@pytest.mark.parametrize("age, is_broken", [(minutes(15), False), (minutes(15) + seconds(1), True)])
def test_an_announcement_is_fresh_for_a_quarter_of_an_hour(age: dt.timedelta, is_broken: bool) -> None:
    look, call = inspected(NINE), announced(NINE + minutes(1))

    assert (broken_by(handed_off(NINE + minutes(1) + age), look, call) == {"announcement-fresh"}) is is_broken


def test_the_ad_who_announced_was_shown_the_inside() -> None:
    assert broken_after(announced(NINE + minutes(2)), shown_to=(SECOND_AD,)) == {"shown-to-ad"}


def test_the_ad_may_sign_the_call_with_having_looked_inside() -> None:
    call = announced(NINE + minutes(2))
    looked = signed(call, NINE + minutes(2.5), AD, meaning="witnessed")
    only_signed = signed(call, NINE + minutes(2.5), AD, meaning="witnessed", looked_inside=None)

    assert broken_after(call, looked, shown_to=()) == set()
    assert broken_after(call, only_signed, shown_to=()) == {"shown-to-ad"}


def test_the_ad_may_sign_the_inspection_with_having_looked_inside() -> None:
    checkout, _, call = ready()
    look = inspected(NINE + minutes(1), shown_to=())
    looked = signed(look, NINE + minutes(2.5), AD, meaning="witnessed")

    assert broken_by(handed_off(READY), checkout, look, call, looked) == set()


def test_whoever_is_shown_it_is_named_in_every_version_of_the_inspection() -> None:
    checkout, look, call = ready()

    assert broken_by(handed_off(READY), checkout, corrected(look, shown_to=()), call) == {"shown-to-ad"}


# --- the load --------------------------------------------------------------------------------------------------------


def test_what_is_handed_over_is_what_was_inspected_and_announced() -> None:
    assert broken_by(handed_off(READY, rounds=5), *ready()) == {"load-unchanged"}
    assert broken_by(handed_off(READY, load="blank"), *ready()) == {"load-unchanged"}


def test_an_unannounced_load_is_held_against_the_inspection_alone() -> None:
    checkout, look, _ = ready()

    assert broken_by(handed_off(READY), checkout, look) == {"announced-since-inspection"}
    assert broken_by(handed_off(READY, rounds=5), checkout, look) == {"announced-since-inspection", "load-unchanged"}


def test_a_handoff_between_handlers_may_name_another_load() -> None:
    assert broken_by(handed_off(READY, ARMORER, PROPS, load="unknown", rounds=0), *ready()) == set()
