"""What commands need to start: the encoder with its cache, and the folder that everything lives in."""

from __future__ import annotations

from jobfit.encoders.base import Encoder


def cached_encoder(model: str) -> Encoder:
    """Load an encoder whose vectors are kept in JOBFIT_HOME, so that unchanged documents are never encoded twice."""
    from jobfit.encoders.loading import load_encoder
    from jobfit.store.home import jobfit_home

    return load_encoder(model, cache=jobfit_home() / "cache" / "embeddings.sqlite")
