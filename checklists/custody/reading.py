"""From parsed JSON to a typed entry, strictly: nothing is converted, nothing unknown is passed over."""

import datetime as dt
import re
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from checklists.custody.entries import GREATEST, MADE_ON_A_DEVICE, Body, DeviceStamp, Entry, Hold, Line
from checklists.custody.problems import Malformed, Problem

EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2101, 1, 1, tzinfo=dt.UTC)
DEEPEST = 32

Shape = TypeVar("Shape")


class RepeatedNames(dict[str, Any]):
    """A JSON object in which a name stood twice: kept, so that only the entry that holds it is refused."""

    def __init__(self, pairs: list[tuple[str, Any]], name: str) -> None:
        super().__init__(pairs)
        self.name = name


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For `json.loads(object_pairs_hook=...)`: the object, or one that remembers the name that stood twice."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    return RepeatedNames(pairs, next(name for name in names if names.count(name) > 1))


class Envelope(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry as it comes, its body still unread."""

    id: UUID
    kind: Line
    production: UUID
    firearm: UUID | None = None
    author: UUID
    occurred_at: Annotated[dt.datetime, Meta(tz=True)]
    after: UUID | None = None
    device: DeviceStamp
    nonce: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22}$(?!\n)")]
    body: dict[str, Any]


def read_envelope(data: object) -> Envelope:
    """The envelope of an entry, its values checked as far as every kind has them.

    Raises:
        Malformed: with a pointer relative to the entry.
    """
    if not isinstance(data, dict):
        raise Malformed([Problem("", "an entry is a JSON object")])
    if problems := unreadable(data, "", 0):
        raise Malformed(problems)
    envelope = convert(data, Envelope, "")
    if not EARLIEST <= envelope.occurred_at < LATEST:
        raise Malformed([Problem("/occurred_at", "not between the years 2000 and 2100")])
    if not EARLIEST <= shifted(envelope) < LATEST:
        raise Malformed([Problem("/device/offset_ms", "moves the entry out of the years 2000 to 2100")])
    return envelope


def shifted(envelope: Envelope) -> dt.datetime:
    """When it occurred by the server's clock."""
    try:
        return envelope.occurred_at + dt.timedelta(milliseconds=envelope.device.offset_ms)
    except OverflowError:
        return LATEST


def read_entry(envelope: Envelope) -> Entry:
    """The entry, its body read as its kind says. The kind must be one made on a device.

    Raises:
        Malformed: with pointers relative to the entry.
    """
    body = read_body(envelope.kind, envelope.body, "/body")
    needs_firearm = body.about_a_firearm or (isinstance(body, Hold) and body.scope == "firearm")
    if needs_firearm and envelope.firearm is None:
        raise Malformed([Problem("/firearm", f"an entry of kind {envelope.kind} names a firearm")])
    return Entry(
        id=envelope.id,
        kind=envelope.kind,
        production=envelope.production,
        firearm=envelope.firearm,
        author=envelope.author,
        occurred_at=envelope.occurred_at,
        after=envelope.after,
        device=envelope.device,
        body=body,
    )


def read_body(kind: str, data: object, pointer: str) -> Body:
    return convert(data, MADE_ON_A_DEVICE[kind], pointer)


def convert(data: object, shape: type[Shape], pointer: str) -> Shape:
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        raise Malformed([problem_of(str(error), pointer)]) from None


def problem_of(message: str, pointer: str) -> Problem:
    """msgspec's sentence as a problem: `Expected ... - at `$.a[0]`` becomes the pointer `/a/0`.

    Below a mapping msgspec says `[...]` and not which name: the pointer ends at the mapping.
    """
    detail, _, path = message.partition(" - at `$")
    steps = re.findall(r"\.([^.\[`]+)|\[(\d+)\]", path.partition("[...]")[0])
    pointer += "".join("/" + escaped(name or index) for name, index in steps)
    if field := re.match(r"Object (?:missing required|contains unknown) field `(.*)`$", detail):
        pointer += "/" + escaped(field[1])
    return Problem(pointer, detail)


def escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def unreadable(value: object, pointer: str, depth: int) -> list[Problem]:
    """What no reader of JSON could keep exactly, wherever it stands in `value`."""
    if depth > DEEPEST:
        return [Problem(pointer, f"nested deeper than {DEEPEST} levels")]
    match value:
        case RepeatedNames(name=name):
            return [Problem(f"{pointer}/{escaped(name)}", "this name stands twice in one object")]
        case dict():
            return [
                problem
                for key, inner in value.items()
                for problem in unreadable(key, pointer, depth)
                + unreadable(inner, f"{pointer}/{escaped(key)}", depth + 1)
            ]
        case list():
            return [p for index, inner in enumerate(value) for p in unreadable(inner, f"{pointer}/{index}", depth + 1)]
        case str():
            return unreadable_text(value, pointer)
        case float():
            return [Problem(pointer, "not an integer: an entry has no fractions")]
        case int() if abs(value) > GREATEST:
            return [Problem(pointer, "beyond the integers that JSON keeps exactly (2^53 - 1)")]
    return []


def unreadable_text(text: str, pointer: str) -> list[Problem]:
    if "\x00" in text:
        return [Problem(pointer.encode("utf-8", "replace").decode(), "contains a NUL character")]
    try:
        text.encode()
    except UnicodeEncodeError:
        return [Problem(pointer.encode("utf-8", "replace").decode(), "contains half of a surrogate pair")]
    return []
