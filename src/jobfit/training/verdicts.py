"""Two votes to one preference, and what the votes say about the judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

from jobfit.errors import InputError
from jobfit.evaluation.alignment import Position, position
from jobfit.judged import Preference
from jobfit.training.annotation import BothOrders, DrawnPair, Vote

Disagreements = Literal["drop", "soft"]
MODES: tuple[str, ...] = ("drop", "soft")


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
    if disagreements not in MODES:
        raise InputError(f"disagreements are {' or '.join(MODES)}, not {disagreements!r}")
    pair, forward, backward = votes.pair, votes.forward, votes.backward
    if forward is None or backward is None:
        return Verdict(pair, Agreement.UNANSWERED, None, None)
    comparisons = (forward.comparison, backward.comparison)
    agreement = _agreement(forward, backward)
    strength = (_towards_first(forward) - _towards_first(backward)) / 200
    if strength == 0 or (agreement is not Agreement.AGREED and disagreements == "drop"):
        return Verdict(pair, agreement, None, None, comparisons)
    return Verdict(pair, agreement, pair.x_id if strength > 0 else pair.y_id, abs(strength), comparisons)


def _agreement(forward: Vote, backward: Vote) -> Agreement:
    if forward.preferred != backward.preferred:
        return Agreement.AGREED
    return Agreement.FIRST_TWICE if forward.preferred == "A" else Agreement.SECOND_TWICE


def _towards_first(vote: Vote) -> int:
    return vote.confidence if vote.preferred == "A" else -vote.confidence


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
        len(decided),
        sum(verdict.agreement is not Agreement.AGREED for verdict in decided),
        position(sum(vote.preferred == "A" for vote in votes), len(votes)),
        position(first, first + second),
        (sum(confidences) / len(confidences), sum(value == 100 for value in confidences) / len(confidences))
        if confidences
        else None,
    )
