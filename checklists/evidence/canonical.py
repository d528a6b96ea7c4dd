"""The bytes that are kept and signed: RFC 8785 canonical JSON, and the hash of an entry."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec
import rfc8785

LEAF = b"\x00"
"""RFC 6962, section 2.1: what is hashed as a leaf begins with a zero byte."""


def canonical(value: Mapping[str, Any]) -> bytes:
    """The only bytes that this JSON object has. It must hold nothing that JSON can't keep exactly."""
    return rfc8785.dumps(dict(value))


DEBATABLE = re.compile(rb"\\|[:\[,]-?(?:\d+[.eE]|\d{16})")
"""Escapes, fractions and very long numbers, where writers of JSON differ."""


def is_canonical(data: bytes) -> bool:
    """Whether these are the canonical bytes of a JSON object.

    Plain ones are written again by a fast encoder: in ASCII without anything debatable, all writers that sort the
    names agree.
    """
    try:
        if data.isascii() and not DEBATABLE.search(data):
            value = msgspec.json.decode(data)
            return isinstance(value, dict) and msgspec.json.encode(value, order="sorted") == data
        value = json.loads(data.decode("utf-8"))
        return isinstance(value, dict) and canonical(value) == data
    except (ValueError, RecursionError):
        return False


def leaf_hash(entry_bytes: bytes) -> str:
    """SHA-256 of the leaf, in hexadecimal: what a `sign_off` names as `entry_hash`."""
    return hashlib.sha256(LEAF + entry_bytes).hexdigest()
