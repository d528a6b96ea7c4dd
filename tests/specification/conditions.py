"""What must hold when a firearm is handed over. Each condition: true, false, or null when it is not asked."""

from tests.specification.book import (
    changes_before,
    in_any_version,
    in_every_version,
    open_disputes,
    open_holds,
    open_incidents,
    standing,
)
from tests.specification.inspecting import (
    Condition,
    Moment,
    announced_since_inspection,
    announcement_confirmed_by_ad,
    announcement_fresh,
    announcement_matches_load,
    barrel_clear,
    checklist_complete,
    every_chamber_seen,
    every_dummy_verified,
    inspected_since_custody_change,
    inspection_fresh,
    load_unchanged,
    shown_to_ad,
)
from tests.specification.words import (
    Json,
    has_credential,
    holder_is_handler,
    holder_is_performing,
    may_hold,
    shooting_day,
)

# People


def handed_over_by_handler(moment: Moment) -> bool | None:
    """The giver is a handler."""
    return holder_is_handler(moment.book.production, moment.giver)


def held_by_handler_or_performer(moment: Moment) -> bool | None:
    """A person who receives it is a handler or performing; an AD never (point 4)."""
    if moment.receiver is None or moment.receiver[0] != "crew":
        return None
    return may_hold(moment.book.production, moment.receiver[1])


def chain_unbroken(moment: Moment) -> bool | None:
    """Point 12: holds for the first handoff; else the giver is the receiver of the last change of holder."""
    earlier = changes_before(moment.book, moment.firearm, moment.place)
    if not any(change.entry.kind == "handoff" for change in earlier):
        return True
    return moment.giver == earlier[-1].receiver


def handler_permit_current(moment: Moment) -> bool | None:
    """Point 17: judges the giver, and only a handler."""
    if moment.giver is None or not holder_is_handler(moment.book.production, moment.giver):
        return None
    return has_credential(moment.book.production, moment.giver[1], "permit", moment.at)


def receiver_trained(moment: Moment) -> bool | None:
    """The receiver has a current training."""
    if moment.receiver is None or moment.receiver[0] != "crew":
        return None
    return has_credential(moment.book.production, moment.receiver[1], "training", moment.at)


def safety_meeting_held(moment: Moment) -> bool | None:
    """Point 16: one meeting earlier in the fold, the same shooting day, where giver and receiver were."""
    book = moment.book
    asked = [holder[1] for holder in (moment.giver, moment.receiver) if holder is not None and holder[0] == "crew"]

    def attended(body: Json) -> bool:
        return all(person in body["attendees"] or person == body["led_by"] for person in asked)

    for meeting in standing(book, "meeting"):
        same_day = shooting_day(book.production, meeting.effective_at) == shooting_day(book.production, moment.at)
        if book.place[meeting.id] < moment.place and same_day and in_every_version(book, meeting, attended):
            return True
    return False


# Holds, incidents, disputes


def no_open_hold(moment: Moment) -> bool | None:
    """Nothing holds the firearm or the production."""
    return not open_holds(moment.book, moment.firearm, moment.place)


def no_open_incident(moment: Moment) -> bool | None:
    """Every incident of the firearm, or of none, was closed by somebody who may."""
    return not open_incidents(moment.book, moment.firearm, moment.place)


def no_dispute(moment: Moment) -> bool | None:
    """Every dispute was resolved."""
    return not open_disputes(moment.book, moment.firearm, moment.place)


def replica_in_rehearsal(moment: Moment) -> bool | None:
    """Point 38: a rehearsal, in any version, uses a firearm that is not functional."""
    if moment.handoff is None or not in_any_version(
        moment.book, moment.handoff, lambda body: body.get("rehearsal") is True
    ):
        return None
    return not moment.book.production.firearms[moment.firearm].get("functional", True)


CLEARANCE: dict[str, Condition] = {
    "handed-over-by-handler": handed_over_by_handler,
    "handler-permit-current": handler_permit_current,
    "safety-meeting-held": safety_meeting_held,
    "inspected-since-custody-change": inspected_since_custody_change,
    "inspection-fresh": inspection_fresh,
    "every-chamber-seen": every_chamber_seen,
    "barrel-clear": barrel_clear,
    "every-dummy-verified": every_dummy_verified,
    "checklist-complete": checklist_complete,
    "announced-since-inspection": announced_since_inspection,
    "announcement-matches-load": announcement_matches_load,
    "announcement-confirmed-by-ad": announcement_confirmed_by_ad,
    "announcement-fresh": announcement_fresh,
    "shown-to-ad": shown_to_ad,
    "no-open-hold": no_open_hold,
    "no-open-incident": no_open_incident,
    "no-dispute": no_dispute,
}
"""Point 35."""

ANY_HANDOFF: dict[str, Condition] = {
    "held-by-handler-or-performer": held_by_handler_or_performer,
    "chain-unbroken": chain_unbroken,
}

TO_PERFORMER: dict[str, Condition] = CLEARANCE | {
    "receiver-trained": receiver_trained,
    "load-unchanged": load_unchanged,
    "replica-in-rehearsal": replica_in_rehearsal,
}


def conditions_for(moment: Moment) -> dict[str, Condition]:
    """Which rules judge this handoff."""
    if holder_is_performing(moment.book.production, moment.receiver):
        return ANY_HANDOFF | TO_PERFORMER
    return ANY_HANDOFF
