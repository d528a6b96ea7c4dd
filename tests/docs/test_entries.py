"""docs/entries.md has every kind of entry, every field of its body, and every word that may stand there."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from checklists.custody.entries import KINDS, MADE_BY_THE_SERVER, MADE_ON_A_DEVICE, Body
from checklists.custody.reading import Envelope
from tests.docs.pages import DOCS, headings, section, text_of

PAGE = text_of(DOCS / "entries.md")


def about(kind: str) -> str:
    """The section about a kind; kinds that are written by the server share one."""
    if kind in MADE_BY_THE_SERVER:
        return section(PAGE, "Kinds written by the server alone")
    return section(PAGE, next(heading for heading in headings(PAGE) if f"`{kind}`" in heading))


def fields(shape: type[msgspec.Struct]) -> list[str]:
    return [field.name for field in msgspec.structs.fields(shape)]


def words(hint: Any) -> Iterator[str]:
    """The words of a closed list, however deep in the type they stand."""
    if get_origin(hint) is Literal:
        yield from get_args(hint)
    else:
        for part in get_args(hint):
            yield from words(part)


@pytest.mark.parametrize("kind, body", KINDS.items())
def test_every_field_of_a_kind_is_on_the_page(kind: str, body: type[Body]) -> None:
    assert f"`{kind}`" in PAGE
    assert [field for field in fields(body) if f"`{field}`" not in about(kind)] == []


@pytest.mark.parametrize("body", KINDS.values())
def test_every_word_of_a_closed_list_is_on_the_page(body: type[Body]) -> None:
    known = [word for hint in get_type_hints(body).values() for word in words(hint)]

    assert [word for word in known if f"`{word}`" not in PAGE] == []


def test_every_field_of_the_envelope_is_on_the_page() -> None:
    assert [field for field in fields(Envelope) if f"| `{field}` |" not in section(PAGE, "Envelope")] == []


def test_the_page_has_no_kind_that_is_not_there() -> None:
    titles = [heading.partition(" —")[0] for heading in headings(section(PAGE, "Kinds made on a device"))]

    assert {kind.strip("` ") for title in titles for kind in title.split(",")} == set(MADE_ON_A_DEVICE)
