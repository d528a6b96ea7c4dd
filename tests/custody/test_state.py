"""What a signature is worth, and that the state survives being kept as JSON."""

import msgspec

from checklists.custody.state import CustodyState, signature_of
from tests.custody.making import (
    ADVISOR,
    GRIP,
    NINE,
    OTHER_PHONE,
    PERFORMER,
    PROPS,
    READY,
    SAFE,
    announced,
    corrected,
    folded,
    handed_off,
    happened,
    inspected,
    minutes,
    new_id,
    ready,
    signed,
    state_after,
)


def test_a_signature_names_the_version_that_was_signed() -> None:
    over = handed_off()
    signature = signature_of(signed(over, READY))

    assert signature is not None
    assert (signature.version, signature.version_hash) == (over.id, over.current.leaf_hash)
    assert (signature.signer, signature.meaning, signature.looked, signature.at) == (PERFORMER, "received", True, READY)


def test_nobody_signs_in_anothers_name_without_pin_or_passkey() -> None:
    over = handed_off()

    assert signature_of(signed(over, author=GRIP)) is None
    assert signature_of(signed(over, author=GRIP, method="device_key")) is None
    assert signature_of(signed(over, author=GRIP, method="pin")) is not None


def test_a_signature_whose_versions_differ_is_none() -> None:
    assert signature_of(corrected(signed(handed_off()), signer=ADVISOR)) is None
    assert signature_of(corrected(signed(handed_off()), entry=new_id())) is None


def test_it_says_looked_when_every_version_does() -> None:
    signature = signature_of(corrected(signed(handed_off()), looked_inside=False))

    assert signature is not None
    assert not signature.looked


def test_what_is_no_sign_off_is_no_signature() -> None:
    assert signature_of(announced()) is None


def test_the_state_is_the_same_after_being_kept_as_json() -> None:
    over = handed_off(READY, after=None)
    contradicting = handed_off(READY, PROPS, GRIP, device=OTHER_PHONE)
    state = state_after(
        *ready(),
        over,
        contradicting,
        signed(over, READY + minutes(1)),
        happened("misfire", READY + minutes(2)),
        inspected(READY + minutes(3), author=PROPS),
        announced(READY + minutes(4)),
    )
    assert state.pending
    assert state.disputes
    assert state.early

    kept = msgspec.json.decode(msgspec.json.encode(state), type=CustodyState)

    assert kept == state
    assert folded(handed_off(NINE + minutes(30), PERFORMER, SAFE), state=kept).state.holder is not None
