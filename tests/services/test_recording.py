"""Recording: what becomes of an entry, and who may send it."""

import json
from typing import Any
from uuid import uuid4

import pytest

from checklists.models import (
    Alert,
    Announcement,
    LedgerEntry,
    LedgerHead,
    QuarantinedEntry,
)
from checklists.services.recording import record_entries
from tests.cast import Cast
from tests.custody.sending import BODIES
from tests.services.phones import NOON, faults, recorded, sent, statuses

# --- one entry -------------------------------------------------------------------------------------------------------


def test_an_entry_is_recorded_with_the_next_number(cast: Cast) -> None:
    before = LedgerHead.objects.get(production=cast.production).seq
    entry = sent(cast)

    (result,) = recorded(cast, entry)

    row = LedgerEntry.objects.get(production=cast.production, entry_id=entry["id"])
    assert result == {
        "id": entry["id"],
        "status": "recorded",
        "seq": before + 1,
        "leaf_hash": row.leaf_hash,
        "errors": [],
        "missing": [],
    }
    assert json.loads(bytes(row.entry_bytes or b"")) == entry
    assert row.received_at == NOON


def test_the_receipt_says_who_sent_it(cast: Cast) -> None:
    (result,) = recorded(cast, sent(cast), auth="token")

    row = LedgerEntry.objects.get(production=cast.production, seq=result["seq"])
    assert json.loads(bytes(row.receipt_bytes)) == {
        "production": str(cast.production.id),
        "seq": row.seq,
        "entry": str(row.entry_id),
        "leaf_hash": row.leaf_hash,
        "received_at": NOON.isoformat(),
        "auth": {"method": "token", "member": str(cast.ad.id)},
    }


def test_an_entry_that_breaks_rules_is_recorded_and_answered_with_what_is_missing(cast: Cast) -> None:
    body = BODIES["handoff"] | {"giver": {"crew": str(cast.ad.id)}, "receiver": {"crew": str(cast.performer.id)}}

    (result,) = recorded(cast, sent(cast, "handoff", body))

    assert result["status"] == "recorded"
    assert {step["rule"] for step in result["missing"]} == {
        "handed-over-by-handler",
        "safety-meeting-held",
        "inspected-since-custody-change",
        "announced-since-inspection",
    }
    assert Alert.objects.filter(production=cast.production, entry=result["id"]).count() == 4


def test_the_answer_has_the_clearance_of_each_firearm_that_was_spoken_of(cast: Cast) -> None:
    wide = sent(cast, "meeting", {"date": "2024-11-22", "attendees": []}, firearm=None)

    answer = record_entries(member=cast.ad, entries=[sent(cast), wide], now=NOON)

    assert list(answer["firearms"]) == [str(cast.firearms["colt"].id)]
    assert answer["firearms"][str(cast.firearms["colt"].id)]["state"] == "missing"


def test_an_entry_without_a_clock_of_its_own_is_received_now(cast: Cast) -> None:
    (result,) = record_entries(member=cast.ad, entries=[sent(cast)])["results"]

    assert result["status"] == "recorded"


# --- what comes again ------------------------------------------------------------------------------------------------


def test_the_same_bytes_again_are_a_duplicate_with_the_first_number(cast: Cast) -> None:
    entry = sent(cast)
    (first,) = recorded(cast, entry)

    (again,) = recorded(cast, dict(reversed(entry.items())))

    assert (again["status"], again["seq"], again["leaf_hash"]) == ("duplicate", first["seq"], first["leaf_hash"])
    assert LedgerEntry.objects.filter(entry_id=entry["id"]).count() == 1


def test_the_same_id_with_other_bytes_is_a_conflict_kept_and_alerted(cast: Cast) -> None:
    entry = sent(cast)
    recorded(cast, entry)

    (result,) = recorded(cast, entry | {"body": {"call": "hot_blank", "rounds": 1}})

    assert (result["status"], faults(result)) == ("conflict", ["/id"])
    kept = QuarantinedEntry.objects.get(production=cast.production)
    assert (kept.reason, str(kept.entry_id)) == ("conflict", entry["id"])
    assert Alert.objects.get(production=cast.production, entry=entry["id"]).rule == "entry-not-altered"


def test_a_conflict_that_is_sent_again_is_kept_once(cast: Cast) -> None:
    entry = sent(cast)
    recorded(cast, entry)
    other = entry | {"nonce": "A" * 22}

    assert statuses(recorded(cast, other, other)) == ["conflict", "conflict"]
    assert QuarantinedEntry.objects.filter(production=cast.production).count() == 1


def test_an_entry_that_stands_twice_in_a_batch_is_recorded_once(cast: Cast) -> None:
    entry = sent(cast)

    first, again, other = recorded(cast, entry, entry, entry | {"nonce": "A" * 22})

    assert statuses([first, again, other]) == ["recorded", "duplicate", "conflict"]
    assert again["seq"] == first["seq"]
    assert LedgerEntry.objects.filter(entry_id=entry["id"]).count() == 1


def test_an_unreadable_entry_may_come_again_mended(cast: Cast) -> None:
    entry = sent(cast)

    assert statuses(recorded(cast, entry | {"body": {}}, entry)) == ["malformed", "recorded"]


def test_another_productions_entry_with_the_same_id_is_no_duplicate(cast: Cast) -> None:
    entry = sent(cast)
    recorded(cast, entry)
    outsider = cast.elsewhere.crew.get()
    there = entry | {"production": str(cast.elsewhere.id), "author": str(outsider.id), "firearm": None}

    (result,) = recorded(cast, there | {"kind": "scene_wrap", "body": {"date": "2024-11-22"}}, member=outsider)

    assert result["status"] == "recorded"


