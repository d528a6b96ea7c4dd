"""Alerts, who was told of them, and answering them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.asking import word_asked_for
from api.fields import Id, StrictSerializer, Text
from api.membership import ProductionView
from api.pagination import page_of
from checklists.models import Alert, Delivery, Production
from checklists.services.alerting.acknowledging import acknowledge_alerts


class DeliverySerializer(serializers.Serializer[Any]):
    """Whom a message reached, on which channel; `at` is when it was sent."""

    person = serializers.UUIDField(source="person_id", allow_null=True)
    channel = serializers.CharField()
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    at = serializers.DateTimeField(source="sent_at", allow_null=True)
    error = serializers.CharField()


class AlertSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    rule = serializers.CharField()
    title = serializers.CharField()
    severity = serializers.CharField()
    owner = serializers.CharField()
    source = serializers.JSONField()  # type: ignore[assignment]
    pack = serializers.CharField()
    state = serializers.ChoiceField(choices=Alert.State.choices)
    firearm = serializers.UUIDField(source="firearm_id", allow_null=True)
    entry = serializers.UUIDField(allow_null=True)
    step = serializers.UUIDField(source="step_id", allow_null=True)
    due_at = serializers.DateTimeField()
    opened_at = serializers.DateTimeField()
    acknowledged_by = serializers.UUIDField(source="acknowledged_by_id", allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    met_at = serializers.DateTimeField(allow_null=True)
    met_known_at = serializers.DateTimeField(allow_null=True)
    deliveries = DeliverySerializer(many=True)


class Answer(StrictSerializer):
    """`reason` closes the alert of a broken rule; an expected step's alert waits for the step."""

    reason = Text(max_length=2_000, required=False, allow_blank=True, default="")


class AnswerToSeveral(Answer):
    """`alerts`: which ones; all of the production when it is left out."""

    alerts = serializers.ListField(child=Id(), required=False, max_length=500)


class Alerts(ProductionView):
    """The newest first."""

    def get(self, request: Request, **path: Any) -> Response:
        alerts = alerts_of(self.production)
        if state := word_asked_for(request, "state", Alert.State.values):
            alerts = alerts.filter(state=state)
        return page_of(self, alerts, by=("-opened_at", "-id"), shown=shown)


class Acknowledge(ProductionView):
    def post(self, request: Request, alert_id: UUID, **path: Any) -> Response:
        alert = get_object_or_404(Alert, production=self.production, pk=alert_id)
        form = Answer(data=request.data)
        form.is_valid(raise_exception=True)
        acknowledge_alerts(member=self.member, alert_ids=[alert.pk], reason=form.validated_data["reason"])
        return Response(shown([alerts_of(self.production).get(pk=alert.pk)])[0])


class AcknowledgeSeveral(ProductionView):
    """Answers with the alerts that changed."""

    def post(self, request: Request, **path: Any) -> Response:
        form = AnswerToSeveral(data=request.data)
        form.is_valid(raise_exception=True)
        fields = form.validated_data
        changed = acknowledge_alerts(member=self.member, alert_ids=fields.get("alerts"), reason=fields["reason"])
        alerts = alerts_of(self.production).filter(pk__in=[alert.pk for alert in changed])
        return Response({"results": shown(list(alerts)), "next": None})


def alerts_of(production: Production) -> QuerySet[Alert]:
    return Alert.objects.filter(production=production).prefetch_related("deliveries")


def shown(alerts: Sequence[Alert]) -> list[Any]:
    return list(AlertSerializer(alerts, many=True).data)
