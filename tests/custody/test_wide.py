"""What concerns the whole production: holds and their release, incidents without a firearm, complaints."""

from uuid import UUID

import pytest

from checklists.custody.facts import Fact
from checklists.custody.stopping import Raised
from checklists.custody.surroundings import Stop, WideIncident
from checklists.custody.wide import (
    judge_complaint,
    judge_wide_incident,
    live_step,
    named_by,
    raised_by,
    release_of,
    stop_of,
)
from tests.custody.making import (
    AD,
    ADVISOR,
    ARMORER,
    AROUND,
    COLT,
    GRIP,
    NINE,
    PRODUCER,
    PROPS,
    READY,
    ROSTER,
    RULES,
    SECOND_AD,
    answered,
    closed,
    corrected,
    counted,
    gathered,
    happened,
    held,
    meeting,
    minutes,
    new_id,
    released,
    seconds,
    surroundings,
    voided,
)

# --- holds that people make ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "author, counts",
    [(ARMORER, True), (PROPS, True), (AD, True), (ADVISOR, True), (GRIP, False), (SECOND_AD, False), (PRODUCER, False)],
)
def test_a_hold_is_lifted_by_a_handler_a_first_ad_or_a_safety_advisor(author: UUID, counts: bool) -> None:
    hold = held(NINE)
    release = released(hold.id, READY, author=author)

    assert (release_of(hold, [release], ROSTER) is release) is counts


def test_a_release_counts_when_it_comes_later_names_that_hold_and_stands() -> None:
    hold = held(NINE)
    early, other = released(hold.id, NINE - seconds(1)), released(new_id(), READY)
    taken_back, renamed = voided(released(hold.id, READY)), corrected(released(hold.id, READY), hold=new_id())

    assert release_of(hold, [early, other, taken_back, renamed], ROSTER) is None


def test_the_first_release_counts() -> None:
    hold = held(NINE)
    second, first = released(hold.id, READY + minutes(1)), released(hold.id, READY)

    assert release_of(hold, [second, first], ROSTER) is first


def test_a_hold_stops_the_production_or_one_firearm() -> None:
    wide, narrow = held(NINE), held(NINE, scope="firearm", firearm=COLT)
    release = released(narrow.id, READY)

    assert stop_of(wide, None) == Stop(raised_by=wide.id, order=wide.order, firearm=None, released=None)
    assert stop_of(narrow, release) == Stop(
        raised_by=narrow.id, order=narrow.order, firearm=COLT, released=release.order
    )


# --- holds that an entry raises --------------------------------------------------------------------------------------


def raised(*, live: bool = True, involved: tuple[UUID, ...] = (ARMORER,)) -> Raised:
    by = new_id()
    return Raised(by=by, order=(NINE, 1, by), firearm=COLT, live=live, involved=involved)


@pytest.mark.parametrize(
    "author, counts", [(PROPS, True), (ADVISOR, True), (ARMORER, False), (AD, False), (GRIP, False)]
)
def test_a_derived_hold_is_lifted_by_a_property_master_or_safety_advisor(author: UUID, counts: bool) -> None:
    hold = raised()
    release = released(hold.by, READY, author=author)

    assert (release_of(hold, [release], ROSTER) is release) is counts


def test_nobody_who_was_involved_lifts_a_derived_hold() -> None:
    hold = raised(involved=(GRIP, PROPS))

    assert release_of(hold, [released(hold.by, READY)], ROSTER) is None


def test_a_derived_hold_stops_the_whole_production() -> None:
    hold = raised()

    assert stop_of(hold, None) == Stop(raised_by=hold.by, order=hold.order, firearm=None, released=None)


def test_a_live_round_breaks_its_rule_until_the_release() -> None:
    hold = raised()
    release = released(hold.by, READY)

    (open_step,), (met_step,) = live_step(hold, None, RULES), live_step(hold, release, RULES)

    assert (open_step.rule, open_step.due_at, open_step.met_at, open_step.expected) == ("never-live", NINE, None, False)
    assert (met_step.met_by, met_step.met_at) == (release.id, READY)


def test_an_injury_raises_a_hold_and_breaks_no_rule_about_live_rounds() -> None:
    assert live_step(raised(live=False), None, RULES) == []


