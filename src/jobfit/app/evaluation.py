"""Evaluate runs and systems: measures with intervals and the level of chance, and the comparison of several runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from jobfit.app.encoding import (
    HyreFacts,
    cached_encoder,
    check_encodes,
    model_for,
    open_hyre,
    reading_with,
    tell_routes,
    texts_of,
)
from jobfit.app.llm import LlmOptions
from jobfit.app.pairs import ClassifyResult
from jobfit.app.reranking import (
    ListReranker,
    ReadingAgain,
    Reranker,
    RerankOptions,
    open_reranker,
    reordered,
    reranked,
    reranker_facts,
)
from jobfit.app.weights import Weights
from jobfit.app.wire import AUTO, Fast, Hyre, K, Mask, Out, Progress, Request, Result, Seed, quiet
from jobfit.artifacts import check_writable, write_lines
from jobfit.errors import InputError, Rejection
from jobfit.evaluation.alignment import Alignment
from jobfit.evaluation.compare import Difference, compare_all
from jobfit.evaluation.grammar import split_names
from jobfit.evaluation.leakage import LeakageReport
from jobfit.evaluation.measures import Aggregate, Pools, Report, per_query_lines
from jobfit.evaluation.measures import evaluate as measure
from jobfit.ingest.formats.trec import read_qrels, read_run, write_run

if TYPE_CHECKING:
    from jobfit.documents.masking import TextKind
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.evaluation.datasets.ranking import Ranker
    from jobfit.judged import Judged
    from jobfit.records import Document, Kind
    from jobfit.runs import Run
    from jobfit.scorers.pair_classifier import PairClassifier
    from jobfit.shortlist import Weighed

DEFAULT_MEASURES = "nDCG@10,AP,R@100,P@10,RR"
Measures = Annotated[str, Field(description="Comma-separated; all names are in docs/measures.md.")]
Corpus = Annotated[
    Path | None,
    Field(description="BEIR corpus.jsonl that was ranked: adds the level of chance, refuses documents from elsewhere."),
]
PoolSize = Annotated[int | None, Field(ge=1, description="Instead of --corpus: only how many documents it holds.")]
DataFormat = Literal["auto", "beir", "confit", "rankpo", "parquet"]
DataSystem = Literal["random", "bm25", "tfidf", "dense", "hybrid", "pair-classifier"]


class Table(StrEnum):
    PAIR = "pair"
    DOCUMENT_RATE = "document rate"
    DOCUMENT_COUNT = "document count"
    QUERY_RATE = "query rate"


Accept = Annotated[
    tuple[Table, ...],
    Field(description="A memoriser's table that may beat chance; it is reported all the same."),
]
NearDuplicates = Annotated[
    float, Field(ge=0, le=1, description="Jaccard similarity of near-duplicate texts; 0: look at ids only.")
]


System = Literal["random", "bm25", "dense", "hybrid", "pair-classifier"]
SystemModel = Annotated[
    str,
    Field(
        description="auto (jobfit: two encoders in one, offline), a name of "
        "`jobfit encoders` or of the hub, or a local folder; of a pair classifier the folder that `jobfit train` wrote."
    ),
]
TextsAre = Literal["auto", "cv", "vacancy", "sentence", "label"]


class RankRequest(Request):
    corpus: Path = Field(description="BEIR corpus.jsonl: _id, title, text.")
    queries: Path = Field(description="BEIR queries.jsonl: _id, text.")
    out: Out
    k: K = 100
    system: System = "hybrid"
    model: SystemModel = AUTO
    hyre: Hyre = None
    seed: Seed = 0
    mask: Mask = True
    corpus_kind: TextsAre = Field("auto", description="What the corpus holds, which decides what is masked.")
    queries_kind: TextsAre = Field("auto", description="What the queries are; auto: their texts decide together.")
    fast: Fast = False
    reranker: RerankOptions = RerankOptions()
    llm: LlmOptions = Field(LlmOptions(), description="A language model that orders the best, four at a time.")


class RankResult(HyreFacts):
    run: Path
    system: System
    queries: int
    documents: int
    k: int
    model: str | None = Field(description="The encoder of dense and hybrid.")
    reranker: Reranker | None
    list_reranker: ListReranker | None
    weights: tuple[Weights, ...] = Field(description="Of hybrid: what the signals weighed, and for how many queries.")


def rank(request: RankRequest, progress: Progress = quiet) -> RankResult:
    """Rank a corpus for every query and write a TREC run.

    A text without words, or with none but personal details, is left out, and a note says so. What masking takes out
    depends on what the texts are: --corpus-kind and --queries-kind say it, else each file is read as CVs or, where its
    texts speak for it, as vacancies, and its short single lines as labels. A reranker and a pair classifier take the
    queries for vacancies unless the kinds, or the files' names, say otherwise. With
    --llm-url a language model orders the best instead of --rerank.
    """
    from jobfit.documents.masking import TextKind
    from jobfit.encoders.generated import store_facts
    from jobfit.reading import kind_of_file, read_documents
    from jobfit.retrieval.facets import asking_side
    from jobfit.retrieval.systems import rank as rank_documents

    check_writable(request.out)
    if request.reranker.rerank is not None and request.llm.url is not None:
        raise InputError("give --rerank or --llm-url, not both: one of them reads the best again")
    scorer = open_reranker(request.reranker, progress)
    empty: list[Rejection] = []
    kinds = [
        (path, kind_of_file(path) if kind == "auto" else TextKind(kind))
        for path, kind in ((request.queries, request.queries_kind), (request.corpus, request.corpus_kind))
    ]
    queries, corpus = (read_documents(path, masked=request.mask, rejects=empty, kind=kind) for path, kind in kinds)
    encoded_by: list[str] = []
    weighed: list[Weighed] = []
    if request.system in ("dense", "hybrid"):
        encoded_by.append(model_for(request.model, progress))
    asking = _asking(*(kind for _, kind in kinds)) or asking_side(queries, corpus)
    with open_hyre(request.hyre, *encoded_by, progress=progress) as store:
        check_encodes(store, request.system, fast=request.fast)
        for model in encoded_by:
            tell_routes(model, [*queries, *corpus], progress)
        run = rank_documents(
            request.system, queries, corpus, request.k, seed=request.seed,
            encoder=lambda: reading_with(cached_encoder(encoded_by[0]), store, *texts_of(queries, corpus)),
            scorer=lambda: _pair_classifier(request.model), asking=asking, fast=request.fast,
            on_weighed=weighed.append,
        )  # fmt: skip
        facts = store_facts(store)
    run = reranked(request.reranker, scorer, run, queries, corpus, asking, progress)
    run, ordered = reordered(request.reranker, request.llm, run, queries, corpus, asking, progress)
    write_run(run, request.out)
    for rejection in empty:
        line = f", line {rejection.row}" if rejection.row else ""
        progress.note(f"left out: {rejection.file}{line}: {rejection.reason}")
    return RankResult(
        run=request.out, system=request.system, queries=len(run), documents=len(corpus), k=request.k,
        model=next(iter(encoded_by), None), reranker=reranker_facts(request.reranker, scorer), list_reranker=ordered,
        weights=_weights(weighed), **facts,
    )  # fmt: skip


def _weights(weighed: Iterable[Weighed]) -> tuple[Weights, ...]:
    """Return the weights of the queries, each once, those of most queries first."""
    found: dict[tuple[str, bool], list[Weighed]] = defaultdict(list)
    for one in weighed:
        found[one.compared, one.language_known].append(one)
    return tuple(Weights.told(some[0], len(some)) for some in sorted(found.values(), key=len, reverse=True))


def _asking(queries: TextKind | None, corpus: TextKind | None) -> Kind | None:
    """Return which side asks, where the kinds of the texts say it."""
    from jobfit.documents.masking import TextKind
    from jobfit.records import Kind

    if queries is TextKind.CV or corpus is TextKind.VACANCY:
        return Kind.CANDIDATE
    return Kind.VACANCY if queries is TextKind.VACANCY or corpus is TextKind.CV else None


def _pair_classifier(folder: str) -> PairClassifier:
    from jobfit.scorers.pair_classifier import load_pair_classifier

    return load_pair_classifier(Path(folder), cached_encoder)


class EvaluateRequest(Request):
    run: Path | None = Field(None, description="TREC run.")
    qrels: Path | None = Field(None, description="Judgements: BEIR TSV or TREC qrels.")
    measures: Measures = DEFAULT_MEASURES
    corpus: Corpus = None
    pool_size: PoolSize = None
    per_query: Path | None = Field(None, description="Write measure, query id, value for every query.")
    data: Path | None = Field(None, description="Instead of --run: a data set that --system ranks and that is scored.")
    format: DataFormat = Field("auto", description="The format of --data.")
    system: DataSystem = Field("hybrid", description="With --data: what ranks.")
    model: SystemModel = AUTO
    hyre: Hyre = None
    split: str = Field("test", description="With --data: which split is evaluated.")
    mask: bool = Field(True, description="With --data: mask personal data before anything reads the texts.")
    guard: bool = Field(True, description="With --data: refuse a test set that the training pairs leak into.")
    accept: Accept = ()
    near_duplicates: NearDuplicates = 0.8
    seed: Seed = 0
    reranker: RerankOptions = Field(RerankOptions(), description="With --data: what reads the best again.")


class Measured(Result):
    run: str
    measures: dict[str, Aggregate]
    undefined_queries: tuple[str, ...]
    missing_queries: tuple[str, ...]


class EvaluateResult(Measured):
    per_query: Path | None


class EvaluateDataResult(HyreFacts):
    data: Path
    format: str
    system: DataSystem
    split: str
    model: str | None
    masked: bool
    rankings: dict[str, Measured]
    pairs: ClassifyResult | None
    preferences: Alignment | None
    notes: tuple[str, ...]
    guard: dict[str, LeakageReport]
    reranker: Reranker | None


class CompareRequest(Request):
    run_a: Path = Field(description="TREC run to compare with.")
    run_b: tuple[Path, ...] = Field(description="TREC run that may be better; repeat for several.", min_length=1)
    qrels: Path = Field(description="Judgements: BEIR TSV or TREC qrels.")
    measures: Measures = DEFAULT_MEASURES
    every_pair: bool = Field(False, description="Compare the runs of -b with each other too.")
    corpus: Corpus = None
    pool_size: PoolSize = None
    seed: Seed = 0


class Compared(Result):
    a: str
    b: str
    measures: dict[str, Difference]


class CompareResult(Compared):
    """All comparisons; ``a``, ``b`` and ``measures`` repeat the first. ``tests`` is what Holm's correction is over."""

    comparisons: tuple[Compared, ...]
    tests: int
    undefined_queries: tuple[str, ...]
    missing_queries: dict[str, tuple[str, ...]]


