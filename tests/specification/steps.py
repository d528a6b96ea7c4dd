"""What must follow: every expected step that the entries so far have triggered, met or not."""

from datetime import datetime

from tests.specification.book import (
    Book,
    Change,
    in_any_version,
    in_every_version,
    is_voided,
    latest,
    signatures,
    signed_by,
    standing,
    standing_of,
    versions,
)
from tests.specification.inspecting import is_call
from tests.specification.words import (
    COUNTED_TYPES,
    Entry,
    Finding,
    holder_is_handler,
    holder_is_open_place,
    holder_is_performing,
    holder_is_secure,
    is_ad,
    is_first_ad,
    is_handler,
)
from tests.specification.wraps import first_wrap_after


def expected_steps(book: Book) -> list[Finding]:
    """All expected steps of all rules."""
    found = both_sign(book) + receiver_looked(book) + announcements_confirmed(book)
    for firearm in book.production.firearms:
        found += returned_after_use(book, firearm)
        found += inspected_after_checkout(book, firearm)
        found += inspected_after_return(book, firearm)
        found += locked_up_by_wrap(book, firearm)
        found += not_unattended(book, firearm)
    return found + ammunition_balances(book) + device_records_received(book) + complaint_answered(book)


def expected(book: Book, rule: str, trigger: Entry, met_at: datetime | None, due_at: datetime | None = None) -> Finding:
    """A step that is due so long after its trigger, unless another due time is given."""
    return Finding(
        rule=rule,
        trigger=trigger,
        firearm=trigger.firearm,
        due_at=due_at or trigger.effective_at + book.production.within[rule],
        met_at=met_at,
        at_once=False,
    )


def first(entries: list[Entry]) -> datetime | None:
    """The effective time of the first of these in the fold."""
    return entries[0].effective_at if entries else None


# Signatures


def both_sign(book: Book) -> list[Finding]:
    """Giver and receiver of a handoff between people sign, each for themselves; its author need not (11)."""
    found = []
    for handoff in standing(book, "handoff"):
        body = latest(book, handoff)
        if body["giver"][0] != "crew" or body["receiver"][0] != "crew":
            continue
        given = party_signed_at(book, handoff, body["giver"][1], "given")
        received = party_signed_at(book, handoff, body["receiver"][1], "received")
        met_at = None if given is None or received is None else max(given, received)
        found.append(expected(book, "both-sign", handoff, met_at))
    return found


def party_signed_at(book: Book, handoff: Entry, person: str, meaning: str) -> datetime | None:
    """When this party signed: at the handoff itself when they are its author."""
    if handoff.author == person:
        return handoff.effective_at
    return first([one for one in signatures(book, handoff) if signed_by(book, one, person, meaning)])


def receiver_looked(book: Book) -> list[Finding]:
    """Point 42: the performer's own `received` says that they looked inside, also when they are the author."""
    found = []
    for handoff in standing(book, "handoff"):
        receiver = latest(book, handoff)["receiver"]
        if holder_is_performing(book.production, receiver):
            signed = signatures(book, handoff)
            looked = [one for one in signed if signed_by(book, one, receiver[1], "received", looked=True)]
            found.append(expected(book, "receiver-looked", handoff, first(looked)))
    return found


def announcements_confirmed(book: Book) -> list[Finding]:
    """Point 20: each of the three calls is announced or confirmed by a first AD."""
    found = []
    for call in standing(book, "announcement"):
        if not is_call(latest(book, call)):
            continue
        met_at = first([one for one in signatures(book, call) if confirms(book, one)])
        if is_first_ad(book.production, call.author):
            met_at = call.effective_at
        found.append(expected(book, "announcement-confirmed-by-ad", call, met_at))
    return found


def confirms(book: Book, sign_off: Entry) -> bool:
    """A first AD signs with `announcement_confirmed` (11)."""
    signer = sign_off.body["signer"]
    return is_first_ad(book.production, signer) and signed_by(book, sign_off, signer, "announcement_confirmed")


# Custody


def later_changes(book: Book, change: Change) -> list[Change]:
    """The changes of holder of the same firearm after this one."""
    return [one for one in book.custody[change.entry.firearm or ""] if one.place > change.place]


