"""Evaluate a system on everything a data set can be evaluated on, and guard it first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jobfit.errors import InputError
from jobfit.evaluation.alignment import Alignment, ScoredPreference, alignment
from jobfit.evaluation.classification import Classification, Threshold, choose_threshold, classify
from jobfit.evaluation.datasets.ranking import Asked, Ranker, rank_asked
from jobfit.evaluation.leakage import LeakageReport, check_leakage
from jobfit.evaluation.measures import DEFAULT_MEASURES, Pools, Report, evaluate
from jobfit.evaluation.memoriser import Labelled, lists_of_task
from jobfit.evaluation.pairs import ScoredPairs
from jobfit.judged import Judged, Pair, Task, Texts


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


def evaluate_dataset(dataset: Judged, ranker: Ranker, settings: Settings) -> Results:
    """Rank and evaluate the tasks of the split, classify its labelled pairs, align with the preferences.

    The threshold of the pairs is chosen on the validation pairs (weighted F1, as ConFit does); without any it is 0 and
    only the two areas mean anything, which a note says.

    Raises:
        InputError: nothing of the split can be evaluated, or a measure is unknown.
    """
    tasks = [task for task in dataset.tasks if task.split == settings.split]
    pairs = dataset.pairs.get(settings.split, ())
    if not (tasks or pairs or dataset.choices):
        raise InputError(
            f"{dataset.name} has nothing for the split {settings.split!r}; it has: {', '.join(dataset.splits)}"
        )
    rankings, notes = {}, []
    for task in tasks:
        rankings[task.name] = _rank(dataset, task, ranker, settings)
        notes.append(f"{task.name}: {_pool(dataset, task, settings.depth)}")
    others = [split for split in dataset.splits if split != settings.split]
    notes += [f"{split} is not evaluated (choose it with --split)" for split in others]
    classified = None
    if pairs:
        classified = _classify(dataset, pairs, ranker, settings)
        if "validation" not in dataset.pairs or settings.split == "validation":
            notes.append("pairs: no validation pairs to choose a threshold on; only pr_auc and roc_auc can be read")
    aligned = _align(dataset, ranker, settings.seed) if dataset.choices else None
    return Results(rankings, classified, aligned, tuple(notes))


def guard_dataset(dataset: Judged, split: str, threshold: float | None, seed: int = 0) -> dict[str, LeakageReport]:
    """Check the training pairs of the data set against each task and the pairs of ``split``; queries are held apart.

    Training pairs are the labelled pairs and the judged pairs of the tasks of ``train``; a data set without any gives
    no report. Where one text stands for every id of a side (ConFit's published files), texts say nothing about
    identity and that side is compared by id; with ``threshold`` ``None`` both are.
    """
    train = list(dataset.judged("train"))
    if not train or split == "train":
        return {}
    told = Texts(*({} if threshold is None else _telling(side) for side in (dataset.vacancies, dataset.candidates)))
    reports = {}
    for task in dataset.tasks:
        if task.split == split:
            texts = told if task.by_vacancy else told.turned()
            lists = lists_of_task(task, sorted(dataset.texts(task).documents))
            known = _labelled(train, task.by_vacancy)
            reports[task.name] = check_leakage(known, lists, texts, threshold=threshold, seed=seed)
    if pairs := dataset.pairs.get(split):
        reports["pairs"] = check_leakage(_labelled(train), _labelled(pairs), told, threshold=threshold, seed=seed)
    return reports


def _labelled(pairs: Sequence[Pair], by_vacancy: bool = True) -> list[Labelled]:
    if by_vacancy:
        return [Labelled(p.vacancy_id, p.candidate_id, int(p.grade > 0)) for p in pairs]
    return [Labelled(p.candidate_id, p.vacancy_id, int(p.grade > 0)) for p in pairs]


def _telling(texts: Mapping[str, str]) -> Mapping[str, str]:
    return texts if len(set(texts.values())) > 1 else {}


def _rank(dataset: Judged, task: Task, ranker: Ranker, settings: Settings) -> Report:
    texts = dataset.texts(task)
    run = rank_asked(Asked(texts, task.query_ids, task.lists), ranker, settings.depth)
    pools = Pools.of_corpus(texts.documents) if task.lists is None else Pools.of_lists(task.lists)
    return evaluate(run, task.qrels, settings.measures, settings.seed, pools=pools)


def _pool(dataset: Judged, task: Task, depth: int) -> str:
    queries = len(task.query_ids)
    if task.lists is not None:
        unjudged = sum(len(set(d) - task.qrels.grades.get(q, {}).keys()) for q, d in task.lists.items())
        return f"each of {queries} queries ranks its own list ({unjudged} listed pairs are unjudged)"
    size = len(dataset.texts(task).documents)
    return f"each of {queries} queries ranks the whole side of {size}, the best {min(depth, size)} are kept"


def _score(dataset: Judged, wanted: Iterable[tuple[str, str]], ranker: Ranker) -> dict[tuple[str, str], float]:
    lists: dict[str, list[str]] = {}
    for vacancy_id, candidate_id in dict.fromkeys(wanted):
        lists.setdefault(vacancy_id, []).append(candidate_id)
    run = rank_asked(Asked(dataset.texts(), sorted(lists), lists), ranker)
    return {(ranking.query_id, hit.document_id): hit.score for ranking in run for hit in ranking.hits}


def _classify(dataset: Judged, pairs: Sequence[Pair], ranker: Ranker, settings: Settings) -> Classification:
    validation = dataset.pairs.get("validation", ()) if settings.split != "validation" else ()
    scores = _score(dataset, ((p.vacancy_id, p.candidate_id) for p in (*pairs, *validation)), ranker)

    def scored(some: Sequence[Pair]) -> ScoredPairs:
        keys = [(p.vacancy_id, p.candidate_id) for p in some]
        return ScoredPairs.of(keys, [p.grade for p in some], [scores[key] for key in keys])

    threshold = choose_threshold(scored(validation), "f1_weighted") if validation else Threshold.stated(0.0)
    return classify(scored(pairs), threshold, settings.seed)


def _align(dataset: Judged, ranker: Ranker, seed: int) -> Alignment:
    choices, texts = dataset.choices, dataset.candidates
    scores = _score(dataset, ((c.vacancy_id, i) for c in choices for i in (c.a, c.b)), ranker)
    scored = []
    for c in choices:
        (score_a, length_a), (score_b, length_b) = (
            (scores[c.vacancy_id, i], len(texts[i].split())) for i in (c.a, c.b)
        )
        scored.append(ScoredPreference(c.vacancy_id, c.preferred, score_a, score_b, length_a, length_b))
    return alignment(scored, seed)
