"""Pairs of three outcomes from simulated markets: what a log says by the table of statuses, every row accounted for.

Two markets of other people and other employers: one is learnt from, the other is held out whole, at the share of hires
that its log has. What is censored is in no class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from jobfit.errors import InputError
from jobfit.experiments.market import MarketSizes, in_test, market_of, market_texts, true_grades
from jobfit.ingest.applications import ApplicationRow
from jobfit.judged import Judged, Pair
from jobfit.judgements import StatusTable, load_table
from jobfit.preparation.labels import Funnel, LoggedPair, judge_rows, label_pairs
from jobfit.records import Outcome
from jobfit.simulation.market import Market
from jobfit.training.data import TrainingSet, hold_out

Sides = tuple[Mapping[str, str], Mapping[str, str]]
"""Texts of candidates and of vacancies, by id."""


@dataclass(frozen=True, slots=True)
class LabelledMarket:
    """``tested`` are the held-out log's pairs with an outcome, grade 0 rejected, 1 talent pool, 2 hired.

    ``held_out`` ranks the whole held-out pool by the truth of the market. ``funnels`` say what became of the rows of
    the ``train`` and the ``held-out`` log. ``markets`` are the two themselves, learnt from and held out.
    """

    source: str
    train: TrainingSet
    validation: TrainingSet
    tested: tuple[Pair, ...]
    held_out: Judged
    funnels: Mapping[str, Funnel]
    markets: tuple[Market, Market]

    def rewritten(self, write: Callable[[Market], Sides]) -> LabelledMarket:
        """Return the same pairs with other texts: ``write`` gives those of candidates and vacancies of a market."""
        (people, openings), tested = write(self.markets[0]), write(self.markets[1])
        candidates, vacancies = ({f"t-{i}": text for i, text in side.items()} for side in tested)
        return replace(
            self,
            train=replace(self.train, candidates=people, vacancies=openings),
            validation=replace(self.validation, candidates=people, vacancies=openings),
            held_out=replace(self.held_out, candidates=candidates, vacancies=vacancies),
        )


def labelled_market(
    sizes: MarketSizes, statuses: StatusTable | None = None, measures: tuple[str, ...] = ("nDCG@10",)
) -> LabelledMarket:
    """Simulate both markets and label their logs; a seventh of the judged vacancies of the first validates.

    Raises:
        UnknownStatusError: ``statuses`` (by default the table ``ats``) lacks a status of the log.
        InputError: the market is too small for a pair of each class.
    """
    table = statuses or load_table("ats")
    learnt = market_of(sizes, sizes.candidates, sizes.vacancies, sizes.seed)
    tested = market_of(sizes, sizes.held_out_candidates, sizes.held_out_vacancies, sizes.seed + 1_000_000)
    pairs, funnel = _labelled(learnt, table, "the log of the training market")
    others, held_out_funnel = _labelled(tested, table, "the log of the held-out market")
    texts = market_texts(learnt)
    train, validation = hold_out(_training_set(texts, pairs), 1 / 7, seed=sizes.seed, judged=True)
    graded = [Pair(p.candidate_id, p.vacancy_id, grade) for p in others if (grade := p.judgement.ordinal) is not None]
    source = (
        f"Simulated market of jobfit (synthetic: no real person, employer or text), seed {sizes.seed}: trained on "
        f"{len(train.positives):,} hired, {len(train.pool):,} in the talent pool and {len(train.rejects):,} rejected; "
        f"held out: another market of {len(tested.people):,} candidates and {len(tested.openings):,} vacancies."
    )
    return LabelledMarket(
        source, train, validation, tuple(sorted(map(in_test, graded))), true_grades(tested, measures),
        {"train": funnel, "held-out": held_out_funnel}, (learnt, tested),
    )  # fmt: skip


def _labelled(market: Market, table: StatusTable, where: str) -> tuple[tuple[LoggedPair, ...], Funnel]:
    rows = (
        ApplicationRow(number, one.candidate_id, one.vacancy_id, one.status, None, one.time)
        for number, one in enumerate(market.applications, start=1)
    )
    labelled = label_pairs(judge_rows(rows, table, where), market.cvs.keys(), market.vacancies.keys())
    return labelled.pairs, labelled.funnel


def _training_set(texts: Sides, pairs: tuple[LoggedPair, ...]) -> TrainingSet:
    def of(outcome: Outcome, grade: int) -> tuple[Pair, ...]:
        return tuple(Pair(p.candidate_id, p.vacancy_id, grade) for p in pairs if p.judgement.outcome is outcome)

    hired, rejected = of(Outcome.HIRED, 1), of(Outcome.REJECTED, 0)
    if not (hired and rejected):
        raise InputError(f"{len(hired)} hired and {len(rejected)} rejected pairs: make the market larger")
    graded = tuple(
        Pair(p.candidate_id, p.vacancy_id, p.judgement.grade) for p in pairs if p.judgement.grade is not None
    )
    return TrainingSet(*texts, hired, rejected, pool=of(Outcome.TALENT_POOL, 1), graded=graded)
