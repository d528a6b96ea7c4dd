"""Slows down guessing of passwords: by address, and by account when attempts fail."""

import hashlib
from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView


class SignInsFromAddress(SimpleRateThrottle):
    """All attempts from one network address, also successful ones."""

    scope = "sign-ins-from-address"
    rate = "120/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"{self.scope}:{self.get_ident(request)}"


class FailuresForAccount(SimpleRateThrottle):
    """Failed attempts for one account, from anywhere; who is signed in stays signed in."""

    scope = "failures-for-account"
    rate = "20/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        email = request.data.get("email") if isinstance(request.data, dict) else None
        return f"{self.scope}:{hashlib.sha256(str(email).strip().lower().encode(errors='replace')).hexdigest()}"

    def throttle_success(self) -> bool:
        """Lets the attempt through without counting it; `count` does that when it has failed."""
        return True

    def count(self, request: Request, view: APIView) -> None:
        """Notes a failed attempt."""
        self.allow_request(request, view)
        history: list[Any] = [self.timer(), *self.history]
        self.cache.set(self.key, history, self.parse_rate(self.rate)[1])
