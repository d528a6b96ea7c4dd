"""Whether the installation is alive, ready and watching. Without a prefix, for load balancers and watchdogs."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from time import monotonic

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import path
from redis import Redis

from checklists.services.alerting.heartbeats import health

ANSWERS_WITHIN_S = 1.8
"""A load balancer that waits longer counts a slow answer as none."""


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; says nothing about anything behind it."""
    return JsonResponse({"ok": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when migrations are applied and database and broker answer; 503 says which don't."""
    checks = {"database": is_migrated, "broker": broker_answers}
    until = monotonic() + ANSWERS_WITHIN_S
    running = {name: started(check) for name, check in checks.items()}
    wait(running.values(), timeout=max(0.0, until - monotonic()))
    answers = {name: "ok" if is_good(future) else "not ready" for name, future in running.items()}
    ok = set(answers.values()) == {"ok"}
    return JsonResponse({"ok": ok, **answers}, status=200 if ok else 503)


def healthz_alerts(request: HttpRequest) -> JsonResponse:
    """503 when the alert engine's heartbeat is old, or something waits that nobody takes."""
    found = health()
    return JsonResponse(found, status=200 if found["ok"] else 503)


def is_migrated() -> bool:
    """Whether the database has every migration of this code."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    finally:
        connection.close()


def broker_answers() -> bool:
    with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as broker:
        return bool(broker.ping())


under_way: dict[str, Future[bool]] = {}


def started(check: Callable[[], bool]) -> Future[bool]:
    """The check, running beside the request; one that still hangs from an earlier request is not started again."""
    name = check.__name__
    if name not in under_way or under_way[name].done():
        under_way[name] = threads().submit(check)
    return under_way[name]


@cache
def threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="readiness")


def is_good(future: Future[bool]) -> bool:
    """Whether the check came back in time, without an error and with a yes."""
    return future.done() and future.exception() is None and future.result()


urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("healthz/alerts", healthz_alerts),
]
