"""Which people, places and firearms an entry names, and where: all must belong to its production."""

from collections.abc import Iterator
from uuid import UUID

from checklists.custody.entries import Announcement, Body, Handoff, Holder, Inspection, Meeting, Resolution, SignOff
from checklists.custody.problems import Problem
from checklists.custody.reading import Envelope
from checklists.custody.roster import Roster

Named = tuple[str, str, UUID]
"""(pointer, subject, id)."""


def strangers(envelope: Envelope, body: Body | None, roster: Roster) -> list[Problem]:
    """What the entry names that its production does not have."""
    firearm = [("/firearm", "firearm", envelope.firearm)] if envelope.firearm else []
    named = [*firearm, ("/author", "crew", envelope.author), *(named_in(body) if body else ())]
    return unknown(named, roster)


def unknown(named: list[Named], roster: Roster) -> list[Problem]:
    nouns = {"crew": "crew member"}
    return [
        Problem(pointer, f"no {nouns.get(subject, subject)} of this production")
        for pointer, subject, row_id in named
        if not roster.knows(subject, row_id)
    ]


def named_in(body: Body, pointer: str = "/body") -> Iterator[Named]:
    match body:
        case Inspection(shown_to=people) | Announcement(shown_to=people):
            yield from people_in(people, f"{pointer}/shown_to")
        case Handoff(giver=giver, receiver=receiver):
            yield holder_in(giver, f"{pointer}/giver")
            yield holder_in(receiver, f"{pointer}/receiver")
        case SignOff(signer=signer):
            yield f"{pointer}/signer", "crew", signer
        case Meeting(attendees=people, led_by=leader):
            yield from people_in(people, f"{pointer}/attendees")
            if leader:
                yield f"{pointer}/led_by", "crew", leader
        case Resolution(holder=holder):
            yield holder_in(holder, f"{pointer}/holder")


def people_in(people: tuple[UUID, ...], pointer: str) -> Iterator[Named]:
    for index, person in enumerate(people):
        yield f"{pointer}/{index}", "crew", person


def holder_in(holder: Holder, pointer: str) -> Named:
    if holder.crew:
        return f"{pointer}/crew", "crew", holder.crew
    return f"{pointer}/place", "place", holder.place or UUID(int=0)
