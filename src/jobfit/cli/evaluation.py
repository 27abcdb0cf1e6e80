"""jobfit evaluate and compare: measures with intervals of runs, and of systems on whole data sets."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from jobfit.app import evaluation
from jobfit.app.evaluation import (
    Compared,
    CompareRequest,
    CompareResult,
    EvaluateDataResult,
    EvaluateRequest,
    EvaluateResult,
    Measured,
)
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import answer, stderr, stdout
from jobfit.cli.pairs import print_alignment, print_classification
from jobfit.evaluation.leakage import LeakageReport
from jobfit.evaluation.statistics import number


@asks(EvaluateRequest)
def evaluate(request: EvaluateRequest, as_json: AsJson = False) -> EvaluateResult | EvaluateDataResult:
    """Print each measure with its bootstrap 95 % interval, n and, where the pool is known, the level of chance.

    Of a TREC run (--run, --qrels), or of a system on a data set in a known format (--data, --system).
    """
    return answer(evaluation.evaluate, request, as_json, _print_evaluation)


@asks(CompareRequest, run_a=("--run-a", "-a"), run_b=("--run-b", "-b"))
def compare(request: CompareRequest, as_json: AsJson = False) -> CompareResult:
    """Test B against A on the same queries: difference, interval, paired randomisation test, Holm's correction."""
    return answer(evaluation.compare, request, as_json, _print_comparison)


def _print_evaluation(result: EvaluateResult | EvaluateDataResult) -> None:
    if isinstance(result, EvaluateDataResult):
        _print_data(result)
    else:
        print_measured(result)


def print_measured(result: Measured) -> None:
    """Print a table of the measures, and below it what has to be known to read them."""
    any_chance = any(aggregate.chance is not None for aggregate in result.measures.values())
    columns = ("measure", "mean", "95 % interval", "n", *(("chance",) if any_chance else ()))
    table = Table(*columns, title=result.run, title_justify="left")
    for name, found in result.measures.items():
        chance = [number(found.chance)] if any_chance else []
        table.add_row(name, found.number, found.interval, str(found.n), *chance)
    stdout.print(table)
    first = next(iter(result.measures.values()))
    if first.ranked:
        stdout.print(f"Ranked documents per query: {first.ranked}; {first.tied:.1%} share their score.")
    if first.pool:
        stdout.print(f"Pool: {first.pool} documents per query; chance is a random order of it.")
    if result.undefined_queries:
        stdout.print(f"{len(result.undefined_queries)} queries have no relevant document and are left out.")
    if result.missing_queries:
        stdout.print(f"{len(result.missing_queries)} judged queries are missing from the run and score 0.")


def _print_data(result: EvaluateDataResult) -> None:
    facts = {name: getattr(result, name) for name in ("data", "format", "system", "split", "model", "hyre", "masked")}
    stdout.print(" · ".join(f"{name}: {value}" for name, value in facts.items() if value is not None))
    for note in result.notes:
        stderr.print(note)
    for name, measured in result.rankings.items():
        stdout.print(f"\n{name}", style="bold")
        print_measured(measured)
    if result.pairs:
        stdout.print("\nlabelled pairs", style="bold")
        print_classification(result.pairs)
    if result.preferences:
        stdout.print("\npreferences", style="bold")
        print_alignment(result.preferences)
    print_guard(result.guard)


def print_guard(guard: Mapping[str, LeakageReport]) -> None:
    """Print the standing baselines of each guarded test; nothing where there is none."""
    table = Table("test", title="guard: random, and the tables of the memoriser", title_justify="left")
    for heading in ("table", "informed", "AUC", "p", "top", "chance"):
        table.add_column(heading, no_wrap=True)
    for test, found in guard.items():
        for row in (found.random, *found.memoriser):
            numbers = (number(value) for value in (row.auc, row.p, row.first, row.first_by_chance))
            table.add_row(test, row.name, f"{row.informed} of {row.lists}", *numbers)
    if guard:
        stdout.print(table)


def _print_comparison(result: CompareResult) -> None:
    for pairing in result.comparisons:
        title = f"A: {pairing.a}\nB: {pairing.b}" if len(result.comparisons) > 1 else None
        stdout.print(_difference_table(pairing, title))
    stdout.print(f"p (Holm) is corrected for {result.tests} tests.")
    if result.undefined_queries:
        stdout.print(f"{len(result.undefined_queries)} queries have no relevant document and are left out.")
    for name, missing in result.missing_queries.items():
        if missing:
            stdout.print(f"{len(missing)} judged queries are missing from {name} and score 0.")


def _difference_table(pairing: Compared, title: str | None) -> Table:
    table = Table(
        "measure", "A", "B", "B − A", "95 % interval", "p", "p (Holm)", "better / worse / equal",
        title=title, title_justify="left",
    )  # fmt: skip
    for name, row in pairing.measures.items():
        table.add_row(
            name, number(row.a), number(row.b), row.difference.number, row.difference.interval, number(row.p),
            number(row.p_holm), f"{row.better} / {row.worse} / {row.equal}",
        )  # fmt: skip
    return table
