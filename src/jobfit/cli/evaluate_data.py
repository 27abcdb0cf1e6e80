"""jobfit evaluate --data: a system on a whole data set, in any of the formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.hyre_options import check_read, open_hyre, reading_with
from jobfit.cli.output import print_json, stderr, stdout
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.evaluation.datasets.ranking import Ranker
    from jobfit.evaluation.datasets.results import Results
    from jobfit.evaluation.leakage import LeakageReport
    from jobfit.judged import Judged


class DataFormat(StrEnum):
    """The formats of data sets."""

    AUTO = "auto"
    BEIR = "beir"
    CONFIT = "confit"
    RANKPO = "rankpo"
    PARQUET = "parquet"


class DataSystem(StrEnum):
    """The systems that rank a data set."""

    RANDOM = "random"
    BM25 = "bm25"
    TFIDF = "tfidf"
    DENSE = "dense"
    HYBRID = "hybrid"


class Table(StrEnum):
    """The memoriser's tables."""

    PAIR = "pair"
    DOCUMENT_RATE = "document rate"
    DOCUMENT_COUNT = "document count"
    QUERY_RATE = "query rate"


Data = Annotated[Path | None, typer.Option(help="Instead of --run: a data set that --system ranks and that is scored.")]
Format = Annotated[DataFormat, typer.Option("--format", help="The format of --data.")]
RankedBy = Annotated[DataSystem, typer.Option(help="With --data: what ranks.")]
Split = Annotated[str, typer.Option(help="With --data: which split is evaluated.")]
Mask = Annotated[bool, typer.Option(help="With --data: mask personal data before anything reads the texts.")]
Guard = Annotated[bool, typer.Option(help="With --data: refuse a test set that the training pairs leak into.")]
Accept = Annotated[
    list[Table] | None, typer.Option(help="A memoriser's table that may beat chance; it is reported all the same.")
]
NearDuplicates = Annotated[
    float, typer.Option(min=0, max=1, help="Jaccard similarity of near-duplicate texts; 0: look at ids only.")
]
NEAR_DUPLICATES = 0.8


@dataclass(frozen=True, slots=True)
class DataOptions:
    """The options of evaluate that belong to --data."""

    path: Path
    format: DataFormat
    system: DataSystem
    model: str
    measures: Sequence[str]
    split: str
    mask: bool
    guard: bool
    accept: Sequence[Table]
    near_duplicates: float
    seed: int
    as_json: bool
    hyre: Path | None = None


def evaluate_data(options: DataOptions) -> None:
    """Read, guard, mask, rank, score and print.

    Raises:
        InputError: the data cannot be read, or hold nothing of the split.
        LeakageError: the training pairs of the data leak into what is evaluated.
    """
    from jobfit.encoders.generated import store_facts
    from jobfit.evaluation.datasets.formats import detect, read_dataset
    from jobfit.evaluation.datasets.results import Settings, evaluate_dataset, guard_dataset
    from jobfit.evaluation.split_files import report_facts
    from jobfit.judged import split_name

    name = detect(options.path) if options.format is DataFormat.AUTO else options.format.value
    dataset = read_dataset(options.path, name)
    split = split_name(options.split)
    reports = guard_dataset(dataset, split, options.near_duplicates or None, options.seed) if options.guard else {}
    for report in reports.values():
        report.refuse(table.value for table in options.accept)
    settings = Settings(options.measures, split, seed=options.seed)
    encodes = options.system in ("dense", "hybrid")
    with open_hyre(options.hyre, *([options.model] if encodes else ())) as store:
        check_read(store, options.system.value)
        ranked = evaluate_dataset(masked(dataset) if options.mask else dataset, _ranker(options, store), settings)
        read = store_facts(store)
    ranked = replace(ranked, notes=(*ranked.notes, _guard_note(options.guard, reports)))
    stated: dict[str, Any] = {"data": str(options.path), "format": name, "system": options.system.value, "split": split}
    stated |= {"model": options.model if encodes else None, "hyre": read["hyre"], "masked": options.mask}
    if options.as_json:
        print_json(stated | read | results_json(ranked) | {"guard": {k: report_facts(r) for k, r in reports.items()}})
        return
    stdout.print(" · ".join(f"{key}: {value}" for key, value in stated.items() if value is not None))
    print_results(ranked)
    print_guard(reports)


