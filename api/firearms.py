"""The firearms of a production, each with its custody and clearance as of now."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.asking import crew_asked_for
from api.fields import OneOf, StrictSerializer, Text, WholeNumber, YesNo
from api.membership import ProductionView, sees_private
from api.pagination import page_of
from checklists.custody.state import CustodyState
from checklists.custody.words import FIREARM_KINDS
from checklists.models import CrewMember, Firearm
from checklists.queries.clearance import checklist_of, clearance_of, clearances_of, holder_of, states_of
from checklists.services.reference.firearms import MOST_CHAMBERS, add_firearm, change_firearm


class FirearmSerializer(StrictSerializer):
    """`tag` is printed on the label, `capacity` counts chambers, `serial` is for those who need it."""

    id = serializers.UUIDField(read_only=True)
    name = Text(max_length=200)
    tag = Text(max_length=32, required=False)
    kind = OneOf(choices=FIREARM_KINDS)
    capacity = WholeNumber(min_value=0, max_value=MOST_CHAMBERS)
    calibre = Text(max_length=64, required=False, allow_blank=True)
    serial = Text(max_length=100, required=False, allow_blank=True)
    functional = YesNo(required=False)

    def to_representation(self, instance: Firearm) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not self.context["private"]:
            del shown["serial"]
        return shown


class Firearms(ProductionView):
    managed = frozenset({"POST"})

    def get(self, request: Request, **path: Any) -> Response:
        firearms = Firearm.objects.filter(production=self.production).select_related("production")
        return page_of(self, firearms, by=("tag", "id"), shown=lambda rows: shown(rows, self.member))

    def post(self, request: Request, **path: Any) -> Response:
        form = FirearmSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        firearm = add_firearm(production=self.production, author=self.member, **form.validated_data)
        return Response(shown([firearm], self.member)[0], status=201)


class OneFirearm(ProductionView):
    managed = frozenset({"PATCH"})

    def get(self, request: Request, firearm_id: UUID, **path: Any) -> Response:
        firearm = get_object_or_404(Firearm, production=self.production, pk=firearm_id)
        return Response(shown([firearm], self.member)[0])

    def patch(self, request: Request, firearm_id: UUID, **path: Any) -> Response:
        firearm = get_object_or_404(Firearm, production=self.production, pk=firearm_id)
        form = FirearmSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changed = change_firearm(firearm=firearm, author=self.member, **form.validated_data)
        return Response(shown([changed], self.member)[0])


class Clearance(ProductionView):
    """Whether every step is complete to hand it to a performer: to `receiver`, when one is named."""

    def get(self, request: Request, firearm_id: UUID, **path: Any) -> Response:
        firearm = get_object_or_404(Firearm, production=self.production, pk=firearm_id)
        receiver_id = crew_asked_for(request, "receiver", production=self.production)
        return Response(clearance_of(firearm=firearm, receiver_id=receiver_id, now=timezone.now()))


def shown(firearms: Sequence[Firearm], member: CrewMember) -> list[dict[str, Any]]:
    """The firearms as this member sees them, with clearance, state and checklist, in a constant number of queries."""
    rows = FirearmSerializer(firearms, many=True, context={"private": sees_private(member)}).data
    ids = {firearm.pk for firearm in firearms}
    clearances = clearances_of(member.production, ids, now=timezone.now())
    states = states_of(member.production, ids)
    return [
        {
            **row,
            "clearance": clearances[str(firearm.pk)],
            "state": state_answer(states[firearm.pk]),
            "checklist": checklist_of(firearm),
        }
        for row, firearm in zip(rows, firearms, strict=True)
    ]


def state_answer(state: CustodyState) -> dict[str, Any]:
    """Who has it, since when, and what is in it by the records."""
    return {
        "holder": holder_of(state.holder),
        "since": state.since.isoformat() if state.since else None,
        "load": state.load,
        "rounds": state.rounds,
    }
