"""The encoder of a use case: loaded with its cache, and reading hypothetical texts where there are some."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from jobfit.app.wire import AUTO, Progress, Result, quiet
from jobfit.errors import InputError
from jobfit.records import Document, Kind

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from jobfit.encoders.base import Encoder
    from jobfit.encoders.generated import GeneratedStore

_AT_ONCE = 512  # texts encoded between two steps of the progress
_SPELLING = "words, characters and named skills decide most about them"


class HyreFacts(Result):
    """Who wrote the hypothetical texts that the encoder read (``none``), with their settings and counts."""

    hyre: str = "none"
    hyre_texts: dict[str, Any] | None = None


def private_cache() -> Path:
    """Return the folder of caches in JOBFIT_HOME. It holds what was made of CVs, so it is made for its owner only."""
    from jobfit.artifacts import make_folder
    from jobfit.home import jobfit_home

    home = jobfit_home()
    with suppress(OSError):  # the cache says what is wrong with a folder that cannot be made
        make_folder(home, 0o711)
        make_folder(home / "cache")
    return home / "cache"


def cached_encoder(model: str, progress: Progress = quiet) -> Encoder:
    """Load an encoder whose vectors are kept in JOBFIT_HOME, so that unchanged documents are never encoded twice."""
    from jobfit.encoders.loading import load_encoder

    cache = private_cache() / "embeddings.sqlite"
    return load_encoder(
        model, cache=cache, on_convert=lambda name: progress.note(f"Preparing {name} for this machine, once")
    )


def model_for(model: str, progress: Progress = quiet) -> str:
    """Return ``model``; for ``auto`` the default on this machine, with a note where that is not the one that ships."""
    if model != AUTO:
        return model
    from jobfit.encoders.e5 import INSTALL
    from jobfit.encoders.loading import ROUTED, default_encoder

    if (chosen := default_encoder()) != ROUTED:
        progress.note(f"{chosen} compares the texts, which knows English alone; for {ROUTED}: {INSTALL}")
    return chosen


def tell_routes(model: str, documents: Sequence[Document], progress: Progress) -> None:
    """Say of how many texts the encoder called ``model`` knows less, and what compares those."""
    from jobfit.encoders.routing import is_english, routed_models
    from jobfit.encoders.scripts import knows_script
    from jobfit.retrieval.weights import knows_english_alone

    strange = sum(not knows_script(document.text) for document in documents)
    pair, english_alone = routed_models().get(model), knows_english_alone(model)
    if (pair or english_alone) and (others := int((~is_english(documents)).sum()) - strange) > 0:
        how = f"{pair.multilingual} alone compares them" if pair else f"{model} knows English alone: {_SPELLING}"
        progress.note(
            f"{others} of {len(documents)} texts are not told to be English (another language, several in one text, or "
            f"too little to tell): {how}"
        )
    if strange:
        progress.note(
            f"{strange} of {len(documents)} texts are in a script that no encoder of jobfit's knows: {_SPELLING}"
        )


def text_encoder(model: str, progress: Progress = quiet) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """Return a function from n texts to vectors (n, d), kept in JOBFIT_HOME so that a taxonomy is encoded once."""
    encoder = cached_encoder(model, progress)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        documents = [Document(str(i), text or " ") for i, text in enumerate(texts)]
        parts = []
        for start in range(0, len(documents), _AT_ONCE):
            parts.append(encoder.encode(documents[start : start + _AT_ONCE], "query").vectors)
            progress.step("Encoding", min(start + _AT_ONCE, len(documents)), len(documents))
        return np.concatenate(parts) if parts else np.empty((0, encoder.dimension), np.float32)

    return encode


@contextmanager
def open_hyre(path: Path | None, *models: str, progress: Progress = quiet) -> Iterator[GeneratedStore | None]:
    """Yield the hypothetical texts in a file of ``jobfit hyre``, ``None`` without a path.

    A note says where one of the ``models`` was trained with something else.
    """
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.encoders.hyre import check_augments, mismatch

    with nullcontext() if path is None else GeneratedStore.read(path) as store:
        if store is not None:
            check_augments(store)
            for note in store.notes:
                progress.note(note)
        for model in models:
            if warning := mismatch(model, store):
                progress.note(f"WARNING: {warning}")
        yield store


def reading_with(
    encoder: Encoder, store: GeneratedStore | None, queries: Iterable[str], corpus: Iterable[str]
) -> Encoder:
    """Return the encoder that reads the vacancies with what the store holds, whichever side's texts they are."""
    if store is None:
        return encoder
    from jobfit.encoders.hyre import HyreEncoder, role_of_vacancies

    return HyreEncoder(encoder, store, role_of_vacancies(store, queries, corpus))


def texts_of(*sides: Iterable[Document]) -> list[list[str]]:
    """Return the texts of each side."""
    return [[document.text for document in side] for side in sides]


def reading_pairs(encoder: Encoder, store: GeneratedStore | None, asking: Kind = Kind.VACANCY) -> Encoder:
    """Return the encoder that reads with the store where the queries are of the kind ``asking``."""
    if store is None:
        return encoder
    from jobfit.encoders.hyre import HyreEncoder, side_of

    asks = (side_of(store) == "vacancies") == (asking is Kind.VACANCY)
    return HyreEncoder(encoder, store, "query" if asks else "document")


def check_encodes(
    store: GeneratedStore | None, system: str, encoding: Iterable[str] = ("dense", "hybrid"), fast: bool = False
) -> None:
    """Refuse hypothetical texts for what encodes no whole texts: their words are not those of the vacancy."""
    if store is not None and system not in encoding:
        raise InputError(f"--hyre is read by encoders alone, and {system} has none")
    if store is not None and fast:
        raise InputError(
            "give --hyre or --fast: hypothetical texts stand beside whole ones, which --fast does not encode"
        )
