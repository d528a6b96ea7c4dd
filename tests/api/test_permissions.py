"""Who may do what on a production."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from tests.api.browser import Browser
from tests.cast import Cast

MANAGE = ["producer", "props", "safety"]
DO_NOT = ["armorer", "ad", "performer", "crew"]
SEE_PRIVATE = ["armorer", "props", "producer", "safety"]
FIREARM = {"name": "Winchester", "kind": "lever_action", "capacity": 1}


def managing_requests(browser: Browser, cast: Cast) -> list[Any]:
    return [
        browser.patch("P", {"title": "New"}),
        browser.post("P/crew", {"name": "New", "roles": ["crew"]}),
        browser.patch(f"P/crew/{cast.crew.pk}", {"roles": ["medic"]}),
        browser.post("P/places", {"name": "Truck", "secure": False}),
        browser.patch(f"P/places/{cast.places['cart'].pk}", {"name": "Trolley"}),
        browser.post("P/firearms", FIREARM),
        browser.patch(f"P/firearms/{cast.firearms['colt'].pk}", {"calibre": ".45"}),
        browser.get("P/channels"),
        browser.post("P/channels", {"kind": "webhook", "target": "https://example.com/hook"}),
    ]


@pytest.mark.parametrize("name", MANAGE)
def test_producers_property_masters_and_safety_advisors_manage(
    cast: Cast, signed_in: Callable[[str], Browser], name: str
) -> None:
    answers = managing_requests(signed_in(name), cast)

    assert [answer.status_code for answer in answers] == [200, 201, 200, 201, 200, 201, 200, 200, 201]


@pytest.mark.parametrize("name", DO_NOT)
def test_nobody_else_manages(cast: Cast, signed_in: Callable[[str], Browser], name: str) -> None:
    answers = managing_requests(signed_in(name), cast)

    assert [answer.status_code for answer in answers] == [403] * 9
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}


@pytest.mark.parametrize("name", [*MANAGE, *DO_NOT])
@pytest.mark.parametrize(
    "path", ["P", "P/board", "P/crew", "P/places", "P/firearms", "P/entries", "P/alerts", "P/expected-steps"]
)
def test_everybody_on_the_production_reads(signed_in: Callable[[str], Browser], name: str, path: str) -> None:
    assert signed_in(name).get(path).status_code == 200


@pytest.mark.parametrize("name", [*MANAGE, *DO_NOT])
def test_serials_credentials_and_addresses_are_for_those_who_need_them(
    cast: Cast, signed_in: Callable[[str], Browser], name: str
) -> None:
    browser = signed_in(name)

    rows = [*browser.everything("P/crew"), *browser.everything("P/firearms")]
    rows.append(browser.get(f"P/firearms/{cast.firearms['colt'].pk}").json())

    private = {field for row in rows for field in row} & {"serial", "credentials", "email"}
    assert private == ({"serial", "credentials", "email"} if name in SEE_PRIVATE else set())


def test_a_secret_is_written_and_never_read(producer: Browser) -> None:
    made = producer.post("P/channels", {"kind": "webhook", "target": "https://example.com/hook", "secret": "hush"})

    listed = producer.get("P/channels")

    assert made.json() == listed.json()["results"][0]
    assert b"hush" not in made.content + listed.content
    assert "secret" not in made.json()


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9/x", "http://localhost/", "http://10.0.0.1/", "http://[::1]/", "ftp://example.com"]
)
def test_a_webhook_does_not_reach_into_the_house(producer: Browser, target: str) -> None:
    answer = producer.post("P/channels", {"kind": "webhook", "target": target})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/target"


@override_settings(ALLOW_PRIVATE_WEBHOOKS=True)
def test_a_webhook_may_stay_in_the_house_when_the_operator_says_so(producer: Browser) -> None:
    assert producer.post("P/channels", {"kind": "webhook", "target": "http://127.0.0.1:9/x"}).status_code == 201


def test_a_channel_of_an_unknown_kind_is_refused(producer: Browser) -> None:
    answer = producer.post("P/channels", {"kind": "pigeon", "target": "https://example.com"})

    assert answer.json()["errors"][0]["pointer"] == "/kind"


def test_a_channel_can_be_removed(producer: Browser) -> None:
    channel = producer.post("P/channels", {"kind": "email", "target": "safety@example.com"}).json()

    answers = [producer.delete(f"P/channels/{channel['id']}") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 404]
    assert producer.everything("P/channels") == []
