"""The Celery application. The database remembers what is due; Celery only runs it."""

import os
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetyapp.settings")

# Running as root is discouraged because of pickle; only JSON is accepted here.
warnings.filterwarnings("ignore", category=SecurityWarning, module="celery.platforms")

app = Celery("safetyapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
