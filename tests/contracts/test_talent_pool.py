"""The talent pool against brute force: every person, log row and skill spelt out in plain Python, memory and store.

The markets are random, with people who have everything against them: ties, no date, no record, dates to come.
"""

import itertools
import math
import random
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from jobfit.embeddings import Embeddings
from jobfit.ordering import tie_key
from jobfit.records import (
    Application,
    Candidate,
    CandidateProfile,
    Document,
    Evidence,
    Importance,
    Kind,
    Outcome,
    Requirement,
    RequirementKind,
    Source,
    Stated,
    Vacancy,
    VacancyProfile,
)
from jobfit.retrieval.memory import MemoryCorpus
from jobfit.sourcing.pool import TalentPool
from jobfit.sourcing.results import Terms
from jobfit.store.codec import Stored
from jobfit.store.repository import open_store
from jobfit.taxonomy.compact import load_compact

_NUMBERS = itertools.count(1)
TODAY = date(2026, 1, 31)
SKILLS = ("python", "sql", "java", "docker", "cooking", "git")
ESSENTIAL = ("python", "sql", "docker")
D = 4


class Fixed:
    """An encoder that has one vector for every query."""

    fingerprint, dimension = "fp", D
    vector = np.array([0.5, -0.5, 0.1, 0.7], dtype=np.float32)  # of length 1

    def encode(self, documents, role):
        assert role == "query"
        return Embeddings(tuple(d.id for d in documents), np.tile(self.vector, (len(documents), 1)), "fp")


def as_stored(vectors):
    """Return unit vectors with values of 16 bits, which both kinds of corpus keep as they are."""
    rows = np.array(vectors)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)


def market(seed):
    """Return people, their vectors (many of them equal), a log and a vacancy."""
    dice = random.Random(seed)
    people, vectors = [], []
    for n in range(60):
        held = [skill for skill in SKILLS if dice.random() < 0.4]
        text = "Has " + ", ".join(held or ["nothing"])
        at = {skill: text.index(skill) for skill in held}
        stated = tuple(Stated(s, Evidence(s, at[s], at[s] + len(s))) for s in held)
        people.append(Candidate(f"p{n:02}", text, "en", Source("s", "text", str(n)), CandidateProfile(skills=stated)))
        vectors.append([dice.choice((-1.0, 0.0, 0.5, 1.0)) for _ in range(D - 1)] + [1.0])
    log = []
    for _ in range(150):
        outcome = dice.choice([*Outcome, Outcome.REJECTED, Outcome.CENSORED])
        ago = dice.choice((None, -5, 0, 1, 30, 200, 730, 731, 732, 800))
        time = None if ago is None else datetime(2026, 1, 31, 12, tzinfo=UTC) - timedelta(days=ago)
        decided = time and dice.choice((None, time + timedelta(days=dice.choice((0, 3, 40)))))
        row = f"p{dice.randrange(66):02}", dice.choice(("v1", "v2", "v3")), outcome.value, outcome, time, decided
        log.append(Application(*row))
    unique = {(a.candidate_id, a.vacancy_id, a.time): a for a in log}
    asked = tuple(
        Requirement(f"skill:{s}", RequirementKind.SKILL, s, s, Importance.MUST if s in ESSENTIAL else Importance.NICE)
        for s in (*ESSENTIAL, "git")
    )
    vacancy = Vacancy("v1", "Wanted", "en", Source("v", "text", "v"), VacancyProfile(requirements=asked))
    return people, as_stored(vectors), list(unique.values()), vacancy


@pytest.fixture(params=["memory", "store"])
def build(request, server):
    opened = []

    def make(people, vectors, log):
        if request.param == "memory":
            documents = [Document(person.id, person.text) for person in people]
            corpus = MemoryCorpus(people, documents, Embeddings(tuple(p.id for p in people), vectors, "fp"))
            return TalentPool(corpus, log, Fixed())
        store = open_store(url=server.url, tenant=f"pool-{next(_NUMBERS)}")
        opened.append(store)
        store.put([Stored(person, ("x",), vector, "fp") for person, vector in zip(people, vectors, strict=True)])
        store.put_applications(log)
        return TalentPool(store.corpus(Kind.CANDIDATE, "fp"), store.applications(), Fixed())

    yield make
    for store in opened:
        store.close()


