"""The crew: names and roles for everybody on the production, credentials and addresses for those who need them."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.fields import Day, Email, OneOf, StrictSerializer, Text, YesNo
from api.membership import ProductionView, sees_private
from api.pagination import page_of
from checklists.custody.words import ROLES
from checklists.models import CrewMember
from checklists.services.reference.crew import change_crew_member, enrol_crew_member

PRIVATE = ("email", "credentials")


class CredentialSerializer(StrictSerializer):
    type = OneOf(choices=["permit", "training"])
    number = Text(max_length=100, required=False, allow_blank=True)
    issued_by = Text(max_length=200, required=False, allow_blank=True)
    valid_from = Day(required=False, allow_null=True)
    valid_until = Day(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "type" not in attrs:  # in a PATCH of the person, which replaces whole credentials, nothing is required
            raise serializers.ValidationError({"type": ["This field is required."]})
        return attrs


class CrewSerializer(StrictSerializer):
    id = serializers.UUIDField(read_only=True)
    name = Text(max_length=200)
    roles = serializers.ListField(child=OneOf(choices=ROLES), allow_empty=False, max_length=len(ROLES))
    active = YesNo(required=False)
    email = Email(max_length=254, required=False, allow_blank=True)
    credentials: Any = serializers.ListSerializer(child=CredentialSerializer(), required=False, max_length=50)

    def to_representation(self, instance: CrewMember) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not self.context["private"]:
            for name in PRIVATE:
                del shown[name]
        return shown


class Crew(ProductionView):
    managed = frozenset({"POST"})

    def get(self, request: Request, **path: Any) -> Response:
        crew = CrewMember.objects.filter(production=self.production)
        private = sees_private(self.member)
        return page_of(
            self, crew.prefetch_related("credentials"), by=("name", "id"), shown=lambda rows: shown(rows, private)
        )

    def post(self, request: Request, **path: Any) -> Response:
        form = CrewSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        fields = form.validated_data
        if not fields.pop("active", True):
            raise serializers.ValidationError({"active": ["Nobody is enrolled as somebody who left."]})
        member = enrol_crew_member(production=self.production, author=self.member, **fields)
        return Response(shown([member], private=True)[0], status=201)


class OneCrewMember(ProductionView):
    managed = frozenset({"PATCH"})

    def patch(self, request: Request, crew_id: Any, **path: Any) -> Response:
        member = get_object_or_404(CrewMember, production=self.production, pk=crew_id)
        form = CrewSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changed = change_crew_member(member=member, author=self.member, **form.validated_data)
        return Response(shown([changed], private=True)[0])


def shown(crew: Sequence[CrewMember], private: bool) -> list[Any]:
    return list(CrewSerializer(crew, many=True, context={"private": private}).data)
