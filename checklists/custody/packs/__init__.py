"""Rule packs: rules are data (TOML beside this module), conditions are code."""

import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, cast

import msgspec
import rfc8785
from msgspec import Struct, field

from checklists.custody.problems import Malformed, Problem
from checklists.custody.reading import convert, escaped
from checklists.custody.roster import Settings
from checklists.custody.words import FirearmKind, Severity

LONGEST = dt.timedelta(days=366)


class Source(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which text asks for the rule. Not `confirmed`: a product choice or good practice."""

    regime: str
    clause: str = ""
    url: str = ""
    grade: str = ""
    confirmed: bool = False


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`requires` a condition `when` something happens, `expects` or `forbids` something `after` a trigger."""

    id: str
    title: str
    severity: Severity
    owner: str
    source: Source
    requires: str | None = None
    when: str | None = None
    given: tuple[str, ...] = ()
    clearance: Literal["always", "with receiver", "never"] = "never"
    expects: str | None = None
    forbids: str | None = None
    after: str | None = None
    by: Literal["wrap"] | None = None
    within: dt.timedelta = dt.timedelta(0)
    within_by_kind: dict[FirearmKind, dt.timedelta] = {}


class ChecklistItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    title: str
    required: bool


class Pack(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named, versioned set of rules and checklists."""

    name: str
    version: str
    title: str
    rules: tuple[Rule, ...] = field(name="rule")
    checklists: dict[FirearmKind, tuple[ChecklistItem, ...]] = field(name="checklist")
    hash: str = ""

    def checklist(self, kind: str) -> tuple[ChecklistItem, ...]:
        """What is looked at in an inspection of a kind of firearm."""
        return self.checklists[cast(FirearmKind, kind)]

    @property
    def label(self) -> str:
        """Names the pack in alerts and reports, so that an old day is judged by its own rules."""
        return f"{self.name} {self.version} {self.hash}"


class Rules:
    """A pack with a production's numbers: what judging asks for."""

    def __init__(self, pack: Pack, overrides: Mapping[str, Mapping[str, str]]) -> None:
        self.pack = pack
        self.by_id = {rule.id: changed(rule, overrides.get(rule.id, {})) for rule in pack.rules}
        self.required = {
            kind: frozenset(item.code for item in items if item.required) for kind, items in pack.checklists.items()
        }
        self.cleared = tuple(rule for rule in self.by_id.values() if rule.clearance != "never")
        self.when, self.after = grouped(self.by_id.values(), "when"), grouped(self.by_id.values(), "after")

    def __getitem__(self, rule_id: str) -> Rule:
        return self.by_id[rule_id]

    def following(self, trigger: str) -> tuple[Rule, ...]:
        """The rules that expect or forbid something after `trigger`."""
        return self.after.get(trigger, ())

    def requiring(self, when: str) -> tuple[Rule, ...]:
        """The rules that must hold at `when`."""
        return self.when.get(when, ())


def grouped(rules: Iterable[Rule], name: str) -> dict[str, tuple[Rule, ...]]:
    groups: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        if (value := getattr(rule, name)) is not None:
            groups[value] = (*groups.get(value, ()), rule)
    return groups


def changed(rule: Rule, numbers: Mapping[str, str]) -> Rule:
    return msgspec.structs.replace(rule, **msgspec.convert(dict(numbers), dict[Literal["within"], dt.timedelta]))


@lru_cache(maxsize=256)
def _rules_of(pack: str, overrides: bytes) -> Rules:
    return Rules(load_pack(pack), msgspec.json.decode(overrides))


def rules_of(settings: Settings) -> Rules:
    """The rules that hold under a production's settings."""
    return _rules_of(settings.pack, msgspec.json.encode(settings.overrides, order="deterministic"))


def pack_names() -> list[str]:
    return sorted(path.name.removesuffix(".toml") for path in files(__name__).iterdir() if path.name.endswith(".toml"))


@lru_cache(maxsize=16)
def load_pack(name: str) -> Pack:
    """The pack as shipped, with the hash of its content.

    Raises:
        KeyError: when there is no such pack.
    """
    if name not in pack_names():
        raise KeyError(name)
    data = tomllib.loads((files(__name__) / f"{name}.toml").read_text("utf-8"))
    return msgspec.convert(data | {"hash": hashlib.sha256(rfc8785.dumps(data)).hexdigest()}, Pack)


class Numbers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a production may change about a rule."""

    within: dt.timedelta


def check_overrides(pack: Pack, overrides: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a production's numbers, as pointers into `overrides`."""
    problems = []
    changeable = {rule.id for rule in pack.rules if rule.within}
    for rule_id, numbers in overrides.items():
        pointer = "/" + escaped(rule_id)
        if rule_id not in changeable:
            problems.append(Problem(pointer, "no rule of the pack with a number to change"))
            continue
        try:
            within = convert(numbers, Numbers, pointer).within
        except Malformed as malformed:
            problems += malformed.problems
            continue
        if not dt.timedelta(0) < within <= LONGEST:
            problems.append(Problem(f"{pointer}/within", "an ISO 8601 duration above zero, at most P366D"))
    return problems
