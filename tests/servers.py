"""Starts real servers for tests: Valkey now, PostgreSQL for the run."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import redis

from safetyapp.valkey import valkey_command


@dataclass(frozen=True, slots=True)
class Valkey:
    """A running server: its address, and its process for tests that stop, freeze or kill it."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a child process that should use this server."""
        return {**os.environ, "REDIS_URL": self.url}


@contextmanager
def running_valkey(folder: Path) -> Iterator[Valkey]:
    """A server with an empty database on a socket of its own; gone when the block ends."""
    with TemporaryDirectory(prefix="vk") as short:  # socket paths are at most 107 bytes long
        socket = Path(short) / "valkey.sock"
        with (folder / "valkey.log").open("wb") as log:
            process = subprocess.Popen(valkey_command(socket=socket, folder=folder), stdout=log, stderr=log)
        try:
            wait_for_valkey(socket, process)
            yield Valkey(url=f"unix://{socket}", process=process)
        finally:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait(10)


def wait_for_valkey(socket: Path, process: subprocess.Popen[bytes]) -> None:
    """Returns when the server answers; raises when it died or takes longer than ten seconds."""
    until = monotonic() + 10
    with redis.Redis(unix_socket_path=str(socket)) as client:
        while True:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                if process.poll() is not None or monotonic() > until:
                    raise
                sleep(0.02)
