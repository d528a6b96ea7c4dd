"""What Celery runs. Every task may run twice, or not at all, without harm: the database remembers."""

from datetime import timedelta
from threading import Event

from celery import shared_task
from celery.signals import worker_shutting_down

from checklists.services.alerting.sweeping import sweep_through
from checklists.services.sending.delivering import send_due_deliveries
from checklists.services.sending.working_alone import Alone

UNTIL_THE_NEXT_TICK = timedelta(seconds=0.9)

stopping = Event()
sweeping = Alone(lambda: sweep_through(span=UNTIL_THE_NEXT_TICK))
sending = Alone(lambda: send_due_deliveries(stopping=stopping.is_set))


@shared_task(name="checklists.tasks.sweep_alerts", ignore_result=True)
def sweep_alerts() -> None:
    """Opens the alerts of steps that are due, or come due before beat asks again a second later."""
    sweeping.run()


@shared_task(name="checklists.tasks.send_deliveries", ignore_result=True)
def send_deliveries() -> None:
    """Sends what is queued."""
    sending.run()


@worker_shutting_down.connect
def stop_sending(**_: object) -> None:
    """A sender with a slow inbox would keep its worker from stopping."""
    stopping.set()
