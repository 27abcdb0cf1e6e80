"""What the papers say, and whether it held here: decided by the intervals alone, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jobfit.errors import InputError
from jobfit.experiments.frontier import Advantage, advantage
from jobfit.experiments.rows import Compared, Row, compare_rows, corrected


@dataclass(frozen=True, slots=True)
class Claim:
    """A published statement that row ``better`` ranks higher than row ``worse``."""

    text: str
    better: str
    worse: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim: ``held``, ``reversed`` or ``not shown``, the sentence, and the differences behind it."""

    claim: str
    verdict: str
    sentence: str
    compared: tuple[Compared, ...] = ()
    advantage: Advantage | None = None


CONFIT_CLAIMS = (
    Claim("Encoding the whole document beats encoding fields apart (ConFit* over ConFit)", "whole", "fieldwise"),
    Claim("Training lifts the encoder over its untrained backbone", "whole", "raw"),
    Claim("The trained encoder beats BM25", "whole", "bm25"),
    Claim("HyRe improves on the whole-document encoder", "hyre", "whole"),
    Claim("RUM improves on HyRe", "rum-1", "hyre"),
    Claim("A second round of RUM improves on the first (figure 3, IntelliPro)", "rum-2", "rum-1"),
    Claim("RUM's 3-4 % beats BM25 negatives (table A4)", "neg-rum-0.03-0.04", "neg-bm25"),
    Claim("RUM's 3-4 % beats the very hardest, 0-1 % (table A4)", "neg-rum-0.03-0.04", "neg-rum-0-0.01"),
    Claim("RUM's 3-4 % beats 4-5 % (table A4)", "neg-rum-0.03-0.04", "neg-rum-0.04-0.05"),
    Claim("RUM's 3-4 % beats random negatives", "neg-rum-0.03-0.04", "neg-random"),
)
_A1 = "(table A1)"
CONFIT_APART = {
    "Table A1: what joined texts give, and could give": (
        Claim(f"A hypothetical vacancy joined to each resume does worse than nothing {_A1}", "whole", "a1-resume2job"),
        Claim(f"HyRe beats a hypothetical vacancy joined to each resume {_A1}", "hyre", "a1-resume2job"),
        Claim(f"A real accepted resume (human) would beat the hypothetical one {_A1}", "a1-human", "hyre"),
        Claim(f"A real accepted resume (encoder) would beat the hypothetical one {_A1}", "a1-encoder", "hyre"),
        Claim(f"The centroid of the accepted would beat HyRe {_A1}", "a1-centroid", "hyre"),
    ),
    "Boosted trees": (Claim("The trained encoder beats TF-IDF with boosted trees", "whole", "gbdt"),),
}
"""Families that were added beside :data:`CONFIT_CLAIMS`, each with Holm's correction of its own, so that no earlier
verdict changes."""
RANKPO_CLAIMS = (
    Claim("Combined rounds beat random negatives (table 3)", "combined", "random"),
    Claim("Combined rounds beat incremental ones (table 3)", "combined", "incremental"),
    Claim("Incremental rounds beat random negatives", "incremental", "random"),
)
FRONTIER_CLAIMS = (
    ("At equal alignment RankPO (sigmoid) keeps more of the ranking than SFT (figure 2)", "rankpo", "sft"),
    ("At equal alignment RankPO (hinge) keeps more of the ranking than SFT (figure 2)", "rankpo-hinge", "sft"),
    ("At equal alignment RankPO (sigmoid) keeps more than SimRankPO (figure 2)", "rankpo", "simrankpo"),
    ("At equal alignment the hinge keeps more than the sigmoid (figure 2)", "rankpo-hinge", "rankpo"),
)


def judge_claims(claims: Sequence[Claim], rows: Sequence[Row], columns: Sequence[str]) -> tuple[Verdict, ...]:
    """Return the verdict on every claim whose rows are there; Holm's correction is over all comparisons made here.

    *Held*: higher in at least one column and lower in none; *reversed*: lower in at least one and higher in none;
    *mixed*: both; else *not shown*. Higher and lower are :attr:`~jobfit.experiments.rows.Compared.told_apart`.
    """
    by_key = {row.key: row for row in rows}
    there = [claim for claim in claims if {claim.better, claim.worse} <= by_key.keys()]
    compared = corrected([
        compare_rows(by_key[claim.worse], by_key[claim.better], column) for claim in there for column in columns
    ])  # fmt: skip
    found = []
    for n, claim in enumerate(there):
        mine = compared[n * len(columns) : (n + 1) * len(columns)]
        word = _word([one.told_apart for one in mine])
        found.append(Verdict(claim.text, word, f"{claim.text}: {word}. {_numbers(mine)}", tuple(mine)))
    return tuple(found)


def judge_frontier(rows: Sequence[Row], start: Row, columns: tuple[str, str]) -> tuple[Verdict, ...]:
    """Return the verdict on figure 2's claims: methods at equal alignment, over the whole sweep.

    A method that gains no alignment over the start cannot be compared: *not shown*, and the sentence says so.
    """
    found = []
    for text, better, worse in FRONTIER_CLAIMS:
        sides = [[row for row in rows if row.key.partition("@")[0] == method] for method in (better, worse)]
        if not all(sides):
            continue
        try:
            one = advantage(sides[0], sides[1], columns, start)
        except InputError as error:
            found.append(Verdict(text, "not shown", f"{text}: not shown. {str(error)[0].upper()}{str(error)[1:]}."))
            continue
        low, high = one.difference.low, one.difference.high
        told = "higher" if low is not None and low > 0 else "lower" if high is not None and high < 0 else ""
        word = _word([told])
        span = "no interval" if low is None or high is None else f"95 % {low:+.3f} to {high:+.3f}"
        said = (
            f"{text}: {word}. RowCache on average over alignments {one.low:.3f} to {one.high:.3f}: "
            f"{one.difference.mean or 0:+.3f} nDCG ({span})."
        )
        found.append(Verdict(text, word, said, (), one))
    return tuple(found)


def _word(told: Sequence[str]) -> str:
    up, down = "higher" in told, "lower" in told
    return "mixed" if up and down else "held" if up else "reversed" if down else "not shown"


def _numbers(compared: Sequence[Compared]) -> str:
    parts = []
    for one in compared:
        low, high = one.difference.low, one.difference.high
        span = "no interval" if low is None or high is None else f"95 % {low:+.3f} to {high:+.3f}"
        parts.append(f"{one.column}: {one.difference.mean or 0:+.3f} ({span}, p = {one.p_holm:.3f} after Holm)")
    return "; ".join(parts) + "."


def counted(verdicts: Sequence[Verdict]) -> Mapping[str, int]:
    """Return how many verdicts of each kind there are."""
    return {word: sum(one.verdict == word for one in verdicts) for word in ("held", "reversed", "mixed", "not shown")}
