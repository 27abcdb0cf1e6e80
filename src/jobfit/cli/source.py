"""jobfit source: the talent pool for a vacancy."""

from __future__ import annotations

from jobfit.app import source as use_case
from jobfit.app.source import Skill, SourceEntry, SourceEvaluation, SourceResult
from jobfit.cli.command import command
from jobfit.cli.match import in_context
from jobfit.cli.output import note_outdated, print_table, stdout
from jobfit.evaluation.statistics import number
from jobfit.shortlist import Status

SHOWN_GAPS, SHOWN_EXCLUSIONS = 3, 5  # on the terminal; --json gives everything
_MONTHS_FROM = 61  # days; less is told in days


def _print_source(result: SourceResult | SourceEvaluation) -> None:
    if isinstance(result, SourceEvaluation):
        _print_evaluation(result)
    else:
        _print_pool(result)


def _print_pool(result: SourceResult) -> None:
    query, pool = result.query, result.pool
    note_outdated(result.outdated)
    stdout.print(f"\nTalent pool for {query.kind.value} {query.id}: {query.title}", style="bold")
    left = {
        "never applied": pool.never_applied,
        "hired": pool.hired,
        "applied for this vacancy": pool.applied_here,
        "never ended in the talent pool": pool.other_outcome,
        f"last in touch more than {result.retention_months} months ago": pool.beyond_retention,
    }
    out = "".join(f", {count} {why}" for why, count in left.items() if count)
    stdout.print(f"On {result.as_of}: {pool.considered} candidates{out}; {pool.pool} in the pool.")
    if result.entries:
        columns = ("", "id", "title", "score", "meaning", "skills", "✓ ~ ✗ ?", "last in touch")
        print_table(columns, map(_row, result.entries))
        stdout.print(
            f"score = {result.alpha:g} x meaning + {1 - result.alpha:g} x skills (the essential ones stated; rare ones "
            "count more). ✓ stated, ~ only implied by an occupation, ✗ denied, ? not found.",
            style="dim",
        )
    for entry in result.entries[:SHOWN_GAPS]:
        _print_gap(entry)
    if (hidden := len(result.entries) - SHOWN_GAPS) > 0:
        stdout.print(f"\nThe skills of the other {hidden} are in --json.")
    if result.empty:
        stdout.print(result.empty)
    for note in result.notes:
        stdout.print(note)
    for one in result.excluded[:SHOWN_EXCLUSIONS]:
        stdout.print(f"excluded by the policy: {one.id}: {'; '.join(why.sentence for why in one.reasons)}")
    if len(result.excluded) > SHOWN_EXCLUSIONS:
        stdout.print(f"... and {len(result.excluded) - SHOWN_EXCLUSIONS} more (--json lists all)")


def _print_gap(entry: SourceEntry) -> None:
    where, day = entry.last_event.vacancy, entry.last_contact
    when = f"{day}, {_ago(entry)}" if day else _ago(entry)
    stdout.print(f"\n{entry.rank}. {entry.id}: {_ended(entry)} for {where}, {when}", style="bold")
    for skill in (*entry.gap.met, *entry.gap.missing_essential, *entry.gap.missing_optional):
        stdout.print(f"   {_mark(skill)} {skill.importance:5}{skill.requirement}: {_because(skill)}")
    for line in entry.ledger:
        stdout.print(f"     {line.importance:5}{line.requirement}: {line.status}, {in_context(line)}")


def _mark(skill: Skill) -> str:
    if skill.status is Status.UNKNOWN:
        return "~" if skill.occupation else "?"
    return "✓" if skill.status is Status.MET else "✗"


def _because(skill: Skill) -> str:
    if skill.occupation:
        return f"not stated; usual in “{skill.position}” ({skill.position_start}–{skill.position_end})"
    if skill.status is Status.UNKNOWN and skill.quote is None:
        return "not found"
    return in_context(skill)


def _row(entry: SourceEntry) -> list[str]:
    skills = (*entry.gap.met, *entry.gap.missing_essential, *entry.gap.missing_optional)
    marks = [_mark(skill) for skill in skills]
    return [
        str(entry.rank),
        entry.id,
        entry.title,
        f"{entry.score:.3f}",
        f"{entry.cosine:.3f}",
        "-" if entry.coverage is None else f"{entry.coverage:.3f}",
        " ".join(str(marks.count(mark)) for mark in "✓~✗?"),
        f"{_ago(entry)}\n{_ended(entry)}",
    ]


def _ended(entry: SourceEntry) -> str:
    return entry.last_event.status or "not decided then"


def _ago(entry: SourceEntry) -> str:
    days = entry.days_ago
    if days is None:
        return "date unknown"
    return "today" if not days else f"{days} days ago" if days < _MONTHS_FROM else f"{days // 30.4375:.0f} months ago"


def _print_evaluation(result: SourceEvaluation) -> None:
    measures = list(next(iter(result.systems.values())))
    rows = []
    for name, values in result.systems.items():
        rows.append((name, *(f"{values[m].number}\n{values[m].interval}" for m in measures)))
    chance = next(iter(result.systems.values()))
    rows.append(("by chance", *(number(chance[m].chance) for m in measures)))
    print_table(("ranked by", *measures), rows)
    first = chance[measures[0]]
    stdout.print(
        f"{result.test} past vacancies that hired {result.relevant} people of their pool of {first.pool}; each as of "
        f"its first application. {result.without} others hired nobody of theirs."
    )
    stdout.print(
        f"Alpha {result.chosen:g} was chosen on the {result.validation} vacancies before them, by {measures[0]}: "
        + ", ".join(f"{alpha} {value:.3f}" for alpha, value in result.grid.items())
    )
    for name, found in result.differences.items():
        one = found[measures[0]]
        stdout.print(f"{name} minus cosine alone: {measures[0]} {one.difference}, p = {number(one.p_holm)} (Holm)")
    stdout.print("Most of the others never saw the vacancy: the values are lower bounds, to be compared with chance.")


source = command(use_case.source, _print_source)
