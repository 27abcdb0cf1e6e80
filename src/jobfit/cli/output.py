"""What a command prints: one JSON object or tables on stdout, progress and errors on stderr."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter
from rich.console import Console

from jobfit.app.wire import Progress

# Titles and file names are other people's: nothing in them is markup.
stderr = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)
stdout = Console(markup=False, emoji=False, highlight=False)

# A spreadsheet runs a cell that begins with one of these (OWASP ASVS 1.2.10, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")

Q = TypeVar("Q")
R = TypeVar("R")


def answer(use_case: Callable[[Q, Progress], R], request: Q, as_json: bool, for_people: Callable[[R], None]) -> R:
    """Run a use case with its progress on stderr, print its result and return it."""
    with telling() as told:
        result = use_case(request, told)
    return show(result, as_json, for_people)


def show(result: R, as_json: bool, for_people: Callable[[R], None]) -> R:
    """Print a result: as the one JSON object that it is, or ``for_people``; return it."""
    if as_json:
        print_json(TypeAdapter(type(result)).dump_python(result, mode="json"))
    else:
        for_people(result)
    return result


def print_report(folder: Path) -> None:
    """Print the report of an experiment, ``report.md`` in its folder, and where its files are."""
    stdout.print((folder / "report.md").read_text(encoding="utf-8"), soft_wrap=True)
    stderr.print(f"Written to {folder}: report.md, report.json and the figures")


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


class Told(Progress):
    """What a use case tells, on stderr: notes as they come, and steps as a bar where stderr is a terminal."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._bar: Any = None
        self._what = ""

    def note(self, text: str) -> None:
        """Print the note above the bar."""
        stderr.print(text)

    def step(self, what: str, done: int, total: int) -> None:
        """Show how far this piece of work is."""
        if not stderr.is_terminal:
            return
        if self._bar is None:
            self._bar = _bar()
            self._bar.start()
            self._task = self._bar.add_task(what, total=total)
        if what != self._what:
            self._what = what
            self._bar.reset(self._task, description=what)
        self._bar.update(self._task, completed=done, total=total)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


@contextmanager
def telling() -> Iterator[Told]:
    """Yield what shows the progress of a use case until the block ends."""
    told = Told()
    try:
        yield told
    finally:
        told.close()


def _bar() -> Any:
    from rich import progress as rich

    columns = (
        rich.TextColumn("{task.description}"), rich.BarColumn(), rich.MofNCompleteColumn(), rich.TimeElapsedColumn()
    )  # fmt: skip
    return rich.Progress(*columns, console=stderr, transient=True)
