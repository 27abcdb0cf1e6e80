"""The three renderings on simulated markets: {raw, esco, llm} x {random, bm25, dense, hybrid}, both directions.

Each market (one for each seed) is written by ``simulate_to``, prepared by ``jobfit.preparation.prepare`` once for each
variant - the pairs are checked to be the same bytes - and ranked; the relevance is the market's truth for every pair.
The seeds are pooled: a query counts once, its id prefixed by its seed. Writes results/variants.json and
docs/variants.md; --page writes only the page, from the result that is there.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from environment import RESULTS, describe, write
from jobfit.encoders.base import Encoder
from jobfit.encoders.loading import load_encoder
from jobfit.evaluation.measures import Pools, Report, evaluate
from jobfit.ingest.formats.trec import read_qrels
from jobfit.judgements import load_table
from jobfit.preparation.prepare import Inputs, Settings, prepare
from jobfit.preparation.variants import VariantSettings, make_variant
from jobfit.reading import read_documents
from jobfit.records import Document
from jobfit.retrieval.systems import SYSTEMS, rank
from jobfit.runs import Qrels, Ranking, Run
from jobfit.simulation.writer import simulate_to
from jobfit.taxonomy.model import Taxonomy
from jobfit.taxonomy.stored import load_taxonomy
from measure import corrected, paired
from variants_page import NOT_A_NUMBER, write_page

MEASURES = ("nDCG@10", "RR", "R@10")
SLICES = ("all", "en", "fr")  # by the language of the query; the documents are always all of the market
SEEDS = (71, 72, 73)
# the name of a row, the variant that jobfit prepare is asked for, and its --language
VARIANTS = (("raw", "raw", None), ("esco", "esco", None), ("esco, en", "esco", "en"), ("esco, fr", "esco", "fr"))
# direction -> the file of its queries and that of its documents
DIRECTIONS = {
    "candidates_for_vacancy": ("vacancies.jsonl", "candidates.jsonl"),
    "vacancies_for_candidate": ("candidates.jsonl", "vacancies.jsonl"),
}
UNCHANGED = ("pairs.csv", "qrels.tsv", "qrels-vacancies-for-candidate.tsv")


@dataclass
class Pooled:
    """One direction, all seeds: rankings by variant and system, grades, languages and pools by query."""

    rankings: dict[tuple[str, str], dict[str, Ranking]] = field(default_factory=dict)
    grades: dict[str, dict[str, int]] = field(default_factory=dict)
    language: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)


def main() -> None:
    """Run everything and write the result and the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=300)
    parser.add_argument("--vacancies", type=int, default=60)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--cache", type=Path, default=Path("variants-vectors.sqlite"), help="vectors, kept over runs")
    parser.add_argument("--esco", type=Path, help="a folder of ESCO CSV files: a second market is built on it")
    parser.add_argument("--page", action="store_true", help="only write docs/variants.md again")
    options = parser.parse_args()
    if options.page:
        return write_page(json.loads((RESULTS / "variants.json").read_text(encoding="utf-8")))
    started = time.perf_counter()
    encoder = load_encoder("all-MiniLM-L6-v2", cache=options.cache)
    taxonomies = {"compact": "compact"} | ({"esco": str(options.esco.resolve())} if options.esco else {})
    result: dict[str, Any] = {
        **describe("bm25s", "openvino", "numpy", "scipy", "ir-measures", "pytrec-eval-terrier"),
        "size": {"candidates": options.candidates, "vacancies": options.vacancies, "seeds": options.seeds},
        "encoder": encoder.fingerprint,
        "llm": NOT_A_NUMBER,
        "tests": "paired randomisation; Holm over all tests of a market, direction and language of the query",
        "markets": {name: market(source, options, encoder) for name, source in taxonomies.items()},
    }
    result["seconds"] = round(time.perf_counter() - started)
    print(write("variants", result).name, result["seconds"], "seconds")
    return write_page(result)


def market(taxonomy: str, options: argparse.Namespace, encoder: Encoder) -> dict[str, Any]:
    """Return the results on the markets built on one taxonomy."""
    pooled = {direction: Pooled() for direction in DIRECTIONS}
    facts: dict[str, list[Mapping[str, object]]] = {name: [] for name, *_ in VARIANTS}
    terms = load_taxonomy(taxonomy)
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "market"
            simulate_to(made, options.candidates, options.vacancies, seed, rendered_share=0, taxonomy=taxonomy)
            for name, prepared in renderings(made, terms, encoder, facts):
                for direction, found in pooled.items():
                    add_rankings(found, name, seed, prepared, direction, encoder)
            for direction, found in pooled.items():
                add_truth(found, seed, made, direction)
        print(f"{Path(taxonomy).name}: seed {seed} done", flush=True)
    return {
        "taxonomy": terms.version,
        "facts": {name: added(parts) for name, parts in facts.items()},
        "directions": {d: {part: sliced(found, part) for part in SLICES} for d, found in pooled.items()},
    }


