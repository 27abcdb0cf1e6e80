"""jobfit rank, evaluate, compare: BEIR and TREC files in and out, no database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobfit.cli import evaluate_data
from jobfit.cli.hyre_options import Hyre, check_read, open_hyre, reading_with
from jobfit.cli.options import DEFAULT_MODEL, AsJson, K, Model, Out, Seed, System
from jobfit.cli.output import print_json, stderr
from jobfit.errors import InputError, Rejection

if TYPE_CHECKING:
    from jobfit.evaluation.pools import Pools

Measures = Annotated[str, typer.Option(help="Comma-separated; all names are in docs/measures.md.")]
Qrels = Annotated[Path, typer.Option(help="Judgements: BEIR TSV or TREC qrels.")]
Corpus = Annotated[
    Path | None,
    typer.Option(help="BEIR corpus.jsonl that was ranked: adds the level of chance, refuses documents from elsewhere."),
]
PoolSize = Annotated[int | None, typer.Option(min=1, help="Instead of --corpus: only how many documents it holds.")]
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
    hyre: Hyre = None,
    seed: Seed = 0,
    mask: Annotated[bool, typer.Option(help="Mask personal data before anything reads the texts.")] = True,
    as_json: AsJson = False,
) -> None:
    """Rank a corpus for every query and write a TREC run."""
    from jobfit.app.encoding import cached_encoder
    from jobfit.encoders.generated import store_facts
    from jobfit.ingest.formats.trec import write_run
    from jobfit.ingest.writing import check_writable
    from jobfit.reading import read_documents
    from jobfit.retrieval.systems import rank as rank_documents

    check_writable(out)
    empty: list[Rejection] = []
    asked, searched = (read_documents(path, masked=mask, rejects=empty) for path in (queries, corpus))
    with open_hyre(hyre, *([model] if system in ("dense", "hybrid") else ())) as store:
        check_read(store, system.value)
        run = rank_documents(
            system.value, asked, searched, k, seed=seed,
            encoder=lambda: reading_with(cached_encoder(model), store, asked, searched),
        )  # fmt: skip
        read = store_facts(store)
    write_run(run, out)
    for rejection in empty:
        stderr.print(f"left out: {rejection.file}, line {rejection.row}: {rejection.reason}")
    if as_json:
        facts = {"run": str(out), "system": system.value, "queries": len(run), "documents": len(searched), "k": k}
        print_json({**facts, **read})
    else:
        stderr.print(
            f"{len(run)} queries ranked over {len(searched)} documents by {system.value} (HyRe: {read['hyre']}): {out}"
        )


def evaluate(
    *,
    run: Annotated[Path | None, typer.Option(help="TREC run.")] = None,
    qrels: Annotated[Path | None, typer.Option(help="Judgements: BEIR TSV or TREC qrels.")] = None,
    measures: Measures = DEFAULT_MEASURES,
    corpus: Corpus = None,
    pool_size: PoolSize = None,
    per_query: Annotated[Path | None, typer.Option(help="Write measure, query id, value for every query.")] = None,
    data: evaluate_data.Data = None,
    data_format: evaluate_data.Format = evaluate_data.DataFormat.AUTO,
    system: evaluate_data.RankedBy = evaluate_data.DataSystem.HYBRID,
    model: Model = DEFAULT_MODEL,
    hyre: Hyre = None,
    split: evaluate_data.Split = "test",
    mask: evaluate_data.Mask = True,
    guard: evaluate_data.Guard = True,
    accept: evaluate_data.Accept = None,
    near_duplicates: evaluate_data.NearDuplicates = evaluate_data.NEAR_DUPLICATES,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Print each measure with its bootstrap 95 % interval, n and, where the pool is known, the level of chance.

    Of a TREC run (--run, --qrels), or of a system on a data set in a known format (--data, --system).
    """
    from jobfit.cli.evaluation_output import show_report
    from jobfit.evaluation.grammar import split_names
    from jobfit.evaluation.measures import evaluate as evaluate_run
    from jobfit.ingest.formats.trec import read_qrels, read_run
    from jobfit.ingest.writing import check_writable

    if data is not None:
        if run or qrels or corpus or pool_size or per_query:
            raise InputError("--data brings its own judgements and pools: leave out --run, --qrels and their options")
        options = evaluate_data.DataOptions(
            data, data_format, system, model, split_names(measures), split, mask, guard, accept or (), near_duplicates,
            seed, as_json, hyre,
        )  # fmt: skip
        evaluate_data.evaluate_data(options)
        return
    run, qrels = evaluate_data.need_run(run, qrels)
    if hyre is not None:
        raise InputError("--hyre belongs to --data: a run is ranked already (`jobfit rank --hyre`)")
    if per_query is not None:
        check_writable(per_query)
    pools = pools_of(corpus, pool_size)
    report = evaluate_run(read_run(run), read_qrels(qrels), split_names(measures), seed, pools=pools)
    show_report(report, as_json, per_query)


def compare(
    *,
    run_a: Annotated[Path, typer.Option("--run-a", "-a", help="TREC run to compare with.")],
    run_b: Annotated[
        list[Path], typer.Option("--run-b", "-b", help="TREC run that may be better; repeat for several.")
    ],
    qrels: Qrels,
    measures: Measures = DEFAULT_MEASURES,
    every_pair: Annotated[
        bool, typer.Option("--every-pair", help="Compare the runs of -b with each other too.")
    ] = False,
    corpus: Corpus = None,
    pool_size: PoolSize = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Test B against A on the same queries: difference, interval, paired randomisation test, Holm's correction."""
    from jobfit.cli.evaluation_output import show_comparison
    from jobfit.evaluation.compare import compare_all
    from jobfit.evaluation.grammar import split_names
    from jobfit.ingest.formats.trec import read_qrels, read_run

    paths = [run_a, *run_b]
    comparison = compare_all(
        [read_run(path) for path in paths],
        read_qrels(qrels),
        split_names(measures),
        seed,
        every_pair=every_pair,
        pools=pools_of(corpus, pool_size),
    )
    show_comparison(comparison, [str(path) for path in paths], as_json)


def pools_of(corpus: Path | None, size: int | None) -> Pools | None:
    """Return the pool that the options name, ``None`` for none.

    Raises:
        InputError: both are given.
    """
    from jobfit.evaluation.pools import Pools
    from jobfit.reading import read_documents

    if corpus is not None and size is not None:
        raise InputError("give --corpus or --pool-size, not both")
    if corpus is not None:
        return Pools.of_corpus(document.id for document in read_documents(corpus, masked=False, rejects=[]))
    return None if size is None else Pools.of_size(size)
