"""stream_market: a market of any size as Parquet, a block of people at a time, in bounded memory.

What is held at once: the vacancies, one block of people, and a few bytes an application. The data are the same as
those of :func:`jobfit.simulation.market.simulate`, record by record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from jobfit.artifacts import checksums, make_folder, owners_alone
from jobfit.errors import InputError
from jobfit.records import EducationLevel, LanguageLevel
from jobfit.simulation.applications import STATUSES, Filed, joined, moments, settle
from jobfit.simulation.asked import truth_columns
from jobfit.simulation.columns import Ints
from jobfit.simulation.dice import dice_for
from jobfit.simulation.latent import Opening, Person, candidate_id
from jobfit.simulation.market import BLOCK, Block, Ground, cv_of, draw_blocks, vacancy_of
from jobfit.simulation.page import plain
from jobfit.simulation.settings import ATTRIBUTES, MarketSettings
from jobfit.simulation.truth import pair_blocks
from jobfit.simulation.writer import MANIFEST, make_room, stream_card, write_file, write_manifest


class Shards(AbstractContextManager["Shards"]):
    """Tables under a folder: ``name/part-00000.parquet`` and on, of at most ``limit`` rows each (or one batch more)."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder, self.limit = folder, limit
        self._open: dict[str, tuple[parquet.ParquetWriter, int]] = {}
        self._parts: Counter[str] = Counter()

    def __exit__(self, *error: object) -> None:
        for writer, _ in self._open.values():
            writer.close()

    def write(self, name: str, columns: Mapping[str, Any]) -> None:
        """Add rows, given as columns of the same length."""
        self._add(name, pa.table(dict(columns)))

    def write_records(self, name: str, records: Sequence[Person | Opening]) -> None:
        """Add latent records, a row each."""
        self._add(name, pa.Table.from_pylist([asdict(record) for record in records], schema=_SCHEMAS[name]))

    def _add(self, name: str, table: pa.Table) -> None:
        if not table.num_rows and name in self._parts:
            return
        if name not in self._open:
            path = self.folder / name / f"part-{self._parts[name]:05d}.parquet"
            make_folder(path.parent)
            open(path, "wb", opener=owners_alone).close()
            self._open[name] = parquet.ParquetWriter(path, table.schema, compression="zstd"), 0
            self._parts[name] += 1
        writer, rows = self._open[name]
        writer.write_table(table)
        self._open[name] = writer, rows + table.num_rows
        if rows + table.num_rows >= self.limit:
            self._open.pop(name)[0].close()


def utc(times: np.ndarray) -> pa.Array:
    """Return times as UTC seconds; what is not a time as missing."""
    return pa.array(times.astype("datetime64[s]"), type=pa.timestamp("s", tz="UTC"))


_ARROW = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int32(),
    float: pa.float64(),
    EducationLevel: pa.int8(),
    LanguageLevel: pa.int8(),
}


def _columns(record: Any) -> list[tuple[str, pa.DataType]]:
    return [(name, _arrow(hint)) for name, hint in get_type_hints(record).items()]


def _arrow(hint: Any) -> pa.DataType:
    if get_origin(hint) is tuple:
        return pa.list_(_arrow(get_args(hint)[0]))
    if get_args(hint):  # what may be missing
        return _arrow(get_args(hint)[0])
    return pa.struct(_columns(hint)) if is_dataclass(hint) else _ARROW[hint]


_SCHEMAS = {"world/candidates": pa.schema(_columns(Person)), "world/vacancies": pa.schema(_columns(Opening))}


ALL_PAIRS = 1_000_000  # markets of so many pairs or fewer have the truth of every pair
SAMPLE = 200  # queries of each side whose relevant pairs are listed in larger ones
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class StreamSummary:
    """What was written. ``sampled`` queries of each side have their relevant pairs listed; 0 where all pairs are."""

    folder: Path
    candidates: int
    vacancies: int
    exposures: int
    applications: int
    sampled: int
    files: int


def stream_market(
    folder: Path,
    settings: MarketSettings,
    seed: int,
    *,
    block: int = BLOCK,
    shard: int = 100_000,
    progress: Progress = lambda done, of: None,
) -> StreamSummary:
    """Write the market to ``folder`` (made where missing; an earlier market in it is replaced).

    ``block`` people are drawn at a time and ``shard`` rows at most go to one file; neither changes what is drawn.

    Raises:
        InputError: ``folder`` holds something that is not a market or cannot be written; the seed is not a whole
            number from 0; the taxonomy cannot be loaded.
    """
    ground = Ground(settings, seed)
    try:
        make_room(folder)
        with Shards(folder, shard) as shards:
            filed, exposures = _people(ground, shards, block, progress)
            _vacancies(ground, shards)
            applications = _applications(ground, shards, filed)
        sampled = 0 if _small(settings) else SAMPLE
        write_file(folder, "README.md", stream_card(ground, sampled).encode())
        digests = {name: digest for name, digest in checksums(folder).items() if name != MANIFEST}
        write_manifest(folder, ground, {"exposures": exposures, "applications": applications}, digests, sampled=sampled)
    except OSError as error:
        raise InputError(f"{folder}: the market cannot be written ({error}). Choose another folder.") from error
    counts = settings.candidates, settings.vacancies, exposures, applications
    return StreamSummary(folder, *counts, sampled, len(digests) + 1)


