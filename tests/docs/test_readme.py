"""The README's tour works: what it names is there, what it records can be read, and a shell gets through all of it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from django.urls import resolve

from checklists.custody.packs import check_overrides, load_pack
from checklists.custody.reading import read_entry, read_envelope
from checklists.services.demo.demonstrating import PASSWORD, SIGN_IN, address
from checklists.services.demo.story import FIREARMS
from tests.docs.pages import section, text_of
from tests.tooling.running import ROOT, App, running_app

PAGE = text_of(ROOT / "README.md")
TOUR = "\n".join(re.findall(r"^```sh\n(.*?)^```", section(PAGE, "A tour of five minutes"), re.MULTILINE | re.DOTALL))
READ = [("GET", path) for path in re.findall(r'\bget "([^"]+)"', TOUR)]
SENT = re.findall(r'\bsend ([A-Z]+) "([^"]+)"', TOUR)
RECORDED = re.findall(r"^record (\w+) <<EOF\n(.*?)\nEOF$", TOUR, re.MULTILINE | re.DOTALL)
CHANGED = re.findall(r'^send PATCH "\$P" <<EOF.*?\n(.*?)\nEOF$', TOUR, re.MULTILINE | re.DOTALL)
A_HASH = "0" * 64
ENDS_WITHIN_S = 90


def an_id(name: str) -> str:
    """Another one for each variable of the tour."""
    return str(uuid5(NAMESPACE_URL, name))


def filled_in(text: str) -> str:
    """What the shell would make of it."""
    known = {"P": f"/productions/{an_id('P')}", "ITEMS": '{"tag": "pass"}', "HASH": A_HASH, "HANDOFF_HASH": A_HASH}
    text = text.replace("$(date +%F)", "2026-11-22")
    return re.sub(r"\$([A-Z_]+)", lambda name: known.get(name[1], an_id(name[1])), text)


def entry(kind: str, body: str) -> dict[str, Any]:
    return {
        "id": an_id("ID"),
        "kind": kind,
        "production": an_id("P"),
        "firearm": an_id("FIREARM"),
        "author": an_id("ME"),
        "occurred_at": "2026-11-22T13:15:00-07:00",
        "device": {"id": an_id("DEVICE"), "seq": 1},
        "nonce": "A" * 22,
        "body": json.loads(filled_in(body)),
    }


def test_the_tour_is_found() -> None:
    assert len(READ) >= 10
    assert len(SENT) >= 3
    assert len(RECORDED) >= 10
    assert len(CHANGED) >= 2
    assert {"inspection", "announcement", "handoff", "sign_off"} <= {kind for kind, _ in RECORDED}


def test_a_shell_can_read_it() -> None:
    subprocess.run(["sh", "-n"], input=TOUR, text=True, check=True)


@pytest.mark.parametrize("method, path", sorted({*READ, *SENT}))
def test_every_address_is_there(method: str, path: str) -> None:
    match = resolve("/api/v1" + filled_in(path).partition("?")[0])

    assert hasattr(getattr(match.func, "view_class", None), method.lower())


@pytest.mark.parametrize("kind, body", RECORDED)
def test_every_entry_can_be_read(kind: str, body: str) -> None:
    assert read_entry(read_envelope(entry(kind, body))).kind == kind


@pytest.mark.parametrize("body", CHANGED)
def test_every_number_can_be_changed(body: str) -> None:
    assert check_overrides(load_pack("core"), json.loads(body)["overrides"]) == []


def test_the_logins_are_those_of_the_demo() -> None:
    logins = re.findall(r"^\| `(.+@.+)` \|", section(PAGE, "The demo"), re.MULTILINE)

    assert sorted(logins) == sorted(address(name) for name in (*SIGN_IN, "outsider"))
    assert f"`{PASSWORD}`" in section(PAGE, "The demo")
    assert set(re.findall(r"\$\(token (\w+)\)", TOUR)) <= SIGN_IN.keys()


def test_the_firearms_are_those_of_the_demo() -> None:
    chambers = {firearm["tag"]: firearm["capacity"] for firearm in FIREARMS}

    assert {chambers[tag] for tag in re.findall(r"^choose (\w+)$", TOUR, re.MULTILINE)} == {6}
    assert set(re.findall(r'"chambers_seen": (\d+)', TOUR)) == {"6"}


@pytest.mark.processes
def test_a_shell_gets_through_the_tour(tmp_path: Path) -> None:
    with running_app(tmp_path / "data", DEMO="1") as app:
        said = toured(app, tmp_path)

    assert '"email": "armorer@demo.example"' in said
    assert "\ncomplete 20" in said
    assert '"rule": "both-sign"' in said
    assert '"state": "open"' in said
    assert re.search(r"^\[\('both-sign', '20\S+', '20\S+'\)\]$", said, re.MULTILINE)
    assert "recorded ['handed-over-by-handler', 'inspected-since-custody-change'" in said
    assert "\nhold\n" in said
    assert said.count("\nrecorded [") == len(RECORDED)


def toured(app: App, folder: Path) -> str:
    """What the tour prints on a started app; the first command that fails ends it."""
    script = TOUR.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{app.port}")
    done = subprocess.run(
        ["sh", "-eu"],
        input=script.replace(".venv/bin/python", sys.executable),
        env={**os.environ, "DATA_DIR": str(app.data_dir), "PATH": path_with_curl(folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=ENDS_WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def path_with_curl(folder: Path) -> str:
    """Where the shell looks for programs; on a machine without curl, something that does as much of it as is asked."""
    path = os.environ["PATH"]
    if shutil.which("curl"):
        return path
    stand_in = folder / "curl"
    stand_in.write_text(f'#!/bin/sh\nexec {sys.executable} {ROOT / "tests" / "docs" / "curl.py"} "$@"\n')
    stand_in.chmod(0o755)
    return f"{folder}{os.pathsep}{path}"
