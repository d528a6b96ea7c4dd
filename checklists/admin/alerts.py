"""Alerts and their deliveries: read-only, but an operator who is on the crew may acknowledge."""

from collections import defaultdict
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from checklists.admin.ledger import ReadOnlyAdmin
from checklists.admin.managed import crew_member_of
from checklists.models import Alert, Delivery, Production
from checklists.services.alerting.acknowledging import acknowledge_alerts

REASON = "Acknowledged in the admin."


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ("opened_at", "severity", "title", "state", "firearm", "production", "acknowledged_by")
    list_filter = ("production", "state", "severity")
    list_select_related = ("production", "firearm", "acknowledged_by")
    show_full_result_count = False
    actions = ("acknowledge",)  # type: ignore[assignment]

    @admin.action(description="Acknowledge as the crew member that you are", permissions=["view"])
    def acknowledge(self, request: HttpRequest, alerts: QuerySet[Alert]) -> None:
        chosen: dict[Production, list[UUID]] = defaultdict(list)
        for alert in alerts.select_related("production"):
            chosen[alert.production].append(alert.pk)
        for production, ids in chosen.items():
            member = crew_member_of(request, production)
            if member is None:
                self.message_user(request, f"You are not on the crew of {production}.", messages.ERROR)
                continue
            changed = acknowledge_alerts(member=member, alert_ids=ids, reason=REASON)
            self.message_user(request, f"{production}: {len(changed)} acknowledged.", messages.SUCCESS)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "channel", "person", "state", "attempts", "sent_at", "error")
    list_filter = ("production", "channel", "state")
    list_select_related = ("person",)
    exclude = ("secret",)
    show_full_result_count = False
