"""START HERE. The whole matching chain: ``Matcher(corpus, encoder).match(query, k) -> Shortlist``.

    query ─► requirements ─► pool ─► signals ─► weigh and add ─► (rerank) ─► ledger ─► policy ─► shortlist

1. The *requirements* are those that a vacancy states, and those that a file adds or puts in their place.
2. The *pool* is everybody. Only what a person wrote under ``exclude`` leaves somebody out, for something that their
   text states; who is out is listed, with the reasons.
3. The query is rendered with everything masked that must not be read, encoded, and compared with the pool by several
   *signals*: cosines of the embeddings of texts and titles, BM25 of words, character n-grams.
4. Each counts in standard deviations over the corpus; they are added with weights learnt for this kind of text, and
   scaled so that the most similar of all has the whole similarity part of a score.
5. Copies of the advert, repetition and walls of keywords are taken out of the CVs that stand high: these count as
   their own words do. A *reranker*, where there is one, reads query and document together and reorders them.
6. The *ledger* holds each requirement against the CV, and where a candidate asks, each wish against the offer: met,
   missing or unknown, with the quote. What is met adds its share.
7. The score is the sum of these contributions, and nothing else. The *policy* makes the shortlist of them: the best
   first, unless another one is given. Nobody is rejected: a named person decides.

The same code matches in both directions and on any :class:`~jobfit.retrieval.corpus.Corpus`, in memory or in
PostgreSQL. To change a step, give the matcher another part; each part is one small protocol.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from jobfit.damping import Comparison, Damping
from jobfit.documents.masking import has_words
from jobfit.documents.render import render
from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder
from jobfit.errors import InputError
from jobfit.planted import planted
from jobfit.policy.base import BestFirst, Policy
from jobfit.policy.comparators import distance
from jobfit.policy.eligibility import eligible, needed_fields
from jobfit.policy.ledger import by_importance, ledger, wish_lines
from jobfit.policy.requirements import Requirements
from jobfit.policy.scoring import requirement_contributions
from jobfit.records import Candidate, Kind, Record, Vacancy, sides
from jobfit.retrieval.background import Turn, unturned
from jobfit.retrieval.corpus import Corpus
from jobfit.retrieval.hybrid import Similarity, Weighing, search_fed_back, turning
from jobfit.retrieval.signals import (
    DENSE,
    Characters,
    Dense,
    Lexical,
    Named,
    Signal,
    encode_queries,
    encode_titles,
    named_skills,
)
from jobfit.retrieval.weights import shipped_table
from jobfit.runs import Ranking
from jobfit.scorers.base import PersonJob, Scorer
from jobfit.shortlist import PLANTED, Contribution, Explanation, LedgerLine, Plan, Pool, Shortlist, Terms, Weighed

if TYPE_CHECKING:
    from jobfit.retrieval.memory import MemoryCorpus

DEPTH = 1000  # of each signal, how many of the most similar are held against the requirements
LOOKED_AT = 100  # of the first, how many at least are searched for planted text
RERANKED = 100  # how many of the most similar a reranker reads by default
ALWAYS_SHOWN = ("dense", "lexical")  # signals that a score shows even where they weigh nothing


class Matcher:
    """Match queries of one kind against a corpus of the other."""

    def __init__(
        self,
        corpus: Corpus,
        encoder: Encoder,
        requirements: Requirements | None = None,
        *,
        signals: Sequence[Signal] | None = None,
        weights: Weighing | None = None,
        reranker: Scorer | None = None,
        reranked: int = RERANKED,
        policy: Policy | None = None,
        today: date | None = None,
        fast: bool = False,
    ) -> None:
        """Search ``corpus`` with the ``encoder`` that made its vectors.

        signals:   what compares a query with the corpus; by default :func:`default_signals`, characters only of a
                   corpus that is not too large.
        weights:   how much each signal counts; by default the table that comes with jobfit.
        reranker:  reorders the most similar, ``reranked`` of them; none by default.
        policy:    makes the shortlist; by default the best first.
        today:     until when positions still held last; by default the date of this machine.
        fast:      compares titles, words and named skills; the vectors of whole texts are neither read nor needed.

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
        self.requirements = requirements or Requirements()
        self.signals = default_signals(corpus, turning(encoder)) if signals is None else tuple(signals)
        self.weights = weights or shipped_table(fast)
        self.fast = fast
        self.reranker = reranker
        self.reranked = reranked
        self.policy = policy or BestFirst()
        self.today = today

    @classmethod
    def from_records(
        cls,
        records: Sequence[Record],
        encoder: Encoder,
        requirements: Requirements | None = None,
        *,
        today: date | None = None,
    ) -> Matcher:
        """Render, mask, encode and index ``records`` (all candidates or all vacancies) in memory."""
        return cls(index_in_memory(records, encoder), encoder, requirements, today=today)

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
        pool = self._pool(query)
        similarity, comparison, weighed = self._similarity(query, pool, max(DEPTH, k))
        records = self.corpus.records(similarity.ids)
        lines = {document_id: self._ledger(query, records[document_id]) for document_id in similarity.ids}
        own: Mapping[str, Candidate] = {}
        if isinstance(query, Vacancy):
            near = self.reranked if self.reranker is not None else 1
            hold, credit = partial(self._ledger, query), self._required
            damping = Damping(query, comparison, hold, credit, self._most_similar, max(LOOKED_AT, k), near)
            similarity, lines, own = damping.of(records, similarity, lines)
        similarity = similarity.scaled(self._most_similar)
        if self.reranker is not None:
            similarity = rerank(query, {**records, **own}, similarity, self.reranker, self.reranked)
        explained = {
            document_id: self._explain(
                query, records[document_id], lines[document_id], row, similarity, document_id in own
            )
            for row, document_id in enumerate(similarity.ids)
        }
        scores = [explanation.score for explanation in explained.values()]
        ranking = Ranking.from_scores(query.id, similarity.ids, scores)
        plan = similarity.plan or Plan("no dense signal", True, len(pool.eligible))
        decided = self.policy.decide(ranking, pool, explained, k)
        weighed = replace(weighed, factor=similarity.factor)
        return Shortlist(query.id, pool, plan, decided.entries, decided.prices, weighed)

    def _pool(self, query: Record) -> Pool:
        """Return who is considered, and who is not and why."""
        profiles = self.corpus.profiles(needed_fields(query, self.requirements))
        return eligible(query, profiles, self.requirements, self.today)

    def _similarity(self, query: Record, pool: Pool, depth: int) -> tuple[Similarity, Comparison, Weighed]:
        """Return how similar each of the pool is to the query, by signal, how that is found out, and by which weights.

        Of a large pool it is only the most similar.
        """
        texts = self.corpus.texts()
        [encoded] = encode_queries([render(query)], self.encoder, query.kind, whole=not self.fast)
        encoded = replace(encoded, skills=named_skills(query))
        at_hand = [signal for signal in self.signals if signal.name != "characters" or texts.has_characters]
        weighed = self.weights.weigh(encoded, texts, self.encoder.fingerprint, [signal.name for signal in at_hand])
        weights = weighed.weights
        shown = () if self.fast else ALWAYS_SHOWN
        used = [signal for signal in at_hand if weights.get(signal.name) != 0 or signal.name in shown]
        among = texts.among(pool.eligible)
        turn = turning(self.encoder)

        def doubted(ids: Sequence[str]) -> set[str]:
            records = self.corpus.records(ids) if isinstance(query, Vacancy) else {}
            return {document_id for document_id, record in records.items() if planted(record.text, query.text)}

        similarity = search_fed_back(
            encoded, used, weights, texts, among, self.corpus, depth=depth, turn=turn, doubted=doubted
        )
        comparison = Comparison(similarity.asked or encoded, used, weights, self.encoder, not self.fast)
        return similarity, comparison, weighed

    def _ledger(self, query: Record, other: Record) -> tuple[LedgerLine, ...]:
        """Return each requirement held against the CV, and where a candidate asks, each wish against the offer."""
        candidate, vacancy = sides(query, other)
        requirements = self.requirements.requirements_for(vacancy, query.kind)
        lines = ledger(requirements, candidate.profile, candidate.text, self.today)
        if query.kind is Kind.CANDIDATE:
            lines += tuple(wish_lines(candidate.profile, vacancy.profile))
        return lines

    @property
    def _most_similar(self) -> float:
        """The similarity part of a score, whole."""
        return 1 - self.requirements.weights.requirements_share

    def _required(self, lines: Sequence[LedgerLine]) -> tuple[Contribution, ...]:
        return requirement_contributions(lines, self.requirements.weights.requirements_share)

    def _explain(
        self, query: Record, other: Record, lines: Sequence[LedgerLine], row: int, similarity: Similarity, own: bool
    ) -> Explanation:
        """Return what the score of one pair is made of; ``own``: by the candidate's own words alone."""
        candidate, vacancy = sides(query, other)
        similar = tuple(
            Contribution(name, float(values[row]))
            for name, values in similarity.parts.items()
            if own or name != PLANTED
        )
        pay = other.profile.salary
        terms = Terms(pay.value if pay else None, distance(candidate.profile, vacancy.profile))
        return Explanation(similar + self._required(lines), by_importance(lines), terms)


