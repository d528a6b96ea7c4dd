"""The model against examples computed by hand: days, time, people, and generated days."""

import random

from tests.specification.cast import CHECKLISTS as CAST_CHECKLISTS
from tests.specification.days import generate_day
from tests.specification.model import alert_line, alert_order, play, replay
from tests.specification.reading import read_day
from tests.specification.staging import (
    WRAP,
    alerts,
    asked,
    at,
    call,
    correct,
    handed,
    handoff,
    incident,
    inspection,
    meeting,
    minutes_of,
    played,
    ready,
    rules,
    sign,
)

# Whole days


def test_an_ordinary_hand_over_raises_nothing_and_is_complete_before_it() -> None:
    steps = [
        *handed(),
        handoff(15, "performer", "armorer", author="armorer", ref="back"),
        sign(15.5, "back", "performer", "given"),
        inspection(18),
        handoff(19, "armorer", "safe"),
    ]

    said = played(*steps, until=800)

    assert said == {"alerts": [], "answers": [], "refused": []}
    assert asked(7, *steps) == {"at": at(7), "firearm": "colt", "state": "complete", "missing": []}
    assert asked(-10, *steps)["missing"] == [
        "announced-since-inspection",
        "handed-over-by-handler",
        "inspected-since-custody-change",
    ]
    assert asked(5.5, *steps)["missing"] == ["announced-since-inspection"]


def test_a_cold_gun_that_was_not() -> None:
    said = played(
        handoff(0, "safe", "props"),
        handoff(2, "props", "armorer", ref="t1"),
        sign(2.5, "t1", "armorer", "received"),
        inspection(12),
        inspection(30, load="dummy", rounds=6, chambers_seen=4, dummies_verified=3),
        handoff(38, "armorer", "cart", load="dummy", rounds=6),
        handoff(44, "cart", "ad", load="dummy", rounds=6),
        call(45),
        handoff(46, "ad", "performer", load="dummy", rounds=6, rehearsal=True),
        incident(50, "unintended_discharge", "ad"),
        until=720,
    )

    assert {one["rule"]: minutes_of(one["opened_at"]) for one in said["alerts"]} == {
        "not-unattended": 40,
        "held-by-handler-or-performer": 44,
        "handed-over-by-handler": 46,
        "inspected-since-custody-change": 46,
        "announced-since-inspection": 46,
        "safety-meeting-held": 46,
        "replica-in-rehearsal": 46,
        "both-sign": 48,
        "receiver-looked": 48,
        "returned-after-use": 76,
        "locked-up-by-wrap": WRAP + 30,
        "ammunition-balances": WRAP + 60,
    }
    assert alerts(said, "not-unattended") == [(40, 40, 44)]
    assert alerts(said, "returned-after-use") == [(74, 74, None), (76, 76, None)]


# Time, order, alerts: points 1-3, 6, 7, 31, 33 of the fine print


def test_an_entry_is_never_later_than_its_receipt() -> None:
    said = played(handoff(10, "safe", "armorer", received=4), until=60)

    assert alerts(said, "inspected-after-checkout") == [(19, 19, None)]


def test_the_order_of_arrival_at_one_instant_does_not_matter() -> None:
    for seed in range(25):
        rng = random.Random(seed)
        day = read_day(generate_day(rng, 30), CAST_CHECKLISTS)
        before = [alert_line(one) for one in sorted(play(day), key=alert_order)]

        rng.shuffle(day.entries)

        assert [alert_line(one) for one in sorted(play(day), key=alert_order)] == before


def test_a_step_is_in_time_at_its_limit_and_late_a_second_after() -> None:
    in_time = played(*handed()[:-1], sign(10, "over", "performer", "received", looked_inside=True))
    late = played(*handed()[:-1], sign(10 + 1 / 60, "over", "performer", "received", looked_inside=True))

    assert rules(in_time) == set()
    assert alerts(late, "both-sign") == [(10, 10, 10 + 1 / 60)]


def test_a_step_done_late_and_known_together_opens_already_met() -> None:
    said = played(
        *ready(),
        handoff(8, "armorer", "performer", ref="over", received=15),
        sign(12, "over", "performer", "received", looked_inside=True, received=15),
    )

    assert alerts(said, "both-sign") == [(10, 15, 12)]


