"""What a command prints: one JSON object or tables on stdout, progress and errors on stderr."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import TypeAdapter
from rich.console import Console

from jobfit.app.llm import Estimate
from jobfit.app.wire import Progress
from jobfit.artifacts import json_line

# Titles and file names are other people's: nothing in them is markup.
stderr = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)
stdout = Console(markup=False, emoji=False, highlight=False)

# A spreadsheet runs a cell that begins with one of these (OWASP ASVS 1.2.10, CSV injection).
_QUIET = 30  # seconds between two lines of progress where stderr is no terminal
_AROUND = 80  # characters of a sentence that are shown on each side of a quote
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def show(result: Any, as_json: bool, for_people: Callable[[Any], None]) -> None:
    """Print a result: as the one JSON object that it is, or ``for_people``."""
    if as_json:
        print_json(TypeAdapter(type(result)).dump_python(result, mode="json"))
    else:
        for_people(result)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str | None = None) -> None:
    """Print a table for people."""
    from rich.table import Table

    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    stdout.print(table)


def note_outdated(records: int) -> None:
    """Say on stderr how many records another reader read, if any."""
    if records:
        stderr.print(f"{records} read by an older reader: run jobfit ingest PATH again to read what it misread")


def in_sentence(sentence: str, start: int, end: int) -> str:
    """Return “a sentence with its [quote] marked”; of a long one, what stands around the quote.

    >>> in_sentence("I have never used Rust.", 18, 22)
    '“I have never used [Rust].”'
    """
    before, quoted, after = (" ".join(part.split()) for part in (sentence[:start], sentence[start:end], sentence[end:]))
    if not before and not after.strip(".!?,; "):
        return f"“{_shortened(quoted)}{after}”"
    before = before if len(before) <= _AROUND else "… " + before[-_AROUND:].partition(" ")[2]
    after = after if len(after) <= _AROUND else after[:_AROUND].rpartition(" ")[0] + " …"
    left, right = (" " if sentence[at : at + 1].isspace() else "" for at in (start - 1, end))
    return f"“{before}{left if before else ''}[{_shortened(quoted)}]{right if after else ''}{after}”"


def _shortened(quoted: str) -> str:
    return quoted if len(quoted) <= 2 * _AROUND else f"{quoted[:_AROUND]} … {quoted[-_AROUND:]}"


def print_estimate(estimate: Estimate) -> None:
    """Print what asking a language model would take."""
    stdout.print(f"requests: {estimate.requests:,}; answered already: {estimate.from_cache:,}")
    for name, tokens, cost in (
        ("about", estimate.about, estimate.cost_about), ("at most", estimate.at_most, estimate.cost_at_most),
    ):  # fmt: skip
        said = f"{tokens.prompt:,} tokens sent, {tokens.answer:,} answered, cost {cost:.4g}"
        stdout.print(f"{name}: {said}", soft_wrap=True)
    stdout.print("Nothing was sent and nothing was written.")


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object on stdout; keys in the order given, no NaN."""
    print(json_line(value))


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return RFC 4180 CSV; a text cell that a spreadsheet would run as a formula gets a leading apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return buffer.getvalue()


def _inert(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA_STARTS) else cell


class Told(Progress):
    """What a use case tells, on stderr: notes as they come, and steps as a bar, or a line now and then in a log."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._what = ""
        self._said = time.monotonic()

    def note(self, text: str) -> None:
        stderr.print(text)

    def step(self, what: str, done: int, total: int) -> None:
        if not stderr.is_terminal:
            if time.monotonic() - self._said >= _QUIET:
                self._said = time.monotonic()
                stderr.print(f"{what}: {done:,} of {total:,}" if total else f"{what}: {done:,}")
            return
        if self._bar is None:
            from rich import progress as rich

            parts = rich.TextColumn("{task.description}"), rich.BarColumn(), rich.MofNCompleteColumn()
            self._bar = rich.Progress(*parts, rich.TimeElapsedColumn(), console=stderr, transient=True)
            self._bar.start()
            self._task = self._bar.add_task(what, total=total)
        if what != self._what:
            self._what = what
            self._bar.reset(self._task, description=what)
        self._bar.update(self._task, completed=done, total=total or None)

    def close(self) -> None:
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
