"""The entries received so far, in fold order, with corrections applied: who held what, who signed, what is open."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.specification.bodies import hash_of
from tests.specification.words import (
    HOLDING_INCIDENTS,
    Entry,
    Holder,
    Json,
    Production,
    is_first_ad,
    is_handler,
    is_property_master,
    is_safety_advisor,
)

UNCORRECTABLE = {"hold", "incident", "correction"}


class Book:
    """All entries received so far. An entry's place is its index in fold order."""

    def __init__(self, production: Production, entries: list[Entry]) -> None:
        """Sorts by the fold order, whatever the order of arrival."""
        self.production = production
        self.entries = sorted(entries, key=lambda entry: entry.fold_key)
        self.place = {entry.id: place for place, entry in enumerate(self.entries)}
        self.by_id = {entry.id: entry for entry in self.entries}
        self.corrections: dict[int, list[Entry]] = {}
        for entry in self.entries:
            corrected = self.by_id.get(entry.body["corrects"]) if entry.kind == "correction" else None
            if corrected is not None and correction_counts(entry, corrected):
                self.corrections.setdefault(corrected.id, []).append(entry)
        self.custody = {firearm: changes_of_holder(self, firearm) for firearm in production.firearms}


@dataclass(eq=False, kw_only=True)
class Change:
    """A change of holder: a handoff, or a resolution whose giver is the recorded holder before it."""

    entry: Entry
    place: int
    before: Holder | None
    giver: Holder | None
    receiver: Holder


def correction_counts(correction: Entry, corrected: Entry) -> bool:
    """Points 8 and 10: only by the author; holds and incidents do not change; one of a correction has no effect."""
    return corrected.known and corrected.kind not in UNCORRECTABLE and correction.author == corrected.author


def corrections_of(book: Book, entry: Entry) -> list[Entry]:
    """The corrections that count, in fold order."""
    return book.corrections.get(entry.id, [])


def is_voided(book: Book, entry: Entry) -> bool:
    """Points 7 and 8: a void makes the entry never made, and cannot be taken back."""
    return any(correction.body["body"] is None for correction in corrections_of(book, entry))


def versions(book: Book, entry: Entry) -> list[Json]:
    """The body as first said and as corrected, in fold order of the corrections."""
    corrected = [correction.body["body"] for correction in corrections_of(book, entry)]
    return [entry.body] + [body for body in corrected if body is not None]


def latest(book: Book, entry: Entry) -> Json:
    """Point 8: the last correction in fold order wins for state and custody."""
    return versions(book, entry)[-1]


def in_every_version(book: Book, entry: Entry, holds: Callable[[Json], bool]) -> bool:
    """Point 8: a condition on content must hold in every version."""
    return all(holds(body) for body in versions(book, entry))


def in_any_version(book: Book, entry: Entry, holds: Callable[[Json], bool]) -> bool:
    """Said once is enough: live rounds, rehearsals, rounds that somebody must account for."""
    return any(holds(body) for body in versions(book, entry))


def standing(book: Book, kind: str) -> list[Entry]:
    """The entries of this kind that are not voided, in fold order."""
    return [entry for entry in book.entries if entry.kind == kind and not is_voided(book, entry)]


def standing_of(book: Book, kind: str, firearm: str) -> list[Entry]:
    """The entries of this kind about this firearm that are not voided, in fold order."""
    return [entry for entry in standing(book, kind) if entry.firearm == firearm]


# Custody


def resolution_counts(book: Book, entry: Entry) -> bool:
    """Point 15: from a handler, first AD or safety advisor."""
    people = book.production
    return (
        is_handler(people, entry.author) or is_first_ad(people, entry.author) or is_safety_advisor(people, entry.author)
    )


def changes_of_holder(book: Book, firearm: str) -> list[Change]:
    """Every handoff and every counting resolution, in fold order (points 12, 14, 15)."""
    changes: list[Change] = []
    for place, entry in enumerate(book.entries):
        if entry.firearm != firearm or is_voided(book, entry):
            continue
        before = changes[-1].receiver if changes else None
        body = latest(book, entry)
        if entry.kind == "handoff":
            giver, receiver = body["giver"], body["receiver"]
        elif entry.kind == "resolution" and resolution_counts(book, entry):
            giver, receiver = before, body["holder"]
        else:
            continue
        changes.append(Change(entry=entry, place=place, before=before, giver=giver, receiver=receiver))
    return changes


