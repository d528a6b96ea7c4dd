"""The model against examples computed by hand: corrections, holds, incidents and the rest."""

from tests.specification.staging import (
    WRAP,
    alerts,
    asked,
    at,
    call,
    closing,
    correct,
    count,
    handed,
    handoff,
    incident,
    inspection,
    meeting,
    played,
    ready,
    release,
    rules,
    step,
)

# Corrections: points 8-10 of the fine print


def test_a_correction_takes_completeness_away_and_never_gives_it() -> None:
    worse = inspection(5, chambers_seen=4)["body"]
    better = inspection(5)["body"]

    assert asked(7, *ready(), correct(6.5, "look", "armorer", worse))["missing"] == ["every-chamber-seen"]
    wrong = [*ready()[:2], inspection(5, chambers_seen=4, ref="look"), call(6)]
    assert asked(7, *wrong, correct(6.5, "look", "armorer", better))["missing"] == ["every-chamber-seen"]


def test_a_correction_breaks_a_rule_after_the_fact() -> None:
    said = played(*handed(), correct(12, "look", "armorer", inspection(5, barrel_clear=False)["body"]))

    assert alerts(said, "barrel-clear") == [(8, 12, None)]


def test_a_correction_of_who_gave_it_meets_the_alert() -> None:
    body = handoff(8, "armorer", "performer")["body"]
    said = played(
        *ready(),
        handoff(8, "grip", "performer", author="armorer", ref="over"),
        correct(12, "over", "armorer", body),
    )

    assert alerts(said, "handed-over-by-handler") == [(8, 8, 12)]


def test_a_corrected_handoff_asks_for_a_new_inspection() -> None:
    body = ready()[1]["body"] | {"rounds": 1}
    corrected = [*ready(), correct(6.5, "out", "armorer", body)]

    assert "inspected-since-custody-change" in asked(7, *corrected)["missing"]
    assert asked(8, *corrected, inspection(7), call(7.5))["missing"] == []


def test_only_the_author_corrects_and_a_void_stays() -> None:
    by_another = asked(7, *ready(), correct(6.5, "look", "props"))
    back = [correct(6.2, "look", "armorer", ref="void"), correct(6.5, "look", "armorer", inspection(5)["body"])]
    of_the_void = [correct(6.2, "look", "armorer", ref="void"), correct(6.5, "void", "armorer")]

    assert by_another["missing"] == []
    assert "inspected-since-custody-change" in asked(7, *ready(), *back)["missing"]
    assert "inspected-since-custody-change" in asked(7, *ready(), *of_the_void)["missing"]


def test_live_in_any_version_holds_whatever_is_corrected() -> None:
    live = inspection(5, load="live", rounds=1)["body"]
    steps = [*ready(), correct(6.5, "look", "armorer", live), correct(6.7, "look", "armorer")]

    assert alerts(played(*steps), "never-live") == [(5, 6.5, None)]
    assert asked(7, *steps)["state"] == "hold"


def test_incidents_and_holds_cannot_be_corrected() -> None:
    steps = [*ready(), incident(6.2, "fault", ref="inc"), correct(6.5, "inc", "grip")]

    assert "no-open-incident" in asked(7, *steps)["missing"]


# Holds, incidents and the rest: points 13, 25-28, 30, 32, 35, 36, 38, 39, 43 of the fine print


def test_a_hold_is_released_by_those_who_may() -> None:
    held = [*ready(), step(6.5, "hold", "grip", {"scope": "firearm", "reason": "odd"}, firearm="colt", ref="hold")]

    assert asked(7, *held) == {"at": at(7), "firearm": "colt", "state": "hold", "missing": ["no-open-hold"]}
    for author, state in (("grip", "hold"), ("second", "hold"), ("ad", "complete"), ("assistant", "complete")):
        assert asked(7, *held, release(6.8, author, "hold"))["state"] == state


def test_a_live_round_is_released_by_somebody_trusted_who_was_not_involved() -> None:
    live = [*ready(), inspection(6.5, load="live", rounds=1, ref="live")]

    for author, met_at in (("advisor", 7), ("props", 7), ("ad", None), ("assistant", None)):
        assert alerts(played(*live, release(7, author, "live")), "never-live") == [(6.5, 6.5, met_at)]
    by_props = [handoff(0, "safe", "props"), inspection(1, load="live", rounds=1, ref="live")]
    assert alerts(played(*by_props, release(7, "props", "live")), "never-live") == [(1, 1, None)]


def test_an_injury_holds_the_whole_production() -> None:
    assert asked(8, *ready(), step(7, "incident", "grip", {"type": "injury"}))["state"] == "hold"
    assert asked(8, incident(7, "injury"), firearm="rubber")["state"] == "hold"
    assert "no-open-incident" not in asked(8, incident(7, "injury"), firearm="rubber")["missing"]


def test_after_a_misfire_the_wait_is_longer_for_a_muzzle_loader() -> None:
    for firearm, seconds, breaks in (("colt", 29, 1), ("colt", 30, 0), ("musket", 59, 1), ("musket", 60, 0)):
        said = played(incident(1, "misfire", firearm=firearm), inspection(1 + seconds / 60, firearm=firearm))
        assert len(alerts(said, "misfire-wait")) == breaks


