import pytest
from celery import current_app
from celery.signals import worker_shutting_down

from checklists import tasks
from checklists.models import Alert, Delivery
from checklists.services.sending.nudging import SEND_TASK
from tests.alerting.making import a_member, a_production, a_step

pytestmark = pytest.mark.django_db


def test_a_step_that_is_due_is_swept_and_told_by_the_two_tasks() -> None:
    production = a_production()
    a_member(production, "armorer")
    a_step(production)

    tasks.sweep_alerts()
    tasks.send_deliveries()

    assert Alert.objects.count() == 1
    assert Delivery.objects.get().state == "sent"


def test_each_task_may_run_twice() -> None:
    a_step(a_production())

    for task in (tasks.sweep_alerts, tasks.sweep_alerts, tasks.send_deliveries, tasks.send_deliveries):
        task()

    assert Alert.objects.count() == 1


def test_the_nudge_and_the_beat_name_tasks_that_exist() -> None:
    named = {SEND_TASK, *(entry["task"] for entry in current_app.conf.beat_schedule.values())}

    assert named <= current_app.tasks.keys()


def test_a_worker_that_is_told_to_stop_takes_on_nothing_more() -> None:
    a_member(production := a_production(), "armorer")
    a_step(production)
    tasks.sweep_alerts()
    worker_shutting_down.send(sender=None)
    try:
        tasks.send_deliveries()
    finally:
        tasks.stopping.clear()

    assert Delivery.objects.get().state == "queued"
