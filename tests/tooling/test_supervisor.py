"""`make run` keeps its promises: it serves, heals, says what is wrong, and leaves nothing behind."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from uuid import uuid4

import psycopg
import pytest

from tests.servers import Valkey
from tests.tooling.running import STOPS_WITHIN, App, eventually, free_port, is_alive, refused, running_app

pytestmark = pytest.mark.processes

PARTS = ("valkey-server", "safetyapp.web", "worker", "beat", "run_alerts")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One app for the tests that leave it running."""
    with running_app(tmp_path_factory.mktemp("app") / "data") as app:
        yield app


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[App]:
    """An app for a test that stops it; all its parts have been seen."""
    with running_app(tmp_path / "data") as app:
        for part in PARTS:
            app.child(part)
        yield app


def test_all_parts_run_and_the_web_answers(app: App) -> None:
    assert app.answers()
    for part in PARTS:
        assert is_alive(app.child(part))


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_killed_comes_back(app: App, part: str) -> None:
    victim = app.child(part)
    os.kill(victim, signal.SIGKILL)
    eventually(lambda: not is_alive(victim))

    assert app.child(part) != victim
    assert "ended (killed by SIGKILL); starting it again now." in app.output()
    assert app.answers()


def test_requests_during_a_restart_of_the_web_wait_instead_of_failing(app: App) -> None:
    os.kill(app.child("safetyapp.web"), signal.SIGKILL)

    assert app.answers()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_requested_stop_leaves_no_process_behind(own_app: App, number: signal.Signals) -> None:
    children, asked = own_app.children(), monotonic()

    own_app.process.send_signal(number)

    assert own_app.process.wait(STOPS_WITHIN) == 0
    assert monotonic() - asked < STOPS_WITHIN
    assert not [line for pid, line in children.items() if is_alive(pid)]
    assert "Finished server process" in own_app.output()  # it was asked, not killed


def test_killing_the_supervisor_takes_its_processes_along(own_app: App) -> None:
    children = own_app.children()

    own_app.process.kill()
    own_app.process.wait(STOPS_WITHIN)

    eventually(lambda: not [pid for pid in children if is_alive(pid)], within=5)


def test_ctrl_c_in_the_terminal_of_make_leaves_nothing(tmp_path: Path) -> None:
    with running_app(tmp_path / "data", command=["make", "run"]) as app:
        children = app.children()

        os.killpg(app.process.pid, signal.SIGINT)
        app.process.wait(STOPS_WITHIN)

        assert not [line for pid, line in children.items() if is_alive(pid)]
        assert "Everything is stopped." in app.output()


def test_when_make_is_killed_the_app_stops(tmp_path: Path) -> None:
    with running_app(tmp_path / "data", command=["make", "run"]) as app:
        children = app.children()

        app.process.kill()
        app.process.wait(STOPS_WITHIN)

        eventually(lambda: not [pid for pid in children if is_alive(pid)], within=10)


def test_a_first_start_prints_the_demo_logins(tmp_path: Path) -> None:
    with running_app(tmp_path / "data", DEMO="1") as app:
        assert "setup  | " in app.output()
        assert "armorer@demo.example" in app.output()


def test_it_runs_on_a_postgresql_and_a_redis_that_are_already_there(
    tmp_path: Path, postgresql: str, valkey: Valkey
) -> None:
    with (
        empty_database(postgresql) as url,
        running_app(tmp_path / "data", DATABASE_URL=url, REDIS_URL=valkey.url) as app,
    ):
        eventually(lambda: "celery.apps.worker" in app.output())

        assert not [line for line in app.children().values() if "valkey-server" in line]
        assert sorted(file.name for file in app.data_dir.iterdir()) == ["run.lock", "secret_key"]


def test_https_with_a_certificate_of_ones_own(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    with running_app(tmp_path / "data", TLS_CERT=str(certificate), TLS_KEY=str(key)) as app:
        assert f"Open https://127.0.0.1:{app.port}" in app.output()


def test_a_second_start_keeps_the_data_and_is_quick(tmp_path: Path) -> None:
    with running_app(tmp_path / "data") as app:
        secret = (tmp_path / "data" / "secret_key").read_text()
        app.process.terminate()
        app.process.wait(STOPS_WITHIN)

    started = monotonic()
    with running_app(tmp_path / "data") as app:
        assert monotonic() - started < 15  # seconds; about three on a quiet machine, and this one may be busy
        assert (tmp_path / "data" / "secret_key").read_text() == secret


def test_a_second_start_on_the_same_data_says_what_runs_there(app: App) -> None:
    said = refused(app.data_dir, free_port())

    assert f"process {app.process.pid}, http://127.0.0.1:{app.port}" in said
    assert "DATA_DIR=./other" in said


def test_a_taken_port_says_which_setting_to_change(app: App, tmp_path: Path) -> None:
    said = refused(tmp_path / "elsewhere", app.port)

    assert f"Port {app.port} on 127.0.0.1 is taken." in said
    assert "PORT=" in said
    assert "make run" in said


def test_an_unusable_setting_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    said = refused(tmp_path / "data", free_port(), DEBUG="perhaps")

    assert said == "DEBUG=perhaps can't be used. Set DEBUG to 1 (yes) or 0 (no). See docs/settings.md.\n"


def test_a_deep_data_folder_still_gets_a_broker(tmp_path: Path) -> None:
    with running_app(tmp_path / ("deep-" * 20) / "data") as app:
        assert is_alive(app.child("valkey-server"))
        eventually(lambda: "celery.apps.worker" in app.output())


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """The address of a new database on the server; dropped at the end."""
    name = f"app_{uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield server.rpartition("/")[0] + "/" + name
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate and its key, as somebody makes them for a try."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    output = ["-subj", "/CN=guns.example.com", "-days", "2", "-out", str(certificate), "-keyout", str(key)]
    subprocess.run([*command, *output], check=True, capture_output=True)
    return certificate, key
