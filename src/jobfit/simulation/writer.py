"""A market as a folder: records in their formats, BEIR tables, the log, groups, the world and the truth.

``market.json`` describes the folder: it is written first as a stub, and last to say that the market is complete."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from io import BytesIO, StringIO
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from jobfit.artifacts import make_folder, owners_alone, sha256_of, write_json
from jobfit.errors import InputError
from jobfit.simulation import asked, careers, exposure, funnel, truth, world
from jobfit.simulation.applications import moments
from jobfit.simulation.asked import truth_columns
from jobfit.simulation.dice import Dice, dice_for
from jobfit.simulation.market import Ground, Market, simulate
from jobfit.simulation.page import Page, plain
from jobfit.simulation.rendering import LAYOUTS, job_posting, json_resume, render_docx, render_pdf
from jobfit.simulation.settings import ATTRIBUTES, LANGUAGES, MarketSettings, month_number, read_data
from jobfit.simulation.truth import grades, pair_blocks

FAMILY = "jobfit-market-"
FORMAT = FAMILY + "2"
MANIFEST = "market.json"
FOLDERS = ("cvs", "vacancies", "beir", "log", "world", "truth", "groups")
CV_FORMATS = ("pdf", "docx", "json", "pdf", "docx")
VACANCY_FORMATS = ("html", "docx", "pdf")
File = tuple[str, bytes]


def make_room(folder: Path) -> None:
    """Empty an earlier market, finished or not; refuse anything else. The stub marks the folder as a market.

    Raises:
        InputError: ``folder`` holds something that is not a market.
    """
    manifest = folder / MANIFEST
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not _is_market(manifest))):
        raise InputError(f"{folder} is not empty and holds no market. Choose a new folder or empty this one.")
    make_folder(folder)
    write_json(folder / MANIFEST, {"format": FORMAT, "complete": False})
    for name in FOLDERS:
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)
    for name in ("applications.csv", "exposures.csv", "groups.csv", "README.md"):
        (folder / name).unlink(missing_ok=True)


def _is_market(manifest: Path) -> bool:
    try:
        content = json.loads(manifest.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and str(content.get("format")).startswith(FAMILY)


def write_file(folder: Path, name: str, content: bytes) -> str:
    """Write a file and return its SHA-256.

    The file is not flushed to disk by itself: a market is made again from its seed, and ``market.json``, which is, says
    with the checksum of each file whether it is whole.
    """
    path = folder / name
    make_folder(path.parent)
    with open(path, "wb", opener=owners_alone) as file:
        file.write(content)
    return sha256_of(content)


def write_manifest(
    folder: Path, ground: Ground, counts: Mapping[str, int], digests: Mapping[str, str], **more: object
) -> str:
    """Write ``market.json``, which says that the market is complete, and return its SHA-256."""
    content = {
        "format": FORMAT,
        "complete": True,
        "taxonomy": ground.world.taxonomy.version,
        "settings": asdict(ground.settings),
        "seed": ground.seed,
        **more,
        "counts": {"candidates": ground.settings.candidates, "vacancies": ground.settings.vacancies, **counts},
        "sha256": dict(sorted(digests.items())),
    }
    write_json(folder / MANIFEST, content)
    return sha256_of(folder / MANIFEST)


def stream_card(ground: Ground, sampled: int) -> str:
    """Return the README of a market that was written as Parquet; ``sampled`` is 0 where the truth of all is there."""
    truth_row = _text("sampled").format(sampled=sampled) if sampled else _text("all")
    return _card(ground, _text("stream").format(truth=truth_row))


def _card(ground: Ground, files: str) -> str:
    """Return the README: ``data/card.toml`` with the market's numbers and the formulas of the modules."""
    settings = ground.settings
    head = _text("head").format(
        candidates=settings.candidates,
        vacancies=settings.vacancies,
        languages=" and ".join(settings.languages),
        seed=ground.seed,
        taxonomy=ground.world.taxonomy.version,
    )
    rows = (f"| `{field.name}` | {getattr(settings, field.name)!r} |" for field in fields(MarketSettings))
    formulas = {
        module.__name__.rpartition(".")[2]: (module.__doc__ or "").partition("\n")[2].strip()
        for module in (world, careers, truth, asked, exposure, funnel)
    }
    return (
        head
        + files
        + _text("tail").format(settings="\n".join(("| setting | value |", "| --- | --- |", *rows)), **formulas)
    )


