"""jobfit mine: hard negatives for the anchors of one side or of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobfit.cli.gathered import gathered
from jobfit.cli.hyre_options import Hyre, open_hyre
from jobfit.cli.options import DEFAULT_MODEL, AsJson, Model, Out, Seed
from jobfit.cli.output import print_json, progress, stderr, stdout
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.embeddings import Embeddings
    from jobfit.encoders.generated import GeneratedStore
    from jobfit.training.mining.exclusions import Positives
    from jobfit.training.mining.mine import MineSettings
    from jobfit.training.mining.sides import MiningSet
    from jobfit.training.mining.strategies import Strategy


class Name(StrEnum):
    """The strategies."""

    RUM = "rum"
    TOPK = "topk"
    SAMPLE = "sample"
    CLUSTER = "cluster"
    BM25 = "bm25"
    RANDOM = "random"


class Direction(StrEnum):
    """Who gets negatives."""

    BOTH = "both"
    QUERIES = "queries"
    DOCUMENTS = "documents"


class File(StrEnum):
    """The file of a direction."""

    NPY = "npy"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a strategy is told; which of these mean something depends on the strategy."""

    k: Annotated[
        int | None, typer.Option("-k", "--k", min=1, help="Negatives an anchor: 10; rum gives its whole window.")
    ] = None
    low: Annotated[float | None, typer.Option(help="rum: a share of the pool, 0.03; sample: a rank, 0.")] = None
    high: Annotated[float | None, typer.Option(help="rum: a share of the pool, 0.04; sample: a rank, 100.")] = None
    skip: Annotated[int | None, typer.Option(min=0, help="rum: never one of so many best ranks: 10.")] = None
    depth: Annotated[int | None, typer.Option(min=1, help="topk, cluster, bm25: the best ranks looked at: 100.")] = None
    clusters: Annotated[int | None, typer.Option(min=1, help="cluster: K-means clusters: 10.")] = None
    decay: Annotated[float | None, typer.Option(help="cluster: λ, weight of the next one of a cluster: 0.5.")] = None

    def stated(self) -> dict[str, Any]:
        """Those that were given."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(mine)


@gathered("chosen", Chosen)
def mine(
    *,
    out: Out,
    data: Annotated[
        Path | None, typer.Option(help="A folder of `jobfit prepare`, or of BEIR with qrels/train.tsv.")
    ] = None,
    queries: Annotated[Path | None, typer.Option(help="Instead of --data: BEIR queries.jsonl (vacancies).")] = None,
    documents: Annotated[Path | None, typer.Option(help="With --queries: BEIR corpus.jsonl (candidates).")] = None,
    positives: Annotated[
        Path | None, typer.Option(help="Judged pairs, BEIR TSV or TREC qrels: those with a grade above 0.")
    ] = None,
    model: Model = DEFAULT_MODEL,
    hyre: Hyre = None,
    strategy: Annotated[Name, typer.Option(help="How negatives are chosen: see docs/training/mining.md.")] = Name.RUM,
    direction: Annotated[
        Direction, typer.Option(help="Whose negatives: of the queries, of the documents, of both.")
    ] = Direction.BOTH,
    chosen: Chosen,
    near_duplicates: Annotated[
        float, typer.Option(min=0, max=1, help="Cosine from which a text is a copy of a positive; 0: not compared.")
    ] = 0.95,
    refused: Annotated[
        Path | None,
        typer.Option("--never", help="Pairs that are never given, such as ineligible ones: BEIR TSV or TREC qrels."),
    ] = None,
    file: Annotated[File, typer.Option("--format", help="What is written for each direction.")] = File.NPY,
    mask: Annotated[bool, typer.Option(help="Mask personal data before anything reads the texts.")] = True,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Mine hard negatives: for each anchor, documents that rank high and are no known positive.

    Killed or interrupted, the same command goes on where it was; other inputs in the same --out are refused.
    """
    from jobfit.encoders.generated import store_facts
    from jobfit.training.mining.mine import MineSettings
    from jobfit.training.mining.sides import read_refused, read_sides

    how = strategy_of(strategy, chosen.stated())
    files = _files(data, queries, documents, positives)
    sides = read_sides(*files, masked=mask)
    never = read_refused(refused, sides.texts) if refused else {}
    settings = MineSettings(seed=seed, near_duplicates=near_duplicates or None, file=file.value)
    with open_hyre(hyre, model) as store:
        found = _mine(sides, how, settings, _Task(out, direction, model, store, never))
        read = store_facts(store)
    if as_json:
        print_json({"out": str(out), "model": model, **read, "left_out": sides.left_out, "directions": found})
    else:
        _show(out, found, sides.left_out)


