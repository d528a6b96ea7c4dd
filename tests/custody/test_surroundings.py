"""What happens around a firearm, looked up by its place in time."""

import datetime as dt

import pytest

from checklists.custody.surroundings import WideIncident, gathering_of
from checklists.custody.wraps import PlannedWrap
from tests.custody.making import (
    AD,
    ARMORER,
    NINE,
    PERFORMER,
    WRAP,
    corrected,
    gathered,
    hours,
    meeting,
    minutes,
    new_id,
    seconds,
    surroundings,
)


def test_present_are_those_who_attended_and_who_led() -> None:
    assert gathering_of(meeting(attendees=(ARMORER,), led_by=AD)).present == {ARMORER, AD}
    assert gathering_of(meeting(attendees=(ARMORER,))).present == {ARMORER}


def test_present_are_those_whom_every_version_names() -> None:
    said = meeting(attendees=(ARMORER, PERFORMER))

    assert gathering_of(corrected(said, attendees=(PERFORMER, AD))).present == {PERFORMER}


@pytest.mark.parametrize(
    "at, is_open", [(NINE - seconds(1), False), (NINE + seconds(1), True), (NINE + hours(2), False)]
)
def test_an_incident_is_open_from_its_place_to_that_of_its_closing(at: dt.datetime, is_open: bool) -> None:
    incident = WideIncident(order=(NINE, 1, new_id()), closed=(NINE + hours(1), 1, new_id()))

    assert surroundings(incidents=[incident]).incident_open((at, 1, new_id())) is is_open


def test_what_is_between_two_places_is_after_the_first_and_before_the_last() -> None:
    around = surroundings(meetings=[gathered(NINE)], incidents=[WideIncident(order=(NINE, 1, new_id()))])
    before, after = (NINE - seconds(1), 1, new_id()), (NINE + seconds(1), 1, new_id())

    assert around.meeting_between(before, after)
    assert around.incident_between(before, after)
    assert not around.meeting_between(after, (NINE + hours(1), 1, new_id()))
    assert not around.incident_between((NINE - hours(1), 1, new_id()), before)


def test_the_last_misfire_that_nobody_named_a_firearm_for() -> None:
    misfires = [WideIncident(order=(NINE + minutes(n), 1, new_id()), misfire=True) for n in (1, 2, 9)]
    around = surroundings(incidents=[*misfires, WideIncident(order=(NINE + minutes(3), 1, new_id()))])

    assert around.last_misfire_before((NINE + minutes(5), 1, new_id())) == NINE + minutes(2)
    assert around.last_misfire_before((NINE, 1, new_id())) is None


def test_a_firearm_wraps_at_the_planned_wrap_after_it_left() -> None:
    left = (NINE, 1, new_id())

    assert surroundings().wrap_after(left) == WRAP
    moved = PlannedWrap(at=NINE, date=NINE.date(), wrap="21:00")
    assert surroundings(schedules=[moved]).wrap_after(left) == WRAP.replace(hour=21)


def test_a_scene_wrap_after_it_left_comes_first_when_it_is_earlier() -> None:
    before, first, second = ((NINE + hours(n), 1, new_id()) for n in (-1, 3, 4))
    late = (WRAP + hours(1), 1, new_id())

    assert surroundings(scene_wraps=[before, first, second]).wrap_after((NINE, 1, new_id())) == NINE + hours(3)
    assert surroundings(scene_wraps=[late]).wrap_after((NINE, 1, new_id())) == WRAP


def test_the_wraps_near_a_moment_are_those_of_the_days_about_it() -> None:
    assert surroundings().wraps_near(NINE) == [WRAP + hours(24 * days) for days in range(-2, 4)]
