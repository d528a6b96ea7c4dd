"""Everything derived can be lost: it is made anew from the ledger, and recording goes on as if nothing had been."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from checklists.models import (
    Alert,
    Credential,
    CrewMember,
    Custody,
    CustodySnapshot,
    Delivery,
    Device,
    ExpectedStep,
    Firearm,
    Hold,
    LedgerEntry,
    LedgerHead,
    Place,
    Production,
)
from checklists.services.judging.records import RECORD_MODELS
from checklists.services.rebuilding import rebuild
from checklists.services.replaying.playing import Playing, replay
from checklists.services.replaying.scenarios import Step
from tests.verifying.playing import RICH_DAY, day_of, findings, played

MADE_ANEW: tuple[type[models.Model], ...] = (
    *RECORD_MODELS,
    Hold,
    Custody,
    Device,
    CrewMember,
    Credential,
    Place,
    Firearm,
    Production,
)
NEVER_TOUCHED: tuple[type[models.Model], ...] = (LedgerEntry, LedgerHead, ExpectedStep, Alert, Delivery)


def dumped(some: tuple[type[models.Model], ...]) -> dict[str, list[str]]:
    """All rows as text, without the numbers that the database gives out."""
    return {
        model.__name__: sorted(
            json.dumps(plain(row), default=str, sort_keys=True) for row in model._default_manager.values()
        )
        for model in some
    }


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(row)
    told.pop("surroundings_id", None)  # says only that what processes have kept is out of date
    if isinstance(told.get("state"), bytes | memoryview):
        told["state"] = json.loads(bytes(told["state"]))
    if isinstance(told.get("adopted"), list):
        told["adopted"].sort()
    if "last_heard_at" in told or "issued_by" in told:
        del told["id"]
    return told


def wreck() -> None:
    """What an unlucky night with the database's own shell can do."""
    dated: tuple[type[models.Model], ...] = (*RECORD_MODELS, Hold, Custody)
    for model in dated:
        rows = list(model._default_manager.all())
        for row in rows[::2]:
            row.delete()
        model._default_manager.update(effective_at="2001-01-01T00:00:00Z")
    Device.objects.update(owes=True, state=b"{}")
    CustodySnapshot.objects.update(state=b"{}")
    Credential.objects.update(valid_until="2001-01-01")
    CrewMember.objects.update(roles=["medic"], left_at="2001-01-01T00:00:00Z")
    Place.objects.update(secure=True)
    Firearm.objects.update(capacity=9, kind="rubber", functional=False)
    Production.objects.update(time_zone="Asia/Tokyo", wrap="03:33", overrides={"both-sign": {"within": "PT1S"}})


@pytest.mark.parametrize("seed", [RICH_DAY, 4, 11, 37])
def test_what_was_wrecked_is_as_before(db: None, seed: int) -> None:
    production = played(seed, size=60)
    before, kept = dumped(MADE_ANEW), dumped(NEVER_TOUCHED)
    wreck()
    assert findings() != []

    rebuild(production_id=production.id)

    assert dumped(MADE_ANEW) == before
    assert dumped(NEVER_TOUCHED) == kept
    assert findings() == []


class Rebuilding(Playing):
    """Plays a day, and makes everything anew after each receipt."""

    def receive(self, steps: list[Step], moment: Any) -> None:
        super().receive(steps, moment)
        rebuild(production_id=self.production.id)


@pytest.mark.parametrize("seed", [RICH_DAY, 5, 14])
def test_recording_goes_on_after_a_rebuild_as_if_nothing_had_been(db: None, seed: int) -> None:
    day = day_of(seed, size=40)

    said = Rebuilding(day).play()

    assert said == replay(day)
    assert findings() == []


def test_a_row_that_people_made_and_somebody_deleted_comes_back_without_its_name(db: None) -> None:
    production = played(2, size=8)
    member = CrewMember.objects.first()
    assert member
    CrewMember.objects.filter(pk=member.pk).delete()

    rebuild(production_id=production.id)

    restored = CrewMember.objects.get(pk=member.pk)
    assert restored.roles == member.roles
    assert restored.name == "(restored from the ledger)"
    assert findings() == []


def test_the_command_rebuilds_every_production_or_one(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    production = played(2, size=8)

    call_command("rebuild")
    call_command("rebuild", production=production.id)

    said = f"{production.head.seq} entries of 1 productions: everything derived was made anew\n"
    assert capsys.readouterr().out == said * 2


def test_a_production_that_does_not_exist_can_not_be_rebuilt(db: None) -> None:
    with pytest.raises(CommandError, match="no production"):
        call_command("rebuild", production="00000000-0000-0000-0000-000000000007")
