"""The sequence of a start: check, prepare the data, keep the processes running, stop them all."""

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from safetyapp.supervisor.children import Child, say
from safetyapp.supervisor.listening import CannotListen, listen
from safetyapp.supervisor.lock import AlreadyRunning, only_one_on
from safetyapp.supervisor.stopping import until_asked_to_stop


def main() -> int:
    """Runs until it is asked to stop. 0 after that, 1 with a sentence when it can't start."""
    arguments = argparse.ArgumentParser(prog="python -m safetyapp.supervisor", description=__doc__)
    arguments.add_argument(
        "--stop-with-parent", action="store_true", help="stop when the process that started this one is gone"
    )
    options = arguments.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetyapp.settings")
    try:
        from safetyapp import settings

        with only_one_on(settings.DATA_DIR, settings.PUBLIC_URL), listen(settings.HOST, settings.PORT) as sock:
            return asyncio.run(run(sock.fileno(), stop_with_parent=options.stop_with_parent))
    except (ImproperlyConfigured, AlreadyRunning, CannotListen) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


async def run(web_socket: int, *, stop_with_parent: bool) -> int:
    """Valkey first, then the data, then everything else; on the way out in the opposite order."""
    from safetyapp.supervisor.commands import app_children, preparing, valkey_child

    stop = until_asked_to_stop(parent=os.getppid() if stop_with_parent else None)
    valkey = valkey_child()
    if valkey:
        valkey.keep_running()
    try:
        if not await prepared(preparing(), stop):
            return 0 if stop.done() else 1
        await serve(app_children(web_socket), stop)
    finally:
        if valkey:
            await valkey.stop()
    return 0


async def prepared(child: Child, stop: asyncio.Future[str]) -> bool:
    """Whether migrations and demo data went through; an order to stop ends them."""
    work: asyncio.Future[Any] = asyncio.ensure_future(child.run_once())
    either: set[asyncio.Future[Any]] = {work, stop}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        await child.stop()
    if await work != 0 and not stop.done():
        say("The data could not be prepared; the lines above say why. Nothing was started.")
    return bool(work.result() == 0)


async def serve(children: list[Child], stop: asyncio.Future[str]) -> None:
    """Keeps the children running until somebody asks to stop, then stops all of them at once."""
    for child in children:
        child.keep_running()
    announcement = asyncio.ensure_future(announce())
    say(f"Stopping: {await stop}.")
    announcement.cancel()
    await asyncio.gather(*(child.stop() for child in children))
    say("Everything is stopped.")


async def announce() -> None:
    """Prints the address once the web server answers."""
    from safetyapp.supervisor.answering import answers

    while not await answers():
        await asyncio.sleep(0.05)
    from safetyapp import settings

    say(f"Open {settings.PUBLIC_URL}  (data in {Path(settings.DATA_DIR)}; Ctrl-C stops everything)")


if __name__ == "__main__":
    sys.exit(main())
