"""What Celery runs. Every task may run twice, or not at all, without harm: the database remembers."""

from datetime import timedelta

from celery import shared_task

from checklists.services.delivering import send_due_deliveries
from checklists.services.sweeping import sweep_through

UNTIL_THE_NEXT_TICK = timedelta(seconds=0.9)


@shared_task(name="checklists.tasks.sweep_alerts", ignore_result=True)
def sweep_alerts() -> None:
    """Opens the alerts of steps that are due, or come due before beat asks again a second later."""
    sweep_through(span=UNTIL_THE_NEXT_TICK)


@shared_task(name="checklists.tasks.send_deliveries", ignore_result=True)
def send_deliveries() -> None:
    """Sends what is queued."""
    send_due_deliveries()
