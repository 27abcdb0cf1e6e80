"""Graded lists of numbers for ``benchmarks/ltr.py``: signals of the simulated market, and a sample of MSLR-WEB10K."""

from __future__ import annotations

import re
import tarfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jobfit.documents.render import render
from jobfit.encoders.base import Encoder
from jobfit.ordering import order
from jobfit.policy.ledger import ledger
from jobfit.policy.requirements import Requirements
from jobfit.policy.scoring import requirement_contributions
from jobfit.reading import candidate_from_text, vacancy_from_text
from jobfit.records import Candidate, Kind, RequirementKind, Vacancy
from jobfit.retrieval.memory import MemoryDocuments
from jobfit.retrieval.signals import encode_queries
from jobfit.shortlist import LedgerLine, Status
from jobfit.simulation.market import simulate
from jobfit.simulation.page import plain
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.truth import grades
from jobfit.training.signals import SignalLists

KINDS = tuple(RequirementKind)
SIGNALS = ("dense", "lexical", "characters", "taxonomy", "ledger", *(f"ledger:{kind.value}" for kind in KINDS))


def market_lists(candidates: int, vacancies: int, seed: int, length: int, encoder: Encoder) -> SignalLists:
    """The ``length`` candidates that cosine and BM25 together find for each vacancy, their signals, their true grades.

    Everything is read from masked texts, as in a match; the grades are the market's truth.
    """
    market = simulate(MarketSettings(candidates=candidates, vacancies=vacancies), seed)
    people = [candidate_from_text(plain(page), id=id_) for id_, page in market.cvs.items()]
    openings = [vacancy_from_text(plain(page), id=id_) for id_, page in market.vacancies.items()]
    place = {person.id: row for row, person in enumerate(market.people)}
    documents = [render(person) for person in people]
    corpus = MemoryDocuments(documents, encoder)
    by_name = {signal.name: signal for signal in corpus.signals}
    signals = [by_name[name] for name in ("dense", "lexical", "characters", "taxonomy")]
    among = corpus.texts().among([person.id for person in people])
    truth = grades(market.q)
    column = {opening.id: number for number, opening in enumerate(market.openings)}
    tables, judged = [], []
    for query, opening in zip(encode_queries([render(one) for one in openings], encoder), openings, strict=True):
        values = np.stack([signal.scores(query, among).filled() for signal in signals], axis=1)
        best = order(query.id, list(among.ids), values[:, 0] + values[:, 1], length)
        tables.append(np.hstack([values[best], np.stack([_ledger(opening, people[row]) for row in best])]))
        judged.append(truth[[place[people[row].id] for row in best], column[opening.id]])
    table = np.stack(tables).astype(np.float32)
    return SignalLists(SIGNALS, table, np.stack(judged), np.zeros(table.shape[:2], dtype=bool))


def _ledger(vacancy: Vacancy, candidate: Candidate) -> NDArray[np.float64]:
    """What the ledger adds to a whole score, and of each kind of requirement (met - missing) / asked, 0 if none."""
    lines = ledger(Requirements().requirements_for(vacancy, Kind.VACANCY), candidate.profile, candidate.text, None)
    met = sum(part.value for part in requirement_contributions(lines, 1.0))
    return np.array([met, *(_balance([line for line in lines if line.requirement.kind is kind]) for kind in KINDS)])


def _balance(lines: list[LedgerLine]) -> float:
    worth = {Status.MET: 1, Status.MISSING: -1}
    return sum(worth.get(line.status, 0) for line in lines) / len(lines) if lines else 0.0


def mslr_sample(archive: Path) -> SignalLists:
    """The sample of MSLR-WEB10K that the source package of ``rankeval`` 0.8.2 carries: 86 queries of fold 1.

    136 features as published, those above 0 with large values on a logarithmic scale: sign(x) log(1 + |x|).
    """
    queries: dict[str, list[tuple[int, list[float]]]] = {}
    with tarfile.open(archive) as content:
        for part in ("train", "test"):
            file = content.extractfile(f"rankeval-0.8.2/rankeval/test/data/msn1.fold1.{part}.5k.txt")
            assert file is not None
            for line in file.read().decode().splitlines():
                grade, query, *features = line.split()
                values = [float(re.sub(r"^\d+:", "", one)) for one in features]
                queries.setdefault(f"{part} {query}", []).append((int(grade), values))
    longest = max(map(len, queries.values()))
    width = len(next(iter(queries.values()))[0][1])
    table = np.zeros((len(queries), longest, width), dtype=np.float32)
    judged, left_out = np.zeros(table.shape[:2], dtype=np.int64), np.ones(table.shape[:2], dtype=bool)
    for row, judgements in enumerate(queries.values()):
        judged[row, : len(judgements)] = [grade for grade, _ in judgements]
        table[row, : len(judgements)] = [values for _, values in judgements]
        left_out[row, : len(judgements)] = False
    names = tuple(str(number) for number in range(1, width + 1))
    return SignalLists(names, (np.sign(table) * np.log1p(np.abs(table))).astype(np.float32), judged, left_out)
