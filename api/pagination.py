"""Lists in pages, cut by position and not by number: what arrives meanwhile neither repeats nor hides a row."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

PAGE = 100
LARGEST_PAGE = 500

Row = TypeVar("Row", bound=Model)


class ByCursor(CursorPagination):
    """`?limit=` asks for shorter or longer pages, `?cursor=` is for the server alone."""

    page_size = PAGE
    max_page_size = LARGEST_PAGE
    page_size_query_param = "limit"

    def decode_cursor(self, request: Request) -> Any:
        cursor = super().decode_cursor(request)
        if cursor and "\x00" in str(cursor.position):  # no row stands there, and PostgreSQL refuses to look
            raise Http404
        return cursor


def page_of(
    view: APIView, rows: QuerySet[Row], *, by: tuple[str, ...], shown: Callable[[Sequence[Row]], list[Any]]
) -> Response:
    """`{"results": […], "next": url or null}`: one page of the rows in the order `by`, made JSON by `shown`."""
    pages = ByCursor()
    pages.ordering = by
    try:
        page = pages.paginate_queryset(rows.order_by(*by), view.request, view) or []
    except (ValidationError, ValueError):  # a cursor that somebody made up
        raise Http404 from None
    return Response({"results": shown(page), "next": pages.get_next_link()})
