"""Starts the whole app as a person does, on a folder and a port of its own, and looks after its processes."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import IO, TypeVar
from urllib.error import URLError

import psutil

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
SUPERVISOR = (sys.executable, "-m", "safetyapp.supervisor")
STARTS_WITHIN = 60.0
STOPS_WITHIN = 10.0
OF_THE_APP = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "TLS_CERT", "TLS_KEY", "ALLOW_PRIVATE_WEBHOOKS")


@dataclass(kw_only=True)
class App:
    """A started app: its process, its output so far, and every process that it has started."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    port: int
    log: Path

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def children(self) -> dict[int, str]:
        """Process id and command line of all descendants."""
        return descendants(self.process.pid)

    def child(self, words: str) -> int:
        """The process whose command line contains these words; waits until there is one."""
        return eventually(lambda: next((pid for pid, line in self.children().items() if words in line), 0))

    def answers(self, path: str = "/healthz") -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def running_app(data_dir: Path, *, command: Sequence[str] = SUPERVISOR, **environment: str) -> Iterator[App]:
    """The app, answering; stopped at the end, if the test has not done it."""
    port = free_port()
    log = data_dir.parent / f"{data_dir.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = start(data_dir, port, out, command=command, **environment)
    app = App(process=process, data_dir=data_dir, port=port, log=log)
    try:
        eventually(lambda: "Open http" in app.output() or process.poll() is not None, within=STARTS_WITHIN)
        assert process.poll() is None, app.output()
        yield app
    finally:
        left = app.children() if process.poll() is None else {}
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOPS_WITHIN)
        for pid in (process.pid, *left):
            kill(pid)
        process.wait()


def start(
    data_dir: Path, port: int, out: IO[bytes] | int, *, command: Sequence[str] = SUPERVISOR, **environment: str
) -> subprocess.Popen[bytes]:
    """Starts it and returns at once."""
    inherited = {name: value for name, value in os.environ.items() if name not in OF_THE_APP}
    return subprocess.Popen(
        command,
        env={**inherited, "DATA_DIR": str(data_dir), "PORT": str(port), "DEMO": "0", **environment},
        stdout=out,
        stderr=subprocess.STDOUT,
        cwd=ROOT,
        start_new_session=True,
    )


def refused(data_dir: Path, port: int, **environment: str) -> str:
    """What a start says that must fail."""
    process = start(data_dir, port, subprocess.PIPE, **environment)
    output, _ = process.communicate(timeout=STARTS_WITHIN)
    assert process.returncode == 1, output
    return output.decode()


def descendants(pid: int) -> dict[int, str]:
    """Process id and command line of everything below a process that is alive."""
    found = {}
    for process in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                found[process.pid] = " ".join(process.cmdline())
    return found


def is_alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def kill(pid: int) -> None:
    """Kills a process that may already be gone."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def eventually(question: Callable[[], T], *, within: float = 20.0) -> T:
    """The first answer that is true; fails when there is none in time."""
    until = monotonic() + within
    while not (answer := question()):
        assert monotonic() < until, f"not within {within} seconds"
        sleep(0.05)
    return answer


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
