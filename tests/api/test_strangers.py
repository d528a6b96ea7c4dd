"""Somebody else's production looks exactly like one that doesn't exist."""

from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from checklists.services.reference.crew import change_crew_member
from tests.api.browser import Browser
from tests.cast import Cast

ROW = "0193e6b0-0000-7000-8000-000000000000"
PATHS = [
    "",
    "/crew",
    "/places",
    "/firearms",
    "/entries",
    "/board",
    "/expected-steps",
    "/alerts",
    "/alerts/acknowledge",
    "/channels",
    f"/crew/{ROW}",
    f"/places/{ROW}",
    f"/firearms/{ROW}",
    f"/firearms/{ROW}/clearance",
    f"/entries/{ROW}",
    f"/alerts/{ROW}/acknowledge",
    f"/channels/{ROW}",
]
METHODS = ["get", "post", "patch", "put", "delete", "options"]


def asked(browser: Browser, method: str, path: str) -> HttpResponse:
    ask = getattr(browser.client, method)
    return ask(path, "{}", content_type="application/json") if method != "get" else ask(path)  # type: ignore[no-any-return]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", PATHS)
def test_a_stranger_gets_the_answer_for_a_production_that_does_not_exist(
    cast: Cast, outsider: Browser, method: str, path: str
) -> None:
    foreign = asked(outsider, method, f"/api/v1/productions/{cast.production.pk}{path}")
    missing = asked(outsider, method, f"/api/v1/productions/{uuid4()}{path}")
    malformed = asked(outsider, method, f"/api/v1/productions/no-uuid{path}")

    assert foreign.status_code == missing.status_code == malformed.status_code == 404
    assert foreign.content == missing.content == malformed.content
    assert foreign["Content-Type"] == "application/problem+json"
    assert dict(foreign.headers) == dict(missing.headers)


def test_what_belongs_to_another_production_is_not_found_under_ones_own(cast: Cast, outsider: Browser) -> None:
    own = f"/api/v1/productions/{cast.elsewhere.pk}"
    firearm = cast.firearms["colt"].pk

    answers = [
        outsider.get(f"{own}/firearms/{firearm}"),
        outsider.get(f"{own}/firearms/{firearm}/clearance"),
        outsider.patch(f"{own}/firearms/{firearm}", {"capacity": 5}),
        outsider.patch(f"{own}/places/{cast.places['safe'].pk}", {"secure": False}),
        outsider.patch(f"{own}/crew/{cast.armorer.pk}", {"roles": ["crew"]}),
        outsider.get(f"{own}/entries/{cast.production.entries.first().entry_id}"),  # type: ignore[union-attr]
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)


def test_a_receiver_from_another_production_can_not_be_asked_for(cast: Cast, armorer: Browser) -> None:
    stranger = cast.elsewhere.crew.get()

    answer = armorer.get(f"P/firearms/{cast.firearms['colt'].pk}/clearance?receiver={stranger.pk}")

    assert answer.status_code == 400


def test_whoever_left_is_a_stranger(cast: Cast, armorer: Browser) -> None:
    assert armorer.get("P/board").status_code == 200

    change_crew_member(member=cast.armorer, author=cast.producer, active=False)

    assert armorer.get("P/board").status_code == 404
    assert armorer.get("/api/v1/me").json()["productions"] == []
    assert armorer.get("/api/v1/productions").json()["results"] == []


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/productions", "P", "P/board", "P/entries"])
def test_nobody_sees_anything_without_signing_in(cast: Cast, armorer: Browser, path: str) -> None:
    answer = Client().get(armorer.address(path))

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"


def test_only_ones_own_productions_are_listed(cast: Cast, outsider: Browser) -> None:
    rows = outsider.get("/api/v1/productions").json()

    assert [row["title"] for row in rows["results"]] == ["Elsewhere"]
    assert rows["next"] is None
