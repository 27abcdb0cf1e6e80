"""HyRe: a hypothetical resume for each vacancy, so that both sides of a match are written alike (ConFit v2).

The resume belongs to nobody. It is joined to the vacancy's text by :func:`jobfit.encoders.generated.augmented_text`
wherever an encoder reads the vacancy, and is shown to nobody as a fact. A language model writes it, or an offline
counterpart (:class:`jobfit.training.hyre_template.TemplateHyre`), whose name says in every artefact that no model did.
The other way round, a hypothetical vacancy for each resume, is the paper's ablation (table A1); there it did worse than
no augmentation at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jobfit.documents.masking import TextKind, mask
from jobfit.encoders.generated import HYPOTHETICAL_RESUME, HYPOTHETICAL_VACANCY
from jobfit.errors import InputError
from jobfit.keyed_lines import digest_of
from jobfit.llm.client import Client
from jobfit.llm.prompt import Data, Prompt
from jobfit.ordering import tie_key
from jobfit.training.asking import WritesTexts
from jobfit.training.data import TrainingSet

PROMPT_VERSION = 1
EXAMPLES = 21  # accepted pairs from which one is drawn for each prompt, as many as the published template file holds
_KINDS = (HYPOTHETICAL_RESUME, HYPOTHETICAL_VACANCY)
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

    Each text gets one of ``examples``, drawn by ``seed`` and the text.

    Raises:
        InputError: no example, or an unknown kind.
    """

    def __init__(
        self, client: Client, examples: Sequence[Example], seed: int = 0, kind: str = HYPOTHETICAL_RESUME
    ) -> None:
        if kind not in _KINDS:
            raise InputError(f"kind {kind!r} is not one of {', '.join(_KINDS)}")
        if not examples:
            raise InputError("no accepted pair: a prompt needs one as its example")
        super().__init__(client)
        self.writes = TextKind.CV if kind == HYPOTHETICAL_RESUME else TextKind.VACANCY
        self.kind, self.seed, self._raw = kind, seed, tuple(examples)
        self._examples = tuple(
            Example(mask(pair.vacancy, TextKind.VACANCY).text, mask(pair.resume, TextKind.CV).text) for pair in examples
        )

    def settings(self) -> Mapping[str, Any]:
        return {
            "prompt_version": PROMPT_VERSION,
            "instructions": digest_of(_INSTRUCTIONS[self.kind])[:16],
            "examples": digest_of([[pair.vacancy, pair.resume] for pair in self._examples])[:16],
            "seed": self.seed,
            "temperature": self.client.settings.temperature,
        }

    def prompt(self, item: str) -> Prompt:
        example = self._example(item)
        sides = {"vacancy": example.vacancy, "resume": example.resume}
        order = ("vacancy", "resume") if self.kind == HYPOTHETICAL_RESUME else ("resume", "vacancy")
        shown = tuple(Data(f"example_{side}", sides[side]) for side in order)
        asked = TextKind.VACANCY if self.kind == HYPOTHETICAL_RESUME else TextKind.CV
        return Prompt(_INSTRUCTIONS[self.kind], (*shown, Data(f"target_{order[0]}", mask(item, asked).text)))

    def _example(self, text: str) -> Example:
        """Return the example for ``text``, never the text's own pair: that would hand over the accepted answer."""
        own = "vacancy" if self.kind == HYPOTHETICAL_RESUME else "resume"
        others = [shown for shown, raw in zip(self._examples, self._raw) if getattr(raw, own) != text]
        if not others:
            raise InputError("the only example is the pair of the text that is asked about; give another accepted pair")
        place = int.from_bytes(tie_key(f"hyre {self.seed}", text), "big") % len(others)
        return others[place]
