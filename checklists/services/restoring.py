"""Puts back what rules read about people, places, firearms and the production, as the ledger says it is in force.

Names, e-mail addresses, serial and permit numbers are not in the ledger: what is there of them stays, and a row that
is gone comes back without them.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, time
from typing import Any
from uuid import UUID

from checklists.models import Credential, CrewMember, Firearm, Place, Production
from checklists.services.deriving.references import InForce, values_in_force
from checklists.services.reference.crew import crew_values
from checklists.services.reference.firearms import next_tag

LOST = "(restored from the ledger)"
"""The name of what has lost its name."""


def restore_references(production: Production) -> None:
    """Brings the rows in line with the last `reference` entry for each. Writes no entry: it is all in there."""
    restore = {
        "production": restore_production,
        "crew": restore_crew_member,
        "place": restore_place,
        "firearm": restore_firearm,
    }
    for (subject, row_id), in_force in values_in_force(production).items():
        restore[subject](production, row_id, in_force)


def restore_production(production: Production, row_id: UUID, in_force: InForce) -> None:
    said = in_force.values
    production.time_zone, production.pack, production.overrides = said["time_zone"], said["pack"], said["overrides"]
    if production.wrap.strftime("%H:%M") != said["wrap"]:
        production.wrap = time.fromisoformat(said["wrap"])
    production.save()


def restore_place(production: Production, row_id: UUID, in_force: InForce) -> None:
    place = Place.objects.filter(pk=row_id).first() or Place(pk=row_id, name=LOST)
    place.production, place.secure = production, in_force.values["secure"]
    place.save()


def restore_firearm(production: Production, row_id: UUID, in_force: InForce) -> None:
    firearm = Firearm.objects.filter(pk=row_id).first() or Firearm(pk=row_id, name=LOST, tag=next_tag(production))
    firearm.production, said = production, in_force.values
    firearm.kind, firearm.capacity, firearm.functional = said["kind"], said["capacity"], said["functional"]
    firearm.save()


def restore_crew_member(production: Production, row_id: UUID, in_force: InForce) -> None:
    member = CrewMember.objects.filter(pk=row_id).first() or CrewMember(pk=row_id, name=LOST)
    member.production, member.left_at = production, in_force.left_at
    if crew_values(member)["roles"] != in_force.values["roles"]:
        member.roles = in_force.values["roles"]
    member.save()
    restore_credentials(member, in_force.values["credentials"])


def restore_credentials(member: CrewMember, wanted: list[Mapping[str, Any]]) -> None:
    """Keeps those that are in force, with their numbers; removes the others and adds what is missing."""
    missing = Counter((one["type"], day(one["valid_from"]), day(one["valid_until"])) for one in wanted)
    for kept in Credential.objects.filter(crew_member=member):
        dates = (kept.type, kept.valid_from, kept.valid_until)
        if missing[dates]:
            missing[dates] -= 1
        else:
            kept.delete()
    Credential.objects.bulk_create(
        Credential(crew_member=member, type=kind, valid_from=first, valid_until=last)
        for kind, first, last in missing.elements()
    )


def day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
