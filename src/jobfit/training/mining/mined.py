"""Mined: the negatives of every anchor, what sentence-transformers trains on, and the folder that keeps them.

The folder holds finished blocks of anchors while a mining runs, one array or table when it is complete.

==========================  =======================================================================
``manifest.json``           what is mined from what (digests of all inputs); ``complete`` at the end
``blocks/N-DIGEST.npy``     the finished blocks; gone when complete
``negatives.npy``           int32 (anchors, width): rows of ``document_ids.json``, -1 where there is none
``negatives.parquet``       instead: ``query_id``, ``negatives`` (a list of document ids)
``query_ids.json``          the anchors in the order of the rows; ``document_ids.json`` likewise
==========================  =======================================================================
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from jobfit.artifacts import make_folder, open_atomic, read_json, sha256_of, write_atomic, write_json
from jobfit.errors import InputError
from jobfit.judged import Texts
from jobfit.training.mining.exclusions import Positives
from jobfit.training.mining.picking import generator, uniform

FORMAT = "jobfit-negatives-1"
_MANIFEST, _BLOCKS = "manifest.json", "blocks"
_AGAIN = "what is finished stays; make room and run it again to go on"


@dataclass(frozen=True, slots=True, eq=False)
class Mined:
    """``rows`` int32 (anchors, width): document rows, filled up with -1 at the right.

    ``facts`` is the manifest: strategy, seed, window, digests of the inputs.
    """

    query_ids: tuple[str, ...]
    document_ids: tuple[str, ...]
    rows: NDArray[np.int32]
    facts: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.query_ids)

    def __iter__(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield (anchor, ids of its negatives); an anchor without any gives an empty tuple."""
        for query_id, row in zip(self.query_ids, self.rows):
            yield query_id, tuple(self.document_ids[i] for i in row[row >= 0])

    def counts(self) -> dict[str, int]:
        """Anchors, negatives in all, anchors with fewer than the width, and anchors with none; read in pieces."""
        counts = np.concatenate([
            np.count_nonzero(self.rows[i : i + 4096] >= 0, axis=1) for i in range(0, max(1, len(self.rows)), 4096)
        ])  # fmt: skip
        width = self.rows.shape[1]
        return {
            "anchors": len(counts),
            "negatives": int(counts.sum()),
            "fewer": int(((counts < width) & (counts > 0)).sum()),
            "none": int((counts == 0).sum()),
        }


def training_columns(
    mined: Mined, positives: Positives, texts: Texts, *, negatives: int = 1, seed: int = 0
) -> dict[str, list[str]]:
    """Texts as columns ``anchor``, ``positive``, ``negative_1`` .. for ``datasets.Dataset.from_dict`` and any trainer.

    One row for each positive pair of a mined anchor. Its negatives are drawn uniformly from the anchor's list without
    replacement, anew for each row (ConFit v2 and RankPO draw at each step: take another ``seed`` for each epoch). A
    list that is too short is used again from its start; an anchor without negatives gives no row.
    """
    if negatives < 1:
        raise InputError(f"negatives must be at least 1, not {negatives}")
    names = [f"negative_{i}" for i in range(1, negatives + 1)]
    columns: dict[str, list[str]] = {"anchor": [], "positive": [], **{name: [] for name in names}}
    for query_id, listed in mined:
        if not listed:
            continue
        random = generator(seed, query_id)
        for positive in sorted(positives.get(query_id, ())):
            drawn = uniform(np.arange(len(listed)), negatives, random)
            columns["anchor"].append(texts.queries[query_id])
            columns["positive"].append(texts.documents[positive])
            for number, name in enumerate(names):
                columns[name].append(texts.documents[listed[drawn[number % len(drawn)]]])
    return columns


