"""A moment of handing over, and what the inspection and the call before it are worth there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tests.specification.book import (
    Book,
    corrections_of,
    holder_before,
    in_any_version,
    in_every_version,
    latest,
    signatures,
    signed_by,
    standing_of,
    versions,
)
from tests.specification.words import (
    CALL_FITS,
    Entry,
    Holder,
    Json,
    holder_is_open_place,
    holder_is_secure,
    is_first_ad,
    is_handler,
    may_hold,
)


@dataclass(eq=False, kw_only=True)
class Moment:
    """A place in the fold, and who would hand the firearm to whom there. `handoff` is null for a clearance."""

    book: Book
    firearm: str
    place: int
    at: datetime
    giver: Holder | None
    receiver: Holder | None
    handoff: Entry | None


Condition = Callable[[Moment], bool | None]


def moment_of(book: Book, handoff: Entry) -> Moment:
    """The moment of a handoff: everything before it in the fold, between the parties of its last version."""
    body = latest(book, handoff)
    return Moment(
        book=book,
        firearm=handoff.firearm or "",
        place=book.place[handoff.id],
        at=handoff.effective_at,
        giver=body["giver"],
        receiver=body["receiver"],
        handoff=handoff,
    )


# The inspection


def valid_inspection(moment: Moment) -> Entry | None:
    """Point 18: the last inspection by a handler, complete or not, unless something came after it."""
    book, firearm = moment.book, moment.firearm
    made = [
        one
        for one in standing_of(book, "inspection", firearm)
        if is_handler(book.production, one.author) and book.place[one.id] < moment.place
    ]
    if not made or held_where_no_inspection_lasts(moment):
        return None
    inspection = made[-1]
    begin, end = book.place[inspection.id], moment.place
    if incident_came(book, firearm, begin, end):
        return None
    if holder_changed(book, firearm, inspection.author, begin, end) or handoff_corrected(book, firearm, begin, end):
        return None
    return inspection


def held_where_no_inspection_lasts(moment: Moment) -> bool:
    """Point 18: the firearm is with a place that is not secure, or with somebody who may not hold it."""
    people = moment.book.production
    holder = holder_before(moment.book, moment.firearm, moment.place)
    wrong_person = holder is not None and holder[0] == "crew" and not may_hold(people, holder[1])
    return holder_is_open_place(people, holder) or wrong_person


def incident_came(book: Book, firearm: str, begin: int, end: int) -> bool:
    """Point 18: an incident of the firearm, or of none; complaints excepted."""
    return any(
        entry.kind == "incident" and entry.body["type"] != "complaint" and entry.firearm in (firearm, None)
        for entry in book.entries[begin + 1 : end]
    )


def holder_changed(book: Book, firearm: str, inspector: str, begin: int, end: int) -> bool:
    """Point 18: any change but the inspector's own checkout from the secure place that was the recorded holder."""
    for change in book.custody[firearm]:
        if not begin < change.place < end:
            continue
        own_checkout = (
            change.entry.kind == "handoff"
            and change.receiver == ("crew", inspector)
            and change.giver == change.before
            and holder_is_secure(book.production, change.giver)
        )
        if not own_checkout:
            return True
    return False


def handoff_corrected(book: Book, firearm: str, begin: int, end: int) -> bool:
    """Point 8: a corrected handoff, voided or not, asks for a new inspection after the correction."""
    return any(
        begin < book.place[correction.id] < end
        for handoff in book.entries
        if handoff.kind == "handoff" and handoff.firearm == firearm
        for correction in corrections_of(book, handoff)
    )


def inspected_since_custody_change(moment: Moment) -> bool | None:
    """There is a valid inspection; its content is judged by the other rules (point 19)."""
    return valid_inspection(moment) is not None


def inspection_fresh(moment: Moment) -> bool | None:
    """That inspection is at most so old, the limit included."""
    inspection = valid_inspection(moment)
    if inspection is None:
        return None
    return moment.at - inspection.effective_at <= moment.book.production.within["inspection-fresh"]


def inspection_says(moment: Moment, holds: Callable[[Json], bool]) -> bool | None:
    """Whether every version of the valid inspection says so; not asked without one."""
    inspection = valid_inspection(moment)
    return None if inspection is None else in_every_version(moment.book, inspection, holds)


def every_chamber_seen(moment: Moment) -> bool | None:
    """Chambers seen = chambers in total = the firearm's capacity; left out is not checked."""
    capacity = moment.book.production.firearms[moment.firearm]["capacity"]
    return inspection_says(
        moment, lambda body: body.get("chambers_seen") == capacity and body.get("chambers_total") == capacity
    )


def barrel_clear(moment: Moment) -> bool | None:
    """The barrel was checked and is clear."""
    return inspection_says(moment, lambda body: body.get("barrel_clear") is True)


