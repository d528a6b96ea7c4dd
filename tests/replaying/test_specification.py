"""The product against the specification: a slow, obvious model that shares no line with the engine."""

import os

import pytest

from tests.replaying.comparing import day_of, differences

SMALL_RUN = range(25)
DAYS = int(os.environ.get("DAYS", "2000"))
CHUNK = 100


def test_generated_days_reach_something() -> None:
    """A comparison of empty days would prove nothing."""
    steps = [step for seed in SMALL_RUN for step in day_of(seed)["steps"]]

    assert len(steps) > 10 * len(SMALL_RUN)
    assert {"handoff", "inspection", "announcement", "sign_off", "correction"} <= {one.get("kind") for one in steps}


@pytest.mark.parametrize("seed", SMALL_RUN)
def test_generated_days_are_judged_as_the_specification_says(db: None, seed: int) -> None:
    found = differences(day_of(seed))

    assert not found, f"day {seed}:\n" + "\n".join(found)


@pytest.mark.proof
@pytest.mark.parametrize("first", range(0, DAYS, CHUNK))
def test_many_generated_days_are_judged_as_the_specification_says(
    db: None, first: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """`DAYS=10000 make proof` plays more of them."""
    seeds = range(first, min(first + CHUNK, DAYS))

    found = {seed: lines for seed in seeds if (lines := differences(day_of(seed)))}

    with capsys.disabled():
        print(f"\ndays {seeds[0]} to {seeds[-1]}: {len(seeds) - len(found)} of {len(seeds)} as specified")
    assert not found, "\n".join(f"day {seed}: {line}" for seed, lines in found.items() for line in lines)
