"""The model against examples computed by hand: custody, calls and loads."""

from tests.specification.staging import (
    WRAP,
    alerts,
    asked,
    call,
    correct,
    handed,
    handoff,
    incident,
    inspection,
    meeting,
    played,
    ready,
    resolution,
    rules,
    sign,
    step,
)

# Custody: points 12, 14, 15, 18, 19, 23, 24, 29 of the fine print


def test_the_giver_must_have_received_it_last() -> None:
    said = played(handoff(0, "safe", "armorer"), handoff(1, "props", "safe"))

    assert alerts(said, "chain-unbroken") == [(1, 1, None)]


def test_two_phones_that_did_not_know_of_each_other_are_a_dispute_until_both_are_named() -> None:
    steps = [
        handoff(0, "safe", "armorer", ref="a", after=None),
        handoff(1, "safe", "props", ref="b", after=None),
    ]
    named_all = resolution(5, "ad", ["a", "b"], {"crew": "props"})
    named_one = resolution(5, "ad", ["b"], {"crew": "props"})
    by_a_grip = resolution(5, "grip", ["a", "b"], {"crew": "props"})

    assert alerts(played(*steps), "no-dispute") == [(1, 1, None)]
    assert alerts(played(*steps, named_all), "no-dispute") == [(1, 1, 5)]
    assert alerts(played(*steps, named_one), "no-dispute") == [(1, 1, None)]
    assert alerts(played(*steps, by_a_grip), "no-dispute") == [(1, 1, None)]
    assert asked(4, *steps)["state"] == "disputed"
    assert asked(6, *steps, named_all)["state"] == "missing"


def test_equal_after_is_no_dispute_when_each_gave_what_the_other_received() -> None:
    said = played(
        handoff(0, "safe", "armorer", after=None),
        handoff(1, "armorer", "props", author="props", after=None),
    )

    assert alerts(said, "no-dispute") == []


def test_a_hand_over_during_a_dispute_breaks_the_rule_for_good() -> None:
    said = played(
        handoff(0, "safe", "armorer", ref="a", after=None),
        handoff(1, "safe", "props", ref="b", after=None),
        handoff(2, "props", "performer", ref="c"),
        resolution(5, "ad", ["a", "b"], {"crew": "props"}),
    )

    assert alerts(said, "no-dispute") == [(1, 1, 5), (2, 2, None)]


def test_an_inspection_lasts_through_the_inspectors_own_checkout_only() -> None:
    locked = [meeting(), handoff(-20, "vault", "props"), handoff(-19, "props", "safe"), inspection(0)]

    assert asked(2, *locked, handoff(1, "safe", "armorer"))["missing"] == ["announced-since-inspection"]
    for receiver, giver in (("props", "safe"), ("armorer", "vault")):
        taken = handoff(1, giver, receiver)
        assert "inspected-since-custody-change" in asked(2, *locked, taken)["missing"]


def test_an_incident_asks_for_a_new_inspection_and_a_complaint_does_not() -> None:
    fault = incident(6.5, "fault")
    of_no_firearm = step(6.5, "incident", "grip", {"type": "fault"})
    complaint = incident(6.5, "complaint")

    wanted = ["announced-since-inspection", "inspected-since-custody-change", "no-open-incident"]
    assert asked(7, *ready(), fault)["missing"] == wanted
    assert asked(7, *ready(), of_no_firearm)["missing"] == wanted
    assert asked(7, *ready(), complaint)["missing"] == []


def test_no_inspection_is_valid_where_the_firearm_should_not_be() -> None:
    on_a_cart = [meeting(), handoff(0, "safe", "cart"), inspection(1), call(2)]

    assert "inspected-since-custody-change" in asked(3, *on_a_cart)["missing"]


def test_any_handlers_inspection_after_the_checkout_will_do_also_when_it_is_locked_up_again() -> None:
    steps = [handoff(0, "safe", "armorer"), handoff(1, "armorer", "safe")]

    assert alerts(played(*steps), "inspected-after-checkout") == [(15, 15, None)]
    assert alerts(played(*steps, inspection(15, "props")), "inspected-after-checkout") == []
    assert alerts(played(*steps, inspection(15, "performer")), "inspected-after-checkout") == [(15, 15, None)]


def test_a_return_is_inspected_within_ten_minutes() -> None:
    steps = [*handed(), handoff(12, "performer", "armorer", ref="back"), sign(12, "back", "armorer", "received")]

    assert alerts(played(*steps, inspection(22), until=40), "inspected-after-return") == []
    assert alerts(played(*steps, inspection(23), until=40), "inspected-after-return") == [(22, 22, 23)]


