"""HyRe: a hypothetical resume for each vacancy, so that both sides of a match are written alike (ConFit v2).

The resume belongs to nobody. It is joined to the vacancy's text by :func:`jobfit.encoders.generated.augmented_text`
wherever an encoder reads the vacancy, and is shown to nobody as a fact. A language model writes it, or an offline
counterpart (:class:`jobfit.training.hyre_template.TemplateHyre`), whose name says in every artefact that no model did.
The paper shows the model an accepted pair as an example. Small models copy it: the prompt has one only where
``examples`` are given, and asks for a paragraph: asked for a resume, they write a form ("<Your last position>"). An
answer that copies the example, repeats the text, has gaps to fill in or is in another language is refused.
The other way round, a hypothetical vacancy for each resume, is the paper's ablation (table A1); there it did worse than
no augmentation at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jobfit.documents.masking import TextKind, mask
from jobfit.encoders.generated import HYPOTHETICAL_RESUME, HYPOTHETICAL_VACANCY, Generated
from jobfit.errors import InputError
from jobfit.ingest.language import detect_language
from jobfit.keyed_lines import digest_of
from jobfit.llm.client import Ask, Client
from jobfit.llm.errors import AnswerError
from jobfit.llm.prompt import Data, Prompt
from jobfit.ordering import tie_key
from jobfit.training.asking import WritesTexts
from jobfit.training.data import TrainingSet
from jobfit.training.own_words import check_own_words, copied_share, in_its_language, languages_differ

PROMPT_VERSION = 3
EXAMPLES = 21  # accepted pairs from which one is drawn for each prompt, as many as the published template file holds
_KINDS = (HYPOTHETICAL_RESUME, HYPOTHETICAL_VACANCY)
_COPIED = 0.5  # the share of an answer's runs from which it is a copy of the example
_ZERO_SHOT = {
    HYPOTHETICAL_RESUME: (
        "You are given a vacancy (target_vacancy). Write the summary at the top of the resume of a person who suits it "
        "perfectly: one paragraph of about 80 words in the first person, without headings, lists or gaps to fill in. "
        "It says what their last position is called, what they did there, which skills and tools they used, how many "
        "years of experience they have, their education and languages. Choose plausible facts. Use words of your own: "
        "repeat no sentence of the vacancy and say nothing of its employer. Invent no name, address or contact "
        "details. Return the paragraph alone."
    ),
    HYPOTHETICAL_VACANCY: (
        "You are given a resume (target_resume). Write the vacancy that this person suits perfectly: one paragraph of "
        "about 80 words, without headings, lists or gaps to fill in. It says what the position is called, its tasks, "
        "and the skills, tools, years of experience, education and languages that it asks for. Use words of your own: "
        "repeat no sentence of the resume. Invent no name of a person or an employer. Return the paragraph alone."
    ),
}
_INSTRUCTIONS = {
    HYPOTHETICAL_RESUME: (
        "You are a helpful assistant of a recruiter. You are given a vacancy and a resume that was accepted for it "
        "(example_vacancy, example_resume), and another vacancy (target_vacancy). Write an ideal resume for the target "
        "vacancy. Keep strictly to the form of the example resume: the same headings in the same order, about the same "
        "length. The resume must match the target vacancy perfectly: its title, its tasks, every skill, language, "
        "degree, licence and length of experience that it asks for. Invent no name, address, date of birth, telephone "
        "number or e-mail address. Return the resume alone, as plain text."
    ),
    HYPOTHETICAL_VACANCY: (
        "You are a helpful assistant of a recruiter. You are given a resume and a vacancy for which it was accepted "
        "(example_resume, example_vacancy), and another resume (target_resume). Write an ideal vacancy for the target "
        "resume. Keep strictly to the form of the example vacancy: the same headings in the same order, about the same "
        "length. The vacancy must match the target resume perfectly. Invent no name of a person or an employer. Return "
        "the vacancy alone, as plain text."
    ),
}


@dataclass(frozen=True, slots=True)
class Example:
    """An accepted pair: the texts of a vacancy and of a resume that was accepted for it."""

    vacancy: str
    resume: str


def examples_of(data: TrainingSet, seed: int = 0, n: int = EXAMPLES) -> tuple[Example, ...]:
    """Return ``n`` accepted pairs of a training set (all where there are fewer), drawn by seed and ids alone.

    Raises:
        InputError: no positive, or not the train split: an example would show a held-out pair to the model.
    """
    if data.split != "train":
        raise InputError(f"examples are taken from the train split, not from {data.split}")
    if not data.positives:
        raise InputError("no accepted pair: a prompt needs one as its example")
    drawn = sorted(data.positives, key=lambda pair: tie_key(f"hyre {seed} {pair.vacancy_id}", pair.candidate_id))[:n]
    return tuple(Example(data.vacancies[pair.vacancy_id], data.candidates[pair.candidate_id]) for pair in drawn)


class LlmHyre(WritesTexts):
    """A language model as the source. Everything that is sent is masked first, and so is what comes back.

    Each text gets one of the ``examples``, drawn by ``seed`` and the text, none that is surely in another language;
    without one the prompt is short and shows none. An answer of no use is asked for once more without an example.

    Raises:
        InputError: an unknown kind.
    """

    def __init__(
        self, client: Client, examples: Sequence[Example] = (), seed: int = 0, kind: str = HYPOTHETICAL_RESUME
    ) -> None:
        if kind not in _KINDS:
            raise InputError(f"kind {kind!r} is not one of {', '.join(_KINDS)}")
        super().__init__(client)
        self.writes = TextKind.CV if kind == HYPOTHETICAL_RESUME else TextKind.VACANCY
        self.kind, self.seed, self._raw = kind, seed, tuple(examples)
        self._examples = tuple(
            Example(mask(pair.vacancy, TextKind.VACANCY).text, mask(pair.resume, TextKind.CV).text) for pair in examples
        )

    def settings(self) -> Mapping[str, Any]:
        return {
            "prompt_version": PROMPT_VERSION,
            "instructions": digest_of([_INSTRUCTIONS[self.kind], _ZERO_SHOT[self.kind]])[:16],
            "examples": digest_of([[pair.vacancy, pair.resume] for pair in self._examples])[:16],
            "seed": self.seed,
            "temperature": self.client.settings.temperature,
        }

    def prompt(self, item: str) -> Prompt:
        order = ("vacancy", "resume") if self._resumes else ("resume", "vacancy")
        target = Data(f"target_{order[0]}", mask(item, TextKind.VACANCY if self._resumes else TextKind.CV).text)
        example = self._example(item)
        if example is None:
            return Prompt(_ZERO_SHOT[self.kind] + in_its_language(item, "target"), (target,))
        sides = {"vacancy": example.vacancy, "resume": example.resume}
        shown = tuple(Data(f"example_{side}", sides[side]) for side in order)
        return Prompt(_INSTRUCTIONS[self.kind] + in_its_language(item, "target"), (*shown, target))

    def read(self, prompt: Prompt, reply: str) -> Generated:
        """Return the text of a reply.

        Raises:
            AnswerError: it is empty (``empty``), leaves gaps to fill in (``gaps``), copies the example (``copy``),
                repeats what the model was given (``repetition``) or is in another language (``language``).
        """
        made, *shown, target = super().read(prompt, reply), *(piece.text for piece in prompt.data)
        if shown and copied_share(made.text, shown[-1]) >= _COPIED:
            raise AnswerError("copy", "the answer copies the example")
        check_own_words(made.text, prompt, target)
        return made

    def again(self, prompt: Prompt, error: AnswerError) -> Generated | AnswerError:
        if len(prompt.data) == 1:
            return error
        alone: Ask[Any] = Ask(
            Prompt(_ZERO_SHOT[self.kind] + in_its_language(prompt.data[-1].text, "target"), prompt.data[-1:])
        )
        [outcome] = self.client.map([alone])
        if isinstance(outcome, AnswerError):
            return outcome
        try:
            return self.read(alone.prompt, outcome.text)
        except AnswerError as second:
            self.client.forget([alone])
            return second

    @property
    def _resumes(self) -> bool:
        return self.kind == HYPOTHETICAL_RESUME

    def _example(self, text: str) -> Example | None:
        """Return the example for ``text``, never its own pair, which would hand over the accepted answer."""
        own, language = "vacancy" if self._resumes else "resume", detect_language(text)
        others = [
            shown
            for shown, raw in zip(self._examples, self._raw)
            if getattr(raw, own) != text and not languages_differ(detect_language(getattr(raw, own)), language)
        ]
        if not others:
            return None
        place = int.from_bytes(tie_key(f"hyre {self.seed}", text), "big") % len(others)
        return others[place]
