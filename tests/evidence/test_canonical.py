"""Which bytes are the canonical ones of a JSON object (RFC 8785), and which only look like it."""

import pytest

from checklists.evidence.canonical import canonical, is_canonical

PLAIN = {"b": [1, True, None], "a": {"z": "text", "note": "a: 1.5, b [2.5"}}
DEBATABLE = [
    {"note": 'a "quoted" \\ line\n'},
    {"note": "Dépôt, 雪, \U0001f52b"},
    {"\U0001f52b": 1, "\ufb33": 2},
    {"hash": ":1234567890123456"},
    {"rounds": -(2**53) + 1},
]


@pytest.mark.parametrize("value", [{}, PLAIN, *DEBATABLE])
def test_what_was_made_canonical_is_canonical(value: dict[str, object]) -> None:
    assert is_canonical(canonical(value))


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":1,"a":1}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":1.0}',
        b'{"a":-0}',
        b'{"a":9007199254740993}',
        b'{"a":"\xff"}',
        '{"\ufb33":1,"\U0001f52b":2}'.encode(),
        b"[]",
        '["é"]'.encode(),
        b'{"a":',
        b"",
        b'{"a":"\\n",' + b'"b":[' * 100_000,
    ],
)
def test_other_bytes_are_not(data: bytes) -> None:
    assert not is_canonical(data)
