"""``--hyre``: the one option of every command whose encoder reads vacancies."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from jobfit.app import encoding
from jobfit.cli.output import Told

Hyre = Annotated[
    Path | None,
    typer.Option("--hyre", help="A file of `jobfit hyre`: what the encoder, and it alone, reads beside each vacancy."),
]
open_hyre = partial(encoding.open_hyre, progress=Told())
reading_with, reading_pairs, check_read = encoding.reading_with, encoding.reading_pairs, encoding.check_encodes
