"""The people of a production: who they are, what they may do, and when they left."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from checklists.custody.problems import Malformed, Problem
from checklists.custody.words import ROLES, CredentialType
from checklists.models import Credential, CrewMember, Production, User
from checklists.services.ledger import lock_ledger
from checklists.services.reference.entries import note_change


class CredentialFields(TypedDict):
    """A permit or a training; it counts from `valid_from` to `valid_until`, a missing bound is open."""

    type: CredentialType
    number: NotRequired[str]
    issued_by: NotRequired[str]
    valid_from: NotRequired[date | None]
    valid_until: NotRequired[date | None]


class CrewChanges(TypedDict, total=False):
    name: str
    email: str
    roles: Sequence[str]
    credentials: Sequence[CredentialFields]
    active: bool


@transaction.atomic
def enrol_crew_member(
    *,
    production: Production,
    name: str,
    roles: Sequence[str],
    author: CrewMember | None,
    email: str = "",
    credentials: Sequence[CredentialFields] = (),
    now: datetime | None = None,
) -> CrewMember:
    """A new person on the production. Whoever signs in with this e-mail address is them.

    Raises:
        Malformed: pointing at roles, credentials or an e-mail address that can't be.
    """
    lock_ledger(production)
    member = CrewMember(production=production, name=name)
    save_checked(member, {"roles": roles, "credentials": credentials, "email": email})
    note_crew_member(member, before=None, author=author, now=now)
    return member


@transaction.atomic
def change_crew_member(
    *, member: CrewMember, author: CrewMember | None, now: datetime | None = None, **changes: Unpack[CrewChanges]
) -> CrewMember:
    """The person with these fields changed, from now on; `active: False` means that they left.

    Credentials are replaced as a whole. Once somebody signs in as this person, the e-mail address stays: what is
    recorded in their name was recorded by them.

    Raises:
        Malformed: pointing at roles, credentials or an e-mail address that can't be.
    """
    now = now or timezone.now()
    lock_ledger(member.production)
    member = CrewMember.objects.select_related("production").get(pk=member.pk)
    before = crew_values(member)
    member.name = changes.get("name", member.name)
    if "active" in changes:
        member.left_at = None if changes["active"] else member.left_at or now
    save_checked(member, changes)
    note_crew_member(member, before=before, author=author, now=now)
    return member


def link_login(*, user: User) -> None:
    """Makes a new login the people who were enrolled with its address before it existed."""
    elsewhere = CrewMember.objects.filter(user=user).values("production")
    CrewMember.objects.filter(email=user.email, user=None).exclude(production__in=elsewhere).update(user=user)


def crew_values(member: CrewMember) -> dict[str, object]:
    """What rules read."""
    credentials = [
        {"type": one.type, "valid_from": iso(one.valid_from), "valid_until": iso(one.valid_until)}
        for one in Credential.objects.filter(crew_member=member)
    ]
    return {
        "roles": [role for role in ROLES if role in member.roles],
        "credentials": sorted(
            credentials, key=lambda one: [one["type"], one["valid_from"] or "", one["valid_until"] or ""]
        ),
        "active": member.left_at is None,
    }


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def crew_problems(member: CrewMember, changes: CrewChanges) -> list[Problem]:
    """What can't be about a person with these changes."""
    problems = [
        Problem(f"/roles/{i}", "no such role") for i, role in enumerate(changes.get("roles", ())) if role not in ROLES
    ]
    if "roles" in changes and not changes["roles"]:
        problems.append(Problem("/roles", "everybody has at least one role"))
    problems += credential_problems(changes.get("credentials", ()))
    email = changes.get("email", member.email).strip().lower()
    if email != member.email and member.user_id:
        problems.append(Problem("/email", "somebody signs in as this person; enrol the other one anew"))
    elif email and CrewMember.objects.filter(production=member.production, email=email).exclude(pk=member.pk).exists():
        problems.append(Problem("/email", "somebody on this production has this e-mail address"))
    return problems


def credential_problems(credentials: Iterable[CredentialFields]) -> list[Problem]:
    problems = []
    for index, one in enumerate(credentials):
        start, end = one.get("valid_from"), one.get("valid_until")
        if start and end and end < start:
            problems.append(Problem(f"/credentials/{index}/valid_until", "before valid_from"))
    return problems


def save_checked(member: CrewMember, changes: CrewChanges) -> None:
    if problems := crew_problems(member, changes):
        raise Malformed(problems)
    member.roles = [role for role in ROLES if role in changes.get("roles", member.roles)]
    member.email = changes.get("email", member.email).strip().lower()
    if member.email and not member.user_id:
        member.user = User.objects.filter(email=member.email).first()
    member.save()
    if "credentials" in changes:
        Credential.objects.filter(crew_member=member).delete()
        Credential.objects.bulk_create(Credential(crew_member=member, **fields) for fields in changes["credentials"])


def note_crew_member(
    member: CrewMember, *, before: dict[str, object] | None, author: CrewMember | None, now: datetime | None
) -> None:
    note_change(
        production=member.production,
        subject="crew",
        row_id=member.pk,
        before=before,
        after=crew_values(member),
        author=author,
        now=now or timezone.now(),
    )
