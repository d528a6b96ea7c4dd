"""From parsed JSON to typed entries: nothing is converted, nothing unknown is passed over, Malformed the only error."""

import copy
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.custody.entries import GREATEST, MADE_ON_A_DEVICE, Entry, Handoff, Inspection
from checklists.custody.problems import Malformed, Problem
from checklists.custody.reading import DEEPEST, object_of, read_entry, read_envelope
from tests.custody.making import ARMORER, COLT, NINE
from tests.custody.sending import BODIES, REQUIRED, REQUIRED_OF_ALL, said, sent


def read(data: object) -> Entry:
    """As the recording service reads an entry of a kind that a device makes."""
    return read_entry(read_envelope(data))


def problems(data: object) -> tuple[Problem, ...]:
    with pytest.raises(Malformed) as refused:
        read(data)
    return refused.value.problems


def pointers(data: object) -> list[str]:
    return [problem.pointer for problem in problems(data)]


# --- what is read ----------------------------------------------------------------------------------------------------


def test_there_is_an_example_of_every_kind() -> None:
    assert set(BODIES) == set(REQUIRED) == set(MADE_ON_A_DEVICE)


@pytest.mark.parametrize("kind", BODIES)
def test_every_kind_is_read(kind: str) -> None:
    entry = read(sent(kind))

    assert isinstance(entry.body, MADE_ON_A_DEVICE[kind])
    assert (entry.kind, entry.firearm, entry.author, entry.occurred_at) == (kind, COLT, ARMORER, NINE)


@pytest.mark.parametrize("kind", BODIES)
def test_what_is_not_required_may_be_left_out(kind: str) -> None:
    least = {name: value for name, value in BODIES[kind].items() if name in REQUIRED[kind]}

    assert read(sent(kind, body=least)).kind == kind


@pytest.mark.parametrize("kind, name", [(kind, name) for kind, names in REQUIRED.items() for name in sorted(names)])
def test_what_is_required_is_missed_by_name(kind: str, name: str) -> None:
    body = {field: value for field, value in BODIES[kind].items() if field != name}

    assert pointers(sent(kind, body=body)) == [f"/body/{name}"]


@pytest.mark.parametrize("name", sorted(REQUIRED_OF_ALL))
def test_what_the_envelope_lacks_is_missed_by_name(name: str) -> None:
    entry = sent()
    del entry[name]

    assert pointers(entry) == [f"/{name}"]


def test_not_checked_is_null_or_left_out() -> None:
    unchecked = ["chambers_total", "chambers_seen", "barrel_clear", "dummies_verified"]
    body = read(said("inspection", **dict.fromkeys(unchecked))).body

    assert isinstance(body, Inspection)
    assert (body.chambers_seen, body.barrel_clear) == (None, None)


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [None, True, 1, "entry", [], [sent()], 1.5])
def test_an_entry_is_an_object(data: object) -> None:
    assert problems(data) == (Problem("", "an entry is a JSON object"),)


@pytest.mark.parametrize(
    "envelope, pointer",
    [
        ({"extra": 1}, "/extra"),
        ({"a/b~": 1}, "/a~1b~0"),
        ({"id": "no uuid"}, "/id"),
        ({"id": 7}, "/id"),
        ({"kind": "x" * 201}, "/kind"),
        ({"kind": None}, "/kind"),
        ({"author": None}, "/author"),
        ({"firearm": ""}, "/firearm"),
        ({"after": 0}, "/after"),
        ({"occurred_at": "2025-11-24T09:00:00"}, "/occurred_at"),
        ({"occurred_at": "yesterday"}, "/occurred_at"),
        ({"occurred_at": 1_764_000_000}, "/occurred_at"),
        ({"occurred_at": "1999-12-31T23:59:59Z"}, "/occurred_at"),
        ({"occurred_at": "2101-01-01T00:00:00Z"}, "/occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59+00:00"}, "/occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "/occurred_at"),
        ({"nonce": "short"}, "/nonce"),
        ({"nonce": "+" * 22}, "/nonce"),
        ({"nonce": "A" * 22 + "\n"}, "/nonce"),
        ({"body": None}, "/body"),
        ({"body": []}, "/body"),
        ({"device": "phone"}, "/device"),
        ({"device": {"id": str(COLT)}}, "/device/seq"),
        ({"device": {"id": str(COLT), "seq": 0}}, "/device/seq"),
        ({"device": {"id": str(COLT), "seq": True}}, "/device/seq"),
        ({"device": {"id": str(COLT), "seq": 1, "battery": 3}}, "/device/battery"),
        ({"device": {"id": str(COLT), "seq": 1, "offset_ms": 10**13}}, "/device/offset_ms"),
        ({"device": {"id": str(COLT), "seq": 1, "offset_ms": -GREATEST}}, "/device/offset_ms"),
        ({"device": {"id": str(COLT), "seq": GREATEST + 1}}, "/device/seq"),
    ],
)
def test_a_fault_of_the_envelope_is_refused_where_it_is(envelope: dict[str, Any], pointer: str) -> None:
    assert pointers(sent(**envelope)) == [pointer]


