"""What does not agree, in one line; and how two rows are held against each other."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar
from uuid import UUID

from django.db.models import Model
from msgspec import Struct

from checklists.models import LedgerEntry

Key = TypeVar("Key")
Row = TypeVar("Row", bound=Model)


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that does not agree, and where in the ledger it belongs, if anywhere."""

    what: str
    production: UUID | None = None
    seq: int | None = None
    entry: UUID | None = None

    def __str__(self) -> str:
        named = {"production": self.production, "seq": self.seq, "entry": self.entry}
        place = ", ".join(f"{name} {value}" for name, value in named.items() if value is not None)
        return f"{place}: {self.what}" if place else self.what


def about(entry: LedgerEntry | None, what: str) -> Finding:
    return Finding(what=what, seq=entry.seq, entry=entry.entry_id) if entry else Finding(what=what)


def different(kept: Row, derived: Row, *, besides: Iterable[str] = ()) -> list[str]:
    """The columns in which a row is not as derived."""
    names = [field.attname for field in kept._meta.concrete_fields]
    return [name for name in names if name not in besides and getattr(kept, name) != getattr(derived, name)]


def paired(kept: Mapping[Key, Row], derived: Mapping[Key, Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Rows that are kept beside those that are derived, by key; None where one is missing."""
    for key in [*derived, *(key for key in kept if key not in derived)]:
        yield kept.get(key), derived.get(key)
