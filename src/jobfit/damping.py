"""Planted text does not pay: a CV that holds some counts as if its person had not put it in.

What :mod:`jobfit.planted` finds for this vacancy is blanked, the rest is read, masked and encoded again, and every
signal compares that with the query, on the scale that the query has for everybody. The difference stands among the
contributions as ``planted``, at most 0: taking text out never helps. Where few other words stand between planted ones,
the CV is read with these and without them, and what is less similar counts. A requirement that only planted text meets
is unknown, with its quote. Whoever planted nothing keeps every bit of what they had. Nobody is left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from jobfit.documents.masking import has_words
from jobfit.documents.render import render
from jobfit.encoders.base import Encoder
from jobfit.encoders.hyre import plain
from jobfit.encoders.routing import unkept
from jobfit.ordering import order
from jobfit.planted import planted, without
from jobfit.reading import read_candidate_text
from jobfit.records import Candidate, Record, Vacancy
from jobfit.retrieval.hybrid import Similarity
from jobfit.retrieval.lexical import terms
from jobfit.retrieval.signals import Query, Signal, Standing, encode_titles, named_skills
from jobfit.shortlist import PLANTED, Contribution, LedgerLine, Status

Lines = tuple[LedgerLine, ...]
_BETWEEN = 8  # words at most that stand between two planted passages and may be fillers


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one query is compared with documents: its ``signals``, what each weighs, and the ``encoder`` of texts.

    whole: whether whole texts are encoded beside titles.
    """

    query: Query
    signals: Sequence[Signal]
    weights: Mapping[str, float]
    encoder: Encoder
    whole: bool = True

    def similarities(self, candidates: Sequence[Candidate]) -> list[float]:
        """Return how similar each is to the query, whether it is in the corpus or not; 0 where it has no words."""
        rendered = [render(candidate) for candidate in candidates]
        # As if nothing had stood in the blanks: a short text is its own title, however many there are.
        documents = [replace(document, text=re.sub(" {2,}", " ", document.text).strip()) for document in rendered]
        there = [document for document in documents if has_words(document.text)]
        if not there:
            return [0.0] * len(candidates)
        encoder = unkept(plain(self.encoder))  # the vectors of a changed text are kept nowhere
        titles = encode_titles(there, encoder, "document", candidates[0].kind)
        texts = encoder.encode(there, "document").vectors if self.whole else titles
        rows = {document.id: row for row, document in enumerate(there)}
        return [
            self._similarity(Standing(terms(document.text), texts[row], titles[row], named_skills(candidate)))
            if (row := rows.get(document.id)) is not None
            else 0.0
            for candidate, document in zip(candidates, documents, strict=True)
        ]

    def _similarity(self, document: Standing) -> float:
        weighed = ((self.weights[signal.name], signal) for signal in self.signals)
        return sum(weight * signal.score_of(self.query, document) for weight, signal in weighed if weight)


