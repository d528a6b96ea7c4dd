"""The admin reads the ledger and never touches it; people and things change through their services."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from checklists.models import Alert, Channel, CrewMember, Firearm, LedgerEntry, Place, Production, User
from tests.api.browser import NOON
from tests.cast import Cast, make_cast

MODELS = [model for model in admin.site._registry if model._meta.app_label == "checklists"]
DERIVED = [model for model in MODELS if model not in {User, Production, CrewMember, Place, Firearm, Channel}]
NO_CREDENTIALS = {"credentials-TOTAL_FORMS": 0, "credentials-INITIAL_FORMS": 0}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def operator(cast: Cast) -> Client:
    """Signed in as the producer, who also runs the installation."""
    User.objects.filter(email="producer@example.com").update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(cast.user("producer"))
    return client


def page(model: type[Any], what: str, *arguments: object) -> str:
    return reverse(f"admin:checklists_{model._meta.model_name}_{what}", args=arguments)


def references(cast: Cast) -> int:
    return LedgerEntry.objects.filter(production=cast.production, kind="reference").count()


@pytest.fixture
def alert(cast: Cast) -> Alert:
    return Alert.objects.create(
        production=cast.production,
        rule="inspection-fresh",
        title="Stale",
        severity="critical",
        owner="handler",
        pack="core",
        due_at=NOON,
        opened_at=NOON,
    )


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens(operator: Client, alert: Alert, model: type[Any]) -> None:
    assert operator.get(page(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", DERIVED)
def test_the_ledger_and_what_is_derived_can_not_be_added_to(operator: Client, model: type[Any]) -> None:
    assert operator.get(page(model, "add")).status_code == 403


@pytest.mark.parametrize("model", [LedgerEntry, Alert])
def test_the_ledger_and_what_is_derived_can_not_be_changed_or_deleted(
    operator: Client, alert: Alert, model: type[Any]
) -> None:
    row = model.objects.first()

    assert operator.get(page(model, "change", row.pk)).status_code == 200
    assert operator.post(page(model, "change", row.pk), {"kind": "x"}).status_code == 403
    assert operator.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", [Production, CrewMember, Place, Firearm, User])
def test_what_the_ledger_knows_is_never_deleted(operator: Client, cast: Cast, model: type[Any]) -> None:
    row = model.objects.first()

    assert operator.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_an_entry_is_shown_as_it_was_sent(operator: Client, cast: Cast) -> None:
    entry = LedgerEntry.objects.filter(production=cast.production).first()
    assert entry

    assert b"America/Denver" in operator.get(page(LedgerEntry, "change", entry.pk)).content


def test_a_place_is_changed_through_its_service(operator: Client, cast: Cast) -> None:
    before = references(cast)

    operator.post(page(Place, "change", cast.places["cart"].pk), {"name": "Cart", "secure": "yes"})

    assert Place.objects.get(pk=cast.places["cart"].pk).secure is True
    assert references(cast) == before + 1
    last = LedgerEntry.objects.filter(production=cast.production).last()
    assert last is not None
    assert last.author_id == cast.producer.pk


def test_a_place_must_say_whether_it_is_secure(operator: Client, cast: Cast) -> None:
    answer = operator.post(page(Place, "add"), {"production": str(cast.production.pk), "name": "Truck", "secure": ""})

    assert b"This field is required" in answer.content
    assert not Place.objects.filter(name="Truck").exists()


def test_a_place_is_added_through_its_service(operator: Client, cast: Cast) -> None:
    before = references(cast)

    operator.post(page(Place, "add"), {"production": str(cast.production.pk), "name": "Truck", "secure": "no"})

    assert Place.objects.get(name="Truck").secure is False
    assert references(cast) == before + 1


def test_a_firearm_is_added_and_changed_through_its_service(operator: Client, cast: Cast) -> None:
    before = references(cast)
    fields = {"name": "Winchester", "tag": "W1", "kind": "lever_action", "capacity": 1, "functional": "on"}

    operator.post(page(Firearm, "add"), {"production": str(cast.production.pk), **fields})
    firearm = Firearm.objects.get(tag="W1")
    operator.post(page(Firearm, "change", firearm.pk), fields | {"capacity": 2})

    assert Firearm.objects.get(tag="W1").capacity == 2
    assert references(cast) == before + 2


def test_a_firearm_that_can_not_be_is_refused_beside_its_field(operator: Client, cast: Cast) -> None:
    fields = {"name": "Colt", "tag": "COLT", "kind": "lever_action", "capacity": 0}

    answer = operator.post(page(Firearm, "change", cast.firearms["pistol"].pk), fields)

    assert set(answer.context["adminform"].form.errors) == {"capacity", "tag"}
    assert Firearm.objects.get(pk=cast.firearms["pistol"].pk).tag == "PISTOL"


def test_a_person_is_added_and_changed_through_their_service(operator: Client, cast: Cast) -> None:
    before = references(cast)
    new = {"production": str(cast.production.pk), "name": "New", "email": "", "roles": ["crew"], "active": "on"}

    operator.post(page(CrewMember, "add"), new | NO_CREDENTIALS)
    member = CrewMember.objects.get(name="New")
    permit = {
        "credentials-TOTAL_FORMS": 1,
        "credentials-INITIAL_FORMS": 0,
        "credentials-0-type": "permit",
        "credentials-0-valid_until": "2098-01-01",
    }
    operator.post(page(CrewMember, "change", member.pk), {"name": "New", "roles": ["medic"], "active": "", **permit})

    member = CrewMember.objects.get(name="New")
    assert (member.roles, member.active) == (["medic"], False)
    assert [one.type for one in member.credentials.all()] == ["permit"]
    assert references(cast) == before + 3


def test_somebody_who_signs_in_keeps_their_address(operator: Client, cast: Cast) -> None:
    change = {"name": "Armorer", "email": "other@example.com", "roles": ["armorer"], "active": "on"}

    answer = operator.post(page(CrewMember, "change", cast.armorer.pk), change | NO_CREDENTIALS)

    assert set(answer.context["adminform"].form.errors) == {"email"}


def test_settings_of_a_production_are_changed_through_the_service(operator: Client, cast: Cast) -> None:
    before = references(cast)
    fields = {"title": "The Long Ride", "time_zone": "Europe/Rome", "pack": "core", "wrap": "20:00", "overrides": "{}"}

    operator.post(page(Production, "change", cast.production.pk), fields)
    refused = operator.post(page(Production, "change", cast.production.pk), fields | {"time_zone": "Mars"})

    assert Production.objects.get(pk=cast.production.pk).time_zone == "Europe/Rome"
    assert references(cast) == before + 1
    assert set(refused.context["adminform"].form.errors) == {"time_zone"}


def test_a_production_is_made_with_its_producer(operator: Client, cast: Cast) -> None:
    fields = {"title": "Second", "time_zone": "Europe/Rome", "pack": "core", "wrap": "20:00", "overrides": "{}"}

    operator.post(page(Production, "add"), fields)

    assert Production.objects.get(title="Second").crew.get().user == cast.user("producer")


def test_a_channel_is_added_and_removed_and_its_secret_never_shown(operator: Client, cast: Cast) -> None:
    fields = {
        "production": str(cast.production.pk),
        "kind": "webhook",
        "target": "https://example.com",
        "secret": "hush",
    }

    operator.post(page(Channel, "add"), fields)
    channel = Channel.objects.get()
    shown = operator.get(page(Channel, "change", channel.pk))
    operator.post(page(Channel, "delete", channel.pk), {"post": "yes"})

    assert channel.secret == "hush"
    assert b"hush" not in shown.content
    assert not Channel.objects.exists()


def test_a_channel_into_the_house_is_refused(operator: Client, cast: Cast) -> None:
    fields = {"production": str(cast.production.pk), "kind": "webhook", "target": "http://127.0.0.1/"}

    answer = operator.post(page(Channel, "add"), fields)

    assert set(answer.context["adminform"].form.errors) == {"target"}


def test_an_alert_is_acknowledged_by_the_operator_as_crew_member(operator: Client, alert: Alert) -> None:
    operator.post(page(Alert, "changelist"), {"action": "acknowledge", "_selected_action": [str(alert.pk)]})

    alert.refresh_from_db()
    assert alert.acknowledged_by == CrewMember.objects.get(user__email="producer@example.com")


def test_an_operator_who_is_not_on_the_crew_acknowledges_nothing(cast: Cast, alert: Alert) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.com", "x"))

    answer = client.post(
        page(Alert, "changelist"), {"action": "acknowledge", "_selected_action": [str(alert.pk)]}, follow=True
    )

    alert.refresh_from_db()
    assert alert.state == Alert.State.OPEN
    assert b"not on the crew" in answer.content


def test_a_login_is_made_with_an_address_in_small_letters(operator: Client) -> None:
    operator.post(
        page(User, "add"),
        {
            "email": "New@Example.com",
            "usable_password": "true",
            "password1": "a long passphrase",
            "password2": "a long passphrase",
        },
    )

    assert User.objects.get(email="new@example.com").check_password("a long passphrase")
