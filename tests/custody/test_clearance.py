"""Clearance: which answer, what is missing in it, and until when it holds."""

import datetime as dt
from typing import Any

import pytest
from msgspec.structs import replace

from checklists.custody.clearance import answer_of
from checklists.custody.packs import Rules
from checklists.custody.surroundings import Stop, Surroundings
from tests.custody.making import (
    AD,
    ARMORER,
    CART,
    GRIP,
    NINE,
    OTHER_PHONE,
    PERFORMER,
    PROPS,
    READY,
    ROLES,
    ROSTER,
    RULES,
    SAFE,
    announced,
    cleared,
    handed_off,
    happened,
    hours,
    inspected,
    minutes,
    missing,
    new_id,
    person,
    ready,
    roster_with,
    surroundings,
)


def test_after_all_steps_it_is_complete() -> None:
    answer = cleared(*ready())

    assert (answer.state, answer.missing) == ("complete", ())


def test_before_the_first_handoff_it_is_missing_its_handler_inspection_and_call() -> None:
    answer = cleared()

    assert answer.state == "missing"
    assert {rule.id for rule in answer.missing} == {
        "handed-over-by-handler",
        "inspected-since-custody-change",
        "announced-since-inspection",
    }
    assert answer.expires_at is None


def test_it_asks_about_the_present_holder() -> None:
    assert missing(*ready(), handed_off(NINE + minutes(2.5), ARMORER, GRIP)) >= {"handed-over-by-handler"}
    assert missing(*ready(), handed_off(NINE + minutes(2.5), ARMORER, CART)) >= {"handed-over-by-handler"}


def test_a_receiver_is_asked_for_training_and_the_meeting_only_when_named() -> None:
    untrained = surroundings(roster_with((NINE, "crew", PERFORMER, person("performer", credentials=[]))))

    assert missing(*ready(), around=untrained) == set()
    assert missing(*ready(), around=untrained, receiver=PERFORMER) == {"receiver-trained"}
    assert missing(*ready(), receiver=GRIP) == {"held-by-handler-or-performer"}


def test_a_hold_wins_over_everything_and_the_missing_steps_are_listed_all_the_same() -> None:
    stop = Stop(raised_by=new_id(), order=(NINE, 1, new_id()), firearm=None)

    answer = cleared(around=surroundings(stops=[stop]), unread=True)

    assert answer.state == "hold"
    assert "inspected-since-custody-change" in {rule.id for rule in answer.missing}


def test_a_dispute_is_disputed() -> None:
    one = handed_off(NINE, SAFE, ARMORER)
    other = handed_off(NINE + minutes(1), SAFE, PROPS, device=OTHER_PHONE)

    assert cleared(one, other).state == "disputed"


@pytest.mark.parametrize(
    "missing_rules, unread, state",
    [
        ({"no-open-hold", "no-dispute"}, True, "hold"),
        ({"no-dispute", "barrel-clear"}, True, "disputed"),
        ({"barrel-clear"}, True, "unknown"),
        (set(), True, "unknown"),
        ({"barrel-clear"}, False, "missing"),
        (set(), False, "complete"),
    ],
)
def test_hold_before_disputed_before_unknown_before_missing(missing_rules: set[str], unread: bool, state: str) -> None:
    assert answer_of(missing_rules, unread=unread) == state


def test_an_open_incident_is_missing_its_closing() -> None:
    assert missing(*ready(), happened("fault", NINE)) >= {"no-open-incident"}


# --- until when ------------------------------------------------------------------------------------------------------


def expires(at: dt.datetime = READY, **more: Any) -> dt.datetime | None:
    return cleared(*ready(), at=at, **more).expires_at


def test_it_expires_with_the_announcement() -> None:
    assert expires() == NINE + minutes(2 + 15)


def test_it_expires_with_the_inspection() -> None:
    facts = [handed_off(NINE, SAFE, ARMORER), inspected(NINE), announced(NINE + minutes(29))]

    assert cleared(*facts, at=NINE + minutes(29)).expires_at == NINE + minutes(30)


def test_it_expires_with_the_shooting_day() -> None:
    in_auckland = surroundings(roster_with(time_zone="Pacific/Auckland"))
    before_four = NINE.replace(hour=14, minute=50)

    answer = cleared(*ready(before_four), at=before_four + minutes(3), around=in_auckland)

    assert answer.expires_at == NINE.replace(hour=15)


LASTING_A_DAY = {"overrides": {"inspection-fresh": {"within": "PT24H"}, "announcement-fresh": {"within": "PT24H"}}}


@pytest.mark.parametrize(
    "papers, ends",
    [
        ([{"type": "permit", "valid_until": "2025-11-24"}], NINE.replace(hour=0) + hours(24)),
        (
            [{"type": "permit", "valid_until": "2025-11-24"}, {"type": "permit", "valid_from": "2025-11-25"}],
            NINE.replace(hour=4) + hours(24),
        ),
        ([{"type": "permit"}], NINE.replace(hour=4) + hours(24)),
    ],
)
def test_it_expires_with_the_handlers_permit(papers: list[dict[str, Any]], ends: dt.datetime) -> None:
    roster = roster_with((NINE - hours(2), "crew", ARMORER, person("armorer", credentials=papers)), **LASTING_A_DAY)

    assert expires(around=surroundings(roster)) == ends


@pytest.mark.parametrize(
    "papers, ends",
    [
        ([{"type": "training", "valid_until": "2025-11-24"}], NINE.replace(hour=0) + hours(24)),
        ([{"type": "training"}], NINE.replace(hour=4) + hours(24)),
    ],
)
def test_it_expires_with_the_training_of_a_receiver_who_is_named(
    papers: list[dict[str, Any]], ends: dt.datetime
) -> None:
    roster = roster_with((NINE - hours(2), "crew", PERFORMER, person("performer", credentials=papers)), **LASTING_A_DAY)

    assert expires(around=surroundings(roster), receiver=PERFORMER) == ends
    assert expires(around=surroundings(roster)) == NINE.replace(hour=4) + hours(24)


def test_it_still_holds_at_the_moment_at_which_it_expires() -> None:
    ends = expires()

    assert ends is not None
    assert cleared(*ready(), at=ends).state == "complete"
    assert cleared(*ready(), at=ends + dt.timedelta(microseconds=1)).state == "missing"


class Lean(Surroundings):
    """The same day under a pack that has none of the rules that expire."""

    def rules(self, at: dt.datetime) -> Rules:
        asked = [one for one in RULES.pack.rules if not one.within and one.id not in EXPIRING]
        return Rules(replace(RULES.pack, rules=tuple(asked)), {})


EXPIRING = {"safety-meeting-held", "handler-permit-current", "receiver-trained"}


def test_under_a_pack_without_rules_that_expire_it_never_does() -> None:
    answer = cleared(*ready(), around=Lean(ROSTER), receiver=PERFORMER)

    assert "announcement-fresh" not in Lean(ROSTER).rules(NINE).by_id
    assert (answer.state, answer.expires_at) == ("complete", None)


def test_an_ad_with_other_roles_is_no_handler_whose_handover_could_be_cleared() -> None:
    armed = surroundings(roster_with((NINE - hours(2), "crew", ARMORER, person(*ROLES[ARMORER], *ROLES[AD]))))

    assert "handed-over-by-handler" in missing(*ready(), around=armed)
