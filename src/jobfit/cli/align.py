"""jobfit align: agreement with a judge's choices, what it cost the ranking, and sweeps of both."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jobfit.cli.hyre_options import Hyre, open_hyre, reading_pairs
from jobfit.cli.options import AsJson, Seed
from jobfit.cli.output import print_json, stderr, stdout
from jobfit.errors import InputError

RETENTION = "nDCG@20"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(align)


def align(
    preferences: Annotated[
        Path | None,
        typer.Argument(help="CSV or JSON Lines: query_id, preferred (A, B), score_a, score_b[, length_a, length_b]."),
    ] = None,
    *,
    run: Annotated[Path | None, typer.Option(help="A TREC run of the same system: reports retention.")] = None,
    before: Annotated[Path | None, typer.Option(help="With --run: the run before alignment, to compare with.")] = None,
    qrels: Annotated[Path | None, typer.Option(help="With --run: BEIR TSV or TREC qrels.")] = None,
    model: Annotated[
        str | None, typer.Option(help="With --data: the encoder to score with; with --sweep: the one to start from.")
    ] = None,
    reference: Annotated[str | None, typer.Option(help="With --model: the encoder before alignment.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="Data with preferences, such as RankPO's: reports both, or is swept on.")
    ] = None,
    hyre: Hyre = None,
    sweep: Annotated[
        Path | None, typer.Option(help="Settings of a sweep, YAML or TOML: recipe.methods, recipe.rates, recipe.betas.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="With --sweep: folder for the table, the plot and the rows.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="With --sweep: how often each point is trained.")] = 3,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Compare scores with a judge's choices between A and B, with the position check of both.

    Also says how much of the ranking is kept (retention, nDCG@20): of a run, of a model on data, or of a whole sweep.
    """
    if sweep is not None:
        if out is None or preferences or run:
            raise InputError("--sweep needs --out, and neither scored preferences nor a run")
        _sweep(sweep, out, (data, model, hyre), seeds, as_json)
    elif model is not None:
        if data is None or preferences or run:
            raise InputError("--model scores the preferences of --data: name it, and no scored preferences or run")
        _model((data, hyre), model, reference, seed, as_json)
    elif preferences is None:
        raise InputError("name a file of scored preferences, or --model and --data, or --sweep")
    elif hyre is not None:
        raise InputError("--hyre belongs to --model or --sweep: scored preferences are encoded already")
    else:
        _scores(preferences, (run, before, qrels), seed, as_json)


def _scores(preferences: Path, files: tuple[Path | None, Path | None, Path | None], seed: int, as_json: bool) -> None:
    from dataclasses import asdict

    from jobfit.cli.pair_output import show_alignment
    from jobfit.evaluation.alignment import alignment
    from jobfit.evaluation.scored_files import read_scored_preferences

    found = alignment(read_scored_preferences(preferences), seed)
    run, before, qrels = files
    if run is None:
        if before is not None or qrels is not None:
            raise InputError("--before and --qrels belong to --run")
        show_alignment(found, as_json)
        return
    if qrels is None:
        raise InputError("--run needs --qrels: retention is measured against judgements")
    kept = _retention(run, before, qrels, seed)
    if as_json:
        print_json({**asdict(found), "retention": kept})
        return
    show_alignment(found, False)
    stdout.print(_kept_text(kept), soft_wrap=True)


def _retention(run: Path, before: Path | None, qrels: Path, seed: int) -> dict[str, Any]:
    """nDCG@20 of the run, and minus the run before."""
    from dataclasses import asdict

    from jobfit.cli.evaluation_output import estimate_json
    from jobfit.evaluation.compare import compare
    from jobfit.evaluation.measures import evaluate
    from jobfit.ingest.formats.trec import read_qrels, read_run

    judged, now = read_qrels(qrels), read_run(run)
    found: dict[str, Any] = {
        "measure": RETENTION,
        "after": estimate_json(evaluate(now, judged, (RETENTION,), seed).aggregate[RETENTION]),
    }
    if before is not None:
        difference = compare(read_run(before), now, judged, (RETENTION,), seed)[RETENTION]
        found |= {"before": difference.a, "difference": asdict(difference.difference), "p": difference.p}
    return found


def _model(read: tuple[Path, Path | None], model: str, reference: str | None, seed: int, as_json: bool) -> None:
    """Alignment and retention of one or two encoders on the same data."""
    from dataclasses import asdict

    from jobfit.app.encoding import cached_encoder
    from jobfit.encoders.generated import store_facts
    from jobfit.experiments.rankpo import measured_on
    from jobfit.experiments.rows import compare_rows, estimate
    from jobfit.training.reading import read_training_set

    (data, hyre), names = read, [name for name in (reference, model) if name is not None]
    judged = read_training_set(data)
    with open_hyre(hyre, *names) as store:
        encoders = {name: reading_pairs(cached_encoder(name), store) for name in names}
        rows = [measured_on(name, encoders[name], judged, (RETENTION,)) for name in names]
        used = store_facts(store)
    facts: dict[str, Any] = {
        row.key: {column: asdict(estimate(row, column, seed)) for column in row.columns} for row in rows
    }
    answer: dict[str, Any] = {"data": str(data), **used, "models": facts}
    if len(rows) == 2:
        answer["difference"] = {
            column: asdict(compare_rows(rows[0], rows[1], column, seed)) for column in rows[0].columns
        }
    if as_json:
        print_json(answer)
        return
    for name, columns in facts.items():
        for column, value in columns.items():
            stdout.print(f"{name}: {column} {_estimate_text(value)}", soft_wrap=True)
    for column, one in answer.get("difference", {}).items():
        stdout.print(f"{model} minus {reference}: {column} {_estimate_text(one['difference'])}, p = {one['p']:.4f}")


def _sweep(
    settings: Path, out: Path, given: tuple[Path | None, str | None, Path | None], seeds: int, as_json: bool
) -> None:
    from dataclasses import replace

    from jobfit.experiments.data import read_any
    from jobfit.experiments.market import market_data
    from jobfit.experiments.reproduce import reproduce
    from jobfit.experiments.settings import sizes_of

    data, model, hyre = given
    sizes = sizes_of("rankpo", False, settings)
    chosen = replace(sizes.rankpo, start=model) if model is not None else sizes.rankpo
    read = market_data(sizes.market, sizes.measures) if data is None else read_any(data, sizes.measures)
    with open_hyre(hyre, *([model] if model else ())) as store:
        read = read if store is None else read.with_hyre(store)
    stderr.print(read.source)
    report = reproduce("rankpo", replace(sizes, rankpo=chosen), read, out, tuple(range(1, seeds + 1)))
    report.write(out)
    if as_json:
        print_json(report.as_json())
    else:
        stdout.print(report.markdown(), soft_wrap=True)
        stderr.print(f"Written to {out / 'report.md'} and {out / 'sweep.svg'}")


def _kept_text(kept: dict[str, Any]) -> str:
    said = f"Retention: {kept['measure']} {_estimate_text(kept['after'])}."
    if "before" in kept:
        said += f" Before: {kept['before']:.4f}; difference {_estimate_text(kept['difference'])}, p = {kept['p']:.4f}."
    return said


def _estimate_text(value: dict[str, Any]) -> str:
    if value["mean"] is None:
        return "undefined"
    span = "" if value["low"] is None else f" ({value['low']:.4f} to {value['high']:.4f}, n = {value['n']})"
    return f"{value['mean']:.4f}{span}"