def changes_before(book: Book, firearm: str, place: int) -> list[Change]:
    """The changes of holder earlier in the fold than this place."""
    return [change for change in book.custody[firearm] if change.place < place]


def holder_before(book: Book, firearm: str, place: int) -> Holder | None:
    """The recorded holder just before this place: the receiver of the last change."""
    changes = changes_before(book, firearm, place)
    return changes[-1].receiver if changes else None


def involved(book: Book, entry: Entry) -> set[str]:
    """Point 13: author, recorded holder then, last handler who held the firearm, both parties of a handoff."""
    people = {entry.author}
    holders: list[Holder | None] = []
    if entry.firearm is not None:
        place = book.place[entry.id]
        held = [change.receiver for change in changes_before(book, entry.firearm, place)]
        handlers = [one for one in held if one[0] == "crew" and is_handler(book.production, one[1])]
        holders = [*held[-1:], *handlers[-1:]]
    if entry.kind == "handoff":
        body = latest(book, entry)
        holders += [body["giver"], body["receiver"]]
    return people | {one[1] for one in holders if one is not None and one[0] == "crew"}


# Signatures


def version_to_sign(book: Book, entry: Entry) -> int:
    """Point 11: after a correction with a body, that correction is what must be signed."""
    with_body = [correction.id for correction in corrections_of(book, entry) if correction.body["body"] is not None]
    return with_body[-1] if with_body else entry.id


def signatures(book: Book, entry: Entry) -> list[Entry]:
    """Point 11: sign-offs that name the version that counts, by its hash, in the signer's own name or with a PIN."""
    version = version_to_sign(book, entry)

    def signs(sign_off: Entry, body: Json) -> bool:
        own = body["signer"] == sign_off.author or body.get("method") in {"pin", "passkey"}
        return own and body["entry"] == version and body["entry_hash"] == hash_of(version)

    return [one for one in standing(book, "sign_off") if all(signs(one, body) for body in versions(book, one))]


def signed_by(book: Book, sign_off: Entry, signer: str, meaning: str | None = None, looked: bool = False) -> bool:
    """Whether every version of the sign-off is this person's, with this meaning, and says that they looked."""

    def says(body: Json) -> bool:
        meant = meaning is None or body["meaning"] == meaning
        return body["signer"] == signer and meant and (not looked or body.get("looked_inside") is True)

    return in_every_version(book, sign_off, says)


# Holds, incidents, disputes


def says_live(book: Book, entry: Entry) -> bool:
    """Points 9 and 26: `live` in any version, whatever was corrected or voided since."""
    if entry.kind in {"inspection", "handoff"}:
        return in_any_version(book, entry, lambda body: body["load"] == "live")
    if entry.kind == "ammunition_count":
        return in_any_version(book, entry, lambda body: body["type"] == "live")
    return entry.kind == "incident" and entry.body["type"] == "live_round"


def raises_hold(book: Book, entry: Entry) -> bool:
    """`live` anywhere, an unintended discharge, an injury: the whole production is on hold."""
    return says_live(book, entry) or (entry.kind == "incident" and entry.body["type"] in HOLDING_INCIDENTS)


def releases_of(book: Book, held: Entry) -> list[Entry]:
    """The releases, later in the fold, that count for this hold or for the hold that this entry raised."""
    return [
        release
        for release in standing(book, "release")
        if book.place[release.id] > book.place[held.id]
        and in_every_version(book, release, lambda body: body["hold"] == held.id)
        and may_release(book, release.author, held)
    ]


def may_release(book: Book, person: str, held: Entry) -> bool:
    """Points 25 and 43: a derived hold only by a property master or safety advisor who was not involved."""
    people = book.production
    if held.kind == "hold":
        return is_handler(people, person) or is_first_ad(people, person) or is_safety_advisor(people, person)
    trusted = is_property_master(people, person) or is_safety_advisor(people, person)
    return trusted and person not in involved(book, held)


