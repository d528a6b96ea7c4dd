"""What must follow: which entry begins an expected step, when it is due, and what meets it."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from checklists.custody.facts import Fact
from tests.custody.making import (
    AD,
    ARMORER,
    CART,
    GRIP,
    NINE,
    PERFORMER,
    PRODUCER,
    PROPS,
    READY,
    SAFE,
    SECOND_AD,
    STAND_IN,
    VAULT,
    WRAP,
    announced,
    answered,
    corrected,
    expected_of,
    handed_off,
    happened,
    hours,
    inspected,
    minutes,
    new_id,
    resolved,
    roster_with,
    seconds,
    signed,
    step_of,
    surroundings,
    voided,
)


def met_at(rule_id: str, trigger: Fact, *others: Fact) -> dt.datetime | None:
    return step_of(rule_id, trigger, *others).met_at


# --- what begins -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "giver, receiver, expected",
    [
        (SAFE, ARMORER, {"inspected-after-checkout", "locked-up-by-wrap"}),
        (CART, ARMORER, {"inspected-after-checkout", "locked-up-by-wrap"}),
        (ARMORER, PROPS, {"both-sign", "locked-up-by-wrap"}),
        (ARMORER, PERFORMER, {"both-sign", "receiver-looked", "returned-after-use", "locked-up-by-wrap"}),
        (ARMORER, AD, {"both-sign", "returned-after-use", "locked-up-by-wrap"}),
        (PERFORMER, ARMORER, {"both-sign", "inspected-after-return", "locked-up-by-wrap"}),
        (ARMORER, CART, {"not-unattended", "locked-up-by-wrap"}),
        (CART, SAFE, set()),
        (SAFE, PERFORMER, {"receiver-looked", "returned-after-use", "locked-up-by-wrap"}),
    ],
)
def test_a_first_handoff_expects_what_its_parties_ask_for(giver: UUID, receiver: UUID, expected: set[str]) -> None:
    assert expected_of(handed_off(NINE, giver, receiver)) == expected


def test_only_the_first_handoff_out_of_a_secure_place_waits_for_the_lock_up() -> None:
    out, on = handed_off(NINE, SAFE, ARMORER), handed_off(READY, ARMORER, PROPS)

    assert "locked-up-by-wrap" in expected_of(out)
    assert "locked-up-by-wrap" not in expected_of(on, out)


def test_back_in_the_safe_the_next_checkout_waits_anew() -> None:
    out, back = handed_off(NINE, SAFE, ARMORER), handed_off(NINE + minutes(1), ARMORER, SAFE)

    assert "locked-up-by-wrap" in expected_of(handed_off(READY, SAFE, ARMORER), out, back)


@pytest.mark.parametrize("author, is_expected", [(GRIP, True), (SECOND_AD, True), (ARMORER, True), (AD, False)])
def test_a_call_by_anybody_but_a_first_ad_is_to_be_confirmed(author: UUID, is_expected: bool) -> None:
    assert expected_of(announced(author=author)) == ({"announcement-confirmed-by-ad"} if is_expected else set())


@pytest.mark.parametrize("call", ["firing_imminent", "clear", "returned_secured"])
def test_other_calls_need_no_confirmation(call: str) -> None:
    assert expected_of(announced(author=GRIP, call=call)) == set()


def test_a_resolution_expects_custody_steps_and_no_signatures() -> None:
    assert expected_of(resolved(at=READY, to=PERFORMER), handed_off(NINE, SAFE, ARMORER)) == {"returned-after-use"}


def test_a_resolution_is_a_return_or_a_checkout_by_who_had_it() -> None:
    assert "inspected-after-return" in expected_of(resolved(at=READY), handed_off(NINE, SAFE, PERFORMER))
    assert "inspected-after-checkout" in expected_of(resolved(at=READY), handed_off(NINE, ARMORER, SAFE))


def test_a_resolution_without_a_recorded_holder_is_neither() -> None:
    assert expected_of(resolved(at=READY)) == {"locked-up-by-wrap"}


# --- when it is due --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule_id, trigger, within",
    [
        ("both-sign", handed_off(NINE, ARMORER, PROPS), minutes(2)),
        ("receiver-looked", handed_off(NINE), minutes(2)),
        ("returned-after-use", handed_off(NINE), minutes(30)),
        ("inspected-after-checkout", handed_off(NINE, SAFE, ARMORER), minutes(15)),
        ("inspected-after-return", handed_off(NINE, PERFORMER, ARMORER), minutes(10)),
        ("not-unattended", handed_off(NINE, ARMORER, CART), minutes(2)),
        ("announcement-confirmed-by-ad", announced(NINE, author=GRIP), minutes(2)),
        ("complaint-answered", happened("complaint", NINE), hours(24)),
    ],
)
def test_a_step_is_due_within_its_time(rule_id: str, trigger: Fact, within: dt.timedelta) -> None:
    assert step_of(rule_id, trigger).due_at == NINE + within


def test_lock_up_is_due_half_an_hour_after_the_wrap() -> None:
    assert step_of("locked-up-by-wrap", handed_off(NINE, SAFE, ARMORER)).due_at == WRAP + minutes(30)


def test_a_production_can_change_how_long_a_step_may_take() -> None:
    quick = surroundings(roster_with(overrides={"both-sign": {"within": "PT5S"}}))

    assert step_of("both-sign", handed_off(), around=quick).due_at == NINE + seconds(5)


# --- signatures ------------------------------------------------------------------------------------------------------


def test_the_author_of_a_handoff_has_signed_and_the_other_one_signs() -> None:
    over = handed_off(NINE)

    assert met_at("both-sign", over) is None
    assert met_at("both-sign", over, signed(over, READY)) == READY


def test_when_somebody_else_records_it_both_sign() -> None:
    over = handed_off(NINE, author=GRIP)
    given = signed(over, NINE + minutes(1), ARMORER, meaning="given")

    assert met_at("both-sign", over, given) is None
    assert met_at("both-sign", over, given, signed(over, READY)) == READY


@pytest.mark.parametrize(
    "said",
    [
        {"meaning": "given"},
        {"meaning": "witnessed"},
        {"signer": STAND_IN},
        {"author": GRIP},
        {"entry": new_id()},
        {"entry_hash": "another version"},
    ],
)
def test_a_signature_counts_from_the_right_person_with_the_right_meaning_under_that_version(
    said: dict[str, Any],
) -> None:
    over = handed_off(NINE)

    assert met_at("both-sign", over, signed(over, READY, **said)) is None


@pytest.mark.parametrize("method", ["pin", "passkey"])
def test_with_pin_or_passkey_a_person_signs_on_anothers_phone(method: str) -> None:
    over = handed_off(NINE)

    assert met_at("both-sign", over, signed(over, READY, author=GRIP, method=method)) == READY


def test_after_a_correction_the_correction_is_to_be_signed() -> None:
    over = handed_off(NINE)
    old_signature, mended = signed(over, READY), corrected(over, READY, scene="12")

    assert met_at("both-sign", mended, old_signature) is None
    assert met_at("both-sign", mended, old_signature, signed(mended, READY + minutes(1))) == READY + minutes(1)


def test_a_corrected_signature_means_the_same_in_every_version() -> None:
    over = handed_off(NINE)

    assert met_at("both-sign", over, corrected(signed(over, READY), meaning="given")) is None
    assert met_at("both-sign", over, corrected(signed(over, READY), looked_inside=None)) == READY
    assert met_at("receiver-looked", over, corrected(signed(over, READY), looked_inside=None)) is None


def test_the_receiver_says_that_they_looked_inside() -> None:
    over = handed_off(NINE)
    blind = signed(over, NINE + minutes(1), looked_inside=None)

    assert met_at("receiver-looked", over, blind) is None
    assert met_at("receiver-looked", over, blind, signed(over, READY)) == READY


def test_a_receiver_who_records_the_handoff_still_says_that_they_looked() -> None:
    over = handed_off(NINE, author=PERFORMER)

    assert step_of("receiver-looked", over).waiting == ((PERFORMER, "received"),)
    assert step_of("both-sign", over).waiting == ((ARMORER, "given"),)


def test_a_step_that_is_met_is_not_met_again() -> None:
    over = handed_off(NINE)

    assert met_at("both-sign", over, signed(over, READY), signed(over, READY + minutes(1))) == READY


def test_a_first_ad_confirms_the_call() -> None:
    call = announced(NINE, author=GRIP)

    assert met_at("announcement-confirmed-by-ad", call, confirmed(call, AD)) == READY
    assert met_at("announcement-confirmed-by-ad", call, confirmed(call, SECOND_AD)) is None
    assert met_at("announcement-confirmed-by-ad", call, signed(call, READY, AD, meaning="witnessed")) is None


def confirmed(call: Fact, who: UUID) -> Fact:
    return signed(call, READY, who, meaning="announcement_confirmed", looked_inside=None)


def test_a_signature_under_an_entry_that_waits_for_something_else_changes_nothing() -> None:
    checkout = handed_off(NINE, SAFE, ARMORER)

    assert met_at("inspected-after-checkout", checkout, signed(checkout, READY)) is None


# --- custody ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "receiver, is_met", [(ARMORER, True), (PROPS, True), (STAND_IN, False), (CART, False), (SAFE, False)]
)
def test_a_firearm_in_use_comes_back_to_a_handler(receiver: UUID, is_met: bool) -> None:
    back = handed_off(READY, PERFORMER, receiver)

    assert (met_at("returned-after-use", handed_off(NINE), back) == READY) is is_met


@pytest.mark.parametrize("author, is_met", [(ARMORER, True), (PROPS, True), (PERFORMER, False), (None, False)])
@pytest.mark.parametrize("rule_id, giver", [("inspected-after-checkout", SAFE), ("inspected-after-return", PERFORMER)])
def test_any_handler_inspects_after_checkout_and_return(
    rule_id: str, giver: UUID, author: UUID | None, is_met: bool
) -> None:
    look = inspected(READY, author=author, purpose="lockup")

    assert (met_at(rule_id, handed_off(NINE, giver, ARMORER), look) == READY) is is_met


@pytest.mark.parametrize("receiver, is_met", [(SAFE, True), (VAULT, True), (CART, False), (PROPS, False)])
def test_lock_up_is_a_secure_place(receiver: UUID, is_met: bool) -> None:
    away = handed_off(READY, ARMORER, receiver)

    assert (met_at("locked-up-by-wrap", handed_off(NINE, SAFE, ARMORER), away) == READY) is is_met


@pytest.mark.parametrize("receiver, is_met", [(SAFE, True), (ARMORER, True), (GRIP, True), (CART, False)])
def test_somebody_takes_it_from_an_open_place(receiver: UUID, is_met: bool) -> None:
    taken = handed_off(READY, CART, receiver) if receiver != CART else handed_off(READY, ARMORER, CART)

    assert (met_at("not-unattended", handed_off(NINE, ARMORER, CART), taken) == READY) is is_met


def test_a_resolution_meets_custody_steps_like_a_handoff() -> None:
    assert met_at("returned-after-use", handed_off(NINE), resolved(at=READY, to=PROPS)) == READY
    assert met_at("locked-up-by-wrap", handed_off(NINE), resolved(at=READY, to=SAFE)) == READY


def test_a_voided_deed_meets_nothing() -> None:
    assert met_at("returned-after-use", handed_off(NINE), voided(handed_off(READY, PERFORMER, ARMORER))) is None


# --- complaints ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said, is_met",
    [({}, True), ({"author": GRIP}, False), ({"what": "regulator_told"}, False), ({"incident": new_id()}, False)],
)
def test_somebody_else_answers_a_complaint(said: dict[str, Any], is_met: bool) -> None:
    complaint = happened("complaint", NINE)

    assert (met_at("complaint-answered", complaint, answered(complaint, READY, **said)) == READY) is is_met


def test_an_answer_says_so_in_every_version() -> None:
    complaint = happened("complaint", NINE)
    answer = corrected(answered(complaint, READY, what="regulator_told"), what="answered")

    assert met_at("complaint-answered", complaint, answer) is None
    assert met_at("complaint-answered", complaint, answered(complaint, READY, author=PRODUCER)) == READY
