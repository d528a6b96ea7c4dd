"""docs/commands.md has every management command of ours, with its options."""

import re

import pytest
from django.core.management import BaseCommand, get_commands, load_command_class

from tests.docs.pages import DOCS, headings, section, text_of
from tests.tooling.running import ROOT

PAGE = text_of(DOCS / "commands.md")
COMMANDS = sorted(name for name, app in get_commands().items() if app == "checklists")


def options_of(command: BaseCommand) -> set[str]:
    """The long options and the names of the arguments."""
    actions = command.create_parser("manage.py", "command")._actions
    return {option for one in actions for option in one.option_strings if option.startswith("--")}


def about(name: str) -> str:
    return section(PAGE, next(heading for heading in headings(PAGE) if heading.startswith(f"`manage.py {name}")))


def test_there_are_commands() -> None:
    assert {"run_alerts", "seed_demo"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_its_options_are_on_the_page(name: str) -> None:
    own = options_of(load_command_class("checklists", name)) - options_of(BaseCommand())

    assert [option for option in sorted(own) if option not in about(name)] == []


def test_the_page_has_no_command_that_is_not_there() -> None:
    assert {heading.split()[1].rstrip("`") for heading in headings(PAGE) if "manage.py" in heading} == set(COMMANDS)


def test_what_make_does_is_on_the_page() -> None:
    targets = re.findall(r"^(run|test|lint|types|proof)\b.*:", text_of(ROOT / "Makefile"), re.MULTILINE)

    assert len(targets) == 5
    assert [target for target in targets if f"`make {target}`" not in PAGE] == []
