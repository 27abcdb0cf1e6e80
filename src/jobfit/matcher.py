"""START HERE. The whole matching chain: ``Matcher(corpus, encoder).match(query, k) -> Shortlist``.

    query ──► requirements ──► pool ──► dense + BM25 ──► fuse ──► ledger ──► shortlist

1. The *policy* turns a vacancy into its requirements: its own, and those that a policy file adds or replaces.
2. The *pool* is everybody whose text does not rule them out. Silence keeps a person in. Who is out is listed, with the
   reasons.
3. The query is rendered with everything masked that must not be read, encoded, and compared with the pool: cosine of
   the embeddings, and BM25.
4. Both are scaled to [0, 1] and added with their weights: the similarity part of a score.
5. The *ledger* holds each requirement against the CV: met, missing or unknown, with the quote. Each requirement that is
   met adds its share.
6. The score is the sum of these contributions, and nothing else. Nobody is rejected: a named person decides.

The same code matches in both directions and on any :class:`~jobfit.retrieval.corpus.Corpus`, in memory or in
PostgreSQL.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jobfit.documents.render import render
from jobfit.encoders.base import Encoder
from jobfit.errors import InputError
from jobfit.policy.eligibility import eligible, needed_fields
from jobfit.policy.ledger import ledger
from jobfit.policy.policy import Policy
from jobfit.policy.scoring import requirement_contributions
from jobfit.records import Candidate, Record, Vacancy
from jobfit.retrieval.corpus import Corpus
from jobfit.retrieval.fusion import Part, dense_share, fuse
from jobfit.runs import Ranking
from jobfit.shortlist import Contribution, Decision, LedgerLine, Plan, Pool, Shortlist

if TYPE_CHECKING:
    from jobfit.retrieval.memory import MemoryCorpus

DEPTH = 1000  # how many of the most similar are held against the requirements; the rest cannot reach a shortlist


class Matcher:
    """Match queries of one kind against a corpus of the other."""

    def __init__(self, corpus: Corpus, encoder: Encoder, policy: Policy | None = None) -> None:
        """Search ``corpus`` with the ``encoder`` that made its vectors.

        Raises:
            InputError: the corpus was encoded by another encoder.
        """
        if corpus.fingerprint != encoder.fingerprint:
            raise InputError(
                f"the corpus holds vectors of {corpus.fingerprint}, the query would be encoded by "
                f"{encoder.fingerprint}: ingest again with this model, or ask with the other one"
            )
        self.corpus = corpus
        self.encoder = encoder
        self.policy = policy or Policy()

    @classmethod
    def from_records(cls, records: Sequence[Record], encoder: Encoder, policy: Policy | None = None) -> Matcher:
        """Render, mask, encode and index ``records`` (all candidates or all vacancies) in memory."""
        return cls(index_in_memory(records, encoder), encoder, policy)

    def match(self, query: Record, k: int = 10) -> Shortlist:
        """Return the ``k`` best of the pool for ``query``, each with its score, ledger and contributions.

        Fewer than ``k`` come back when the pool is smaller; an empty pool gives an empty shortlist with its exclusions.

        Raises:
            InputError: ``k`` < 1, or the query is of the same kind as the corpus.
        """
        if k < 1:
            raise InputError(f"k must be at least 1, not {k}")
        if query.kind is self.corpus.kind:
            raise InputError(f"a {query.kind} is matched with {query.kind.other} records, not with its own kind")
        pool = eligible(query, self.corpus.profiles(needed_fields(query, self.policy)), self.policy)
        parts, plan = self._search(query, pool, max(DEPTH, k))
        similarity = fuse(parts)
        records = self.corpus.records(list(similarity))
        explained = {id: self._explain(query, records[id], scores) for id, scores in similarity.items()}
        return Shortlist(query.id, pool, plan, _decide(query.id, explained, k))

    def _search(self, query: Record, pool: Pool, depth: int) -> tuple[list[Part], Plan]:
        """Return the dense and the lexical ranking of the pool, and how the dense search was done."""
        document = render(query)
        vector = self.encoder.encode([document], "query").vectors[0]
        similarity = 1 - self.policy.weights.requirements_share
        share = dense_share(query.language)
        dense, plan = self.corpus.dense(query.id, vector, pool.eligible, depth)
        lexical = self.corpus.lexical(query.id, document.text, pool.eligible, depth)
        return [
            Part("dense", dense, similarity * share),
            Part("lexical", lexical, similarity * (1 - share)),
        ], plan

    def _explain(
        self, query: Record, other: Record, similarity: Mapping[str, float]
    ) -> tuple[tuple[Contribution, ...], tuple[LedgerLine, ...]]:
        """Return the contributions and the ledger of one pair."""
        vacancy, candidate = (query, other) if isinstance(query, Vacancy) else (other, query)
        assert isinstance(vacancy, Vacancy) and isinstance(candidate, Candidate)
        lines = ledger(self.policy.requirements_for(vacancy), candidate.profile, candidate.text)
        base = tuple(Contribution(name, value) for name, value in similarity.items())
        return base + requirement_contributions(lines, self.policy.weights.requirements_share), lines


def _decide(
    query_id: str, explained: Mapping[str, tuple[tuple[Contribution, ...], tuple[LedgerLine, ...]]], k: int
) -> tuple[Decision, ...]:
    """Order by the sum of the contributions and number the first ``k``."""
    ids = list(explained)
    scores = [math.fsum(part.value for part in explained[id][0]) for id in ids]
    ranking = Ranking.from_scores(query_id, ids, scores, k)
    return tuple(
        Decision(hit.document_id, rank, hit.score, *explained[hit.document_id])
        for rank, hit in enumerate(ranking.hits, start=1)
    )


def index_in_memory(records: Sequence[Record], encoder: Encoder) -> MemoryCorpus:
    """Return a corpus in memory: ``records`` with their masked documents and their vectors."""
    from jobfit.retrieval.memory import MemoryCorpus

    documents = [render(record) for record in records]
    return MemoryCorpus(records, documents, encoder.encode(documents, "document"))