def returned_after_use(book: Book, firearm: str) -> list[Finding]:
    """Point 24: starts at each change to a person who is no handler, met by the next change to a handler."""
    people = book.production
    found = []
    for change in book.custody[firearm]:
        if change.receiver[0] == "crew" and not holder_is_handler(people, change.receiver):
            back = [one.entry for one in later_changes(book, change) if holder_is_handler(people, one.receiver)]
            found.append(expected(book, "returned-after-use", change.entry, first(back)))
    return found


def not_unattended(book: Book, firearm: str) -> list[Finding]:
    """Point 24: starts at each change to an open place, met by the next change to a person or secure place."""
    people = book.production
    found = []
    for change in book.custody[firearm]:
        if holder_is_open_place(people, change.receiver):
            kept = [one.entry for one in later_changes(book, change) if not holder_is_open_place(people, one.receiver)]
            found.append(expected(book, "not-unattended", change.entry, first(kept)))
    return found


def handler_inspection_after(book: Book, change: Change) -> datetime | None:
    """Point 23: any handler's inspection after the trigger, whatever its purpose and whoever holds the firearm."""
    inspections = standing_of(book, "inspection", change.entry.firearm or "")
    by_handlers = [one for one in inspections if is_handler(book.production, one.author)]
    return first([one for one in by_handlers if book.place[one.id] > change.place])


def inspected_after_checkout(book: Book, firearm: str) -> list[Finding]:
    """Points 5 and 15: a checkout is a change from a place to a handler."""
    return [
        expected(book, "inspected-after-checkout", change.entry, handler_inspection_after(book, change))
        for change in book.custody[firearm]
        if change.giver is not None
        and change.giver[0] == "place"
        and holder_is_handler(book.production, change.receiver)
    ]


def inspected_after_return(book: Book, firearm: str) -> list[Finding]:
    """Points 5 and 15: a return is a change from a person who is no handler to a handler."""
    return [
        expected(book, "inspected-after-return", change.entry, handler_inspection_after(book, change))
        for change in book.custody[firearm]
        if change.giver is not None
        and change.giver[0] == "crew"
        and not holder_is_handler(book.production, change.giver)
        and holder_is_handler(book.production, change.receiver)
    ]


def locked_up_by_wrap(book: Book, firearm: str) -> list[Finding]:
    """Point 29: starts when the holder changes from none or a secure place to anything else."""
    people = book.production
    found = []
    for change in book.custody[firearm]:
        was_in = change.before is None or holder_is_secure(people, change.before)
        if not was_in or holder_is_secure(people, change.receiver):
            continue
        locked = [one for one in later_changes(book, change) if holder_is_secure(people, one.receiver)]
        wrap = wrap_while_out(book, change, locked[0].place if locked else len(book.entries))
        due_at = wrap + people.within["locked-up-by-wrap"]
        met_at = first([one.entry for one in locked])
        found.append(expected(book, "locked-up-by-wrap", change.entry, met_at, due_at))
    return found


def wrap_while_out(book: Book, out: Change, until: int) -> datetime:
    """Point 29: the first planned wrap, or an earlier `scene_wrap` by an AD or handler while the firearm is out."""
    people = book.production
    planned = first_wrap_after(book, out.entry.effective_at)
    for scene_wrap in standing(book, "scene_wrap"):
        allowed = is_ad(people, scene_wrap.author) or is_handler(people, scene_wrap.author)
        while_out = out.place < book.place[scene_wrap.id] < until
        if allowed and while_out and scene_wrap.effective_at < planned:
            return scene_wrap.effective_at
    return planned


# Ammunition


def uses(book: Book, entry: Entry, sort: str) -> bool:
    """Point 30: rounds of this type in an inspection or handoff, or a count of it; said in any version."""
    if entry.kind == "ammunition_count":
        return in_any_version(book, entry, lambda body: body["type"] == sort)
    if entry.kind not in {"inspection", "handoff"}:
        return False
    if sort == "dummy" and in_any_version(book, entry, lambda body: (body.get("dummies") or 0) > 0):
        return True
    return in_any_version(book, entry, lambda body: body["load"] == sort and body["rounds"] > 0)


