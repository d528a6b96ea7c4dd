"""The kinds of entry: what each one names, and what can't be said."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from checklists.custody.entries import (
    KINDS,
    MADE_BY_THE_SERVER,
    MADE_ON_A_DEVICE,
    AmmunitionCount,
    Body,
    Correction,
    FollowUp,
    Handoff,
    Holder,
    IncidentClosed,
    Meeting,
    Release,
    SignOff,
)
from tests.custody.making import ARMORER, COLT, SAFE, counted


def test_a_kind_stands_under_its_own_name() -> None:
    assert all(body.kind == kind for kind, body in KINDS.items())
    assert set(KINDS) == set(MADE_ON_A_DEVICE) | set(MADE_BY_THE_SERVER)
    assert not set(MADE_ON_A_DEVICE) & set(MADE_BY_THE_SERVER)


@pytest.mark.parametrize("kind", ["inspection", "announcement", "handoff", "resolution"])
def test_four_kinds_are_about_a_firearm(kind: str) -> None:
    assert KINDS[kind].about_a_firearm
    assert sum(body.about_a_firearm for body in KINDS.values()) == 4


def test_holds_incidents_corrections_and_what_the_server_writes_cannot_be_corrected() -> None:
    assert {kind for kind, body in KINDS.items() if not body.correctable} == {
        "hold",
        "incident",
        "correction",
        *MADE_BY_THE_SERVER,
    }


@pytest.mark.parametrize("said", [{}, {"crew": ARMORER, "place": SAFE}])
def test_a_holder_is_either_a_person_or_a_place(said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either a crew member or a place"):
        Holder(**said)


def test_nobody_hands_a_firearm_to_themselves() -> None:
    me = Holder(crew=ARMORER)

    with pytest.raises(ValueError, match="giver and receiver are the same"):
        Handoff(giver=me, receiver=me, purpose="transfer", load="empty", rounds=0)


@pytest.mark.parametrize(
    "body",
    [
        SignOff(entry=COLT, entry_hash="", signer=ARMORER, meaning="given"),
        IncidentClosed(incident=COLT),
        Release(hold=COLT, reason=""),
        FollowUp(incident=COLT, what="answered"),
        Correction(corrects=COLT, reason="wrong", body=None),
    ],
)
def test_some_kinds_name_an_earlier_entry(body: Body) -> None:
    assert body.named == COLT


def test_other_kinds_name_none() -> None:
    assert Meeting(date=dt.date(2025, 11, 24), attendees=()).named is None


@pytest.mark.parametrize(
    "numbers, balances",
    [({}, True), ({"returned": 5}, False), ({"issued": 10, "fired": 1, "misfired": 2, "quarantined": 1}, True)],
)
def test_what_was_issued_is_accounted_for(numbers: dict[str, Any], balances: bool) -> None:
    count = counted(**numbers).body

    assert isinstance(count, AmmunitionCount)
    assert count.balances is balances


@pytest.mark.parametrize("holder", [Holder(crew=ARMORER), Holder(place=SAFE)])
def test_a_holder_is_written_as_it_was_sent(holder: Holder) -> None:
    assert msgspec.convert(msgspec.to_builtins(holder), Holder) == holder
    assert len(msgspec.to_builtins(holder)) == 1
