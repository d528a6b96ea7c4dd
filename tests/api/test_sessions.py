"""Signing in and out, by people and by programs."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from knox.models import AuthToken

from checklists.models import User
from tests.cast import Cast

ME, SESSION = "/api/v1/me", "/api/v1/session"
GOOD = {"email": "armorer@example.com", "password": "correct horse"}
BAD = GOOD | {"password": "wrong"}


def signed(client: Client, body: object = GOOD, **headers: str) -> Any:
    return client.post(SESSION, body, content_type="application/json", headers=headers)


def printed(email: str) -> str:
    out = StringIO()
    call_command("create_token", email, stdout=out)
    return out.getvalue()


def test_signing_in_says_who_one_is(cast: Cast) -> None:
    answer = signed(Client())

    assert answer.status_code == 200
    assert answer.json() == {
        "user": {"id": str(cast.user("armorer").pk), "email": "armorer@example.com"},
        "productions": [
            {
                "id": str(cast.production.pk),
                "title": "The Long Ride",
                "crew_member": {"id": str(cast.armorer.pk), "name": "Armorer", "roles": ["armorer"]},
            }
        ],
    }


def test_somebody_signed_in_stays_it_until_signing_out(cast: Cast) -> None:
    client = Client()
    signed(client)

    assert client.get(ME).status_code == 200
    assert client.delete(SESSION).status_code == 204
    assert client.get(ME).status_code == 401


@pytest.mark.parametrize("email", ["ARMORER@example.com", " armorer@example.com "])
def test_capitals_and_blanks_in_an_address_do_not_matter(cast: Cast, email: str) -> None:
    assert signed(Client(), GOOD | {"email": email}).status_code == 200


@pytest.mark.parametrize("body", [BAD, GOOD | {"email": "nobody@example.com"}])
def test_a_wrong_password_and_an_unknown_address_look_the_same(cast: Cast, body: dict[str, str]) -> None:
    answer = signed(Client(), body)

    assert answer.status_code == 401
    assert answer.json()["detail"] == "This e-mail address and password don't belong together."


@pytest.mark.parametrize("body", [{}, [], {"email": "x"}, GOOD | {"password": 7}, GOOD | {"remember": True}])
def test_a_form_that_can_not_be_read_is_refused(cast: Cast, body: object) -> None:
    assert signed(Client(), body).status_code == 400


def test_a_login_that_was_switched_off_does_not_sign_in(cast: Cast) -> None:
    User.objects.filter(email=GOOD["email"]).update(is_active=False)

    assert signed(Client()).status_code == 401


def test_signing_in_gives_the_token_that_every_change_must_carry(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed(client).cookies
    path = f"/api/v1/productions/{cast.production.pk}/entries"
    change: dict[str, Any] = {"entries": []}

    without = client.post(path, change, content_type="application/json")
    with_token = client.post(
        path, change, content_type="application/json", headers={"X-CSRFToken": client.cookies["csrftoken"].value}
    )

    assert (without.status_code, with_token.status_code) == (403, 200)
    assert without["Content-Type"] == "application/problem+json"


def test_signing_out_needs_the_token_too(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed(client).cookies

    assert client.delete(SESSION).status_code == 403


def test_me_renews_the_token(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.user("armorer"))

    assert "csrftoken" in client.get(ME).cookies


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_another_site_can_not_sign_somebody_in(cast: Cast, headers: dict[str, str]) -> None:
    answer = signed(Client(), GOOD, **headers)

    assert answer.status_code == 403
    assert "sessionid" not in answer.cookies


def test_a_form_of_another_site_can_not_sign_somebody_in(cast: Cast) -> None:
    assert Client().post(SESSION, GOOD).status_code == 415


def test_our_own_pages_sign_in(cast: Cast) -> None:
    assert signed(Client(), GOOD, **{"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_guessing_is_slowed_down(cast: Cast) -> None:
    statuses = [signed(Client(), BAD).status_code for _ in range(21)]
    answer = signed(Client())

    assert statuses == [401] * 20 + [429]
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert 1 <= int(answer["Retry-After"]) <= 61
    assert signed(Client(), GOOD | {"email": "ad@example.com"}).status_code == 200


def test_signing_in_often_is_no_guessing(cast: Cast) -> None:
    assert [signed(Client()).status_code for _ in range(25)] == [200] * 25


def test_many_attempts_from_one_address_are_slowed_down(cast: Cast) -> None:
    statuses = [
        signed(
            Client(), GOOD | {"email": f"{number}@example.com"}, **{"X-Forwarded-For": f"10.0.0.{number}"}
        ).status_code
        for number in range(121)
    ]

    assert statuses == [401] * 120 + [429]


def test_a_token_is_printed_alone_on_a_line_and_signs_a_program_in(cast: Cast) -> None:
    output = printed("Armorer@example.com")

    [token] = output.splitlines()
    answer = Client(enforce_csrf_checks=True).post(
        f"/api/v1/productions/{cast.production.pk}/entries",
        {"entries": []},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200
    assert AuthToken.objects.get().expiry is None


def test_each_token_is_another_one(cast: Cast) -> None:
    assert printed("armorer@example.com") != printed("armorer@example.com")


def test_there_is_no_token_for_nobody(cast: Cast) -> None:
    with pytest.raises(CommandError, match="Nobody signs in as"):
        printed("nobody@example.com")


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Bearer a b", "Bearer \xff\xfe", "bearer " + "x" * 10_000])
def test_a_token_that_is_none_is_refused(cast: Cast, header: str) -> None:
    answer = Client().get(ME, headers={"Authorization": header})

    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_a_token_of_a_login_that_was_switched_off_is_refused(cast: Cast) -> None:
    token = printed("armorer@example.com").strip()
    User.objects.filter(email="armorer@example.com").update(is_active=False)

    assert Client().get(ME, headers={"Authorization": f"Bearer {token}"}).status_code == 401
