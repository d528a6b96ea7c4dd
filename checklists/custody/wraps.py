"""When shooting is over: the planned wrap of each shooting day, which begins at 04:00 local time."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct

from checklists.custody.roster import Settings

DAY_BEGINS = dt.time(4)


class PlannedWrap(Struct, frozen=True, kw_only=True):
    """A `schedule` entry by somebody who may: from `at` on, the wrap of `date` is planned for `wrap`."""

    at: dt.datetime
    date: dt.date
    wrap: str


def shooting_day(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The day on set that a moment belongs to; the hours before 04:00 belong to the day before."""
    local = moment.astimezone(zone)
    return local.date() - dt.timedelta(days=local.time() < DAY_BEGINS)


def day_ends(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The next 04:00 local time."""
    return local_instant(shooting_day(moment, zone) + dt.timedelta(days=1), DAY_BEGINS, zone)


def local_instant(day: dt.date, clock: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Ambiguous and missing local times are read as `zoneinfo` does with fold=0."""
    return dt.datetime.combine(day, clock, tzinfo=zone).astimezone(dt.UTC)


def wrap_of(day: dt.date, settings: Settings, schedules: Sequence[PlannedWrap]) -> dt.datetime:
    """When the shooting day `day` wraps. A schedule counts while the wrap that it replaces has not come due."""
    wrap = wrap_instant(day, settings.wrap, settings.zone)
    for planned in schedules:
        if planned.date == day and planned.at < wrap:
            wrap = wrap_instant(day, planned.wrap, settings.zone)
    return wrap


def wrap_instant(day: dt.date, clock: str, zone: ZoneInfo) -> dt.datetime:
    time = dt.time.fromisoformat(clock)
    return local_instant(day + dt.timedelta(days=time < DAY_BEGINS), time, zone)


def wraps_around(moment: dt.datetime, settings: Settings, schedules: Sequence[PlannedWrap]) -> list[dt.datetime]:
    """The wraps of the days about a moment, in order."""
    today = shooting_day(moment, settings.zone)
    return sorted(wrap_of(today + dt.timedelta(days=days), settings, schedules) for days in range(-2, 4))


def next_wrap(moment: dt.datetime, settings: Settings, schedules: Sequence[PlannedWrap]) -> dt.datetime:
    """The first wrap strictly after a moment."""
    return next(wrap for wrap in wraps_around(moment, settings, schedules) if wrap > moment)


def last_wrap(moment: dt.datetime, settings: Settings, schedules: Sequence[PlannedWrap]) -> dt.datetime:
    """The last wrap at or before a moment."""
    return next(wrap for wrap in reversed(wraps_around(moment, settings, schedules)) if wrap <= moment)
