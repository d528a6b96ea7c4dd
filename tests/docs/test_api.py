"""docs/api.md has every address and method of the API, and every field that it takes or answers."""

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver
from rest_framework.serializers import Serializer

import api
from api import health, urls
from api.fields import StrictSerializer
from checklists.custody.words import FIREARM_KINDS, ROLES
from tests.docs.pages import DOCS, headings, section, text_of

PAGE = text_of(DOCS / "api.md")
METHODS = ("get", "post", "put", "patch", "delete")


def endpoints(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """Method and path of everything in a URLconf, but the answer to what is no path."""
    for pattern in patterns:
        path = prefix + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from endpoints(pattern.url_patterns, path)
        elif pattern.callback is not urls.nothing_here:
            yield from (f"{method.upper()} {path}" for method in methods_of(pattern))


def methods_of(pattern: URLPattern) -> list[str]:
    """What the view of a path has; a plain function is for reading."""
    view = getattr(pattern.callback, "view_class", None)
    return [method for method in METHODS if hasattr(view, method)] if view else ["get"]


def served() -> set[str]:
    found = [*endpoints(urls.urlpatterns), *endpoints(health.urlpatterns)]
    return {one.replace("/productions/{production_id}", "P") for one in found}


def documented() -> list[str]:
    return [title.strip("`") for title in headings(PAGE) if re.match(r"`[A-Z]+ [/P]", title)]


def serializers() -> list[type[Serializer[Any]]]:
    """Every serializer of the API with fields of its own."""
    modules = [import_module(f"api.{module.name}") for module in iter_modules(api.__path__)]
    classes = {thing for module in modules for thing in vars(module).values() if isinstance(thing, type)}
    ours = {one for one in classes if issubclass(one, Serializer) and one.__module__.startswith("api.")}
    return sorted(ours - {StrictSerializer}, key=lambda one: one.__name__)


def test_the_page_has_exactly_the_addresses_that_are_served() -> None:
    assert len(served()) > 25
    assert set(documented()) == served()


def test_no_address_stands_there_twice() -> None:
    assert len(documented()) == len(set(documented()))


@pytest.mark.parametrize("serializer", serializers(), ids=lambda one: one.__name__)
def test_every_field_is_on_the_page(serializer: type[Serializer[Any]]) -> None:
    names = serializer().fields

    assert [name for name in names if f"`{name}`" not in PAGE and f'"{name}"' not in PAGE] == []


def test_every_role_and_kind_of_firearm_is_on_the_page() -> None:
    assert [word for word in (*ROLES, *FIREARM_KINDS) if f"`{word}`" not in PAGE] == []


def test_every_channel_that_a_production_can_have_is_on_the_page() -> None:
    kinds = set(settings.ALERT_CHANNELS) - {"in_app"}

    assert [kind for kind in kinds if f"`{kind}`" not in section(PAGE, "Channels")] == []
