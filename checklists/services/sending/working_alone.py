"""One thread of a process does a job at a time, so that a slow round can't fill all threads of a worker."""

from collections.abc import Callable
from threading import Event, Lock


class Alone:
    """A job that finds its work itself. Asked for while it runs, it runs once more: no request is lost."""

    def __init__(self, job: Callable[[], object]) -> None:
        self.job = job
        self.asked = Event()
        self.running = Lock()

    def run(self) -> None:
        """Runs the job, or returns at once and leaves it to the thread that is at it."""
        self.asked.set()
        while self.asked.is_set() and self.running.acquire(blocking=False):
            try:
                self.asked.clear()
                self.job()
            finally:
                self.running.release()