def renderings(
    made: Path, terms: Taxonomy, encoder: Encoder, facts: Mapping[str, list[Mapping[str, object]]]
) -> Iterator[tuple[str, Path]]:
    """Yield the folder of each variant, as ``jobfit prepare`` writes it, having checked that the pairs are the same."""
    inputs = Inputs(str(made / "cvs"), str(made / "vacancies"), made / "applications.csv")
    for name, variant, language in VARIANTS:
        settings = VariantSettings(language, taxonomy=terms, encode=texts_to_vectors(encoder))
        out = made.parent / name
        done = prepare(inputs, Settings(load_table("ats"), make_variant(variant, settings), taxonomy=terms), out)
        for file in UNCHANGED:
            if (out / file).read_bytes() != (made.parent / "raw" / file).read_bytes():
                raise SystemExit(f"{file} of {name} is not that of raw: the variants are of different pairs")
        facts[name].append(done["facts"])
        yield name, out


def texts_to_vectors(encoder: Encoder) -> Callable[[Sequence[str]], np.ndarray]:
    """Return what the title linker encodes with."""
    return lambda texts: encoder.encode([Document(str(i), text) for i, text in enumerate(texts)], "query").vectors


def add_rankings(found: Pooled, name: str, seed: int, prepared: Path, direction: str, encoder: Encoder) -> None:
    """Rank one variant of one market by every system. An empty document is not in its file: it is never ranked."""
    queries, corpus = (read_documents(prepared / file, masked=False) for file in DIRECTIONS[direction])
    for system in SYSTEMS:
        rankings = found.rankings.setdefault((name, system), {})
        for ranking in rank(system, queries, corpus, len(corpus), encoder=lambda: encoder, seed=seed):
            query = f"{seed}-{ranking.query_id}"
            rankings[query] = Ranking(query, ranking.hits)


def add_truth(found: Pooled, seed: int, made: Path, direction: str) -> None:
    """Add the grades of the truth, the language of each query, and what could have been ranked for it."""
    asked, ranked = (made / "world" / file for file in DIRECTIONS[direction])
    pool = [row["id"] for row in rows(ranked)]
    language = {row["id"]: row["language"] for row in rows(asked)}
    for query, grades in read_qrels(made / "beir" / direction / "qrels" / "test.tsv").grades.items():
        found.grades[f"{seed}-{query}"] = dict(grades)
        found.language[f"{seed}-{query}"] = language[query]
        found.lists[f"{seed}-{query}"] = pool


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file with one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def added(parts: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return the facts of a variant over all seeds: counts are summed, what is no count is the same for each."""
    return {
        key: sum(part[key] for part in parts) if type(value) is int else value  # type: ignore[misc]
        for key, value in parts[0].items()
    }


def sliced(found: Pooled, part: str) -> dict[str, Any]:
    """Return the values and the tests over the queries in one language, or over all."""
    chosen = [query for query in found.grades if part in ("all", found.language[query])]
    qrels = Qrels({query: found.grades[query] for query in chosen})
    pools = Pools.of_lists({query: found.lists[query] for query in chosen})
    reports = {
        (name, system): evaluate(Run(f"{name} {system}", rankings), qrels, MEASURES, pools=pools)
        for (name, system), rankings in found.rankings.items()
    }
    values: dict[str, dict[str, Any]] = {}
    for (name, system), report in reports.items():
        values.setdefault(name, {})[system] = {m: asdict(a) for m, a in report.aggregate.items()}
    return {"values": values, "tests": tests(reports)}


def tests(reports: Mapping[tuple[str, str], Report]) -> list[dict[str, Any]]:
    """Return each variant against raw for the same system, and hybrid against its better half, Holm over them all."""
    names = list(dict.fromkeys(name for name, _ in reports))
    pairs = [((n, s), ("raw", s)) for n in names if n != "raw" for s in SYSTEMS if s != "random"]
    found = []
    for measure in MEASURES:
        halves = [((n, "hybrid"), (n, better_half(reports, n, measure))) for n in names]
        for a, b in (*pairs, *halves):
            test = paired(*(reports[key].per_query[measure] for key in (a, b)))
            found.append({"measure": measure, "of": list(a), "against": list(b), **test})
    corrected(found)
    return found


def better_half(reports: Mapping[tuple[str, str], Report], name: str, measure: str) -> str:
    """Return bm25 or dense, whichever has the greater mean on these very queries; bm25 where they are equal."""
    return max(("bm25", "dense"), key=lambda system: reports[name, system].aggregate[measure].mean or 0.0)


if __name__ == "__main__":
    main()
