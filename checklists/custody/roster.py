"""Who may what, and what is what, at a moment: the values that `reference` entries put into force."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from checklists.custody.entries import Holder
from checklists.custody.words import AD_ROLES, HANDLER_ROLES, PERFORMING_ROLES, CredentialType, FirearmKind

Values = TypeVar("Values")


class Credential(Struct, frozen=True, kw_only=True):
    """Counts from `valid_from` to `valid_until`, both included; a missing bound is open."""

    type: CredentialType
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None

    def counts_on(self, day: dt.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class Person(Struct, frozen=True, kw_only=True):
    roles: frozenset[str] = frozenset()
    credentials: tuple[Credential, ...] = ()
    active: bool = True

    @property
    def counting_roles(self) -> frozenset[str]:
        """Somebody with an AD role is an AD first, whatever other roles they have."""
        return self.roles & AD_ROLES or self.roles

    @property
    def is_handler(self) -> bool:
        return bool(self.counting_roles & HANDLER_ROLES)

    @property
    def performs(self) -> bool:
        """Has a performing role, and is neither handler nor AD."""
        return bool(self.counting_roles & PERFORMING_ROLES) and not self.is_handler

    @property
    def may_hold(self) -> bool:
        return self.is_handler or self.performs

    def credential_until(self, kind: CredentialType, day: dt.date) -> dt.date | None:
        """The last day that a credential of this type covers without a gap from `day` on; None when `day` isn't."""
        last, search = None, day
        while True:
            ends = [
                one.valid_until or dt.date.max for one in self.credentials if one.type == kind and one.counts_on(search)
            ]
            if not ends:
                return last
            last = max(ends)
            if last == dt.date.max:
                return last
            search = last + dt.timedelta(days=1)


class Place(Struct, frozen=True, kw_only=True):
    secure: bool


class Firearm(Struct, frozen=True, kw_only=True):
    kind: FirearmKind
    capacity: int
    functional: bool = True


class Settings(Struct, frozen=True, kw_only=True):
    """The production's own: its zone, its rule pack with the numbers changed, its wrap."""

    time_zone: str = "UTC"
    pack: str = "core"
    wrap: str = "19:00"
    overrides: dict[str, dict[str, str]] = {}

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class History(Generic[Values]):
    """The values of one row over time. Before the first ones were recorded, the first ones count."""

    def __init__(self) -> None:
        self.since: list[dt.datetime] = []
        self.values: list[Values] = []

    def put(self, since: dt.datetime, values: Values) -> None:
        self.since.append(since)
        self.values.append(values)

    def at(self, moment: dt.datetime) -> Values:
        return self.values[max(bisect_right(self.since, moment) - 1, 0)]


SHAPES: dict[str, type[Struct]] = {"crew": Person, "place": Place, "firearm": Firearm, "production": Settings}


class Roster:
    """All reference values of a production, over time."""

    def __init__(self, references: Iterable[tuple[dt.datetime, str, UUID, Mapping[str, Any]]]) -> None:
        """`references`: (since when, subject, id, values), in the order in which they came into force."""
        self.rows: dict[tuple[str, UUID], History[Any]] = {}
        self.settings: History[Any] = History()
        for since, subject, row_id, values in references:
            row = self.settings if subject == "production" else self.rows.setdefault((subject, row_id), History())
            row.put(since, msgspec.convert(values, SHAPES[subject]))

    def knows(self, subject: str, row_id: UUID) -> bool:
        return (subject, row_id) in self.rows

    def person(self, crew_id: UUID | None, at: dt.datetime) -> Person:
        history = self.rows.get(("crew", crew_id)) if crew_id else None
        return history.at(at) if history else NOBODY

    def firearm(self, firearm_id: UUID, at: dt.datetime) -> Firearm:
        firearm: Firearm = self.rows["firearm", firearm_id].at(at)
        return firearm

    def is_secure(self, holder: Holder | None, at: dt.datetime) -> bool:
        """Whether this is a secure place; a person or nobody is not."""
        return holder is not None and holder.place is not None and self.place_is_secure(holder.place, at)

    def is_open_place(self, holder: Holder | None, at: dt.datetime) -> bool:
        return holder is not None and holder.place is not None and not self.place_is_secure(holder.place, at)

    def place_is_secure(self, place_id: UUID, at: dt.datetime) -> bool:
        history = self.rows.get(("place", place_id))
        return bool(history and history.at(at).secure)

    def is_handler(self, holder: Holder | None, at: dt.datetime) -> bool:
        return holder is not None and self.person(holder.crew, at).is_handler

    def is_first_ad(self, crew_id: UUID | None, at: dt.datetime) -> bool:
        return "first_ad" in self.person(crew_id, at).roles


NOBODY = Person()
