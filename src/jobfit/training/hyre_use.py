"""HyRe in use: an encoder that reads each vacancy with its hypothetical resume, the same for a training set, and a note
where a model is used with other texts than it was trained with.

Only what an encoder reads changes. Words, characters, requirements, records and reports keep the text as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder, Role
from jobfit.errors import InputError
from jobfit.records import Document
from jobfit.training.augmented_ids import is_augmented, original_of
from jobfit.training.card import read_hyre
from jobfit.training.data import TrainingSet
from jobfit.training.generated import (
    HYPOTHETICAL_RESUME,
    MARKERS,
    GeneratedStore,
    augmented_texts,
    hypothetical,
    store_facts,
)
from jobfit.training.keyed_lines import digest_of

NONE = "none"


class HyreEncoder:
    """``inner``, which reads the texts of one ``role`` with what the store holds for them; the other role as it is.

    The fingerprint names the source and its settings, so vectors with and without HyRe are never compared or stored
    under one name. A text that the store lacks is refused.
    """

    def __init__(self, inner: Encoder, store: GeneratedStore, role: Role) -> None:
        """Read texts of ``role`` (the side of the vacancies; of the resumes in the ablation) with their counterpart.

        Raises:
            InputError: the store holds paraphrases.
        """
        check_augments(store)
        self._inner, self._store, self._role = inner, store, role
        facts = {name: value for name, value in store.facts().items() if name not in ("texts", "empty")}
        self._suffix = digest_of(store.kind, facts)[:16]

    @property
    def fingerprint(self) -> str:
        """That of the encoder inside, and a digest of what wrote the texts."""
        return f"{self._inner.fingerprint}+hyre-{self._suffix}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._inner.dimension

    def encode(self, documents: Sequence[Document], role: Role) -> Embeddings:
        """Return the rows (n, dimension) of the documents, as the encoder inside gives them for the longer texts.

        Raises:
            InputError: the store lacks a text of the augmented role; the message counts and names the documents.
        """
        if role == self._role:
            texts = augmented_texts({document.id: document.text for document in documents}, self._store)
            documents = [replace(document, text=texts[document.id]) for document in documents]
        return replace(self._inner.encode(documents, role), fingerprint=self.fingerprint)


def role_of_vacancies(store: GeneratedStore, queries: Iterable[str], documents: Iterable[str]) -> Role:
    """Tell by the texts which side the store was filled for: the queries or the documents.

    Raises:
        InputError: it holds none of either side, or texts of both.
    """
    asked, searched = set(queries), set(documents)
    of_queries, of_documents = (sum(store.find(text) is not None for text in side) for side in (asked, searched))
    if not of_queries and not of_documents:
        what = store.kind.replace("_", " ")
        raise InputError(
            f"the store holds a {what} for none of {len(asked)} queries and {len(searched)} documents: run "
            "`jobfit hyre` on them (with --mask, where this command masks its texts)"
        )
    if of_queries and of_documents:
        raise InputError(
            f"the store holds texts of both sides ({of_queries} queries, {of_documents} documents); it augments one"
        )
    return "query" if of_queries else "document"


def with_hypothetical(data: TrainingSet, store: GeneratedStore | None) -> TrainingSet:
    """Return the set whose vacancies (resumes, in the ablation) are read as an encoder reads them with this store.

    An augmented copy gets the hypothetical text of its original.

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
    found = [one for text in texts if (one := store.find(text)) is not None]
    return facts | {"hyre_texts": facts["hyre_texts"] | {"texts": len(found), "empty": sum(not f.text for f in found)}}


def side_of(store: GeneratedStore) -> str:
    """The side that a store augments: ``vacancies``, or ``candidates`` in the published ablation."""
    return "vacancies" if store.kind == HYPOTHETICAL_RESUME else "candidates"


def check_augments(store: GeneratedStore) -> None:
    """Refuse a store whose texts do not go beside another text.

    Raises:
        InputError: it holds paraphrases.
    """
    if store.kind not in MARKERS:
        raise InputError(f"a store of kind {store.kind!r} augments no text: name one that `jobfit hyre` wrote")


def mismatch(model: str, store: GeneratedStore | None) -> str | None:
    """Say where a model is used otherwise than it was trained, by its card; ``None`` where all is well or unknown.

    A model without a card of ours (a backbone, a hub name) says nothing about HyRe.
    """
    trained = read_hyre(Path(model).expanduser())
    used = NONE if store is None else store.name
    if trained is None or trained == used:
        return None
    if trained == NONE:
        return f"{model} was trained without hypothetical texts and reads them now ({used})"
    if used == NONE:
        return f"{model} was trained with hypothetical texts ({trained}) and reads the texts without them: give --hyre"
    return f"{model} was trained with hypothetical texts by {trained}, and those of this store are by {used}"
