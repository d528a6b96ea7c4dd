"""The fold: incidents with their closings, and what stops the production."""

from uuid import UUID

import pytest

from checklists.custody.facts import Fact
from checklists.custody.state import (
    CLOSED_INCIDENTS,
    CustodyState,
)
from tests.custody.making import (
    AD,
    ARMORER,
    CART,
    COLT,
    GRIP,
    NINE,
    PERFORMER,
    PROPS,
    READY,
    SAFE,
    STAND_IN,
    broken_by,
    closed,
    corrected,
    folded,
    gathered,
    handed_off,
    happened,
    inspected,
    meeting,
    minutes,
    new_id,
    seconds,
    state_after,
    step_of,
    surroundings,
    voided,
)

# --- incidents -------------------------------------------------------------------------------------------------------


def closing_scene() -> tuple[Fact, Fact, Fact]:
    """The armorer has it, something is wrong with it, the property master inspects it."""
    return (
        handed_off(NINE, SAFE, ARMORER),
        happened("fault", NINE + minutes(1)),
        inspected(NINE + minutes(3), author=PROPS),
    )


AFTER_THE_MEETING = surroundings(meetings=[gathered(), gathered(NINE + minutes(2))])


def test_an_incident_is_closed_by_another_handler_after_a_meeting_and_an_inspection() -> None:
    checkout, incident, look = closing_scene()
    closing = closed(incident, NINE + minutes(4))

    found = folded(checkout, incident, look, closing, around=AFTER_THE_MEETING)

    assert [one.closed for one in found.state.incidents] == [True]
    assert ("incident-closed-by-another", closing.id) not in found.steps


def test_closing_one_incident_leaves_the_other_one_open() -> None:
    checkout, incident, look = closing_scene()
    other = happened("fault", NINE + minutes(1.5))

    state = state_after(checkout, incident, other, look, closed(incident, NINE + minutes(4)), around=AFTER_THE_MEETING)

    assert [one.closed for one in state.incidents] == [True, False]


@pytest.mark.parametrize("author", [ARMORER, GRIP, AD])
def test_who_had_it_who_reported_it_and_who_is_no_handler_closes_nothing(author: UUID) -> None:
    checkout, incident, look = closing_scene()
    closing = closed(incident, NINE + minutes(4), author=author)

    assert broken_by(closing, checkout, incident, look, around=AFTER_THE_MEETING) == {"incident-closed-by-another"}
    assert state_after(checkout, incident, look, closing, around=AFTER_THE_MEETING).incidents[0].blocks


def test_a_closing_that_was_here_before_its_incident_is_about_the_same_firearm() -> None:
    checkout, incident, look = closing_scene()
    closing = closed(incident, NINE + minutes(4), author=GRIP, firearm=None)

    assert step_of("incident-closed-by-another", closing, checkout, incident, look).firearm == COLT


def test_without_an_inspection_since_it_is_not_closed() -> None:
    checkout, incident, _ = closing_scene()
    closing = closed(incident, NINE + minutes(4))

    assert broken_by(closing, checkout, incident, around=AFTER_THE_MEETING) == {"incident-closed-by-another"}


def test_without_a_meeting_since_it_is_not_closed() -> None:
    checkout, incident, look = closing_scene()

    assert broken_by(closed(incident, NINE + minutes(4)), checkout, incident, look) == {"incident-closed-by-another"}


def test_a_complaint_may_be_closed_by_anybody() -> None:
    complaint = happened("complaint")
    closing = closed(complaint, READY, author=GRIP)

    assert broken_by(closing, complaint) == set()
    assert state_after(complaint, closing).incidents[0].closed


def test_a_closing_of_what_nobody_has_heard_of_breaks_nothing() -> None:
    assert broken_by(closed(happened("fault", NINE), NINE)) == set()


def test_a_closing_names_the_same_incident_in_every_version() -> None:
    checkout, incident, look = closing_scene()
    closing = corrected(closed(incident, NINE + minutes(4)), incident=new_id())

    assert state_after(checkout, incident, look, closing, around=AFTER_THE_MEETING).incidents[0].blocks


def test_of_closed_incidents_only_the_last_few_are_remembered() -> None:
    complaints = [happened("complaint", NINE + seconds(number)) for number in range(CLOSED_INCIDENTS + 3)]
    closings = [closed(one, READY + seconds(number)) for number, one in enumerate(complaints)]

    state = state_after(*complaints, *closings, happened("fault", READY + minutes(5)))

    assert len(state.incidents) == CLOSED_INCIDENTS + 1
    assert state.incidents[-1].blocks


def test_a_misfire_is_remembered() -> None:
    assert state_after(happened("misfire", READY)).last_misfire_at == READY


def test_an_entry_that_the_firearms_fold_does_not_read_changes_nothing_but_its_place() -> None:
    note = meeting(READY, firearm=COLT)

    assert state_after(note) == CustodyState(firearm=COLT, order=note.order)


# --- what stops the production ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["live_round", "unintended_discharge", "injury"])
def test_three_incidents_put_the_production_on_hold(kind: str) -> None:
    incident = happened(kind, READY)

    raised = folded(handed_off(NINE, SAFE, ARMORER), incident).raised

    assert [(one.by, one.live, one.firearm) for one in raised] == [(incident.id, kind == "live_round", COLT)]


@pytest.mark.parametrize("kind", ["misfire", "unattended", "unauthorised_handling", "fault", "complaint"])
def test_other_incidents_do_not(kind: str) -> None:
    assert folded(happened(kind)).raised == ()


def test_a_live_round_in_an_inspection_or_a_handoff_does_too() -> None:
    assert [one.live for one in folded(inspected(load="live")).raised] == [True]
    assert [one.live for one in folded(handed_off(load="live")).raised] == [True]


def test_a_live_round_stays_found_when_it_is_corrected_away_or_voided() -> None:
    look = inspected(load="live")

    assert [one.by for one in folded(corrected(look, load="dummy")).raised] == [look.id]
    assert [one.by for one in folded(voided(look)).raised] == [look.id]


def test_involved_are_the_author_who_had_it_the_last_handler_and_both_parties() -> None:
    before = [handed_off(NINE, SAFE, ARMORER), handed_off(NINE + minutes(1), ARMORER, PERFORMER)]
    over = handed_off(READY, PERFORMER, STAND_IN, load="live", author=GRIP)

    (raised,) = folded(*before, over).raised

    assert raised.involved == (GRIP, PERFORMER, ARMORER, STAND_IN)


def test_places_are_not_involved() -> None:
    (raised,) = folded(handed_off(NINE, CART, SAFE, load="live", author=GRIP)).raised

    assert raised.involved == (GRIP,)
