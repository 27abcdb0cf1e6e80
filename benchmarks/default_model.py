"""Train the default models, measure what a user gets with them on what they hold out, and write the deltas that ship.

Writes results/default-model.json, the tables of docs/training/default-model.md, and for each recipe whose rule lets it
ship src/jobfit/encoders/data/NAME.safetensors and its line in deltas.json. A run that was stopped goes on; one that is
finished is only measured again. The whole models stay in --out. With --only NAME the others stay as published.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from environment import RESULTS, describe, write
from jobfit.app.recipe import read_sources
from jobfit.artifacts import write_json
from jobfit.encoders.delta import write_delta
from jobfit.encoders.folder import find_model
from jobfit.evaluation.datasets.formats import read_dataset
from jobfit.experiments.default_model.measuring import MEASURES, RankingSet, table_lines, verdict_lines
from jobfit.experiments.default_model.recipe import read_recipe
from jobfit.experiments.default_model.run import Finished, run_recipe
from jobfit.experiments.default_model.sources import share
from jobfit.judged import Judged, both_ways
from jobfit.training.stages import MODEL

PAGE = RESULTS.parent / "docs/training/default-model.md"
DELTAS = RESULTS.parent / "src/jobfit/encoders/data"
ESCO = ("esco-1.1.1", "esco-1.2-labels")
SENTENCES = ("skillspan", "green-skills")


@dataclass(frozen=True)
class Shipped:
    """An encoder that ships: its name and languages, its recipe, and what it is trained from."""

    name: str
    recipe: str
    base: str
    languages: tuple[str, ...]


SHIPPED = (
    Shipped("jobfit-multilingual", "recipes/multilingual", "multilingual-e5-small", ("en", "fr", "es", "de")),
    Shipped("jobfit-english", "recipes/default", "all-MiniLM-L6-v2", ("en",)),
)


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "data", type=Path, help=f"the folder of {', '.join((*ESCO, 'rome-esco', *SENTENCES))}, it-resumes"
    )
    parser.add_argument("--out", type=Path, default=Path("default-model"))
    parser.add_argument("--only", choices=[one.name for one in SHIPPED])
    options = parser.parse_args()
    esco = joined([options.data / name for name in ESCO], options.out / "esco")
    also = tuple(real_documents(options.data / "it-resumes"))
    found = json.loads((RESULTS / "default-model.json").read_text(encoding="utf-8"))["encoders"]
    for one in (one for one in SHIPPED if options.only in (None, one.name)):
        recipe = read_recipe(one.recipe)
        sentences = tuple(options.data / name for name in SENTENCES)
        sources = read_sources(recipe, str(esco), options.data / "rome-esco", sentences)
        out = options.out / one.name
        documents = also if one.languages == ("en",) else ()  # they are English
        done = run_recipe(recipe, sources, out, one.base, also=documents, on_progress=_say)
        delta = shipped_file(one, done, out / MODEL, recipe.merge.rank, recipe.sha256)
        kept = ("trained", "sizes", "kept_apart", "verdict")
        found[one.name] = {
            "base": one.base, "recipe": {"name": one.recipe, "sha256": recipe.sha256, "file_says": asdict(recipe)},
            "sources": dict(sources.facts), **{key: done.result[key] for key in kept}, "delta": delta,
        }  # fmt: skip
        publish(one.name, [*table_lines(done.lines), *verdict_lines(done.verdict)])
    result = describe("torch", "sentence-transformers", "transformers", "numpy", "openvino")
    write("default-model", {**result, "encoders": found})


def joined(folders: list[Path], out: Path) -> Path:
    """Return one folder with links to the CSV files of several: ESCO's languages in one place."""
    out.mkdir(parents=True, exist_ok=True)
    for path in (path for folder in folders for path in folder.glob("*.csv")):
        link = out / path.name
        if not link.exists():
            link.symlink_to(path.resolve())
    return out


def real_documents(folder: Path) -> Iterator[RankingSet]:
    """Yield real resumes and advertisements of the categories that chose nothing; nothing where there is no folder."""
    if not folder.is_dir():
        return
    rows = (line.split("\t") for line in (folder / "groups.tsv").read_text(encoding="utf-8").splitlines()[1:])
    category = {row[0]: row[1] for row in rows}
    ordered = sorted(set(category.values()), key=lambda name: share(("half", name), 2**60))
    data = read_dataset(folder / "candidates_for_vacancy", "beir")
    candidates, vacancies = (
        {i: text for i, text in side.items() if category.get(i) in ordered[1::2]}
        for side in (data.candidates, data.vacancies)
    )
    known = (pair for task in data.tasks for pair in task.pairs())
    pairs = [pair for pair in known if pair.candidate_id in candidates and pair.vacancy_id in vacancies]
    about = "real resumes and advertisements, right where they are of one category; half of the categories"
    yield RankingSet(folder.name, about, Judged(candidates, vacancies, both_ways(pairs, measures=MEASURES)))


def shipped_file(one: Shipped, done: Finished, model: Path, rank: int, recipe: str) -> dict[str, Any]:
    """Write the delta of a trained model: into the package, with its line in deltas.json, if the rule says so."""
    ships = done.verdict is not None and done.verdict.ships
    path = (DELTAS if ships else model.parent) / f"{one.name}.safetensors"
    report = write_delta(find_model(one.base), model, path, rank=rank, recipe=recipe)
    if ships:
        listed = json.loads((DELTAS / "deltas.json").read_text(encoding="utf-8"))
        listed[one.name] = {"sha256": report.sha256, "languages": list(one.languages)}
        write_json(DELTAS / "deltas.json", listed)
    return {"ships": ships, "sha256": report.sha256, "bytes": report.bytes, "rank": report.rank, "lost": report.lost}


def publish(name: str, lines: list[str]) -> None:
    """Put the table of an encoder below its heading on the page."""
    text = PAGE.read_text(encoding="utf-8")
    body = "\n".join(lines).strip()
    table = re.compile(rf"(?<=^### {name}\n\n).*?(?=\n\n### |\n<!-- end -->)", re.DOTALL | re.MULTILINE)
    PAGE.write_text(table.sub(lambda _: body, text, count=1), encoding="utf-8")


def _say(done: int, total: int) -> None:
    if done % 50 == 0 or done == total:
        print(f"step {done} of {total}", flush=True)


if __name__ == "__main__":
    main()
