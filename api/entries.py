"""The ledger: recording entries, and reading them in order."""

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from api.asking import id_asked_for, number_asked_for, word_asked_for
from api.membership import ProductionView
from api.pagination import LARGEST_PAGE, PAGE
from checklists.custody.entries import KINDS
from checklists.models import LedgerEntry
from checklists.services.batches import MOST_BYTES, read_batch
from checklists.services.recording import record_entries


class Entries(ProductionView):
    def get(self, request: Request, **path: Any) -> Response:
        after = number_asked_for(request, "after", default=0)
        limit = min(max(number_asked_for(request, "limit", default=PAGE), 1), LARGEST_PAGE)
        rows = LedgerEntry.objects.filter(production=self.production, seq__gt=after)
        if firearm := id_asked_for(request, "firearm"):
            rows = rows.filter(firearm_id=firearm)
        if kind := word_asked_for(request, "kind", KINDS):
            rows = rows.filter(kind=kind)
        page = list(rows.order_by("seq").defer("receipt_bytes")[: limit + 1])
        more = len(page) > limit
        here = request.build_absolute_uri()
        return Response(
            {
                "results": [as_sent(row) for row in page[:limit]],
                "next": replace_query_param(here, "after", page[limit - 1].seq) if more else None,
            }
        )

    def post(self, request: Request, **path: Any) -> JsonResponse:
        entries, proofs = read_batch(body_of(request))
        auth = "session" if request.auth is None else "token"
        return JsonResponse(record_entries(member=self.member, entries=entries, proofs=proofs, auth=auth))


class OneEntry(ProductionView):
    def get(self, request: Request, entry_id: UUID, **path: Any) -> Response:
        return Response(as_sent(get_object_or_404(LedgerEntry, production=self.production, entry_id=entry_id)))


def body_of(request: Request) -> bytes:
    """The bytes as they came, at most what a batch may have."""
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType(media_type)
    body = request._request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise RequestDataTooBig
    return body


def as_sent(row: LedgerEntry) -> dict[str, Any]:
    """The entry as it was sent, and beside its own fields what the server added; without content when redacted."""
    entry = json.loads(bytes(row.entry_bytes)) if row.entry_bytes is not None else redacted(row)
    return {**entry, "seq": row.seq, "received_at": row.received_at.isoformat(), "leaf_hash": row.leaf_hash}


def redacted(row: LedgerEntry) -> dict[str, Any]:
    """What is left of an entry whose bytes were erased."""
    return {
        "id": str(row.entry_id),
        "kind": row.kind,
        "production": str(row.production_id),
        "firearm": str(row.firearm_id) if row.firearm_id else None,
        "author": str(row.author_id) if row.author_id else None,
        "redacted": True,
    }
