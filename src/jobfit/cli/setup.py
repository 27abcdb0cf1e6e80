"""What commands need to start: the encoder with its cache, in the folder that everything lives in."""

from __future__ import annotations

from contextlib import suppress

from jobfit.encoders.base import Encoder


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
