"""AI preferences: which of two candidates suits a vacancy better, asked in both orders (RankPO, section on annotation).

A judge who prefers what stands first looks accurate on labels that were asked for in one order. So every pair is asked
twice, A and B swapped, and only what both answers say is a preference; a disagreement is dropped, or becomes a soft
label towards the surer answer. Votes go to an append-only file the moment they are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any, Literal, NamedTuple, Protocol, get_args

import numpy as np
from pydantic import Field

from jobfit.errors import InputError
from jobfit.evaluation.alignment import Position, position
from jobfit.judged import Preference, Texts, refuse_unknown
from jobfit.keyed_lines import KeyedLines, digest_of
from jobfit.llm.errors import AnswerError
from jobfit.ordering import tie_key
from jobfit.runs import Ranking, Run
from jobfit.settings import check_fields
from jobfit.training.asking import keep_answers

FORMAT = "jobfit-votes-1"
Side = Literal["A", "B"]
Disagreements = Literal["drop", "soft"]


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
    """One answer: who is ``preferred`` of the two as they were shown, how sure (0..100), and the ``comparison``."""

    preferred: Side
    confidence: Annotated[int, Field(ge=0, le=100)]
    comparison: str = ""

    def __post_init__(self) -> None:
        check_fields(self)


class Annotator(Protocol):
    """Answers questions, many at a time."""

    @property
    def name(self) -> str:
        """Who answers: ``llm: <model>`` or ``simulated from a known truth (offline counterpart, not an LLM)``."""
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
    """The votes of one annotator in a file; refuses one that another annotator, or other settings, began."""

    def __init__(self, path: Path, annotator: Annotator) -> None:
        super().__init__(path, FORMAT, {"annotator": annotator.name, **annotator.settings()})
        self.annotator = annotator.name

    def find(self, question: Question) -> Vote | None:
        row = self.get(question.key)
        return None if row is None else Vote(row["preferred"], row["confidence"], row["comparison"])

    def keep(self, question: Question, vote: Vote) -> None:
        """Keep a vote; the texts stay where they are, only ids and ranks are kept."""
        vacancy_id, a_id, b_id, a_rank, b_rank = question.pair
        shown = {"vacancy_id": vacancy_id, "a_id": a_id, "b_id": b_id, "a_rank": a_rank, "b_rank": b_rank}
        self.add(question.key, {"annotator": self.annotator, **shown, **asdict(vote)})


@dataclass(frozen=True, slots=True)
class BothOrders:
    """A pair and its two votes: ``forward`` with x shown first, ``backward`` with y first; ``None``: no answer yet."""

    pair: DrawnPair
    forward: Vote | None
    backward: Vote | None


def check_texts(pairs: Sequence[DrawnPair], texts: Texts) -> None:
    """Refuse pairs of which a side has no text: UnknownIdError."""
    refuse_unknown("pairs: %s vacancies have no text", {p.vacancy_id for p in pairs}, texts.queries)
    refuse_unknown("pairs: %s candidates have no text", {i for p in pairs for i in p[1:3]}, texts.documents)


def questions_of(pairs: Iterable[DrawnPair], texts: Texts) -> Iterator[Question]:
    """Yield both orders of each pair; UnknownIdError where one names an id without a text."""
    listed = list(pairs)
    check_texts(listed, texts)
    for pair in listed:
        for order in (pair, pair.swapped):
            shown = texts.documents[order.x_id], texts.documents[order.y_id]
            yield Question(order, texts.queries[order.vacancy_id], *shown)


def open_questions(pairs: Iterable[DrawnPair], texts: Texts, log: VoteLog) -> list[Question]:
    """Return the questions that have no vote yet, each once."""
    unanswered = (question for question in questions_of(pairs, texts) if log.find(question) is None)
    return list({question.key: question for question in unanswered}.values())


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
    return keep_answers(questions, annotator.vote_all(questions), log.keep, update)


def collect(pairs: Iterable[DrawnPair], texts: Texts, log: VoteLog) -> tuple[BothOrders, ...]:
    """Return the two votes on each pair, in the order of ``pairs``."""
    listed = list(pairs)
    votes = [log.find(question) for question in questions_of(listed, texts)]
    return tuple(BothOrders(pair, *orders) for pair, orders in zip(listed, zip(votes[::2], votes[1::2])))


class Agreement(StrEnum):
    """How the two votes on a pair stand to each other."""

    AGREED = "agreed"
    FIRST_TWICE = "first_twice"  # whoever was shown first, both times
    SECOND_TWICE = "second_twice"
    UNANSWERED = "unanswered"  # one or both orders have no vote


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a pair. ``preferred`` is one of its two ids, or ``None``: no preference follows.

    ``confidence`` in (0, 1] is the strength of the label: |c_x - c_y| / 2, with c the stated confidences (as shares)
    summed over the votes for each. Two votes that agree have their mean; two that differ half of their difference.
    """

    pair: DrawnPair
    agreement: Agreement
    preferred: str | None
    confidence: float | None
    comparisons: tuple[str, str] = ("", "")

    @property
    def preference(self) -> Preference | None:
        if self.preferred is None or self.confidence is None:
            return None
        other = self.pair.y_id if self.preferred == self.pair.x_id else self.pair.x_id
        return Preference(self.pair.vacancy_id, self.preferred, other, self.confidence)


