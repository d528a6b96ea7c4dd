"""One child process: started, its output prefixed, started again when it dies, stopped with all its descendants."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

PAUSES = (0.0, 0.5, 1.0, 2.0, 5.0)
"""Seconds before the first, second, … restart in a row; the last one repeats."""

RUNS_WELL_AFTER = 10.0  # seconds; a child that lived this long starts again without a pause
STOPS_WITHIN = 6.0  # seconds between asking a process to stop and killing it
LONGEST_LINE = 1 << 20
PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(kw_only=True)
class Child:
    """A command that should be running.

    It gets a process group of its own: Ctrl-C in the terminal reaches the supervisor alone, and a signal to the
    group reaches everything that the child started.
    """

    name: str
    command: list[str]
    environment: Mapping[str, str]
    folder: str
    keep_open: tuple[int, ...] = ()
    process: asyncio.subprocess.Process | None = field(default=None, init=False)
    task: asyncio.Task[None] | None = field(default=None, init=False)
    stopping: bool = field(default=False, init=False)

    def keep_running(self) -> None:
        """Starts it, and again whenever it ends, until `stop`."""
        self.task = asyncio.create_task(self._run_again_and_again(), name=self.name)

    async def run_once(self) -> int:
        """Runs it to its end; its exit code, negative for a signal."""
        process = await asyncio.create_subprocess_exec(
            *self.command,
            env=self.environment,
            cwd=self.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LONGEST_LINE,
            pass_fds=self.keep_open,
            start_new_session=True,
            preexec_fn=dies_with(os.getpid()),
        )
        self.process = process
        printing = asyncio.create_task(self._print_output(process))
        try:
            return await process.wait()
        finally:
            signal_group(process.pid, signal.SIGKILL)  # descendants that outlived it
            await asyncio.wait({printing}, timeout=1)
            printing.cancel()

    async def stop(self) -> None:
        """Asks it to stop, kills it when it doesn't, and returns when nothing of it is left."""
        self.stopping = True
        if self.process and self.process.returncode is None:
            signal_group(self.process.pid, signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), STOPS_WITHIN)
            signal_group(self.process.pid, signal.SIGKILL)
            await self.process.wait()
        if self.task:
            self.task.cancel()  # not before: it would kill the process at once
            await asyncio.wait({self.task})

    async def _run_again_and_again(self) -> None:
        deaths_in_a_row = 0
        while True:
            started = monotonic()
            code = await self.run_once()
            if self.stopping:
                return
            if monotonic() - started > RUNS_WELL_AFTER:
                deaths_in_a_row = 0
            pause = PAUSES[min(deaths_in_a_row, len(PAUSES) - 1)]
            deaths_in_a_row += 1
            when = f"in {pause:g} s" if pause else "now"
            say(f"{self.name} ended ({reason(code)}); starting it again {when}.")
            await asyncio.sleep(pause)

    async def _print_output(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout  # noqa: S101  it was asked for
        while not process.stdout.at_eof():
            with suppress(ValueError):  # longer than LONGEST_LINE: dropped, but read, or the child would block
                show(self.name, (await process.stdout.readline()).decode(errors="replace"))


def dies_with(parent: int) -> Callable[[], None]:
    """What a new child does first: on Linux, ask to be killed when the supervisor is gone, however it died."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)

    def ask() -> None:
        if prctl:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def signal_group(group: int, number: signal.Signals) -> None:
    """Sends a signal to every process of the group, if there is one left."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def reason(code: int) -> str:
    """Why a process ended, in words."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def say(sentence: str) -> None:
    """Prints a line of the supervisor's own."""
    show("run", sentence)


def show(name: str, line: str) -> None:
    """Prints one line with the name of the process in front; a closed terminal is no reason to die."""
    if not line.strip():
        return
    with suppress(OSError):
        sys.stdout.write(f"{name:<6} | {line.rstrip()}\n")
        sys.stdout.flush()