@dataclass(frozen=True, slots=True)
class Damping:
    """How planted text is looked for among candidates, and taken out.

    comparison:   how similar others are to the ``vacancy``.
    hold:         holds the requirements against a candidate; ``credit`` says what such lines add to a score.
    most_similar: the whole similarity part of a score, which the most similar has.
    first:        how many of the highest scores are looked at, and ``near`` how many of the most similar: a reranker
                  reads them, and the best of them is what all are scaled by.
    """

    vacancy: Vacancy
    comparison: Comparison
    hold: Callable[[Record], Lines]
    credit: Callable[[Lines], Sequence[Contribution]]
    most_similar: float
    first: int
    near: int

    def of(
        self, records: Mapping[str, Record], similarity: Similarity, lines: Mapping[str, Lines]
    ) -> tuple[Similarity, dict[str, Lines], dict[str, Candidate]]:
        """Look for planted text in whoever stands high, until all who stand there were looked at.

        records: the candidates of the ``similarity``, whose ledgers the ``lines`` are.

        Return the similarity less what planted text gave, the lines of their own words, and who planted some, by their
        own words alone.
        """
        kept, own = dict(lines), dict[str, Candidate]()
        required = np.array([self._required(kept[document_id]) for document_id in similarity.ids])
        similar: dict[str, float] = {}
        looked: set[str] = set()
        while True:
            now = damped(similarity, similar)
            scores = now.scaled(self.most_similar).total + required
            highest = order(self.vacancy.id, now.ids, scores, self.first).tolist()
            rows = [*highest, *order(self.vacancy.id, now.ids, now.total, self.near).tolist()]
            fresh = {now.ids[row]: row for row in rows if now.ids[row] not in looked}
            if not fresh:
                return now, kept, own
            looked |= fresh.keys()
            candidates = {i: record for i in fresh if isinstance(record := records[i], Candidate)}
            found = {i: said for i, one in candidates.items() if (said := own_words(self.vacancy, one))}
            own |= {i: said[0] for i, said in found.items()}
            for reading in range(max(map(len, found.values()), default=0)):
                some = {i: said[reading] for i, said in found.items() if reading < len(said)}
                for i, value in zip(some, self.comparison.similarities(list(some.values())), strict=True):
                    similar[i] = min(value, similar.get(i, value))
            for i in found:
                kept[i] = own_lines(kept[i], self.hold(own[i]), candidates[i], own[i].text)
                required[fresh[i]] = self._required(kept[i])

    def _required(self, lines: Lines) -> float:
        return math.fsum(part.value for part in self.credit(lines))


def own_words(vacancy: Vacancy, candidate: Candidate) -> tuple[Candidate, ...]:
    """Return the candidate as their own words say it, first without any word that may be planted.

    Then, where there are some, with those that may be their own (``between_copy``), and without the few that are left
    between planted ones. Nothing where nothing is planted.

    Places and lines stay, so that every quote stands in the CV. The name of the profile is the one that was read.
    """
    found = planted(candidate.text, vacancy.text)
    sure = [one for one in found if one.code != "between_copy"]
    readings = ((found, 0), (sure, 0), (found, _BETWEEN))
    texts = dict.fromkeys(without(candidate.text, one, between) for one, between in readings if one)
    return tuple(_saying(candidate, text) for text in texts)


def _saying(candidate: Candidate, text: str) -> Candidate:
    if not text.strip():
        text = f".{text[1:]}"  # a record needs some text; this has no words
    profile, held = read_candidate_text(text).profile, candidate.profile
    profile = replace(profile, name=held.name, dates_explained=profile.dates_explained and held.dates_explained)
    return replace(candidate, text=text, profile=profile)


def own_lines(lines: Sequence[LedgerLine], own: Sequence[LedgerLine], candidate: Candidate, text: str) -> Lines:
    """Return the ledger ``lines`` of a candidate less what only planted text meets.

    own:   the ledger of the same requirements held against the candidate's own words, whose ``text`` it is. Where that
           says nothing of a requirement, the line is unknown and quotes what was planted.

    A line whose quote still stands in that text stays: a profile may come from elsewhere than from the text.
    """
    return tuple(
        line if _stands(line, candidate, text) else _without(line, other)
        for line, other in zip(lines, own, strict=True)
    )


def _stands(line: LedgerLine, candidate: Candidate, text: str) -> bool:
    quote = line.evidence
    if line.status is not Status.MET or quote is None:
        return True
    return text[quote.start : quote.end] == candidate.text[quote.start : quote.end]


def _without(line: LedgerLine, other: LedgerLine) -> LedgerLine:
    return other if other.evidence is not None else replace(line, status=Status.UNKNOWN, degree=None)


def damped(similarity: Similarity, own: Mapping[str, float]) -> Similarity:
    """Return the similarity with a part ``planted``, which takes those in ``own`` down to what their own words have."""
    if not own:
        return similarity
    rows = {document_id: row for row, document_id in enumerate(similarity.ids)}
    total = replace(similarity, parts={n: v for n, v in similarity.parts.items() if n != PLANTED}).total
    less = 0.0 * total
    for document_id, value in own.items():
        less[rows[document_id]] = min(0.0, value - total[rows[document_id]])
    return replace(similarity, parts={**similarity.parts, PLANTED: less})
