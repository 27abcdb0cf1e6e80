"""Options that several commands share, declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
SOME_REJECTED = 3  # the exit code of an ingest that left something out


class System(StrEnum):
    """The systems of ``jobfit rank``."""

    RANDOM = "random"
    BM25 = "bm25"
    DENSE = "dense"
    HYBRID = "hybrid"


AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Model = Annotated[
    str, typer.Option(help="all-MiniLM-L6-v2 (offline), hashing, a sentence-transformers hub name, or a local folder.")
]
Tenant = Annotated[str, typer.Option(help="Whose records these are; tenants never see each other.")]
K = Annotated[int, typer.Option("-k", "--k", min=1, help="How many to return.")]
Seed = Annotated[int, typer.Option(help="Seed of everything random.")]
Out = Annotated[Path, typer.Option(help="Where to write.")]
