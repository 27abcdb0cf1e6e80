"""LGIR's completed resumes: what an encoder reads of a person beside the CV. Representation only, never a fact.

    interactive   from the CV and the vacancies that the person interacted with (IRC)
    simple        from the CV alone (SRC, the baseline: it has nothing but the model's guesses to add)

The text stands behind :data:`MARKER`; it is no record, no evidence, is shown to nobody and settles no requirement. A
language model writes it, or an offline counterpart whose name says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jobfit.documents.masking import TextKind, mask
from jobfit.errors import LeakageError
from jobfit.ingest.language import detect_language
from jobfit.judged import Pair
from jobfit.llm.client import Client
from jobfit.llm.errors import AnswerError
from jobfit.llm.prompt import Data, Prompt
from jobfit.reading import read_candidate_text
from jobfit.records import RequirementKind
from jobfit.structure.vacancy import read_vacancy_profile
from jobfit.taxonomy.model import Taxonomy
from jobfit.training.asking import AsksModel, cleaned
from jobfit.training.own_words import check_own_words, in_its_language

MARKER = "[A completed resume: generated, belongs to nobody]"
NAME = "template (offline counterpart, not an LLM)"
Way = Literal["interactive", "simple"]
_SHOWN = 5  # vacancies in a prompt, the first by id
_ADDED = 12  # skills that the template adds at most
_INSTRUCTIONS = {
    way: (
        f"You are given {given}. Write the summary at the top of a more complete resume of this person: one paragraph "
        "of about 80 words in the first person, without headings, lists or gaps to fill in. It says what they work as, "
        "which tasks they have probably done and which skills and tools they probably know, those that are not stated "
        "too. Use words of your own: repeat no sentence that you are given. Invent no name, employer, date, address or "
        "certificate. Return the paragraph alone."
    )
    for way, given in (
        ("interactive", "a resume and adverts that this person was interested in"),
        ("simple", "a resume"),
    )
}


@dataclass(frozen=True, slots=True)
class Person:
    """The text of a CV and those of the vacancies that the person interacted with in training."""

    text: str
    vacancies: tuple[str, ...] = ()


def people_of(
    candidates: Mapping[str, str], vacancies: Mapping[str, str], train: Iterable[Pair], held_out: Iterable[Pair]
) -> dict[str, Person]:
    """Return what may be read of each person: never a vacancy of a validation or test pair of theirs.

    Raises:
        LeakageError: a pair is both trained on and held out.
    """
    seen = {pair[:2] for pair in train}
    if shared := seen & {pair[:2] for pair in held_out}:
        raise LeakageError(f"{len(shared)} held-out interactions would be shown to the model, the first {min(shared)}")
    of: dict[str, list[str]] = {}
    for candidate, vacancy in sorted(seen):
        of.setdefault(candidate, []).append(vacancies[vacancy])
    return {i: Person(text, tuple(of.get(i, ()))) for i, text in candidates.items()}


def completed(text: str, added: str) -> str:
    """Return what an encoder reads of a person; the CV alone where nothing was added."""
    return f"{text}\n{MARKER}\n{added}" if added.strip() else text


class LlmCompletion(AsksModel[Person, str]):
    """A language model writes; what is sent is masked, and so is what comes back.

    Small models do not stop: an answer is cut at ``most_tokens`` and kept up to its last whole sentence.
    """

    prompt_version = 2
    answer_tokens = 120
    most_tokens = 256

    def __init__(self, client: Client, way: Way = "interactive") -> None:
        super().__init__(client)
        self.way, self.instructions = way, _INSTRUCTIONS[way]

    def prompt(self, item: Person) -> Prompt:
        shown = [Data("resume", mask(item.text, TextKind.CV).text)]
        if self.way == "interactive":
            shown += [Data("advert", mask(text, TextKind.VACANCY).text) for text in item.vacancies[:_SHOWN]]
        return Prompt(self.instructions + in_its_language(item.text, "resume"), tuple(shown))

    def read(self, prompt: Prompt, reply: str) -> str:
        """Return the text of a reply.

        Raises:
            AnswerError: it is empty, or :func:`jobfit.training.own_words.check_own_words` refuses it.
        """
        text = cleaned(reply, TextKind.CV)
        if not text:
            raise AnswerError("empty", "the answer holds nothing but markers")
        check_own_words(text, prompt, prompt.data[0].text)
        return text

    def write_all(self, people: Sequence[Person]) -> Iterator[str | AnswerError]:
        return self.ask_all(people)


@dataclass(frozen=True)
class TemplateCompletion:
    """Interactive: titles of the vacancies, and the skills that most of them ask for and the CV does not state. Simple:
    skills that the occupations held imply.
    """

    taxonomy: Taxonomy
    way: Way = "interactive"
    name: str = NAME

    def write_all(self, people: Sequence[Person]) -> Iterator[str]:
        write = self._interactive if self.way == "interactive" else self._simple
        for person in people:
            yield mask(write(person), TextKind.CV_PART).text

    def _interactive(self, person: Person) -> str:
        language = detect_language(person.text) or "en"
        own = {stated.value for stated in read_candidate_text(person.text, self.taxonomy).profile.skills}
        titles, asked = [], Counter[str]()
        for text in person.vacancies:
            profile = read_vacancy_profile(text, detect_language(text), self.taxonomy)
            titles += [profile.title.value] if profile.title else []
            asked.update({r.value for r in profile.requirements if r.kind is RequirementKind.SKILL} - own)
        return _lines(dict.fromkeys(titles), self._labels((i for i, _ in asked.most_common(_ADDED)), language))

    def _simple(self, person: Person) -> str:
        reading = read_candidate_text(person.text, self.taxonomy)
        own = {stated.value for stated in reading.profile.skills}
        implied: Counter[str] = Counter()
        for held in reading.profile.experiences:
            if held.occupation and held.occupation in self.taxonomy.occupations:
                implied.update(set(self.taxonomy.occupations[held.occupation].essential) - own)
        return _lines((), self._labels((i for i, _ in implied.most_common(_ADDED)), reading.language or "en"))

    def _labels(self, ids: Iterable[str], language: str) -> list[str]:
        return [self.taxonomy.skills[i].label(language) for i in ids if i in self.taxonomy.skills]


def _lines(titles: Iterable[str], skills: Sequence[str]) -> str:
    return "\n".join(filter(None, ("; ".join(titles), ", ".join(skills))))
