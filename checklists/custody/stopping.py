"""What puts the whole production on hold: a live round, an unintended discharge, an injury."""

from uuid import UUID

from msgspec import Struct

from checklists.custody.entries import Handoff, Incident
from checklists.custody.facts import Fact, Order
from checklists.custody.state import CustodyState

STOPPING_INCIDENTS = ("live_round", "unintended_discharge", "injury")


class Raised(Struct, frozen=True, kw_only=True):
    """An entry that puts the whole production on hold, and who was involved in it."""

    by: UUID
    order: Order
    firearm: UUID | None
    live: bool
    involved: tuple[UUID, ...]


def stops_the_production(fact: Fact) -> bool:
    return shows_live(fact) or (isinstance(fact.body, Incident) and fact.body.type in STOPPING_INCIDENTS)


def shows_live(fact: Fact) -> bool:
    """A live round in any version: no correction takes it back."""
    return any(
        getattr(body, "load", None) == "live" or getattr(body, "type", None) in ("live", "live_round")
        for body in fact.bodies
    )


def raised_in(fact: Fact, state: CustodyState) -> Raised:
    """The hold that an entry about a firearm raises; `state` is the firearm's before it."""
    return Raised(
        by=fact.id,
        order=fact.order,
        firearm=state.firearm,
        live=shows_live(fact),
        involved=involved_in(fact, state),
    )


def involved_in(fact: Fact, state: CustodyState) -> tuple[UUID, ...]:
    """The author, who had the firearm then, the last handler who had it and, for a handoff, both parties."""
    parties = [fact.body.giver.crew, fact.body.receiver.crew] if isinstance(fact.body, Handoff) else []
    holder = state.holder.crew if state.holder else None
    people = (fact.author, holder, state.last_handler, *parties)
    return tuple(dict.fromkeys(person for person in people if person))
