"""The fold: who has the firearm, what is known of it, disputes, incidents, what stops the production."""

from uuid import UUID

import pytest

from checklists.custody.entries import Holder
from checklists.custody.facts import Fact
from checklists.custody.fold import stored
from checklists.custody.state import (
    CLOSED_INCIDENTS,
    EARLY_SIGNATURES,
    MISSING_SIGNATURES,
    CustodyState,
    Dispute,
    HandedOver,
)
from tests.custody.making import (
    AD,
    ADVISOR,
    ARMORER,
    CART,
    COLT,
    GRIP,
    NINE,
    OTHER_PHONE,
    PERFORMER,
    PROPS,
    READY,
    SAFE,
    STAND_IN,
    announced,
    broken_by,
    closed,
    corrected,
    folded,
    gathered,
    handed_off,
    happened,
    hours,
    inspected,
    meeting,
    minutes,
    new_id,
    ready,
    resolved,
    roster_with,
    seconds,
    signed,
    state_after,
    step_of,
    surroundings,
    voided,
)

# --- who has it ------------------------------------------------------------------------------------------------------


def test_before_the_first_handoff_nobody_has_it() -> None:
    assert state_after() == CustodyState(firearm=COLT)


def test_the_receiver_has_it_since_the_handoff_with_what_was_handed_over() -> None:
    state = state_after(handed_off(NINE, SAFE, ARMORER, load="blank", rounds=3))

    assert (state.holder, state.since) == (Holder(crew=ARMORER), NINE)
    assert (state.load, state.rounds, state.last_handler) == ("blank", 3, ARMORER)


def test_facts_are_folded_in_their_order_however_they_come() -> None:
    first, second = handed_off(NINE, SAFE, ARMORER), handed_off(READY, ARMORER, PERFORMER)

    assert state_after(second, first) == state_after(first, second)
    assert state_after(second, first).holder == Holder(crew=PERFORMER)


def test_the_last_handler_stays_known_while_others_have_it() -> None:
    state = state_after(handed_off(NINE, SAFE, ARMORER), handed_off(READY, ARMORER, PERFORMER))

    assert state.last_handler == ARMORER


def test_while_a_performer_has_it_the_state_knows_the_handoff_and_what_it_broke() -> None:
    over = handed_off(READY)

    assert state_after(*ready(), over).handed_over == HandedOver(entry=over.id, at=READY, broken=())
    back = handed_off(READY + minutes(5), PERFORMER, ARMORER)
    assert state_after(*ready(), over, back).handed_over is None


def test_the_handoff_to_a_performer_remembers_what_it_broke() -> None:
    state = state_after(*ready(), handed_off(READY, load="blank"))

    assert state.handed_over is not None
    assert state.handed_over.broken == ("load-unchanged",)


def test_a_voided_handoff_changes_nothing() -> None:
    state = state_after(handed_off(NINE, SAFE, ARMORER), voided(handed_off(READY)))

    assert state.holder == Holder(crew=ARMORER)


def test_the_last_version_of_a_handoff_says_who_has_it() -> None:
    checkout = corrected(handed_off(NINE, SAFE, ARMORER), READY, receiver=Holder(crew=PROPS))

    assert state_after(checkout).holder == Holder(crew=PROPS)


def test_an_inspection_by_anybody_says_what_is_in_it() -> None:
    state = state_after(inspected(author=GRIP, load="unknown", rounds=0))

    assert (state.load, state.rounds, state.inspection) == ("unknown", 0, None)


def test_an_entry_whose_author_nobody_knows_inspects_and_announces_nothing() -> None:
    state = state_after(inspected(NINE, author=None))
    assert state.inspection is None

    state = state_after(inspected(NINE), announced(NINE + minutes(1), author=None))
    assert state.call is None


def test_a_new_inspection_asks_for_a_new_announcement() -> None:
    assert state_after(*ready()).call is not None
    assert state_after(*ready(), inspected(READY)).call is None


def test_an_announcement_without_an_inspection_is_forgotten() -> None:
    assert state_after(announced()).call is None


# --- disputes --------------------------------------------------------------------------------------------------------


def contradicting() -> tuple[Fact, Fact, Fact]:
    """The armorer has it; then one phone gives it to the performer and another one to the stand-in."""
    checkout = handed_off(NINE, SAFE, ARMORER)
    one = handed_off(NINE + minutes(1), ARMORER, PERFORMER, after=checkout.id)
    other = handed_off(NINE + minutes(2), ARMORER, STAND_IN, after=checkout.id, device=OTHER_PHONE, author=PROPS)
    return checkout, one, other


def test_two_phones_that_continue_the_same_handoff_differently_are_a_dispute() -> None:
    checkout, one, other = contradicting()

    state = state_after(checkout, one, other)

    assert state.disputes == (Dispute(after=checkout.id, handoffs=(one.id, other.id)),)
    assert state.holder == Holder(crew=STAND_IN)


def test_the_later_handoff_breaks_the_rule_once() -> None:
    checkout, one, other = contradicting()

    step = step_of("no-dispute", other, checkout, one)

    assert (step.due_at, step.met_at, step.entries) == (other.at, None, (one.id, other.id))
    assert "no-dispute" not in broken_by(one, checkout, other)


def test_one_phone_alone_makes_no_dispute() -> None:
    checkout, one, _ = contradicting()
    again = handed_off(NINE + minutes(2), ARMORER, STAND_IN, after=checkout.id)

    assert state_after(checkout, one, again).disputes == ()


