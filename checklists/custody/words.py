"""The closed lists of words: roles, kinds, loads, calls. On the wire and in the ledger, so never renamed."""

from typing import Literal, get_args

Role = Literal[
    "armorer",
    "property_master",
    "assistant_property_master",
    "first_ad",
    "second_ad",
    "performer",
    "stand_in",
    "stunt_performer",
    "safety_advisor",
    "producer",
    "upm",
    "medic",
    "crew",
]
FirearmKind = Literal[
    "revolver_single_action",
    "revolver_swing_out",
    "semi_auto_pistol",
    "bolt_action",
    "lever_action",
    "pump_shotgun",
    "break_action",
    "semi_auto_long",
    "full_auto",
    "muzzle_loader",
    "blank_only",
    "replica",
    "rubber",
]
Load = Literal["empty", "dummy", "blank", "live", "non_firing", "unknown"]
CredentialType = Literal["permit", "training"]
Severity = Literal["stop", "critical", "warning", "info"]

ROLES: tuple[Role, ...] = get_args(Role)
FIREARM_KINDS: tuple[FirearmKind, ...] = get_args(FirearmKind)
LOADS: tuple[Load, ...] = get_args(Load)

HANDLER_ROLES = frozenset({"armorer", "property_master", "assistant_property_master"})
PERFORMING_ROLES = frozenset({"performer", "stand_in", "stunt_performer"})
AD_ROLES = frozenset({"first_ad", "second_ad"})
MANAGING_ROLES = frozenset({"producer", "property_master", "safety_advisor"})
"""Who may manage crew, firearms, places and settings."""
