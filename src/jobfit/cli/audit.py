"""jobfit audit: what happened to groups of people, one table for each attribute."""

from __future__ import annotations

from jobfit.app import audit as use_case
from jobfit.app.audit import AttributeLines, AuditResult
from jobfit.cli.command import command
from jobfit.cli.output import print_table, stdout
from jobfit.evaluation.statistics import Estimate

_IN_JSON_ALONE = ("reciprocal", "geometric", "uniform")  # models of attention: the table has the logarithmic one
COLUMNS = ("rate", "group", "value", "95 % interval", "n", "impact ratio")


def _print_audit(result: AuditResult) -> None:
    at = f"probability ≥ {result.threshold:g}" if result.k is None else f"the first {result.k}"
    stdout.print(f"{result.audited}: {result.queries} queries, {result.people} people; chosen: {at}.", soft_wrap=True)
    if result.not_here:
        stdout.print(f"{result.not_here} people of the file of groups are not in these data.")
    for note in result.notes:
        stdout.print(note, soft_wrap=True)
    for name, lines in result.attributes.items():
        _print_attribute(name, lines)
    stdout.print("* fewer than 30 people or pairs: read the interval. Unknown: nobody of the group is in the cell.")


def _print_attribute(name: str, lines: AttributeLines) -> None:
    people = ", ".join(f"{group} {count}" for group, count in lines.people.items())
    title = f"{name}: {people}; group unknown, in no number: {lines.unknown}"
    rows = [
        (
            row.rate, row.group, _value(row.estimate), row.estimate.interval, f"{row.support:g}{'*' * row.small}",
            ratio(row.impact, row.support),
        )
        for row in lines.rates
        if not row.rate.endswith(_IN_JSON_ALONE)
    ]  # fmt: skip
    print_table(COLUMNS, rows, title)
    for gap in lines.gaps:
        if gap.gap.endswith(_IN_JSON_ALONE):
            continue
        if "ratio" in gap.gap:
            said = ratio(gap.estimate, gap.support)
        else:
            said = f"{_value(gap.estimate)} (n = {gap.support:g})"
        said += f", 95 % {gap.estimate.interval}" if gap.estimate.low is not None else ""
        lacking = f"; nobody in: {', '.join(gap.undefined)}" if gap.undefined else ""
        stdout.print(f"{gap.gap} {said}{lacking}", soft_wrap=True)
    for row in lines.evenness:
        left = f"; undefined in {row.undefined} lists" if row.undefined else ""
        stdout.print(f"{row.measure} {_value(row.estimate)}, 95 % {row.estimate.interval or '-'}{left}", soft_wrap=True)


def ratio(found: Estimate, support: float) -> str:
    """Return a ratio as it is always told, with the size of the smallest cell behind it.

    >>> ratio(Estimate(0.738, 0.5, 1.0, 40), 61), ratio(Estimate(None, None, None, 40), 0)
    ('0.74 (n = 61)', 'unknown (n = 0)')
    """
    return f"{'unknown' if found.mean is None else f'{found.mean:.2f}'} (n = {support:g})"


def _value(found: Estimate) -> str:
    return "unknown" if found.mean is None else f"{found.mean:.3f}"


audit = command(use_case.audit, _print_audit)
