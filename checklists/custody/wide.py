"""What concerns the whole production: holds and their release, incidents without a firearm, complaints."""

from collections.abc import Iterable
from uuid import UUID

from checklists.custody.breaches import broken_step
from checklists.custody.entries import Hold, Incident, IncidentClosed, Release
from checklists.custody.facts import Fact
from checklists.custody.outcomes import OUTCOMES, expected_step, met
from checklists.custody.packs import Rules
from checklists.custody.roster import Roster
from checklists.custody.state import Step
from checklists.custody.stopping import Raised, shows_live, stops_the_production
from checklists.custody.surroundings import Stop, Surroundings, WideIncident


def raised_by(fact: Fact) -> Raised | None:
    """The hold that an entry without a firearm raises. Who had which firearm is not asked."""
    if not stops_the_production(fact):
        return None
    involved = (fact.author,) if fact.author else ()
    return Raised(by=fact.id, order=fact.order, firearm=None, live=shows_live(fact), involved=involved)


def release_of(hold: Fact | Raised, releases: Iterable[Fact], roster: Roster) -> Fact | None:
    """The first release that lifts the hold: one made by a person, or one derived from the entry that raised it."""
    counting = (one for one in releases if lifts(one, hold, roster))
    return min(counting, key=lambda one: one.order, default=None)


def lifts(release: Fact, hold: Fact | Raised, roster: Roster) -> bool:
    """A hold is lifted by a handler, first AD or safety advisor.

    A derived one only by a property master or safety advisor who was not involved in the entry that raised it.
    """
    hold_id = hold.by if isinstance(hold, Raised) else hold.id
    if (
        release.voided_by
        or release.order < hold.order
        or not all(isinstance(b, Release) and b.hold == hold_id for b in release.bodies)
    ):
        return False
    author = roster.person(release.author, release.at)
    if isinstance(hold, Raised):
        may_lift = author.counting_roles & {"property_master", "safety_advisor"}
        return bool(may_lift) and release.author not in hold.involved
    return author.is_handler or bool(author.counting_roles & {"first_ad", "safety_advisor"})


def stop_of(hold: Fact | Raised, release: Fact | None) -> Stop:
    released = release.order if release else None
    if isinstance(hold, Raised):
        return Stop(raised_by=hold.by, order=hold.order, firearm=None, released=released)
    own = hold.firearm if isinstance(hold.body, Hold) and hold.body.scope == "firearm" else None
    return Stop(raised_by=hold.id, order=hold.order, firearm=own, released=released)


def live_step(raised: Raised, release: Fact | None, rules: Rules) -> list[Step]:
    """A live round breaks `never-live` until its hold is released."""
    steps = []
    for rule in rules.following("live round") if raised.live else ():
        at = raised.order[0]
        step = Step(
            rule=rule.id,
            trigger=raised.by,
            firearm=raised.firearm,
            since=at,
            due_at=at,
            outcome=rule.forbids or "",
            expected=False,
        )
        steps.append(met(step, release) if release else step)
    return steps


def judge_wide_incident(
    incident: Fact, closings: Iterable[Fact], around: Surroundings, rules: Rules
) -> tuple[WideIncident | None, list[Step]]:
    """An incident without a firearm with its closings. A complaint blocks nothing, and anybody may close it."""
    if not isinstance(incident.body, Incident) or incident.body.type == "complaint":
        return None, []
    closed, steps = None, []
    for closing in sorted(closings, key=lambda one: one.order):
        if closing_counts(closing, incident, around):
            closed = closed or closing.order
        elif not closing.voided_by:
            steps += [broken_step(rule, closing) for rule in rules.requiring("incident closing")]
    return WideIncident(order=incident.order, misfire=incident.body.type == "misfire", closed=closed), steps


def closing_counts(closing: Fact, incident: Fact, around: Surroundings) -> bool:
    """By a handler other than its author, after a meeting since the incident."""
    return (
        not closing.voided_by
        and all(isinstance(body, IncidentClosed) and body.incident == incident.id for body in closing.bodies)
        and around.roster.person(closing.author, closing.at).is_handler
        and closing.author != incident.author
        and around.meeting_between(incident.order, closing.order)
    )


def judge_complaint(complaint: Fact, follow_ups: Iterable[Fact], around: Surroundings, rules: Rules) -> list[Step]:
    """A complaint without a firearm gets an answer from somebody else."""
    if not isinstance(complaint.body, Incident) or complaint.body.type != "complaint":
        return []
    later = (one for one in follow_ups if not one.voided_by and one.order > complaint.order)
    answers = sorted(later, key=lambda one: one.order)
    steps = []
    for rule in rules.following("complaint"):
        step = expected_step(rule, complaint, around)
        answer = next((one for one in answers if OUTCOMES["answered"](step, one, None, around.roster)), None)
        steps.append(met(step, answer) if answer else step)
    return steps


def named_by(facts: Iterable[Fact]) -> dict[UUID, list[Fact]]:
    """The facts by the entry that their first version speaks about."""
    named: dict[UUID, list[Fact]] = {}
    for fact in facts:
        if target := fact.versions[0].body.named:
            named.setdefault(target, []).append(fact)
    return named
