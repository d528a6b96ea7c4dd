"""What a trigger is to the installer, whatever the database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trigger:
    """`statements` put it in place; `definition` is what the database's catalogue says about it when it stands."""

    name: str
    statements: tuple[str, ...]
    definition: tuple[str, ...]
