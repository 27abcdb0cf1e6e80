"""jobfit match: an explained shortlist for a vacancy or for a candidate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from jobfit.app import match as use_case
from jobfit.app.match import Entry, Line, MatchResult, Named
from jobfit.cli.command import Csv, command
from jobfit.cli.output import csv_text, in_sentence, note_outdated, print_table, stdout
from jobfit.records import Filler

SHOWN_LEDGERS, SHOWN_LINES, SHOWN_EXCLUSIONS = 3, 12, 5  # of a shortlist on the terminal; --json gives everything


def shortlist_csv(result: MatchResult) -> str:
    """Return one line for each requirement of each entry; an entry without requirements has one line."""
    header = ("rank", "id", "score", *Line.model_fields)
    rows: list[tuple[object, ...]] = []
    for entry in result.entries:
        place = (entry.rank, entry.id, entry.score)
        rows += [(*place, *line.model_dump().values()) for line in entry.ledger] or [
            (*place, *[""] * len(Line.model_fields))
        ]
    return csv_text(header, rows)


def print_shortlist(result: MatchResult) -> None:
    """Print the shortlist for a person."""
    query, pool, plan = result.query, result.pool, result.plan
    note_outdated(result.outdated)
    compared = "every one of them was compared" if plan.exact else "the search was approximate"
    stdout.print(f"\n{query.kind.value} {query.id}: {query.title}", style="bold")
    _print_flags(query)
    stdout.print(f"{pool.considered} considered, {pool.eligible} in the pool; {compared} ({plan.kind}).")
    if result.weights:
        stdout.print(f"Compared as {result.weights.compared}; --page and --json say what each signal weighs.")
    print_table(("", "id", "title", "score", "= meaning + words + required", "✓ ✗ ?"), map(_row, result.entries))
    for entry in result.entries[:SHOWN_LEDGERS]:
        _print_ledger(entry)
    for entry in result.entries[SHOWN_LEDGERS:]:
        if entry.flags:
            stdout.print(f"{entry.rank}. {entry.id}", style="bold")
            _print_flags(entry)
    if (hidden := len(result.entries) - SHOWN_LEDGERS) > 0:
        stdout.print(f"The requirements of {hidden} more are in --page, --json and --csv.")
    if (beyond := pool.eligible - len(result.entries)) > 0:
        stdout.print(f"{beyond} more of the pool are not shown (-k).")
    if not result.entries:
        stdout.print("Nobody is in the pool: every one considered is excluded by the policy file, as follows.")
    for price in result.prices:
        stdout.print(price.sentence)
    for out in pool.excluded[:SHOWN_EXCLUSIONS]:
        stdout.print(f"not in the pool: {out.id}: {'; '.join(reason.sentence for reason in out.reasons)}")
    if len(pool.excluded) > SHOWN_EXCLUSIONS:
        stdout.print(f"... and {len(pool.excluded) - SHOWN_EXCLUSIONS} more (--json lists all)")
    if result.hyre != "none":
        stdout.print(f"Encoded with a hypothetical text beside each vacancy ({result.hyre}); nothing above quotes one.")


def _print_ledger(entry: Entry) -> None:
    stdout.print(f"{entry.rank}. {entry.id}", style="bold")
    _print_flags(entry)
    lines = list(_grouped(entry.ledger))
    for line in lines[:SHOWN_LINES]:
        stdout.print(f"   {line}")
    if (more := len(lines) - SHOWN_LINES) > 0:
        stdout.print(f"   … {more} more lines (--page, --json and --csv give all)")
    if (start := entry.start) is not None:
        stdout.print(f"   {start.status:8}start “{start.requirement}”: {in_context(start)} (no part of the score)")


def _print_flags(named: Named | Entry) -> None:
    for flag in named.flags:
        stdout.print(f"   look at this: {flag.sentence}", style="bold")


def _grouped(ledger: Iterable[Line]) -> Iterator[str]:
    """Write one line for each that has a quote; what is not stated is one line for those of one importance."""
    for (silent, importance), lines in groupby(ledger, key=lambda line: (line.quote is None, line.importance)):
        if silent:
            yield f"{'unknown':8}{importance:5} not stated: {'; '.join(map(_asked, lines))}"
        else:
            yield from (f"{line.status:8}{importance:5} {_asked(line)}: {in_context(line)}" for line in lines)


def _asked(line: Line) -> str:
    return line.requirement + _read_by(line.asked_source)


def _read_by(source: Filler | None) -> str:
    return " (read by a language model)" if source is Filler.MODEL else ""


def in_context(line: Line) -> str:
    """Return the quote of a line in its sentence; without one, that the text does not say."""
    if line.quote is None or line.sentence is None:
        return "not stated"
    at = (line.start or 0) - (line.sentence_start or 0)
    return in_sentence(line.sentence, at, at + len(line.quote)) + _read_by(line.source)


def _row(entry: Entry) -> list[str]:
    meaning, words, required, planted = (
        sum(p.value for p in entry.contributions if p.sort == sort) for sort in ("meaning", "words", "other", "planted")
    )
    statuses = [line.status.value for line in entry.ledger]
    sum_of = " + ".join(f"{value:.3f}" for value in (meaning, words, required))
    if planted:
        sum_of += f" - {-planted:.3f} planted"
    counts = " ".join(str(statuses.count(status)) for status in ("met", "missing", "unknown"))
    return [str(entry.rank), entry.id, entry.title, f"{entry.score:.3f}", f"= {sum_of}", counts]


match = command(
    use_case.match, print_shortlist, csv=Csv("Print CSV: one line per requirement of each entry.", shortlist_csv)
)
