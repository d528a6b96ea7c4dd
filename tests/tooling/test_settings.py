"""Every setting is documented, and one that can't be used stops the start with a sentence."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from safetyapp import environment, settings  # noqa: F401  reading the settings fills names_read
from safetyapp.databases import sqlite_pragmas
from safetyapp.embedded import LONGEST_SOCKET_PATH, kept_secret, valkey_socket
from tests.tooling.running import ROOT

PAGE = ROOT / "docs" / "settings.md"
FOR_MAKE = {"PYTHON", "TEST_DATABASE_URL"}


def starting_with(data_dir: Path, **values: str) -> subprocess.CompletedProcess[str]:
    """Reads the settings in a process of its own and prints a few of them."""
    code = (
        "from safetyapp import settings as s;"
        "print(s.PUBLIC_URL, s.SECURE_SSL_REDIRECT, s.CELERY_BROKER_URL, s.EMBEDDED, s.DATABASES['default'], s.DEBUG)"
    )
    bare = {name: value for name, value in os.environ.items() if name not in environment.names_read}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**bare, "DATA_DIR": str(data_dir), **values},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def documented() -> set[str]:
    """The names in the first column of the page's tables."""
    rows = re.findall(r"^\| (`[^|]+) \|", PAGE.read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_the_page_lists_exactly_the_settings_that_are_read() -> None:
    assert documented() - FOR_MAKE == environment.names_read


@pytest.mark.parametrize(
    "name,value,advice",
    [
        ("PORT", "80x", "Set PORT to a whole number from 1 to 65535."),
        ("PORT", "70000", "Set PORT to a whole number from 1 to 65535."),
        ("DEBUG", "maybe", "Set DEBUG to 1 (yes) or 0 (no)."),
        ("DATABASE_URL", "mysql://host/name", "Set DATABASE_URL to an address like postgresql://"),
        ("DATABASE_URL", "postgresql://host", "Set DATABASE_URL to an address that ends in a database name."),
        ("REDIS_URL", "http://host", "Set REDIS_URL to an address like redis://host:6379/0."),
        ("PUBLIC_URL", "guns.example.com", "Set PUBLIC_URL to an address like https://"),
        ("PUBLIC_URL", "https://guns.example.com/app", "Set PUBLIC_URL to scheme and host alone"),
        ("TLS_CERT", "/nowhere.pem", "Set TLS_CERT to the path of a file that this user can read."),
        ("EMAIL_URL", "smpt://host", "Set EMAIL_URL to an address like smtp+tls://"),
        ("LOG_LEVEL", "loud", "Set LOG_LEVEL to one of DEBUG, INFO, WARNING, ERROR."),
        ("DATA_DIR", "/dev/null/data", "Set DATA_DIR to a folder that this user may write to."),
    ],
)
def test_a_value_that_cannot_be_used_stops_the_start(tmp_path: Path, name: str, value: str, advice: str) -> None:
    done = starting_with(tmp_path, **{name: value})

    assert done.returncode == 1
    assert advice in done.stderr


def test_a_certificate_needs_its_key(tmp_path: Path) -> None:
    done = starting_with(tmp_path, TLS_CERT=str(PAGE))

    assert "Set TLS_CERT to a certificate together with TLS_KEY, or neither." in done.stderr


def test_a_password_in_an_address_is_not_repeated(tmp_path: Path) -> None:
    done = starting_with(tmp_path, DATABASE_URL="mysql://armorer:hush@host/name")

    assert "mysql://armorer:***@host/name" in done.stderr
    assert "hush" not in done.stderr


def test_an_empty_value_means_the_default(tmp_path: Path) -> None:
    done = starting_with(tmp_path, REDIS_URL="", DATABASE_URL="", PORT="")

    assert done.stdout.startswith("http://127.0.0.1:8000 False redis+socket://")


def test_nothing_set_is_safe_and_embedded(tmp_path: Path) -> None:
    done = starting_with(tmp_path)

    assert " True {'ENGINE': 'django.db.backends.sqlite3'" in done.stdout
    assert "'transaction_mode': 'IMMEDIATE', 'timeout': 20" in done.stdout
    assert done.stdout.endswith(" False\n")


def test_a_public_address_with_https_redirects_to_it(tmp_path: Path) -> None:
    done = starting_with(tmp_path, PUBLIC_URL="https://guns.example.com")

    assert done.stdout.startswith("https://guns.example.com True ")


def test_postgresql_can_be_reached_by_name_and_by_socket(tmp_path: Path) -> None:
    by_name = starting_with(tmp_path, DATABASE_URL="postgresql://me:p%40ss@db.example.com:5433/custody").stdout
    by_socket = starting_with(tmp_path, DATABASE_URL="postgresql://me@%2FRun%2Fpostgresql/custody").stdout

    assert "'USER': 'me', 'PASSWORD': 'p@ss', 'HOST': 'db.example.com', 'PORT': 5433" in by_name
    assert "'HOST': '/Run/postgresql'" in by_socket
    assert " False {" in by_name


@pytest.mark.parametrize("version,mode", [((3, 40, 1), "DELETE"), ((3, 51, 2), "DELETE"), ((3, 51, 3), "WAL")])
def test_sqlite_uses_wal_only_where_it_is_sound(version: tuple[int, int, int], mode: str) -> None:
    pragmas = sqlite_pragmas(version)

    assert f"journal_mode={mode};" in pragmas
    assert f"synchronous={'FULL' if mode == 'WAL' else 'EXTRA'};" in pragmas


def test_the_secret_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    made = kept_secret(tmp_path / "secret_key")

    assert len(made) >= 64
    assert kept_secret(tmp_path / "secret_key") == made
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_the_socket_lies_in_the_data_folder_unless_its_path_is_too_long(tmp_path: Path) -> None:
    deep = Path("/" + "deep/" * 30)

    assert valkey_socket(Path("/srv/custody")) == Path("/srv/custody/valkey/valkey.sock")
    assert len(str(valkey_socket(deep))) <= LONGEST_SOCKET_PATH
    assert valkey_socket(deep) != valkey_socket(deep / "other")