def _text(part: str) -> str:
    return str(read_data("card.toml")[part])


def _market_files(market: Market, rendered_share: float) -> Iterator[File]:
    """Yield (path, content) of every file but ``README.md`` and ``market.json``.

    ``rendered_share`` of the records are rendered: of the CVs two fifths each as PDF and DOCX and a fifth as JSON
    Resume, of the vacancies a third each as HTML, DOCX and PDF. The others are plain text.
    """
    yield from _records(market, rendered_share)
    yield from _beir(market)
    yield "applications.csv", _applications(market)
    yield "exposures.csv", _exposures(market)
    rows = [[id_, *(values[name] for name in ATTRIBUTES)] for id_, values in market.groups.items()]
    yield "groups.csv", _table(("candidate_id", *ATTRIBUTES), rows)
    yield "world/candidates.jsonl", _json_lines(asdict(person) for person in market.people)
    yield "world/vacancies.jsonl", _json_lines(asdict(opening) for opening in market.openings)
    yield "truth/pairs.parquet", _pairs(market)


def _records(market: Market, share: float) -> Iterator[File]:
    dice = dice_for(market.seed, "formats")
    today = month_number(market.settings.today)
    formats = _formats(list(market.cvs), CV_FORMATS, share, dice)
    for number, person in enumerate(market.people):
        page, kind = market.cvs[person.id], formats.get(person.id, "txt")
        if kind == "json":
            content = json_resume(person, market.identities[person.id], page, market.world.taxonomy, today).encode()
        else:
            content = _page_bytes(page, kind, number)
        yield f"cvs/{person.id}.{kind}", content
    formats = _formats(list(market.vacancies), VACANCY_FORMATS, share, dice)
    for number, opening in enumerate(market.openings):
        page, kind = market.vacancies[opening.id], formats.get(opening.id, "txt")
        content = job_posting(opening, page).encode() if kind == "html" else _page_bytes(page, kind, number)
        yield f"vacancies/{opening.id}.{kind}", content


def _formats(ids: list[str], kinds: Sequence[str], share: float, dice: Dice) -> dict[str, str]:
    chosen = dice.some(ids, round(share * len(ids)))
    return {id_: kinds[number % len(kinds)] for number, id_ in enumerate(chosen)}


def _page_bytes(page: Page, kind: str, number: int) -> bytes:
    if kind == "pdf":
        return render_pdf(page, LAYOUTS[number % len(LAYOUTS)])
    return render_docx(page) if kind == "docx" else plain(page).encode()


def _beir(market: Market) -> Iterator[File]:
    """Yield corpus, queries and complete qrels of both directions. A pair that is not listed has grade 0."""
    cvs = [{"_id": id_, "title": "", "text": plain(page)} for id_, page in market.cvs.items()]
    vacancies = [{"_id": id_, "title": "", "text": plain(page)} for id_, page in market.vacancies.items()]
    grade = grades(market.q)
    for name, corpus, queries, table in (
        ("candidates_for_vacancy", cvs, vacancies, grade.T),
        ("vacancies_for_candidate", vacancies, cvs, grade),
    ):
        folder = f"beir/{name}"
        yield f"{folder}/corpus.jsonl", _json_lines(corpus)
        yield f"{folder}/queries.jsonl", _json_lines({"_id": row["_id"], "text": row["text"]} for row in queries)
        rows, columns = table.nonzero()
        judged = ([queries[i]["_id"], corpus[j]["_id"], int(table[i, j])] for i, j in zip(rows, columns))
        yield f"{folder}/qrels/test.tsv", _table(("query-id", "corpus-id", "score"), judged, delimiter="\t")


