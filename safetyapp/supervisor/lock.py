"""One `make run` for each DATA_DIR: a lock that the kernel drops when the process dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Somebody else runs on this data."""


@contextmanager
def only_one_on(data_dir: Path, address: str) -> Iterator[None]:
    """Holds DATA_DIR/run.lock, or raises with the process and the address that hold it."""
    with (data_dir / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(
                f"The app already runs on DATA_DIR={data_dir}: {lock.read().strip()}. Stop it first, or start "
                f"another one beside it: DATA_DIR=./other PORT=8001 make run"
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, {address}\n")
        lock.flush()
        yield