def masked(dataset: Judged) -> Judged:
    """The data set with the personal data of every text masked; equal texts are masked once."""
    from functools import lru_cache

    from jobfit.documents.masking import mask

    hide = lru_cache(maxsize=4096)(lambda text: mask(text).text)
    return replace(
        dataset,
        candidates={i: hide(text) for i, text in dataset.candidates.items()},
        vacancies={i: hide(text) for i, text in dataset.vacancies.items()},
    )


def _ranker(options: DataOptions, store: GeneratedStore | None) -> Ranker:
    from jobfit.app.encoding import cached_encoder
    from jobfit.evaluation.tfidf import rank_by_tfidf
    from jobfit.retrieval.systems import rank

    if options.system is DataSystem.TFIDF:
        return rank_by_tfidf
    encoders: list[Any] = []

    def encoder() -> Any:
        if not encoders:
            encoders.append(cached_encoder(options.model))
        return encoders[0]

    return lambda queries, corpus, k: rank(
        options.system.value, queries, corpus, k, seed=options.seed,
        encoder=lambda: reading_with(encoder(), store, queries, corpus),
    )  # fmt: skip


def _guard_note(on: bool, reports: Mapping[str, LeakageReport]) -> str:
    if not on:
        return "guard: switched off; nothing was checked for leakage"
    return "guard: passed" if reports else "guard: the data have no training pairs to compare with"


def results_json(found: Results) -> dict[str, Any]:
    """Return the stable keys of the results."""
    from jobfit.cli.evaluation_output import report_json
    from jobfit.cli.pair_output import classification_json

    return {
        "rankings": {name: report_json(report) for name, report in found.rankings.items()},
        "pairs": None if found.pairs is None else classification_json(found.pairs, None),
        "preferences": None if found.preferences is None else asdict(found.preferences),
        "notes": list(found.notes),
    }


def print_results(found: Results) -> None:
    """Print the notes and the tables."""
    from jobfit.cli.evaluation_output import print_report
    from jobfit.cli.pair_output import show_alignment, show_classification

    for note in found.notes:
        stderr.print(note)
    for name, report in found.rankings.items():
        stdout.print(f"\n{name}", style="bold")
        print_report(report)
    if found.pairs:
        stdout.print("\nlabelled pairs", style="bold")
        show_classification(found.pairs, None, False)
    if found.preferences:
        stdout.print("\npreferences", style="bold")
        show_alignment(found.preferences, False)


def print_guard(reports: Mapping[str, LeakageReport]) -> None:
    """Print the standing baselines of each guarded test; nothing where there is none."""
    from rich.table import Table as Rich

    table = Rich("test", title="guard: random, and the tables of the memoriser", title_justify="left")
    for heading in ("table", "informed", "AUC", "p", "top", "chance"):
        table.add_column(heading, no_wrap=True)
    for what, report in reports.items():
        for one in (report.random, *report.memoriser):
            auc, p = ("n/a" if value is None else f"{value:.4f}" for value in (one.auc, one.p))
            tops = (f"{one.first:.4f}", f"{one.first_by_chance:.4f}")
            table.add_row(what, one.name, f"{one.informed} of {one.lists}", auc, p, *tops)
    if reports:
        stdout.print(table)


def need_run(run: Path | None, qrels: Path | None) -> tuple[Path, Path]:
    """Return both files.

    Raises:
        InputError: one is missing and no data set was given instead.
    """
    if run is None or qrels is None:
        raise InputError("give --run and --qrels, or a data set with --data")
    return run, qrels
