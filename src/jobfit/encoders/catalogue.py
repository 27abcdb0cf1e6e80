"""The encoders that come with jobfit: what each is made of, its languages, its size and its licence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jobfit.artifacts import digest_of
from jobfit.encoders.delta import read_delta, shipped_deltas
from jobfit.encoders.e5 import E5, packaged_file
from jobfit.encoders.folder import MINILM, find_model
from jobfit.encoders.routing import routed_models
from jobfit.errors import ModelError

MANY = "mul"  # ISO 639-2: several languages
_OURS = "Apache-2.0"


@dataclass(frozen=True, slots=True)
class Packaged:
    """An encoder in the installed packages. ``bytes`` are its own, without those of its ``base``."""

    name: str
    languages: tuple[str, ...]
    bytes: int
    licence: str
    base: tuple[str, ...] = ()

    def sha256(self) -> str:
        """Return the digest of all that makes its vectors, but for precision and window; ``ModelError`` as loading."""
        routed = routed_models().get(self.name)
        if routed is None:
            return find_model(self.name).sha256
        return digest_of([find_model(name).sha256 for name in self.base] + [repr(routed.mixture)])


def catalogue() -> Iterator[Packaged]:
    """Yield the encoders, those that stand alone first. One that is not installed has no bytes."""
    yield Packaged(MINILM, ("en",), _size_of_minilm(), "Apache-2.0")
    yield Packaged(E5, (MANY,), _size_of_e5(), "MIT")
    for name, shipped in shipped_deltas().items():
        size = shipped.path.stat().st_size if shipped.path.is_file() else 0
        yield Packaged(name, shipped.languages, size, _OURS, (read_delta(shipped.path).base,) if size else ())
    for name, routed in routed_models().items():
        yield Packaged(name, (MANY,), 0, _OURS, (routed.english, routed.multilingual))


def _size_of_minilm() -> int:
    try:
        return sum(file.stat().st_size for file in find_model(MINILM).path.rglob("*") if file.is_file())
    except ModelError:
        return 0


def _size_of_e5() -> int:
    try:
        return packaged_file().stat().st_size
    except ModelError:
        return 0
