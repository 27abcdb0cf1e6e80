"""jobfit rank, evaluate, compare, split and convert: runs, their measures with intervals, and whole data sets."""

from __future__ import annotations

from collections.abc import Mapping

import typer
from rich.table import Table

from jobfit.app import datasets, evaluation
from jobfit.app.datasets import ConvertResult, SplitResult
from jobfit.app.evaluation import CompareResult, EvaluateDataResult, EvaluateResult, Measured, RankResult
from jobfit.cli.command import command
from jobfit.cli.output import print_table, stderr, stdout
from jobfit.cli.pairs import print_alignment, print_classification
from jobfit.evaluation.leakage import LeakageReport
from jobfit.evaluation.statistics import number

DIFFERENCES = ("measure", "A", "B", "B − A", "95 % interval", "p", "p (Holm)", "better / worse / equal")


def _print_rank(result: RankResult) -> None:
    ranked = f"{result.queries} queries ranked over {result.documents} documents"
    again = f", the best {result.reranker.top} again by {result.reranker.model}" if result.reranker else ""
    if result.list_reranker:
        again = f", the best {result.list_reranker.top} ordered by {result.list_reranker.model}"
    stderr.print(f"{ranked} by {result.system} (HyRe: {result.hyre}){again}: {result.run}")
    for weights in result.weights:
        stderr.print(f"{weights.queries} of them {weights}")


def _print_evaluation(result: EvaluateResult | EvaluateDataResult) -> None:
    if isinstance(result, EvaluateDataResult):
        _print_data(result)
    else:
        _print_measured(result)


def _print_measured(result: Measured) -> None:
    any_chance = any(aggregate.chance is not None for aggregate in result.measures.values())
    rows = [
        (name, found.number, found.interval, str(found.n), *([number(found.chance)] if any_chance else []))
        for name, found in result.measures.items()
    ]
    print_table(("measure", "mean", "95 % interval", "n", *(["chance"] if any_chance else [])), rows, result.run)
    first = next(iter(result.measures.values()))
    if first.ranked:
        stdout.print(f"Ranked documents per query: {first.ranked}; {first.tied:.1%} share their score.")
    if first.pool:
        stdout.print(f"Pool: {first.pool} documents per query; chance is a random order of it.")
    _print_undefined(result.undefined_queries)
    if result.missing_queries:
        stdout.print(f"{len(result.missing_queries)} judged queries are missing from the run and score 0.")


def _print_undefined(queries: tuple[str, ...]) -> None:
    if queries:
        stdout.print(f"{len(queries)} queries have no relevant document and are left out.")


def _print_data(result: EvaluateDataResult) -> None:
    facts = {name: getattr(result, name) for name in ("data", "format", "system", "split", "model", "hyre", "masked")}
    facts["reranker"] = result.reranker and f"{result.reranker.model}, top {result.reranker.top}"
    stdout.print(" · ".join(f"{name}: {value}" for name, value in facts.items() if value is not None))
    for note in result.notes:
        stderr.print(note)
    for name, measured in result.rankings.items():
        stdout.print(f"\n{name}", style="bold")
        _print_measured(measured)
    if result.pairs:
        stdout.print("\nlabelled pairs", style="bold")
        print_classification(result.pairs)
    if result.preferences:
        stdout.print("\npreferences", style="bold")
        print_alignment(result.preferences)
    _print_guard(result.guard)


def _print_guard(guard: Mapping[str, LeakageReport]) -> None:
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
        rows = [
            (
                name, number(row.a), number(row.b), row.difference.number, row.difference.interval, number(row.p),
                number(row.p_holm), f"{row.better} / {row.worse} / {row.equal}",
            )
            for name, row in pairing.measures.items()
        ]  # fmt: skip
        print_table(DIFFERENCES, rows, f"A: {pairing.a}\nB: {pairing.b}" if len(result.comparisons) > 1 else None)
    stdout.print(f"p (Holm) is corrected for {result.tests} tests.")
    _print_undefined(result.undefined_queries)
    for name, missing in result.missing_queries.items():
        if missing:
            stdout.print(f"{len(missing)} judged queries are missing from {name} and score 0.")


def _print_split(result: SplitResult) -> None:
    rows = ((line.step, str(line.dropped), str(line.left), line.reason) for line in result.funnel)
    print_table(("step", "dropped", "left", "why"), rows, "funnel")
    for name, part in result.parts.items():
        share = f", {result.shares[name]:.1%} of those kept" if name in result.shares else ""
        stdout.print(f"{name}: {part.rows} pairs{share}")
    for side, count in result.near_duplicates.items():
        stdout.print(f"{count} {side} texts have a near-duplicate, which is on the same side.")
    _print_guard(result.guard)
    stdout.print(f"Written to {result.folder}.")


def _print_converted(result: ConvertResult) -> None:
    for line in result.left_out:
        stderr.print(f"left out: {line}")
    stdout.print(
        f"{result.queries} queries and {result.documents} documents, {result.format} to {result.to}: {result.out}"
    )


rank = command(evaluation.rank, _print_rank, llm_keep_incomplete=None)
evaluate = command(evaluation.evaluate, _print_evaluation)
compare = command(evaluation.compare, _print_comparison, run_a=("--run-a", "-a"), run_b=("--run-b", "-b"))
split = command(datasets.split, _print_split)
convert = command(datasets.convert, _print_converted, source=typer.Argument(), out=typer.Argument())
