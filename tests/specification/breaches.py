"""What was broken by an entry: conditions at handoffs, live rounds, disputes, handling too soon, wrong closings."""

from datetime import datetime

from tests.specification.book import (
    Book,
    closing_counts,
    disputes,
    latest,
    releases_of,
    says_live,
    standing,
    standing_of,
)
from tests.specification.conditions import conditions_for
from tests.specification.inspecting import moment_of
from tests.specification.words import Entry, Finding


def breaches(book: Book) -> list[Finding]:
    """All rules broken by an entry; those that something later puts right say when."""
    found = at_handoffs(book)
    during_dispute = {finding.trigger.id for finding in found if finding.rule == "no-dispute"}
    found += [finding for finding in no_dispute(book) if finding.trigger.id not in during_dispute]
    return found + never_live(book) + misfire_wait(book) + wrong_closings(book)


def broken(rule: str, trigger: Entry, met_at: datetime | None = None) -> Finding:
    """Point 33: the due time of a broken rule is the effective time of its trigger."""
    return Finding(
        rule=rule,
        trigger=trigger,
        firearm=trigger.firearm,
        due_at=trigger.effective_at,
        met_at=met_at,
        at_once=True,
    )


def at_handoffs(book: Book) -> list[Finding]:
    """Every condition that failed at a handoff."""
    found = []
    for handoff in standing(book, "handoff"):
        moment = moment_of(book, handoff)
        for rule, condition in conditions_for(moment).items():
            if condition(moment) is False:
                found.append(broken(rule, handoff))
    return found


def never_live(book: Book) -> list[Finding]:
    """Points 9, 25, 26: met by the release of the hold that it raised; nothing else lifts it."""
    found = []
    for entry in book.entries:
        if says_live(book, entry):
            releases = releases_of(book, entry)
            found.append(broken("never-live", entry, releases[0].effective_at if releases else None))
    return found


def no_dispute(book: Book) -> list[Finding]:
    """Point 14: broken at the later handoff, met by the resolution that names all of them.

    A handoff to a performer during an earlier dispute breaks the same rule (`at_handoffs`); no resolution meets that.
    """
    found = []
    for firearm in book.production.firearms:
        for dispute in disputes(book, firearm):
            met_at = dispute.resolutions[0].effective_at if dispute.resolutions else None
            found.append(broken("no-dispute", dispute.later, met_at))
    return found


def misfire_wait(book: Book) -> list[Finding]:
    """Point 27: each inspection or handoff of the firearm less than the wait after a misfire."""
    found = []
    for firearm, about in book.production.firearms.items():
        wait = book.production.within["misfire-wait"]
        if about["kind"] == "muzzle_loader":
            wait = book.production.muzzle_loader_wait
        handled = standing_of(book, "inspection", firearm) + standing_of(book, "handoff", firearm)
        too_soon = [
            entry
            for entry in handled
            if any(entry.effective_at - one.effective_at < wait for one in misfires_before(book, firearm, entry))
        ]
        found += [broken("misfire-wait", entry) for entry in too_soon]
    return found


def misfires_before(book: Book, firearm: str, entry: Entry) -> list[Entry]:
    """Misfires of this firearm, or of one that nobody named, earlier in the fold."""
    return [
        one
        for one in book.entries[: book.place[entry.id]]
        if one.kind == "incident" and one.body["type"] == "misfire" and one.firearm in (firearm, None)
    ]


def wrong_closings(book: Book) -> list[Finding]:
    """Point 36: a closing that does not count; complaints are exempt."""
    found = []
    for closing in standing(book, "incident_closed"):
        incident = book.by_id.get(latest(book, closing)["incident"])
        if incident is None or incident.kind != "incident" or incident.body["type"] == "complaint":
            continue
        if not closing_counts(book, closing, incident):
            found.append(broken("incident-closed-by-another", closing))
    return found
