"""A flipped byte in the database's file is found from outside, by the command, and so is a file that is none."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

SOUGHT = {
    "an entry": "SELECT entry_bytes FROM checklists_ledgerentry WHERE kind = 'handoff' LIMIT 1",
    "a receipt": "SELECT receipt_bytes FROM checklists_ledgerentry WHERE kind = 'inspection' LIMIT 1",
    "a state": "SELECT state FROM checklists_custody LIMIT 1",
    "a hash": "SELECT leaf_hash FROM checklists_ledgerentry WHERE kind = 'sign_off' LIMIT 1",
    "an alert": "SELECT title FROM checklists_alert LIMIT 1",
}


def manage(database: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}", "DATA_DIR": str(database.parent)}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the demo in it, which verifies."""
    file = tmp_path_factory.mktemp("demo") / "db.sqlite3"
    assert manage(file, "migrate").returncode == 0
    assert manage(file, "seed_demo").returncode == 0
    verified = manage(file, "verify")
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stdout
    return file


def flipped(file: Path, folder: Path, query: str) -> Path:
    """A copy of the file, with one bit changed in the middle of what the query finds."""
    with closing(sqlite3.connect(file)) as database:
        (value,) = database.execute(query).fetchone()
    sought = value.encode() if isinstance(value, str) else bytes(value)
    copy = folder / "copy.sqlite3"
    shutil.copy(file, copy)
    data = bytearray(copy.read_bytes())
    at = data.find(sought[:400])
    assert at > 0
    data[at + min(len(sought), 400) // 2] ^= 1
    copy.write_bytes(data)
    return copy


@pytest.mark.parametrize("query", SOUGHT.values(), ids=SOUGHT.keys())
def test_a_flipped_bit_anywhere_in_the_file_is_found(demo: Path, tmp_path: Path, query: str) -> None:
    verified = manage(flipped(demo, tmp_path, query), "verify")

    assert verified.returncode == 1
    assert "production" in verified.stdout
    assert "Traceback" not in verified.stderr


def test_a_file_that_is_no_database_is_said_to_be_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "db.sqlite3"
    file.write_bytes(b"not a database at all " * 500)

    verified = manage(file, "verify")

    assert verified.returncode == 1
    assert "can't be read" in verified.stderr
    assert "Traceback" not in verified.stderr


def test_a_file_that_is_cut_off_is_found(demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "db.sqlite3"
    file.write_bytes(demo.read_bytes()[: demo.stat().st_size // 3])

    verified = manage(file, "verify")

    assert verified.returncode == 1
    assert "Traceback" not in verified.stderr
