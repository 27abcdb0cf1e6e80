"""Asking a language model for many things, and filling a store of generated texts so that a killed run goes on."""

from __future__ import annotations

import math
import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from jobfit.documents.masking import mask
from jobfit.encoders.generated import Generated, GeneratedStore, TextSource
from jobfit.keyed_lines import digest_of
from jobfit.llm.client import Ask, Client, Estimate
from jobfit.llm.errors import AnswerError
from jobfit.llm.meter import BYTES_PER_TOKEN
from jobfit.llm.prompt import Prompt

T = TypeVar("T")
_BRACKETS = re.compile(r"^\s*\[(?:the )?(?:start|end|example)\b[^\]\n]{0,60}\]\s*$", re.IGNORECASE | re.MULTILINE)
_FENCE = re.compile(r"\A\s*```[a-zA-Z]{0,10}[ \t]*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)


class AsksModel:
    """A language model behind ``client``; ``name`` says so in every artefact, in words for people."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.name = f"llm: {client.model}"

    def prompt_settings(self, version: int, instructions: str) -> Mapping[str, Any]:
        """Return what an answer depends on beside what is asked about: the prompt and the temperature."""
        temperature = self.client.settings.temperature
        return {"prompt_version": version, "prompt": digest_of(instructions)[:16], "temperature": temperature}

    def ask_all(
        self,
        prompts: Iterable[Prompt],
        read: Callable[[Prompt, str], T],
        again: Callable[[Prompt], T | AnswerError] | None = None,
    ) -> Iterator[T | AnswerError]:
        """Yield what ``read`` makes of the answer to each prompt, in their order; several are under way at once.

        Where ``read`` raises an :class:`AnswerError`, the answer is of no use: it is not kept, so that the next run
        asks anew, and ``again(prompt)`` is tried where there is such a thing.

        Raises:
            EndpointError, BudgetSpentError: as :class:`jobfit.llm.client.Client` says.
        """
        asks: list[Ask[Any]] = [Ask(prompt) for prompt in prompts]
        for ask, outcome in zip(asks, self.client.map(asks), strict=True):
            if isinstance(outcome, AnswerError):
                yield outcome
                continue
            try:
                yield read(ask.prompt, outcome.text)
            except AnswerError as error:
                self.client.forget([ask])
                yield error if again is None else again(ask.prompt)

    def estimate_of(self, prompts: Iterable[Prompt]) -> Estimate:
        return self.client.estimate(Ask(prompt) for prompt in prompts)


class WritesTexts(AsksModel):
    """A language model as a source of texts; what is sent, and what comes back, is masked."""

    @abstractmethod
    def prompt(self, text: str) -> Prompt:
        """Return what is asked for ``text``."""

    def write_all(self, texts: Iterable[str]) -> Iterator[Generated | AnswerError]:
        return self.ask_all(map(self.prompt, texts), generated_from)

    def estimate(self, texts: Iterable[str]) -> Estimate:
        return self.estimate_of(map(self.prompt, texts))


def cleaned(answer: str) -> str:
    """Return an answer without a code fence, lines such as ``[The start of the example resume]`` and personal details.

    >>> cleaned("[The start of the resume]\\nNurse\\n[The end of the resume]")
    'Nurse'
    """
    fenced = _FENCE.match(answer)
    return mask(_BRACKETS.sub("", fenced[1] if fenced else answer).strip()).text.strip()


def generated_from(prompt: Prompt, answer: str) -> Generated:
    """Return the text that is left of an ``answer`` once it was cleaned, with where it came from.

    Raises:
        AnswerError: nothing is left.
    """
    text = cleaned(answer)
    if not text:
        raise AnswerError("empty", "the answer holds nothing but markers")
    sent = [prompt.instructions, *(piece.text for piece in prompt.data), answer]
    tokens = math.ceil(sum(len(part.encode()) for part in sent) / BYTES_PER_TOKEN)
    return Generated(text, prompt_digest(prompt), tokens)


def prompt_digest(prompt: Prompt) -> str:
    return digest_of(prompt.instructions, [[piece.label, piece.text] for piece in prompt.data])


@dataclass(frozen=True, slots=True)
class Filled:
    """What :func:`fill` did: texts ``written`` now, ``kept`` from before, and ``failures`` by reason."""

    written: int
    kept: int
    failures: Mapping[str, int]

    @property
    def failed(self) -> int:
        """Texts without a usable answer; the next run asks for them again."""
        return sum(self.failures.values())


def fill(
    store: GeneratedStore, source: TextSource, texts: Iterable[str], update: Callable[[int], None] = lambda done: None
) -> Filled:
    """Generate what ``store`` lacks for ``texts``, one row at a time: killed anywhere, the next run goes on from there.

    ``update`` is called with the number of texts done.

    Raises:
        EndpointError, BudgetSpentError: no further request can be made; what was answered is in the store.
    """
    wanted = list(dict.fromkeys(texts))
    missing = missing_texts(store, wanted)
    failures: Counter[str] = Counter()
    for number, (text, outcome) in enumerate(zip(missing, source.write_all(missing), strict=True), start=1):
        if isinstance(outcome, AnswerError):
            failures[outcome.reason] += 1
        else:
            store.add(text, outcome)
        update(number)
    return Filled(len(missing) - failures.total(), len(wanted) - len(missing), dict(failures))


def missing_texts(store: GeneratedStore | None, texts: Iterable[str]) -> list[str]:
    """Return the different ``texts`` for which nothing was generated yet, in their order."""
    return [text for text in dict.fromkeys(texts) if store is None or store.find(text) is None]
