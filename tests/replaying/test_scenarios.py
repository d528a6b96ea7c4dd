"""Days told by hand, each with everything that the product must say about it: `NAME.json` and `NAME.expected.json`."""

import json
from pathlib import Path
from typing import Any

import pytest

from checklists.services.replaying.playing import replay
from tests.custody.telling import CHECKLISTS
from tests.replaying.comparing import compared
from tests.specification import model

SCENARIOS = Path(__file__).parent.parent / "scenarios"
NAMES = sorted(path.name.removesuffix(".expected.json") for path in SCENARIOS.glob("*.expected.json"))


def told(name: str) -> dict[str, Any]:
    day: dict[str, Any] = json.loads((SCENARIOS / f"{name}.json").read_text("utf-8"))
    return day


def expected(name: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((SCENARIOS / f"{name}.expected.json").read_text("utf-8"))
    return said


def test_every_scenario_has_its_expectation() -> None:
    assert len(NAMES) >= 15
    assert {path.name for path in SCENARIOS.iterdir()} == {
        f"{name}{ending}" for name in NAMES for ending in (".json", ".expected.json")
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_product_says_what_is_expected(db: None, name: str) -> None:
    assert replay(told(name)) == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_specification_says_the_same(name: str) -> None:
    assert compared(model.replay(told(name), CHECKLISTS)) == compared(expected(name))
