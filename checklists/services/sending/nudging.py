"""Wakes the senders after a commit, without the caller ever talking to the broker.

`nudge` sets an event and returns. A daemon thread publishes, at most every fiftieth of a second for any number of
nudges, with one-second time-outs. What it can't publish it drops: the senders look for themselves every second.
"""

import logging
import os
from threading import Event, Lock, Thread
from time import monotonic

from celery import current_app

logger = logging.getLogger(__name__)

SEND_TASK = "checklists.tasks.send_deliveries"
EXPIRES_S = 5
TIMES_OUT_S = 1
PAUSE_S = 0.02
PAUSE_AFTER_FAILURE_S = 1.0
COMPLAINS_EVERY_S = 60


class Nudger:
    """One event, and one thread that is started with the first nudge."""

    def __init__(self) -> None:
        self.wanted = Event()
        self.starting = Lock()
        self.thread: Thread | None = None
        self.sender_here: Event | None = None
        self.complained_at = float("-inf")

    def nudge(self) -> None:
        """Never waits for anything outside this process."""
        if self.sender_here is not None:
            self.sender_here.set()
            return
        self.wanted.set()
        if self.thread is None:
            self.start()

    def start(self) -> None:
        """One thread for this process. When there is no room for one, the next nudge tries again."""
        with self.starting:
            if self.thread is None:
                thread = Thread(target=self.run, name="nudger", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    logger.warning("no thread for nudges, senders find their work themselves")
                else:
                    self.thread = thread

    def run(self) -> None:
        pause = Event()
        while self.wanted.wait():
            self.wanted.clear()
            pause.wait(PAUSE_S if self.published() else PAUSE_AFTER_FAILURE_S)

    def published(self) -> bool:
        """Asks Celery for a send; False, and a line in the log now and then, when the broker is out of reach."""
        try:
            publish()
        except Exception as error:  # whatever a broken broker makes of it: the rows are safe
            if monotonic() - self.complained_at > COMPLAINS_EVERY_S:
                self.complained_at = monotonic()
                logger.warning("broker out of reach, senders find their work themselves: %r", error)
            return False
        return True


def publish() -> None:
    """Puts one task on the queue, by name, on a connection that gives up after a second."""
    options = {**current_app.conf.broker_transport_options}
    options.update(socket_timeout=TIMES_OUT_S, socket_connect_timeout=TIMES_OUT_S, max_retries=0)
    with current_app.connection_for_write(connect_timeout=TIMES_OUT_S, transport_options=options) as connection:
        current_app.send_task(SEND_TASK, connection=connection, expires=EXPIRES_S, ignore_result=True, retry=False)


nudger = Nudger()


def nudge() -> None:
    """Says that there is something to send. Returns at once, whatever the broker does, and raises nothing."""
    nudger.nudge()


def nudge_instead(sender: Event) -> None:
    """From now on a nudge in this process sets `sender`; for a process that sends by itself, without a broker."""
    nudger.sender_here = sender


def forget_threads() -> None:
    """A forked child has none of its parent's threads, and maybe a lock that nobody will release."""
    global nudger
    nudger = Nudger()


os.register_at_fork(after_in_child=forget_threads)