# --- who may ---------------------------------------------------------------------------------------------------------


def test_nobody_records_in_anothers_name(cast: Cast) -> None:
    (result,) = recorded(cast, sent(cast, author=str(cast.armorer.id)))

    assert (result["status"], faults(result)) == ("forbidden", ["/author"])
    assert not LedgerEntry.objects.filter(entry_id=result["id"]).exists()


@pytest.mark.parametrize("method", ["pin", "passkey", "device_key"])
def test_a_signature_by_pin_or_key_needs_its_proof(cast: Cast, method: str) -> None:
    body = BODIES["sign_off"] | {"signer": str(cast.ad.id), "method": method}

    (result,) = recorded(cast, sent(cast, "sign_off", body))

    assert (result["status"], faults(result)) == ("forbidden", ["/body/method"])


def test_an_entry_sent_to_another_production_is_malformed(cast: Cast) -> None:
    (result,) = recorded(cast, sent(cast, production=str(cast.elsewhere.id)))

    assert (result["status"], faults(result)) == ("malformed", ["/production"])


def test_people_places_and_firearms_of_another_production_are_unknown(cast: Cast) -> None:
    elsewhere = cast.elsewhere.crew.get()
    strangers = {"firearm": str(uuid4()), "author": str(elsewhere.id)}
    body = BODIES["handoff"] | {"giver": {"place": str(uuid4())}, "receiver": {"crew": str(elsewhere.id)}}

    (result,) = recorded(cast, sent(cast, "handoff", body, **strangers))

    assert result["status"] == "malformed"
    assert faults(result) == ["/firearm", "/author", "/body/giver/place", "/body/receiver/crew"]
    assert [one["detail"] for one in result["errors"]] == [
        "no firearm of this production",
        "no crew member of this production",
        "no place of this production",
        "no crew member of this production",
    ]


@pytest.mark.parametrize("kind", ["reference", "alert_opened", "alert_acknowledged", "nobody_reached"])
def test_what_the_server_writes_is_taken_from_no_phone(cast: Cast, kind: str) -> None:
    (result,) = recorded(cast, sent(cast, kind, {}))

    assert (result["status"], faults(result)) == ("malformed", ["/kind"])


# --- unknown kinds ---------------------------------------------------------------------------------------------------


def test_an_entry_of_an_unknown_kind_is_kept_and_never_dropped(cast: Cast) -> None:
    entry = sent(cast, "drone_shot", {"height": 12})

    (result,) = recorded(cast, entry)

    assert (result["status"], result["seq"], result["errors"]) == ("quarantined", None, [])
    kept = QuarantinedEntry.objects.get(production=cast.production)
    assert (kept.reason, kept.kind, json.loads(bytes(kept.entry_bytes))) == ("unknown_kind", "drone_shot", entry)


def test_an_unknown_kind_that_comes_again_is_kept_once(cast: Cast) -> None:
    entry = sent(cast, "drone_shot", {})

    assert statuses(recorded(cast, entry) + recorded(cast, entry)) == ["quarantined", "quarantined"]
    assert QuarantinedEntry.objects.count() == 1


def test_a_stranger_may_not_send_unknown_kinds_either(cast: Cast) -> None:
    assert statuses(recorded(cast, sent(cast, "drone_shot", {}, author=str(cast.armorer.id)))) == ["forbidden"]
    assert QuarantinedEntry.objects.count() == 0


# --- corrections -----------------------------------------------------------------------------------------------------


def correcting(cast: Cast, entry: dict[str, Any], body: object) -> dict[str, Any]:
    said = {"corrects": entry["id"], "reason": "written down wrong", "body": body}
    return sent(cast, "correction", said, firearm=None)


def test_a_correction_changes_the_record_row_and_not_the_entry(cast: Cast) -> None:
    entry = sent(cast)
    recorded(cast, entry)

    (result,) = recorded(cast, correcting(cast, entry, {"call": "hot_blank", "rounds": 3}))

    row = Announcement.objects.get(entry__entry_id=entry["id"])
    assert (row.call, row.rounds, row.voided, str(row.version)) == ("hot_blank", 3, False, result["id"])
    assert json.loads(bytes(row.entry.entry_bytes or b"")) == entry


def test_a_void_marks_the_record_row(cast: Cast) -> None:
    entry = sent(cast)

    assert statuses(recorded(cast, entry, correcting(cast, entry, None))) == ["recorded", "recorded"]
    assert Announcement.objects.get(entry__entry_id=entry["id"]).voided


@pytest.mark.parametrize("in_one_batch", [True, False])
def test_the_body_of_a_correction_is_read_as_the_corrected_kind(cast: Cast, in_one_batch: bool) -> None:
    entry = sent(cast)
    correction = correcting(cast, entry, {"call": "hot_blank", "rounds": "3"})

    results = recorded(cast, entry, correction) if in_one_batch else recorded(cast, entry) + recorded(cast, correction)

    result = results[1]

    assert (result["status"], faults(result)) == ("malformed", ["/body/body/rounds"])


def test_a_correction_names_no_strangers(cast: Cast) -> None:
    entry = sent(cast)

    _, result = recorded(cast, entry, correcting(cast, entry, {"call": "cold_empty", "shown_to": [str(uuid4())]}))

    assert (result["status"], faults(result)) == ("malformed", ["/body/body/shown_to/0"])


def test_a_correction_of_what_cannot_be_corrected_is_recorded_without_effect(cast: Cast) -> None:
    hold = sent(cast, "hold", {"scope": "production", "reason": "Stop."}, firearm=None)

    results = recorded(cast, hold, correcting(cast, hold, {"anything": 1}), correcting(cast, {"id": str(uuid4())}, {}))

    assert statuses(results) == ["recorded"] * 3
