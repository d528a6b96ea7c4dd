"""Every error as RFC 9457 `application/problem+json`: from DRF, from a service, from Django itself."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.views import set_rollback

from checklists.custody.problems import Malformed, Problem

NOTHING_HERE = "There is nothing here, or it is not yours to see."
"""The detail of every 404: a stranger can't tell somebody else's production from none."""


def handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler. None lets a defect through to the log and to `server_error`."""
    set_rollback()
    match error:
        case Malformed():
            return problem(400, "The request can't be accepted as it is.", error.problems)
        case Http404() | exceptions.NotFound():
            return problem(404, NOTHING_HERE)
        case PermissionDenied():
            return problem(403, str(error) or "Your roles on this production don't allow this.")
        case RequestDataTooBig():
            return problem(413, "The request is too large.")
        case exceptions.ValidationError():
            return problem(400, "The request can't be accepted as it is.", problems_in(error.detail))
        case exceptions.APIException():
            return problem(error.status_code, str(error.detail), headers=headers_of(error))
    return None


def problem(
    status: int, detail: str, errors: Iterable[Problem] = (), *, headers: dict[str, str] | None = None
) -> JsonResponse:
    """The answer: `errors` names each faulty place by a JSON pointer."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": [{"pointer": one.pointer, "detail": one.detail} for one in errors],
    }
    return JsonResponse(body, status=status, content_type="application/problem+json", headers=headers)


def headers_of(error: exceptions.APIException) -> dict[str, str]:
    """What a client needs to try again: how to sign in, how long to wait."""
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
    return headers


def problems_in(detail: Any, pointer: str = "") -> list[Problem]:
    """A serializer's nested errors, flat, with JSON pointers into the request's body."""
    match detail:
        case dict():
            steps: Iterable[tuple[Any, Any]] = detail.items()
        case list():
            steps = (("non_field_errors" if isinstance(one, str) else index, one) for index, one in enumerate(detail))
        case _:
            return [Problem(pointer, str(detail))]
    return [found for step, inner in steps for found in problems_in(inner, pointer + pointer_step(step))]


def pointer_step(step: object) -> str:
    """One step of an RFC 6901 pointer; faults of the whole object have none."""
    return "" if step == "non_field_errors" else "/" + str(step).replace("~", "~0").replace("/", "~1")


def is_for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: also for paths that are no path of the API."""
    return problem(404, NOTHING_HERE) if is_for_programs(request) else defaults.page_not_found(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    if is_for_programs(request):
        return problem(403, "Your roles on this production don't allow this.")
    return defaults.permission_denied(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: hosts, headers or sizes that Django refuses by itself."""
    if not is_for_programs(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return problem(413, "The request is too large.")
    return problem(400, "The request can't be understood.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: the fault is ours, and in the log."""
    if is_for_programs(request):
        return problem(500, "The server failed. What was sent may not have been recorded: send it again.")
    return defaults.server_error(request)
