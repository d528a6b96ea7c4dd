"""The body of `POST entries`, read strictly: JSON as every reader understands it, at most 500 entries."""

import json
import re
from collections.abc import Mapping

from checklists.custody.problems import Malformed, Problem
from checklists.custody.reading import DEEPEST, RepeatedNames, object_of

TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^"\[\]{}]+|"')
OPENING, CLOSING = ("[", "{"), ("]", "}")
MOST_ENTRIES = 500
MOST_BYTES = 4 * 1024 * 1024


def read_batch(body: bytes) -> tuple[list[object], Mapping[str, object]]:
    """The entries, still unread, and the proofs beside them.

    Raises:
        Malformed: when the body as a whole can't be read; pointers are relative to it.
    """
    data = read_json(body)
    if not isinstance(data, dict):
        raise Malformed([Problem("", "the body is a JSON object")])
    if unknown := data.keys() - {"entries", "proofs"}:
        raise Malformed([Problem(f"/{name}", "unknown field") for name in sorted(unknown)])
    entries, proofs = data.get("entries"), data.get("proofs", {})
    if not isinstance(entries, list):
        raise Malformed([Problem("/entries", "a list of entries")])
    if len(entries) > MOST_ENTRIES:
        raise Malformed([Problem("/entries", f"at most {MOST_ENTRIES} entries in one request")])
    if not isinstance(proofs, dict):
        raise Malformed([Problem("/proofs", "an object: entry id to proof")])
    return entries, proofs


def read_json(body: bytes) -> object:
    if len(body) > MOST_BYTES:
        raise Malformed([Problem("", f"larger than {MOST_BYTES} bytes")])
    try:
        text = body.decode("utf-8")
        try:
            data: object = parsed(text)
        except RecursionError:
            data = parsed(cut_below(text, DEEPEST + 8))
    except UnicodeDecodeError as error:
        raise Malformed([Problem("", f"not UTF-8, at byte {error.start}")]) from None
    except ValueError as error:
        raise Malformed([Problem("", f"not JSON: {error}")]) from None
    if isinstance(data, RepeatedNames):
        raise Malformed([Problem(f"/{data.name}", "this name stands twice in one object")])
    return data


def parsed(text: str) -> object:
    """The JSON value. What would spoil all of it is read so that only the entry that holds it is refused later."""
    return json.loads(text, object_pairs_hook=object_of, parse_int=whole_number)


def whole_number(digits: str) -> int:
    """Python reads no number of thousands of digits; the first hundred of them are too many as well."""
    return int(digits[:100])


def cut_below(text: str, depth: int) -> str:
    """The text with a 0 for whatever is nested deeper; the entry that holds it is too deep all the same."""
    kept, level = [], 0
    for token in TOKENS.finditer(text):
        level += token[0] in OPENING
        if level <= depth:
            kept.append(token[0])
        elif level == depth + 1 and token[0] in OPENING:
            kept.append("0")
        level -= token[0] in CLOSING
    return "".join(kept)
