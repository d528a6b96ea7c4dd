"""Nothing that decides about a firearm is guessed from what was sent."""

from typing import Any

import pytest

from tests.api.browser import Browser, pointers
from tests.cast import Cast

FIREARM: dict[str, Any] = {"name": "Winchester", "kind": "lever_action", "capacity": 1}
PERSON: dict[str, Any] = {"name": "New", "roles": ["crew"]}
PERMIT = {"type": "permit", "valid_until": "2027-01-01"}


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"capacity": "6"}, "/capacity"),
        ({"capacity": 6.0}, "/capacity"),
        ({"capacity": True}, "/capacity"),
        ({"capacity": -1}, "/capacity"),
        ({"capacity": 0}, "/capacity"),
        ({"capacity": 10**30}, "/capacity"),
        ({"functional": "false"}, "/functional"),
        ({"functional": 0}, "/functional"),
        ({"functional": None}, "/functional"),
        ({"kind": "weapon"}, "/kind"),
        ({"kind": 7}, "/kind"),
        ({"name": 7}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "a\x00b"}, "/name"),
        ({"name": "\ud800"}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"tag": "COLT"}, "/tag"),
        ({"colour": "black"}, "/colour"),
        ({"id": "0193e6b0-0000-7000-8000-000000000000"}, "/id"),
        ({"a/b~c": 1}, "/a~1b~0c"),
    ],
)
def test_a_firearm_is_read_strictly(producer: Browser, changes: dict[str, Any], pointer: str) -> None:
    answer = producer.post("P/firearms", FIREARM | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"roles": "crew"}, "/roles"),
        ({"roles": []}, "/roles"),
        ({"roles": ["crew", "wizard"]}, "/roles/1"),
        ({"roles": [7]}, "/roles/0"),
        ({"active": "false"}, "/active"),
        ({"active": False}, "/active"),
        ({"email": "nobody"}, "/email"),
        ({"email": "armorer@example.com"}, "/email"),
        ({"credentials": [PERMIT, {"type": "licence"}]}, "/credentials/1/type"),
        ({"credentials": [{"valid_until": "2027-01-01"}]}, "/credentials/0/type"),
        ({"credentials": [PERMIT | {"valid_until": "20270101"}]}, "/credentials/0/valid_until"),
        ({"credentials": [PERMIT | {"valid_until": "2027-02-30"}]}, "/credentials/0/valid_until"),
        ({"credentials": [PERMIT | {"valid_until": 20270101}]}, "/credentials/0/valid_until"),
        ({"credentials": [PERMIT | {"valid_from": "2028-01-01"}]}, "/credentials/0/valid_until"),
        ({"credentials": [PERMIT | {"valid_untill": "2027-01-01"}]}, "/credentials/0/valid_untill"),
        ({"credentials": PERMIT}, "/credentials"),
    ],
)
def test_a_person_is_read_strictly(producer: Browser, changes: dict[str, Any], pointer: str) -> None:
    answer = producer.post("P/crew", PERSON | changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"credentials": [{"valid_until": "2027-01-01"}]}, "/credentials/0/type"),
        ({"roles": []}, "/roles"),
        ({"active": 0}, "/active"),
        ({"left_at": None}, "/left_at"),
        ([], ""),
        ('"crew"', ""),
        ("null", ""),
    ],
)
def test_a_change_of_a_person_is_read_strictly(cast: Cast, producer: Browser, changes: Any, pointer: str) -> None:
    answer = producer.patch(f"P/crew/{cast.crew.pk}", changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


@pytest.mark.parametrize("secure", ["false", "true", 0, 1, None, "", [], {}])
def test_a_place_is_secure_or_not_and_nothing_between(producer: Browser, secure: Any) -> None:
    answer = producer.post("P/places", {"name": "Truck", "secure": secure})

    assert pointers(answer) == ["/secure"]


def test_a_place_says_whether_it_is_secure(producer: Browser) -> None:
    assert pointers(producer.post("P/places", {"name": "Truck"})) == ["/secure"]


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"time_zone": "Denver"}, "/time_zone"),
        ({"time_zone": "../UTC"}, "/time_zone"),
        ({"time_zone": None}, "/time_zone"),
        ({"pack": "unknown"}, "/pack"),
        ({"wrap": "7 pm"}, "/wrap"),
        ({"wrap": "19:00:00"}, "/wrap"),
        ({"wrap": "24:00"}, "/wrap"),
        ({"wrap": 1900}, "/wrap"),
        ({"overrides": []}, "/overrides"),
        ({"overrides": {"no-rule": {"within": "PT5S"}}}, "/overrides/no-rule"),
        ({"overrides": {"both-sign": {"within": "soon"}}}, "/overrides/both-sign/within"),
        ({"overrides": {"both-sign": {"within": 5}}}, "/overrides/both-sign/within"),
        ({"overrides": {"both-sign": {"severity": "info"}}}, "/overrides/both-sign/severity"),
        ({"overrides": {"both-sign": 5}}, "/overrides/both-sign"),
        ({"overrides": {"both-sign": None}}, "/overrides/both-sign"),
        ({"simulated": True}, "/simulated"),
    ],
)
def test_settings_are_read_strictly(producer: Browser, changes: dict[str, Any], pointer: str) -> None:
    answer = producer.patch("P", changes)

    assert answer.status_code == 400
    assert pointers(answer) == [pointer]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"name": "A", "name": "B"}', b'{"capacity": NaN}', b"[" * 100_000]
)
def test_a_body_that_is_no_json_is_refused(producer: Browser, body: bytes) -> None:
    answer = producer.client.post(producer.address("P/firearms"), body, content_type="application/json")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_refused(producer: Browser) -> None:
    answer = producer.post("P/firearms", {"name": "x" * 300_000})

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
@pytest.mark.parametrize("path", ["P/firearms", "P/entries"])
def test_only_json_is_read(producer: Browser, path: str, content_type: str) -> None:
    answer = producer.client.post(producer.address(path), "name=x", content_type=content_type)

    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")


def test_a_method_that_is_not_there_is_refused(producer: Browser) -> None:
    answer = producer.delete("P/firearms")

    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nothing", "/api/v2/me", "/api/v1/me/", "P/firearms/"])
def test_a_path_that_is_not_there_is_a_problem_document(producer: Browser, path: str) -> None:
    answer = producer.get(path)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["type"] == "about:blank"


@pytest.mark.parametrize(
    "path",
    [
        "P/entries?after=-1",
        "P/entries?after=x",
        "P/entries?after=99999999999999999999",
        "P/entries?after=9223372036854775808",
        "P/entries?after=%D9%A1",
        "P/entries?limit=no",
        "P/entries?firearm=colt",
        "P/entries?kind=%00",
        "P/entries?kind=nonsense",
        "P/alerts?state=closd",
        "P/expected-steps?state=",
    ],
)
def test_a_question_that_can_not_be_meant_is_refused(producer: Browser, path: str) -> None:
    answer = producer.get(path)

    assert answer.status_code == 400
    assert len(pointers(answer)) == 1


@pytest.mark.parametrize("cursor", ["x", "cD0%3D", "cD1hYmM%3D", "cD0lMDA%3D", "bz05OTk5OTk5OTk5OTk%3D", "%FF"])
@pytest.mark.parametrize("path", ["P/crew", "P/alerts", "P/expected-steps"])
def test_a_cursor_that_somebody_made_up_leads_nowhere(producer: Browser, path: str, cursor: str) -> None:
    assert producer.get(f"{path}?cursor={cursor}").status_code in {200, 404}
