"""Does a hypothetical resume help to find people for an advert? By the offline template, and by a language model.

    python benchmarks/hyre.py --work FOLDER
    python benchmarks/hyre.py --work FOLDER --llm-url http://127.0.0.1:8089/v1 --llm-model NAME --adverts 200

Real adverts and resumes (it-resumes, where JOBFIT_SHARED_DATA is set; weak labels: the same category) and two simulated
markets (their truth), one English and one French. nDCG@10 of the vectors alone and of the hybrid ranking, with and
without the resume beside the advert. A model is asked without an example and shown the first characters of an advert;
adverts come in an order that was drawn. FOLDER keeps what was written: a run that is stopped, or that --minutes ends,
goes on. Writes results/hyre.json; what an earlier run measured of the other writer, and of sets that are not named,
stays.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any

from environment import RESULTS, describe, write
from jobfit.encoders.base import Encoder
from jobfit.encoders.e5 import E5
from jobfit.encoders.folder import MINILM
from jobfit.encoders.generated import GeneratedStore
from jobfit.encoders.hyre import HyreEncoder
from jobfit.encoders.loading import load_encoder
from jobfit.evaluation.compare import compare
from jobfit.evaluation.measures import evaluate
from jobfit.experiments.market import MarketSizes, market_of, true_grades
from jobfit.judged import Judged
from jobfit.llm.client import Client
from jobfit.llm.settings import Settings
from jobfit.ordering import tie_key
from jobfit.records import Document
from jobfit.retrieval.systems import rank
from jobfit.runs import Qrels, Run
from jobfit.taxonomy.compact import load_compact
from jobfit.training.asking import fill, keep_answers
from jobfit.training.hyre import LlmHyre
from jobfit.training.hyre_template import TemplateHyre
from jobfit.training.own_words import copied_share
from reranking import documents, real

SYSTEMS, MEASURES = ("dense", "hybrid"), ("nDCG@10",)
MARKETS = {"market": "en", "market-fr": "fr"}
MODELS = {"en": MINILM, "fr": E5}  # both as they were before any training of ours
PEOPLE, OPENINGS, SEED = 200, 200, 1_000_001  # of the market: that of reranking.py, with fewer adverts
PART = 128  # adverts asked at once, between two looks at the clock
RESULT = RESULTS / "hyre.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for vectors, texts and answers")
    parser.add_argument("--llm-url")
    parser.add_argument("--llm-model")
    parser.add_argument("--sets", nargs="+", help="of it-resumes, market and market-fr; all where nothing is named")
    parser.add_argument("--adverts", type=int, default=200, help="of each set, at most, that a model is asked about")
    parser.add_argument("--characters", type=int, default=1200, help="of an advert that a model is shown")
    parser.add_argument("--minutes", type=float, default=600, help="for each set; then no more is asked")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    encoders = {it: load_encoder(model, cache=options.work / "vectors.sqlite") for it, model in MODELS.items()}
    there = real() | {name: market(language) for name, language in MARKETS.items()}
    sets = {name: judged for name, judged in there.items() if name in (options.sets or there)}
    readers = {name: encoders[MARKETS.get(name, "en")] for name in sets}
    kept = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {}
    by_template = {name: written_by_template(name, judged, options.work) for name, judged in sets.items()}
    writer, rows = f"llm: {options.llm_model}" if options.llm_url else "template", {}
    for name, judged in sets.items():
        if options.llm_url:
            store, told = written_by_model(name, judged, options)
            rows[name] = told | measured(judged, store, readers[name], by_template[name])
        else:
            rows[name] = measured(judged, by_template[name], readers[name])
    writers = dict(kept.get("writers", {}))
    writers[writer] = {"sets": writers.get(writer, {}).get("sets", {}) | rows}
    missing = {} if "it-resumes" in there else {"it-resumes": "JOBFIT_SHARED_DATA is not set"}
    read_by = {language: encoder.fingerprint for language, encoder in encoders.items()}
    facts = {**describe("openvino", "numpy"), "encoders": read_by, "not_measured": missing, "writers": writers}
    print(write("hyre", facts).name)


def market(language: str) -> Judged:
    sizes = MarketSizes(held_out_candidates=PEOPLE, held_out_vacancies=OPENINGS, languages=(language,))
    return true_grades(market_of(sizes, PEOPLE, OPENINGS, SEED), MEASURES)


def in_drawn_order(judged: Judged) -> list[str]:
    """The texts of the adverts that people are ranked for, each once."""
    ids = sorted(judged.tasks[0].qrels.grades, key=lambda i: tie_key("hyre", i))
    return list(dict.fromkeys(judged.vacancies[i] for i in ids))


def written_by_template(name: str, judged: Judged, work: Path) -> GeneratedStore:
    source = TemplateHyre(load_compact())
    store = GeneratedStore.for_writing(work / f"{name}-template.jsonl", source)
    fill(store, source, in_drawn_order(judged))
    return store


def written_by_model(name: str, judged: Judged, options: argparse.Namespace) -> tuple[GeneratedStore, dict[str, Any]]:
    """Ask for what is missing until all is there or the time is up; say how it went."""
    settings = Settings(concurrency=PART, seconds=1800, answer_tokens=220, longest_answer=220, attempts=2)
    cache, failures, asked, started = options.work / "answers", Counter[str](), 0, time.monotonic()
    with Client(options.llm_url, options.llm_model, cache=cache, settings=settings) as client:
        source = LlmHyre(client)
        store = GeneratedStore.for_writing(options.work / f"{name}-llm.jsonl", source)
        for part in in_parts(in_drawn_order(judged)[: options.adverts]):
            if time.monotonic() - started > 60 * options.minutes:
                break
            lacking = [text for text in part if store.find(text) is None]
            answers = source.write_all(text[: options.characters] for text in lacking)
            failures += keep_answers(lacking, answers, store.add, lambda done: None)
            asked += len(lacking)
            print(f"{name}: {len(store)} texts", flush=True)
        spent = asdict(client.spent)
    return store, {
        "settings": dict(source.settings()), "characters": options.characters, "asked_in_this_run": asked,
        "refused_or_failed_in_this_run": dict(failures), "spent_in_this_run": spent,
        "seconds_of_this_run": round(time.monotonic() - started),
    }  # fmt: skip


def in_parts(texts: Sequence[str]) -> list[list[str]]:
    rest = iter(texts)
    return list(iter(lambda: list(islice(rest, PART)), []))


def measured(
    judged: Judged, store: GeneratedStore, encoder: Encoder, beside: GeneratedStore | None = None
) -> dict[str, Any]:
    """Rank for the adverts that ``store`` has a text for: without it, with it, and with that of ``beside``."""
    texts = {i: judged.vacancies[i] for i in judged.tasks[0].qrels.grades if store.find(judged.vacancies[i])}
    qrels = Qrels({i: judged.tasks[0].qrels.grades[i] for i in texts})
    made = {i: generated.text for i, text in texts.items() if (generated := store.find(text)) is not None}
    row: dict[str, Any] = {
        "adverts": len(texts),
        "people": len(judged.candidates),
        "empty": sum(not text for text in made.values()),
        "words, mean": round(sum(len(text.split()) for text in made.values()) / max(1, len(made)), 1),
        "copied from the advert, mean share": round(
            sum(copied_share(text, texts[i]) for i, text in made.items()) / max(1, len(made)), 3
        ),
    }
    if not texts:
        return row
    queries, people = documents(texts), documents(judged.candidates)
    readers: dict[str, Encoder] = {"without": encoder, "with": HyreEncoder(encoder, store, "query")}
    if beside is not None:
        readers["with the template's"] = HyreEncoder(encoder, beside, "query")
    for system in SYSTEMS:
        runs = {name: ranked(system, queries, people, reader, name) for name, reader in readers.items()}
        row[system] = {
            "systems": {
                name: asdict(evaluate(run, qrels, MEASURES).aggregate["nDCG@10"]) for name, run in runs.items()
            },
            **{
                f"{name} minus without": asdict(compare(runs["without"], run, qrels, MEASURES)["nDCG@10"])
                for name, run in runs.items()
                if name != "without"
            },
        }
    return row


def ranked(system: str, queries: list[Document], people: list[Document], reader: Encoder, name: str) -> Run:
    return replace(rank(system, queries, people, 100, encoder=lambda: reader), name=name)


if __name__ == "__main__":
    main()