def test_it_comes_back_to_a_handler_and_a_safe_is_not_enough() -> None:
    said = played(*handed(), handoff(20, "performer", "safe"), handoff(60, "safe", "props"), until=90)

    assert alerts(said, "returned-after-use") == [(38, 38, 60)]


def test_a_place_that_is_not_secure_is_left_within_two_minutes() -> None:
    steps = [handoff(0, "safe", "armorer"), handoff(1, "armorer", "cart")]

    assert alerts(played(*steps, handoff(3, "cart", "armorer")), "not-unattended") == []
    assert alerts(played(*steps, handoff(4, "cart", "safe", author="props")), "not-unattended") == [(3, 3, 4)]


def test_a_resolution_is_a_checkout_when_the_holder_was_a_place() -> None:
    said = played(
        handoff(0, "safe", "armorer"),
        handoff(1, "armorer", "safe"),
        inspection(1.5),
        resolution(2, "advisor", [], {"crew": "props"}),
        until=40,
    )

    assert alerts(said, "inspected-after-checkout") == [(17, 17, None)]
    assert alerts(said, "both-sign") == []


def test_locked_up_within_thirty_minutes_of_the_wrap() -> None:
    out = [handoff(0, "safe", "armorer"), inspection(1)]

    assert alerts(played(*out, handoff(630, "armorer", "vault"), until=800), "locked-up-by-wrap") == []
    assert alerts(played(*out, handoff(631, "armorer", "vault"), until=800), "locked-up-by-wrap") == [(630, 630, 631)]


def test_the_wrap_is_the_next_one_for_a_firearm_that_leaves_at_the_wrap() -> None:
    said = played(handoff(WRAP, "safe", "armorer"), inspection(WRAP), until=WRAP + 1440 + 40)

    assert alerts(said, "locked-up-by-wrap") == [(WRAP + 1440 + 30, WRAP + 1440 + 30, None)]


def test_a_wrap_past_midnight_follows_the_clock_change() -> None:
    said = played(
        step(-82755, "handoff", "armorer", handoff(0, "safe", "armorer")["body"], firearm="colt"),
        wrap="03:30",
        until=-82000,
    )

    [line] = [one for one in said["alerts"] if one["rule"] == "locked-up-by-wrap"]
    assert line["due_at"] == "2024-03-10T10:00:00+00:00"


def test_a_scene_wrap_by_a_handler_is_the_wrap_of_what_is_out() -> None:
    out = [handoff(0, "safe", "armorer"), inspection(1)]
    early = step(100, "scene_wrap", "armorer", {"date": "2024-05-06"})
    by_a_grip = step(100, "scene_wrap", "grip", {"date": "2024-05-06"})

    assert alerts(played(*out, early, until=200), "locked-up-by-wrap") == [(130, 130, None)]
    assert alerts(played(*out, by_a_grip, until=200), "locked-up-by-wrap") == []


def test_a_schedule_replaces_the_wrap_until_it_comes_due() -> None:
    out = [handoff(0, "safe", "armorer"), inspection(1)]
    said = {"date": "2024-05-06", "call": "07:00", "wrap": "20:00"}

    in_time = played(*out, step(599, "schedule", "producer", said), until=700)
    too_late = played(*out, step(600, "schedule", "producer", said), until=700)
    by_a_grip = played(*out, step(599, "schedule", "grip", said), until=700)

    assert alerts(in_time, "locked-up-by-wrap") == [(690, 690, None)]
    assert alerts(too_late, "locked-up-by-wrap") == [(630, 630, None)]
    assert alerts(by_a_grip, "locked-up-by-wrap") == [(630, 630, None)]


# Calls and loads: points 11, 20-22, 34, 41, 42 of the fine print


def test_other_calls_neither_count_nor_replace() -> None:
    assert asked(7, *ready(), call(6.5, said="firing_imminent"))["missing"] == []
    assert asked(7, *ready()[:-1], call(6, said="clear"))["missing"] == ["announced-since-inspection"]


def test_the_call_fits_the_load_and_the_rounds() -> None:
    for said, rounds, load, loaded in (
        ("cold_dummy", 6, "empty", 0),
        ("cold_empty", 0, "unknown", 0),
        ("hot_blank", 1, "blank", 2),
        ("cold_empty", 1, "empty", 0),
    ):
        steps = [*ready()[:2], inspection(5, load=load, rounds=loaded), call(6, said=said, rounds=rounds)]
        assert "announcement-matches-load" in asked(7, *steps)["missing"]
    assert asked(7, *ready()[:2], inspection(5, load="non_firing"), call(6))["missing"] == []


def test_what_is_handed_over_is_what_was_inspected_and_announced() -> None:
    said = played(*ready(), handoff(8, "armorer", "performer", load="dummy", rounds=1))

    assert "load-unchanged" in rules(said)
    assert "announcement-matches-load" not in rules(said)


