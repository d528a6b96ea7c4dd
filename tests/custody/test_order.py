"""What must always hold of the fold, on generated days: order of arrival and stops on the way change nothing."""

import random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.custody.facts import Order
from checklists.custody.fold import Folded, fold, stored
from checklists.custody.state import CustodyState
from tests.custody.telling import CHECKLISTS, Told, told
from tests.specification.days import generate_day

SEEDS = st.integers(0, 2**32 - 1)
"""Of generated days, plausible and nasty; a failing one can be told again."""


def days(seed: int) -> list[Told]:
    rng = random.Random(seed)
    return told(generate_day(rng, rng.choice([10, 30, 60]), CHECKLISTS, offsets=True))


def folded(firearm: Told, state: CustodyState, *, after: Order | None = None, until: Order | None = None) -> Folded:
    """The firearm's facts between two places, folded from a state."""

    def between(place: Order) -> bool:
        return (after is None or place > after) and (until is None or place <= until)

    return fold(
        state,
        [fact for fact in firearm.facts if between(fact.order)],
        firearm.around,
        same_after=firearm.same_after,
        amended=[place for place in firearm.amended if between(place)],
    )


def whole(firearm: Told) -> Folded:
    return folded(firearm, CustodyState(firearm=firearm.firearm))


def kept(state: CustodyState) -> CustodyState:
    """As it comes out of the database."""
    return msgspec.json.decode(msgspec.json.encode(stored(state)), type=CustodyState)


@settings(max_examples=150)
@given(seed=SEEDS, rng=st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_state_and_steps(seed: int, rng: random.Random) -> None:
    for firearm in days(seed):
        shuffled = msgspec.structs.replace(
            firearm,
            facts=tuple(rng.sample(firearm.facts, len(firearm.facts))),
            amended=tuple(rng.sample(firearm.amended, len(firearm.amended))),
        )

        assert whole(shuffled) == whole(firearm)


@settings(max_examples=150)
@given(seed=SEEDS, cut=st.floats(0, 1))
def test_folding_on_from_a_kept_state_is_folding_at_once(seed: int, cut: float) -> None:
    for firearm in days(seed):
        places = sorted([fact.order for fact in firearm.facts] + list(firearm.amended))
        if not places:
            continue
        stop = places[min(int(cut * len(places)), len(places) - 1)]

        first = folded(firearm, CustodyState(firearm=firearm.firearm), until=stop)
        rest = folded(firearm, kept(first.state), after=stop)

        at_once = whole(firearm)
        assert rest.state == at_once.state
        assert first.steps | rest.steps == at_once.steps
        assert first.raised + rest.raised == at_once.raised


@settings(max_examples=20)
@given(seed=SEEDS)
def test_one_by_one_is_all_at_once(seed: int) -> None:
    for firearm in days(seed):
        state, last = CustodyState(firearm=firearm.firearm), None
        for place in sorted({fact.order for fact in firearm.facts} | set(firearm.amended)):
            state, last = kept(folded(firearm, state, after=last, until=place).state), place

        assert state == whole(firearm).state


@settings(max_examples=20)
@given(seed=SEEDS)
def test_every_step_of_a_day_is_about_an_entry_of_that_day(seed: int) -> None:
    for firearm in days(seed):
        triggers = {fact.id for fact in firearm.facts if not fact.voided_by}

        for (rule_id, trigger), step in whole(firearm).steps.items():
            assert trigger in triggers
            assert step.key == (rule_id, trigger)
            assert (step.met_at is None) == (step.met_by is None)
            assert step.met_at is None or step.met_at >= step.since or step.rule in EARLY


EARLY = {"both-sign", "receiver-looked", "announcement-confirmed-by-ad"}
"""A signature may come before what it signs: a phone's clock may be wrong."""
