"""The leakage guard: what train and test may not share, and two baselines that must be at chance on test.

It looks for pairs in both, and, on the sides that the split holds apart, for ids, texts and near-duplicate texts in
both. Then it always runs :mod:`jobfit.evaluation.memoriser`. Messages and reports name ids, never texts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

import numpy as np

from jobfit.errors import InputError, LeakageError
from jobfit.evaluation.duplicates import THRESHOLD, groups, words
from jobfit.evaluation.memoriser import LEVEL, Baseline, Labelled, Listed, Memoriser, baseline, lists_of_pairs
from jobfit.judged import Texts

SIDES = ("query", "document")
SHOWN = 5
TABLES = ("pair", "document rate", "document count")
T = TypeVar("T", str, tuple[str, str])
_KINDS = ("", " text", " near-duplicate")  # from finer to coarser names


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many of the ``of`` things in test are in train too, and the first of them by name.

    ``kind``: *pair*, *pair text*, *pair near-duplicate*; *query* or *document* with *id*, *text* or
    *near-duplicate*. What a stricter kind counts is not counted again: *text* are equal texts under different ids.
    """

    kind: str
    count: int
    of: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.count} of {self.of} test {self.kind}s are in train, such as {'; '.join(self.examples)}"


@dataclass(frozen=True, slots=True)
class LeakageReport:
    """``overlaps``, the ``random`` baseline, each table of the ``memoriser``, and those ``above_chance`` by name.

    ``level`` is that of all tests together, shared among the tables that say something.
    """

    overlaps: tuple[Overlap, ...]
    apart: tuple[str, ...]
    level: float
    random: Baseline
    memoriser: tuple[Baseline, ...]
    above_chance: tuple[str, ...]

    def refuse(self, accept: Iterable[str] = ()) -> None:
        """Raise :class:`LeakageError` where anything was found: every overlap with examples, every table above chance.

        ``accept`` names tables whose success is known and wanted, such as *document rate* where good candidates come
        back by design; they stay in the report as what a model has to beat. Overlaps cannot be accepted.
        """
        tables, accepted = {*TABLES, "query rate"}, set(accept)
        if unknown := sorted(accepted - tables):
            raise InputError(f"no such table: {', '.join(unknown)}; there are: {', '.join(sorted(tables))}")
        problems = [str(overlap) for overlap in self.overlaps]
        problems += [
            f"the memoriser's table {table.name!r} is above chance: AUC {table.auc:.3f} over {table.informed} of "
            f"{table.lists} lists (p = {table.p:.4g}), a relevant document on top in {table.first:.3f} of them (chance "
            f"{table.first_by_chance:.3f})"
            for table in self.memoriser
            if table.name in self.above_chance and table.name not in accepted
        ]
        if problems:
            raise LeakageError("train leaks into test:\n  " + "\n  ".join(problems))


def check_leakage(
    train: Sequence[Labelled],
    test: Sequence[Labelled] | Sequence[Listed],
    texts: Texts,
    *,
    apart: Sequence[str] = ("query",),
    threshold: float | None = THRESHOLD,
    seed: int = 0,
    level: float = LEVEL,
) -> LeakageReport:
    """Compare train with test, given as labelled pairs or as lists, and run the baselines on the lists of test.

    ``apart`` are the sides (query, document) of which train and test may share nothing; pairs never may.
    An id without a text is compared by id only. Near-duplicates are texts with a similarity of ``threshold`` or more;
    ``None`` compares ids and equal texts only.
    The unlabelled documents of a list count as not relevant for the baselines and never as an overlap.

    Raises:
        InputError: train or test is empty, or ``apart`` names something else.
    """
    if set(apart) - set(SIDES):
        raise InputError(f"apart names query, document or both, not {', '.join(apart)}")
    labelled = [pair for pair in test if isinstance(pair, Labelled)]
    lists = lists_of_pairs(labelled) if labelled else tuple(found for found in test if isinstance(found, Listed))
    if not lists:
        raise InputError("the test set is empty")
    pairs = {(p.query_id, p.document_id) for p in labelled} or {(x.query_id, d) for x in lists for d in x.labelled}
    known = {(p.query_id, p.document_id) for p in train}
    names = [
        _names(side, {q[i] for q in known} | {q[i] for q in pairs}, threshold)
        for i, side in enumerate((texts.queries, texts.documents))
    ]
    kinds = [f"pair{kind}" for kind in _KINDS]
    overlaps = _overlaps(
        kinds, known, pairs, lambda n, p: (names[0][n][p[0]], names[1][n][p[1]]), lambda p: f"({p[0]!r}, {p[1]!r})"
    )
    for i, side in enumerate(SIDES):
        if side in apart:
            kinds = [f"{side}{kind or ' id'}" for kind in _KINDS]
            known_ids, ids = ({pair[i] for pair in some} for some in (known, pairs))
            overlaps += _overlaps(kinds, known_ids, ids, _lookup(names[i]), repr)
    memoriser = Memoriser(train, names[0][-1], names[1][-1])
    tables = [baseline(t, ((x, memoriser.scores(t, x)) for x in lists), seed) for t in TABLES]
    if labelled:
        tables.append(_query_rate(memoriser, labelled, seed))
    each = level / max(1, sum(table.p is not None for table in tables))
    above = tuple(table.name for table in tables if table.p is not None and table.p <= each)
    generator = np.random.default_rng([seed, 1])
    random = baseline("random", ((x, generator.random(len(x.documents))) for x in lists), seed)
    return LeakageReport(tuple(overlaps), tuple(apart), level, random, tuple(tables), above)


def _names(texts: Mapping[str, str], ids: set[str], threshold: float | None) -> list[dict[str, str]]:
    """Three names of each id, each coarser: itself, its text's digest, its group of near-duplicates."""
    known = {i: texts[i] for i in ids if i in texts}
    same = {i: i for i in ids}
    tokens = {i: words(text) for i, text in known.items()}
    by_text = same | {i: sha256("\0".join(t).encode()).hexdigest() for i, t in tokens.items() if t}
    if threshold is None:
        return [same, by_text, by_text]
    return [same, by_text, {**by_text, **{i: f"~{name}" for i, name in groups(known, threshold).items()}}]


def _lookup(names: Sequence[Mapping[str, str]]) -> Callable[[int, str], str]:
    return lambda level, item: names[level][item]


def _overlaps(
    kinds: Sequence[str], known: set[T], wanted: set[T], name: Callable[[int, T], Hashable], show: Callable[[T], str]
) -> list[Overlap]:
    """One overlap for each level of names that finds something which the levels before did not."""
    overlaps: list[Overlap] = []
    done: set[T] = set()
    for level, kind in enumerate(kinds):
        there = {name(level, item): item for item in sorted(known)}
        both = sorted(item for item in wanted - done if name(level, item) in there)
        done.update(both)
        if both:
            pairs = [(item, there[name(level, item)]) for item in both[:SHOWN]]
            examples = tuple(show(a) if a == b else f"{show(a)} = {show(b)} of train" for a, b in pairs)
            overlaps.append(Overlap(kind, len(both), len(wanted), examples))
    return overlaps


def _query_rate(memoriser: Memoriser, pairs: Sequence[Labelled], seed: int) -> Baseline:
    documents = tuple(f"{p.query_id}\0{p.document_id}" for p in pairs)
    relevant = frozenset(d for d, p in zip(documents, pairs) if p.label)
    everything = Listed("", documents, relevant, relevant)
    return baseline("query rate", iter([(everything, memoriser.query_rates(pairs))]), seed)
