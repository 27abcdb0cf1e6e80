"""Which reader we are: two readers with one version read the same in the same bytes."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

# Whatever takes part in reading a record; tests/architecture holds the list against what the ingest imports.
PARTS = (
    "documents/masking", "documents/render.py", "documents/templates.py", "errors.py", "folding.py", "geo/data",
    "geo/world.py", "ingest", "lexicon", "reading.py", "records.py", "retrieval/lexical.py", "structure",
    "taxonomy/compact.py", "taxonomy/data", "taxonomy/graph.py", "taxonomy/model.py",
)  # fmt: skip
_FILES = frozenset({".py", ".toml", ".tsv", ".txt"})


@cache
def reader_version() -> str:
    """Return 16 digits of the SHA-256 of the source and the words of all :data:`PARTS`; takes about 5 ms."""
    return version_of(Path(__file__).parents[1])


def version_of(package: Path) -> str:
    """Return the version of the reader in the folder ``package``."""
    digest = sha256()
    for part in map(package.joinpath, PARTS):
        for path in sorted(part.rglob("*")) if part.is_dir() else [part]:
            if path.suffix in _FILES:
                digest.update(f"{path.relative_to(package)}\n{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]