def test_an_incident_is_closed_by_another_handler_after_meeting_and_inspection() -> None:
    steps = [handoff(0, "safe", "armorer"), incident(1, "fault", ref="inc")]
    done = [meeting(2), inspection(3)]

    assert alerts(played(*steps, *done, closing(4, "props")), "incident-closed-by-another") == []
    assert alerts(played(*steps, *done, closing(4, "armorer")), "incident-closed-by-another") == [(4, 4, None)]
    assert alerts(played(*steps, meeting(2), closing(4, "props")), "incident-closed-by-another") == [(4, 4, None)]
    assert alerts(played(*steps, inspection(3), closing(4, "props")), "incident-closed-by-another") == [(4, 4, None)]
    assert "no-open-incident" not in asked(5, *steps, *done, closing(4, "props"))["missing"]
    assert "no-open-incident" in asked(5, *steps, *done, closing(4, "armorer"))["missing"]


def test_a_meeting_that_arrives_late_makes_the_closing_right() -> None:
    said = played(
        handoff(0, "safe", "armorer"),
        incident(1, "fault", ref="inc"),
        inspection(3),
        closing(4, "props"),
        meeting(2, received=10),
    )

    assert alerts(said, "incident-closed-by-another") == [(4, 4, 2)]


def test_a_complaint_is_answered_by_another_within_a_day() -> None:
    complaint = incident(0, "complaint", ref="inc")
    answer = {"incident": "inc", "what": "answered"}

    assert alerts(played(complaint, until=1500), "complaint-answered") == [(1440, 1440, None)]
    by_another = step(1440, "follow_up", "producer", answer)
    assert alerts(played(complaint, by_another, until=1500), "complaint-answered") == []
    by_oneself = step(100, "follow_up", "grip", answer)
    assert alerts(played(complaint, by_oneself, until=1500), "complaint-answered") == [(1440, 1440, None)]


def test_ammunition_balances_an_hour_after_the_wrap() -> None:
    used = [*ready()[:2], inspection(5, load="dummy", rounds=6, dummies_verified=6)]
    due = WRAP + 60

    assert alerts(played(*used, until=800), "ammunition-balances") == [(due, due, None)]
    assert alerts(played(*used, count(due, 6), until=800), "ammunition-balances") == []
    late = played(*used, count(due, 5), count(due + 5, 6), count(due + 9, 6), until=800)
    assert alerts(late, "ammunition-balances") == [(due, due, due + 5)]
    again = played(*used, count(due, 5), count(due + 5, 6), count(due + 9, 5), until=800)
    assert alerts(again, "ammunition-balances") == [(due, due, None)]


def test_one_entry_with_blanks_and_dummies_wants_both_counted() -> None:
    used = [*ready()[:2], inspection(5, load="blank", rounds=6, dummies=2, dummies_verified=2)]
    due = WRAP + 60

    assert alerts(played(*used, count(500, 6), until=800), "ammunition-balances") == [(due, due, None)]
    both = played(*used, count(500, 6), count(501, 6, "blank"), until=800)
    assert alerts(both, "ammunition-balances") == []


def test_a_phone_owes_the_numbers_below_its_highest() -> None:
    steps = [
        meeting(0, received=30),
        call(1, ref="second"),
        call(2),
    ]

    said = played(*steps, until=40)

    assert [(one["entry"], one["firearm"]) for one in said["alerts"] if one["rule"] == "device-records-received"] == [
        ("second", None)
    ]
    assert alerts(said, "device-records-received") == [(16, 16, 0)]
    assert alerts(played(meeting(0, received=16), *steps[1:]), "device-records-received") == []


def test_a_rehearsal_uses_what_does_not_fire() -> None:
    said = played(*ready(), handoff(8, "armorer", "performer", rehearsal=True))

    assert "replica-in-rehearsal" in rules(said)
    assert "replica-in-rehearsal" not in rules(
        played(handoff(8, "safe", "performer", rehearsal=True, firearm="rubber"))
    )


def test_unknown_kinds_are_kept_and_make_the_clearance_unknown() -> None:
    newer = step(6.5, "thermal_scan", "grip", {"any": 1}, firearm="colt")

    assert asked(7, *ready(), newer)["state"] == "unknown"
    assert asked(7, *ready(), newer)["missing"] == []
    assert played(newer)["refused"] == []


def test_numbers_of_a_rule_can_be_changed_by_the_production() -> None:
    said = played(*handed(), overrides={"both-sign": {"within": "PT5S"}})

    assert alerts(said, "both-sign") == [(8 + 5 / 60, 8 + 5 / 60, 8.5)]


def test_what_cannot_be_read_is_refused_and_the_rest_is_taken() -> None:
    said = played(
        handoff(0, "armorer", "armorer", ref="to oneself"),
        handoff(0, "safe", "armorer", rounds="0", ref="text"),
        handoff(0, "safe", "armorer", rehearsal="false", ref="no boolean"),
        step(0, "inspection", "armorer", {"purpose": "pre_use", "load": "empty"}, firearm="colt", ref="no rounds"),
        inspection(0, colour="blue", ref="unknown field"),
        inspection(0, rounds=2**53, ref="too large"),
        step(0, "hold", "grip", {"scope": "firearm", "reason": "odd"}, ref="no firearm"),
        step(0, "incident", "stranger", {"type": "fault"}, ref="stranger"),
        step(0, "correction", "grip", {"corrects": "x", "reason": "", "body": None}, ref="no reason"),
        handoff(1, "safe", "armorer", ref="good"),
    )

    assert [one["ref"] for one in said["refused"]] == [
        "to oneself",
        "text",
        "no boolean",
        "no rounds",
        "unknown field",
        "too large",
        "no firearm",
        "stranger",
        "no reason",
    ]
    assert "inspected-after-checkout" in rules(said)