def evaluate(request: EvaluateRequest, progress: Progress = quiet) -> EvaluateResult | EvaluateDataResult:
    """Print each measure with its bootstrap 95 % interval, n and, where the pool is known, the level of chance.

    Of a TREC run (--run, --qrels), or of a system on a data set in a known format (--data, --system).

    Raises:
        LeakageError: the training pairs of the data leak into what is evaluated.
    """
    if request.data is None:
        return _evaluate_run(request)
    if request.run or request.qrels or request.corpus or request.pool_size or request.per_query:
        raise InputError("--data brings its own judgements and pools: leave out --run, --qrels and their options")
    return _evaluate_data(request, request.data, progress)


def _evaluate_run(request: EvaluateRequest) -> EvaluateResult:
    if request.run is None or request.qrels is None:
        raise InputError("give --run and --qrels, or a data set with --data")
    if request.hyre is not None:
        raise InputError("--hyre belongs to --data: a run is ranked already (`jobfit rank --hyre`)")
    if request.reranker.rerank is not None:
        raise InputError("--rerank belongs to --data: a run is ranked already (`jobfit rank --rerank`)")
    if request.per_query is not None:
        check_writable(request.per_query)
    pools = _pools(request.corpus, request.pool_size)
    run, qrels = read_run(request.run), read_qrels(request.qrels)
    report = measure(run, qrels, split_names(request.measures), request.seed, pools=pools)
    if request.per_query is not None:
        write_lines(request.per_query, per_query_lines(report))
    return EvaluateResult(**_measured(report), per_query=request.per_query)


