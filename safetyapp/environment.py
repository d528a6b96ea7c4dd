"""Reads settings from the environment, strictly: a value that can't be used stops the start with a sentence.

An empty value counts as not set, so `REDIS_URL= make run` means the default.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

names_read: set[str] = set()
"""Every name asked for so far; docs/settings.md lists exactly these."""

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """The value without surrounding blanks, or the default when it is missing or empty."""
    names_read.add(name)
    return os.environ.get(name, "").strip() or default


def switch(name: str, *, default: bool) -> bool:
    """A yes or a no; anything else is refused, because `bool("false")` is True."""
    value = text(name)
    if not value:
        return default
    if value.lower() not in YES | NO:
        raise unusable(name, value, wanted="1 (yes) or 0 (no)")
    return value.lower() in YES


def whole_number(name: str, *, default: int, least: int, most: int) -> int:
    """An integer between `least` and `most`, both included."""
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise unusable(name, value, wanted=f"a whole number from {least} to {most}")
    return int(value)


def one_of(name: str, *, default: str, choices: Sequence[str]) -> str:
    """One of a few words, in upper or lower case."""
    value = text(name, default).upper()
    if value not in choices:
        raise unusable(name, value, wanted="one of " + ", ".join(choices))
    return value


def words(name: str) -> list[str]:
    """What stands between commas, without blanks; empty when it is not set."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def address(name: str, *, default: str = "", schemes: Sequence[str], example: str) -> str:
    """A URL with one of these schemes, or the default when it is not set."""
    value = text(name, default)
    if value and parsed(value).scheme not in schemes:
        raise unusable(name, without_password(value), wanted=f"an address like {example}")
    return value


def web_origin(name: str) -> SplitResult | None:
    """An http or https address without a path, as people type it into a browser."""
    value = address(name, schemes=("http", "https"), example="https://guns.example.com")
    if not value:
        return None
    origin = parsed(value)
    if not origin.hostname or origin.path.strip("/") or origin.query or origin.username:
        raise unusable(name, without_password(value), wanted="scheme and host alone, like https://guns.example.com")
    return origin


def existing_file(name: str) -> str:
    """The path of a file that can be read now, or nothing when it is not set."""
    value = text(name)
    if value and not os.access(value, os.R_OK):
        raise unusable(name, value, wanted="the path of a file that this user can read")
    return str(Path(value).resolve()) if value else ""


def unusable(name: str, value: str, *, wanted: str) -> ImproperlyConfigured:
    """The error that names the setting, what was found and what to set instead."""
    return ImproperlyConfigured(f"{name}={value} can't be used. Set {name} to {wanted}. See docs/settings.md.")


def parsed(value: str) -> SplitResult:
    """The parts of a URL; a URL that can't be parsed has no scheme, so every check refuses it."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  raises when the port is no number
    except ValueError:
        return urlsplit("")
    return parts


def without_password(url: str) -> str:
    """The URL as it may be printed."""
    parts = parsed(url)
    return url.replace(f":{parts.password}@", ":***@") if parts.password else url