@dataclass(frozen=True, slots=True)
class _Task:
    out: Path
    direction: Direction
    model: str
    store: GeneratedStore | None
    never: Positives


def strategy_of(name: Name, stated: Mapping[str, Any]) -> Strategy:
    """The strategy with the options that were stated.

    Raises:
        InputError: an option that this strategy does not have, a rank that is no whole number, an impossible value.
    """
    from dataclasses import fields

    from jobfit.training.mining.strategies import NAMES

    kind = NAMES[name.value]
    known = {field.name for field in fields(kind)} - {"pick"}
    if foreign := sorted(set(stated) - known):
        theirs = ", ".join(f"--{option}" for option in sorted(known))
        raise InputError(f"--{foreign[0]} means nothing to --strategy {name.value}; it has: {theirs}")
    values = dict(stated)
    if name is Name.SAMPLE:
        for option in {"low", "high"} & set(values):
            if values[option] != int(values[option]):
                raise InputError(f"--{option} is a rank for --strategy sample: a whole number, not {values[option]}")
            values[option] = int(values[option])
    return kind(**values)


def _files(
    data: Path | None, queries: Path | None, documents: Path | None, positives: Path | None
) -> tuple[Path, Path, Path]:
    from jobfit.training.mining.sides import files_of

    if data is not None and queries is None and documents is None:
        found = files_of(data)
        return found if positives is None else (*found[:2], positives)
    if data is None and queries is not None and documents is not None and positives is not None:
        return queries, documents, positives
    raise InputError("give --data FOLDER, or all of --queries, --documents and --positives")


def _mine(sides: MiningSet, strategy: Strategy, settings: MineSettings, task: _Task) -> dict[str, Any]:
    """Mine each direction into its folder and return what was found."""
    from jobfit.app.encoding import cached_encoder
    from jobfit.encoders.hyre import HyreEncoder, role_of_vacancies
    from jobfit.judged import turned
    from jobfit.training.mining.mine import mine as mine_side
    from jobfit.training.mining.sides import embed

    for anchors, pool in (("queries", sides.texts.documents), ("documents", sides.texts.queries)):
        if task.direction.value in (anchors, "both") and len(pool) < 2:
            raise InputError(
                f"negatives for {anchors} come from the other side, and that holds {len(pool)} text; two are needed "
                f"at least. Mine the other way only: --direction {'documents' if anchors == 'queries' else 'queries'}"
            )
    encoder = cached_encoder(task.model)
    if task.store is not None:
        role = role_of_vacancies(task.store, sides.texts.queries.values(), sides.texts.documents.values())
        encoder = HyreEncoder(encoder, task.store, role)
    vectors: dict[str, Embeddings] = {}
    for side in ("queries", "documents"):
        with progress(f"Encoding {side}") as update:
            vectors[side] = embed(encoder, sides.texts, side, update)
    found: dict[str, Any] = {}
    for anchors in ("queries", "documents"):
        if task.direction.value in (anchors, "both"):
            asked, refused = (sides, task.never) if anchors == "queries" else (sides.turned(), turned(task.never))
            other = "documents" if anchors == "queries" else "queries"
            rule = asked.refuse(refused, vectors[anchors], vectors[other]) if refused else None
            with progress(f"Mining for {anchors}") as update:
                mined = mine_side(
                    asked.select(vectors[anchors]), vectors[other], asked.positives, strategy, settings,
                    eligible=rule,
                    texts=asked.texts, folder=task.out / f"for-{anchors}", on_progress=update,
                )  # fmt: skip
            without = len(vectors[anchors]) - len(mined)
            found[anchors] = {
                "folder": str(task.out / f"for-{anchors}"),
                **mined.counts(),
                "without_positive": without,
                "pool": len(vectors[other]),
                **{name: mined.facts[name] for name in ("strategy", "window", "width", "sha256")},
            }
    return found


def _show(out: Path, found: Mapping[str, Any], left_out: Mapping[str, int]) -> None:
    for side, counts in found.items():
        window = counts["window"]
        stdout.print(
            f"{side}: {counts['negatives']:,} negatives for {counts['anchors']:,} anchors, from ranks "
            f"{window['first']} to {window['last'] - 1} of {counts['pool']:,}"
        )
        if counts["fewer"] or counts["none"]:
            stdout.print(f"  {counts['fewer']:,} anchors have fewer than {counts['width']}, {counts['none']:,} none")
        if counts["without_positive"]:
            stdout.print(
                f"  {counts['without_positive']:,} without a positive were not mined for; they are in the pool"
            )
    for what, count in left_out.items():
        if count:
            stderr.print(f"left out: {count} {what}")
    stdout.print(f"Written to {out}", soft_wrap=True)
