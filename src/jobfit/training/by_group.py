"""What the validation set says by group, for the model card. No training reads a group: this is measured afterwards."""

from __future__ import annotations

from jobfit.errors import InputError
from jobfit.evaluation.measures import evaluate
from jobfit.evaluation.statistics import Estimate, mean_interval
from jobfit.groups import Groups
from jobfit.training.data import TrainingSet
from jobfit.training.loop.objective import Embed
from jobfit.training.validators import RankingValidator

TOP, GAIN = 10, "nDCG@10"
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
    - the group's share of the ten candidates ranked best, over the vacancies (n); its share of the pool stands beside.

    A candidate who is not in the file, or states nothing, is *undeclared*, a group like the others.
    """
    (_, best, _), (_, run, judged) = validator.rankings(embed)
    gains = evaluate(run, judged, (GAIN,)).per_query[GAIN]
    tops = [ranking.document_ids[:TOP] for ranking in best.rankings.values()]
    pool = validator.candidates
    rows: list[tuple[str, Estimate]] = []
    for attribute in dict.fromkeys(name for values in groups.values.values() for name in values):
        of = {i: groups.of(i, attribute) for i in pool}
        for group in sorted(set(of.values())):
            share = sum(value == group for value in of.values()) / len(pool)
            found = mean_interval([gain for i, gain in gains.items() if of[i] == group])
            rows.append((f"{attribute} {group}: vacancies_for_candidate {GAIN}", found))
            shares = mean_interval([sum(of[i] == group for i in top) / len(top) for top in tops])
            rows.append((f"{attribute} {group}: share of the {TOP} ranked best (of the pool {share:.3f})", shares))
    return tuple(rows)
