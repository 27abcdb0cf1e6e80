"""jobfit match: an explained shortlist for a vacancy or for a candidate."""

from __future__ import annotations

from jobfit.app import match as use_case
from jobfit.app.match import Entry, Line, MatchResult
from jobfit.cli.command import Csv, command
from jobfit.cli.output import csv_text, in_sentence, note_outdated, print_table, stdout

SHOWN_LEDGERS, SHOWN_EXCLUSIONS = 3, 5  # of a shortlist on the terminal; --json gives everything


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
    stdout.print(f"{pool.considered} considered, {pool.eligible} in the pool; {compared} ({plan.kind}).")
    print_table(("", "id", "title", "score", "= meaning + words + required", "✓ ✗ ?"), map(_row, result.entries))
    for entry in result.entries[:SHOWN_LEDGERS]:
        stdout.print(f"{entry.rank}. {entry.id}", style="bold")
        for line in entry.ledger:
            stdout.print(f"   {line.status:8}{line.importance:5} {line.requirement}: {in_context(line)}")
    if (hidden := len(result.entries) - SHOWN_LEDGERS) > 0:
        stdout.print(f"The requirements of the other {hidden} are in --json and --csv.")
    if (beyond := pool.eligible - len(result.entries)) > 0:
        stdout.print(f"{beyond} more of the pool are not shown (-k).")
    if not result.entries:
        stdout.print("Nobody is in the pool: every one considered is excluded by the policy file, as follows.")
    for out in pool.excluded[:SHOWN_EXCLUSIONS]:
        stdout.print(f"not in the pool: {out.id}: {'; '.join(reason.sentence for reason in out.reasons)}")
    if len(pool.excluded) > SHOWN_EXCLUSIONS:
        stdout.print(f"... and {len(pool.excluded) - SHOWN_EXCLUSIONS} more (--json lists all)")
    if result.hyre != "none":
        stdout.print(f"Encoded with a hypothetical text beside each vacancy ({result.hyre}); nothing above quotes one.")


def in_context(line: Line) -> str:
    """Return the quote of a line in its sentence and where it stands, ``-`` without one."""
    if line.quote is None or line.sentence is None:
        return "-"
    at = (line.start or 0) - (line.sentence_start or 0)
    sentence = in_sentence(line.sentence, at, at + len(line.quote))
    return f"{sentence} ({line.start}–{line.end})"


def _row(entry: Entry) -> list[str]:
    meaning, words = (sum(p.value for p in entry.contributions if p.sort == sort) for sort in ("meaning", "words"))
    required = entry.score - meaning - words
    statuses = [line.status.value for line in entry.ledger]
    sum_of = " + ".join(f"{value:.3f}" for value in (meaning, words, required))
    counts = " ".join(str(statuses.count(status)) for status in ("met", "missing", "unknown"))
    return [str(entry.rank), entry.id, entry.title, f"{entry.score:.3f}", f"= {sum_of}", counts]


match = command(
    use_case.match, print_shortlist, csv=Csv("Print CSV: one line per requirement of each entry.", shortlist_csv)
)