def open_holds(book: Book, firearm: str, place: int) -> list[Entry]:
    """What holds this firearm at this place of the fold and is not released before it."""
    found = []
    for entry in book.entries[:place]:
        stated = entry.kind == "hold" and (entry.body["scope"] == "production" or entry.firearm == firearm)
        if not stated and not raises_hold(book, entry):
            continue
        if not any(book.place[release.id] < place for release in releases_of(book, entry)):
            found.append(entry)
    return found


def closing_counts(book: Book, closing: Entry, incident: Entry) -> bool:
    """Point 36: by a handler not involved, after a meeting and, with a firearm, a handler's inspection of it."""
    if not in_every_version(book, closing, lambda body: body["incident"] == incident.id):
        return False
    if not is_handler(book.production, closing.author) or closing.author in involved(book, incident):
        return False
    if not between(book, incident, standing(book, "meeting"), closing):
        return False
    if incident.firearm is None:
        return True
    inspections = standing_of(book, "inspection", incident.firearm)
    by_handlers = [one for one in inspections if is_handler(book.production, one.author)]
    return bool(between(book, incident, by_handlers, closing))


def between(book: Book, first: Entry, entries: list[Entry], last: Entry) -> list[Entry]:
    """The entries that lie between these two in fold order."""
    return [one for one in entries if book.place[first.id] < book.place[one.id] < book.place[last.id]]


def open_incidents(book: Book, firearm: str, place: int) -> list[Entry]:
    """Point 36: complaints block nothing; an incident without firearm blocks every firearm."""
    closings = [one for one in standing(book, "incident_closed") if book.place[one.id] < place]
    found = []
    for entry in book.entries[:place]:
        if entry.kind != "incident" or entry.body["type"] == "complaint" or entry.firearm not in (firearm, None):
            continue
        if not any(closing_counts(book, closing, entry) for closing in closings):
            found.append(entry)
    return found


@dataclass(eq=False, kw_only=True)
class Dispute:
    """A handoff and all before it with equal `after`, from two devices, that do not make one chain."""

    later: Entry
    named: list[Entry]
    resolutions: list[Entry]


def disputes(book: Book, firearm: str) -> list[Dispute]:
    """Point 14, with the resolutions (point 15) that come later in the fold and name all of them."""
    groups: dict[int | str | None, list[Entry]] = {}
    for handoff in standing_of(book, "handoff", firearm):
        groups.setdefault(handoff.after, []).append(handoff)
    found = []
    for group in groups.values():
        for length in range(2, len(group) + 1):
            prefix = group[:length]
            if len({one.device for one in prefix}) >= 2 and not is_chain(book, prefix):
                later = prefix[-1]
                found.append(Dispute(later=later, named=prefix, resolutions=resolutions_of(book, prefix)))
    return found


def is_chain(book: Book, handoffs: list[Entry]) -> bool:
    """Each one's giver is the receiver of the one before."""
    bodies = [latest(book, handoff) for handoff in handoffs]
    return all(bodies[n]["giver"] == bodies[n - 1]["receiver"] for n in range(1, len(bodies)))


def resolutions_of(book: Book, handoffs: list[Entry]) -> list[Entry]:
    """Counting resolutions later in the fold that name every one of these in every version."""
    wanted = {handoff.id for handoff in handoffs}
    return [
        one
        for one in standing_of(book, "resolution", handoffs[0].firearm or "")
        if resolution_counts(book, one)
        and book.place[one.id] > book.place[handoffs[-1].id]
        and in_every_version(book, one, lambda body: wanted <= set(body["entries"]))
    ]


def open_disputes(book: Book, firearm: str, place: int) -> list[Dispute]:
    """The disputes known before this place of the fold that no resolution before it has settled."""
    return [
        one
        for one in disputes(book, firearm)
        if book.place[one.later.id] < place and not any(book.place[r.id] < place for r in one.resolutions)
    ]
