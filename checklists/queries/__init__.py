"""Reading: from rows to the engine's values, and from those to what people see. Changes nothing."""

from checklists.queries.board import board
from checklists.queries.clearance import checklist_of, clearance_of

__all__ = ["board", "checklist_of", "clearance_of"]