def _measured(report: Report) -> dict[str, Any]:
    """The fields of :class:`Measured`."""
    lacking = {"undefined_queries": report.undefined, "missing_queries": report.missing}
    return {"run": report.run, "measures": report.aggregate, **lacking}


def _evaluate_data(request: EvaluateRequest, path: Path, progress: Progress) -> EvaluateDataResult:
    from jobfit.encoders.generated import store_facts
    from jobfit.evaluation.datasets.formats import detect, read_dataset
    from jobfit.evaluation.datasets.results import Settings, evaluate_dataset, guard_dataset
    from jobfit.judged import split_name

    name = detect(path) if request.format == "auto" else request.format
    dataset = read_dataset(path, name)
    split = split_name(request.split)
    reports: dict[str, LeakageReport] = {}
    if request.guard:
        reports = guard_dataset(dataset, split, request.near_duplicates or None, request.seed)
    for report in reports.values():
        report.refuse(request.accept)
    settings = Settings(split_names(request.measures), split, seed=request.seed)
    if request.system in ("dense", "hybrid"):
        request = request.model_copy(update={"model": model_for(request.model, progress)})
    encoded_by = [request.model] if request.system in ("dense", "hybrid") else []
    model = request.model if encoded_by or request.system == "pair-classifier" else None
    scorer = open_reranker(request.reranker, progress)
    with open_hyre(request.hyre, *encoded_by, progress=progress) as store:
        check_encodes(store, request.system)
        read = _masked(dataset) if request.mask else dataset
        ranker = _reranking(request, scorer, _ranker(request, store, read), read, progress)
        results = evaluate_dataset(read, ranker, settings)
        facts = store_facts(store)
    return EvaluateDataResult(
        data=path, format=name, system=request.system, split=split, model=model, masked=request.mask,
        rankings={task: Measured(**_measured(report)) for task, report in results.rankings.items()},
        pairs=None if results.pairs is None else ClassifyResult.of(results.pairs),
        preferences=results.preferences,
        notes=(*results.notes, _guard_note(request.guard, bool(reports))),
        guard=reports,
        reranker=reranker_facts(request.reranker, scorer),
        **facts,
    )  # fmt: skip


