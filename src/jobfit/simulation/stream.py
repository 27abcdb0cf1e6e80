"""stream_market: a market of any size as Parquet, a block of people at a time, in bounded memory.

What is held at once: the vacancies, one block of people, and a few bytes an application. The data are the same as
those of :func:`jobfit.simulation.market.simulate`, record by record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from jobfit.artifacts import checksums
from jobfit.errors import InputError
from jobfit.records import EducationLevel, LanguageSkill
from jobfit.simulation.applications import STATUSES, Filed, joined, moments, settle
from jobfit.simulation.asked import truth_columns
from jobfit.simulation.card import stream_card
from jobfit.simulation.careers import Position
from jobfit.simulation.columns import Ints
from jobfit.simulation.dice import dice_for
from jobfit.simulation.latent import Opening, Person, candidate_id
from jobfit.simulation.market import BLOCK, Block, Ground, cv_of, draw_blocks, lay_ground, vacancy_of
from jobfit.simulation.page import plain
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.writer import MANIFEST, make_room, write_file, write_manifest


class Shards:
    """Tables under a folder: ``name/part-00000.parquet`` and on, of at most ``limit`` rows each (or one batch more)."""

    def __init__(self, folder: Path, limit: int) -> None:
        """Open nothing yet."""
        self.folder, self.limit = folder, limit
        self._open: dict[str, tuple[parquet.ParquetWriter, int]] = {}
        self._parts: dict[str, int] = {}

    def __enter__(self) -> Shards:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every file."""
        for writer, _ in self._open.values():
            writer.close()

    def write(self, name: str, columns: Mapping[str, Any]) -> None:
        """Add rows, given as columns of the same length."""
        self._add(name, pa.table(dict(columns)))

    def write_rows(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows, given one by one."""
        self._add(name, pa.Table.from_pylist(list(rows), schema=_SCHEMAS[name]))

    def _add(self, name: str, table: pa.Table) -> None:
        if not table.num_rows and name in self._parts:
            return
        if name not in self._open:
            number = self._parts.get(name, 0)
            self._parts[name] = number + 1
            path = self.folder / name / f"part-{number:05d}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open[name] = parquet.ParquetWriter(path, table.schema, compression="zstd"), 0
        writer, rows = self._open[name]
        writer.write_table(table)
        rows += table.num_rows
        self._open[name] = writer, rows
        if rows >= self.limit:
            writer.close()
            del self._open[name]


def utc(times: np.ndarray) -> pa.Array:
    """Return times as UTC seconds; those that are none as missing."""
    return pa.array(times.astype("datetime64[s]"), type=pa.timestamp("s", tz="UTC"))


_ARROW = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int32(),
    float: pa.float64(),
    EducationLevel: pa.int8(),
    LanguageSkill: pa.struct([("code", pa.string()), ("level", pa.int8())]),
}


def _columns(record: type) -> list[tuple[str, pa.DataType]]:
    hints = get_type_hints(record)
    return [(field.name, _arrow(hints[field.name])) for field in fields(record)]


def _arrow(hint: Any) -> pa.DataType:
    if get_origin(hint) is tuple:
        return pa.list_(_arrow(get_args(hint)[0]))
    if get_args(hint):  # what may be missing
        return _arrow(get_args(hint)[0])
    return pa.struct(_columns(hint)) if hint is Position else _ARROW[hint]


_SCHEMAS = {"world/candidates": pa.schema(_columns(Person)), "world/vacancies": pa.schema(_columns(Opening))}


def person_row(person: Person) -> dict[str, Any]:
    """Return the latent record as a row."""
    spoken = [{"code": one.code, "level": int(one.level or 0)} for one in person.languages]
    return _plain(person) | {"positions": [_plain(post) for post in person.positions], "languages": spoken}


def opening_row(opening: Opening) -> dict[str, Any]:
    """Return the latent record as a row."""
    return _plain(opening) | {"languages": [{"code": o.code, "level": int(o.level or 0)} for o in opening.languages]}


def _plain(record: Person | Position | Opening) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


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
    ground = lay_ground(settings, seed)
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
        cvs = [
            plain(cv_of(ground, block.first + n, person, identity))
            for n, (person, identity) in enumerate(zip(block.people, block.identities, strict=True))
        ]
        ids = [person.id for person in block.people]
        languages = [person.language for person in block.people]
        shards.write("log/candidates", {"id": ids, "language": languages, "text": cvs})
        shards.write_rows("world/candidates", [person_row(person) for person in block.people])
        shards.write("groups", {"candidate_id": ids, **_values(block)})
        exposures += _showings(ground, block, shards)
        _truth(ground, block, shards, queries)
        filed.append(block.filed)
        progress(block.first + len(ids), ground.settings.candidates)
    return filed, exposures


def _values(block: Block) -> dict[str, list[str]]:
    return {name: [values[name] for values in block.groups] for name in block.groups[0]}


def _showings(ground: Ground, block: Block, shards: Shards) -> int:
    shown = block.shown
    ids = _ids(ground, block, shown.candidate - block.first, shown.opening)
    shards.write("log/exposures", {**ids, "time": utc(moments(shown.day, ground.settings))})
    people = block.table, block.shift
    shards.write(
        "truth/exposed", {**ids, **truth_columns(ground, people, shown.candidate - block.first, shown.opening)}
    )
    return len(shown.candidate)


def _ids(ground: Ground, block: Block, rows: Ints, columns: Ints) -> dict[str, np.ndarray]:
    people, openings = np.array(block.table.ids), np.array(ground.table.ids)
    return {"candidate_id": people[rows], "vacancy_id": openings[columns]}


def _sample(ground: Ground) -> tuple[Ints, Ints]:
    dice = dice_for(ground.seed, "sample").generator
    sizes = ground.settings.candidates, ground.settings.vacancies
    candidates, vacancies = (np.sort(dice.choice(size, min(SAMPLE, size), replace=False)) for size in sizes)
    return candidates, vacancies


def _truth(ground: Ground, block: Block, shards: Shards, queries: tuple[Ints, Ints]) -> None:
    """Write the truth of all pairs of a small market, or the pairs of grade 1 or more of the sampled queries."""
    people, m = (block.table, block.shift), len(ground.openings)
    if _small(ground.settings):
        rows, columns = np.divmod(np.arange(len(block.people) * m), m)
        shards.write("truth/pairs", _ids(ground, block, rows, columns) | truth_columns(ground, people, rows, columns))
        return
    candidates, vacancies = queries
    own_rows = candidates[(candidates >= block.first) & (candidates < block.first + len(block.people))] - block.first
    for name, some_rows, some_columns in (
        ("truth/candidates_for_vacancy", np.arange(len(block.people)), vacancies),
        ("truth/vacancies_for_candidate", own_rows, np.arange(m)),
    ):
        rows, columns = np.repeat(some_rows, len(some_columns)), np.tile(some_columns, len(some_rows))
        for start in range(0, len(rows), 100_000):
            part = rows[start : start + 100_000], columns[start : start + 100_000]
            values = truth_columns(ground, people, *part)
            kept = np.flatnonzero(values["grade"] > 0)
            ids = _ids(ground, block, part[0][kept], part[1][kept])
            shards.write(name, ids | {column: value[kept] for column, value in values.items()})
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
        shards.write_rows("world/vacancies", [opening_row(opening) for opening in part])


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
