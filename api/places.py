"""The places of a production."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import StrictSerializer, Text, YesNo
from api.membership import ProductionView
from api.pagination import page_of
from checklists.models import Place
from checklists.services.reference.places import add_place, change_place


class PlaceSerializer(StrictSerializer):
    """`secure`: locked and watched, like a safe; a cart is not."""

    id = serializers.UUIDField(read_only=True)
    name = Text(max_length=200)
    secure = YesNo()


class Places(ProductionView):
    managed = frozenset({"POST"})

    def get(self, request: Request, **path: Any) -> Response:
        places = Place.objects.filter(production=self.production)
        return page_of(self, places, by=("name", "id"), shown=shown)

    def post(self, request: Request, **path: Any) -> Response:
        form = PlaceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        place = add_place(production=self.production, author=self.member, **form.validated_data)
        return Response(PlaceSerializer(place).data, status=201)


class OnePlace(ProductionView):
    managed = frozenset({"PATCH"})

    def patch(self, request: Request, place_id: Any, **path: Any) -> Response:
        place = get_object_or_404(Place, production=self.production, pk=place_id)
        form = PlaceSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changed = change_place(place=place, author=self.member, **form.validated_data)
        return Response(PlaceSerializer(changed).data)


def shown(places: Sequence[Place]) -> list[Any]:
    return list(PlaceSerializer(places, many=True).data)
