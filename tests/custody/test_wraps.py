"""When a shooting day begins, ends and wraps: past midnight, and across a clock change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from checklists.custody.roster import Settings
from checklists.custody.wraps import (
    PlannedWrap,
    day_ends,
    last_wrap,
    local_instant,
    next_wrap,
    shooting_day,
    wrap_of,
)
from tests.custody.making import NINE, WRAP, hours, minutes, seconds

UTC_SETTINGS = Settings()
DENVER = ZoneInfo("America/Denver")
TODAY = NINE.date()


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def scheduled(at: dt.datetime, wrap: str, date: dt.date = TODAY) -> PlannedWrap:
    return PlannedWrap(at=at, date=date, wrap=wrap)


@pytest.mark.parametrize("clock, day", [("04:00", "2025-11-24"), ("03:59", "2025-11-23"), ("23:59", "2025-11-24")])
def test_a_shooting_day_begins_at_four(clock: str, day: str) -> None:
    moment = utc(f"2025-11-24T{clock}")

    assert shooting_day(moment, ZoneInfo("UTC")) == dt.date.fromisoformat(day)


def test_a_shooting_day_is_that_of_the_productions_zone() -> None:
    assert shooting_day(utc("2025-11-24T10:59"), DENVER) == dt.date(2025, 11, 23)
    assert shooting_day(utc("2025-11-24T11:00"), DENVER) == TODAY


def test_a_day_ends_at_the_next_four_in_the_morning() -> None:
    assert day_ends(utc("2025-11-24T03:59"), ZoneInfo("UTC")) == utc("2025-11-24T04:00")
    assert day_ends(utc("2025-11-24T04:00"), ZoneInfo("UTC")) == utc("2025-11-25T04:00")


def test_the_day_of_a_clock_change_has_23_or_25_hours() -> None:
    assert day_ends(utc("2025-03-08T12:00"), DENVER) == utc("2025-03-09T10:00")
    assert day_ends(utc("2025-03-09T12:00"), DENVER) == utc("2025-03-10T10:00")
    assert day_ends(utc("2025-11-01T11:00"), DENVER) == utc("2025-11-02T11:00")


def test_a_time_that_comes_twice_is_the_first_and_one_that_never_comes_is_an_hour_later() -> None:
    assert local_instant(dt.date(2025, 11, 2), dt.time(1, 30), DENVER) == utc("2025-11-02T07:30")
    assert local_instant(dt.date(2025, 3, 9), dt.time(2, 30), DENVER) == utc("2025-03-09T09:30")


def test_a_wrap_past_midnight_belongs_to_the_evening_before() -> None:
    late = Settings(wrap="01:30")

    assert wrap_of(TODAY, late, []) == utc("2025-11-25T01:30")
    assert wrap_of(TODAY, UTC_SETTINGS, []) == WRAP


def test_the_next_wrap_is_strictly_after_the_moment() -> None:
    assert next_wrap(WRAP - seconds(1), UTC_SETTINGS, []) == WRAP
    assert next_wrap(WRAP, UTC_SETTINGS, []) == WRAP + hours(24)
    assert last_wrap(WRAP, UTC_SETTINGS, []) == WRAP
    assert last_wrap(WRAP - seconds(1), UTC_SETTINGS, []) == WRAP - hours(24)


def test_a_schedule_moves_the_wrap_of_its_day() -> None:
    later = scheduled(NINE, "22:15")

    assert next_wrap(NINE, UTC_SETTINGS, [later]) == WRAP.replace(hour=22, minute=15)
    assert next_wrap(NINE + hours(24), UTC_SETTINGS, [later]) == WRAP + hours(24)


def test_a_schedule_may_move_the_wrap_past_midnight() -> None:
    assert wrap_of(TODAY, UTC_SETTINGS, [scheduled(NINE, "03:59")]) == utc("2025-11-25T03:59")


def test_a_schedule_counts_while_the_wrap_that_it_replaces_has_not_come_due() -> None:
    assert wrap_of(TODAY, UTC_SETTINGS, [scheduled(WRAP, "22:00")]) == WRAP
    assert wrap_of(TODAY, UTC_SETTINGS, [scheduled(WRAP - seconds(1), "22:00")]) == WRAP.replace(hour=22)


def test_schedules_follow_each_other() -> None:
    schedules = [scheduled(NINE, "22:00"), scheduled(WRAP + minutes(1), "23:00")]

    assert wrap_of(TODAY, UTC_SETTINGS, schedules) == WRAP.replace(hour=23)
