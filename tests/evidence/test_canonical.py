"""The bytes that are kept and signed."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.evidence.canonical import canonical, is_canonical, leaf_hash


def test_the_same_object_has_the_same_bytes_in_whatever_order_it_was_written() -> None:
    assert canonical({"b": 1, "a": {"d": True, "c": None}}) == canonical({"a": {"c": None, "d": True}, "b": 1})


def test_the_bytes_are_those_of_rfc_8785() -> None:
    value = {"text": "\u20ac$\u000f\nA'\"\\/", "number": 333333333, "list": [None, True, False], "": "\U0001f600"}

    expected = '{"":"😀","list":[null,true,false],"number":333333333,"text":"€$\\u000f\\nA\'\\"\\\\/"}'

    assert canonical(value) == expected.encode()


def test_names_are_sorted_by_their_utf_16_units() -> None:
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


def test_the_hash_is_that_of_a_merkle_leaf() -> None:
    assert leaf_hash(b"{}") == hashlib.sha256(b"\x00{}").hexdigest()


def test_the_hash_of_nothing_is_the_one_in_rfc_6962() -> None:
    assert leaf_hash(b"") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


EXACT = st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.none() | st.text(st.characters(codec="utf-8"))
OBJECTS = st.dictionaries(
    st.text(st.characters(codec="utf-8")),
    st.recursive(EXACT, lambda inner: st.lists(inner) | st.dictionaries(st.text("ab\u00e9"), inner), max_leaves=8),
)


@given(OBJECTS)
def test_what_is_written_canonically_is_recognised(value: dict[str, Any]) -> None:
    assert is_canonical(canonical(value))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":99999999999999999999}',
        b'{"a":NaN}',
        b'{"a":"\xff"}',
        '{"\u00e9":1,"a":2}'.encode(),
        b'["\\n"]',
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":"\\n","b":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_every_other_way_to_write_it_is_not_canonical(data: bytes) -> None:
    assert not is_canonical(data)
