"""What commands need to start: the encoder with its cache, in the folder that everything lives in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from jobfit.encoders.base import Encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jobfit.geo.gazetteer import Gazetteer

_AT_ONCE = 512  # texts encoded between two steps of the progress


def cached_encoder(model: str) -> Encoder:
    """Load an encoder whose vectors are kept in JOBFIT_HOME, so that unchanged documents are never encoded twice.

    The cache holds vectors of CVs, so its folder is made for its owner only.
    """
    from jobfit.encoders.loading import load_encoder
    from jobfit.store.home import jobfit_home

    home = jobfit_home()
    with suppress(OSError):  # the cache says what is wrong with a folder that cannot be made
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        (home / "cache").mkdir(mode=0o700, exist_ok=True)
    return load_encoder(model, cache=home / "cache" / "embeddings.sqlite")


def places_named(name: str | None) -> Gazetteer | None:
    """Load the imported table of places with this name; without a name there is none."""
    from jobfit.geo.stored import load_places
    from jobfit.store.home import jobfit_home

    return None if name is None else load_places(name, jobfit_home())


def text_encoder(
    model: str, update: Callable[[int, int], None] = lambda done, total: None
) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """Return a function from n texts to vectors (n, d), kept in JOBFIT_HOME so that a taxonomy is encoded once."""
    from jobfit.records import Document

    encoder = cached_encoder(model)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        documents = [Document(str(i), text or " ") for i, text in enumerate(texts)]
        parts = []
        for start in range(0, len(documents), _AT_ONCE):
            parts.append(encoder.encode(documents[start : start + _AT_ONCE], "query").vectors)
            update(min(start + _AT_ONCE, len(documents)), len(documents))
        return np.concatenate(parts) if parts else np.empty((0, encoder.dimension), np.float32)

    return encode