def _masked(dataset: Judged) -> Judged:
    """The data set with the personal data of every text masked."""
    from jobfit.documents.masking import TextKind
    from jobfit.reading import masked_texts

    candidates = masked_texts(dataset.candidates, TextKind.CV)
    return replace(dataset, candidates=candidates, vacancies=masked_texts(dataset.vacancies, TextKind.VACANCY))


def _ranker(request: EvaluateRequest, store: GeneratedStore | None, dataset: Judged) -> Ranker:
    from jobfit.evaluation.datasets.ranking import rank_by_tfidf
    from jobfit.retrieval.systems import rank

    if request.system == "tfidf":
        return rank_by_tfidf
    encoder, classifier = cache(lambda: cached_encoder(request.model)), cache(lambda: _pair_classifier(request.model))
    side = _asking_side(dataset)
    return lambda queries, corpus, k: rank(
        request.system, queries, corpus, k, seed=request.seed,
        encoder=lambda: reading_with(encoder(), store, *texts_of(queries, corpus)), scorer=classifier,
        asking=side(queries),
    )  # fmt: skip


def _asking_side(dataset: Judged) -> Callable[[Sequence[Document]], Kind]:
    """Which side the queries are of, told by their texts."""
    from jobfit.records import Kind

    vacancies = frozenset(dataset.vacancies.values())
    return lambda queries: Kind.VACANCY if all(query.text in vacancies for query in queries) else Kind.CANDIDATE


def _reranking(
    request: EvaluateRequest, scorer: ReadingAgain | None, ranker: Ranker, dataset: Judged, progress: Progress
) -> Ranker:
    """The ranker, and after it the reranker."""
    side = _asking_side(dataset)

    def both(queries: Sequence[Document], corpus: Sequence[Document], k: int) -> Run:
        run = ranker(queries, corpus, k)
        return reranked(request.reranker, scorer, run, queries, corpus, side(queries), progress)

    return ranker if scorer is None else both


def _guard_note(guarded: bool, compared: bool) -> str:
    if not guarded:
        return "guard: switched off; nothing was checked for leakage"
    return "guard: passed" if compared else "guard: the data have no training pairs to compare with"


def compare(request: CompareRequest, progress: Progress = quiet) -> CompareResult:
    """Test B against A on the same queries: difference, interval, paired randomisation test, Holm's correction."""
    names = [str(path) for path in (request.run_a, *request.run_b)]
    comparison = compare_all(
        [read_run(Path(name)) for name in names], read_qrels(request.qrels), split_names(request.measures),
        request.seed, every_pair=request.every_pair, pools=_pools(request.corpus, request.pool_size),
    )  # fmt: skip
    pairings = [Compared.of(one, a=names[one.a], b=names[one.b]) for one in comparison.pairings]
    return CompareResult(
        **dict(pairings[0]),
        comparisons=tuple(pairings),
        tests=comparison.tests,
        undefined_queries=comparison.reports[0].undefined,
        missing_queries={name: report.missing for name, report in zip(names, comparison.reports)},
    )


def _pools(corpus: Path | None, size: int | None) -> Pools | None:
    from jobfit.reading import read_documents

    if corpus is not None and size is not None:
        raise InputError("give --corpus or --pool-size, not both")
    if corpus is not None:
        return Pools.of_corpus(document.id for document in read_documents(corpus, masked=False, rejects=[]))
    return None if size is None else Pools.of_size(size)
