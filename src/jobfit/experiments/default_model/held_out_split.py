"""What is held out: whole blocks of occupations, skills and ROME codes, and every text that would give them away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from jobfit.experiments.default_model.recipe import HeldOutSettings
from jobfit.experiments.default_model.sources import TEST as PUBLISHED_TEST
from jobfit.experiments.default_model.sources import RomeTitle, Sentence, Sources
from jobfit.taxonomy.linking.mentions import fold_all
from jobfit.taxonomy.model import Occupation, Skill, Taxonomy

TRAIN, VALIDATION, TEST = "train", "validation", "test"


def share(key: object, of: int) -> int:
    """Return a number below ``of`` that depends on ``key`` alone.

    >>> share("F1402", 3)
    1
    """
    return int.from_bytes(blake2b(str(key).encode(), digest_size=8).digest(), "big") % of


def block_of(term: Occupation | Skill) -> str:
    """Return the block that a concept is dealt out with: its ISCO unit group, or what is directly above it."""
    return getattr(term, "isco", "") or (min(term.broader) if term.broader else term.id)


@dataclass(frozen=True, slots=True)
class HeldOutSplit:
    """Which part a concept or text is in; texts are compared by their folded words, in any order, gender and number."""

    settings: HeldOutSettings
    refused: frozenset[frozenset[str]] = frozenset()

    @classmethod
    def of(cls, sources: Sources, settings: HeldOutSettings) -> HeldOutSplit:
        split = cls(settings)
        return cls(settings, frozenset(words(split._kept_texts(sources))))

    def _kept_texts(self, sources: Sources) -> Iterator[str]:
        for term in _concepts(sources.taxonomy):
            if self.part(term) != TRAIN:
                yield from (text for labels in (term.labels, term.hidden) for some in labels.values() for text in some)
                if term.description:
                    yield term.description
        yield from (title.text for title in sources.rome if self.part_of_title(title) != TRAIN)
        yield from (one.text for one in sources.sentences if self.part_of_sentence(one) != TRAIN)

    def part(self, term: Occupation | Skill) -> str:
        return self._dealt(block_of(term))

    def _dealt(self, block: str) -> str:
        if share((self.settings.seed, TEST, block), self.settings.test) == 0:
            return TEST
        return VALIDATION if share((self.settings.seed, VALIDATION, block), self.settings.validation) == 0 else TRAIN

    def part_of_title(self, title: RomeTitle) -> str:
        """Return the part of a ROME title: by its code, in the last third those that title linking is tested on."""
        if share(title.code, self.settings.rome_test) == self.settings.rome_test - 1:
            return TEST
        kept = share((self.settings.seed, VALIDATION, title.code), self.settings.validation) == 0
        return VALIDATION if kept else TRAIN

    def part_of_sentence(self, sentence: Sentence) -> str:
        """Return the part of a sentence: as published for tests; a third of the others validates."""
        if sentence.part == PUBLISHED_TEST:
            return TEST
        return VALIDATION if share((self.settings.seed, VALIDATION, sentence.text), 3) == 0 else TRAIN

    def learnable(self, texts: Iterable[str]) -> list[str]:
        """Return those of ``texts`` that training may read, in order."""
        some = list(texts)
        return [text for text, folded in zip(some, words(some)) if folded not in self.refused]


def words(texts: Iterable[str]) -> list[frozenset[str]]:
    """Return the folded words of each text; where only filler words are left, the text itself in lower case."""
    some = list(texts)
    return [frozenset(found) or frozenset([text.casefold()]) for text, found in zip(some, fold_all(some))]


def _concepts(taxonomy: Taxonomy | None) -> Iterator[Occupation | Skill]:
    if taxonomy:
        yield from taxonomy.occupations.values()
        yield from taxonomy.skills.values()
