"""Reads a scenario: a day on set told with short names, turned into entries as a phone would have sent them."""

import base64
import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from checklists.custody.packs import Pack
from checklists.evidence.canonical import canonical, leaf_hash

PEOPLE = ("shown_to", "attendees")
PERSON = ("signer", "led_by")
HOLDERS = ("giver", "receiver", "holder")
ENTRY = ("entry", "hold", "incident", "corrects")


class Step(Struct, kw_only=True):
    """One line of a scenario: an entry, or a question."""

    number: int
    said: Mapping[str, Any]
    at: datetime
    received_at: datetime

    @property
    def device(self) -> str:
        return str(self.said.get("device") or f"phone of {self.said.get('author')}")

    @property
    def asks(self) -> bool:
        return "ask" in self.said


class Scenario:
    """A scenario whose people, places and firearms have ids; makes the entries of its steps."""

    def __init__(
        self, data: Mapping[str, Any], *, production: UUID, ids: Mapping[tuple[str, str], UUID], pack: Pack
    ) -> None:
        self.data = data
        self.production = production
        self.ids = ids
        self.pack = pack
        self.kinds = {one["id"]: one["kind"] for one in data["firearms"]}
        self.steps = [read_step(number, said) for number, said in enumerate(data["steps"])]
        self.refs = {step.said["ref"]: step for step in self.steps if "ref" in step.said}
        self.device_seqs = numbered(self.steps)
        self.made: dict[int, dict[str, Any]] = {}

    def entry(self, step: Step) -> dict[str, Any]:
        """The entry as its phone sends it. What the scenario says wrongly is wrong in it too."""
        if step.number not in self.made:
            self.made[step.number] = {}  # a step that names itself gets no hash
            self.made[step.number] = self.make(step)
        return self.made[step.number]

    def make(self, step: Step) -> dict[str, Any]:
        said = step.said
        firearm = said.get("firearm")
        return {
            "id": str(self.entry_id(step)),
            "kind": said["kind"],
            "production": str(self.production),
            "firearm": self.named("firearm", firearm) if firearm is not None else None,
            "author": self.named("crew", said.get("author")),
            "occurred_at": said["at"],
            "after": self.after(step),
            "device": {
                "id": str(uuid.uuid5(self.production, step.device)),
                "seq": self.device_seqs[step.number],
                "offset_ms": said.get("offset_ms", 0),
            },
            "nonce": nonce(step.number),
            "body": self.body(said.get("kind"), said.get("body"), firearm),
        }

    def entry_id(self, step: Step) -> UUID:
        """Ids ascend in the order of the file."""
        return UUID(int=0x7000_8000_0000_0000_0000 + step.number)

    def named(self, subject: str, name: object) -> object:
        """The id of a short name; a name that nobody has stays as it is, and is refused."""
        return str(self.ids.get((subject, name), name)) if isinstance(name, str) else name

    def referred(self, ref: object) -> object:
        if isinstance(ref, str) and ref in self.refs:
            return str(self.entry_id(self.refs[ref]))
        return ref

    def after(self, step: Step) -> object:
        """The newest handoff of the firearm that was received by then, or made before on the same device."""
        if step.said.get("kind") != "handoff" or "after" in step.said:
            return self.referred(step.said.get("after"))
        seen = [
            one
            for one in self.steps
            if one.said.get("kind") == "handoff"
            and one.said.get("firearm") == step.said.get("firearm")
            and (one.at, one.number) < (step.at, step.number)
            and (one.received_at <= step.at or one.device == step.device)
        ]
        return str(self.entry_id(max(seen, key=lambda one: (one.at, one.number)))) if seen else None

    def body(self, kind: object, said: Any, firearm: Any) -> Any:
        if not isinstance(said, dict):
            return said
        body = {field: self.value(field, value) for field, value in said.items()}
        if body.get("items") == "pass" and firearm in self.kinds:
            body["items"] = {item.code: "pass" for item in self.pack.checklist(self.kinds[firearm])}
        if kind == "correction" and isinstance(said.get("body"), dict):
            corrected = self.refs.get(said.get("corrects"))
            about = corrected.said if corrected else {}
            body["body"] = self.body(about.get("kind"), said["body"], about.get("firearm"))
        if kind == "sign_off":
            self.sign(body, said.get("entry"))
        return body

    def sign(self, body: dict[str, Any], ref: object) -> None:
        """A signature names the hash of the entry that it signs."""
        signed = self.refs.get(ref) if isinstance(ref, str) else None
        if signed and "entry_hash" not in body:
            body["entry_hash"] = leaf_hash(canonical(self.entry(signed)))

    def value(self, field: str, value: Any) -> Any:
        if field in PEOPLE and isinstance(value, list):
            return [self.named("crew", one) for one in value]
        if field in PERSON:
            return self.named("crew", value)
        if field in HOLDERS and isinstance(value, dict):
            return {subject: self.named(subject, name) for subject, name in value.items()}
        if field in ENTRY:
            return self.referred(value)
        if field == "entries" and isinstance(value, list):
            return [self.referred(one) for one in value]
        return value


def read_step(number: int, said: Mapping[str, Any]) -> Step:
    at = datetime.fromisoformat(said["at"])
    received_at = datetime.fromisoformat(said["received_at"]) if "received_at" in said else at
    return Step(number=number, said=said, at=at, received_at=received_at)


def numbered(steps: list[Step]) -> dict[int, int]:
    """Each phone counts its steps by their time, then by their order in the file."""
    counters: dict[str, int] = {}
    numbers = {}
    for step in sorted((one for one in steps if not one.asks), key=lambda one: (one.at, one.number)):
        numbers[step.number] = counters[step.device] = counters.get(step.device, 0) + 1
    return numbers


def nonce(number: int) -> str:
    """Not random: a replay says the same each time."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"%d" % number).digest()[:16]).rstrip(b"=").decode()
