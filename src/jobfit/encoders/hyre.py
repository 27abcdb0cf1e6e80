"""HyRe in use: an encoder that reads each vacancy with its hypothetical resume, and a warning for a mismatched model.

Only what an encoder reads changes. Words, characters, requirements, records and reports keep the text as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from jobfit.artifacts import open_text
from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder, Role, stretch_of
from jobfit.encoders.generated import HYPOTHETICAL_RESUME, MARKERS, GeneratedStore, augmented_texts
from jobfit.errors import InputError
from jobfit.keyed_lines import digest_of
from jobfit.records import Document

NONE = "none"
CARD, CARD_KEY = "README.md", "jobfit_hyre"  # where a model's card says which texts it was trained with
_HEAD = 20  # lines of front matter that are read


class HyreEncoder:
    """``inner``, which reads the texts of one ``role`` with what the store holds for them; the other role as it is.

    The fingerprint names the source and its settings, so vectors with and without HyRe are never compared or stored
    under one name. A text that the store lacks is refused.
    """

    def __init__(self, inner: Encoder, store: GeneratedStore, role: Role) -> None:
        """Read texts of ``role`` (the side of the vacancies; of the resumes in the ablation) with their counterpart."""
        check_augments(store)
        self.inner, self._store, self._role = inner, store, role
        facts = {name: value for name, value in store.facts().items() if name not in ("texts", "empty")}
        self.fingerprint = f"{inner.fingerprint}+hyre-{digest_of(store.kind, facts)[:16]}"
        self.dimension = inner.dimension
        self.stretch = stretch_of(inner)

    def encode(self, documents: Sequence[Document], role: Role) -> Embeddings:
        """Return the rows (n, dimension) of the documents, as the encoder inside gives them for the longer texts."""
        if role == self._role:
            texts = augmented_texts({document.id: document.text for document in documents}, self._store)
            documents = [replace(document, text=texts[document.id]) for document in documents]
        return replace(self.inner.encode(documents, role), fingerprint=self.fingerprint)


def plain(encoder: Encoder) -> Encoder:
    """Return the encoder that reads texts as they are: the one inside, where ``encoder`` reads hypothetical texts."""
    return encoder.inner if isinstance(encoder, HyreEncoder) else encoder


def role_of_vacancies(store: GeneratedStore, queries: Iterable[str], documents: Iterable[str]) -> Role:
    """Tell by the texts which side the store was filled for, the queries or the documents; it must be one of them."""
    asking, searched = set(queries), set(documents)
    of_queries, of_documents = (sum(store.find(text) is not None for text in side) for side in (asking, searched))
    if not of_queries and not of_documents:
        what = store.kind.replace("_", " ")
        raise InputError(
            f"the store holds a {what} for none of {len(asking)} queries and {len(searched)} documents: run "
            "`jobfit hyre` on them (with --mask, where this command masks its texts)"
        )
    if of_queries and of_documents:
        raise InputError(
            f"the store holds texts of both sides ({of_queries} queries, {of_documents} documents); it augments one"
        )
    return "query" if of_queries else "document"


def side_of(store: GeneratedStore) -> str:
    """The side that a store augments: ``vacancies``, or ``candidates`` in the published ablation."""
    return "vacancies" if store.kind == HYPOTHETICAL_RESUME else "candidates"


def check_augments(store: GeneratedStore) -> None:
    """Refuse a store whose texts do not go beside another text: paraphrases."""
    if store.kind not in MARKERS:
        raise InputError(f"a store of kind {store.kind!r} does not augment texts: name one that `jobfit hyre` wrote")


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


def read_hyre(folder: Path) -> str | None:
    """Return what the card of a model says of HyRe: who wrote the texts, ``none``, or ``None`` where it says nothing.

    It stands in the front matter of the card, which goes wherever the model goes and is not part of its fingerprint.
    """
    import yaml

    try:
        with open_text(folder / CARD) as lines:
            entry = next((line for line in islice(lines, 1, _HEAD) if line.startswith(f"{CARD_KEY}:")), "")
        head = yaml.safe_load(entry)
    except (OSError, ValueError, yaml.YAMLError):
        return None
    value = head.get(CARD_KEY) if isinstance(head, dict) else None
    return value if isinstance(value, str) else None
