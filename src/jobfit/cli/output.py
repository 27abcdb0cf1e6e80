"""What a command prints: one JSON object or tables on stdout, progress and errors on stderr."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

# Titles and file names are other people's: nothing in them is markup.
stderr = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)
stdout = Console(markup=False, emoji=False, highlight=False)

# A spreadsheet runs a cell that begins with one of these (OWASP ASVS 1.2.10, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object on stdout; keys in the order given, no NaN."""
    print(json.dumps(value, ensure_ascii=False, allow_nan=False))


def csv_text(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return RFC 4180 CSV; a text cell that a spreadsheet would run as a formula gets a leading apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _inert(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA_STARTS) else cell


@contextmanager
def progress(description: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on stderr (on a terminal only) and yield ``update(done, total)``."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stderr, disable=not stderr.is_terminal, transient=True) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