def in_pool(rows, terms):
    """Say why a person with these rows of the log is not in the pool, or ``None``: as the documentation tells it."""
    end = datetime(2026, 2, 1, tzinfo=UTC)
    rows = [row for row in rows if row.time is None or row.time < end]
    if not rows:
        return "never_applied"
    known = [row for row in rows if row.decided is None or row.decided < end]
    for hire in (row for row in known if row.outcome is Outcome.HIRED):
        if hire.decided is None and hire.time is None:
            return "hired"
        settled = hire.decided or hire.time + timedelta(days=180)
        if not any(row.time is not None and row.time > settled for row in rows):
            return "hired"
    if any(row.vacancy_id == "v1" for row in rows):
        return "applied_here"
    if terms.talent_pool_only and not any(row.outcome is Outcome.TALENT_POOL for row in known):
        return "other_outcome"
    days = [max(d for d in (row.time, row.decided if row in known else None) if d) for row in rows if row.time]
    if len(days) == len(rows) and max(days).date() < date(2024, 1, 31):
        return "beyond_retention"
    return None


def idf(skill):
    occupations = load_compact().occupations.values()
    return math.log((1 + len(occupations)) / (1 + sum(skill in o.essential for o in occupations))) + 1


def brute_force(people, vectors, log, terms):
    """Return the reasons of who is not in the pool, and (score, id) of who is, best first."""
    reasons, scored = {}, []
    for person, vector in zip(people, vectors.tolist(), strict=True):
        reason = in_pool([row for row in log if row.candidate_id == person.id], terms)
        if reason:
            reasons[person.id] = reason
            continue
        query = Fixed.vector.tolist()
        lengths = math.sqrt(math.fsum(x * x for x in vector)) * math.sqrt(math.fsum(x * x for x in query))
        cosine = math.fsum(a * b for a, b in zip(vector, query, strict=True)) / lengths
        held = {stated.value for stated in person.profile.skills}
        coverage = sum(idf(s) for s in ESSENTIAL if s in held) / sum(map(idf, ESSENTIAL))
        scored.append((terms.alpha * cosine + (1 - terms.alpha) * coverage, person.id))
    # Sums in another order differ in the last bits; scores that are equal but for those are ties.
    return reasons, sorted(scored, key=lambda row: (-round(row[0], 12), tie_key("v1", row[1])))


@pytest.mark.parametrize("seed", range(6))
def test_pool_order_and_counts_are_those_of_brute_force(build, seed):
    people, vectors, log, vacancy = market(seed)
    pool = build(people, vectors, log)
    for alpha, only, k in ((0.5, False, 100), (0.0, False, 7), (1.0, False, 7), (0.3, True, 100), (0.7, False, 1)):
        terms = Terms(TODAY, talent_pool_only=only, alpha=alpha)
        reasons, expected = brute_force(people, vectors, log, terms)
        found = pool.source(vacancy, terms, k)
        assert [entry.candidate.id for entry in found.entries] == [who for _, who in expected[:k]]
        assert [entry.score for entry in found.entries] == pytest.approx(
            [score for score, _ in expected[:k]], abs=1e-12
        )
        for reason in ("never_applied", "hired", "applied_here", "other_outcome", "beyond_retention"):
            assert getattr(found.counts, reason) == list(reasons.values()).count(reason), reason
        assert found.counts.pool == len(expected) > 0
        later = sum(row.time is not None and row.time >= datetime(2026, 2, 1, tzinfo=UTC) for row in log)
        strangers = {row.candidate_id for row in log} - {person.id for person in people}
        assert (found.log.later, found.log.without_record) == (later, len(strangers))


def test_person_of_two_tenants_stands_in_each_as_its_own_log_says(server):
    people, vectors, _, vacancy = market(0)
    pools = {}
    for name, outcome in (("one", Outcome.HIRED), ("other", Outcome.REJECTED)):
        with open_store(url=server.url, tenant=name) as store:
            store.put([Stored(people[0], ("x",), vectors[0], "fp")])
            time = datetime(2026, 1, 5, tzinfo=UTC)
            store.put_applications([Application(people[0].id, "v2", outcome.value, outcome, time)])
            pool = TalentPool(store.corpus(Kind.CANDIDATE, "fp"), store.applications(), Fixed())
            pools[name] = [entry.candidate.id for entry in pool.source(vacancy, Terms(TODAY)).entries]
    assert pools == {"one": [], "other": ["p00"]}
