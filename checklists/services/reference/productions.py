"""Productions: making one, and its settings."""

from collections.abc import Mapping
from datetime import datetime, time
from functools import cache
from typing import TypedDict, Unpack
from zoneinfo import available_timezones

from django.db import transaction
from django.utils import timezone

from checklists.custody.packs import check_overrides, load_pack, pack_names
from checklists.custody.problems import Malformed, Problem
from checklists.models import CrewMember, LedgerHead, Production, User
from checklists.services.ledger import lock_ledger
from checklists.services.reference.crew import enrol_crew_member
from checklists.services.reference.entries import note_change

EVENING = time(19, 0)

known_time_zones = cache(available_timezones)


class ProductionChanges(TypedDict, total=False):
    title: str
    time_zone: str
    pack: str
    wrap: time
    overrides: Mapping[str, Mapping[str, str]]


@transaction.atomic
def create_production(
    *,
    user: User,
    title: str,
    time_zone: str,
    pack: str = "core",
    wrap: time = EVENING,
    overrides: Mapping[str, Mapping[str, str]] | None = None,
    producer_name: str = "",
    simulated: bool = False,
    now: datetime | None = None,
) -> Production:
    """A new production with an empty ledger; `user` becomes its producer, named by their e-mail address until changed.

    Raises:
        Malformed: pointing at a time zone, pack or overrides that can't be.
    """
    now = now or timezone.now()
    production = Production(
        title=title, time_zone=time_zone, pack=pack, wrap=wrap, overrides=overrides or {}, simulated=simulated
    )
    save_checked(production)
    LedgerHead.objects.create(production=production)
    note_production(production, before=None, author=None, now=now)
    name = producer_name or user.email.partition("@")[0]
    enrol_crew_member(production=production, name=name, roles=["producer"], email=user.email, author=None, now=now)
    return production


@transaction.atomic
def change_production(
    *,
    production: Production,
    author: CrewMember | None,
    now: datetime | None = None,
    **changes: Unpack[ProductionChanges],
) -> Production:
    """The production with these settings changed, from now on; earlier days are judged by what held then.

    Raises:
        Malformed: pointing at a time zone, pack or overrides that can't be.
    """
    lock_ledger(production)
    production = Production.objects.get(pk=production.pk)
    before = production_values(production)
    for field, value in changes.items():
        setattr(production, field, value)
    save_checked(production)
    note_production(production, before=before, author=author, now=now)
    return production


def production_values(production: Production) -> dict[str, object]:
    """What rules read."""
    return {
        "time_zone": production.time_zone,
        "pack": production.pack,
        "wrap": production.wrap.strftime("%H:%M"),
        "overrides": production.overrides,
    }


def production_problems(production: Production) -> list[Problem]:
    """What can't be about a production as it would be saved."""
    problems = []
    if production.time_zone not in known_time_zones():
        problems.append(Problem("/time_zone", "no time zone of the IANA database, like America/Denver"))
    if production.pack not in pack_names():
        return [*problems, Problem("/pack", f"not one of {', '.join(pack_names())}")]
    return problems + [
        Problem(f"/overrides{one.pointer}", one.detail)
        for one in check_overrides(load_pack(production.pack), production.overrides)
    ]


def save_checked(production: Production) -> None:
    if problems := production_problems(production):
        raise Malformed(problems)
    production.save()


def note_production(
    production: Production, *, before: dict[str, object] | None, author: CrewMember | None, now: datetime | None
) -> None:
    note_change(
        production=production,
        subject="production",
        row_id=production.pk,
        before=before,
        after=production_values(production),
        author=author,
        now=now or timezone.now(),
    )