@pytest.mark.parametrize(
    "fact, live",
    [
        (happened("injury", firearm=None), False),
        (happened("live_round", firearm=None), True),
        (counted(type="live"), True),
        (corrected(counted(type="live"), type="blank"), True),
    ],
)
def test_an_entry_without_a_firearm_raises_a_hold_too(fact: Fact, live: bool) -> None:
    found = raised_by(fact)

    assert found is not None
    assert (found.by, found.live, found.firearm, found.involved) == (fact.id, live, None, (fact.author,))


def test_most_entries_raise_none() -> None:
    assert raised_by(meeting()) is None
    assert raised_by(happened("fault", firearm=None)) is None
    assert raised_by(counted(type="blank")) is None


def test_of_an_unknown_author_nobody_is_involved() -> None:
    found = raised_by(happened("injury", firearm=None, author=None))

    assert found is not None
    assert found.involved == ()


# --- incidents without a firearm -------------------------------------------------------------------------------------

AFTER_THE_MEETING = surroundings(meetings=[gathered(NINE + minutes(1))])


def test_an_incident_without_a_firearm_is_closed_by_another_handler_after_a_meeting() -> None:
    incident = happened("misfire", firearm=None)
    closing = closed(incident, READY)

    assert judge_wide_incident(incident, [closing], AFTER_THE_MEETING, RULES) == (
        WideIncident(order=incident.order, misfire=True, closed=closing.order),
        [],
    )


def test_the_first_closing_that_counts_closes_it() -> None:
    incident = happened("fault", firearm=None)
    second, first = closed(incident, READY + minutes(1)), closed(incident, READY)

    wide, _ = judge_wide_incident(incident, [second, first], AFTER_THE_MEETING, RULES)

    assert wide is not None
    assert wide.closed == first.order


def test_a_closing_without_a_meeting_by_its_author_or_by_no_handler_breaks_a_rule() -> None:
    incident = happened("fault", firearm=None, author=ARMORER)
    too_early, own = closed(incident, NINE + seconds(1)), closed(incident, READY, author=ARMORER)
    by_the_grip = closed(incident, READY, author=GRIP)

    wide, steps = judge_wide_incident(incident, [too_early, own, by_the_grip], AFTER_THE_MEETING, RULES)

    assert wide is not None
    assert wide.closed is None
    assert {step.trigger for step in steps} == {too_early.id, own.id, by_the_grip.id}
    assert {step.rule for step in steps} == {"incident-closed-by-another"}


def test_a_voided_closing_neither_closes_nor_breaks() -> None:
    incident = happened("fault", firearm=None)

    wide, steps = judge_wide_incident(incident, [voided(closed(incident, READY))], AFTER_THE_MEETING, RULES)

    assert wide is not None
    assert (wide.closed, steps) == (None, [])


def test_a_closing_names_the_incident_in_every_version() -> None:
    incident = happened("fault", firearm=None)
    closing = corrected(closed(incident, READY), incident=new_id())

    wide, steps = judge_wide_incident(incident, [closing], AFTER_THE_MEETING, RULES)

    assert wide is not None
    assert wide.closed is None
    assert [step.trigger for step in steps] == [closing.id]


def test_a_complaint_and_what_is_no_incident_block_nothing() -> None:
    assert judge_wide_incident(happened("complaint", firearm=None), [], AROUND, RULES) == (None, [])
    assert judge_wide_incident(meeting(), [], AROUND, RULES) == (None, [])


# --- complaints ------------------------------------------------------------------------------------------------------


def test_a_complaint_without_a_firearm_waits_a_day_for_its_answer() -> None:
    complaint = happened("complaint", firearm=None)

    (step,) = judge_complaint(complaint, [], AROUND, RULES)

    assert (step.rule, step.due_at, step.met_at) == ("complaint-answered", NINE + minutes(24 * 60), None)


def test_the_first_answer_by_somebody_else_meets_it() -> None:
    complaint = happened("complaint", firearm=None)
    own, taken_back = answered(complaint, READY, author=GRIP), voided(answered(complaint, READY))
    before, answer = answered(complaint, NINE - seconds(1)), answered(complaint, READY + minutes(1))

    (step,) = judge_complaint(complaint, [answer, own, taken_back, before], AROUND, RULES)

    assert (step.met_by, step.met_at) == (answer.id, answer.at)


def test_other_incidents_need_no_answer() -> None:
    assert judge_complaint(happened("fault", firearm=None), [], AROUND, RULES) == []


def test_facts_are_found_by_what_their_first_version_names() -> None:
    complaint, other = happened("complaint"), happened("complaint")
    answer = corrected(answered(complaint), incident=other.id)

    assert named_by([answer, complaint]) == {complaint.id: [answer]}
