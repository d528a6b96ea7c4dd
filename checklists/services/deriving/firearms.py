"""One firearm, folded from its very first entry."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from msgspec import Struct

from checklists.custody.facts import Fact, Order
from checklists.custody.fold import fold, stored
from checklists.custody.state import CustodyState, Step
from checklists.custody.stopping import Raised
from checklists.custody.surroundings import Surroundings
from checklists.services.deriving.reading import Stretch
from checklists.services.judging.reconciling import Key


class DerivedFirearm(Struct, frozen=True, kw_only=True):
    """What follows from all entries about a firearm."""

    firearm_id: UUID
    stretch: Stretch
    adopted: tuple[UUID, ...]
    state: CustodyState
    """As it is kept."""
    earlier: tuple[tuple[Order, int, CustodyState], ...]
    """The states at the places that were asked for, as they are kept, each with how many entries it is made of."""
    steps: dict[Key, Step]
    raised: tuple[Raised, ...]

    @property
    def entries(self) -> int:
        return len(self.stretch.facts)

    @property
    def own(self) -> list[Fact]:
        """Its facts without the adopted ones, whose rows name no firearm or another one."""
        return [fact for fact in self.stretch.facts if fact.firearm == self.firearm_id]


def fold_firearm(
    firearm_id: UUID,
    stretch: Stretch,
    around: Surroundings,
    *,
    adopted: Iterable[UUID] = (),
    places: Iterable[Order] = (),
) -> DerivedFirearm:
    """Folds all entries, and notes the state after everything up to each of `places`."""
    state = CustodyState(firearm=firearm_id)
    facts = sorted(stretch.facts, key=lambda one: one.order)
    same_after = handoffs_by_after(facts)
    steps: dict[Key, Step] = {}
    raised: list[Raised] = []
    earlier: list[tuple[Order, int, CustodyState]] = []
    for place, part, amended in parted(facts, sorted(stretch.window.amended), sorted(places)):
        folded = fold(state, part, around, same_after=same_after, amended=amended)
        state = folded.state
        steps |= folded.steps
        raised += folded.raised
        if place:
            count = bisect_right(facts, place, key=lambda one: one.order)
            earlier.append((place, count, stored(state)))
    return DerivedFirearm(
        firearm_id=firearm_id,
        stretch=stretch,
        adopted=tuple(adopted),
        state=stored(state),
        earlier=tuple(earlier),
        steps=steps,
        raised=tuple(raised),
    )


def parted(
    facts: Sequence[Fact], amended: Sequence[Order], places: Sequence[Order]
) -> Iterator[tuple[Order | None, Sequence[Fact], Sequence[Order]]]:
    """Facts and amendments up to each place, and at last (without a place) the rest."""
    first_fact = first_amended = 0
    for place in places:
        last_fact = bisect_right(facts, place, key=lambda one: one.order)
        last_amended = bisect_right(amended, place)
        yield place, facts[first_fact:last_fact], amended[first_amended:last_amended]
        first_fact, first_amended = last_fact, last_amended
    yield None, facts[first_fact:], amended[first_amended:]


def handoffs_by_after(facts: Iterable[Fact]) -> dict[UUID | None, list[Fact]]:
    """The handoffs that count, by the earlier handoff that they continue."""
    groups: dict[UUID | None, list[Fact]] = {}
    for fact in facts:
        if fact.body.kind == "handoff" and not fact.voided_by:
            groups.setdefault(fact.after, []).append(fact)
    return groups
