"""Every error that jobfit raises on purpose.

    JobfitError
    ├── InputError              what the user gave cannot be used
    │   ├── RejectedInput       one file or row; ingest goes on and writes it to the rejects file
    │   ├── UnknownIdError      a query, record or tenant that does not exist
    │   ├── PolicyError         a policy file that says something impossible
    │   │   └── InfeasibleError requirements that no choice among these documents can keep
    │   └── LeakageError        train and test share what they must not, or a look-up table beats chance
    ├── ModelError              an encoder that cannot be loaded or is not the one it claims to be
    ├── StoreError              the database cannot be reached, started or upgraded
    ├── LlmError                a language model cannot be used: see jobfit.llm.errors
    ├── TrainingError           training cannot go on: see jobfit.training.errors
    └── MissingExtraError       an optional package is not installed; the message names the command

A message says what is wrong, where (file, row, id) and what to do next. No third-party exception
crosses a protocol of this package: it is chained (``raise ... from``) behind one of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SHOWN = 5  # how many ids a message names


class JobfitError(Exception):
    """Base of all jobfit errors; the command line prints its message and exits with ``exit_code``."""

    exit_code = 1


class InputError(JobfitError):
    """What the user gave cannot be used."""

    exit_code = 2


class UnknownIdError(InputError):
    """A record, query or tenant that does not exist."""


class PolicyError(InputError):
    """A policy that contradicts itself or names something unknown."""


class InfeasibleError(PolicyError):
    """Requirements that no choice can keep; ``reachable`` holds the highest value of each by its name."""

    def __init__(self, message: str, reachable: Mapping[str, float]) -> None:
        super().__init__(message)
        self.reachable = dict(reachable)


class LeakageError(InputError):
    """Train and test share what they must not share, or a table of the training pairs does better than chance."""


class ModelError(JobfitError):
    """An encoder that cannot be loaded, or whose weights are not the ones its name promises."""

    exit_code = 4


class StoreError(JobfitError):
    """The database cannot be reached, started, upgraded or trusted."""

    exit_code = 5


class MissingExtraError(JobfitError):
    """An optional package is needed and not installed."""

    exit_code = 6

    def __init__(self, package: str, extra: str) -> None:
        """Name the ``package`` that is missing and the ``extra`` of jobfit that brings it."""
        super().__init__(f"{package} is not installed. Install it with: pip install 'jobfit[{extra}]'")
        self.package = package
        self.extra = extra


@dataclass(frozen=True, slots=True)
class Rejection:
    """One rejected input: where it is, what was wrong, and the offending value (shortened)."""

    file: str
    row: int | None
    field: str | None
    value: str | None
    reason: str


class RejectedInput(InputError):
    """One file or row that cannot be ingested; carries the :class:`Rejection` for the rejects file."""

    def __init__(self, rejection: Rejection) -> None:
        """Build the message from the ``rejection``."""
        where = rejection.file if rejection.row is None else f"{rejection.file}, row {rejection.row}"
        field = "" if rejection.field is None else f", field {rejection.field!r}"
        value = "" if rejection.value is None else f" (value {rejection.value!r})"
        super().__init__(f"{where}{field}: {rejection.reason}{value}")
        self.rejection = rejection


def named(ids: Iterable[str]) -> str:
    """Return the first five ids in order, quoted, and how many more there are: for a message.

    >>> named(["b", "a"])
    "'a', 'b'"
    """
    ordered = sorted(ids)
    shown = ", ".join(repr(i) for i in ordered[:SHOWN])
    return shown if len(ordered) <= SHOWN else f"{shown} and {len(ordered) - SHOWN} more"
