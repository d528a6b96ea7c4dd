"""The demo: a week on set that holds together, made once, and told to nobody."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from checklists.models import Alert, Delivery, ExpectedStep, LedgerEntry, Production
from checklists.queries import board
from checklists.services.demo.demonstrating import PASSWORD, SIGN_IN, has_demo, make_demo
from checklists.services.demo.story import FIREARMS, week_before


@pytest.fixture
def demo(db: None) -> Production:
    make_demo()
    return Production.objects.get(title="Demo")


def test_the_demo_is_made_once(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed_demo")
    entries = LedgerEntry.objects.count()

    call_command("seed_demo")

    assert has_demo()
    assert LedgerEntry.objects.count() == entries
    assert sorted(Production.objects.values_list("title", flat=True)) == ["Demo", "Elsewhere"]
    assert capsys.readouterr().out.count("armorer@demo.example") == 2


def test_everybody_signs_in_with_the_password_that_is_printed(demo: Production) -> None:
    users = [authenticate(username=f"{name}@demo.example", password=PASSWORD) for name in (*SIGN_IN, "outsider")]

    assert all(users)
    assert demo.crew.exclude(user=None).count() == len(SIGN_IN)
    assert not demo.crew.filter(user__email="outsider@demo.example").exists()


def test_all_eight_firearms_are_locked_up_and_nothing_is_owed(demo: Production) -> None:
    shown = board(production=demo, now=timezone.now())

    assert [firearm["holder"]["name"] for firearm in shown["firearms"]] == ["Safe"] * 8
    assert len({firearm["kind"] for firearm in shown["firearms"]}) == 8
    assert shown["holds"] == shown["owing_devices"] == []
    assert not ExpectedStep.objects.filter(state__in=["open", "missed"]).exists()


def test_what_went_wrong_in_the_week_is_on_record_and_answered(demo: Production) -> None:
    alerts = Alert.objects.filter(production=demo)

    assert Counter(alerts.values_list("rule", flat=True)) == {
        "both-sign": 1,
        "receiver-looked": 1,
        "inspection-fresh": 1,
        "inspected-after-return": 1,
    }
    assert set(alerts.values_list("state", flat=True)) == {Alert.State.CLOSED}
    assert alerts.get(rule="inspection-fresh").reason


def test_nobody_is_told_of_the_past(demo: Production) -> None:
    assert not Delivery.objects.exists()
    assert mail.outbox == []


def test_the_demo_is_a_production_like_any_other_afterwards(demo: Production) -> None:
    assert not Production.objects.filter(simulated=True).exists()


def test_the_past_is_in_order_and_before_now(demo: Production) -> None:
    times = list(LedgerEntry.objects.filter(production=demo).order_by("seq").values_list("received_at", flat=True))

    assert times == sorted(times)
    assert times[-1] <= timezone.now()
    assert timezone.now() - times[0] > timedelta(days=7)


@pytest.mark.parametrize("now", [datetime(2026, 3, 9, 6, 30, tzinfo=UTC), datetime(2026, 11, 2, 7, 30, tzinfo=UTC)])
def test_the_story_holds_together_across_clock_changes(db: None, now: datetime) -> None:
    make_demo(now=now)

    assert Alert.objects.count() == 4


def test_the_story_names_nothing_that_is_not_in_it() -> None:
    story = week_before(date(2026, 11, 22))

    known = {firearm["id"] for firearm in FIREARMS}
    assert {step["firearm"] for step in story["steps"] if "firearm" in step} == known
