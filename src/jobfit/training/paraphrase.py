"""Paraphrases for augmentation: by a language model, or by the taxonomy's other names; and the synonyms of EDA."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from jobfit.documents.masking import TextKind, mask
from jobfit.encoders.generated import PARAPHRASE, Generated, GeneratedStore
from jobfit.errors import InputError
from jobfit.folding import folded
from jobfit.keyed_lines import digest_of
from jobfit.llm.client import Client
from jobfit.llm.errors import AnswerError
from jobfit.llm.prompt import Data, Prompt
from jobfit.ordering import tie_key
from jobfit.records import Stated
from jobfit.structure.terms import OccupationFinder, SkillFinder
from jobfit.taxonomy.model import Taxonomy
from jobfit.training.asking import WritesTexts
from jobfit.training.augmentation import Random, Rewrite, Unit, replaced

NAME = "taxonomy labels and sentence order (offline counterpart, not an LLM)"
PROMPT_VERSION = 1
_SWAPPED = 0.5
_INSTRUCTIONS = (
    "Rewrite the text (text) in other words and in the same language. Keep every fact: titles, skills, dates, "
    "durations, degrees, languages, places, numbers. Add nothing, leave nothing out, and keep its headings and their "
    "order. Return the rewritten text alone, as plain text."
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


@dataclass(frozen=True)
class TaxonomySynonyms:
    """The other labels of the skill or occupation that a line names, in the language in which it names it.

    The first mention of a term in a line counts; where a skill and an occupation overlap, the longer name.

    >>> from jobfit.taxonomy.model import Skill
    >>> names = TaxonomySynonyms(Taxonomy("t", {"c": Skill("c", {"en": ("computer programming", "coding")})}, {}))
    >>> [unit.synonyms for unit in names.units("Taught computer programming")]
    [(), ('coding',)]
    """

    taxonomy: Taxonomy

    @cached_property
    def _finders(self) -> tuple[SkillFinder, OccupationFinder]:
        return SkillFinder(self.taxonomy), OccupationFinder(self.taxonomy)

    def units(self, line: str) -> list[Unit]:
        units: list[Unit] = []
        position = 0
        for mention in self._mentions(line):
            quote = mention.evidence
            units += [Unit(word) for word in line[position : quote.start].split()]
            units.append(Unit(quote.text, self._others(mention)))
            position = quote.end
        return units + [Unit(word) for word in line[position:].split()]

    def _mentions(self, line: str) -> list[Stated[str]]:
        mentions = [mention for finder in self._finders for mention in finder.find(line)]
        kept: list[Stated[str]] = []
        for mention in sorted(mentions, key=lambda m: (-len(m.evidence.text), m.evidence.start)):
            quote = mention.evidence
            if all(quote.end <= other.evidence.start or other.evidence.end <= quote.start for other in kept):
                kept.append(mention)
        return sorted(kept, key=lambda m: m.evidence.start)

    def _others(self, mention: Stated[str]) -> tuple[str, ...]:
        term = self.taxonomy.skills.get(mention.value) or self.taxonomy.occupations[mention.value]
        name = folded(mention.evidence.text)
        labels = next((some for some in term.labels.values() if name in map(folded, some)), ())
        return tuple(label for label in labels if folded(label) != name)


def other_words(text: str, random: Random, synonyms: TaxonomySynonyms) -> str:
    """Return ``text`` with half of its known terms under another name, and the sentences of each line in another order.

    The offline counterpart of a paraphrase: no language model writes it.
    """
    lines = []
    for line in text.split("\n"):
        sentences = _SENTENCE.split(" ".join(replaced(synonyms.units(line), random, _SWAPPED)))
        lines.append(" ".join(sentences[i] for i in random.permutation(len(sentences))))
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class OfflineParaphrase:
    """:func:`other_words` as a source for a store; the seed and the text decide."""

    synonyms: TaxonomySynonyms
    seed: int = 0
    name: str = NAME
    kind: str = PARAPHRASE

    def settings(self) -> Mapping[str, Any]:
        return {"taxonomy": self.synonyms.taxonomy.version, "seed": self.seed}

    def write_all(self, texts: Iterable[str]) -> Iterator[Generated | AnswerError]:
        for text in texts:
            random = np.random.default_rng(int.from_bytes(tie_key(f"paraphrase {self.seed}", text), "big"))
            yield Generated(other_words(text, random, self.synonyms), digest_of(self.name, text))


class LlmParaphrase(WritesTexts):
    """A language model as the source; of the texts that it is shown, the ``vacancies`` are masked as such."""

    kind = PARAPHRASE
    prompt_version = PROMPT_VERSION
    instructions = _INSTRUCTIONS
    writes = TextKind.CV_PART  # of a text whose head was masked

    def __init__(self, client: Client, vacancies: Collection[str] = ()) -> None:
        super().__init__(client)
        self._vacancies = frozenset(vacancies)

    def prompt(self, item: str) -> Prompt:
        kind = TextKind.VACANCY if item in self._vacancies else TextKind.CV
        return Prompt(_INSTRUCTIONS, (Data("text", mask(item, kind).text),))


def rewrite_from(store: GeneratedStore) -> Rewrite:
    """Return the ``rewrite`` of an augmentation that looks texts up in ``store``, which holds paraphrases.

    A text without a paraphrase comes back as it is, and so gets no copy.
    """
    if store.kind != PARAPHRASE:
        raise InputError(f"the store holds texts of kind {store.kind!r}, not paraphrases")

    def rewrite(text: str, random: Random) -> str:
        found = store.find(text)
        return found.text if found is not None and found.text else text

    return rewrite
