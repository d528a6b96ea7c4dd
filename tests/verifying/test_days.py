"""After any day on set, everything agrees."""

import pytest
from django.core.management import call_command

from checklists.services.demo.demonstrating import make_demo
from tests.verifying.playing import findings, played


@pytest.mark.parametrize("seed", range(30))
def test_whatever_happens_on_a_day_everything_agrees_afterwards(db: None, seed: int) -> None:
    played(seed)

    assert findings() == []


def test_a_firearm_with_snapshots_agrees_too(db: None) -> None:
    played(7, size=160)

    assert findings() == []


def test_the_demo_agrees_and_the_command_counts_what_it_has_verified(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_demo()

    call_command("verify")

    assert capsys.readouterr().out.endswith(" entries of 2 productions verified: all agree\n")