def _small(settings: MarketSettings) -> bool:
    return settings.candidates * settings.vacancies <= ALL_PAIRS


def _people(ground: Ground, shards: Shards, size: int, progress: Progress) -> tuple[list[Filed], int]:
    """Write everything that a block of people alone determines; return the applications and the count of showings."""
    filed, exposures = [], 0
    queries = _sample(ground)
    for block in draw_blocks(ground, size):
        both = enumerate(zip(block.people, block.identities, strict=True), block.first)
        texts = [plain(cv_of(ground, number, person, identity)) for number, (person, identity) in both]
        ids, languages = list(block.table.ids), [person.language for person in block.people]
        shards.write("log/candidates", {"id": ids, "language": languages, "text": texts})
        shards.write_records("world/candidates", block.people)
        values = {name: [groups[name] for groups in block.groups] for name in ATTRIBUTES}
        shards.write("groups", {"candidate_id": ids, **values})
        shown = block.shown
        rows, times = shown.candidate - block.first, utc(moments(shown.day, ground.settings))
        shards.write("log/exposures", _ids(ground, block, rows, shown.opening) | {"time": times})
        shards.write("truth/exposed", _pairs(ground, block, rows, shown.opening))
        exposures += len(rows)
        _truth(ground, block, shards, queries)
        filed.append(block.filed)
        progress(block.first + len(ids), ground.settings.candidates)
    return filed, exposures


def _ids(ground: Ground, block: Block, rows: Ints, columns: Ints) -> dict[str, np.ndarray]:
    people, openings = np.array(block.table.ids), np.array(ground.table.ids)
    return {"candidate_id": people[rows], "vacancy_id": openings[columns]}


def _pairs(ground: Ground, block: Block, rows: Ints, columns: Ints) -> dict[str, Any]:
    return _ids(ground, block, rows, columns) | truth_columns(ground, block, rows, columns)


def _sample(ground: Ground) -> tuple[Ints, Ints]:
    dice = dice_for(ground.seed, "sample").generator
    sizes = ground.settings.candidates, ground.settings.vacancies
    candidates, vacancies = (np.sort(dice.choice(size, min(SAMPLE, size), replace=False)) for size in sizes)
    return candidates, vacancies


def _truth(ground: Ground, block: Block, shards: Shards, queries: tuple[Ints, Ints]) -> None:
    """Write the truth of all pairs of a small market, or the pairs of grade 1 or more of the sampled queries."""
    n, m = len(block.people), len(ground.openings)
    if _small(ground.settings):
        shards.write("truth/pairs", _pairs(ground, block, *np.divmod(np.arange(n * m), m)))
        return
    candidates, vacancies = queries
    own_rows = candidates[(candidates >= block.first) & (candidates < block.first + n)] - block.first
    for name, some_rows, some_columns in (
        ("truth/candidates_for_vacancy", np.arange(n), vacancies),
        ("truth/vacancies_for_candidate", own_rows, np.arange(m)),
    ):
        for rows, columns in pair_blocks(len(some_rows), len(some_columns)):
            values = _pairs(ground, block, some_rows[rows], some_columns[columns])
            relevant = values["grade"] > 0
            shards.write(name, {column: value[relevant] for column, value in values.items()})
    if block.first == 0:
        named = [candidate_id(int(n) + 1, ground.settings) for n in candidates]
        shards.write("truth/queries/candidates", {"candidate_id": named})
        shards.write("truth/queries/vacancies", {"vacancy_id": [ground.table.ids[n] for n in vacancies]})


def _vacancies(ground: Ground, shards: Shards) -> None:
    for start in range(0, len(ground.openings), BLOCK):
        part = ground.openings[start : start + BLOCK]
        opened = moments(np.array([float(opening.opened) for opening in part]), ground.settings)
        shards.write(
            "log/vacancies",
            {
                "id": [opening.id for opening in part],
                "language": [opening.language for opening in part],
                "text": [plain(vacancy_of(ground, start + n)) for n in range(len(part))],
                "opened": utc(opened),
                "positions": [opening.positions for opening in part],
            },
        )
        shards.write_records("world/vacancies", part)


def _applications(ground: Ground, shards: Shards, blocks: list[Filed]) -> int:
    filed = joined(blocks)
    blocks.clear()
    status, ended = settle(filed, ground.table, ground.settings.censoring)
    order = np.lexsort((filed.candidate, filed.time, filed.opening))
    names, openings = np.array(STATUSES), np.array(ground.table.ids)
    for start in range(0, len(order), shards.limit):
        part = order[start : start + shards.limit]
        shards.write(
            "log/applications",
            {
                "candidate_id": [candidate_id(n + 1, ground.settings) for n in filed.candidate[part].tolist()],
                "vacancy_id": openings[filed.opening[part]],
                "status": names[status[part]],
                "time": utc(moments(filed.time[part], ground.settings)),
                "decided": utc(moments(ended[part], ground.settings)),
            },
        )
    return len(order)
