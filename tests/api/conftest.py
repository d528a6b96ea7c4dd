"""What API tests lean on: the cast, and a browser for each of them."""

from collections.abc import Callable

import pytest

from tests.api.browser import Browser
from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def signed_in(cast: Cast) -> Callable[[str], Browser]:
    """`signed_in("armorer")`: the API as that person sees it."""
    return lambda name: Browser(cast, name)


@pytest.fixture
def armorer(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("armorer")


@pytest.fixture
def producer(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("producer")


@pytest.fixture
def outsider(signed_in: Callable[[str], Browser]) -> Browser:
    return signed_in("outsider")


@pytest.fixture(autouse=True)
def forgotten_attempts() -> None:
    """Sign-ins are counted in the cache, which outlives a test."""
    from django.core.cache import cache

    cache.clear()