class MiningFolder:
    """Where a mining keeps what it has finished. Opening one that was made from other inputs is refused."""

    def __init__(self, path: Path, facts: Mapping[str, Any]) -> None:
        """Make the folder, or go on with the one that is there; :class:`InputError` where it holds anything else."""
        self.path, self._facts = path, {"format": FORMAT, **facts}
        try:
            make_folder(path)
            there = any(path.iterdir())
        except OSError as error:
            raise InputError(f"{path} cannot be made ({error.strerror})") from error
        if not there:
            write_json(path / _MANIFEST, {**self._facts, "complete": False}, indent=1)
        earlier, wanted = read_manifest(path), json.loads(json.dumps(self._facts))
        if differ := sorted(name for name, value in wanted.items() if earlier.get(name) != value):
            raise InputError(
                f"{path} holds negatives mined from something else ({', '.join(differ)} differ). Nothing was changed: "
                "choose another folder, or delete this one"
            )
        self.complete = bool(earlier["complete"])

    def finished(self) -> set[int]:
        """The numbers of the blocks that are there and whole; a torn one is removed and will be mined again."""
        numbers = set()
        for path in (self.path / _BLOCKS).glob("*.npy"):
            number, _, digest = path.stem.partition("-")
            if sha256_of(path)[:32] == digest:
                numbers.add(int(number))
            else:
                path.unlink()
        return numbers

    def keep(self, number: int, rows: NDArray[np.int32]) -> None:
        """Write a block: it appears whole, under a name that holds its digest."""
        buffer = BytesIO()
        np.save(buffer, rows, allow_pickle=False)
        content = buffer.getvalue()
        blocks = self.path / _BLOCKS
        with suppress(OSError):  # the writing below says what is wrong
            make_folder(blocks)
        write_atomic(blocks / f"{number:06}-{sha256_of(content)[:32]}.npy", content, advice=_AGAIN)

    def blocks(self) -> Iterator[NDArray[np.int32]]:
        for path in sorted((self.path / _BLOCKS).glob("[0-9]*.npy")):
            yield np.load(path, allow_pickle=False)

    def finish(self, query_ids: tuple[str, ...], document_ids: tuple[str, ...], shape: tuple[int, int]) -> None:
        name = f"negatives.{self._facts['file']}"
        for side, ids in (("query_ids", query_ids), ("document_ids", document_ids)):
            write_json(self.path / f"{side}.json", ids, indent=None)
        with open_atomic(self.path / name, advice=_AGAIN) as file:
            if self._facts["file"] == "npy":
                self._join_npy(file, shape)
            else:
                self._join_parquet(file, query_ids, document_ids)
        sealed = {**self._facts, "sha256": sha256_of(self.path / name), "complete": True}
        write_json(self.path / _MANIFEST, sealed, indent=1)
        shutil.rmtree(self.path / _BLOCKS, ignore_errors=True)
        self.complete = True

    def _join_npy(self, file: BinaryIO, shape: tuple[int, int]) -> None:
        header = {"descr": "<i4", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        for rows in self.blocks():
            file.write(np.ascontiguousarray(rows, dtype="<i4").tobytes())

    def _join_parquet(self, file: BinaryIO, query_ids: tuple[str, ...], document_ids: tuple[str, ...]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        known = pa.array(document_ids, pa.string())
        schema = pa.schema([("query_id", pa.string()), ("negatives", pa.list_(pa.string()))])
        done = 0
        with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for rows in self.blocks():
                ends = np.concatenate(([0], np.cumsum(np.count_nonzero(rows >= 0, axis=1))))
                lists = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), known.take(pa.array(rows[rows >= 0])))
                ids = pa.array(query_ids[done : done + len(rows)], pa.string())
                writer.write_table(pa.table([ids, lists], schema=schema))
                done += len(rows)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a mining; :class:`InputError` where there is none, or one of another format."""
    try:
        content = read_json(folder / _MANIFEST)
    except InputError as error:
        raise InputError(
            f"{folder} is not empty and was not written by `jobfit mine`. Choose a new folder or empty this one"
        ) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InputError(f"{folder} is not a mining of the format {FORMAT}")
    return content


def load_mined(folder: Path) -> Mined:
    """Read a complete mining, intact as it was written; an ``.npy`` stays on disk and is read where it is used."""
    facts = read_manifest(folder)
    if not facts["complete"]:
        raise InputError(f"{folder}: the mining is not complete; run the same command again to go on")
    path = folder / f"negatives.{facts['file']}"
    if not path.is_file() or sha256_of(path) != facts["sha256"]:
        raise InputError(f"{path} is missing or was altered since it was mined; mine again in a new folder")
    queries, documents = (tuple(read_json(folder / f"{s}_ids.json")) for s in ("query", "document"))
    if facts["file"] == "npy":
        return Mined(queries, documents, np.load(path, mmap_mode="r", allow_pickle=False), facts)
    from pyarrow import parquet

    row_of = {document_id: row for row, document_id in enumerate(documents)}
    lists = parquet.read_table(path, columns=["negatives"])["negatives"].to_pylist()
    rows = np.full((len(lists), facts["width"]), -1, dtype=np.int32)
    for row, found in zip(rows, lists):
        row[: len(found)] = [row_of[i] for i in found]
    return Mined(queries, documents, rows, facts)
