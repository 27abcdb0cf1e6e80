"""What the validation set says by group, for the model card. No training reads a group: this is measured afterwards."""

from __future__ import annotations

from jobfit.audit.by_group import RANKING_RATES
from jobfit.audit.by_group import by_group as audited
from jobfit.audit.counts import counts_of_rankings
from jobfit.errors import InputError
from jobfit.evaluation.measures import evaluate
from jobfit.evaluation.statistics import Estimate, mean_interval
from jobfit.groups import Groups, coded
from jobfit.training.data import TrainingSet
from jobfit.training.loop.objective import Embed
from jobfit.training.validators import RankingValidator

TOP, GAIN, PLACES = 10, "nDCG@10", "share of places"
ByGroup = tuple[tuple[str, Estimate], ...]
"""Rows of the card: what was measured for which group, and the estimate."""


def check_groups(groups: Groups, validation: TrainingSet | None) -> None:
    """Raise InputError, before anything is trained, where there is nothing to measure the groups on."""
    if validation is None or not validation.positives:
        raise InputError("results by group are measured on the pairs of a validation set: there are none")
    if not groups.values.keys() & validation.candidates.keys():
        raise InputError("no candidate of the validation set is in the file of groups: do their ids belong together?")


def by_group(validator: RankingValidator, embed: Embed, groups: Groups) -> ByGroup:
    """Return two rows for each attribute and group, both with 95 % bootstrap intervals.

    - nDCG@10 of the vacancies ranked for a candidate, over the group's candidates with a relevant vacancy (n);
    - the group's share of the ten places of each list, over the vacancies (n); its share of the pool stands beside.

    A candidate who is not in the file, or states nothing, is in no group's row (:func:`jobfit.groups.coded`). An
    attribute of which the pool has fewer than two groups has no row: there is nothing to compare.
    """
    (_, best, _), (_, run, judged) = validator.rankings(embed)
    gains = evaluate(run, judged, (GAIN,)).per_query[GAIN]
    rows: list[tuple[str, Estimate]] = []
    for attribute in dict.fromkeys(name for values in groups.values.values() for name in values):
        known = coded(groups, [attribute], validator.candidates)
        if len(known.names) < 2:
            continue
        counts = counts_of_rankings(list(best.rankings.values()), known, TOP)
        shares = audited(counts, {PLACES: RANKING_RATES[PLACES]}, {}).rows
        for code, (group, share) in enumerate(zip(known.names, shares, strict=True)):
            found = mean_interval([gain for i, gain in gains.items() if known.codes.get(i) == code])
            rows.append((f"{attribute} {group}: vacancies_for_candidate {GAIN}", found))
            of_pool = list(known.codes.values()).count(code) / len(known.codes)
            rows.append((f"{attribute} {group}: {PLACES}, the first {TOP} (of the pool {of_pool:.3f})", share.estimate))
    return tuple(rows)
