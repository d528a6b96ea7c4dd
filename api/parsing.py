"""Reads a request's JSON as every reader understands it: UTF-8, no name twice, no NaN, of a bounded size and depth."""

import json
from collections.abc import Mapping
from typing import IO, Any, Never

from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

LARGEST_BODY = 256 * 1024
"""In bytes. Entries, which come by the hundred, are read by their own view."""


class StrictJSONParser(JSONParser):
    """What the serializers get to see. The rest is refused with 400 or 413."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise RequestDataTooBig
        try:
            return json.loads(body.decode("utf-8"), object_pairs_hook=object_of, parse_constant=refuse_constant)
        except RecursionError:
            raise ParseError("Nested too deeply.") from None
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}") from None


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object, unless two readers could see different ones."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def refuse_constant(word: str) -> Never:
    raise ValueError(f"{word} is no JSON number")
