"""The bytes that are kept and signed."""

import hashlib

from checklists.evidence.canonical import canonical, leaf_hash


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
