"""Which people, places and firearms an entry names, each with where it names them."""

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from checklists.custody.entries import Body, Holder, Meeting, SignOff
from checklists.custody.reading import Envelope, read_envelope
from checklists.custody.references import named_in, strangers, unknown
from tests.custody.making import (
    AD,
    ARMORER,
    COLT,
    GRIP,
    NINE,
    PERFORMER,
    PHONE,
    PRODUCTION,
    PROPS,
    ROSTER,
    SAFE,
    announced,
    counted,
    handed_off,
    holder,
    inspected,
    new_id,
    resolved,
)


@pytest.mark.parametrize(
    "body, named",
    [
        (inspected(shown_to=(AD, PROPS)).body, {"/body/shown_to/0": AD, "/body/shown_to/1": PROPS}),
        (announced(shown_to=(GRIP,)).body, {"/body/shown_to/0": GRIP}),
        (handed_off(NINE, SAFE, PERFORMER).body, {"/body/giver/place": SAFE, "/body/receiver/crew": PERFORMER}),
        (SignOff(entry=COLT, entry_hash="", signer=GRIP, meaning="given"), {"/body/signer": GRIP}),
        (
            Meeting(date=NINE.date(), attendees=(ARMORER,), led_by=AD),
            {"/body/attendees/0": ARMORER, "/body/led_by": AD},
        ),
        (Meeting(date=NINE.date(), attendees=()), {}),
        (resolved(to=SAFE).body, {"/body/holder/place": SAFE}),
        (counted().body, {}),
    ],
)
def test_each_kind_names_its_people_and_places(body: Body, named: dict[str, UUID]) -> None:
    assert {pointer: row_id for pointer, _, row_id in named_in(body)} == named


def envelope(**said: Any) -> Envelope:
    entry = {
        "id": str(new_id()),
        "kind": "handoff",
        "production": str(PRODUCTION),
        "firearm": str(COLT),
        "author": str(ARMORER),
        "occurred_at": NINE.isoformat(),
        "device": {"id": str(PHONE), "seq": 1},
        "nonce": "A" * 22,
        "body": {},
    }
    return read_envelope(entry | said)


def test_what_the_production_has_is_no_stranger() -> None:
    assert strangers(envelope(), handed_off().body, ROSTER) == []
    assert strangers(envelope(firearm=None), None, ROSTER) == []


def test_strangers_are_named_where_they_stand() -> None:
    stranger = new_id()
    body = handed_off(NINE, ARMORER, stranger).body

    problems = strangers(envelope(firearm=str(stranger), author=str(stranger)), body, ROSTER)

    assert [(one.pointer, one.detail) for one in problems] == [
        ("/firearm", "no firearm of this production"),
        ("/author", "no crew member of this production"),
        ("/body/receiver/crew", "no crew member of this production"),
    ]


def test_a_place_that_the_production_does_not_have_is_unknown() -> None:
    body = resolved().body
    elsewhere = replace(body, holder=Holder(place=new_id()))

    assert [one.detail for one in unknown(list(named_in(elsewhere)), ROSTER)] == ["no place of this production"]
    assert unknown(list(named_in(replace(body, holder=holder(SAFE)))), ROSTER) == []
