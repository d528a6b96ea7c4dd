"""Are all steps complete to hand this firearm to a performer, now? Derived, never typed; expires when it is read."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal
from uuid import UUID

from msgspec import Struct

from checklists.custody.conditions import Handover, broken_rules
from checklists.custody.entries import Holder
from checklists.custody.facts import end_of
from checklists.custody.packs import Rule
from checklists.custody.state import CustodyState
from checklists.custody.surroundings import Surroundings
from checklists.custody.wraps import day_ends, local_instant

ClearanceState = Literal["complete", "missing", "hold", "disputed", "unknown"]


class Clearance(Struct, frozen=True, kw_only=True):
    """The answer. `missing` are the rules that fail, whatever the state; `expires_at` only when complete."""

    state: ClearanceState
    expires_at: dt.datetime | None
    missing: tuple[Rule, ...]


def clearance(
    state: CustodyState,
    around: Surroundings,
    now: dt.datetime,
    *,
    receiver: UUID | None = None,
    unread: bool = False,
) -> Clearance:
    """The clearance of a firearm at `now`.

    Args:
        receiver: the performer who would get it; conditions about the receiver join in.
        unread: whether there are entries about it that this version can't read.
    """
    handover = Handover(
        state=state,
        around=around,
        order=end_of(now),
        giver=state.holder,
        receiver=Holder(crew=receiver) if receiver else None,
    )
    asked = tuple(rule for rule in handover.rules.cleared if receiver or rule.clearance == "always")
    missing = tuple(broken_rules(handover, asked))
    answer = answer_of({rule.id for rule in missing}, unread=unread)
    return Clearance(
        state=answer,
        expires_at=min(ends(handover, asked), default=None) if answer == "complete" else None,
        missing=missing,
    )


def answer_of(missing: set[str], *, unread: bool) -> ClearanceState:
    """A hold wins over a dispute, that over what can't be read, that over a missing step."""
    if "no-open-hold" in missing:
        return "hold"
    if "no-dispute" in missing:
        return "disputed"
    if unread:
        return "unknown"
    return "missing" if missing else "complete"


def ends(handover: Handover, asked: tuple[Rule, ...]) -> Iterator[dt.datetime]:
    """The moments after which a condition that holds now fails with nothing recorded."""
    zone = handover.around.settings(handover.at).zone
    rules = {rule.id for rule in asked}
    if "safety-meeting-held" in rules:
        yield day_ends(handover.at, zone)
    if "inspection-fresh" in rules:
        yield handover.inspection.order[0] + handover.rules["inspection-fresh"].within
    if "announcement-fresh" in rules:
        yield handover.call.order[0] + handover.rules["announcement-fresh"].within
    if "handler-permit-current" in rules:
        last_day = handover.person(handover.giver).credential_until("permit", handover.day)
        if last_day and last_day != dt.date.max:
            yield local_instant(last_day + dt.timedelta(days=1), dt.time(), zone)
    if "receiver-trained" in rules:
        last_day = handover.person(handover.receiver).credential_until("training", handover.day)
        if last_day and last_day != dt.date.max:
            yield local_instant(last_day + dt.timedelta(days=1), dt.time(), zone)
