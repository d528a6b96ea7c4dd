"""The project: settings, URLs, servers, Celery and the process supervisor. Wires, decides nothing."""

from safetyapp.celery import app as celery_app

__all__ = ["celery_app"]
