"""Reads the parameters of a query, strictly: what can't be meant is refused with a pointer."""

import re
from collections.abc import Iterable
from typing import Never
from uuid import UUID

from rest_framework.request import Request

from checklists.custody.problems import Malformed, Problem
from checklists.models import CrewMember, Production

LARGEST = 2**63 - 1  # of the database's integers


def number_asked_for(request: Request, name: str, *, default: int, most: int = LARGEST) -> int:
    """A whole number from 0 to `most`."""
    value = request.GET.get(name)
    if value is None:
        return default
    if not re.fullmatch(r"\d{1,19}", value, re.ASCII) or int(value) > most:
        refuse(name, f"a whole number from 0 to {most}")
    return int(value)


def id_asked_for(request: Request, name: str) -> UUID | None:
    """A UUID, or None when it isn't asked for."""
    value = request.GET.get(name)
    if value is None:
        return None
    try:
        return UUID(value)
    except ValueError:
        refuse(name, "a UUID")


def word_asked_for(request: Request, name: str, words: Iterable[str]) -> str | None:
    """One of the words, or None when it isn't asked for."""
    value = request.GET.get(name)
    if value is not None and value not in (known := list(words)):
        refuse(name, f"one of {', '.join(known)}")
    return value


def crew_asked_for(request: Request, name: str, *, production: Production) -> UUID | None:
    """The id of somebody on the production, or None when nobody is asked for."""
    crew_id = id_asked_for(request, name)
    if crew_id and not CrewMember.objects.filter(production=production, pk=crew_id).exists():
        refuse(name, "somebody on this production")
    return crew_id


def refuse(name: str, wanted: str) -> Never:
    raise Malformed([Problem(f"/{name}", f"must be {wanted}")])