def test_a_call_by_a_handler_wants_a_first_ad_who_saw_it_before_the_hand_over() -> None:
    unconfirmed = [*ready()[:-1], call(6, "armorer", ref="call")]

    assert asked(7, *unconfirmed)["missing"] == ["announcement-confirmed-by-ad"]
    for signer in ("second", "armorer"):
        by_another = sign(6.5, "call", signer, "announcement_confirmed")
        assert asked(7, *unconfirmed, by_another)["missing"] == ["announcement-confirmed-by-ad"]
    assert asked(7, *unconfirmed, sign(6.5, "call", "ad", "announcement_confirmed"))["missing"] == []
    assert alerts(played(*unconfirmed), "announcement-confirmed-by-ad") == [(8, 8, None)]


def test_the_ad_who_was_not_shown_must_have_looked() -> None:
    unseen = [*ready()[:2], inspection(5, shown_to=[], ref="look"), call(6, ref="call")]

    assert asked(7, *unseen)["missing"] == ["shown-to-ad"]
    assert asked(7, *unseen, sign(6.5, "look", "ad", "witnessed", looked_inside=True))["missing"] == []
    assert asked(7, *unseen, sign(6.5, "look", "ad", "witnessed", looked_inside=None))["missing"] == ["shown-to-ad"]
    assert asked(7, *unseen, sign(6.5, "look", "second", "witnessed", looked_inside=True))["missing"] == ["shown-to-ad"]


def test_inspection_and_call_grow_old_after_their_limits() -> None:
    assert asked(21, *ready())["missing"] == []
    assert asked(21.1, *ready())["missing"] == ["announcement-fresh"]
    assert asked(35.1, *ready())["missing"] == ["announcement-fresh", "inspection-fresh"]


def test_what_the_inspection_does_not_say_was_not_checked() -> None:
    steps = [*ready()[:2], step(5, "inspection", "armorer", {"purpose": "pre_use", "load": "empty", "rounds": 0})]
    steps[-1]["firearm"] = "colt"

    assert asked(5.5, *steps)["missing"] == [
        "announced-since-inspection",
        "barrel-clear",
        "checklist-complete",
        "every-chamber-seen",
    ]


def test_dummies_are_verified_alone_and_beside_blanks() -> None:
    for more, fails in (
        ({"load": "dummy", "rounds": 6, "dummies_verified": 6}, False),
        ({"load": "dummy", "rounds": 6, "dummies_verified": 5}, True),
        ({"load": "blank", "rounds": 2, "dummies": 3, "dummies_verified": 2}, True),
        ({"load": "blank", "rounds": 2, "dummies": 3, "dummies_verified": 3}, False),
        ({"load": "blank", "rounds": 2, "dummies_verified": None}, False),
    ):
        missing = asked(5.5, *ready()[:2], inspection(5, **more))["missing"]  # type: ignore[arg-type]
        assert ("every-dummy-verified" in missing) is fails


def test_a_required_item_is_not_passed_by_na() -> None:
    for items, fails in (({"hammer": "pass"}, False), ({"hammer": "na"}, True), ({"finish": "pass"}, True)):
        missing = asked(5.5, *ready()[:2], inspection(5, items=items))["missing"]
        assert ("checklist-complete" in missing) is fails


def test_the_signer_signs_alone_or_with_a_pin_on_a_shared_phone() -> None:
    for author, method, counts in (("performer", None, True), ("armorer", None, False), ("armorer", "pin", True)):
        more = {"looked_inside": True} | ({"method": method} if method else {})
        signed = sign(9, "over", "performer", "received", author=author, **more)
        assert ("both-sign" in rules(played(*handed()[:-1], signed))) is not counts


def test_a_signature_with_another_hash_does_not_count() -> None:
    signed = sign(9, "over", "performer", "received", looked_inside=True, entry_hash="0" * 64)

    assert {"both-sign", "receiver-looked"} <= rules(played(*handed()[:-1], signed))


def test_the_performer_signs_to_have_looked_also_as_author() -> None:
    said = played(*ready(), handoff(8, "armorer", "performer", author="performer", ref="over"))

    assert "receiver-looked" in rules(said)


def test_after_a_correction_it_is_the_correction_that_must_be_signed() -> None:
    body = handoff(8, "armorer", "performer")["body"] | {"scene": "13"}
    steps = [*handed(), correct(9, "over", "armorer", body, ref="again")]

    assert alerts(played(*steps), "both-sign") == [(10, 10, None)]
    signed = sign(9.5, "again", "performer", "received", looked_inside=True)
    assert alerts(played(*steps, signed), "both-sign") == []
