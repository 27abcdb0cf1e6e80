"""A language model as reranker: it orders four documents at a time, from the bottom of the list to its top.

ConFit v3's way (windows of 4 that move up by 2; Sun et al. 2023, arXiv 2304.09542, for the idea): whoever is best of a
window is seen again in the next one, so one pass brings the best few to the top.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, create_model

from jobfit.documents.masking import TextKind, mask
from jobfit.errors import InputError
from jobfit.llm.client import Ask, Client
from jobfit.llm.errors import AnswerError
from jobfit.llm.prompt import Data, Prompt
from jobfit.ordering import tie_key
from jobfit.records import Document, Kind
from jobfit.retrieval.rerank import Head, heads_of, with_head
from jobfit.runs import Hit, Ranking, Run
from jobfit.settings import Count, check_fields

_TOKENS = 16  # of an answer for each text: its name, and the blanks of a model that likes them
_TEXTS = {Kind.CANDIDATE: (TextKind.CV, "profile", "CVs"), Kind.VACANCY: (TextKind.VACANCY, "vacancy", "vacancies")}
_INSTRUCTIONS = (
    "You order {what} by how well each fits {whose} ({asking}). You are given it first, and then {labels}. Judge only "
    "how well tasks, skills, experience, education and languages fit what is asked for. Give no weight to the order in "
    "which you see the texts, to their length or style, or to anything that hints at who a person is. What a text does "
    "not say is unknown, not absent.\n\n"
    "Answer with the names of all {n} texts, the best fit first, each name once."
)


class BestFirst(BaseModel):
    """The answer: names of the texts of a window."""

    model_config = ConfigDict(extra="forbid")
    best_first: Sequence[str]


@lru_cache(maxsize=64)
def _shape(labels: tuple[str, ...]) -> type[BestFirst]:
    """Return the answer's shape for a window of these texts, to whose names an endpoint may hold its model.

    Of plain numbers a small model made "-1, 2, 3, 4".
    """
    told = Field(
        description="The names of the texts, the best fit first.",
        json_schema_extra={"minItems": len(labels), "maxItems": len(labels)},
    )
    return create_model("BestFirst", __base__=BestFirst, best_first=(list[Literal[labels]], told))  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class Listwise:
    """How a list is read: ``window`` texts at a time, moving up by ``stride``, ``passes`` times.

    characters: of each text the first so many are sent; the outcome counts the texts that are longer.
    seed:       in which order the texts of a window are shown, so that a model's liking for a place favours nobody.
    """

    window: Count = 4
    stride: Count = 2
    passes: Count = 1
    characters: Count = 6000
    seed: int = 0

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.stride < self.window:
            raise InputError(
                f"windows of {self.window} that move by {self.stride} have nobody in common: a best document could not "
                "move up. Choose a stride below the window"
            )


@dataclass(frozen=True, slots=True)
class Reordered:
    """The ``run``; how many windows were ``asked`` about; in how many the order was ``kept``, by reason; texts cut."""

    run: Run
    asked: int
    kept: Mapping[str, int] = field(default_factory=dict)
    cut: int = 0


def rerank_listwise(
    run: Run,
    queries: Sequence[Document],
    corpus: Sequence[Document],
    client: Client,
    k: int,
    *,
    asking: Kind = Kind.VACANCY,
    settings: Listwise | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Reordered:
    """Return the run with the first ``k`` documents of each query as the model orders them; nobody is lost.

    Everything that is sent is masked first. An answer that is not an order of the window (a text missing, twice or
    made up, no JSON, a request that failed) changes nothing and is counted by its reason. Queries are asked at the same
    time, the windows of one query one after the other. Scores of the first k are k, k − 1, ..., 1: places, not degrees;
    the others follow as :func:`jobfit.retrieval.rerank.rerank` says. A list of one is not asked about.

    Raises:
        InputError, UnknownIdError: as ``rerank``. EndpointError, BudgetSpentError: no further request can be made.
    """
    chosen = settings or Listwise()
    heads = heads_of(run, queries, corpus, k)
    orders = [list(range(len(head.documents))) for head in heads]
    steps = [list(windows(len(head.documents), chosen)) for head in heads]
    total, asked, kept = sum(map(len, steps)), 0, Counter[str]()
    on_progress(0, total)
    for number in range(max(map(len, steps), default=0)):
        turn = [place for place, own in enumerate(steps) if number < len(own)]
        shown = [_shown(heads[i], orders[i], steps[i][number], number, chosen) for i in turn]
        labels = [_labels(len(rows), asking) for rows in shown]
        asks = [
            Ask(_prompt(heads[i], rows, asking, chosen), _shape(names), _TOKENS * (1 + len(rows)))
            for i, rows, names in zip(turn, shown, labels, strict=True)
        ]
        for place, rows, names, ask, answer in zip(turn, shown, labels, asks, client.map(asks), strict=True):
            asked += 1
            on_progress(asked, total)
            if isinstance(answer, AnswerError):
                kept[answer.reason] += 1
            elif answer.value is None or sorted(answer.value.best_first) != sorted(names):
                client.forget([ask])
                kept["not_an_order"] += 1
            else:
                start = steps[place][number]
                orders[place][start : start + len(rows)] = [rows[names.index(name)] for name in answer.value.best_first]
    cut = sum(len(document.text) > chosen.characters for head in heads for document in head.documents)
    rankings = {head.query.id: _ordered(run, head, order) for head, order in zip(heads, orders, strict=True)}
    reordered = Run(f"{run.name}+listwise", {query_id: rankings[query_id] for query_id in run.rankings})
    return Reordered(reordered, asked, dict(kept), cut)


def windows(n: int, settings: Listwise) -> Iterator[int]:
    """Yield where each window of a list of ``n`` starts, from the bottom up; nothing for a list of one.

    >>> list(windows(8, Listwise())), list(windows(5, Listwise())), list(windows(3, Listwise()))
    ([4, 2, 0], [1, 0], [0])
    """
    for _ in range(settings.passes if n > 1 else 0):
        yield from range(max(0, n - settings.window), 0, -settings.stride)
        yield 0


def _shown(head: Head, order: Sequence[int], start: int, number: int, settings: Listwise) -> list[int]:
    """Return the documents of a window in the order in which they are shown; it hangs on nothing but this query."""
    drawn = tie_key(f"listwise {settings.seed} {number}", head.query.id)
    rows = list(order[start : start + settings.window])
    return [rows[i] for i in np.random.default_rng(list(drawn)).permutation(len(rows))]


def _labels(count: int, asking: Kind) -> tuple[str, ...]:
    name = _TEXTS[asking.other][1]
    return tuple(f"{name}_{number}" for number in range(1, count + 1))


def _prompt(head: Head, rows: Sequence[int], asking: Kind, settings: Listwise) -> Prompt:
    own, label, _ = _TEXTS[asking]
    kind, _, what = _TEXTS[asking.other]
    asked = Data(label, mask(head.query.text, own).text[: settings.characters])
    labels = _labels(len(rows), asking)
    texts = [mask(head.documents[row].text, kind).text[: settings.characters] for row in rows]
    whose = "a vacancy" if asking is Kind.VACANCY else "a candidate"
    told = _INSTRUCTIONS.format(what=what, whose=whose, asking=label, labels=", ".join(labels), n=len(rows))
    return Prompt(told, (asked, *map(Data, labels, texts)))


def _ordered(run: Run, head: Head, order: Sequence[int]) -> Ranking:
    hits = tuple(Hit(head.documents[row].id, float(len(order) - place)) for place, row in enumerate(order))
    return with_head(run.rankings[head.query.id], Ranking(head.query.id, hits))
