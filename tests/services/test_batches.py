"""The body of a request with entries: read strictly as a whole, leniently about what is wrong in one entry alone."""

import json
from typing import Any

import pytest

from checklists.custody.problems import Malformed
from checklists.custody.reading import RepeatedNames, unreadable
from checklists.services.batches import MOST_BYTES, MOST_ENTRIES, read_batch


def faults(body: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Malformed) as refused:
        read_batch(body)
    return [(problem.pointer, problem.detail) for problem in refused.value.problems]


def pointers(body: bytes) -> list[str]:
    return [pointer for pointer, _ in faults(body)]


def batch(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def test_the_entries_and_the_proofs_are_handed_on_unread() -> None:
    assert read_batch(batch(entries=[1, None, {"a": []}], proofs={"x": 2})) == ([1, None, {"a": []}], {"x": 2})
    assert read_batch(batch(entries=[])) == ([], {})


@pytest.mark.parametrize("body", [b"", b"{", b"entries", b'{"entries": [}', b"{} {}", b"\xef\xbb\xbf{}"])
def test_what_is_not_json_is_refused(body: bytes) -> None:
    assert pointers(body) == [""]


def test_what_is_not_utf_8_is_refused_with_the_byte() -> None:
    assert faults(b'{"entries": ["\xff"]}') == [("", "not UTF-8, at byte 14")]


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"entries"'])
def test_the_body_is_an_object(body: bytes) -> None:
    assert faults(body) == [("", "the body is a JSON object")]


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({}, ["/entries"]),
        ({"entries": {}}, ["/entries"]),
        ({"entries": None}, ["/entries"]),
        ({"entries": "[]"}, ["/entries"]),
        ({"entries": [], "proofs": []}, ["/proofs"]),
        ({"entries": [], "proofs": None}, ["/proofs"]),
        ({"entries": [], "more": 1, "and": 2}, ["/and", "/more"]),
    ],
)
def test_fields_of_the_wrong_type_are_refused(fields: dict[str, Any], expected: list[str]) -> None:
    assert pointers(batch(**fields)) == expected


def test_501_entries_are_too_many_and_500_are_not() -> None:
    assert len(read_batch(batch(entries=[0] * MOST_ENTRIES))[0]) == 500
    assert faults(batch(entries=[0] * 501)) == [("/entries", "at most 500 entries in one request")]


def test_a_body_of_more_than_four_megabytes_is_refused() -> None:
    assert faults(b" " * (MOST_BYTES + 1)) == [("", f"larger than {MOST_BYTES} bytes")]


def test_a_name_that_stands_twice_in_the_body_refuses_the_body() -> None:
    assert faults(b'{"entries": [], "entries": []}') == [("/entries", "this name stands twice in one object")]


def test_a_name_that_stands_twice_in_an_entry_refuses_only_that_entry() -> None:
    entries, _ = read_batch(b'{"entries": [{"a": 1}, {"a": 1, "b": {"c": 1, "c": 2}}]}')

    assert entries[0] == {"a": 1}
    assert unreadable(entries[0], "", 0) == []
    assert [problem.pointer for problem in unreadable(entries[1], "", 0)] == ["/b/c"]
    assert isinstance(entries[1], dict)
    assert isinstance(entries[1]["b"], RepeatedNames)


@pytest.mark.parametrize("opening, closing", [("[", "]"), ('{"a":', "}")])
def test_an_entry_50_000_levels_deep_spoils_no_other(opening: str, closing: str) -> None:
    deep = opening * 50_000 + "1" + closing * 50_000
    text = '{"entries": [{"good": "[{"}, ' + deep + ', {"good": "\\\\"}]}'

    entries, _ = read_batch(text.encode())

    assert (entries[0], entries[2]) == ({"good": "[{"}, {"good": "\\"})
    (problem,) = unreadable(entries[1], "", 0)
    assert problem.detail == "nested deeper than 32 levels"


def test_an_unclosed_entry_50_000_levels_deep_is_not_json() -> None:
    assert pointers(b'{"entries": [' + b"[" * 50_000) == [""]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_have_refuse_only_their_entry(number: str) -> None:
    entries, _ = read_batch(b'{"entries": [{"rounds": %s}, {}]}' % number.encode())

    assert [problem.pointer for problem in unreadable(entries[0], "", 0)] == ["/rounds"]
    assert entries[1] == {}


@pytest.mark.parametrize("digits", [17, 1_000, 10_000])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_of_too_many_digits_refuses_only_its_entry(sign: str, digits: int) -> None:
    entries, _ = read_batch(f'{{"entries": [{{"rounds": {sign}1{"0" * digits}}}, {{}}]}}'.encode())

    assert [problem.pointer for problem in unreadable(entries[0], "", 0)] == ["/rounds"]
    assert entries[1] == {}


def test_numbers_that_can_be_kept_are_exact() -> None:
    assert read_batch(b'{"entries": [9007199254740991, -9007199254740991, 0]}')[0] == [2**53 - 1, 1 - 2**53, 0]