def test_handoffs_that_hang_together_by_their_holders_are_no_dispute() -> None:
    checkout, one, _ = contradicting()
    on = handed_off(NINE + minutes(2), PERFORMER, PROPS, after=checkout.id, device=OTHER_PHONE)

    assert state_after(checkout, one, on).disputes == ()


def test_two_first_handoffs_are_a_dispute_too() -> None:
    first, second = handed_off(NINE, SAFE, ARMORER), handed_off(NINE + minutes(1), SAFE, PROPS, device=OTHER_PHONE)

    assert state_after(first, second).disputes == (Dispute(after=None, handoffs=(first.id, second.id)),)


def test_a_third_contradicting_handoff_joins_the_dispute() -> None:
    checkout, one, other = contradicting()
    third = handed_off(NINE + minutes(3), ARMORER, PROPS, after=checkout.id)

    state = state_after(checkout, one, other, third)

    assert state.disputes == (Dispute(after=checkout.id, handoffs=(one.id, other.id, third.id)),)


def test_a_resolution_that_names_all_ends_the_dispute_and_says_who_has_it() -> None:
    checkout, one, other = contradicting()
    resolution = resolved(one, other, at=READY, to=PROPS)

    found = folded(checkout, one, other, resolution)

    assert found.state.disputes == ()
    assert found.state.holder == Holder(crew=PROPS)
    assert found.steps["no-dispute", other.id].met_at == READY
    assert found.steps["no-dispute", other.id].met_by == resolution.id


def test_a_resolution_that_leaves_one_out_ends_nothing() -> None:
    checkout, one, other = contradicting()

    found = folded(checkout, one, other, resolved(one, at=READY))

    assert found.state.disputes
    assert found.steps["no-dispute", other.id].met_at is None


@pytest.mark.parametrize(
    "author, counts", [(PROPS, True), (AD, True), (ADVISOR, True), (GRIP, False), (PERFORMER, False)]
)
def test_a_resolution_counts_from_a_handler_a_first_ad_or_a_safety_advisor(author: UUID, counts: bool) -> None:
    checkout, one, other = contradicting()

    state = state_after(checkout, one, other, resolved(one, other, at=READY, author=author))

    assert (state.disputes == ()) is counts
    assert (state.holder == Holder(crew=PROPS)) is counts


def test_a_resolution_keeps_what_is_in_the_firearm() -> None:
    state = state_after(handed_off(NINE, SAFE, ARMORER, load="blank", rounds=2), resolved(at=READY))

    assert (state.load, state.rounds) == ("blank", 2)


def test_during_a_dispute_a_handoff_to_a_performer_breaks_the_rule_as_a_condition() -> None:
    checkout, one, other = contradicting()
    back = handed_off(NINE + minutes(3), STAND_IN, ARMORER, after=other.id)
    over = handed_off(NINE + minutes(4), ARMORER, PERFORMER, after=back.id)

    step = step_of("no-dispute", over, checkout, one, other, back)

    assert step.outcome == ""


def test_a_contradicting_handoff_to_a_performer_during_a_dispute_breaks_it_once() -> None:
    checkout, one, other = contradicting()
    third = handed_off(NINE + minutes(3), ARMORER, PERFORMER, after=checkout.id)

    step = step_of("no-dispute", third, checkout, one, other)

    assert step.outcome == ""


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


# --- signatures that come early, and those that are forgotten --------------------------------------------------------


def test_a_signature_before_what_it_signs_counts_when_that_comes() -> None:
    checkout, look, call = ready()
    over = handed_off(READY)
    early = signed(over, READY - seconds(1))

    found = folded(checkout, look, call, early, over)

    assert found.steps["both-sign", over.id].met_at == early.at


def test_an_early_confirmation_and_an_early_look_count_when_the_call_and_the_inspection_come() -> None:
    look, call = inspected(NINE + minutes(1), shown_to=()), announced(NINE + minutes(2), author=GRIP)
    confirmed = signed(call, NINE, AD, meaning="announcement_confirmed", looked_inside=None)
    looked = signed(look, NINE, AD, meaning="witnessed")

    state = state_after(confirmed, looked, look, call)

    assert state.call is not None
    assert state.call.first_ads == (AD,)
    assert state.inspection is not None
    assert state.inspection.looked == (AD,)


def test_of_early_signatures_only_the_last_few_are_remembered() -> None:
    over = handed_off(READY + hours(1))
    signatures = [signed(over, NINE + seconds(number), GRIP) for number in range(EARLY_SIGNATURES + 5)]

    state = state_after(*signatures)

    assert [one.id for one in state.early] == [one.id for one in signatures[5:]]


def test_a_signature_in_anothers_name_is_none() -> None:
    assert state_after(signed(handed_off(), READY, author=GRIP)).early == ()


def test_the_kept_state_forgets_the_oldest_missing_signatures_and_no_other_step() -> None:
    over = [handed_off(NINE + minutes(number)) for number in range(MISSING_SIGNATURES)]

    kept = stored(state_after(*over)).pending

    assert [step.rule for step in kept if step.trigger == over[0].id] == ["returned-after-use", "locked-up-by-wrap"]
    assert {step.rule for step in kept if step.trigger == over[-1].id} >= {"both-sign", "receiver-looked"}


# --- reference values over time --------------------------------------------------------------------------------------


def test_an_entry_is_judged_by_the_roles_of_its_moment() -> None:
    promoted = roster_with((READY, "crew", GRIP, {"roles": ["armorer"], "credentials": [], "active": True}))

    early = handed_off(READY - seconds(1), GRIP)
    late = handed_off(READY, GRIP)

    assert "handed-over-by-handler" in broken_by(early, around=surroundings(promoted))
    assert "handed-over-by-handler" not in broken_by(late, around=surroundings(promoted))
