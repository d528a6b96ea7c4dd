"""Every condition that rules require: when it holds, and the least that makes it fail."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from checklists.custody.facts import Fact
from checklists.custody.roster import Roster
from checklists.custody.state import CustodyState
from checklists.custody.surroundings import Stop, WideIncident
from tests.custody.making import (
    AD,
    ADVISOR,
    ARMED_AD,
    ARMORER,
    ASSISTANT,
    CART,
    COLT,
    GRIP,
    MUSKET,
    NINE,
    PASSED,
    PERFORMER,
    PISTOL,
    PROPS,
    READY,
    RUBBER,
    SAFE,
    SECOND_AD,
    STAND_IN,
    VAULT,
    announced,
    broken_by,
    corrected,
    folded,
    gathered,
    handed_off,
    happened,
    hours,
    inspected,
    minutes,
    new_id,
    person,
    ready,
    resolved,
    roster_with,
    seconds,
    signed,
    surroundings,
    voided,
)


def test_a_handoff_after_all_steps_breaks_nothing() -> None:
    assert broken_by(handed_off(READY), *ready()) == set()


# --- who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("giver", [GRIP, AD, ADVISOR, PERFORMER, ARMED_AD])
def test_only_a_handler_hands_over(giver: UUID) -> None:
    handoff = handed_off(READY, giver, STAND_IN)

    assert "handed-over-by-handler" in broken_by(handoff)


def test_a_place_hands_nothing_to_a_performer() -> None:
    assert "handed-over-by-handler" in broken_by(handed_off(READY, SAFE, PERFORMER))


@pytest.mark.parametrize("giver", [ARMORER, PROPS, ASSISTANT])
def test_every_handler_may_hand_over(giver: UUID) -> None:
    assert "handed-over-by-handler" not in broken_by(handed_off(READY, giver))


@pytest.mark.parametrize("receiver", [AD, SECOND_AD, ARMED_AD, GRIP, ADVISOR])
def test_only_handlers_and_performers_receive(receiver: UUID) -> None:
    assert broken_by(handed_off(NINE, ARMORER, receiver)) == {"held-by-handler-or-performer"}


def test_nobody_asks_whether_a_place_may_hold() -> None:
    assert broken_by(handed_off(NINE, ARMORER, CART)) == set()


def test_the_first_handoff_of_a_firearm_begins_the_chain() -> None:
    assert broken_by(handed_off(NINE, PROPS, ARMORER)) == set()


def test_a_giver_who_was_not_the_last_receiver_breaks_the_chain() -> None:
    late = handed_off(NINE + minutes(1), PROPS, ARMORER)

    assert broken_by(late, handed_off(NINE, SAFE, ARMORER)) == {"chain-unbroken"}


def test_the_chain_goes_on_from_the_holder_that_a_resolution_names() -> None:
    resolution = resolved(at=NINE + minutes(1), to=PROPS)

    assert broken_by(handed_off(NINE + minutes(2), PROPS, ARMORER), handed_off(), resolution) == set()


# --- papers ----------------------------------------------------------------------------------------------------------


def roster_where(who: UUID, *roles: str, papers: list[dict[str, Any]], zone: str = "UTC") -> Roster:
    return roster_with((NINE - hours(20), "crew", who, person(*roles, credentials=papers)), time_zone=zone)


PERMIT_RULE, TRAINING_RULE = "handler-permit-current", "receiver-trained"


@pytest.mark.parametrize(
    "papers, is_broken",
    [
        ([], True),
        ([{"type": "training"}], True),
        ([{"type": "permit"}], False),
        ([{"type": "permit", "valid_until": "2025-11-23"}], True),
        ([{"type": "permit", "valid_until": "2025-11-24"}], False),
        ([{"type": "permit", "valid_from": "2025-11-24"}], False),
        ([{"type": "permit", "valid_from": "2025-11-25"}], True),
    ],
)
def test_a_permit_counts_on_its_first_and_its_last_day(papers: list[dict[str, Any]], is_broken: bool) -> None:
    around = surroundings(roster_where(ARMORER, "armorer", papers=papers))

    assert (PERMIT_RULE in broken_by(handed_off(READY), *ready(), around=around)) is is_broken


def test_a_permit_counts_by_the_calendar_day_of_the_production() -> None:
    papers = [{"type": "permit", "valid_until": "2025-11-23"}]
    half_past_midnight = dt.datetime(2025, 11, 24, 0, 30, tzinfo=dt.UTC)
    handoff = handed_off(half_past_midnight)

    in_denver = surroundings(roster_where(ARMORER, "armorer", papers=papers, zone="America/Denver"))
    in_london = surroundings(roster_where(ARMORER, "armorer", papers=papers, zone="Europe/London"))

    assert PERMIT_RULE not in broken_by(handoff, around=in_denver)
    assert PERMIT_RULE in broken_by(handoff, around=in_london)


def test_nobody_asks_for_the_permit_of_a_giver_who_is_no_handler() -> None:
    around = surroundings(roster_where(GRIP, "crew", papers=[]))

    assert PERMIT_RULE not in broken_by(handed_off(READY, GRIP), around=around)


def test_a_receiver_without_training_breaks_a_rule() -> None:
    around = surroundings(roster_where(PERFORMER, "performer", papers=[{"type": "permit"}]))

    assert broken_by(handed_off(READY), *ready(), around=around) == {TRAINING_RULE}


def test_a_handler_who_also_performs_is_a_handler_and_needs_no_training() -> None:
    around = surroundings(roster_where(PROPS, "property_master", "performer", papers=[]))

    assert broken_by(handed_off(READY, ARMORER, PROPS), *ready(), around=around) == set()


# --- the meeting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("absent", [ARMORER, PERFORMER])
def test_giver_and_receiver_were_both_at_one_meeting(absent: UUID) -> None:
    here, there = gathered(present={ARMORER, PERFORMER} - {absent}), gathered(present={absent})

    assert broken_by(handed_off(READY), *ready(), around=surroundings(meetings=[here, there])) == {
        "safety-meeting-held"
    }


@pytest.mark.parametrize(
    "held_at, is_broken",
    [
        (NINE.replace(hour=4), False),
        (NINE.replace(hour=3, minute=59), True),
        (READY + seconds(1), True),
        (NINE - hours(24), True),
    ],
)
def test_the_meeting_is_earlier_in_the_same_shooting_day(held_at: dt.datetime, is_broken: bool) -> None:
    around = surroundings(meetings=[gathered(held_at)])

    assert ("safety-meeting-held" in broken_by(handed_off(READY), *ready(), around=around)) is is_broken


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


# --- what stops it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "firearm, released_at, is_broken",
    [
        (None, None, True),
        (COLT, None, True),
        (PISTOL, None, False),
        (None, NINE, False),
        (None, READY + seconds(1), True),
    ],
)
def test_a_hold_stops_what_it_names_until_it_is_released(
    firearm: UUID | None, released_at: dt.datetime | None, is_broken: bool
) -> None:
    released = (released_at, 1, new_id()) if released_at else None
    stop = Stop(raised_by=new_id(), order=(NINE - hours(1), 1, new_id()), firearm=firearm, released=released)

    broken = broken_by(handed_off(READY), *ready(), around=surroundings(stops=[stop]))

    assert broken == ({"no-open-hold"} if is_broken else set())


def test_a_hold_that_comes_later_does_not_stop_what_was_before() -> None:
    stop = Stop(raised_by=new_id(), order=(READY + seconds(1), 1, new_id()), firearm=None)

    assert broken_by(handed_off(READY), *ready(), around=surroundings(stops=[stop])) == set()


def test_an_open_incident_without_a_firearm_blocks_every_firearm() -> None:
    incident = WideIncident(order=(NINE - hours(1), 1, new_id()))

    assert broken_by(handed_off(READY), *ready(), around=surroundings(incidents=[incident])) == {"no-open-incident"}


def test_a_rehearsal_uses_a_firearm_that_cannot_fire() -> None:
    rehearsing = handed_off(READY, rehearsal=True)

    assert broken_by(rehearsing, *ready()) == {"replica-in-rehearsal"}
    assert "replica-in-rehearsal" in broken_by(corrected(rehearsing, rehearsal=False), *ready())


def test_a_rehearsal_may_use_rubber() -> None:
    over = handed_off(NINE, firearm=RUBBER, rehearsal=True)

    found = folded(over, state=CustodyState(firearm=RUBBER)).steps

    assert ("replica-in-rehearsal", over.id) not in found


# --- the wait after a misfire ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("wait, is_broken", [(seconds(29), True), (seconds(30), False)])
def test_nobody_touches_it_for_half_a_minute_after_a_misfire(wait: dt.timedelta, is_broken: bool) -> None:
    misfire = happened("misfire", NINE)

    assert broken_by(inspected(NINE + wait), misfire) == ({"misfire-wait"} if is_broken else set())
    assert ("misfire-wait" in broken_by(handed_off(NINE + wait, PROPS, ARMORER), misfire)) is is_broken


@pytest.mark.parametrize("wait, is_broken", [(seconds(59), True), (seconds(60), False)])
def test_a_muzzle_loader_waits_for_a_minute(wait: dt.timedelta, is_broken: bool) -> None:
    look = inspected(NINE + wait, firearm=MUSKET)
    found = folded(happened("misfire", NINE, firearm=MUSKET), look, state=CustodyState(firearm=MUSKET)).steps

    assert (("misfire-wait", look.id) in found) is is_broken


def test_a_misfire_of_a_firearm_that_nobody_named_makes_everybody_wait() -> None:
    wide = WideIncident(order=(NINE, 1, new_id()), misfire=True)
    around = surroundings(incidents=[wide])

    assert broken_by(inspected(NINE + seconds(10)), around=around) == {"misfire-wait"}
    assert broken_by(inspected(NINE - seconds(10)), around=around) == set()


def test_a_voided_entry_breaks_nothing() -> None:
    assert broken_by(voided(handed_off(READY, AD)), *ready()) == set()
