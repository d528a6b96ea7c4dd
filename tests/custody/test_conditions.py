"""Conditions on people and circumstances: who hands over, papers, the meeting, holds, the wait."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

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
    PERFORMER,
    PISTOL,
    PROPS,
    READY,
    RUBBER,
    SAFE,
    SECOND_AD,
    STAND_IN,
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


def test_the_first_handoff_begins_the_chain_also_after_a_resolution() -> None:
    settled = resolved(at=NINE, to=PROPS)

    assert "chain-unbroken" not in broken_by(handed_off(NINE + minutes(5), SAFE, ARMORER), settled)


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
