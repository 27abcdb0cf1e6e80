"""Evaluate a system on everything a data set can be evaluated on, and guard it first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jobfit.errors import InputError
from jobfit.evaluation.alignment import Alignment, ScoredPreference, alignment
from jobfit.evaluation.classification import Classification, classify
from jobfit.evaluation.datasets.model import Dataset, LabelledPair, RankingTask
from jobfit.evaluation.datasets.ranking import Asked, Ranker, rank_asked
from jobfit.evaluation.leakage import LeakageReport, Texts, check_leakage
from jobfit.evaluation.measures import DEFAULT_MEASURES, Report, evaluate
from jobfit.evaluation.memoriser import lists_of_task
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.evaluation.pools import Pools
from jobfit.evaluation.thresholds import Threshold, choose_threshold


@dataclass(frozen=True, slots=True)
class Settings:
    """What to measure: ``measures`` of the rankings, which ``split``, how deep a whole side is ranked, the seed."""

    measures: Sequence[str] = DEFAULT_MEASURES
    split: str = "test"
    depth: int = 1000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """``rankings`` by task name, ``pairs`` and ``preferences`` where the data have them; ``notes`` to read first."""

    rankings: Mapping[str, Report] = field(default_factory=dict)
    pairs: Classification | None = None
    preferences: Alignment | None = None
    notes: tuple[str, ...] = ()


def evaluate_dataset(dataset: Dataset, ranker: Ranker, settings: Settings) -> Results:
    """Rank and evaluate the tasks of the split, classify its labelled pairs, align with the preferences.

    The threshold of the pairs is chosen on the validation pairs (weighted F1, as ConFit does); without any it is 0 and
    only the two areas mean anything, which a note says.

    Raises:
        InputError: nothing of the split can be evaluated, or a measure is unknown.
    """
    tasks = [task for task in dataset.tasks if task.split == settings.split]
    pairs = dataset.pairs.get(settings.split, ())
    if not (tasks or pairs or dataset.preferences):
        raise InputError(
            f"{dataset.name} has nothing for the split {settings.split!r}; it has: {', '.join(_splits(dataset))}"
        )
    rankings, notes = {}, []
    for task in tasks:
        rankings[task.name] = _rank(dataset, task, ranker, settings)
        notes.append(f"{task.name}: {_pool(dataset, task, settings.depth)}")
    notes += [
        f"{split} is not evaluated (choose it with --split)" for split in _splits(dataset) if split != settings.split
    ]
    classified = None
    if pairs:
        classified = _classify(dataset, pairs, ranker, settings)
        if "validation" not in dataset.pairs or settings.split == "validation":
            notes.append("pairs: no validation pairs to choose a threshold on; only pr_auc and roc_auc can be read")
    aligned = _align(dataset, ranker, settings.seed) if dataset.preferences else None
    return Results(rankings, classified, aligned, tuple(notes))


def guard_dataset(dataset: Dataset, split: str, threshold: float | None, seed: int = 0) -> dict[str, LeakageReport]:
    """Check the training pairs of the data set against each task and the pairs of ``split``; queries are held apart.

    Training pairs are the labelled pairs and the judged pairs of the tasks of ``train``; a data set without any gives
    no report. Where one text stands for every id of a side (ConFit's published files), texts say nothing about
    identity and that side is compared by id; with ``threshold`` ``None`` both are.
    """
    train = [*dataset.pairs.get("train", ()), *_judged(dataset)]
    if not train or split == "train":
        return {}
    sides = [{} if threshold is None else _telling(texts) for texts in (dataset.queries, dataset.corpus)]
    reports = {}
    for task in dataset.tasks:
        if task.split == split:
            known = [LabelledPair(p.document_id, p.query_id, p.label) for p in train] if task.reverse else train
            texts = Texts(*(sides[::-1] if task.reverse else sides))
            lists = lists_of_task(task, sorted(dataset.sides(task)[1]))
            reports[task.name] = check_leakage(known, lists, texts, threshold=threshold, seed=seed)
    if pairs := dataset.pairs.get(split):
        reports["pairs"] = check_leakage(train, pairs, Texts(*sides), threshold=threshold, seed=seed)
    return reports


def _judged(dataset: Dataset) -> list[LabelledPair]:
    found = []
    for task in dataset.tasks:
        if task.split == "train":
            for query_id, judged in task.qrels.grades.items():
                for document_id, grade in judged.items():
                    pair = (document_id, query_id) if task.reverse else (query_id, document_id)
                    found.append(LabelledPair(*pair, int(grade > 0)))
    return found


def _telling(texts: Mapping[str, str]) -> Mapping[str, str]:
    return texts if len(set(texts.values())) > 1 else {}


def _splits(dataset: Dataset) -> list[str]:
    return sorted({task.split for task in dataset.tasks} | set(dataset.pairs))


def _rank(dataset: Dataset, task: RankingTask, ranker: Ranker, settings: Settings) -> Report:
    queries, documents = dataset.sides(task)
    run = rank_asked(Asked(queries, documents, task.query_ids, task.candidates), ranker, settings.depth)
    pools = Pools.of_corpus(documents) if task.candidates is None else Pools.of_lists(task.candidates)
    return evaluate(run, task.qrels, settings.measures, settings.seed, pools=pools)


def _pool(dataset: Dataset, task: RankingTask, depth: int) -> str:
    unjudged = sum(len(set(d) - task.qrels.grades.get(q, {}).keys()) for q, d in (task.candidates or {}).items())
    if task.candidates is not None:
        return f"each of {len(task.query_ids)} queries ranks its own list ({unjudged} listed pairs are unjudged)"
    size = len(dataset.sides(task)[1])
    return f"each of {len(task.query_ids)} queries ranks the whole side of {size}, the best {min(depth, size)} are kept"


def _score(dataset: Dataset, wanted: Sequence[tuple[str, str]], ranker: Ranker) -> dict[tuple[str, str], float]:
    lists: dict[str, dict[str, None]] = {}
    for query_id, document_id in wanted:
        lists.setdefault(query_id, {})[document_id] = None
    own = {query_id: tuple(documents) for query_id, documents in lists.items()}
    run = rank_asked(Asked(dataset.queries, dataset.corpus, sorted(own), own), ranker)
    return {(ranking.query_id, hit.document_id): hit.score for ranking in run for hit in ranking.hits}


def _classify(dataset: Dataset, pairs: Sequence[LabelledPair], ranker: Ranker, settings: Settings) -> Classification:
    validation = dataset.pairs.get("validation", ()) if settings.split != "validation" else ()
    scores = _score(dataset, [pair[:2] for pair in (*pairs, *validation)], ranker)
    tested, chosen_on = (
        ScoredPairs.of([p[:2] for p in some], [p.label for p in some], [scores[p[:2]] for p in some]) if some else None
        for some in (pairs, validation)
    )
    threshold = choose_threshold(chosen_on, "f1_weighted") if chosen_on else Threshold.stated(0.0)
    assert tested is not None  # there are pairs
    return classify(tested, threshold, settings.seed)


def _align(dataset: Dataset, ranker: Ranker, seed: int) -> Alignment:
    preferences = dataset.preferences
    scores = _score(dataset, [(p.query_id, i) for p in preferences for i in (p.a, p.b)], ranker)
    scored = [
        ScoredPreference(
            p.query_id,
            p.preferred,
            scores[p.query_id, p.a],
            scores[p.query_id, p.b],
            len(dataset.corpus[p.a].split()),
            len(dataset.corpus[p.b].split()),
        )
        for p in preferences
    ]
    return alignment(scored, seed)
