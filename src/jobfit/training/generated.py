"""Filling a store of generated texts (:mod:`jobfit.encoders.generated`), so that a run that was killed goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from jobfit.encoders.generated import GeneratedStore, TextSource
from jobfit.llm.client import Estimate
from jobfit.llm.errors import AnswerError


@runtime_checkable
class EstimatesTexts(Protocol):
    """A source that is paid for, and can say beforehand what texts would take."""

    def estimate(self, texts: Iterable[str]) -> Estimate: ...


@dataclass(frozen=True, slots=True)
class Filled:
    """What :func:`fill` did: texts ``written`` now, ``kept`` from before, and ``failures`` by reason."""

    written: int
    kept: int
    failures: Mapping[str, int]

    @property
    def failed(self) -> int:
        """Texts without a usable answer; the next run asks for them again."""
        return sum(self.failures.values())


def fill(
    store: GeneratedStore,
    source: TextSource,
    texts: Iterable[str],
    update: Callable[[int], None] = lambda done: None,
) -> Filled:
    """Generate what ``store`` lacks for ``texts``, one row at a time: killed anywhere, the next run goes on from there.

    ``update`` is called with the number of texts done.

    Raises:
        EndpointError, BudgetSpentError: no further request can be made; what was answered is in the store.
    """
    wanted = list(dict.fromkeys(texts))
    missing = missing_texts(store, wanted)
    failures: Counter[str] = Counter()
    for number, (text, outcome) in enumerate(zip(missing, source.write_all(missing), strict=True), start=1):
        if isinstance(outcome, AnswerError):
            failures[outcome.reason] += 1
        else:
            store.add(text, outcome)
        update(number)
    return Filled(len(missing) - failures.total(), len(wanted) - len(missing), dict(failures))


def missing_texts(store: GeneratedStore | None, texts: Iterable[str]) -> list[str]:
    """Return the different ``texts`` for which nothing was generated yet, in their order."""
    return [text for text in dict.fromkeys(texts) if store is None or store.find(text) is None]
