"""What the first AD sees in one glance, and the steps that are owed."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.asking import word_asked_for
from api.membership import ProductionView
from api.pagination import page_of
from checklists.models import ExpectedStep
from checklists.queries import board
from checklists.queries.steps import step_row


class Board(ProductionView):
    def get(self, request: Request, **path: Any) -> Response:
        return Response(board(production=self.production, now=timezone.now()))


class ExpectedSteps(ProductionView):
    def get(self, request: Request, **path: Any) -> Response:
        steps = ExpectedStep.objects.filter(production=self.production)
        if state := word_asked_for(request, "state", ExpectedStep.State.values):
            steps = steps.filter(state=state)
        return page_of(self, steps, by=("due_at", "id"), shown=lambda steps: [step_row(step) for step in steps])