def dummies_in(body: Json) -> int | None:
    """Point 34: all rounds of a load of dummies, or the dummies beside another load; null when there are none."""
    loaded: int = body["rounds"]
    beside: int = body.get("dummies") or 0
    if body["load"] == "dummy":
        return loaded
    return beside if beside > 0 else None


def every_dummy_verified(moment: Moment) -> bool | None:
    """Point 34: as many dummies verified as are loaded; asked when some version has dummies."""
    inspection = valid_inspection(moment)
    if inspection is None:
        return None
    with_dummies = [body for body in versions(moment.book, inspection) if dummies_in(body) is not None]
    if not with_dummies:
        return None
    return all(body.get("dummies_verified") == dummies_in(body) for body in with_dummies)


def checklist_complete(moment: Moment) -> bool | None:
    """Every required item of the kind's checklist passed; `na` does not pass (point 34)."""
    production = moment.book.production
    kind = production.firearms[moment.firearm]["kind"]
    wanted = [item["code"] for item in production.checklists.get(kind, []) if item["required"]]
    return inspection_says(moment, lambda body: all(body.get("items", {}).get(code) == "pass" for code in wanted))


# The announcement


def is_call(body: Json) -> bool:
    """Point 20: only these three calls are announcements."""
    return body["call"] in CALL_FITS


def valid_announcement(moment: Moment) -> Entry | None:
    """Point 20: the last one after the valid inspection, by anybody; it must be one in every version."""
    inspection = valid_inspection(moment)
    if inspection is None:
        return None
    book = moment.book
    made = [
        one
        for one in standing_of(book, "announcement", moment.firearm)
        if book.place[inspection.id] < book.place[one.id] < moment.place and in_any_version(book, one, is_call)
    ]
    if not made or not in_every_version(book, made[-1], is_call):
        return None
    return made[-1]


def announced_since_inspection(moment: Moment) -> bool | None:
    """There is a valid announcement."""
    return valid_announcement(moment) is not None


def call_fits(call: Json, loaded: Json) -> bool:
    """Point 21: the call fits the load, and the rounds are the same; rounds not said are none."""
    fits = loaded["load"] in CALL_FITS.get(call["call"], set())
    return fits and (call.get("rounds") or 0) == loaded["rounds"]


def announcement_matches_load(moment: Moment) -> bool | None:
    """Point 22: compares call and inspection, each version with each."""
    inspection, announcement = valid_inspection(moment), valid_announcement(moment)
    if inspection is None or announcement is None:
        return None
    calls, loads = versions(moment.book, announcement), versions(moment.book, inspection)
    return all(call_fits(call, loaded) for call in calls for loaded in loads)


def answering_ads(moment: Moment, announcement: Entry) -> set[str]:
    """The first ADs who announced it, or confirmed it by signing before this moment."""
    book, people = moment.book, moment.book.production
    found = {announcement.author}
    for sign_off in signatures(book, announcement):
        signer = sign_off.body["signer"]
        before = book.place[sign_off.id] < moment.place
        if before and signed_by(book, sign_off, signer, "announcement_confirmed"):
            found.add(signer)
    return {person for person in found if is_first_ad(people, person)}


def announcement_confirmed_by_ad(moment: Moment) -> bool | None:
    """A first AD announced or confirmed it."""
    announcement = valid_announcement(moment)
    return None if announcement is None else bool(answering_ads(moment, announcement))


def announcement_fresh(moment: Moment) -> bool | None:
    """The announcement is at most so old, the limit included."""
    announcement = valid_announcement(moment)
    if announcement is None:
        return None
    return moment.at - announcement.effective_at <= moment.book.production.within["announcement-fresh"]


def shown_to_ad(moment: Moment) -> bool | None:
    """Point 41: one such AD was shown the inspection, or signed the call or the inspection after looking inside."""
    book = moment.book
    inspection, announcement = valid_inspection(moment), valid_announcement(moment)
    if inspection is None or announcement is None:
        return None
    answering = answering_ads(moment, announcement)
    if not answering:
        return None
    signed = [
        sign_off
        for entry in (announcement, inspection)
        for sign_off in signatures(book, entry)
        if book.place[sign_off.id] < moment.place
    ]
    for person in sorted(answering):
        shown = all(person in body.get("shown_to", []) for body in versions(book, inspection))
        if shown or any(signed_by(book, sign_off, person, looked=True) for sign_off in signed):
            return True
    return False


def load_unchanged(moment: Moment) -> bool | None:
    """Point 22: load and rounds of the handoff, as inspected, and as announced when there is an announcement."""
    book = moment.book
    inspection, announcement = valid_inspection(moment), valid_announcement(moment)
    if inspection is None or moment.handoff is None:
        return None
    for handed in versions(book, moment.handoff):
        for seen in versions(book, inspection):
            if (handed["load"], handed["rounds"]) != (seen["load"], seen["rounds"]):
                return False
        if announcement is not None and not all(call_fits(call, handed) for call in versions(book, announcement)):
            return False
    return True
