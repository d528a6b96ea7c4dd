"""Steps as the outside sees them."""

import datetime as dt
from typing import Any

from checklists.custody.packs import Rule, Source
from checklists.models import ExpectedStep


def source_of(source: Source) -> dict[str, Any]:
    return {
        "regime": source.regime,
        "clause": source.clause,
        "url": source.url,
        "grade": source.grade,
        "confirmed": source.confirmed,
    }


def missing_step(rule: Rule, *, since: dt.datetime | None, due_at: dt.datetime | None) -> dict[str, Any]:
    """A rule that does not hold, as a step that is missing."""
    return {
        "rule": rule.id,
        "title": rule.title,
        "severity": rule.severity,
        "owner": rule.owner,
        "since": since.isoformat() if since else None,
        "due_at": due_at.isoformat() if due_at else None,
        "source": source_of(rule.source),
    }


def step_row(step: ExpectedStep) -> dict[str, Any]:
    """An expected step."""
    return {
        "id": str(step.id),
        "rule": step.rule,
        "title": step.title,
        "severity": step.severity,
        "owner": step.owner,
        "firearm": str(step.firearm_id) if step.firearm_id else None,
        "opened_by": str(step.opened_by),
        "since": step.since.isoformat(),
        "due_at": step.due_at.isoformat(),
        "state": step.state,
        "met_by": str(step.met_by) if step.met_by else None,
        "met_at": step.met_at.isoformat() if step.met_at else None,
        "met_known_at": step.met_known_at.isoformat() if step.met_known_at else None,
        "source": step.source,
    }
