"""Where alerts go besides people's own addresses. Targets are for those who manage, secrets for nobody."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import StrictSerializer, Text
from api.membership import ProductionView
from api.pagination import page_of
from checklists.models import Channel
from checklists.services.reference.channels import add_channel, remove_channel


class ChannelSerializer(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    kind = Text(max_length=20)
    target = Text(max_length=2_000)
    secret = Text(max_length=200, required=False, allow_blank=True, write_only=True, trim_whitespace=False)
    created_at = serializers.DateTimeField(read_only=True)


class Channels(ProductionView):
    managed = frozenset({"GET", "POST"})

    def get(self, request: Request, **path: Any) -> Response:
        channels = Channel.objects.filter(production=self.production)
        return page_of(self, channels, by=("created_at", "id"), shown=shown)

    def post(self, request: Request, **path: Any) -> Response:
        form = ChannelSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        channel = add_channel(production=self.production, **form.validated_data)
        return Response(shown([channel])[0], status=201)


class OneChannel(ProductionView):
    managed = frozenset({"DELETE"})

    def delete(self, request: Request, channel_id: UUID, **path: Any) -> Response:
        remove_channel(channel=get_object_or_404(Channel, production=self.production, pk=channel_id))
        return Response(status=204)


def shown(channels: Sequence[Channel]) -> list[Any]:
    return list(ChannelSerializer(channels, many=True).data)
