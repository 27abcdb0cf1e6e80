"""jobfit rank, evaluate, compare: BEIR and TREC files in and out, no database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from jobfit.cli.options import DEFAULT_MODEL, AsJson, K, Model, Out, Seed, System
from jobfit.cli.output import print_json, stderr, stdout
from jobfit.errors import Rejection
from jobfit.evaluation.statistics import Estimate

Measures = Annotated[str, typer.Option(help="Comma-separated, in ir-measures' spelling.")]
Qrels = Annotated[Path, typer.Option(help="Judgements: BEIR TSV or TREC qrels.")]
DEFAULT_MEASURES = "nDCG@10,AP,R@100,P@10,RR"


def register(app: typer.Typer) -> None:
    """Add the three commands."""
    app.command()(rank)
    app.command()(evaluate)
    app.command()(compare)


def rank(
    *,
    corpus: Annotated[Path, typer.Option(help="BEIR corpus.jsonl: _id, title, text.")],
    queries: Annotated[Path, typer.Option(help="BEIR queries.jsonl: _id, text.")],
    out: Out,
    k: K = 100,
    system: System = System.HYBRID,
    model: Model = DEFAULT_MODEL,
    seed: Seed = 0,
    mask: Annotated[bool, typer.Option(help="Mask personal data before anything reads the texts.")] = True,
    as_json: AsJson = False,
) -> None:
    """Rank a corpus for every query and write a TREC run."""
    from jobfit.cli.setup import cached_encoder
    from jobfit.ingest.formats.trec import write_run
    from jobfit.ingest.writing import check_writable
    from jobfit.reading import read_documents
    from jobfit.retrieval.systems import rank as rank_documents

    check_writable(out)
    empty: list[Rejection] = []
    asked, searched = (read_documents(path, masked=mask, rejects=empty) for path in (queries, corpus))
    run = rank_documents(system.value, asked, searched, k, encoder=lambda: cached_encoder(model), seed=seed)
    write_run(run, out)
    for rejection in empty:
        stderr.print(f"left out: {rejection.file}, line {rejection.row}: {rejection.reason}")
    if as_json:
        print_json({"run": str(out), "system": system.value, "queries": len(run), "documents": len(searched), "k": k})
    else:
        stderr.print(f"{len(run)} queries ranked over {len(searched)} documents by {system.value}: {out}")


def evaluate(
    run: Annotated[Path, typer.Option(help="TREC run.")],
    qrels: Qrels,
    measures: Measures = DEFAULT_MEASURES,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Print each measure with its bootstrap 95 % interval and n."""
    from jobfit.evaluation.measures import evaluate as evaluate_run
    from jobfit.ingest.formats.trec import read_qrels, read_run

    report = evaluate_run(read_run(run), read_qrels(qrels), _names(measures), seed)
    if as_json:
        print_json(
            {
                "run": report.run,
                "measures": {name: estimate_json(estimate) for name, estimate in report.aggregate.items()},
                "undefined_queries": list(report.undefined),
                "missing_queries": list(report.missing),
            }
        )
        return
    table = Table("measure", "mean", "95 % interval", "n", title=report.run, title_justify="left")
    for name, estimate in report.aggregate.items():
        table.add_row(name, number(estimate.mean), interval(estimate), str(estimate.n))
    stdout.print(table)
    if report.undefined:
        stdout.print(f"{len(report.undefined)} queries have no relevant document and are left out.")
    if report.missing:
        stdout.print(f"{len(report.missing)} judged queries are missing from the run and score 0.")


def compare(
    *,
    run_a: Annotated[Path, typer.Option("--run-a", "-a", help="TREC run to compare with.")],
    run_b: Annotated[Path, typer.Option("--run-b", "-b", help="TREC run that may be better.")],
    qrels: Qrels,
    measures: Measures = DEFAULT_MEASURES,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Test B against A on the same queries: difference, interval, paired randomisation test, Holm's correction."""
    from jobfit.evaluation.compare import compare as compare_runs
    from jobfit.ingest.formats.trec import read_qrels, read_run

    rows = compare_runs(read_run(run_a), read_run(run_b), read_qrels(qrels), _names(measures), seed)
    if as_json:
        print_json({"a": str(run_a), "b": str(run_b), "measures": {name: _row(row) for name, row in rows.items()}})
        return
    table = Table("measure", "A", "B", "B − A", "95 % interval", "p", "p (Holm)", "better / worse / equal")
    for name, row in rows.items():
        table.add_row(
            name, number(row.a), number(row.b), number(row.difference.mean), interval(row.difference), f"{row.p:.4f}",
            f"{row.p_holm:.4f}", f"{row.better} / {row.worse} / {row.equal}",
        )  # fmt: skip
    stdout.print(table)


def _names(measures: str) -> list[str]:
    return [name.strip() for name in measures.split(",") if name.strip()]


def _row(row: Any) -> dict[str, Any]:
    return {
        "a": row.a,
        "b": row.b,
        "difference": estimate_json(row.difference),
        "p": row.p,
        "p_holm": row.p_holm,
        "better": row.better,
        "worse": row.worse,
        "equal": row.equal,
    }


def estimate_json(estimate: Estimate) -> dict[str, Any]:
    """Return the stable keys of an estimate: mean, low, high, n."""
    return {"mean": estimate.mean, "low": estimate.low, "high": estimate.high, "n": estimate.n}


def number(value: float | None) -> str:
    """Print a measure with four digits, or n/a."""
    return "n/a" if value is None else f"{value:.4f}"


def interval(estimate: Estimate) -> str:
    """Print the interval, or n/a when fewer than two queries give none."""
    return "n/a" if estimate.low is None or estimate.high is None else f"[{estimate.low:.4f}, {estimate.high:.4f}]"
