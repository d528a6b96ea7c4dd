"""What the app consists of: the processes and their command lines."""

import os
import sys

from safetyapp import settings
from safetyapp.embedded import own_folder
from safetyapp.supervisor.children import Child
from safetyapp.valkey import valkey_command

PYTHON = sys.executable
CELERY = [PYTHON, "-m", "celery", "--app", "safetyapp", "--quiet"]
WORKER_OPTIONS = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"]


def valkey_child() -> Child | None:
    """The embedded Valkey, unless REDIS_URL names a server."""
    if not settings.RUNS_OWN_VALKEY:
        return None
    own_folder(settings.VALKEY_SOCKET.parent)
    folder = own_folder(settings.DATA_DIR / "valkey")
    return child("valkey", valkey_command(socket=settings.VALKEY_SOCKET, folder=folder))


def preparing() -> Child:
    """Brings the database up to date and, with DEMO=1, fills it."""
    return child("setup", [PYTHON, "-m", "safetyapp.preparing"])


def app_children(web_socket: int) -> list[Child]:
    """Everything that serves and alerts."""
    return [
        child("web", [PYTHON, "-m", "safetyapp.web", str(web_socket)], keep_open=(web_socket,)),
        child("worker", [*CELERY, "worker", *WORKER_OPTIONS]),
        child("beat", [*CELERY, "beat", "--pidfile=", "--loglevel", "INFO"]),
        child("alerts", [PYTHON, "manage.py", "run_alerts", "--standby"]),
    ]


def child(name: str, command: list[str], *, keep_open: tuple[int, ...] = ()) -> Child:
    """A child with the environment that all of them share."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "DATA_DIR": str(settings.DATA_DIR)}
    if settings.EMBEDDED:
        environment.setdefault("ALLOW_PRIVATE_WEBHOOKS", "1")
    folder = str(settings.BASE_DIR)
    return Child(name=name, command=command, environment=environment, folder=folder, keep_open=keep_open)
