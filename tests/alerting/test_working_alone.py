from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from checklists.services.sending.working_alone import Alone


def test_who_comes_while_it_runs_does_not_wait_and_it_runs_once_more() -> None:
    begun, over, rounds = Event(), Event(), []

    def job() -> None:
        rounds.append(1)
        begun.set()
        over.wait(10)

    alone = Alone(job)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(alone.run)
        begun.wait(10)
        for _ in range(5):
            alone.run()
        at_work = len(rounds)
        over.set()
        first.result(10)

    assert (at_work, len(rounds)) == (1, 2)


def test_after_a_failure_it_can_be_asked_again() -> None:
    rounds = []

    def job() -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise LookupError

    alone = Alone(job)
    with pytest.raises(LookupError):
        alone.run()
    alone.run()

    assert len(rounds) == 2
