"""Productions: those of the person who asks, a new one, and the settings of one."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Clock, StrictSerializer, Text
from api.membership import FreshView, ProductionView, user_of
from api.pagination import page_of
from checklists.models import Production
from checklists.services.reference.productions import change_production, create_production


class ProductionSerializer(StrictSerializer):
    """`overrides`: numbers of the pack's rules for this production, like `{"both-sign": {"within": "PT5S"}}`."""

    id = serializers.UUIDField(read_only=True)
    title = Text(max_length=200)
    time_zone = Text(max_length=64)
    pack = Text(max_length=64, required=False)
    wrap = Clock(required=False)
    overrides = serializers.DictField(child=serializers.JSONField(), required=False)
    simulated = serializers.BooleanField(read_only=True)


class Productions(FreshView):
    """Every production on which the user is somebody; whoever makes one becomes its producer."""

    def get(self, request: Request) -> Response:
        mine = Production.objects.filter(crew__user=user_of(request), crew__left_at=None)
        return page_of(self, mine, by=("title", "id"), shown=shown)

    def post(self, request: Request) -> Response:
        form = ProductionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        production = create_production(user=user_of(request), **form.validated_data)
        return Response(ProductionSerializer(production).data, status=201)


class OneProduction(ProductionView):
    managed = frozenset({"PATCH"})

    def get(self, request: Request, **path: Any) -> Response:
        return Response(ProductionSerializer(self.production).data)

    def patch(self, request: Request, **path: Any) -> Response:
        form = ProductionSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changed = change_production(production=self.production, author=self.member, **form.validated_data)
        return Response(ProductionSerializer(changed).data)


def shown(productions: Sequence[Production]) -> list[Any]:
    return list(ProductionSerializer(productions, many=True).data)