def decide(votes: BothOrders, disagreements: Disagreements = "drop") -> Verdict:
    """Return the verdict on one pair.

    ============  ============  ================================================================
    x shown as A  y shown as A  verdict
    ============  ============  ================================================================
    A             B             x, agreed
    B             A             y, agreed
    A             A             *first twice*: dropped, or soft towards the more confident vote
    B             B             *second twice*: the same
    no vote       any           *unanswered*
    ============  ============  ================================================================

    Two votes that agree with a confidence of 0 each, or disagree with equal confidence, prefer nobody.

    Raises:
        InputError: ``disagreements`` is neither ``drop`` nor ``soft``.
    """
    if disagreements not in get_args(Disagreements):
        raise InputError(f"disagreements are {' or '.join(get_args(Disagreements))}, not {disagreements!r}")
    pair, forward, backward = votes.pair, votes.forward, votes.backward
    if forward is None or backward is None:
        return Verdict(pair, Agreement.UNANSWERED, None, None)
    comparisons = (forward.comparison, backward.comparison)
    agreement = Agreement.FIRST_TWICE if forward.preferred == "A" else Agreement.SECOND_TWICE
    if forward.preferred != backward.preferred:
        agreement = Agreement.AGREED
    for_x, for_y = (v.confidence if v.preferred == "A" else -v.confidence for v in (forward, backward))
    strength = (for_x - for_y) / 200
    if strength == 0 or (agreement is not Agreement.AGREED and disagreements == "drop"):
        return Verdict(pair, agreement, None, None, comparisons)
    return Verdict(pair, agreement, pair.x_id if strength > 0 else pair.y_id, abs(strength), comparisons)


def preferences_of(verdicts: Iterable[Verdict]) -> Iterator[Preference]:
    return (found for verdict in verdicts if (found := verdict.preference) is not None)


@dataclass(frozen=True, slots=True)
class AnnotationReport:
    """What the votes say about the judge.

    agreement:    pairs by :class:`Agreement`; ``decided`` of them give a preference, ``soft`` of those from two votes
                  that differ.
    share_agreed: agreed pairs of those with both votes; a judge who answers by position alone has 0, one who throws a
                  coin 1/2. ``None`` without such a pair.
    shown_first:  how often the candidate shown first won, over both votes of the answered pairs (a fair share is 1/2,
                  whoever is better). The two votes on a pair are not independent, which makes its interval wide.
    order_effect: the exact check: of the pairs whose votes differ, how often the first won twice. Without position bias
                  that is a fair coin.
    confidence:   mean of the stated confidences, and the share of votes that state 100.
    """

    annotator: str
    agreement: Counter[Agreement]
    decided: int
    soft: int
    shown_first: Position
    order_effect: Position
    confidence: tuple[float, float] | None

    @property
    def share_agreed(self) -> float | None:
        both = self.agreement.total() - self.agreement[Agreement.UNANSWERED]
        return self.agreement[Agreement.AGREED] / both if both else None

    def to_json(self) -> dict[str, Any]:
        mean, full = self.confidence or (None, None)
        return {
            "annotator": self.annotator,
            "pairs": self.agreement.total(),
            "agreement": {str(kind): self.agreement[kind] for kind in Agreement},
            "share_agreed": self.share_agreed,
            "decided": self.decided,
            "soft": self.soft,
            "shown_first": asdict(self.shown_first),
            "order_effect": asdict(self.order_effect),
            "confidence": {"mean": mean, "share_of_100": full},
        }


def report_on(annotator: str, collected: Sequence[BothOrders], verdicts: Sequence[Verdict]) -> AnnotationReport:
    counted = Counter(verdict.agreement for verdict in verdicts)
    votes = [vote for both in collected if both.forward and both.backward for vote in (both.forward, both.backward)]
    first, second = counted[Agreement.FIRST_TWICE], counted[Agreement.SECOND_TWICE]
    confidences = [vote.confidence for vote in votes]
    decided = [verdict for verdict in verdicts if verdict.preferred is not None]
    return AnnotationReport(
        annotator,
        counted,
        decided=len(decided),
        soft=sum(verdict.agreement is not Agreement.AGREED for verdict in decided),
        shown_first=position(sum(vote.preferred == "A" for vote in votes), len(votes)),
        order_effect=position(first, first + second),
        confidence=(fmean(confidences), fmean(value == 100 for value in confidences)) if votes else None,
    )