def default_signals(corpus: Corpus, turn: Turn = unturned) -> tuple[Signal, ...]:
    """Return what compares a query with a corpus: embeddings of texts and titles, words, characters, named skills."""
    vectors = {"text": corpus, "titles": corpus.titles()}
    dense, *others = (Dense(vectors[of], part, name, turn, of) for name, part, of in DENSE)
    return (dense, Lexical(corpus), Characters(corpus), *others, Named(corpus))


def rerank(
    query: Record, records: Mapping[str, Record], similarity: Similarity, scorer: Scorer, k: int = RERANKED
) -> Similarity:
    """Return the similarity with the ``k`` most similar documents in the order of the ``scorer``.

    The j-th by the scorer receives the similarity that was the j-th highest; ``reranker`` is what that adds or takes.
    So a scorer may have any scale, and requirements weigh as much as without it. Of equal scores the more similar
    document stays before the other.
    """
    ranking = Ranking.from_scores(query.id, similarity.ids, similarity.total, k)
    rows = np.array([similarity.ids.index(hit.document_id) for hit in ranking.hits], dtype=np.intp)
    own = render(query)
    others = [render(records[document_id]) for document_id in ranking.document_ids]
    pairs = [PersonJob(other, own) if isinstance(query, Vacancy) else PersonJob(own, other) for other in others]
    order = np.argsort(-scorer.score(pairs), kind="stable")
    moved = np.zeros(len(similarity.ids))
    moved[rows[order]] = similarity.total[rows] - similarity.total[rows[order]]
    return replace(similarity, parts={**similarity.parts, "reranker": moved})


def index_in_memory(records: Sequence[Record], encoder: Encoder) -> MemoryCorpus:
    """Return a corpus in memory: the ``records`` whose masked documents have words, with these and their vectors."""
    from jobfit.retrieval.memory import MemoryCorpus

    documents = [document for record in records if has_words((document := render(record)).text)]
    known = {document.id for document in documents}
    there = [record for record in records if record.id in known]
    whole = encoder.encode(documents, "document")
    if not there:
        return MemoryCorpus(there, documents, whole)
    titles = Embeddings(whole.ids, encode_titles(documents, encoder, "document", there[0].kind), whole.fingerprint)
    return MemoryCorpus(there, documents, whole, titles)
