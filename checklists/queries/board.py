"""The board: what is in each firearm, who has it, what is missing and whose step it is."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count

from checklists.custody.clearance import clearance
from checklists.custody.packs import Rules
from checklists.custody.state import CustodyState
from checklists.models import Alert, CrewMember, Device, ExpectedStep, Firearm, Hold, Place, Production
from checklists.queries.clearance import clearance_answer, holder_of, states_of, surroundings_of, unread_firearms
from checklists.queries.steps import missing_step, step_row

BACK_WITH_HANDLER = "back-with-handler"


def board(*, production: Production, now: dt.datetime) -> dict[str, Any]:
    """Everything that the board shows, in a fixed number of queries."""
    firearms = list(Firearm.objects.filter(production=production))
    states = states_of(production, [firearm.id for firearm in firearms])
    around = surroundings_of(production, now)
    rules = around.rules(now)
    unread = unread_firearms(production, states.keys())
    names = {row.id: row.name for rows in (CrewMember, Place) for row in rows.objects.filter(production=production)}
    steps = open_steps(production)
    alerts = open_alerts(production)
    return {
        "as_of": now.isoformat(),
        "firearms": [
            {
                "id": str(firearm.id),
                "name": firearm.name,
                "tag": firearm.tag,
                "kind": firearm.kind,
                "holder": named_holder(state, names),
                "since": state.since.isoformat() if state.since else None,
                "load": state.load,
                "rounds": state.rounds,
                "clearance": clearance_answer(
                    state, clearance(state, around, now, unread=firearm.id in unread), now=now
                ),
                "handed_over": handed_over(state, steps.get(firearm.id, ()), rules),
                "open_steps": [step_row(step) for step in steps.get(firearm.id, ())],
                "open_alerts": alerts.get(firearm.id, 0),
            }
            for firearm in firearms
            for state in (states[firearm.id],)
        ],
        "holds": [hold_row(hold) for hold in open_holds(production)],
        "owing_devices": [
            {
                "id": str(device.device_id),
                "author": str(device.author_id),
                "last_heard_at": device.last_heard_at.isoformat(),
            }
            for device in Device.objects.filter(production=production, owes=True)
        ],
    }


def open_steps(production: Production) -> dict[UUID, list[ExpectedStep]]:
    """Expected steps that have not been done, by firearm."""
    found: dict[UUID, list[ExpectedStep]] = {}
    waiting = ExpectedStep.objects.filter(production=production, state__in=("open", "missed")).exclude(firearm=None)
    for step in waiting.order_by("due_at"):
        if step.firearm_id:
            found.setdefault(step.firearm_id, []).append(step)
    return found


def open_alerts(production: Production) -> dict[UUID, int]:
    alerts = Alert.objects.filter(production=production).exclude(state=Alert.State.CLOSED).exclude(firearm=None)
    return dict(alerts.order_by().values_list("firearm_id").annotate(number=Count("id")))


def open_holds(production: Production) -> Iterable[Hold]:
    return Hold.objects.filter(production=production, released_at=None).select_related("raised_by")


def hold_row(hold: Hold) -> dict[str, Any]:
    return {
        "entry": str(hold.raised_by.entry_id),
        "scope": hold.scope,
        "firearm": str(hold.firearm_id) if hold.firearm_id else None,
        "derived": hold.derived,
        "reason": hold.reason,
        "author": str(hold.raised_by.author_id) if hold.raised_by.author_id else None,
        "since": hold.effective_at.isoformat(),
    }


def named_holder(state: CustodyState, names: dict[UUID, str]) -> dict[str, str] | None:
    holder = holder_of(state.holder)
    return holder and holder | {"name": names.get(UUID(next(iter(holder.values()))), "")}


def handed_over(state: CustodyState, steps: Iterable[ExpectedStep], rules: Rules) -> dict[str, Any] | None:
    """The judgement of the handoff that happened, while a performer has the firearm."""
    handover = state.handed_over
    if handover is None:
        return None
    waiting = [step for step in steps if step.opened_by == handover.entry]
    returns = [step.due_at for step in waiting if rules[step.rule].expects == BACK_WITH_HANDLER]
    missing = [missing_step(rules[rule], since=handover.at, due_at=handover.at) for rule in handover.broken]
    return {
        "entry": str(handover.entry),
        "at": handover.at.isoformat(),
        "missing": missing + [step_row(step) for step in waiting if rules[step.rule].expects != BACK_WITH_HANDLER],
        "return_due_at": min(returns).isoformat() if returns else None,
    }
