"""When to stop: Ctrl-C, SIGTERM, a closed terminal, or the end of the process that started this one."""

import asyncio
import os
import signal

REASONS = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM", signal.SIGHUP: "the terminal was closed"}


def until_asked_to_stop(*, parent: int | None) -> asyncio.Future[str]:
    """A future with the reason, done when somebody asks. With `parent`, also when that process is gone."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[str] = loop.create_future()

    def ask(why: str) -> None:
        if not asked.done():
            asked.set_result(why)

    def look_for_parent() -> None:
        if parent is not None and os.getppid() != parent:
            ask("the process that started it is gone")
        elif not asked.done():
            loop.call_later(0.5, look_for_parent)

    for number, why in REASONS.items():
        loop.add_signal_handler(number, ask, why)
    if parent is not None:
        look_for_parent()
    return asked
