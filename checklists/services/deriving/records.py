"""Record rows as they follow from the ledger."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from checklists.custody.facts import Fact
from checklists.models import Incident, LedgerEntry
from checklists.models.records import Record
from checklists.services.deriving.production import Derived
from checklists.services.judging.records import records_of
from checklists.services.judging.wide import closing_columns


def derived_records(
    derived: Derived, facts: Iterable[Fact], rows: Mapping[UUID, LedgerEntry]
) -> dict[type[Record], list[Record]]:
    """The unsaved record rows of these facts by model, incidents closed as they are."""
    records = records_of(facts, rows)
    for incident in records.get(Incident, ()):
        for name, value in closing_columns(derived.closings.get(incident.entry.entry_id)).items():
            setattr(incident, name, value)
    return records
