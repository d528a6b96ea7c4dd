from uuid import UUID, uuid4

import pytest

from checklists.models import CrewMember, Handoff, LedgerEntry, Production, User
from checklists.services.alerting.recipients import addresses_for
from tests.alerting.making import NINE, a_member, a_production, an_alert

pytestmark = pytest.mark.django_db


def a_handoff(production: Production, *, giver: CrewMember | None, receiver: CrewMember, author: CrewMember) -> UUID:
    """The rows of a handoff, as far as they say who took part; a giver that is nobody is a place."""
    entry = LedgerEntry.objects.create(
        production=production,
        seq=1,
        entry_id=uuid4(),
        kind="handoff",
        author_id=author.id,
        device_id=uuid4(),
        device_seq=1,
        effective_at=NINE,
        received_at=NINE,
        leaf_hash="",
        receipt_bytes=b"{}",
    )
    Handoff.objects.create(
        entry=entry,
        production=production,
        author_id=author.id,
        effective_at=NINE,
        version=entry.entry_id,
        purpose="transfer",
        giver_crew_id=giver.id if giver else None,
        giver_place_id=None if giver else uuid4(),
        receiver_crew_id=receiver.id,
        load="empty",
        rounds=0,
    )
    return entry.entry_id


def told(production: Production, *, owner: str, entry: UUID) -> set[UUID | None]:
    alert = an_alert(production, owner=owner, entry=entry)
    return {address.person_id for address in addresses_for(production=production, alerts=[alert])}


def test_giver_receiver_and_author_are_the_people_of_the_entry() -> None:
    production = a_production()
    giver, receiver = a_member(production, "armorer"), a_member(production, "performer")
    author = a_member(production, "crew")
    a_member(production, "armorer")
    entry = a_handoff(production, giver=giver, receiver=receiver, author=author)

    assert told(production, owner="giver", entry=entry) == {giver.id}
    assert told(production, owner="receiver", entry=entry) == {receiver.id}
    assert told(production, owner="author", entry=entry) == {author.id}


def test_what_a_place_owes_is_the_handlers_business() -> None:
    production = a_production()
    armorer = a_member(production, "armorer")
    entry = a_handoff(production, giver=None, receiver=armorer, author=a_member(production, "performer"))

    assert told(production, owner="giver", entry=entry) == {armorer.id}


def test_a_person_is_mailed_at_the_login_when_the_crew_list_has_no_address() -> None:
    production = a_production()
    user = User.objects.create_user("armorer@example.com")
    a_member(production, "armorer", user=user)

    addresses = addresses_for(production=production, alerts=[an_alert(production)])

    assert {(a.channel, a.target) for a in addresses if a.channel == "email"} == {("email", "armorer@example.com")}


def test_many_alerts_cost_as_many_queries_as_one(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    production = a_production()
    a_member(production, "armorer")

    with django_assert_num_queries(4):
        addresses_for(production=production, alerts=[an_alert(production, owner="giver") for _ in range(50)])
