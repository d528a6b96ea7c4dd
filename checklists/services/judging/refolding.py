"""Folds a firearm's new entries in: from its last state when they are in order, from an earlier one when not."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec
from django.db.models import Q

from checklists.custody.entries import SignOff
from checklists.custody.facts import Fact, Order, Sealed
from checklists.custody.fold import Folded, fold, stored
from checklists.custody.outcomes import SIGNATURES
from checklists.custody.state import MISSING_SIGNATURES, CustodyState, Step
from checklists.custody.surroundings import Surroundings
from checklists.models import Custody, CustodySnapshot, Handoff, LedgerEntry, Production
from checklists.queries.ledger import Window, corrected_outside, load_entries, load_facts, window_of

SNAPSHOT_EVERY = 32
"""Entries between two kept states: what a late entry has to fold again at the least."""
SAME_AFTER = 20
"""How many handoffs that continue the same earlier one are held against each other."""


def encoded(state: CustodyState) -> bytes:
    """The same bytes for the same state, in whatever order a phone named the items of a checklist."""
    return msgspec.json.encode(state, order="deterministic")


def decoded(data: bytes | memoryview) -> CustodyState:
    return msgspec.json.decode(bytes(data), type=CustodyState)


class Refold:
    """One firearm in one receipt: where folding begins, over which entries, and what came of it."""

    def __init__(self, production: Production, firearm_id: UUID, head: Custody | None) -> None:
        self.production = production
        self.firearm_id = firearm_id
        self.head = head
        self.last = decoded(head.state) if head else CustodyState(firearm=firearm_id)
        self.base, self.base_entries = self.last, head.entries if head else 0
        self.adopted: list[str] = list(head.adopted) if head else []
        self.new: list[Sealed] = []
        self.start: Order | None = None
        self.in_order = True
        self.entries: list[Sealed] = []
        self.outside: list[Sealed] = []
        self.folded = Folded(state=self.base, steps={}, raised=())

    def begin_at(self, place: Order) -> None:
        """Everything from `place` on is folded anew."""
        self.start = min(self.start or place, place)

    def add(self, sealed: Sealed, *, adopted: bool = False) -> None:
        self.new.append(sealed)
        self.begin_at(sealed.order)
        if adopted:
            self.adopted.append(str(sealed.entry.id))

    def begin_at_forgotten_signatures(self) -> None:
        """A signature under an entry whose step the kept state has forgotten is folded in from that entry on."""
        missing = [step for step in self.last.pending if step.outcome in SIGNATURES]
        if len(missing) < MISSING_SIGNATURES:
            return
        remembered = {step.version for step in missing}
        signed = {one.entry.body.entry for one in self.new if isinstance(one.entry.body, SignOff)} - remembered
        rows = LedgerEntry.objects.filter(production=self.production, entry_id__in=signed)
        roots = [row.names if row.kind == "correction" and row.names else row.entry_id for row in rows]
        for row in LedgerEntry.objects.filter(production=self.production, entry_id__in=roots):
            self.begin_at((row.effective_at, row.device_seq, row.entry_id))

    def load(self) -> None:
        """Finds the state to begin with, and the entries after it."""
        self.begin_at_forgotten_signatures()
        self.in_order = self.last.order is None or self.start is None or self.last.order < self.start
        if self.in_order or self.start is None:
            self.entries = list(self.new)
        else:
            self.rewind(self.start)
            self.entries = load_entries(self.production, self.stretch())
        self.outside = corrected_outside(self.production, self.entries)

    def rewind(self, start: Order) -> None:
        earlier = CustodySnapshot.objects.filter(firearm_id=self.firearm_id, effective_at__lt=start[0])
        snapshot = earlier.order_by("-effective_at", "-entries").first()
        self.base = decoded(snapshot.state) if snapshot else CustodyState(firearm=self.firearm_id)
        self.base_entries = snapshot.entries if snapshot else 0

    def stretch(self) -> Q:
        own = Q(firearm_id=self.firearm_id)
        if self.base.order:
            own &= Q(effective_at__gte=self.base.order[0])
        return own | Q(entry_id__in=self.adopted) if self.adopted else own

    def window(self, without: Iterable[UUID] = ()) -> Window:
        """The facts to fold, as if some new entries had not come."""
        left_out = set(without)
        entries = [one for one in self.entries if one.entry.id not in left_out]
        return window_of(entries, outside=self.outside).after(self.base.order)

    @property
    def since(self) -> dt.datetime | None:
        """The earliest effective time that is folded."""
        times = [one.effective_at for one in self.entries]
        if self.base.order:
            times.append(self.base.order[0])
        return min(times, default=None)

    def fold(self, around: Surroundings, without: Iterable[UUID] = ()) -> Folded:
        window = self.window(without)
        return fold(
            self.base,
            window.facts,
            around,
            same_after=self.same_after(window.facts),
            amended=window.amended,
        )

    def same_after(self, facts: Sequence[Fact]) -> dict[UUID | None, list[Fact]]:
        """The firearm's handoffs by the handoff that they continue, for the handoffs among `facts`."""
        own = {fact.id: fact for fact in facts if fact.body.kind == "handoff"}
        if not own:
            return {}
        afters = {fact.after for fact in own.values()}
        named = Q(after__in=afters - {None}) | (Q(after=None) if None in afters else Q(pk=None))
        rows = Handoff.objects.filter(named, firearm_id=self.firearm_id).exclude(entry__entry_id__in=list(own))
        others = rows.order_by("-effective_at").values_list("entry__entry_id", flat=True)[:SAME_AFTER]
        known = own | load_facts(self.production, set(others))
        groups: dict[UUID | None, list[Fact]] = {after: [] for after in afters}
        for fact in known.values():
            if not fact.voided_by:
                groups.setdefault(fact.after, []).append(fact)
        return groups

    def judge(self, around: Surroundings) -> None:
        self.folded = self.fold(around)

    def found(self) -> tuple[list[Step], set[UUID]]:
        """The steps that may differ from what is on record, and the entries all of whose steps are among them."""
        before = {step.key: step for step in self.base.pending} if self.in_order else {}
        steps = [step for step in self.folded.steps.values() if step != before.get(step.key)]
        return steps, {fact.id for fact in self.window().facts}

    def mended_by(self, key: tuple[str, UUID], around: Surroundings) -> Sealed | None:
        """The first new entry, in fold order, with which what `key` found is gone. None when it wasn't one of ours."""
        new = sorted(self.new, key=lambda one: one.order)
        for count in range(len(new)):
            folded = self.fold(around, without=[one.entry.id for one in new[count:]])
            if not is_broken(folded.steps.get(key)):
                return new[count - 1] if count else None
        return new[-1] if new else None

    def save(self) -> None:
        """Keeps the state, and now and then a snapshot; snapshots of what has changed since go."""
        state = stored(self.folded.state)
        if state.order is None:
            return
        window = self.window()
        entries = self.base_entries + len(window.facts)
        values = {"effective_at": state.order[0], "entries": entries, "state": encoded(state)}
        if not self.in_order:
            CustodySnapshot.objects.filter(firearm_id=self.firearm_id, effective_at__gte=self.start_time()).delete()
        if self.head:
            Custody.objects.filter(pk=self.head.pk).update(**values, adopted=self.adopted)
        else:
            Custody.objects.create(
                firearm_id=self.firearm_id, production=self.production, adopted=self.adopted, **values
            )
        if entries // SNAPSHOT_EVERY > self.base_entries // SNAPSHOT_EVERY:
            CustodySnapshot.objects.create(firearm_id=self.firearm_id, **values)

    def start_time(self) -> dt.datetime:
        return self.start[0] if self.start else dt.datetime.max.replace(tzinfo=dt.UTC)


def is_broken(step: Step | None) -> bool:
    return step is not None and step.met_at is None
