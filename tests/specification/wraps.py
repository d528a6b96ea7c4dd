"""When the day wraps: the planned time in local time, schedules that replace it."""

from datetime import UTC, date, datetime, time, timedelta

from tests.specification.book import Book, latest, standing
from tests.specification.words import Production, is_ad


def clock_of_day(production: Production, day: date, clock: str) -> datetime:
    """A local time of a shooting day; before 04:00 it is on the next calendar day. `fold=0` as Python reads it."""
    at = time.fromisoformat(clock)
    calendar_day = day + timedelta(days=1) if at < time(4) else day
    return datetime.combine(calendar_day, at, tzinfo=production.zone).astimezone(UTC)


def wrap_of_day(book: Book, day: date) -> datetime:
    """Point 29: a schedule by an AD or producer, recorded before the day's wrap comes due, replaces it."""
    people = book.production
    wrap = clock_of_day(people, day, people.wrap)
    for schedule in standing(book, "schedule"):
        body = latest(book, schedule)
        allowed = is_ad(people, schedule.author) or "producer" in people.roles[schedule.author]
        if allowed and body["date"] == day.isoformat() and schedule.effective_at < wrap:
            wrap = clock_of_day(people, day, body["wrap"])
    return wrap


def first_wrap_after(book: Book, moment: datetime) -> datetime:
    """The first planned wrap strictly after this moment."""
    today = moment.astimezone(book.production.zone).date()
    wraps = [wrap_of_day(book, today + timedelta(days=days)) for days in range(-2, 4)]
    return min(wrap for wrap in wraps if wrap > moment)
