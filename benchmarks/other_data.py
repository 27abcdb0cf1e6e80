"""Writes real data, sjr-views (the past of people who viewed adverts), in two forms.

``OUT/sjr-views`` is a BEIR folder, candidates for each vacancy; ``OUT/sjr-views-log`` is what ``jobfit reproduce muse``
and ``lgir`` read (``--data``).

python benchmarks/other_data.py DATA OUT    DATA holds sjr-views. Nothing of it is kept in the repository. A view is
interest, not suitability: what it tests is whether a ranking carries over, not whether it is right.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from jobfit.evaluation.datasets.formats import write_dataset
from jobfit.experiments.interactions import COLUMNS
from jobfit.judged import CANDIDATES_FOR_VACANCY, Judged, Task
from jobfit.runs import Qrels

ASKED = 1000  # of the vacancies that somebody with a past viewed, at most so many, chosen by a digest of their ids


def sjr_views(folder: Path) -> Judged:
    people = {row["id"]: _past(row["positions"]) for row in _lines(folder / "candidates.jsonl")}
    people = {i: text for i, text in people.items() if text.strip()}
    adverts = {row["id"]: _advert(row) for row in _lines(folder / "vacancies.jsonl")}
    viewed: dict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "views.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["candidate_id"] in people and row["vacancy_id"] in adverts:
                viewed[row["vacancy_id"]][row["candidate_id"]] = 1
    found = {candidate for viewers in viewed.values() for candidate in viewers}
    candidates = {i: text for i, text in people.items() if i in found}
    drawn = sorted(viewed, key=lambda vacancy: sha256(vacancy.encode()).digest())[:ASKED]
    asked = {vacancy: viewed[vacancy] for vacancy in sorted(drawn)}
    task = Task(CANDIDATES_FOR_VACANCY, "test", Qrels(asked))
    return Judged(candidates, {i: adverts[i] for i in asked}, (task,), name="sjr-views")


def write_log(folder: Path, out: Path) -> int:
    """Write the views as CVs (JSON Resume), vacancies and ``interactions.csv``; return how many there are.

    The data state no home: the place of the latest position stands for it. Adverts that read the same are one, the
    first by id.
    """
    first: dict[str, str] = {}
    adverts = {str(row["id"]): row for row in _lines(folder / "vacancies.jsonl")}
    same = {i: first.setdefault(_advert(row), i) for i, row in sorted(adverts.items())}
    people = {str(row["id"]): _resume(row) for row in _lines(folder / "candidates.jsonl")}
    with (folder / "views.csv").open(encoding="utf-8", newline="") as file:
        views = [
            (row["candidate_id"], same[row["vacancy_id"]], f"{row['start'].removesuffix(' UTC')}+00:00")
            for row in csv.DictReader(file)
            if row["candidate_id"] in people and row["vacancy_id"] in same
        ]
    kept = {candidate for candidate, *_ in views}
    openings = [_vacancy(adverts[i]) for i in sorted(set(same.values()))]
    write_rows(out / "cvs" / "candidates.jsonl", [people[i] for i in sorted(kept)])
    write_rows(out / "vacancies" / "vacancies.jsonl", openings)
    with (out / "interactions.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *views])
    return len(views)


def _resume(row: dict[str, Any]) -> dict[str, object]:
    work = [
        {
            "position": one["title"], "location": _place(one), "startDate": one["start"], "endDate": one["end"],
            "summary": _said(one["description"]),
        }
        for one in row["positions"]
    ]  # fmt: skip
    work = [{name: value for name, value in one.items() if _said(value)} for one in work]
    latest: dict[str, Any] = max(row["positions"], key=lambda one: (bool(_place(one)), one["start"] or ""), default={})
    home = {"city": _said(latest.get("city")), "region": _said(latest.get("state"))}
    return {"id": row["id"], "basics": {"location": home}, "work": work}


def _vacancy(row: dict[str, Any]) -> dict[str, object]:
    return {
        "id": row["id"],
        "title": row["title"],
        "location": _place(row),
        "text": _said(row["industry"]) or row["title"],
    }


def _place(row: dict[str, Any]) -> str:
    return ", ".join(filter(None, (_said(row["city"]), _said(row["state"]))))


def _said(value: str | None) -> str:
    return value if value and value != "NA" else ""


def write_rows(path: Path, rows: Iterable[object]) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _past(positions: object) -> str:
    lines = []
    for one in positions if isinstance(positions, list) else []:
        said = [one.get(name, "") for name in ("title", "city", "state", "start", "end", "description")]
        lines.append("\n".join(part for part in said if part and part != "NA"))
    return "\n\n".join(lines)


def _advert(row: dict[str, Any]) -> str:
    return "\n".join(filter(None, (_said(row[name]) for name in ("title", "industry", "city", "state"))))


if __name__ == "__main__":
    data, out = map(Path, sys.argv[1:])
    made = sjr_views(data / "sjr-views")
    write_dataset(made, out / made.name, "beir")
    print(f"{len(made.vacancies):,} vacancies, {len(made.candidates):,} candidates: {out / made.name}")
    log = out / "sjr-views-log"
    print(f"{write_log(data / 'sjr-views', log):,} views: {log}")
