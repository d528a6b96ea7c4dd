"""Makes the derived rows of a production anew from its ledger. The ledger, alerts and deliveries are not touched.

Expected steps stay too: they and their alerts say what was known when, and nothing in the ledger's bytes does.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from checklists.custody.facts import Fact
from checklists.models import Custody, CustodySnapshot, Device, Hold, LedgerEntry, Production
from checklists.services.deriving import Derived, DerivedFirearm
from checklists.services.deriving.records import derived_records
from checklists.services.judging.records import RECORD_MODELS
from checklists.services.judging.refolding import encoded
from checklists.services.ledger import lock_ledger, surroundings_changed
from checklists.services.restoring import restore_references

AT_ONCE = 500


@transaction.atomic
def rebuild(*, production_id: UUID) -> int:
    """Makes record rows, holds, custody states, phones and reference values anew; returns the length of the ledger.

    Snapshots are dropped: the next late entry is folded in from the first one, and new ones come with time. Nobody
    can record on this production until it is done.
    """
    production = Production.objects.get(pk=production_id)
    head = lock_ledger(production)
    restore_references(production)
    derived = Derived(production)
    remove_derived(production)
    for firearm in derived.firearms():
        create_records(derived, firearm.own, firearm.stretch.rows)
        create_custody(production, firearm)
    create_records(derived, derived.wide.facts, derived.wide.rows)
    Hold.objects.bulk_create(derived.holds, batch_size=AT_ONCE)
    Device.objects.bulk_create(derived.phones.rows.values(), batch_size=AT_ONCE)
    surroundings_changed(head)
    return head.seq


def remove_derived(production: Production) -> None:
    for model in RECORD_MODELS:
        rows = model._default_manager.filter(Q(production=production) | Q(entry__production=production))  # noqa: SLF001
        rows.delete()
    Hold.objects.filter(Q(production=production) | Q(raised_by__production=production)).delete()
    Device.objects.filter(production=production).delete()
    CustodySnapshot.objects.filter(firearm__production=production).delete()
    Custody.objects.filter(Q(production=production) | Q(firearm__production=production)).delete()


def create_records(derived: Derived, facts: list[Fact] | tuple[Fact, ...], rows: dict[UUID, LedgerEntry]) -> None:
    for model, records in derived_records(derived, facts, rows).items():
        model._default_manager.bulk_create(records, batch_size=AT_ONCE)  # noqa: SLF001


def create_custody(production: Production, firearm: DerivedFirearm) -> None:
    if firearm.state.order:
        Custody.objects.create(
            firearm_id=firearm.firearm_id,
            production=production,
            effective_at=firearm.state.order[0],
            entries=firearm.entries,
            state=encoded(firearm.state),
            adopted=[str(entry) for entry in firearm.adopted],
        )
