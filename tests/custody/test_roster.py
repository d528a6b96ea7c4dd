"""Who may what, and what is what, at a moment."""

import datetime as dt
from typing import Any

import pytest

from checklists.custody.entries import Holder
from checklists.custody.roster import Credential, Person
from tests.custody.making import (
    AD,
    ARMED_AD,
    ARMORER,
    CART,
    COLT,
    GRIP,
    NINE,
    PERFORMER,
    ROSTER,
    SAFE,
    hours,
    new_id,
    person,
    roster_with,
    seconds,
)

TODAY = NINE.date()


def somebody(*roles: str, papers: tuple[Credential, ...] = ()) -> Person:
    return Person(roles=frozenset(roles), credentials=papers)


@pytest.mark.parametrize(
    "roles, handles, performs",
    [
        ({"armorer"}, True, False),
        ({"property_master"}, True, False),
        ({"assistant_property_master"}, True, False),
        ({"performer"}, False, True),
        ({"stand_in"}, False, True),
        ({"stunt_performer"}, False, True),
        ({"armorer", "performer"}, True, False),
        ({"armorer", "first_ad"}, False, False),
        ({"performer", "second_ad"}, False, False),
        ({"producer", "performer"}, False, True),
        ({"safety_advisor"}, False, False),
        (set(), False, False),
    ],
)
def test_an_ad_is_an_ad_first_and_a_handler_before_a_performer(roles: set[str], handles: bool, performs: bool) -> None:
    one = somebody(*roles)

    assert (one.is_handler, one.performs, one.may_hold) == (handles, performs, handles or performs)


def permit(since: str | None, until: str | None) -> Credential:
    bounds = [dt.date.fromisoformat(day) if day else None for day in (since, until)]
    return Credential(type="permit", valid_from=bounds[0], valid_until=bounds[1])


@pytest.mark.parametrize(
    "papers, last_day",
    [
        ([], None),
        ([permit(None, None)], dt.date.max),
        ([permit(None, "2025-11-23")], None),
        ([permit("2025-11-25", None)], None),
        ([permit("2025-11-24", "2025-11-24")], TODAY),
        ([permit(None, "2025-11-24"), permit("2025-11-25", "2025-12-01")], dt.date(2025, 12, 1)),
        ([permit(None, "2025-11-24"), permit("2025-11-26", None)], TODAY),
        ([permit(None, "2025-11-24"), permit(None, None)], dt.date.max),
        ([Credential(type="training")], None),
    ],
)
def test_credentials_cover_days_until_the_first_gap(papers: list[Credential], last_day: dt.date | None) -> None:
    assert somebody("armorer", papers=tuple(papers)).credential_until("permit", TODAY) == last_day


def test_values_count_from_when_they_came_into_force() -> None:
    roster = roster_with((NINE, "crew", GRIP, person("armorer")), (NINE, "place", CART, {"secure": True}))

    assert not roster.person(GRIP, NINE - seconds(1)).is_handler
    assert roster.person(GRIP, NINE).is_handler
    assert roster.is_secure(Holder(place=CART), NINE)
    assert roster.is_open_place(Holder(place=CART), NINE - seconds(1))


def test_before_its_first_values_a_row_has_its_first_values() -> None:
    assert ROSTER.person(ARMORER, NINE - hours(1000)).is_handler


def test_a_stranger_has_no_roles_and_a_place_nobody_knows_is_not_secure() -> None:
    nowhere = Holder(place=new_id())

    assert ROSTER.person(new_id(), NINE) == Person()
    assert ROSTER.person(None, NINE) == Person()
    assert not ROSTER.is_secure(nowhere, NINE)
    assert ROSTER.is_open_place(nowhere, NINE)


def test_a_person_and_nobody_are_no_place() -> None:
    for holder in (None, Holder(crew=ARMORER)):
        assert not ROSTER.is_secure(holder, NINE)
        assert not ROSTER.is_open_place(holder, NINE)


def test_a_handler_holds_in_person() -> None:
    assert ROSTER.is_handler(Holder(crew=ARMORER), NINE)
    assert not ROSTER.is_handler(Holder(crew=PERFORMER), NINE)
    assert not ROSTER.is_handler(Holder(place=SAFE), NINE)
    assert not ROSTER.is_handler(None, NINE)


def test_whoever_has_the_role_is_a_first_ad() -> None:
    assert ROSTER.is_first_ad(AD, NINE)
    assert ROSTER.is_first_ad(ARMED_AD, NINE)
    assert not ROSTER.is_first_ad(ARMORER, NINE)
    assert not ROSTER.is_first_ad(None, NINE)


def test_the_settings_of_the_production_change_over_time() -> None:
    settings: dict[str, Any] = {"time_zone": "Europe/Paris", "pack": "core", "wrap": "22:00"}
    roster = roster_with((NINE, "production", new_id(), settings))

    assert roster.settings.at(NINE - seconds(1)).wrap == "19:00"
    assert roster.settings.at(NINE).zone.key == "Europe/Paris"


def test_it_knows_its_own_rows() -> None:
    assert ROSTER.knows("firearm", COLT)
    assert not ROSTER.knows("crew", COLT)
    assert ROSTER.firearm(COLT, NINE).capacity == 6
