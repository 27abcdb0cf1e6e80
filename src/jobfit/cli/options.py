"""Options that several commands share, declared once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jobfit.app.wire import DEFAULT_MODEL as DEFAULT_MODEL
from jobfit.cli.command import SOME_REJECTED as SOME_REJECTED
from jobfit.cli.command import AsJson as AsJson


class System(StrEnum):
    """The systems of ``jobfit rank``."""

    RANDOM = "random"
    BM25 = "bm25"
    DENSE = "dense"
    HYBRID = "hybrid"


Model = Annotated[
    str, typer.Option(help="all-MiniLM-L6-v2 (offline), hashing, a sentence-transformers hub name, or a local folder.")
]
Tenant = Annotated[str, typer.Option(help="Whose records these are; tenants never see each other.")]
K = Annotated[int, typer.Option("-k", "--k", min=1, help="How many to return.")]
Seed = Annotated[int, typer.Option(help="Seed of everything random.")]
Name = Annotated[str, typer.Option("--taxonomy", help="compact, an imported taxonomy, or a folder of ESCO CSV files.")]
Out = Annotated[Path, typer.Option(help="Where to write.")]


def today_or_now(today: datetime | None) -> date:
    """Return the date given, or the current one."""
    return (today or datetime.now(UTC)).date()
