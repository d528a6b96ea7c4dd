"""The Django app of the domain: models, services, tasks."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ChecklistsConfig(AppConfig):
    name = "checklists"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from checklists import checks  # noqa: F401  registers the system checks
        from checklists.models.triggers import install_triggers

        post_migrate.connect(install_triggers, sender=self, dispatch_uid="ledger-triggers")
