"""Train recipes/default, measure it on what the recipe holds out, and decide by the recipe's rule whether it ships.

Writes results/default-model.json. A run that was stopped goes on; one that is finished is only measured again. The
model itself (90 MB) stays in --out. Nothing of the RankPO sample is printed or kept but a share of 100.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from environment import RESULTS, describe, write
from jobfit.app.recipe import read_sources
from jobfit.embeddings import Embeddings
from jobfit.evaluation.datasets.formats import read_dataset
from jobfit.experiments.default_model.measuring import BM25, RAW, TRAINED, table_lines, verdict_lines
from jobfit.experiments.default_model.recipe import Recipe, read_recipe
from jobfit.experiments.default_model.run import run_recipe
from jobfit.experiments.default_model.sources import TEST, HeldOutSplit, Sources
from jobfit.experiments.rankpo import agreement
from jobfit.retrieval.lexical import Bm25Index, terms
from jobfit.training.loop.encoder import embed_texts
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import TrainableEncoder
from jobfit.training.reading import from_dataset
from measure import mean

PAGE = RESULTS.parent / "docs/training/default-model.md"


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of esco-1.1.1, rome-esco, skillspan, green-skills")
    parser.add_argument("--out", type=Path, default=Path("default-model"))
    parser.add_argument("--recipe", default="recipes/default")
    options = parser.parse_args()
    recipe = read_recipe(options.recipe)
    folders = {name: options.data / name for name in ("rome-esco", "skillspan", "green-skills", "rankpo-sample")}
    sentences = [folders[name] for name in ("skillspan", "green-skills")]
    sources = read_sources(recipe, str(options.data / "esco-1.1.1"), folders["rome-esco"], tuple(sentences))
    backbone = "all-MiniLM-L6-v2"
    done = run_recipe(recipe, sources, options.out, backbone, on_progress=_say)
    encoders = {
        RAW: TrainableEncoder.load(backbone, recipe.model),
        TRAINED: TrainableEncoder.load(str(options.out / "model"), recipe.model),
    }
    result: dict[str, Any] = {
        **describe("torch", "sentence-transformers", "transformers", "numpy"),
        "recipe": {"name": recipe.name, "sha256": recipe.sha256, "file_says": asdict(recipe)},
        "sources": dict(sources.facts),
        "sizes": done.result["sizes"],
        "trained": done.result["trained"],
        "kept_apart": done.result["kept_apart"],
        "verdict": done.result["verdict"],
        "similarities_kept": drift(encoders, sources, recipe),
    }
    if folders["rankpo-sample"].is_dir():
        result["rankpo_sample_smoke"] = smoke(encoders, folders["rankpo-sample"], recipe.loop)
    write("default-model", result)
    publish([*table_lines(done.lines), *verdict_lines(done.verdict)])


def publish(lines: list[str]) -> None:
    """Put the table between the marks of the page."""
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split("<!-- measured -->")
    tail = rest.split("<!-- end -->")[1]
    body = "\n".join(lines).strip()
    PAGE.write_text(f"{head}<!-- measured -->\n{body}\n<!-- end -->{tail}", encoding="utf-8")


def _say(done: int, total: int) -> None:
    if done % 50 == 0 or done == total:
        print(f"step {done} of {total}", flush=True)


def drift(encoders: dict[str, TrainableEncoder], sources: Sources, recipe: Recipe) -> dict[str, Any]:
    """Return how far the cosines of 500 held-out sentences with each other are from the raw encoder's."""
    split = HeldOutSplit.of(sources, recipe.held_out)
    texts = sorted({one.text for one in sources.sentences if split.part_of_sentence(one) == TEST})[:500]
    named = {str(i): text for i, text in enumerate(texts)}
    cosines = []
    for encoder in encoders.values():
        vectors = embed_texts(encoder, named, recipe.loop).vectors.astype(np.float64)
        cosines.append((vectors @ vectors.T)[np.triu_indices(len(texts), 1)])
    return {
        "texts": len(texts),
        "root_mean_squared_difference": float(np.sqrt(np.mean((cosines[0] - cosines[1]) ** 2))),
        "pearson": float(np.corrcoef(cosines[0], cosines[1])[0, 1]),
    }


def smoke(encoders: dict[str, TrainableEncoder], folder: Path, loop: TrainSettings) -> dict[str, Any]:
    """Return the share of RankPO's published sample where the preferred candidate scores higher; a tie is a half."""
    data = from_dataset(read_dataset(folder, "rankpo"))
    candidates = {i: data.candidates[i] for p in data.preferences for i in (p.preferred_id, p.rejected_id)}
    vacancies = {p.vacancy_id: data.vacancies[p.vacancy_id] for p in data.preferences}
    index = Bm25Index(tuple(candidates), [terms(text) for text in candidates.values()])
    words = np.array([index.scores(terms(text)) for text in vacancies.values()], dtype=np.float32)
    one_hot = Embeddings(tuple(candidates), np.eye(len(candidates), dtype=np.float32), BM25)
    sides = {
        name: [embed_texts(one, texts, loop) for texts in (vacancies, candidates)] for name, one in encoders.items()
    }
    sides[BM25] = [Embeddings(tuple(vacancies), words, BM25), one_hot]
    found: dict[str, Any] = {"preferences": len(data.preferences), "note": "n = 100: +-0.10, a smoke figure"}
    for name, (left, right) in sides.items():
        agreed = agreement(left, right, data.preferences)
        found[name] = mean([value for values in agreed.values() for value in values])
    return found


if __name__ == "__main__":
    main()
