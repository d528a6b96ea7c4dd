"""Recording in batches, late, and by many at once: what it costs, and that nothing is lost."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklists.custody.entries import Holder
from checklists.custody.state import CustodyState
from checklists.models import (
    Custody,
    CustodySnapshot,
    ExpectedStep,
    LedgerEntry,
    LedgerHead,
)
from checklists.services.batches import read_batch
from checklists.services.recording import record_entries
from tests.cast import Cast, make_cast
from tests.custody.sending import BODIES
from tests.databases import CommittedDatabase
from tests.services.phones import NOON, faults, latest, recorded, sent, statuses

# --- a batch ---------------------------------------------------------------------------------------------------------


def test_one_bad_entry_never_costs_the_good_ones(cast: Cast) -> None:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    conflicting = sent(cast)
    batch = [
        conflicting,
        None,
        sent(cast, body={"call": "cold_empty", "rounds": 6.0}),
        sent(cast, body={"call": "cold_empty", "rounds": 2**53}),
        sent(cast, body={"call": "cold_empty", "rounds": float("nan")}),
        sent(cast, body={"call": "cold_empty", "scene": "\x00"}),
        sent(cast, body={"call": "cold_empty", "scene": "\ud800"}),
        sent(cast, body={"call": "cold_empty", "scene": deep}),
        sent(cast, id="\ud800"),
        sent(cast, occurred_at="9999-12-31T23:59:59Z"),
        sent(cast, device={"id": str(uuid4()), "seq": 1, "offset_ms": 2**53 - 1}),
        sent(cast, author=str(cast.armorer.id)),
        sent(cast, "drone_shot", {}),
        conflicting | {"nonce": "A" * 22},
        conflicting,
        sent(cast),
    ]

    results = recorded(cast, *batch)

    assert statuses(results) == [
        "recorded",
        *["malformed"] * 10,
        "forbidden",
        "quarantined",
        "conflict",
        "duplicate",
        "recorded",
    ]
    assert results[-1]["seq"] == results[0]["seq"] + 1
    assert all(result["errors"] for result in results if result["status"] in ("malformed", "forbidden", "conflict"))
    json.dumps(results).encode()


def test_what_a_request_brings_from_its_bytes_on(cast: Cast) -> None:
    good, twice = sent(cast), sent(cast)
    deep = "[" * 50_000 + "]" * 50_000
    texts = [
        json.dumps(good),
        json.dumps(twice).replace('"call"', '"call": "hot_blank", "call"'),
        json.dumps(sent(cast)).replace('"cold_empty"', deep),
        json.dumps(sent(cast)).replace('"rounds": 0', '"rounds": NaN'),
    ]

    entries, _ = read_batch(f'{{"entries": [{", ".join(texts)}]}}'.encode())

    results = recorded(cast, *entries)
    assert statuses(results) == ["recorded", "malformed", "malformed", "malformed"]
    assert faults(results[1]) == ["/body/call"]
    assert faults(results[3]) == ["/body/rounds"]


@pytest.mark.parametrize("sent_id, answered", [(7, None), ("x" * 65, None), ("a\nb", None), ("no uuid", "no uuid")])
def test_an_unreadable_id_is_answered_as_far_as_it_can_be(cast: Cast, sent_id: object, answered: str | None) -> None:
    (result,) = recorded(cast, sent(cast, id=sent_id))

    assert (result["status"], result["id"]) == ("malformed", answered)


def test_an_empty_batch_changes_nothing(cast: Cast) -> None:
    before = LedgerHead.objects.get(production=cast.production).seq

    assert record_entries(member=cast.ad, entries=[], now=NOON) == {"results": [], "firearms": {}}
    assert LedgerHead.objects.get(production=cast.production).seq == before


def test_a_signature_is_about_the_firearm_of_what_it_signs(cast: Cast) -> None:
    call = sent(cast)
    (result,) = recorded(cast, call)
    body = {
        "entry": call["id"],
        "entry_hash": result["leaf_hash"],
        "signer": str(cast.ad.id),
        "meaning": "witnessed",
    }

    recorded(cast, sent(cast, "sign_off", body, firearm=None))

    (row,) = latest(cast.production, 1)
    assert (row.kind, row.firearm_id) == ("sign_off", cast.firearms["colt"].id)


# --- what it costs ---------------------------------------------------------------------------------------------------


def inspections(cast: Cast, number: int) -> list[dict[str, Any]]:
    """Entries in order, a second apart, by the armorer."""
    body = BODIES["inspection"] | {"shown_to": [], "load": "empty", "rounds": 0}
    device = str(uuid4())
    return [
        sent(
            cast,
            "inspection",
            body,
            author=str(cast.armorer.id),
            occurred_at=(NOON + timedelta(seconds=second)).isoformat(),
            device={"id": device, "seq": second, "offset_ms": 0},
        )
        for second in range(1, number + 1)
    ]


AFTERNOON = NOON + timedelta(hours=1)
MOST_QUERIES = 16


def queries_of(cast: Cast, *entries: dict[str, Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        results = recorded(cast, *entries, member=cast.armorer, now=AFTERNOON)
    assert set(statuses(results)) == {"recorded"}
    return len(queries)


def test_an_entry_in_order_costs_the_same_after_10_and_after_500(cast: Cast) -> None:
    entries = inspections(cast, 502)

    queries_of(cast, *entries[:10])
    queries_of(cast, entries[10])
    after_ten = queries_of(cast, entries[11])
    queries_of(cast, *entries[12:500])
    queries_of(cast, entries[500])
    after_five_hundred = queries_of(cast, entries[501])

    assert after_five_hundred == after_ten
    assert after_ten <= MOST_QUERIES


def test_a_batch_of_100_costs_hardly_more_queries_than_one_entry(cast: Cast) -> None:
    entries = inspections(cast, 200)
    queries_of(cast, *entries[:100])

    assert queries_of(cast, *entries[100:]) <= MOST_QUERIES + 5


# --- what comes late -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("position", [0, 10, 31, 32, 39])
def test_an_entry_that_comes_late_is_folded_in_where_it_belongs(cast: Cast, position: int) -> None:
    """Also at the very time of a kept state, which knows nothing of it."""
    entries = inspections(cast, 40)
    for batch in (entries[:31], entries[31:32], entries[32:]):
        recorded(cast, *batch, member=cast.armorer, now=AFTERNOON)
    assert CustodySnapshot.objects.get(firearm=cast.firearms["colt"]).entries == 32
    checkout = BODIES["handoff"] | {
        "giver": {"place": str(cast.places["safe"].id)},
        "receiver": {"crew": str(cast.armorer.id)},
    }
    same_time = {"occurred_at": entries[position]["occurred_at"], "author": str(cast.armorer.id)}
    before_it = {"id": str(UUID(int=1)), "device": {"id": str(uuid4()), "seq": 1}}
    late = sent(cast, "handoff", checkout, **same_time, **before_it)

    recorded(cast, late, member=cast.armorer, now=AFTERNOON)

    custody = Custody.objects.get(firearm=cast.firearms["colt"])
    state = msgspec.json.decode(bytes(custody.state), type=CustodyState)
    assert (custody.entries, state.holder) == (41, Holder(crew=cast.armorer.id))
    step = ExpectedStep.objects.get(rule="inspected-after-checkout", opened_by=late["id"])
    assert str(step.met_by) == entries[position]["id"]


# --- many at once ----------------------------------------------------------------------------------------------------


def test_16_threads_that_record_at_once_leave_no_gap(committed_db: CommittedDatabase) -> None:
    cast = make_cast()
    batches = [[sent(cast) for _ in range(3)] for _ in range(16)]

    def record(batch: list[dict[str, Any]]) -> list[str]:
        try:
            return [status for entry in batch for status in statuses(recorded(cast, entry))]
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=16) as threads:
        answered = [status for found in threads.map(record, batches) for status in found]

    assert answered == ["recorded"] * 48
    numbers = LedgerEntry.objects.filter(production=cast.production).order_by("seq").values_list("seq", flat=True)
    head = LedgerHead.objects.get(production=cast.production)
    assert list(numbers) == list(range(1, head.seq + 1))
    assert LedgerEntry.objects.filter(production=cast.production, kind="announcement").count() == 48


def test_16_threads_that_record_the_same_entry_record_it_once(committed_db: CommittedDatabase) -> None:
    cast = make_cast()
    entry = sent(cast)

    def record(_: int) -> str:
        try:
            (result,) = recorded(cast, entry)
            return str(result["status"])
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=16) as threads:
        answered = sorted(threads.map(record, range(16)))

    assert answered == ["duplicate"] * 15 + ["recorded"]
    assert LedgerEntry.objects.filter(entry_id=UUID(entry["id"])).count() == 1
