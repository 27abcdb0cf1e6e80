"""Writes real data as a BEIR folder, candidates for each vacancy: sjr-views (the past of people who viewed adverts).

python benchmarks/other_data.py DATA OUT    DATA holds sjr-views. Nothing of it is kept in the repository. A view is
interest, not suitability: what it tests is whether a ranking carries over, not whether it is right.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

from jobfit.evaluation.datasets.formats import write_dataset
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


def _lines(path: Path) -> list[dict[str, object]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _past(positions: object) -> str:
    lines = []
    for one in positions if isinstance(positions, list) else []:
        said = [one.get(name, "") for name in ("title", "city", "state", "start", "end", "description")]
        lines.append("\n".join(part for part in said if part and part != "NA"))
    return "\n\n".join(lines)


def _advert(row: dict[str, object]) -> str:
    return "\n".join(str(row[name]) for name in ("title", "industry", "city", "state") if row.get(name))


if __name__ == "__main__":
    data, out = map(Path, sys.argv[1:])
    made = sjr_views(data / "sjr-views")
    write_dataset(made, out / made.name, "beir")
    print(f"{len(made.vacancies):,} vacancies, {len(made.candidates):,} candidates: {out / made.name}")