def _applications(market: Market) -> bytes:
    rows = [
        [
            a.candidate_id,
            a.vacancy_id,
            a.status,
            a.outcome.value,
            *(t.isoformat() if t else "" for t in (a.time, a.decided)),
        ]
        for a in market.applications
    ]
    return _table(("candidate_id", "vacancy_id", "status", "outcome", "time", "decided"), rows)


def _exposures(market: Market) -> bytes:
    shown = market.shown
    times = moments(shown.day, market.settings)
    rows = (
        [market.people[shown.candidate[n]].id, market.openings[shown.opening[n]].id, f"{times[n]}:00+00:00"]
        for n in np.lexsort((shown.opening, shown.candidate, times)).tolist()
    )
    return _table(("candidate_id", "vacancy_id", "time"), rows)


def _pairs(market: Market) -> bytes:
    """Return the truth of every pair as Parquet: ids and the columns of :mod:`jobfit.simulation.asked`."""
    import pyarrow as pa
    from pyarrow import parquet

    buffer, writer = BytesIO(), None
    for rows, columns in pair_blocks(*market.q.shape):
        ids: dict[str, Any] = {
            "candidate_id": pa.DictionaryArray.from_arrays(rows.astype(np.int32), market.block.table.ids),
            "vacancy_id": pa.DictionaryArray.from_arrays(columns.astype(np.int32), market.table.ids),
        }
        part = pa.table(ids | truth_columns(market, market.block, rows, columns))
        writer = writer or parquet.ParquetWriter(buffer, part.schema)
        writer.write_table(part)
    if writer:
        writer.close()
    return buffer.getvalue()


def _json_lines(rows: Iterable[Mapping[str, object]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _table(header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> bytes:
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode()


@dataclass(frozen=True, slots=True)
class MarketSummary:
    """What was written. ``relevant`` counts the pairs of grade 1 or more; ``sha256`` covers every file."""

    folder: Path
    candidates: int
    vacancies: int
    applications: int
    relevant: int
    files: int
    sha256: str


def simulate_to(
    folder: Path,
    candidates: int,
    vacancies: int,
    seed: int,
    languages: tuple[str, ...] = LANGUAGES,
    rendered_share: float = 0.1,
    **knobs: Any,
) -> MarketSummary:
    """Simulate a market and write it (:func:`write_market`); ``knobs`` are further settings of ``MarketSettings``."""
    settings = MarketSettings(candidates=candidates, vacancies=vacancies, languages=tuple(languages), **knobs)
    return write_market(simulate(settings, seed), folder, rendered_share=rendered_share)


def write_market(market: Market, folder: Path, *, rendered_share: float = 0.1) -> MarketSummary:
    """Write the market to ``folder`` (made where missing; an earlier market in it is replaced).

    The layout is in the ``README.md`` that is written with it. The same market gives byte-identical files.

    Raises:
        InputError: ``folder`` holds something that is not a market, cannot be written, or the share is not in 0..1.
    """
    if not 0 <= rendered_share <= 1:
        raise InputError(f"rendered_share must be from 0 to 1, not {rendered_share!r}")
    try:
        make_room(folder)
        card = "README.md", _card(market, _text("files").format(share=f"{rendered_share:.0%}")).encode()
        files = chain(_market_files(market, rendered_share), [card])
        digests = {name: write_file(folder, name, content) for name, content in files}
        relevant, applied = int((grades(market.q) > 0).sum()), len(market.applications)
        counts = {"exposures": len(market.shown.day), "applications": applied, "relevant_pairs": relevant}
        manifest = write_manifest(folder, market, counts, digests, rendered_share=rendered_share)
    except OSError as error:
        raise InputError(f"{folder}: the market cannot be written ({error}). Choose another folder.") from error
    sizes = len(market.people), len(market.openings)
    return MarketSummary(folder, *sizes, applied, relevant, len(digests) + 1, manifest)