@pytest.mark.parametrize(
    "kind, body, pointer",
    [
        ("inspection", {"barrel_clear": "false"}, "/body/barrel_clear"),
        ("inspection", {"barrel_clear": 1}, "/body/barrel_clear"),
        ("inspection", {"rounds": "6"}, "/body/rounds"),
        ("inspection", {"rounds": True}, "/body/rounds"),
        ("inspection", {"rounds": None}, "/body/rounds"),
        ("inspection", {"load": "cold"}, "/body/load"),
        ("inspection", {"items": {"hammer": "yes"}}, "/body/items"),
        ("inspection", {"items": "pass"}, "/body/items"),
        ("inspection", {"shown_to": [str(COLT), "the AD"]}, "/body/shown_to/1"),
        ("inspection", {"colour": "black"}, "/body/colour"),
        ("handoff", {"giver": {}}, "/body/giver"),
        ("handoff", {"giver": {"crew": str(COLT), "place": str(COLT)}}, "/body/giver"),
        ("handoff", {"giver": {"crew": str(ARMORER)}}, "/body"),
        ("handoff", {"receiver": {"weapon": str(COLT)}}, "/body/receiver/weapon"),
        ("handoff", {"rehearsal": 0}, "/body/rehearsal"),
        ("sign_off", {"looked_inside": "true"}, "/body/looked_inside"),
        ("meeting", {"date": "24.11.2025"}, "/body/date"),
        ("schedule", {"wrap": "24:00"}, "/body/wrap"),
        ("schedule", {"wrap": "19:00\n"}, "/body/wrap"),
        ("schedule", {"wrap": "1\N{ARABIC-INDIC DIGIT NINE}:00"}, "/body/wrap"),
        ("correction", {"reason": ""}, "/body/reason"),
        ("correction", {"body": "void"}, "/body/body"),
        ("hold", {"reason": "x" * 10_001}, "/body/reason"),
    ],
)
def test_a_fault_of_the_body_is_refused_where_it_is(kind: str, body: dict[str, Any], pointer: str) -> None:
    assert pointers(said(kind, **body)) == [pointer]


@pytest.mark.parametrize("kind", ["inspection", "announcement", "handoff", "resolution", "hold"])
def test_what_is_about_a_firearm_names_one(kind: str) -> None:
    assert pointers(sent(kind, firearm=None)) == ["/firearm"]


def test_a_hold_of_the_production_names_no_firearm() -> None:
    assert read(sent("hold", firearm=None, body={"scope": "production"})).firearm is None


@pytest.mark.parametrize(
    "note, detail",
    [
        ("a\x00b", "contains a NUL character"),
        ("\ud800", "contains half of a surrogate pair"),
        (1.0, "not an integer: an entry has no fractions"),
        (float("nan"), "not an integer: an entry has no fractions"),
        (GREATEST + 1, "beyond the integers that JSON keeps exactly (2^53 - 1)"),
        (-GREATEST - 1, "beyond the integers that JSON keeps exactly (2^53 - 1)"),
    ],
)
def test_what_json_cannot_keep_exactly_is_refused_wherever_it_stands(note: object, detail: str) -> None:
    assert problems(said("inspection", note=note)) == (Problem("/body/note", detail),)
    assert problems(sent("of a newer app", body={"deep": [{"note": note}]})) == (Problem("/body/deep/0/note", detail),)


def test_a_name_is_read_as_strictly_as_a_text() -> None:
    assert pointers(sent() | {"a\x00": 1}) == [""]
    assert pointers(said("inspection", items={"\udfff": "pass"})) == ["/body/items"]


