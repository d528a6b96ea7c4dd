"""Recording entries over HTTP, and reading them back as they were sent."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from checklists.models import LedgerEntry
from checklists.services.ledger import append_by_server
from tests.api.browser import NOON, Browser, entry, inspection, pointers
from tests.cast import MORNING, Cast


def test_an_entry_comes_back_as_it_was_sent_with_what_the_server_added(cast: Cast, armorer: Browser) -> None:
    sent = inspection(cast.armorer, cast.firearms["colt"], note="schön ☂")

    result = armorer.post("P/entries", {"entries": [sent]}).json()["results"][0]
    row = LedgerEntry.objects.get(entry_id=sent["id"])
    read = armorer.get(f"P/entries/{sent['id']}").json()

    assert result["status"] == "recorded"
    assert read == {**sent, "seq": row.seq, "received_at": row.received_at.isoformat(), "leaf_hash": row.leaf_hash}
    assert (result["seq"], result["leaf_hash"]) == (row.seq, row.leaf_hash)


def test_a_batch_answers_each_entry_alone_and_the_clearances(cast: Cast, armorer: Browser) -> None:
    good = inspection(cast.armorer, cast.firearms["colt"])
    foreign = inspection(cast.ad, cast.firearms["colt"])
    newer = entry(cast.armorer, "hologram", {}, seq=2)

    answer = armorer.post("P/entries", {"entries": [good, 7, foreign, newer, good]}).json()

    assert [one["status"] for one in answer["results"]] == [
        "recorded",
        "malformed",
        "forbidden",
        "quarantined",
        "duplicate",
    ]
    assert list(answer["firearms"]) == [str(cast.firearms["colt"].pk)]


@pytest.mark.parametrize(
    "body, pointer",
    [
        (b"[]", ""),
        (b"{}", "/entries"),
        (b'{"entries": {}}', "/entries"),
        (b'{"entries": [], "more": 1}', "/more"),
        (b'{"entries": [], "entries": []}', "/entries"),
        (b'{"entries": [' + b",".join([b"{}"] * 501) + b"]}", "/entries"),
    ],
)
def test_a_body_of_another_shape_is_refused(armorer: Browser, body: bytes, pointer: str) -> None:
    answer = armorer.client.post(armorer.address("P/entries"), body, content_type="application/json")

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


@pytest.mark.parametrize("body", [b"{", b"\xff", b"nonsense", b'{"entries": [NaN', b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(armorer: Browser, body: bytes) -> None:
    answer = armorer.client.post(armorer.address("P/entries"), body, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_body_that_is_too_large_is_refused(cast: Cast, armorer: Browser) -> None:
    before = LedgerEntry.objects.count()
    body = json.dumps({"entries": [{"note": "x" * 5_000_000}]})

    answer = armorer.client.post(armorer.address("P/entries"), body, content_type="application/json")

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert LedgerEntry.objects.count() == before


def test_the_ledger_is_read_in_order_and_from_anywhere(cast: Cast, armorer: Browser) -> None:
    armorer.post("P/entries", {"entries": [inspection(cast.armorer, cast.firearms["colt"], seq=n) for n in (1, 2, 3)]})

    everything = armorer.everything("P/entries?limit=4")
    later = armorer.everything(f"P/entries?after={everything[2]['seq']}&limit=2")

    assert [row["seq"] for row in everything] == list(range(1, len(everything) + 1))
    assert later == everything[3:]


def test_the_ledger_is_read_by_firearm_and_kind(cast: Cast, armorer: Browser) -> None:
    colt, pistol = cast.firearms["colt"], cast.firearms["pistol"]
    sent = [inspection(cast.armorer, colt), inspection(cast.armorer, pistol, seq=2)]
    armorer.post("P/entries", {"entries": sent})

    of_colt = armorer.everything(f"P/entries?firearm={colt.pk}&kind=inspection&limit=1")
    references = armorer.everything("P/entries?kind=reference&limit=3")

    assert [row["id"] for row in of_colt] == [sent[0]["id"]]
    assert {row["kind"] for row in references} == {"reference"}
    assert references[0]["body"]["subject"] == "production"


def test_a_redacted_entry_is_shown_without_its_content(cast: Cast, armorer: Browser) -> None:
    sent = inspection(cast.armorer, cast.firearms["colt"], note="a name")
    armorer.post("P/entries", {"entries": [sent]})
    redact(cast, sent["id"])

    read = armorer.get(f"P/entries/{sent['id']}").json()

    assert read["redacted"] is True
    assert (read["id"], read["kind"], read["author"]) == (sent["id"], "inspection", str(cast.armorer.pk))
    assert "body" not in read
    assert read in armorer.everything("P/entries")


def redact(cast: Cast, entry_id: str) -> None:
    with transaction.atomic():
        row = append_by_server(production=cast.production, kind="reference", body={}, author=None, now=MORNING)
        named = LedgerEntry(**{f.attname: getattr(row, f.attname) for f in LedgerEntry._meta.concrete_fields})
        named.pk, named.seq, named.entry_id, named.kind = None, row.seq + 1, uuid4(), "redaction"
        named.names = LedgerEntry.objects.get(entry_id=entry_id).entry_id
        named.save()
        target = LedgerEntry.objects.get(entry_id=entry_id).pk
        with connection.cursor() as cursor:
            cursor.execute("UPDATE checklists_ledgerentry SET entry_bytes = NULL WHERE id = %s", [target])


def test_the_clearance_of_a_firearm_names_what_is_missing(cast: Cast, armorer: Browser) -> None:
    colt = cast.firearms["colt"].pk

    plain = armorer.get(f"P/firearms/{colt}/clearance").json()
    to_performer = armorer.get(f"P/firearms/{colt}/clearance?receiver={cast.crew.pk}").json()

    assert plain["state"] == to_performer["state"] == "missing"
    assert "receiver-trained" not in rules(plain)
    assert {"receiver-trained", "held-by-handler-or-performer"} <= rules(to_performer)
    assert set(plain) == {"state", "as_of", "expires_at", "holder", "load", "rounds", "missing"}


def rules(clearance: dict[str, Any]) -> set[str]:
    return {step["rule"] for step in clearance["missing"]}


def test_a_firearm_carries_its_custody_clearance_and_checklist(cast: Cast, armorer: Browser) -> None:
    colt = cast.firearms["colt"]
    handoff = {
        "giver": {"place": str(cast.places["safe"].pk)},
        "receiver": {"crew": str(cast.armorer.pk)},
        "purpose": "checkout",
        "load": "empty",
        "rounds": 0,
    }
    armorer.post("P/entries", {"entries": [entry(cast.armorer, "handoff", handoff, firearm=colt)]})

    one = armorer.get(f"P/firearms/{colt.pk}").json()
    listed = {row["id"]: row for row in armorer.everything("P/firearms")}[str(colt.pk)]

    assert one["state"] == {
        "holder": {"crew": str(cast.armorer.pk)},
        "since": NOON.isoformat(),
        "load": "empty",
        "rounds": 0,
    }
    assert one["clearance"]["state"] == "missing"
    assert one["checklist"]
    assert all(set(item) == {"code", "title", "required"} for item in one["checklist"])
    assert listed["state"] == one["state"]
    assert listed["checklist"] == one["checklist"]


def test_settings_are_changed_and_the_ledger_says_so(cast: Cast, producer: Browser) -> None:
    answer = producer.patch("P", {"overrides": {"both-sign": {"within": "PT5S"}}, "wrap": "20:30"})

    assert answer.status_code == 200
    assert answer.json()["overrides"] == {"both-sign": {"within": "PT5S"}}
    assert answer.json()["wrap"] == "20:30"
    assert producer.get("P").json() == answer.json()
    assert producer.everything("P/entries?kind=reference")[-1]["body"]["values"]["wrap"] == "20:30"


def test_managing_over_http_is_in_the_ledger_under_the_managers_name(cast: Cast, producer: Browser) -> None:
    made = producer.post("P/crew", {"name": "New", "roles": ["crew"], "credentials": [{"type": "training"}]}).json()
    producer.patch(f"P/crew/{made['id']}", {"active": False})

    *_, enrolled, left = producer.everything("P/entries?kind=reference")

    assert enrolled["author"] == left["author"] == str(cast.producer.pk)
    assert enrolled["body"]["id"] == left["body"]["id"] == made["id"]
    assert (enrolled["body"]["values"]["active"], left["body"]["values"]["active"]) == (True, False)


def test_a_new_production_belongs_to_whoever_made_it(cast: Cast, armorer: Browser) -> None:
    made = armorer.post("/api/v1/productions", {"title": "My own", "time_zone": "Europe/London", "pack": "core"})

    own = {row["title"]: row["crew_member"] for row in armorer.get("/api/v1/me").json()["productions"]}
    assert made.status_code == 201
    assert own["My own"]["roles"] == ["producer"]
    assert own["The Long Ride"]["roles"] == ["armorer"]
