"""Hard negatives for the anchors of one side or of both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from jobfit.app.encoding import HyreFacts, cached_encoder, open_hyre, reading_with
from jobfit.app.wire import BACKBONE, Hyre, Mask, Model, Out, Progress, Request, Result, Seed, quiet
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.embeddings import Embeddings
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.judged import Texts
    from jobfit.training.mining.sides import MiningSet
    from jobfit.training.mining.strategies import Strategy

StrategyName = Literal["rum", "topk", "sample", "cluster", "bm25", "random"]
Side = Literal["queries", "documents"]


class StrategyOptions(Request):
    k: int | None = Field(None, ge=1, description="Negatives per anchor: 10; rum gives its whole window.")
    low: float | None = Field(None, description="rum: a share of the pool, 0.03; sample: a rank, 0.")
    high: float | None = Field(None, description="rum: a share of the pool, 0.04; sample: a rank, 100.")
    skip: int | None = Field(None, ge=0, description="rum: never one of so many best ranks: 10.")
    depth: int | None = Field(None, ge=1, description="topk, cluster, bm25: the best ranks looked at: 100.")
    clusters: int | None = Field(None, ge=1, description="cluster: K-means clusters: 10.")
    decay: float | None = Field(None, description="cluster: λ, weight of the next one of a cluster: 0.5.")


class MineRequest(Request):
    out: Out
    data: Path | None = Field(None, description="A folder of `jobfit prepare`, or of BEIR with qrels/train.tsv.")
    queries: Path | None = Field(None, description="Instead of --data: BEIR queries.jsonl (vacancies).")
    documents: Path | None = Field(None, description="With --queries: BEIR corpus.jsonl (candidates).")
    positives: Path | None = Field(
        None, description="Judged pairs, BEIR TSV or TREC qrels: those with a grade above 0."
    )
    model: Model = BACKBONE
    hyre: Hyre = None
    strategy: StrategyName = Field("rum", description="How negatives are chosen: see docs/training/mining.md.")
    direction: Literal["both", "queries", "documents"] = Field(
        "both", description="Whose negatives: of the queries, of the documents, of both."
    )
    chosen: StrategyOptions = Field(default_factory=StrategyOptions)
    near_duplicates: float = Field(
        0.95, ge=0, le=1, description="Cosine from which a text is a copy of a positive; 0: not compared."
    )
    never: Path | None = Field(
        None, description="Pairs that are never given, such as ineligible ones: BEIR TSV or TREC qrels."
    )
    format: Literal["npy", "parquet"] = Field("npy", description="What is written for each direction.")
    mask: Mask = True
    seed: Seed = 0

    @property
    def anchors(self) -> tuple[Side, ...]:
        return ("queries", "documents") if self.direction == "both" else (self.direction,)


class Window(Result):
    """The ranks that negatives come from; ``last`` is not one of them."""

    first: int
    last: int


class MinedDirection(Result):
    """The negatives of one side's anchors; ``fewer`` anchors have fewer than ``width``, ``none`` have none."""

    folder: Path
    anchors: int
    negatives: int
    fewer: int
    none: int
    without_positive: int
    pool: int
    strategy: dict[str, Any]
    window: Window
    width: int
    sha256: str


class MineResult(HyreFacts):
    out: Path
    model: str
    left_out: dict[str, int]
    directions: dict[Side, MinedDirection]


def mine(request: MineRequest, progress: Progress = quiet) -> MineResult:
    """Mine hard negatives: for each anchor, documents that rank high and are no known positive.

    Killed or interrupted, the same command goes on where it was; other inputs in the same --out are refused.
    """
    from jobfit.encoders.generated import store_facts
    from jobfit.training.mining.sides import read_sides

    strategy = strategy_of(request.strategy, request.chosen.model_dump(exclude_none=True))
    sides = read_sides(*_files(request), masked=request.mask)
    with open_hyre(request.hyre, request.model, progress=progress) as store:
        directions = _mine(request, strategy, sides, store, progress)
        facts = store_facts(store)
    return MineResult.of(request, left_out=sides.left_out, directions=directions, **facts)


def strategy_of(name: StrategyName, options: Mapping[str, Any]) -> Strategy:
    """Return the strategy with the options that were set."""
    from dataclasses import fields

    from jobfit.training.mining.strategies import NAMES

    kind = NAMES[name]
    known = {field.name for field in fields(kind)} - {"pick"}
    if foreign := sorted(set(options) - known):
        theirs = ", ".join(f"--{option}" for option in sorted(known))
        raise InputError(f"--{foreign[0]} means nothing to --strategy {name}; it has: {theirs}")
    values = dict(options)
    if name == "sample":
        for option in {"low", "high"} & set(values):
            if values[option] != int(values[option]):
                raise InputError(f"--{option} is a rank for --strategy sample: a whole number, not {values[option]}")
            values[option] = int(values[option])
    return kind(**values)


def _files(request: MineRequest) -> tuple[Path, Path, Path]:
    from jobfit.training.mining.sides import files_of

    queries, documents, positives = request.queries, request.documents, request.positives
    if request.data is not None and queries is None and documents is None:
        queries, documents, own = files_of(request.data)
        return queries, documents, positives or own
    if request.data is None and queries is not None and documents is not None and positives is not None:
        return queries, documents, positives
    raise InputError("give --data FOLDER, or all of --queries, --documents and --positives")


def _mine(
    request: MineRequest, strategy: Strategy, sides: MiningSet, store: GeneratedStore | None, progress: Progress
) -> dict[Side, MinedDirection]:
    from jobfit.judged import turned
    from jobfit.training.mining.mine import MineSettings
    from jobfit.training.mining.mine import mine as mine_side
    from jobfit.training.mining.sides import embed, read_refused

    refused = read_refused(request.never, sides.texts) if request.never else {}
    settings = MineSettings(seed=request.seed, near_duplicates=request.near_duplicates or None, file=request.format)
    _check_pools(request, sides.texts)
    texts = sides.texts
    encoder = reading_with(cached_encoder(request.model), store, texts.queries.values(), texts.documents.values())
    vectors: dict[str, Embeddings] = {
        side: embed(encoder, sides.texts, side, progress.of(f"Encoding {side}")) for side in ("queries", "documents")
    }
    directions: dict[Side, MinedDirection] = {}
    for side in request.anchors:
        anchors, never = (sides, refused) if side == "queries" else (sides.turned(), turned(refused))
        asking, pool, folder = vectors[side], vectors[_other(side)], request.out / f"for-{side}"
        mined = mine_side(
            asking.only(anchors.positives), pool, anchors.positives, strategy, settings,
            eligible=anchors.refuse(never, asking, pool) if never else None, texts=anchors.texts, folder=folder,
            on_progress=progress.of(f"Mining for {side}"),
        )  # fmt: skip
        facts = {name: mined.facts[name] for name in ("strategy", "window", "width", "sha256")}
        directions[side] = MinedDirection.model_validate(
            {"folder": folder, "without_positive": len(asking) - len(mined), "pool": len(pool)} | mined.counts() | facts
        )
    return directions


def _other(side: Side) -> Side:
    return "documents" if side == "queries" else "queries"


def _check_pools(request: MineRequest, texts: Texts) -> None:
    sizes = {"queries": len(texts.documents), "documents": len(texts.queries)}
    for side in request.anchors:
        if sizes[side] < 2:
            raise InputError(
                f"negatives for {side} come from the other side, and that holds {sizes[side]} text; two are needed "
                f"at least. Mine the other way only: --direction {_other(side)}"
            )
