"""Conditions on the inspection: whether it still counts, and what it says."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from checklists.custody.facts import Fact
from checklists.custody.state import CustodyState
from checklists.custody.surroundings import WideIncident
from tests.custody.making import (
    AD,
    ARMORER,
    CART,
    NINE,
    PASSED,
    PROPS,
    READY,
    RUBBER,
    SAFE,
    VAULT,
    announced,
    broken_by,
    corrected,
    folded,
    handed_off,
    happened,
    inspected,
    minutes,
    new_id,
    ready,
    resolved,
    seconds,
    surroundings,
)

# --- the inspection --------------------------------------------------------------------------------------------------

NO_INSPECTION = {"inspected-since-custody-change", "announced-since-inspection"}


def test_without_an_inspection_two_rules_fail_and_none_about_its_content() -> None:
    assert broken_by(handed_off(READY), handed_off(NINE, SAFE, ARMORER)) == NO_INSPECTION


def test_only_the_inspection_of_a_handler_counts() -> None:
    checkout, _, call = ready()
    by_the_ad = inspected(NINE + minutes(1), author=AD)

    assert broken_by(handed_off(READY), checkout, by_the_ad, call) == NO_INSPECTION


def test_an_inspection_is_not_valid_after_another_change_of_holder() -> None:
    passed_on = handed_off(NINE + minutes(2.5), ARMORER, PROPS)

    assert broken_by(handed_off(READY, PROPS), *ready(), passed_on) == NO_INSPECTION


def test_an_inspection_in_the_safe_is_valid_after_the_inspectors_own_checkout() -> None:
    into_the_safe, out = handed_off(NINE, ARMORER, SAFE), handed_off(NINE + minutes(2), SAFE, ARMORER)
    look, call = inspected(NINE + minutes(1)), announced(NINE + minutes(2.5))

    assert broken_by(handed_off(READY), into_the_safe, look, out, call) == set()


def test_an_inspection_in_the_safe_is_not_valid_after_a_colleagues_checkout() -> None:
    into_the_safe, out = handed_off(NINE, ARMORER, SAFE), handed_off(NINE + minutes(2), SAFE, PROPS)
    look, call = inspected(NINE + minutes(1)), announced(NINE + minutes(2.5))

    assert broken_by(handed_off(READY, PROPS), into_the_safe, look, out, call) == NO_INSPECTION


def test_an_own_checkout_from_another_safe_than_the_recorded_one_ends_the_inspection() -> None:
    into_the_safe, out = handed_off(NINE, ARMORER, VAULT), handed_off(NINE + minutes(2), SAFE, ARMORER)
    look = inspected(NINE + minutes(1))

    assert broken_by(handed_off(READY), into_the_safe, look, out) == NO_INSPECTION


def test_an_own_checkout_from_a_cart_ends_the_inspection() -> None:
    left, out = handed_off(NINE, ARMORER, CART), handed_off(NINE + minutes(2), CART, ARMORER)
    look = inspected(NINE + minutes(1))

    assert broken_by(handed_off(READY), left, look, out) == NO_INSPECTION


def test_an_incident_ends_the_inspection() -> None:
    incident = happened("fault", NINE + minutes(2.5))

    assert broken_by(handed_off(READY), *ready(), incident) == NO_INSPECTION | {"no-open-incident"}


def test_a_complaint_does_not_end_the_inspection() -> None:
    assert broken_by(handed_off(READY), *ready(), happened("complaint", NINE + minutes(2.5))) == set()


def test_an_incident_without_a_firearm_ends_every_inspection() -> None:
    incident = WideIncident(order=(NINE + minutes(2.5), 1, new_id()), closed=(NINE + minutes(2.6), 1, new_id()))

    assert broken_by(handed_off(READY), *ready(), around=surroundings(incidents=[incident])) == NO_INSPECTION


def test_a_resolution_ends_the_inspection_also_when_the_holder_stays() -> None:
    assert broken_by(handed_off(READY), *ready(), resolved(at=NINE + minutes(2.5), to=ARMORER)) == NO_INSPECTION


@pytest.mark.parametrize("holder", [CART, AD])
def test_no_inspection_is_valid_with_a_cart_or_with_somebody_who_may_not_hold(holder: UUID) -> None:
    there, look = handed_off(NINE, ARMORER, holder), inspected(NINE + minutes(1))

    assert broken_by(handed_off(READY, ARMORER), there, look) == NO_INSPECTION | {"chain-unbroken"}


def test_a_corrected_handoff_asks_for_a_new_inspection() -> None:
    checkout, look, call = ready()
    checkout = corrected(checkout, NINE + minutes(2.5), scene="12")

    assert broken_by(handed_off(READY), checkout, look, call) == NO_INSPECTION


@pytest.mark.parametrize("age, is_broken", [(minutes(30), False), (minutes(30) + seconds(1), True)])
def test_an_inspection_is_fresh_for_half_an_hour(age: dt.timedelta, is_broken: bool) -> None:
    look, call = inspected(NINE), announced(NINE + age - minutes(1))

    assert (broken_by(handed_off(NINE + age), look, call) == {"inspection-fresh"}) is is_broken


def broken_with(**said: Any) -> set[str]:
    """What a handover breaks when the inspection says something else, and everything else fits it."""
    look, call = inspected(NINE + minutes(1), **said), announced(NINE + minutes(2))
    return broken_by(handed_off(READY), handed_off(NINE, SAFE, ARMORER), look, call)


@pytest.mark.parametrize(
    "said", [{"chambers_seen": 5}, {"chambers_total": 5, "chambers_seen": 5}, {"chambers_seen": None}]
)
def test_as_many_chambers_are_seen_as_the_firearm_has(said: dict[str, Any]) -> None:
    assert broken_with(**said) == {"every-chamber-seen"}


def test_a_rubber_gun_has_no_chamber_to_look_into() -> None:
    seen = {"firearm": RUBBER, "chambers_total": 0, "chambers_seen": 0}
    look = inspected(NINE, load="non_firing", rounds=0, items={}, dummies_verified=None, **seen)
    unseen = corrected(look, NINE, chambers_seen=None)

    assert "every-chamber-seen" not in broken_of_rubber(look)
    assert "every-chamber-seen" in broken_of_rubber(unseen)


def broken_of_rubber(look: Fact) -> set[str]:
    over = handed_off(READY, firearm=RUBBER, load="non_firing", rounds=0)
    steps = folded(look, over, state=CustodyState(firearm=RUBBER)).steps.values()
    return {step.rule for step in steps if not step.expected}


@pytest.mark.parametrize("said", [False, None])
def test_the_barrel_was_looked_through(said: bool | None) -> None:
    assert broken_with(barrel_clear=said) == {"barrel-clear"}


@pytest.mark.parametrize("said", [None, 5, 7])
def test_every_dummy_is_verified(said: int | None) -> None:
    assert broken_with(dummies_verified=said) == {"every-dummy-verified"}


def test_dummies_beside_blanks_are_verified_too() -> None:
    beside = {"load": "blank", "rounds": 1, "dummies": 5}

    assert "every-dummy-verified" not in broken_with(**beside, dummies_verified=5)
    assert "every-dummy-verified" in broken_with(**beside, dummies_verified=None)


def test_without_dummies_nothing_is_verified() -> None:
    assert "every-dummy-verified" not in broken_with(load="blank", rounds=6, dummies_verified=None)


@pytest.mark.parametrize("answer", ["fail", "na"])
def test_every_required_item_passes(answer: str) -> None:
    assert broken_with(items=PASSED | {"hammer": answer}) == {"checklist-complete"}


def test_an_item_that_is_not_required_may_be_left_out() -> None:
    required = {code: answer for code, answer in PASSED.items() if code not in ("firing_pin", "blanks", "belts")}

    assert broken_with(items=required) == set()


def test_a_corrected_inspection_has_to_be_right_in_every_version() -> None:
    checkout, look, call = ready()

    mended = corrected(inspected(NINE + minutes(1), chambers_seen=5), chambers_seen=6)
    spoilt = corrected(look, barrel_clear=False)

    assert broken_by(handed_off(READY), checkout, mended, call) == {"every-chamber-seen"}
    assert broken_by(handed_off(READY), checkout, spoilt, call) == {"barrel-clear"}
