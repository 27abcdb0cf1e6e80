"""Application status -> outcome, grade, reason: one visible table that a user can edit.

Start at :func:`load_table`; ``docs/labels.md`` explains the tables.
"""

from jobfit.judgements.table import SHIPPED, Judgement, Reason, Side, StatusTable, UnknownStatusError, load_table

__all__ = ["SHIPPED", "Judgement", "Reason", "Side", "StatusTable", "UnknownStatusError", "load_table"]
