"""AI preferences: which of two candidates suits a vacancy better, asked in both orders (RankPO, section on annotation).

A judge who prefers what stands first looks accurate on labels that were asked for in one order. So every pair is asked
twice, A and B swapped, and only what both answers say is a preference; a disagreement is dropped, or becomes a soft
label towards the surer answer. Votes go to an append-only file the moment they are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

from jobfit.errors import InputError
from jobfit.judged import Texts, refuse_unknown
from jobfit.keyed_lines import KeyedLines, digest_of
from jobfit.llm.errors import AnswerError
from jobfit.ordering import tie_key
from jobfit.runs import Ranking, Run

FORMAT = "jobfit-votes-1"
Side = Literal["A", "B"]


class DrawnPair(NamedTuple):
    """Two candidates of one vacancy, in no order, and their ranks (from 1) with the current model."""

    vacancy_id: str
    x_id: str
    y_id: str
    x_rank: int | None = None
    y_rank: int | None = None

    @property
    def swapped(self) -> DrawnPair:
        return DrawnPair(self.vacancy_id, self.y_id, self.x_id, self.y_rank, self.x_rank)


@dataclass(frozen=True, slots=True)
class Question:
    """One pair in one order: A is shown first."""

    pair: DrawnPair
    vacancy: str
    a: str
    b: str

    @property
    def key(self) -> str:
        """The SHA-256 of the ids and the texts: a changed text is another question."""
        return digest_of(self.pair.vacancy_id, self.pair.x_id, self.pair.y_id, self.vacancy, self.a, self.b)


@dataclass(frozen=True, slots=True)
class Vote:
    """One answer: who is ``preferred`` of the two as they were shown, how sure (0..100), and the ``comparison``.

    Raises:
        InputError: a value is out of its range.
    """

    preferred: Side
    confidence: int
    comparison: str = ""

    def __post_init__(self) -> None:
        if self.preferred not in ("A", "B"):
            raise InputError(f"'preferred' is A or B, not {str(self.preferred)[:40]!r}")
        if isinstance(self.confidence, bool) or not isinstance(self.confidence, int) or not 0 <= self.confidence <= 100:
            raise InputError(f"a confidence is a whole number from 0 to 100, not {str(self.confidence)[:40]!r}")


class Annotator(Protocol):
    """Answers questions, many at a time."""

    @property
    def name(self) -> str:
        """Say who answers: ``llm: <model>`` or ``simulated from a known truth (offline counterpart, not an LLM)``."""
        ...

    def settings(self) -> Mapping[str, Any]: ...

    def vote_all(self, questions: Iterable[Question]) -> Iterator[Vote | AnswerError]:
        """Yield the vote on each question, in their order; an error where one got no usable answer."""
        ...


def draw_pairs(run: Run, depth: int = 100, per_vacancy: int = 1, seed: int = 0) -> tuple[DrawnPair, ...]:
    """Draw ``per_vacancy`` different pairs from the first ``depth`` ranks of each vacancy (all where there are fewer).

    Every pair of ranks is equally likely, and who is shown first is a fair coin. The draw for a vacancy depends on the
    seed and its id alone. A vacancy with fewer than two candidates gives none.

    Raises:
        InputError: a depth below 2, or no pair wanted.
    """
    if depth < 2 or per_vacancy < 1:
        raise InputError(
            f"a pair needs a depth of 2 or more and at least one pair per vacancy, not {depth} and {per_vacancy}"
        )
    return tuple(pair for ranking in run for pair in _drawn(ranking, depth, per_vacancy, seed))


def _drawn(ranking: Ranking, depth: int, wanted: int, seed: int) -> Iterator[DrawnPair]:
    ids = ranking.document_ids[:depth]
    n = len(ids)
    random = np.random.default_rng(int.from_bytes(tie_key(f"annotate {seed}", ranking.query_id), "big"))
    possible = n * (n - 1) // 2
    for number in random.choice(possible, size=min(wanted, possible), replace=False).tolist() if possible else ():
        # Pairs i < j are numbered row by row of j: number = j (j - 1) / 2 + i.
        j = int((1 + (1 + 8 * number) ** 0.5) / 2)
        j -= j * (j - 1) // 2 > number
        i = number - j * (j - 1) // 2
        first, second = (i, j) if random.random() < 0.5 else (j, i)
        yield DrawnPair(ranking.query_id, ids[first], ids[second], first + 1, second + 1)


class VoteLog(KeyedLines):
    def __init__(self, path: Path, annotator: Annotator) -> None:
        """Open the file to go on with, or begin it.

        Raises:
            InputError: as :class:`KeyedLines`; among others, another annotator or other settings began the file.
        """
        super().__init__(path, FORMAT, {"annotator": annotator.name, **annotator.settings()})
        self.annotator = annotator.name

    def find(self, question: Question) -> Vote | None:
        row = self.get(question.key)
        return None if row is None else Vote(row["preferred"], row["confidence"], row["comparison"])

    def keep(self, question: Question, vote: Vote) -> None:
        """Keep a vote; the texts stay where they are, only ids and ranks are kept."""
        pair = question.pair
        shown = {"vacancy_id": pair.vacancy_id, "a_id": pair.x_id, "b_id": pair.y_id}
        ranks = {"a_rank": pair.x_rank, "b_rank": pair.y_rank}
        answer = {"preferred": vote.preferred, "confidence": vote.confidence, "comparison": vote.comparison}
        self.add(question.key, {"annotator": self.annotator, **shown, **ranks, **answer})


@dataclass(frozen=True, slots=True)
class BothOrders:
    """A pair and its two votes: ``forward`` with x shown first, ``backward`` with y first; ``None``: no answer yet."""

    pair: DrawnPair
    forward: Vote | None
    backward: Vote | None


def check_texts(pairs: Sequence[DrawnPair], texts: Texts) -> None:
    """Refuse pairs of which a side has no text.

    Raises:
        UnknownIdError: which ids.
    """
    refuse_unknown("pairs: %s vacancies have no text", {p.vacancy_id for p in pairs}, texts.queries)
    refuse_unknown("pairs: %s candidates have no text", {i for p in pairs for i in p[1:3]}, texts.documents)


def questions_of(pairs: Iterable[DrawnPair], texts: Texts) -> Iterator[Question]:
    """Yield both orders of each pair.

    Raises:
        UnknownIdError: a pair names an id without a text.
    """
    listed = list(pairs)
    check_texts(listed, texts)
    for pair in listed:
        for order in (pair, pair.swapped):
            shown = texts.documents[order.x_id], texts.documents[order.y_id]
            yield Question(order, texts.queries[order.vacancy_id], *shown)


def open_questions(pairs: Iterable[DrawnPair], texts: Texts, log: VoteLog) -> list[Question]:
    unanswered = {question.key: question for question in questions_of(pairs, texts) if log.find(question) is None}
    return list(unanswered.values())


def annotate(
    pairs: Iterable[DrawnPair],
    texts: Texts,
    annotator: Annotator,
    log: VoteLog,
    update: Callable[[int], None] = lambda done: None,
) -> Counter[str]:
    """Ask both orders of every pair that ``log`` has no vote on; each vote is in the file before the next one counts.

    Returns the failures by reason; the next run asks those again and nothing else. ``update`` gets the questions done.

    Raises:
        EndpointError, BudgetSpentError: no further request can be made; the votes so far are in the file.
    """
    questions = open_questions(pairs, texts, log)
    failures: Counter[str] = Counter()
    for number, (question, outcome) in enumerate(zip(questions, annotator.vote_all(questions), strict=True), start=1):
        if isinstance(outcome, AnswerError):
            failures[outcome.reason] += 1
        else:
            log.keep(question, outcome)
        update(number)
    return failures


def collect(pairs: Iterable[DrawnPair], texts: Texts, log: VoteLog) -> tuple[BothOrders, ...]:
    """Return the two votes on each pair, in the order of ``pairs``."""
    listed = list(pairs)
    votes = [log.find(question) for question in questions_of(listed, texts)]
    return tuple(BothOrders(pair, *orders) for pair, orders in zip(listed, zip(votes[::2], votes[1::2])))
