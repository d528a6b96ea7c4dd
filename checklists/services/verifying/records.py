"""Record rows, holds, phones and reference values, held against what is derived."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

import msgspec
from django.db.models import Model, Q, QuerySet

from checklists.custody.devices import Device as Counter
from checklists.custody.facts import Fact
from checklists.models import CrewMember, Device, Firearm, Hold, LedgerEntry, Place, Production
from checklists.models.records import Record
from checklists.services.deriving import Derived
from checklists.services.deriving.records import derived_records
from checklists.services.deriving.references import Subject, values_in_force
from checklists.services.judging.records import RECORD_MODELS
from checklists.services.reference.crew import crew_values
from checklists.services.reference.firearms import firearm_values
from checklists.services.reference.places import place_values
from checklists.services.reference.productions import production_values
from checklists.services.verifying.findings import Finding, about, different, paired


class Records:
    """The record rows of one production, compared firearm by firearm."""

    def __init__(self, derived: Derived) -> None:
        self.derived = derived
        self.production = derived.production
        self.compared: list[UUID] = []

    def compare(
        self, firearm_id: UUID | None, facts: Iterable[Fact], rows: Mapping[UUID, LedgerEntry]
    ) -> Iterator[Finding]:
        records = derived_records(self.derived, facts, rows)
        self.compared += [firearm_id] if firearm_id else []
        for model in RECORD_MODELS:
            found = {row.pk: row for row in self.kept(model, Q(firearm_id=firearm_id))}
            made = {row.pk: row for row in records.get(model, ())}
            yield from (finding for one, other in paired(found, made) for finding in record_findings(one, other))

    def others(self) -> Iterator[Finding]:
        """Rows about firearms that no entry is about."""
        for model in RECORD_MODELS:
            for kept in self.kept(model, Q(firearm_id__isnull=False) & ~Q(firearm_id__in=self.compared)):
                yield from record_findings(kept, None)

    def kept(self, model: type[Record], condition: Q) -> QuerySet[Record]:
        return model._default_manager.filter(condition, production=self.production)  # noqa: SLF001


def record_findings(kept: Record | None, derived: Record | None) -> Iterator[Finding]:
    if kept and derived:
        if names := different(kept, derived):
            yield about(derived.entry, f"its {noun(derived)} row differs: {', '.join(names)}")
    elif derived:
        yield about(derived.entry, f"its {noun(derived)} row is missing")
    elif kept:
        entry = LedgerEntry.objects.filter(pk=kept.pk).first()
        yield about(entry, f"has a {noun(kept)} row that does not follow from the ledger")


def noun(row: Model) -> str:
    return str(row._meta.verbose_name)


def hold_findings(derived: Derived) -> Iterator[Finding]:
    kept = {row.pk: row for row in Hold.objects.filter(production=derived.production)}
    for one, other in paired(kept, {row.pk: row for row in derived.holds}):
        if one and other:
            if names := different(one, other):
                yield about(other.raised_by, f"its hold row differs: {', '.join(names)}")
        elif other:
            yield about(other.raised_by, "its hold row is missing")
        elif one:
            yield about(LedgerEntry.objects.filter(pk=one.pk).first(), "has a hold row that does not follow")


def device_findings(derived: Derived) -> Iterator[Finding]:
    kept = {row.device_id: row for row in Device.objects.filter(production=derived.production)}
    for one, other in paired(kept, derived.phones.rows):
        if one and other:
            if names := [*different(one, other, besides=("id", "state")), *counter_problems(one, other)]:
                yield Finding(what=f"the row of phone {other.device_id} differs: {', '.join(names)}")
        elif row := other or one:
            what = "missing" if other else "there, but nothing came from it"
            yield Finding(what=f"the row of phone {row.device_id} is {what}")


def counter_problems(kept: Device, derived: Device) -> list[str]:
    """A counter is compared by what it says: moments may be written in another time zone."""
    try:
        said = msgspec.json.decode(bytes(kept.state), type=Counter)
    except msgspec.DecodeError:
        return ["state"]
    as_derived = said == msgspec.json.decode(bytes(derived.state), type=Counter)
    return [] if as_derived and msgspec.json.encode(said) == bytes(kept.state) else ["state"]


# --- reference values -------------------------------------------------------------------------------------------------


def reference_findings(production: Production) -> Iterator[Finding]:
    """Rows that people edit, as far as rules read them: what the last `reference` entry says is in force."""
    in_force = values_in_force(production)
    rows = rows_now(production)
    for subject in [*in_force, *(subject for subject in rows if subject not in in_force)]:
        name, said, row = f"{subject[0]} {subject[1]}", in_force.get(subject), rows.get(subject)
        if said is None:
            yield Finding(what=f"the values of {name} are not in the ledger")
        elif row is None:
            yield Finding(seq=said.seq, what=f"{name} is missing")
        else:
            names = [key for key, value in said.values.items() if row.get(key) != value]
            if row.keys() - {"left_at"} != said.values.keys() or row.get("left_at") != said.left_at:
                names.append("left_at")
            if names:
                yield Finding(seq=said.seq, what=f"{name} is not as the ledger says: {', '.join(names)}")


def rows_now(production: Production) -> dict[Subject, dict[str, object]]:
    """What rules would read in the rows as they are, and since when people have left."""
    rows: dict[Subject, dict[str, object]] = {("production", production.pk): production_values(production)}
    for member in CrewMember.objects.filter(production=production):
        rows["crew", member.pk] = crew_values(member) | {"left_at": member.left_at}
    for place in Place.objects.filter(production=production):
        rows["place", place.pk] = place_values(place)
    for firearm in Firearm.objects.filter(production=production):
        rows["firearm", firearm.pk] = firearm_values(firearm)
    return rows