def test_the_greatest_integers_are_kept() -> None:
    assert read(said("ammunition_count", on_hand=GREATEST)).kind == "ammunition_count"
    assert read(said("ammunition_count", on_hand=-GREATEST)).kind == "ammunition_count"


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def test_an_entry_is_nested_32_levels_deep_at_most() -> None:
    read_envelope(sent("of a newer app", body={"deep": nested(DEEPEST - 2)}))

    (problem,) = problems(sent("of a newer app", body={"deep": nested(DEEPEST - 1)}))

    assert problem == Problem("/body/deep" + "/0" * (DEEPEST - 1), "nested deeper than 32 levels")


def test_a_name_that_stands_twice_is_refused_in_the_entry_that_has_it() -> None:
    text = json.dumps(sent()).replace('"load"', '"load": "empty", "load"')

    assert problems(json.loads(text, object_pairs_hook=object_of)) == (
        Problem("/body/load", "this name stands twice in one object"),
    )


def test_an_object_whose_names_all_differ_is_a_plain_one() -> None:
    assert type(json.loads('{"a": {"b": 1}}', object_pairs_hook=object_of)["a"]) is dict


def test_a_firearm_that_a_handoff_rests_with_is_refused_as_a_whole() -> None:
    body = read(sent("handoff")).body

    assert isinstance(body, Handoff)
    assert body.giver != body.receiver


def test_the_last_moment_of_2100_is_read() -> None:
    last = dt.datetime(2100, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
    on_time = {"id": str(COLT), "seq": 1, "offset_ms": 0}

    assert read(sent(occurred_at=last.isoformat(), device=on_time)).occurred_at == last
    assert pointers(sent(occurred_at=last.isoformat(), device=on_time | {"offset_ms": 1_000})) == ["/device/offset_ms"]


# --- what always holds -----------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text(alphabet=st.characters(categories=("Cs", "Cc", "Ll")))
    | st.sampled_from(["", "core", "pass", "dummy", str(COLT), NINE.isoformat(), "9999-12-31T23:59:59Z"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(sorted(REQUIRED_OF_ALL)), inner, max_size=4)
    ),
    max_leaves=12,
)


def stands_in(value: object, pointer: str) -> bool:
    """Whether an RFC 6901 pointer leads somewhere in the value, or to a name that its object lacks."""
    *steps, last = pointer.split("/")[1:] or [""]
    for step in [*steps, last] if pointer else []:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and step is last and name not in readable_names(value):
            return True
        if isinstance(value, dict):
            value = readable_names(value)[name]
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return False
    return True


def readable_names(value: dict[str, Any]) -> dict[str, Any]:
    """An object by its names as they stand in a pointer: what can't be encoded is a question mark there."""
    return {name.encode("utf-8", "replace").decode(): inner for name, inner in value.items()}


def faults(data: object) -> tuple[Problem, ...]:
    """What is wrong with an entry of any kind; nothing when it is read."""
    try:
        envelope = read_envelope(data)
        if envelope.kind in MADE_ON_A_DEVICE:
            read_entry(envelope)
    except Malformed as malformed:
        return malformed.problems
    return ()


def assert_read_or_refused_with_its_place(data: object) -> None:
    for problem in faults(data):
        problem.pointer.encode()
        assert stands_in(data, problem.pointer), (problem, data)
        assert problem.detail


@given(JSON)
def test_any_json_is_read_or_refused_with_its_place(data: object) -> None:
    assert_read_or_refused_with_its_place(data)


@given(kind=st.sampled_from(sorted(BODIES)), body=JSON)
def test_any_body_is_read_or_refused_with_its_place(kind: str, body: object) -> None:
    assert_read_or_refused_with_its_place(sent(kind, body=body))


def places_in(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places_in(one, (*path, key))


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A right entry in which one value was replaced, removed, or given a new neighbour."""
    entry = copy.deepcopy(sent(draw(st.sampled_from(sorted(BODIES)))))
    *way, key = draw(st.sampled_from(list(places_in(entry))))
    owner: Any = entry
    for step in way:
        owner = owner[step]
    change = draw(st.sampled_from(["replace", "remove", "add"]))
    if change == "remove":
        del owner[key]
    elif change == "add" and isinstance(owner, dict):
        owner[draw(st.text())] = draw(JSON)
    else:
        owner[key] = draw(JSON)
    return entry


@given(mutated())
def test_any_change_of_a_right_entry_is_read_or_refused_with_its_place(entry: dict[str, Any]) -> None:
    assert_read_or_refused_with_its_place(entry)
