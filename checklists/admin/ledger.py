"""The ledger and what is derived from it: to be looked at, never touched."""

import json
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from checklists.models import (
    AmmunitionCount,
    Announcement,
    ExpectedStep,
    Handoff,
    Hold,
    Incident,
    Inspection,
    LedgerEntry,
    QuarantinedEntry,
    SafetyMeeting,
    SignOff,
)

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """Lists and shows; adds, changes and deletes nothing."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(LedgerEntry, QuarantinedEntry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "kind", "entry_id", "production")
    list_filter = ("production", "kind")
    search_fields = ("=entry_id", "=leaf_hash")
    list_select_related = ("production",)
    exclude = ("entry_bytes", "receipt_bytes")
    readonly_fields = ("content",)
    show_full_result_count = False

    @admin.display(description="as it was sent")
    def content(self, row: LedgerEntry | QuarantinedEntry) -> str:
        if row.entry_bytes is None:
            return "redacted"
        return json.dumps(json.loads(bytes(row.entry_bytes)), indent=1, ensure_ascii=False)


@admin.register(Inspection, Announcement, Handoff, SignOff, Incident, SafetyMeeting, AmmunitionCount)
class RecordAdmin(ReadOnlyAdmin):
    list_display = ("effective_at", "production", "firearm", "voided")
    list_filter = ("production", "voided")
    list_select_related = ("production", "firearm")
    show_full_result_count = False


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    list_display = ("effective_at", "production", "scope", "firearm", "derived", "released_at")
    list_filter = ("production",)
    list_select_related = ("production", "firearm")


@admin.register(ExpectedStep)
class ExpectedStepAdmin(ReadOnlyAdmin):
    list_display = ("due_at", "rule", "severity", "state", "firearm", "production")
    list_filter = ("production", "state", "severity")
    list_select_related = ("production", "firearm")
    show_full_result_count = False