def ammunition_balances(book: Book) -> list[Finding]:
    """Point 30: for each type, from its first use since the wrap before; one entry that is both is one step."""
    first_uses: dict[int, tuple[Entry, list[str]]] = {}
    for sort in COUNTED_TYPES:
        wraps_seen = set()
        for entry in book.entries:
            if is_voided(book, entry) or not uses(book, entry, sort):
                continue
            wrap = first_wrap_after(book, entry.effective_at)
            if wrap not in wraps_seen:
                wraps_seen.add(wrap)
                first_uses.setdefault(entry.id, (entry, []))[1].append(sort)
    return [balance_step(book, trigger, sorts) for trigger, sorts in first_uses.values()]


def balance_step(book: Book, trigger: Entry, sorts: list[str]) -> Finding:
    """All types of one trigger by the wrap after it; the alert names no firearm."""
    wrap = first_wrap_after(book, trigger.effective_at)
    due_at = wrap + book.production.within["ammunition-balances"]
    times = [balanced_at(book, trigger, sort, due_at) for sort in sorts]
    known = [at for at in times if at is not None]
    met_at = max(known) if len(known) == len(times) else None
    step = expected(book, "ammunition-balances", trigger, met_at, due_at)
    step.firearm = None
    return step


def balanced_at(book: Book, trigger: Entry, sort: str, due_at: datetime) -> datetime | None:
    """On time when the last count by then balances, met when the last count of all does (since it does so)."""
    counts = [
        one
        for one in standing(book, "ammunition_count")
        if book.place[one.id] >= book.place[trigger.id] and uses(book, one, sort)
    ]
    in_time = [one for one in counts if one.effective_at <= due_at]
    if in_time and balances(book, in_time[-1], sort):
        return in_time[-1].effective_at
    balanced_since = None
    for count in counts:
        if not balances(book, count, sort):
            balanced_since = None
        elif balanced_since is None:
            balanced_since = count.effective_at
    return balanced_since


def balances(book: Book, count: Entry, sort: str) -> bool:
    """Every version is of this type, and issued = fired + returned + misfired + quarantined."""
    return all(
        body["type"] == sort
        and body["issued"] == body["fired"] + body["returned"] + body["misfired"] + body["quarantined"]
        for body in versions(book, count)
    )


# Devices and complaints


def device_records_received(book: Book) -> list[Finding]:
    """Point 32: a step for each spell in which a device owes records below its highest number."""
    found = []
    for device in sorted({entry.device for entry in book.entries}):
        found += spells(book, [entry for entry in book.entries if entry.device == device])
    return found


def spells(book: Book, entries: list[Entry]) -> list[Finding]:
    """Receipt by receipt: a spell begins when a number is missing, and is met by the entry that fills the last."""
    found: list[Finding] = []
    owing = False
    numbers: set[int] = set()
    for receipt in sorted({entry.received_at for entry in entries}):
        arrived = [entry for entry in entries if entry.received_at == receipt]
        numbers |= {entry.seq for entry in arrived}
        owes = len(numbers) < max(numbers)
        if owes and not owing:
            trigger = min(arrived, key=lambda entry: entry.seq)
            due_at = receipt + book.production.within["device-records-received"]
            step = expected(book, "device-records-received", trigger, None, due_at)
            step.firearm = None
            found.append(step)
        if owing and not owes:
            found[-1].met_at = filled_at(numbers, arrived)
        owing = owes
    return found


def filled_at(numbers: set[int], arrived: list[Entry]) -> datetime:
    """The effective time of the first entry of this receipt after which no number is missing."""
    here = numbers - {entry.seq for entry in arrived}
    for entry in arrived:
        here |= {entry.seq}
        if len(here) == max(here):
            return entry.effective_at
    raise AssertionError("nothing fills the gap")


def complaint_answered(book: Book) -> list[Finding]:
    """Point 28: a `follow_up` says `answered`, later, by somebody other than the complaint's author."""
    found = []
    for complaint in standing(book, "incident"):
        if complaint.body["type"] != "complaint":
            continue
        answers = [
            one
            for one in standing(book, "follow_up")
            if one.author != complaint.author
            and book.place[one.id] > book.place[complaint.id]
            and answers_it(book, one, complaint)
        ]
        found.append(expected(book, "complaint-answered", complaint, first(answers)))
    return found


def answers_it(book: Book, follow_up: Entry, complaint: Entry) -> bool:
    """Every version says that this complaint was answered."""
    return in_every_version(
        book, follow_up, lambda body: body["incident"] == complaint.id and body["what"] == "answered"
    )
