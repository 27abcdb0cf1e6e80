"""HyRe in training: the training set as an encoder reads it with hypothetical texts, and what a card says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jobfit.encoders.generated import GeneratedStore, augmented_texts, hypothetical, store_facts
from jobfit.encoders.hyre import check_augments, side_of
from jobfit.training.data import TrainingSet, is_augmented, original_of


def with_hypothetical(data: TrainingSet, store: GeneratedStore | None) -> TrainingSet:
    """Return the set as an encoder reads it with this store: vacancies (resumes, in the ablation), copies as originals.

    Raises:
        InputError: the store lacks a text, or holds paraphrases.
    """
    if store is None:
        return data
    check_augments(store)
    side = side_of(store)
    texts: Mapping[str, str] = getattr(data, side)
    originals = {i: o for i in texts if (o := original_of(i)) != i and o in texts}
    own = augmented_texts({i: text for i, text in texts.items() if i not in originals}, store)
    copies = {i: hypothetical(texts[i], store, texts[original]) for i, original in originals.items()}
    changed: Any = {side: own | copies}
    return replace(data, **changed)


def training_facts(store: GeneratedStore | None, *parts: TrainingSet) -> dict[str, object]:
    """Return what a model card says: as :func:`store_facts`, but counted over the texts of ``parts``, before HyRe.

    The store may grow without changing a training; these counts do not.
    """
    if store is None:
        return store_facts(None)
    facts: dict[str, Any] = store_facts(store)
    texts = {text for part in parts for i, text in getattr(part, side_of(store)).items() if not is_augmented(i)}
    generated = [one for text in texts if (one := store.find(text)) is not None]
    return facts | {
        "hyre_texts": facts["hyre_texts"] | {"texts": len(generated), "empty": sum(not f.text for f in generated)}
    }
