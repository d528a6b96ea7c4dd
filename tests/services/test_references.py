"""What rules read about people, places, firearms and the production is in the ledger; nothing else is."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from checklists.custody.problems import Malformed
from checklists.models import CrewMember, LedgerEntry, Production, User
from checklists.services.reference.crew import CredentialFields, change_crew_member, enrol_crew_member, link_login
from checklists.services.reference.firearms import add_firearm, change_firearm
from checklists.services.reference.places import add_place, change_place
from checklists.services.reference.productions import change_production, create_production
from tests.cast import MORNING, PERMIT, Cast, make_cast

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def references(production: Production, *, since: datetime | None = None) -> list[dict[str, Any]]:
    found = LedgerEntry.objects.filter(production=production, kind="reference")
    if since:
        found = found.filter(received_at__gte=since)
    return [json.loads(bytes(entry.entry_bytes or b"")) for entry in found.order_by("seq")]


def bodies(cast: Cast) -> list[dict[str, Any]]:
    """The references written after the cast was made."""
    return [entry["body"] for entry in references(cast.production, since=LATER)]


def faults(error: pytest.ExceptionInfo[Malformed]) -> list[str]:
    return [problem.pointer for problem in error.value.problems]


def test_whoever_makes_a_production_becomes_its_producer(db: None) -> None:
    user = User.objects.create_user("maker@example.com")

    production = create_production(user=user, title="Western", time_zone="Europe/Paris", wrap=time(22, 30), now=MORNING)

    member = production.crew.get()
    assert (member.user, member.name, member.roles) == (user, "maker", ["producer"])
    assert [entry["body"] for entry in references(production)] == [
        {
            "subject": "production",
            "id": str(production.pk),
            "values": {"time_zone": "Europe/Paris", "pack": "core", "wrap": "22:30", "overrides": {}},
        },
        {
            "subject": "crew",
            "id": str(member.pk),
            "values": {"roles": ["producer"], "credentials": [], "active": True},
        },
    ]


def test_the_ledger_has_everything_that_rules_read_about_the_cast(cast: Cast) -> None:
    latest = {entry["body"]["id"]: entry["body"]["values"] for entry in references(cast.production)}

    assert latest[str(cast.armorer.pk)] == {
        "roles": ["armorer"],
        "credentials": [
            {"type": "permit", "valid_from": None, "valid_until": "2098-12-31"},
            {"type": "training", "valid_from": None, "valid_until": "2097-12-31"},
        ],
        "active": True,
    }
    assert latest[str(cast.places["safe"].pk)] == {"secure": True}
    assert latest[str(cast.firearms["colt"].pk)] == {
        "kind": "revolver_single_action",
        "capacity": 6,
        "functional": True,
    }
    assert latest[str(cast.firearms["rubber"].pk)]["functional"] is False


def test_names_addresses_and_numbers_never_go_into_the_ledger(cast: Cast) -> None:
    change_crew_member(
        member=cast.armorer, author=cast.producer, name="Zaphod", credentials=[{**PERMIT, "number": "QX-42"}]
    )

    text = "".join(json.dumps(entry) for entry in references(cast.production))

    for secret in ("Zaphod", "Armorer", "example.com", "QX-42", "EFP-1", "SN-colt", "Safe", "Long Ride"):
        assert secret not in text


def test_a_change_names_who_made_it_and_when(cast: Cast) -> None:
    change_place(place=cast.places["cart"], author=cast.safety, secure=True, now=LATER)

    [entry] = references(cast.production, since=LATER)
    assert entry["author"] == str(cast.safety.pk)
    assert entry["body"] == {"subject": "place", "id": str(cast.places["cart"].pk), "values": {"secure": True}}


def test_nothing_is_written_when_no_rule_reads_what_changed(cast: Cast) -> None:
    change_place(place=cast.places["safe"], author=cast.props, name="Vault", now=LATER)
    change_firearm(
        firearm=cast.firearms["colt"], author=cast.props, name="Peacemaker", serial="X", calibre=".45", now=LATER
    )
    change_crew_member(member=cast.armorer, author=cast.props, name="Hannah", roles=["armorer"], now=LATER)
    change_production(production=cast.production, author=cast.producer, title="The Longer Ride", now=LATER)

    assert bodies(cast) == []


def test_the_same_roles_in_another_order_are_no_change(cast: Cast) -> None:
    change_crew_member(member=cast.crew, author=cast.producer, roles=["medic", "crew"], now=LATER)
    change_crew_member(member=cast.crew, author=cast.producer, roles=["crew", "medic", "crew"], now=LATER)

    assert [body["values"]["roles"] for body in bodies(cast)] == [["medic", "crew"]]


def test_leaving_and_coming_back_are_written(cast: Cast) -> None:
    left = change_crew_member(member=cast.crew, author=cast.producer, active=False, now=LATER)
    still_gone = change_crew_member(member=left, author=cast.producer, active=False, now=LATER + timedelta(hours=1))
    back = change_crew_member(member=left, author=cast.producer, active=True, now=LATER + timedelta(hours=2))

    assert (left.left_at, still_gone.left_at, back.left_at) == (LATER, LATER, None)
    assert [body["values"]["active"] for body in bodies(cast)] == [False, True]


def test_credentials_are_replaced_as_a_whole(cast: Cast) -> None:
    renewed: CredentialFields = {**PERMIT, "valid_until": date(2030, 1, 1)}

    change_crew_member(member=cast.armorer, author=cast.producer, credentials=[renewed], now=LATER)

    assert [body["values"]["credentials"] for body in bodies(cast)] == [
        [{"type": "permit", "valid_from": None, "valid_until": "2030-01-01"}]
    ]
    assert cast.armorer.credentials.get().number == "EFP-1"


def test_new_numbers_for_rules_are_written(cast: Cast) -> None:
    change_production(
        production=cast.production, author=cast.producer, overrides={"both-sign": {"within": "PT5S"}}, now=LATER
    )

    assert [body["values"]["overrides"] for body in bodies(cast)] == [{"both-sign": {"within": "PT5S"}}]


def test_a_stale_copy_of_a_row_loses_no_change_of_somebody_else(cast: Cast) -> None:
    stale = CrewMember.objects.get(pk=cast.armorer.pk)
    change_crew_member(member=cast.armorer, author=cast.producer, roles=["property_master"], now=LATER)

    changed = change_crew_member(member=stale, author=cast.producer, name="Other")

    assert (changed.roles, changed.name) == (["property_master"], "Other")


def test_somebody_with_a_login_is_linked_by_their_address(cast: Cast) -> None:
    member = enrol_crew_member(
        production=cast.production, name="Visitor", roles=["crew"], email=" Outsider@Example.com ", author=cast.producer
    )

    assert (member.user, member.email) == (cast.user("outsider"), "outsider@example.com")


def test_somebody_without_a_login_is_enrolled_all_the_same(cast: Cast) -> None:
    member = enrol_crew_member(
        production=cast.production, name="New", roles=["stand_in"], email="new@example.com", author=cast.producer
    )

    assert (member.user, member.email) == (None, "new@example.com")


def test_a_login_that_is_made_later_is_linked_to_who_was_enrolled_before(cast: Cast) -> None:
    member = enrol_crew_member(
        production=cast.production, name="New", roles=["stand_in"], email="new@example.com", author=cast.producer
    )

    link_login(user=User.objects.create_user("new@example.com"))

    member.refresh_from_db()
    assert member.user == User.objects.get(email="new@example.com")


def test_two_people_of_a_production_have_two_addresses(cast: Cast) -> None:
    with pytest.raises(Malformed) as error:
        enrol_crew_member(
            production=cast.production, name="Twin", roles=["crew"], email="ARMORER@example.com", author=cast.producer
        )

    assert faults(error) == ["/email"]


def test_nobody_is_handed_the_record_of_somebody_who_signs_in(cast: Cast) -> None:
    with pytest.raises(Malformed) as error:
        change_crew_member(member=cast.armorer, author=cast.producer, email="outsider@example.com")

    assert faults(error) == ["/email"]


def test_roles_and_credentials_that_can_not_be_are_pointed_at(cast: Cast) -> None:
    backwards: Any = {"type": "permit", "valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 1)}

    with pytest.raises(Malformed) as error:
        enrol_crew_member(
            production=cast.production, name="X", roles=["crew", "wizard"], credentials=[PERMIT, backwards], author=None
        )

    assert faults(error) == ["/roles/1", "/credentials/1/valid_until"]


@pytest.mark.parametrize(
    "fields, pointer",
    [
        ({"kind": "weapon"}, "/kind"),
        ({"capacity": 0}, "/capacity"),
        ({"capacity": 101}, "/capacity"),
        ({"tag": "COLT"}, "/tag"),
    ],
)
def test_a_firearm_that_can_not_be_is_refused(cast: Cast, fields: dict[str, Any], pointer: str) -> None:
    wanted: dict[str, Any] = {"name": "X", "kind": "bolt_action", "capacity": 1, **fields}

    with pytest.raises(Malformed) as error:
        add_firearm(production=cast.production, author=cast.props, **wanted)

    assert faults(error) == [pointer]


def test_a_firearm_can_not_be_changed_into_one_without_chambers_by_its_kind_alone(cast: Cast) -> None:
    with pytest.raises(Malformed) as error:
        change_firearm(firearm=cast.firearms["rubber"], author=cast.props, kind="lever_action")

    assert faults(error) == ["/capacity"]


def test_a_firearm_without_a_tag_gets_the_next_free_number(cast: Cast) -> None:
    made = [
        add_firearm(production=cast.production, name="X", kind="bolt_action", capacity=1, author=cast.props)
        for _ in range(2)
    ]

    assert [firearm.tag for firearm in made] == ["F01", "F02"]


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"time_zone": "../../etc/passwd"}, "/time_zone"),
        ({"pack": "none"}, "/pack"),
        ({"overrides": {"no-rule": {"within": "PT5S"}}}, "/overrides/no-rule"),
        ({"overrides": {"both-sign": {"within": "-PT5S"}}}, "/overrides/both-sign/within"),
    ],
)
def test_settings_that_can_not_be_are_pointed_at(cast: Cast, changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Malformed) as error:
        change_production(production=cast.production, author=cast.producer, **changes)

    assert faults(error) == [pointer]
    assert Production.objects.get(pk=cast.production.pk).time_zone == "America/Denver"


def test_a_refused_change_leaves_no_trace(cast: Cast) -> None:
    with pytest.raises(Malformed):
        change_firearm(firearm=cast.firearms["colt"], author=cast.props, capacity=5, kind="weapon", now=LATER)

    cast.firearms["colt"].refresh_from_db()
    assert cast.firearms["colt"].capacity == 6
    assert bodies(cast) == []


def test_the_same_place_may_be_added_twice(cast: Cast) -> None:
    twins = [add_place(production=cast.production, name="Safe", secure=True, author=cast.props) for _ in range(2)]

    assert twins[0].pk != twins[1].pk
