"""Groups among the top ten, with and without the attribute stated (the analogue of ConFit v2's table 4), and swapped.

The market's attribute is synthetic, drawn apart from everything else, and in no text. Here it is written into copies of
the held-out candidates' texts, as a section of its own in front, where no window cuts it. The models were trained
without it: what is seen is what they do with a statement that they were never trained on. It describes lists; it does
not say what a use of them would mean.

    share        of a group among the ten ranked best for a vacancy, nothing stated or everyone's own group stated
    swapped      everyone's statement replaced by another group: does the set of the ten change?
    places       one candidate's statement replaced, the others' kept: how many places does that candidate move?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobfit.audit.counterfactual import CHANGED, MOVED, TOP, WAYS, counterfactual, signed, stated
from jobfit.errors import InputError
from jobfit.experiments.data import Attribute, ExperimentData
from jobfit.experiments.experiment import Results
from jobfit.experiments.ranking import cosines
from jobfit.experiments.report import NOT_MEASURED, Cell, Table
from jobfit.experiments.rows import Measured, Row, estimate
from jobfit.training.loop.encoder import Encoder, embed_texts
from jobfit.training.loop.settings import TrainSettings

Floats = NDArray[np.float64]


def groups_key(key: str) -> str:
    return f"groups-{key}"


def why_no_groups(data: ExperimentData) -> str:
    """Return why no shares can be measured on these data, or the empty text."""
    if data.attribute is None:
        return "no protected attribute of the held-out candidates is known"
    if not all(i in data.attribute.groups for i in data.held_out.candidates):
        return f"the {data.attribute.name} of some held-out candidates is not known"
    if len(groups_of(data.attribute)) < 2:
        return f"all held-out candidates have the same {data.attribute.name}"
    if not any(task.by_vacancy for task in data.held_out.tasks):
        return "no candidates are ranked for vacancies"
    return ""


def groups_of(attribute: Attribute) -> tuple[str, ...]:
    return tuple(sorted(set(attribute.groups.values())))


def group_columns(model: Encoder, data: ExperimentData, loop: TrainSettings) -> Measured:
    """Return, by vacancy: the shares of every group each way, and what swapping changes; the pool's shares as notes.

    All held-out candidates are ranked for every vacancy that the ranking task asks about. Columns of places say by how
    many one candidate moves, the mean over candidates of the amount, and with its sign for every two groups: above 0,
    lower down when stated as the first than when stated as the second.
    """
    if (why := why_no_groups(data)) or data.attribute is None:
        raise InputError(f"shares of groups: {why}")
    attribute, people = data.attribute, data.held_out.candidates
    groups, own = groups_of(attribute), [attribute.groups[i] for i in people]
    asked = sorted({i for task in data.held_out.tasks if task.by_vacancy for i in task.qrels.grades})
    vacancies = embed_texts(model, {i: data.held_out.vacancies[i] for i in asked}, loop)
    silent = cosines(vacancies, embed_texts(model, people, loop))
    as_group = {}
    for group in groups:
        told = {i: stated(text, attribute.name, group) for i, text in people.items()}
        as_group[group] = cosines(vacancies, embed_texts(model, told, loop))
    columns: dict[str, dict[str, tuple[float, ...]]] = {}
    for row, vacancy in enumerate(vacancies.ids):
        scores = {group: table[row] for group, table in as_group.items()}
        for name, value in counterfactual(vacancy, tuple(people), own, silent[row], scores).items():
            columns.setdefault(name, {})[vacancy] = (value,)
    pool = {group: own.count(group) / len(own) for group in groups}
    notes = {"attribute": attribute.name, "groups": list(groups), "pool": pool, "candidates": len(own)}
    return Measured(columns, notes)


def group_tables(results: Results, keys: Sequence[str], reason: str) -> tuple[Table, ...]:
    """Return the shares and the counterfactual of the rows ``keys``; ``reason``: why nothing can be measured."""
    found = {key: results.kept(groups_key(key)) for key in keys}
    facts = next((one.notes for by_seed in found.values() for one in by_seed.values()), None)
    if facts is None:
        said = f"{NOT_MEASURED.capitalize()}: {reason or 'the models were gone'}."
        return (Table(f"Groups among the top {TOP}", said, (), ()),)
    rows = [Row(key, results.labels[key], {s: one.columns for s, one in of.items()}) for key, of in found.items()]
    return _shares(rows, facts), _counterfactual(rows, facts)


def _shares(rows: Sequence[Row], facts: Mapping[str, Any]) -> Table:
    groups, name = facts["groups"], facts["attribute"]
    pool = tuple(f"{facts['pool'][group]:.3f}" for group in groups)
    lines: list[tuple[str, tuple[Cell, ...]]] = [(f"the pool of {facts['candidates']:,}", pool)]
    for row, way in product(rows, WAYS):
        lines.append((f"{row.label}: {way}", _cells(row, [f"{group}, {way}" for group in groups])))
    said = (
        f"Share of each group of the synthetic attribute *{name}* among the {TOP} ranked best for a vacancy. *Stated*: "
        "everyone's own group is written in front of their text; no model was trained on such a statement. The "
        "attribute is drawn apart from all else in this market, so a share beside the pool's describes these lists and "
        "people. Intervals draw vacancies and seeds again, not people."
    )
    return Table(f"Groups among the top {TOP} (the analogue of ConFit v2, table 4)", said, tuple(groups), tuple(lines))


def _counterfactual(rows: Sequence[Row], facts: Mapping[str, Any]) -> Table:
    columns = (CHANGED, MOVED, *(signed(*pair) for pair in combinations(facts["groups"], 2)))
    said = (
        f"The stated {facts['attribute']} is replaced by another group's. Lists: in every candidate's text at once, "
        f"and the set of the {TOP} is compared. Places: in one candidate's text, the others' kept, averaged over all "
        f"{facts['candidates']:,} candidates and all vacancies. A model that read nothing into the statement had 0 "
        "everywhere."
    )
    lines = tuple((row.label, _cells(row, columns)) for row in rows)
    return Table("Counterfactual: the stated attribute swapped", said, columns, lines)


def _cells(row: Row, columns: Sequence[str]) -> tuple[Cell, ...]:
    return tuple(estimate(row, column) if row.by_seed else NOT_MEASURED for column in columns)
