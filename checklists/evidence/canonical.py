"""The bytes that are kept and signed: RFC 8785 canonical JSON, and the hash of an entry."""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

LEAF = b"\x00"
"""RFC 6962, section 2.1: what is hashed as a leaf begins with a zero byte."""


def canonical(value: Mapping[str, Any]) -> bytes:
    """The only bytes that this JSON object has. It must hold nothing that JSON can't keep exactly."""
    return rfc8785.dumps(dict(value))


def leaf_hash(entry_bytes: bytes) -> str:
    """SHA-256 of the leaf, in hexadecimal: what a `sign_off` names as `entry_hash`."""
    return hashlib.sha256(LEAF + entry_bytes).hexdigest()