def test_a_signature_that_arrives_late_meets_the_alert_at_the_time_it_was_made() -> None:
    said = played(*handed()[:-1], sign(9, "over", "performer", "received", looked_inside=True, received=14))

    assert alerts(said, "both-sign") == [(10, 10, 9)]


def test_an_alert_is_open_again_when_its_cause_comes_back() -> None:
    late = sign(11, "over", "performer", "received", looked_inside=True, ref="late")

    said = played(*handed()[:-1], late, correct(12, "late", "performer"))

    assert alerts(said, "both-sign") == [(10, 10, None)]


def test_a_voided_trigger_ends_its_step_at_the_time_of_the_void() -> None:
    said = played(*handed()[:-1], correct(13, "over", "armorer"))

    assert alerts(said, "both-sign") == [(10, 10, 13)]


def test_a_voided_trigger_before_its_due_time_leaves_no_alert() -> None:
    said = played(*handed()[:-1], correct(9, "over", "armorer"))

    assert alerts(said, "both-sign") == []


def test_until_is_inclusive() -> None:
    assert alerts(played(*handed()[:-1], until=10), "both-sign") == [(10, 10, None)]
    assert alerts(played(*handed()[:-1], until=9.99), "both-sign") == []


def test_after_is_by_default_the_newest_handoff_known_or_made_on_the_same_phone() -> None:
    said = played(
        handoff(0, "safe", "armorer", received=30, ref="first"),
        handoff(1, "armorer", "props", author="armorer", received=30),
        handoff(2, "safe", "assistant", author="assistant"),
        until=40,
    )

    assert alerts(said, "no-dispute") == [(2, 30, None)]


# People: points 4, 5, 13, 16, 17 of the fine print


def test_an_armorer_who_is_an_ad_is_no_handler_and_may_not_hold() -> None:
    said = played(handoff(0, "safe", "armed-ad"))

    assert "held-by-handler-or-performer" in rules(said)


def test_a_handler_who_performs_is_no_performer() -> None:
    said = played(handoff(0, "safe", "armorer"), handoff(1, "armorer", "fighter"))

    assert "handed-over-by-handler" not in rules(said)
    assert "inspected-since-custody-change" not in rules(said)


def test_a_meeting_counts_only_with_both_in_the_same_shooting_day() -> None:
    without_performer = played(meeting(-30, ["armorer"]), *ready()[1:], handoff(8, "armorer", "performer"))
    yesterday = played(meeting(-301), *ready()[1:], handoff(8, "armorer", "performer"))
    at_four = played(meeting(-300), *ready()[1:], handoff(8, "armorer", "performer"))

    assert "safety-meeting-held" in rules(without_performer)
    assert "safety-meeting-held" in rules(yesterday)
    assert "safety-meeting-held" not in rules(at_four)


def test_a_permit_counts_to_the_end_of_its_last_day() -> None:
    today = [{"type": "permit", "valid_until": "2024-05-06"}]
    yesterday = [{"type": "permit", "valid_until": "2024-05-05"}]
    tomorrow = [{"type": "permit", "valid_from": "2024-05-07"}]

    assert asked(7, *ready(), crew={"armorer": today})["missing"] == []
    assert asked(7, *ready(), crew={"armorer": yesterday})["missing"] == ["handler-permit-current"]
    assert asked(7, *ready(), crew={"armorer": tomorrow})["missing"] == ["handler-permit-current"]


def test_a_receiver_without_training_is_noticed() -> None:
    said = played(*handed(), crew={"performer": []})

    assert rules(said) == {"receiver-trained"}


# Generated days


def test_a_generated_day_is_the_same_for_the_same_seed() -> None:
    assert generate_day(random.Random(7), 40) == generate_day(random.Random(7), 40)


def test_any_generated_day_can_be_played() -> None:
    for seed in range(40):
        scenario = generate_day(random.Random(seed), 40, offsets=seed % 2 == 0)

        said = replay(scenario, CAST_CHECKLISTS)

        assert set(said) == {"alerts", "answers", "refused"}
        assert all(one["opened_at"] >= one["due_at"] for one in said["alerts"])
