"""The skills that a text itself names, each with its quote. Nothing here is implied by an occupation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jobfit.folding import plain
from jobfit.ordering import order
from jobfit.records import Evidence
from jobfit.taxonomy.linking.candidates import FEATURES, Candidates, Readings, compare
from jobfit.taxonomy.linking.linker import Linker, Match
from jobfit.taxonomy.linking.mentions import STOP, stem
from jobfit.taxonomy.linking.model import Model

_TOKEN = re.compile(r"[^\W_]+(?:&[^\W_]+)?[+#]*")
_STOPS = re.compile(r"[;:!?•\n\r\t|]|\.(?![^\W_])")  # no skill runs across these; the dot of "node.js" is not one
_SHORT = 2  # a label of up to so many words must be there whole
_SAID = 0.75  # share, by IDF, of a longer label's words that must be there
_SLACK = 2  # words that may stand between those of a label
_PROFILE = FEATURES.index("profile")


@dataclass(frozen=True, slots=True)
class Evidenced:
    """A skill and the words of the text that name it."""

    match: Match
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int
    clause: int


class SkillFinder:
    """Finds skills in texts with the labels and the calibration of a :class:`Linker`.

    A span is compared with a label where it has all of the label's words (of a label of three words or more, three
    quarters by IDF), in any order and with at most two words between; inflections and word order may differ.
    ``language`` and ``threshold`` are those of :meth:`Linker.link`.

    >>> from jobfit.taxonomy.compact import load_compact
    >>> finder = SkillFinder(Linker(load_compact(), "skill"), "en")
    >>> [(s.match.id, s.evidence.text, s.evidence.start) for s in finder.skills_in("You write Python and C# daily.")]
    [('python', 'Python', 10), ('c-sharp', 'C#', 21)]
    """

    def __init__(self, linker: Linker, language: str | None = None, threshold: float | None = None) -> None:
        self.linker, self.language = linker, language
        self.model: Model = linker.model(language)
        self.threshold = self.model.threshold if threshold is None else threshold

    def skills_in(self, text: str) -> list[Evidenced]:
        """Return the skills that ``text`` names, in its order; spans do not overlap.

        Where candidates overlap the more probable one stays, then the longer, then the earlier. Each span has one
        skill; a skill may be named by several spans. Empty where nothing is found.
        """
        chosen: list[tuple[int, int, Match]] = []
        for start, end, match in sorted(self._matches(text), key=lambda m: (-m[2].score, m[0] - m[1], m[0])):
            if match.score >= self.threshold and all(end <= a or start >= b for a, b, _ in chosen):
                chosen.append((start, end, match))
        chosen.sort(key=lambda one: one[:2])
        return [Evidenced(match, Evidence(text[start:end], start, end)) for start, end, match in chosen]

    def compared(self, text: str) -> list[tuple[int, int, Candidates]]:
        """Return every span that may name a skill (start, end), with the concepts compared: what is fitted on."""
        tokens = _tokens(text)
        possible = list(dict.fromkeys(self._candidates(tokens)))
        if not possible:
            return []
        labels = self.linker.labels
        number = {span: i for i, span in enumerate(dict.fromkeys(span for span, _ in possible))}
        bags = [dict.fromkeys((t.word for t in tokens[a : b + 1]), 1.0) for a, b in number]
        reading, row = np.array([(number[span], row) for span, row in possible]).T
        features = compare(labels, Readings(labels, bags, range(len(bags))), reading, row)
        features[:, _PROFILE] = self.linker.profiles(self.language).cosines(bags, reading, labels.owner[row])
        best = Candidates(reading, row, labels.owner[row], features).best(self.model.scores(features))
        parts = best.by_mention(len(bags))
        return [(tokens[first].start, tokens[last].end, part) for (first, last), part in zip(number, parts)]

    def _matches(self, text: str) -> Iterator[tuple[int, int, Match]]:
        labels = self.linker.labels
        for start, end, part in self.compared(text):
            scores = self.model.scores(part.features)
            top = order(text[start:end], [labels.ids[c] for c in part.concept], scores, 1)[0]
            chance = float(self.model.probabilities(scores, part.features)[top])
            yield start, end, Match(labels.ids[part.concept[top]], chance, labels.text[part.row[top]])

    def _candidates(self, tokens: Sequence[_Token]) -> Iterator[tuple[tuple[int, int], int]]:
        """Yield (first and last token, label row) where a label's words stand around a place of its rarest word."""
        words = self.linker.labels.words
        for here, token in enumerate(tokens):
            for row in self._anchored.get(token.word, ()):
                if span := self._around(tokens, here, words[row]):
                    yield span, row

    def _around(self, tokens: Sequence[_Token], here: int, label: Sequence[str]) -> tuple[int, int] | None:
        """Return the first and last token of ``label`` around position ``here``, if enough of it is there."""
        if len(label) == 1:
            return here, here
        reach, wanted = len(label) - 1 + _SLACK, set(label)
        places = {tokens[here].word: here}
        for i in sorted(range(max(0, here - reach), min(len(tokens), here + reach + 1)), key=lambda i: abs(i - here)):
            token = tokens[i]
            if token.word in wanted and token.clause == tokens[here].clause:
                places.setdefault(token.word, i)
        if len(places) < len(wanted) and (len(wanted) <= _SHORT or self._worth(places) < _SAID * self._worth(wanted)):
            return None
        first, last = min(places.values()), max(places.values())
        return (first, last) if last - first < len(places) + _SLACK else None

    def _worth(self, words: Iterable[str]) -> float:
        return sum(map(self.linker.labels.space.idf, words))

    @cached_property
    def _anchored(self) -> dict[str, list[int]]:
        """Label rows by the rarest word of the label."""
        labels, anchored = self.linker.labels, defaultdict(list)
        first: dict[tuple[int, tuple[str, ...]], int] = {}
        for row in labels.view(self.language).rows.tolist():
            first.setdefault((int(labels.owner[row]), labels.words[row]), row)
        for (_, words), row in first.items():
            if words:
                anchored[max(words, key=lambda word: (labels.space.idf(word), word))].append(row)
        return dict(anchored)


def _tokens(text: str) -> list[_Token]:
    """Return the words that count, folded, with their place in ``text`` and the number of their clause."""
    stops = [match.start() for match in _STOPS.finditer(text)]
    matches = list(_TOKEN.finditer(text))
    clauses = np.searchsorted(stops, [match.start() for match in matches]).tolist()
    tokens = [(plain(match.group()), match, clause) for match, clause in zip(matches, clauses)]
    return [_Token(stem(word), match.start(), match.end(), c) for word, match, c in tokens if word not in STOP]
