"""Which encoders come with jobfit, and whether they are ready on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from jobfit.app.wire import Progress, Request, Result, quiet
from jobfit.errors import InputError, ModelError

if TYPE_CHECKING:
    from jobfit.encoders.catalogue import Packaged


class EncodersRequest(Request):
    names: tuple[str, ...] = Field((), description="These only; by default all that come with jobfit.")
    prepare: bool = Field(False, description="Convert those that are not ready, once; each takes some seconds.")


class EncoderRow(Result):
    """An encoder.

    Attributes:
        languages: ISO 639-1 codes; `mul`: some hundred languages.
        mb: what it takes in the installed packages, in megabytes; what it shares with its base is counted there.
        base: the encoders that it is made of; none for one that stands alone.
        sha256: of all that makes its vectors but precision and window; `null` where it is not installed whole.
        fingerprint: what its vectors are stored and cached under here; `null` before it is prepared.
        problem: why it cannot be used.
    """

    name: str
    languages: tuple[str, ...]
    mb: float
    licence: str
    base: tuple[str, ...]
    sha256: str | None
    prepared: bool
    fingerprint: str | None
    problem: str | None = None


class Encoders(Result):
    encoders: tuple[EncoderRow, ...]


def list_encoders(request: EncodersRequest, progress: Progress = quiet) -> Encoders:
    """List the encoders that come with jobfit: size, languages, licence, and whether they are ready on this machine.

    One is made ready when it is first used, or by --prepare: its graph for this processor is kept in JOBFIT_HOME.

    Raises:
        InputError: no encoder that comes with jobfit has such a name.
    """
    from jobfit.encoders.catalogue import catalogue

    known = {entry.name: entry for entry in catalogue()}
    if strangers := [name for name in request.names if name not in known]:
        raise InputError(f"no encoder {strangers[0]!r} comes with jobfit; there are: {', '.join(known)}")
    return Encoders(encoders=tuple(_row(known[name], request, progress) for name in request.names or known))


def _row(entry: Packaged, request: EncodersRequest, progress: Progress) -> EncoderRow:
    from jobfit.app.encoding import cached_encoder, private_cache
    from jobfit.encoders.loading import is_prepared

    sha256 = fingerprint = problem = None
    ready = False
    try:
        sha256 = entry.sha256()
        ready = is_prepared(entry.name, private_cache() / "embeddings.sqlite")
        if ready or request.prepare:
            fingerprint = cached_encoder(entry.name, progress).fingerprint
            ready = True
    except ModelError as error:
        problem = str(error)
    return EncoderRow(
        name=entry.name, languages=entry.languages, mb=round(entry.bytes / 1e6, 1), licence=entry.licence,
        base=entry.base, sha256=sha256, prepared=ready, fingerprint=fingerprint, problem=problem,
    )  # fmt: skip
