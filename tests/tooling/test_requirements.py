"""Every package is pinned, and the runtime's packages are enough to run."""

import re
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

import pytest

from tests.tooling.running import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([A-Za-z0-9.]+)( ; [a-z_]+ [<>=]+ \"[0-9.]+\")?$")
COME_WITH_PYTHON = {"pip", "setuptools", "wheel"}

IMPORT_EVERYTHING = """
import os, pkgutil
os.environ["DJANGO_SETTINGS_MODULE"] = "safetyapp.settings"
import django; django.setup()
import kombu.transport.redis, celery.bin.worker, uvicorn.loops.uvloop, uvicorn.protocols.http.httptools_impl
import django.db.backends.postgresql.base, psycopg_pool
for package in map(__import__, ("safetyapp", "checklists", "api")):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not module.name.endswith("__main__"):
            __import__(module.name)
"""


def lines(name: str) -> list[str]:
    """What pip would read from the file, without comments and blank lines."""
    text = (ROOT / name).read_text().splitlines()
    return [line for line in (re.sub(r"\s*#.*$", "", line).rstrip() for line in text) if line]


def pins() -> dict[str, str]:
    """Name, as package indexes compare it, and version of everything that is pinned."""
    found = [PIN.match(line) for name in ("requirements.txt", "requirements-dev.txt") for line in lines(name)]
    return {re.sub(r"[-_.]+", "-", pin[1]).lower(): pin[2] for pin in found if pin}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_line_pins_one_version_and_names_no_address(name: str) -> None:
    assert not [line for line in lines(name) if not PIN.match(line) and line != "-r requirements.txt"]


def test_what_is_installed_is_what_is_pinned() -> None:
    installed = {
        re.sub(r"[-_.]+", "-", package.metadata["Name"]).lower(): package.version
        for package in metadata.distributions()
    }

    assert {
        name: version for name, version in installed.items() if pins().get(name) != version
    }.keys() <= COME_WITH_PYTHON


@pytest.mark.processes
def test_the_runtime_packages_are_enough_to_run(tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"]
    subprocess.run([python, *install], cwd=ROOT, check=True)

    done = subprocess.run(
        [python, "-c", IMPORT_EVERYTHING],
        cwd=ROOT,
        env={"DATA_DIR": str(tmp_path / "data"), "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
