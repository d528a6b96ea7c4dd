"""What happens around a firearm: the production's meetings, holds, incidents and wraps, looked up by place in time."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from checklists.custody.entries import Meeting
from checklists.custody.facts import Fact, Order
from checklists.custody.packs import Rules, rules_of
from checklists.custody.roster import Roster, Settings
from checklists.custody.wraps import PlannedWrap, next_wrap, shooting_day, wraps_around


class Gathering(Struct, frozen=True, kw_only=True):
    """A safety meeting. `present` are those whom every version of the entry names."""

    order: Order
    present: frozenset[UUID]


class Stop(Struct, frozen=True, kw_only=True):
    """A hold, from where it was raised to where it was released. Without a firearm it is the production's."""

    raised_by: UUID
    order: Order
    firearm: UUID | None
    released: Order | None = None

    def is_on(self, firearm: UUID, place: Order) -> bool:
        return (
            self.firearm in (None, firearm) and self.order < place and (self.released is None or place < self.released)
        )


class WideIncident(Struct, frozen=True, kw_only=True):
    """An incident that names no firearm, complaints excepted: it blocks every firearm until it is closed."""

    order: Order
    misfire: bool = False
    closed: Order | None = None


class Surroundings:
    """Everything that a firearm's own entries don't say."""

    def __init__(
        self,
        roster: Roster,
        *,
        meetings: Sequence[Gathering] = (),
        stops: Sequence[Stop] = (),
        incidents: Sequence[WideIncident] = (),
        schedules: Sequence[PlannedWrap] = (),
        scene_wraps: Sequence[Order] = (),
    ) -> None:
        self.roster = roster
        self.meetings = meetings
        self.stops = stops
        self.incidents = incidents
        self.schedules = schedules
        self.scene_wraps = scene_wraps

    def settings(self, at: dt.datetime) -> Settings:
        settings: Settings = self.roster.settings.at(at)
        return settings

    def rules(self, at: dt.datetime) -> Rules:
        return rules_of(self.settings(at))

    def stopped(self, firearm: UUID, place: Order) -> bool:
        return any(stop.is_on(firearm, place) for stop in self.stops)

    def incident_open(self, place: Order) -> bool:
        return any(one.order < place and (one.closed is None or place < one.closed) for one in self.incidents)

    def incident_between(self, first: Order, last: Order) -> bool:
        return any(first < incident.order < last for incident in self.incidents)

    def last_misfire_before(self, place: Order) -> dt.datetime | None:
        return max((one.order[0] for one in self.incidents if one.misfire and one.order < place), default=None)

    def meeting_between(self, first: Order, last: Order) -> bool:
        return any(first < meeting.order < last for meeting in self.meetings)

    def meeting_attended(self, people: frozenset[UUID], place: Order) -> bool:
        """One meeting earlier in the same shooting day, with all of `people`."""
        zone = self.settings(place[0]).zone
        today = shooting_day(place[0], zone)
        return any(
            meeting.order < place and shooting_day(meeting.order[0], zone) == today and people <= meeting.present
            for meeting in self.meetings
        )

    def wraps_near(self, moment: dt.datetime) -> list[dt.datetime]:
        """The wraps of the days about a moment."""
        return wraps_around(moment, self.settings(moment), self.schedules)

    def wrap_after(self, left: Order) -> dt.datetime:
        """The wrap of a firearm that left its secure place at `left`: planned, or the first earlier scene wrap."""
        planned = next_wrap(left[0], self.settings(left[0]), self.schedules)
        return min([planned, *(wrap[0] for wrap in self.scene_wraps if wrap > left)])


def gathering_of(fact: Fact) -> Gathering:
    present = [
        frozenset((*body.attendees, *([body.led_by] if body.led_by else [])))
        for body in fact.bodies
        if isinstance(body, Meeting)
    ]
    return Gathering(order=fact.order, present=frozenset.intersection(*present))
