"""Rule packs: what the core pack names exists, nothing that exists goes unnamed, and numbers can be changed."""

import datetime as dt
from typing import Any

import pytest

from checklists.custody.conditions import CONDITIONS
from checklists.custody.outcomes import OUTCOMES, SIGNATURES
from checklists.custody.packs import Rules, check_overrides, load_pack, pack_names, rules_of
from checklists.custody.roster import Settings
from checklists.custody.words import FIREARM_KINDS, HANDLER_ROLES, ROLES
from tests.custody.making import seconds

PACKS = pack_names()
JUDGED_ELSEWHERE = {"misfire-wait", "incident-closed-by-another"}
"""Conditions that are no predicate over a handover: the fold itself judges them."""
MET_ELSEWHERE = {*SIGNATURES, "balanced", "records-received", "live", "conflict"}
"""Outcomes that other entries than the firearm's own bring about."""
MET_BY_RESOLUTION = "resolved"
"""No rule names this outcome: it mends a dispute that was found at once."""
MOMENTS = {"handoff", "handoff to person", "handoff to performer", "inspection or handoff", "incident closing"}
TRIGGERS = {
    "announcement",
    "complaint",
    "handoff between people",
    "handoff to performer",
    "held by no handler",
    "checkout",
    "return",
    "left in an open place",
    "left its secure place",
    "rounds in use",
    "records owed",
    "live round",
    "conflict",
}


def test_the_core_pack_is_there() -> None:
    assert "core" in PACKS
    with pytest.raises(KeyError):
        load_pack("no such pack")
    with pytest.raises(KeyError):
        load_pack("../core")


@pytest.mark.parametrize("name", PACKS)
def test_every_condition_that_a_pack_names_exists_and_the_other_way_round(name: str) -> None:
    named = {rule.requires for rule in load_pack(name).rules if rule.requires}

    assert named - CONDITIONS.keys() == JUDGED_ELSEWHERE
    assert CONDITIONS.keys() - named == set()


@pytest.mark.parametrize("name", PACKS)
def test_every_outcome_that_a_pack_names_exists_and_the_other_way_round(name: str) -> None:
    named = {outcome for rule in load_pack(name).rules if (outcome := rule.expects or rule.forbids)}

    assert named - OUTCOMES.keys() == MET_ELSEWHERE
    assert OUTCOMES.keys() - named == {MET_BY_RESOLUTION}


@pytest.mark.parametrize("name", PACKS)
def test_every_moment_and_trigger_that_a_pack_names_is_one(name: str) -> None:
    rules = load_pack(name).rules

    assert {rule.when for rule in rules if rule.requires} == MOMENTS
    assert {rule.after for rule in rules if rule.expects or rule.forbids} == TRIGGERS


@pytest.mark.parametrize("name", PACKS)
def test_a_rule_stands_after_those_that_it_is_given(name: str) -> None:
    seen: set[str] = set()
    for rule in load_pack(name).rules:
        assert set(rule.given) <= seen, rule.id
        assert rule.id not in seen
        seen.add(rule.id)


@pytest.mark.parametrize("name", PACKS)
def test_every_rule_asks_for_something_and_says_when(name: str) -> None:
    for rule in load_pack(name).rules:
        assert rule.requires or rule.expects or rule.forbids, rule.id
        assert bool(rule.requires) == bool(rule.when), rule.id
        assert bool(rule.expects or rule.forbids) == bool(rule.after), rule.id
        assert rule.requires or rule.clearance == "never", rule.id


@pytest.mark.parametrize("name", PACKS)
def test_every_duration_is_above_zero(name: str) -> None:
    for rule in load_pack(name).rules:
        assert rule.within >= seconds(0), rule.id
        assert rule.within or not rule.expects, rule.id
        assert all(within > seconds(0) for within in rule.within_by_kind.values()), rule.id


@pytest.mark.parametrize("name", PACKS)
def test_a_confirmed_source_can_be_looked_up(name: str) -> None:
    for rule in load_pack(name).rules:
        assert not rule.source.confirmed or (rule.source.clause and rule.source.url and rule.source.grade), rule.id


@pytest.mark.parametrize("name", PACKS)
def test_every_kind_of_firearm_has_a_checklist_with_items_to_pass(name: str) -> None:
    pack = load_pack(name)

    assert set(pack.checklists) == set(FIREARM_KINDS)
    for kind, items in pack.checklists.items():
        codes = [item.code for item in items]
        assert len(codes) == len(set(codes)), kind
        assert any(item.required for item in items), kind
        assert pack.checklist(kind) == items


@pytest.mark.parametrize("name", PACKS)
def test_the_step_of_a_rule_is_somebodys(name: str) -> None:
    owners = {rule.owner for rule in load_pack(name).rules}

    assert owners <= {*ROLES, "handler", "giver", "receiver", "author"}
    assert set(ROLES) >= HANDLER_ROLES


def test_clearance_asks_everything_but_what_needs_a_handoff() -> None:
    rules = Rules(load_pack("core"), {})
    ids = list(rules.by_id)
    range_of_clearance = ids[ids.index("handed-over-by-handler") : ids.index("no-dispute") + 1]

    assert {rule.id for rule in rules.cleared} == set(range_of_clearance) - {"chain-unbroken", "load-unchanged"}
    assert {rule.id for rule in rules.cleared if rule.clearance == "with receiver"} == {
        "held-by-handler-or-performer",
        "receiver-trained",
    }


def test_a_pack_is_named_with_its_version_and_hash() -> None:
    pack = load_pack("core")

    assert pack.label == f"core {pack.version} {pack.hash}"
    assert len(pack.hash) == 64


def test_a_production_changes_the_number_of_a_rule_and_of_no_other() -> None:
    rules = rules_of(Settings(overrides={"both-sign": {"within": "PT5S"}}))

    assert rules["both-sign"].within == dt.timedelta(seconds=5)
    assert rules["receiver-looked"].within == dt.timedelta(minutes=2)
    assert rules_of(Settings())["both-sign"].within == dt.timedelta(minutes=2)


def test_what_no_rule_follows_or_requires_is_empty() -> None:
    rules = rules_of(Settings())

    assert (rules.following("a full moon"), rules.requiring("a full moon")) == ((), ())


@pytest.mark.parametrize(
    "overrides, pointers",
    [
        ({"both-sign": {"within": "PT5S"}, "misfire-wait": {"within": "P366D"}}, []),
        ({"no-such-rule": {"within": "PT5S"}}, ["/no-such-rule"]),
        ({"barrel-clear": {"within": "PT5S"}}, ["/barrel-clear"]),
        ({"a/b~c": {"within": "PT5S"}}, ["/a~1b~0c"]),
        ({"both-sign": {}}, ["/both-sign/within"]),
        ({"both-sign": {"within": "PT5S", "severity": "info"}}, ["/both-sign/severity"]),
        ({"both-sign": {"within": "soon"}}, ["/both-sign/within"]),
        ({"both-sign": {"within": 5}}, ["/both-sign/within"]),
        ({"both-sign": "PT5S"}, ["/both-sign"]),
        ({"both-sign": {"within": "PT0S"}}, ["/both-sign/within"]),
        ({"both-sign": {"within": "-PT5S"}}, ["/both-sign/within"]),
        ({"both-sign": {"within": "P367D"}}, ["/both-sign/within"]),
    ],
)
def test_a_number_is_a_duration_above_zero_and_within_a_year(overrides: dict[str, Any], pointers: list[str]) -> None:
    assert [problem.pointer for problem in check_overrides(load_pack("core"), overrides)] == pointers
