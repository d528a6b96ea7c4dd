"""Who asks: every view under a production begins with the crew member. For anybody else there is nothing there."""

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request
from rest_framework.views import APIView

from checklists.custody.words import HANDLER_ROLES, MANAGING_ROLES
from checklists.models import CrewMember, Production, User

SEES_PRIVATE = HANDLER_ROLES | {"producer", "safety_advisor"}
"""Who sees serial numbers, credentials and e-mail addresses."""


class FreshView(APIView):
    """Its answers hold at this moment and for this person: no cache may keep them."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer


class ProductionView(FreshView):
    """A view under /productions/{production_id}; `self.member` and `self.production` are set before any method runs.

    Methods in `managed` are for producers, property masters and safety advisors.
    """

    managed: frozenset[str] = frozenset()
    member: CrewMember

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.member = member_of(request, kwargs["production_id"])
        if request.method in self.managed and not manages(self.member):
            raise PermissionDenied("Producers, property masters and safety advisors do this.")

    @property
    def production(self) -> Production:
        return self.member.production


def member_of(request: Request, production_id: UUID) -> CrewMember:
    """The crew member who asks; Http404 for strangers, and for people who left."""
    found = CrewMember.objects.select_related("production").filter(
        production_id=production_id, user=user_of(request), left_at=None
    )
    member = found.first()
    if member is None:
        raise Http404
    return member


def user_of(request: Request) -> User:
    """The login of a request that passed the permission check."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def manages(member: CrewMember) -> bool:
    """Whether they may change crew, firearms, places, channels and settings."""
    return not MANAGING_ROLES.isdisjoint(member.roles)


def sees_private(member: CrewMember) -> bool:
    """Whether they see serial numbers, credentials and e-mail addresses."""
    return not SEES_PRIVATE.isdisjoint(member.roles)
