"""The API as one person sees it, and entries as a phone makes them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from checklists.models import CrewMember, Firearm
from tests.cast import Cast

NOON = datetime(2024, 11, 22, 12, 0, tzinfo=UTC)


class Browser:
    """Signed in as one of the cast. A path that begins with `P` is under the cast's production."""

    def __init__(self, cast: Cast, name: str) -> None:
        self.prefix = f"/api/v1/productions/{cast.production.pk}"
        self.client = Client(raise_request_exception=False)
        self.client.force_login(cast.user(name))

    def address(self, path: str) -> str:
        return self.prefix + path[1:] if path.startswith("P") else path

    def get(self, path: str) -> Any:
        return self.client.get(self.address(path))

    def post(self, path: str, body: object) -> Any:
        return self.client.post(self.address(path), body, content_type="application/json")

    def patch(self, path: str, body: object) -> Any:
        return self.client.patch(self.address(path), body, content_type="application/json")

    def delete(self, path: str) -> Any:
        return self.client.delete(self.address(path))

    def everything(self, path: str) -> list[Any]:
        """All rows of a list, page after page."""
        rows: list[Any] = []
        following = self.address(path)
        while following:
            page = self.client.get(following).json()
            rows += page["results"]
            following = page["next"]
        return rows


def pointers(answer: Any) -> list[str]:
    """The places that a problem document complains about."""
    assert answer["Content-Type"] == "application/problem+json"
    return [error["pointer"] for error in answer.json()["errors"]]


def entry(
    author: CrewMember,
    kind: str,
    body: dict[str, Any],
    *,
    firearm: Firearm | None = None,
    at: datetime = NOON,
    after: str | None = None,
    device: UUID | None = None,
    seq: int = 1,
) -> dict[str, Any]:
    """An entry of this author's phone."""
    return {
        "id": str(uuid4()),
        "kind": kind,
        "production": str(author.production_id),
        "firearm": str(firearm.pk) if firearm else None,
        "author": str(author.pk),
        "occurred_at": at.isoformat(),
        "after": after,
        "device": {"id": str(device or author.pk), "seq": seq, "offset_ms": 0},
        "nonce": "kXy0123456789abcdefghA",
        "body": body,
    }


def inspection(
    author: CrewMember, firearm: Firearm, *, seq: int = 1, at: datetime = NOON, **body: Any
) -> dict[str, Any]:
    """Somebody looked into a firearm."""
    return entry(
        author,
        "inspection",
        {"purpose": "pre_use", "load": "empty", "rounds": 0, **body},
        firearm=firearm,
        seq=seq,
        at=at,
    )
