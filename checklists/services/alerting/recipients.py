"""Decides who hears of an alert, and on which channels. The policy is here and nowhere else."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from checklists.custody.words import HANDLER_ROLES
from checklists.models import Alert, Channel, CrewMember, Handoff, LedgerEntry, Production

FIRST_AD = frozenset({"first_ad"})
LEVELS = (FIRST_AD, frozenset({"safety_advisor", "property_master"}), frozenset({"producer"}))
"""Whom an alert reaches, one level after the other, as long as nobody answers. The owner belongs to the first."""

PARTIES = frozenset({"giver", "receiver", "author"})
"""Owners that are people of the triggering entry, not roles."""


class Address(NamedTuple):
    """One inbox: a person's own, or a channel of the production."""

    person_id: UUID | None
    channel: str
    target: str
    secret: str


Parties = dict[tuple[UUID | None, str], UUID]
"""Who is giver, receiver and author of an entry."""


def addresses_for(*, production: Production, alerts: Sequence[Alert]) -> dict[Address, list[Alert]]:
    """Every inbox that must hear of these alerts now, each with its alerts in the order given."""
    crew = list(CrewMember.objects.filter(production=production, left_at=None).select_related("user"))
    channels = [Address(None, c.kind, c.target, c.secret) for c in Channel.objects.filter(production=production)]
    parties = parties_of(production, alerts)
    inboxes = {member.id: own_addresses(member) for member in crew}
    told = defaultdict(list)
    audiences: dict[tuple[str, str, UUID | None], list[UUID]] = {}
    for alert in alerts:
        party = parties.get((alert.entry, alert.owner))
        audience = (alert.owner, alert.severity, party)
        if audience not in audiences:
            audiences[audience] = [member.id for member in people_to_tell(crew, alert, party)]
        for address in [*channels, *(inbox for person in audiences[audience] for inbox in inboxes[person])]:
            told[address].append(alert)
    return told


def people_to_tell(crew: Iterable[CrewMember], alert: Alert, party: UUID | None) -> list[CrewMember]:
    """The first level; every level for severity `stop`. A level without anybody passes to the next one."""
    crew = list(crew)
    levels = [[m for m in crew if owes(m, alert.owner, party)]]
    levels += [[m for m in crew if not roles.isdisjoint(m.roles)] for roles in LEVELS]
    if alert.severity == "stop":
        return unique(member for level in levels for member in level)
    told = unique([*levels[0], *levels[1]])
    return told or next((level for level in levels if level), [])


def owes(member: CrewMember, owner: str, party: UUID | None) -> bool:
    """Whether the step is this person's. A party that is not a person (a place) leaves it to the handlers."""
    if party is not None:
        return member.id == party
    roles = HANDLER_ROLES if owner == "handler" or owner in PARTIES else {owner}
    return not roles.isdisjoint(member.roles)


def parties_of(production: Production, alerts: Iterable[Alert]) -> Parties:
    """The people of the triggering entries, for alerts that are owned by one of them."""
    entries = {alert.entry for alert in alerts if alert.owner in PARTIES and alert.entry}
    if not entries:
        return {}
    found: dict[tuple[UUID | None, str], UUID | None] = {}
    written = LedgerEntry.objects.filter(production=production, entry_id__in=entries)
    for entry, author in written.values_list("entry_id", "author_id"):
        found[entry, "author"] = author
    handoffs = Handoff.objects.filter(production=production, entry__entry_id__in=entries)
    for entry, giver, receiver in handoffs.values_list("entry__entry_id", "giver_crew_id", "receiver_crew_id"):
        found[entry, "giver"] = giver
        found[entry, "receiver"] = receiver
    return {key: person for key, person in found.items() if person is not None}


def own_addresses(member: CrewMember) -> list[Address]:
    """The app always, e-mail when there is an address."""
    inboxes = [Address(member.id, "in_app", str(member.id), "")]
    email = member.email or (member.user.email if member.user else "")
    return [*inboxes, Address(member.id, "email", email, "")] if email else inboxes


def unique(members: Iterable[CrewMember]) -> list[CrewMember]:
    return list({member.id: member for member in members}.values())
