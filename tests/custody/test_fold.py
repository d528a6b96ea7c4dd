"""The fold: who has the firearm, disputes, early signatures, values over time."""

from uuid import UUID

import pytest

from checklists.custody.entries import Holder
from checklists.custody.facts import Fact
from checklists.custody.fold import stored
from checklists.custody.state import (
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
    corrected,
    folded,
    handed_off,
    hours,
    inspected,
    minutes,
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


# --- signatures that come early, and those that are forgotten --------------------------------------------------------


def test_a_signature_before_what_it_signs_counts_when_that_comes() -> None:
    checkout, look, call = ready()
    over = handed_off(READY)
    early = signed(over, READY - seconds(1))

    found = folded(checkout, look, call, early, over)

    assert found.steps["both-sign", over.id].met_at == over.at


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
