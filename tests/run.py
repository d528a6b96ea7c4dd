"""Everything that CI checks, step after step: `python -m tests.run`, or with `proof` the long runs.

Each step prints what it does and how long it took. A failing step doesn't stop the others, but fails the run.
What can't be started (a database, a broker) fails the run, loudly.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from safetyapp.supervisor.children import dies_with, signal_group
from tests.postgresql import NoPostgreSQL, running_postgresql

BIN = Path(sys.executable).parent
DJANGO = [sys.executable, "manage.py"]
ON_TWO_CORES = ["-n", "2", "--dist", "worksteal"]
COVERED_COMPLETELY = ["checklists/custody/*", "checklists/evidence/*"]
COVERED_ELSEWHERE = 90

LIKE_A_DEPLOYMENT = {"PUBLIC_URL": "https://guns.example.com", "DEBUG": "0"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """A command that must succeed, and the environment that it needs beside the run's own."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a step went; `summary` is the last line that it printed."""

    name: str
    passed: bool
    seconds: float
    summary: str


def main() -> int:
    """Runs all steps; 0 when every one of them passed."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        with (
            TemporaryDirectory(prefix="tests") as folder,
            a_clean_environment(Path(folder)),
            running_postgresql() as postgresql,
        ):
            outcomes = [run(step) for step in chosen(postgresql, sys.argv[1:])]
    except NoPostgreSQL as problem:
        show(f"FAILED before the first step: {problem}")
        return 1
    report(outcomes)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def chosen(postgresql: str, arguments: list[str]) -> Iterable[Step]:
    """The steps of `make test`, or of `make proof`."""
    if arguments == ["proof"]:
        return [pytest_step("long runs on PostgreSQL", "proof", environment={"DATABASE_URL": postgresql})]
    return [*static_steps(), *test_steps(postgresql), *coverage_steps()]


def static_steps() -> list[Step]:
    """What needs no test."""
    return [
        Step(name="lint", command=[str(BIN / "ruff"), "check", "."]),
        Step(name="format", command=[str(BIN / "ruff"), "format", "--check", "."]),
        Step(name="types", command=[str(BIN / "mypy")]),
        Step(name="import contracts", command=[str(BIN / "lint-imports")]),
        Step(name="migrations are complete", command=[*DJANGO, "makemigrations", "--check", "--dry-run"]),
        Step(
            name="deployment check",
            command=[*DJANGO, "check", "--deploy", "--fail-level", "WARNING"],
            environment=LIKE_A_DEPLOYMENT,
        ),
    ]


def test_steps(postgresql: str) -> list[Step]:
    """Tests without a database once, those with one on each engine, whole processes alone."""
    return [
        pytest_step("tests without a database", "not database and not processes and not proof", *ON_TWO_CORES),
        pytest_step("database tests on SQLite", "database and not processes and not proof", *ON_TWO_CORES),
        pytest_step(
            "database tests on PostgreSQL",
            "database and not processes and not proof",
            *ON_TWO_CORES,
            environment={"DATABASE_URL": postgresql},
        ),
        pytest_step("whole processes", "processes and not proof", environment={"TEST_DATABASE_URL": postgresql}),
    ]


def pytest_step(name: str, marked: str, *options: str, environment: Mapping[str, str] | None = None) -> Step:
    """One run of pytest, measured for coverage."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", marked, "--cov", "--cov-report=", "--cov-append", *options]
    return Step(name=name, command=command, environment=environment or {})


def coverage_steps() -> list[Step]:
    """The engine and the evidence completely, the rest nearly."""
    report_on = [sys.executable, "-m", "coverage", "report", "--precision=1"]
    return [
        Step(
            name="coverage of the custody engine and the evidence",
            command=[*report_on, "--include", ",".join(COVERED_COMPLETELY), "--fail-under=100"],
        ),
        Step(name="coverage of everything", command=[*report_on, f"--fail-under={COVERED_ELSEWHERE}"]),
    ]


@contextmanager
def a_clean_environment(folder: Path) -> Iterator[None]:
    """Takes the settings of whoever runs this out of the way, and gives the run a data folder of its own."""
    from safetyapp import environment, settings  # noqa: F401  reading the settings fills names_read

    for name in environment.names_read:
        os.environ.pop(name, None)
    os.environ.update(DATA_DIR=str(folder / "data"), COVERAGE_FILE=str(folder / "coverage"), PYTHONUNBUFFERED="1")
    yield


def run(step: Step) -> Outcome:
    """Runs one step and shows its output as it comes."""
    show(f"\n=== {step.name}")
    started, last = monotonic(), ""
    process = subprocess.Popen(
        step.command,
        env={**os.environ, **step.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=dies_with(os.getpid()),
    )
    assert process.stdout
    try:
        for line in process.stdout:
            show(line.rstrip("\n"))
            last = line.strip() or last
        passed = process.wait() == 0
    finally:
        signal_group(process.pid, signal.SIGTERM)
        process.wait()
        signal_group(process.pid, signal.SIGKILL)
    return Outcome(name=step.name, passed=passed, seconds=monotonic() - started, summary=last)


def report(outcomes: list[Outcome]) -> None:
    """All steps again, in a table, the failed ones named at the end."""
    show(f"\n{'':6}  {'seconds':>7}  step")
    for outcome in outcomes:
        show(f"{'ok' if outcome.passed else 'FAILED':6}  {outcome.seconds:7.1f}  {outcome.name}: {outcome.summary}")
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    total = sum(outcome.seconds for outcome in outcomes)
    show(f"\n{'FAILED: ' + ', '.join(failed) if failed else 'Everything passed'} in {total:.0f} s.")


def show(line: str) -> None:
    """Prints at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
