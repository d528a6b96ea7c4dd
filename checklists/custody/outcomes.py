"""What must follow: how an expected step begins, and which entry meets it."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from checklists.custody.entries import Announcement, FollowUp, Handoff, Holder, Incident, Inspection, Resolution
from checklists.custody.facts import Fact
from checklists.custody.packs import Rule
from checklists.custody.roster import Roster
from checklists.custody.state import CustodyState, Signature, Step
from checklists.custody.surroundings import Surroundings

CALLS = ("cold_empty", "cold_dummy", "hot_blank")
"""The calls that announce a load; the others neither count nor replace one."""


class Change(Struct, frozen=True, kw_only=True):
    """A change of holder: a handoff, or a resolution, whose giver is whoever was recorded as having it."""

    giver: Holder | None
    receiver: Holder
    recorded: Holder | None


def change_of(fact: Fact, state: CustodyState) -> Change | None:
    match fact.body:
        case Handoff() as handoff:
            return Change(giver=handoff.giver, receiver=handoff.receiver, recorded=state.holder)
        case Resolution() as resolution:
            return Change(giver=state.holder, receiver=resolution.holder, recorded=state.holder)
    return None


def triggers_of(fact: Fact, change: Change | None, roster: Roster) -> Iterator[str]:
    """What an entry is, in the words by which rules name their triggers."""
    match fact.body:
        case Announcement(call=call) if call in CALLS and not roster.is_first_ad(fact.author, fact.at):
            yield "announcement"
        case Incident(type="complaint"):
            yield "complaint"
        case Handoff(giver=giver, receiver=receiver):
            if giver.crew and receiver.crew:
                yield "handoff between people"
            if roster.person(receiver.crew, fact.at).performs:
                yield "handoff to performer"
    if change:
        yield from custody_triggers(change, fact.at, roster)


def custody_triggers(change: Change, at: dt.datetime, roster: Roster) -> Iterator[str]:
    receiver_handles = roster.is_handler(change.receiver, at)
    if change.receiver.crew and not receiver_handles:
        yield "held by no handler"
    if change.giver and change.giver.place and receiver_handles:
        yield "checkout"
    if change.giver and change.giver.crew and receiver_handles and not roster.is_handler(change.giver, at):
        yield "return"
    if roster.is_open_place(change.receiver, at):
        yield "left in an open place"
    was_secured = change.recorded is None or roster.is_secure(change.recorded, at)
    if was_secured and not roster.is_secure(change.receiver, at):
        yield "left its secure place"


def expected_step(rule: Rule, fact: Fact, around: Surroundings) -> Step:
    """The step that `rule` expects after this entry, nothing of it done yet."""
    begins = around.wrap_after(fact.order) if rule.by == "wrap" else fact.at
    step = Step(
        rule=rule.id,
        trigger=fact.id,
        firearm=fact.firearm,
        since=fact.at,
        due_at=begins + rule.within,
        outcome=rule.expects or rule.forbids or "",
        version=fact.current.id,
        version_hash=fact.current.leaf_hash,
        author=fact.author,
    )
    if not isinstance(fact.body, Handoff):
        return step
    parties = (fact.body.giver.crew, "given"), (fact.body.receiver.crew, "received")
    missing = parties[1:] if step.outcome == "receiver-looked" else [p for p in parties if p[0] != fact.author]
    return replace(step, waiting=tuple((person, meaning) for person, meaning in missing if person))


def sign(step: Step, signature: Signature, roster: Roster) -> Step:
    """The step after a signature: met, nearer to it, or as it was."""
    if step.met_at or (step.version, step.version_hash) != (signature.version, signature.version_hash):
        return step
    match step.outcome:
        case "confirmed-by-first-ad":
            return met(step, signature) if confirms(signature, roster) else step
        case "receiver-looked" if not signature.looked:
            return step
        case "both-signed" | "receiver-looked":
            waiting = tuple(one for one in step.waiting if one != (signature.signer, signature.meaning))
            if waiting:
                return replace(step, waiting=waiting)
            return replace(step, met_by=signature.id, met_at=signed_at(step, signature))
    return step


def signed_at(step: Step, signature: Signature) -> dt.datetime:
    """Nobody has signed a handoff before it was made, whatever the clock of a phone says: its author signs by it."""
    return max(signature.at, step.since) if step.outcome == "both-signed" else signature.at


def confirms(signature: Signature, roster: Roster) -> bool:
    return signature.meaning == "announcement_confirmed" and roster.is_first_ad(signature.signer, signature.at)


def met(step: Step, by: Fact | Signature) -> Step:
    return replace(step, met_by=by.id, met_at=by.at)


Outcome = Callable[[Step, Fact, Change | None, Roster], bool]
OUTCOMES: dict[str, Outcome] = {}
SIGNATURES = ("both-signed", "receiver-looked", "confirmed-by-first-ad")


def outcome(name: str) -> Callable[[Outcome], Outcome]:
    def register(function: Outcome) -> Outcome:
        OUTCOMES[name] = function
        return function

    return register


def advance(steps: Iterable[Step], fact: Fact, change: Change | None, roster: Roster) -> Iterator[Step]:
    """The steps after an entry that is no signature: those that it meets are met."""
    for step in steps:
        judge = OUTCOMES.get(step.outcome)
        yield met(step, fact) if judge and not step.met_at and judge(step, fact, change, roster) else step


@outcome("back-with-handler")
def back_with_handler(_: Step, fact: Fact, change: Change | None, roster: Roster) -> bool:
    """The next change of holder to a handler; a place is not enough."""
    return change is not None and roster.is_handler(change.receiver, fact.at)


@outcome("inspected")
def inspected(_: Step, fact: Fact, change: Change | None, roster: Roster) -> bool:
    """Any inspection by a handler, whatever its purpose and whoever holds the firearm."""
    return isinstance(fact.body, Inspection) and roster.person(fact.author, fact.at).is_handler


@outcome("locked-up")
def locked_up(_: Step, fact: Fact, change: Change | None, roster: Roster) -> bool:
    return change is not None and roster.is_secure(change.receiver, fact.at)


@outcome("unattended")
def attended(_: Step, fact: Fact, change: Change | None, roster: Roster) -> bool:
    """Somebody took it, or it went into a secure place."""
    return change is not None and not roster.is_open_place(change.receiver, fact.at)


@outcome("resolved")
def resolved(step: Step, fact: Fact, change: Change | None, roster: Roster) -> bool:
    """A resolution that counts and names all the disputed handoffs."""
    return change is not None and isinstance(fact.body, Resolution) and names_all(fact, step.entries)


def names_all(resolution: Fact, handoffs: Iterable[object]) -> bool:
    return all(
        set(handoffs) <= set(version.entries) for version in resolution.bodies if isinstance(version, Resolution)
    )


@outcome("answered")
def answered(step: Step, fact: Fact, change: Change | None, roster: Roster) -> bool:
    """By somebody other than the one who complained."""
    return fact.author != step.author and all(
        isinstance(version, FollowUp) and version.what == "answered" and version.incident == step.trigger
        for version in fact.bodies
    )
