"""Signing in and out, and who is signed in."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.middleware.csrf import get_token
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from api.authentication import BearerAuthentication
from api.fields import Email, StrictSerializer, Text
from api.membership import FreshView, user_of
from api.throttling import FailuresForAccount, SignInsFromAddress
from checklists.models import CrewMember, User


class SignIn(StrictSerializer):
    email = Email(max_length=254)
    password = Text(max_length=1_000, trim_whitespace=False)


class Session(FreshView):
    """POST signs in and sets the cookies, DELETE signs out.

    Nobody has a CSRF token before signing in. Another site can't sign a person in all the same: it can't send JSON
    without asking first, and an `Origin` that isn't ours is refused.
    """

    permission_classes = [AllowAny]

    def get_authenticators(self) -> list[BaseAuthentication]:
        if self.request.method == "POST":
            return [BearerAuthentication()]
        return super().get_authenticators()

    def get_throttles(self) -> list[BaseThrottle]:
        return [SignInsFromAddress(), FailuresForAccount()] if self.request.method == "POST" else []

    def post(self, request: Request) -> Response:
        if is_from_another_site(request):
            raise PermissionDenied("This request comes from another site.")
        form = SignIn(data=request.data)
        form.is_valid(raise_exception=True)
        email, password = form.validated_data["email"].strip().lower(), form.validated_data["password"]
        user = authenticate(request._request, username=email, password=password)
        if not isinstance(user, User):
            FailuresForAccount().count(request, self)
            raise AuthenticationFailed("This e-mail address and password don't belong together.")
        login(request._request, user)
        return Response(me(user))

    def delete(self, request: Request) -> Response:
        logout(request._request)
        return Response(status=204)


class Me(FreshView):
    """Who asks, and their productions. Makes sure that the browser has its CSRF cookie."""

    def get(self, request: Request) -> Response:
        get_token(request._request)
        return Response(me(user_of(request)))


def me(user: User) -> dict[str, Any]:
    """The login, and the productions on which it is somebody now."""
    memberships = CrewMember.objects.filter(user=user, left_at=None).select_related("production")
    return {
        "user": {"id": str(user.pk), "email": user.email},
        "productions": [
            {
                "id": str(member.production_id),
                "title": member.production.title,
                "crew_member": {"id": str(member.pk), "name": member.name, "roles": member.roles},
            }
            for member in memberships.order_by("production__title", "production_id")
        ],
    }


def is_from_another_site(request: Request) -> bool:
    """Whether a browser says that another site's page sends this."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
    return urlsplit(origin).netloc != request.get_host() and origin not in settings.CSRF_TRUSTED_ORIGINS
