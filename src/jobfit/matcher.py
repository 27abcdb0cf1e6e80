"""START HERE. The whole matching chain: ``Matcher(corpus, encoder).match(query, k) -> Shortlist``.

    query ──► requirements ──► pool ──► dense + words + characters ──► fuse ──► ledger ──► shortlist

1. The *policy* turns a vacancy into its requirements: its own, and those that a policy file adds or replaces.
2. The *pool* is everybody whose text does not rule them out. Silence keeps a person in. Who is out is listed, with the
   reasons.
3. The query is rendered with everything masked that must not be read, encoded, and compared with the pool: cosine of
   the embeddings, BM25 of words, and character n-grams.
4. Each is on a scale from 0 to 1; they are added with weights learnt for this kind of text and language, and scaled so
   that the most similar of all has the whole similarity part of a score.
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
from jobfit.policy.requirements import Requirements
from jobfit.policy.scoring import requirement_contributions
from jobfit.records import Candidate, Record, Vacancy
from jobfit.retrieval.corpus import Corpus
from jobfit.retrieval.fusion import Part, fuse
from jobfit.retrieval.kinds import kind_of_comparison, language_of
from jobfit.retrieval.weights import Weights, WeightTable, shipped_table
from jobfit.runs import Ranking
from jobfit.shortlist import Contribution, Decision, LedgerLine, Plan, Pool, Shortlist

if TYPE_CHECKING:
    from jobfit.retrieval.memory import MemoryCorpus

DEPTH = 1000  # how many of the most similar are held against the requirements; the rest cannot reach a shortlist


class Matcher:
    """Match queries of one kind against a corpus of the other."""

    def __init__(
        self, corpus: Corpus, encoder: Encoder, policy: Requirements | None = None, table: WeightTable | None = None
    ) -> None:
        """Search ``corpus`` with the ``encoder`` that made its vectors; ``table`` weighs the signals.

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
        self.policy = policy or Requirements()
        self.table = table or shipped_table()

    @classmethod
    def from_records(cls, records: Sequence[Record], encoder: Encoder, policy: Requirements | None = None) -> Matcher:
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
        similarity = _scaled(fuse(parts), 1 - self.policy.weights.requirements_share)
        records = self.corpus.records(list(similarity))
        explained = {id: self._explain(query, records[id], scores) for id, scores in similarity.items()}
        return Shortlist(query.id, pool, plan, _decide(query.id, explained, k))

    def _search(self, query: Record, pool: Pool, depth: int) -> tuple[list[Part], Plan]:
        """Return the rankings of the pool with their weights, and how the dense search was done.

        What the taxonomy finds in both texts is counted by the ledger, so it has no weight here.
        """
        document = render(query)
        vector = self.encoder.encode([document], "query").vectors[0]
        weights = self._weights(document.text)
        dense, plan = self.corpus.dense(query.id, vector, pool.eligible, depth)
        asked = query.id, document.text, pool.eligible, depth
        parts = [
            Part("dense", dense, weights.dense, depth),
            Part("lexical", self.corpus.lexical(*asked), weights.lexical, depth),
        ]
        if weights.characters:
            parts.append(Part("characters", self.corpus.characters(*asked), weights.characters, depth))
        return parts, plan

    def _weights(self, text: str) -> Weights:
        """Return the weights for a query text against this corpus."""
        searched, language = self.corpus.nature()
        kind = kind_of_comparison(text, searched)
        weights = self.table.weights(kind, language_of(text, language), self.encoder.fingerprint).without("taxonomy")
        return weights if self.corpus.has_characters() else weights.without_characters()

    def _explain(
        self, query: Record, other: Record, similarity: Mapping[str, float]
    ) -> tuple[tuple[Contribution, ...], tuple[LedgerLine, ...]]:
        """Return the contributions and the ledger of one pair."""
        vacancy, candidate = (query, other) if isinstance(query, Vacancy) else (other, query)
        assert isinstance(vacancy, Vacancy) and isinstance(candidate, Candidate)
        lines = ledger(self.policy.requirements_for(vacancy), candidate.profile, candidate.text)
        base = tuple(Contribution(name, value) for name, value in similarity.items())
        return base + requirement_contributions(lines, self.policy.weights.requirements_share), lines


def _scaled(similarity: Mapping[str, Mapping[str, float]], most: float) -> dict[str, dict[str, float]]:
    """Return the parts of each similarity times one factor, so that the largest sum is ``most`` (all 0 stays 0).

    Weighted signals of whole documents are small numbers (0.2 is much), and what is much differs from query to query.
    """
    largest = max((sum(parts.values()) for parts in similarity.values()), default=0.0)
    factor = most / largest if largest > 0 else 0.0
    return {id: {name: value * factor for name, value in parts.items()} for id, parts in similarity.items()}


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
