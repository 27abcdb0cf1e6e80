"""What a training reads: its two sets, hard negatives, noisy copies and hypothetical texts."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from jobfit.app.encoding import open_hyre
from jobfit.app.training_request import TrainingData, TrainRequest, Way
from jobfit.app.wire import Progress
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.training.augmentation import Augmentation
    from jobfit.training.data import TrainingSet
    from jobfit.training.rounds import Negatives


@dataclass(frozen=True, slots=True)
class Texts:
    """Both sets as the encoder reads them, hard negatives, and ``notes`` for the model card."""

    train: TrainingSet
    validation: TrainingSet | None
    negatives: Negatives | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)


def read_sets(sets: TrainingData, seed: int, *, judged: bool = False) -> tuple[TrainingSet, TrainingSet | None]:
    """Return the train set and the validation set, or ``None`` where there is none; ``judged`` as ``hold_out`` says."""
    from jobfit.training.data import hold_out
    from jobfit.training.reading import has_validation, read_training_set

    if sets.data is None:
        raise InputError("no data: give --data (`jobfit train` also takes the name of a recipe, recipes/default)")
    train = read_training_set(sets.data, "train", pairs=sets.pairs)
    if sets.validation is not None or has_validation(sets.data):
        return train, read_training_set(sets.data, "validation", pairs=sets.validation)
    return (train, None) if sets.hold_out == 0 else hold_out(train, sets.hold_out, seed, judged=judged)


def counted(train: TrainingSet, validation: TrainingSet | None) -> str:
    held = "no validation set: the last weights will be kept"
    if validation is not None:
        held = f"validated on {len(validation.positives)} pairs and {len(validation.preferences)} preferences"
    counts = f"{len(train.positives)} pairs, {len(train.rejects)} rejects, {len(train.preferences)} preferences"
    return f"Training on {counts}; {held}"


def read_texts(
    request: TrainRequest, train: TrainingSet, validation: TrainingSet | None, seed: int, progress: Progress
) -> Texts:
    from jobfit.encoders.hyre import side_of
    from jobfit.training.hyre_use import training_facts, with_hypothetical
    from jobfit.training.mining.reading import for_copies, read_negatives

    notes: dict[str, Any] = {}
    negatives = None
    if request.negatives is not None:
        negatives = read_negatives(request.negatives, train)
        notes["mined"] = count_negatives(negatives, train, progress)
    if request.augment:
        train, notes["augmented"] = _augmented(request, train, seed, progress)
        negatives = None if negatives is None else for_copies(negatives, train)
    with open_hyre(request.hyre, progress=progress) as store:
        if store is not None:
            notes |= training_facts(store, *([train] if validation is None else [train, validation]))
            progress.note(f"Hypothetical texts beside the {side_of(store)}: {store.name}")
        train = with_hypothetical(train, store)
        validation = None if validation is None else with_hypothetical(validation, store)
    return Texts(train, validation, negatives, notes)


def count_negatives(negatives: Negatives, train: TrainingSet, progress: Progress) -> dict[str, int]:
    count, vacancies, candidates = negatives.count(), len(negatives.candidates), len(negatives.vacancies)
    progress.note(
        f"{count:,} mined negatives: candidates for {vacancies:,} of {len(train.positives_of_vacancies()):,} "
        f"vacancies, vacancies for {candidates:,} of {len(train.positives_of_candidates()):,} candidates "
        "with a positive"
    )
    return {"anchor_vacancies": vacancies, "anchor_candidates": candidates, "negatives": count}


def _augmented(
    request: TrainRequest, train: TrainingSet, seed: int, progress: Progress
) -> tuple[TrainingSet, dict[str, Any]]:
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.training.augmentation import augment

    with nullcontext() if request.paraphrases is None else GeneratedStore.read(request.paraphrases) as store:
        facts: dict[str, dict[str, Any]] = {}
        ways = []
        for name in dict.fromkeys(request.augment):
            way, facts[name.value] = _way(name, request.augment_texts, store)
            if store is not None and name is Way.PARAPHRASE:
                _check_paraphrased(store, way, train, seed, progress)
            ways.append(way)
        copied = augment(train, ways, seed)
    facts = {name: _copies(copied, name) | more for name, more in facts.items()}
    for made_by, counts in facts.items():
        progress.note(f"Augmented by {made_by}: {counts['candidates']:,} candidates, {counts['vacancies']:,} vacancies")
    progress.note(f"With the copies: {len(copied.positives):,} pairs, {len(copied.rejects):,} rejects")
    return copied, facts


def _way(name: Way, n: int, paraphrases: GeneratedStore | None) -> tuple[Augmentation, dict[str, Any]]:
    from jobfit.training.augmentation import Augmentation, eda, rejects_rewritten
    from jobfit.training.paraphrase import TaxonomySynonyms, rewrite_from

    if name is Way.ROWS:
        return Augmentation(name.value, rejects_rewritten, n, n, "rejects"), {}
    if name is Way.PARAPHRASE:
        assert paraphrases is not None  # checked before
        return Augmentation(name.value, rewrite_from(paraphrases), n, n), {"by": paraphrases.name}
    from jobfit.taxonomy.compact import load_compact

    synonyms = TaxonomySynonyms(load_compact())
    noisy = partial(eda, synonyms=synonyms)
    return Augmentation(name.value, noisy, n, n), {"synonyms": synonyms.taxonomy.version}


def _check_paraphrased(
    store: GeneratedStore, way: Augmentation, train: TrainingSet, seed: int, progress: Progress
) -> None:
    from jobfit.training.asking import missing_texts
    from jobfit.training.augmentation import originals

    wanted = list(dict.fromkeys(originals(train, way, seed)))
    missing = len(missing_texts(store, wanted))
    if missing == len(wanted):
        raise InputError(
            f"--paraphrases holds none of the {len(wanted)} texts to copy: run `jobfit paraphrase` with the same data, "
            "--hold-out, --seed and --augment-texts"
        )
    if missing:
        progress.note(f"{missing} of {len(wanted)} texts have no paraphrase and get no copy")


def _copies(train: TrainingSet, way: str) -> dict[str, Any]:
    from jobfit.training.data import copied

    prefix = copied(way, "")
    return {side: sum(i.startswith(prefix) for i in getattr(train, side)) for side in ("candidates", "vacancies")}
