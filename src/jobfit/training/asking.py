"""Asking a language model for many things, and filling a store of generated texts so that a killed run goes on."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from jobfit.documents.masking import TextKind, mask
from jobfit.encoders.generated import Generated, GeneratedStore, TextSource
from jobfit.keyed_lines import digest_of
from jobfit.llm.client import Ask, Client, Estimate
from jobfit.llm.errors import AnswerError
from jobfit.llm.meter import BYTES_PER_TOKEN
from jobfit.llm.prompt import Prompt

Item = TypeVar("Item")
Answer = TypeVar("Answer")
_BRACKETS = re.compile(r"^\s*\[(?:the )?(?:start|end|example)\b[^\]\n]{0,60}\]\s*$", re.IGNORECASE | re.MULTILINE)
_DATA_FENCE = re.compile(r"</?[a-z_]{1,40} [0-9a-f]{16}>")  # ours, see jobfit.llm.prompt; a model may give it back
_FENCE = re.compile(r"\A\s*```[a-zA-Z]{0,10}[ \t]*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)


class AsksModel(ABC, Generic[Item, Answer]):
    """A language model behind ``client``; ``name`` says so in every artefact, in words for people."""

    prompt_version: int
    instructions: str
    shape: type[BaseModel] | None = None  # of an answer; none: text
    answer_tokens: int | None = None  # how long an answer is, about; as long as what it is about where nothing is said
    most_tokens: int | None = None  # of an answer of which the beginning will do, see :class:`jobfit.llm.client.Ask`

    def __init__(self, client: Client) -> None:
        self.client = client
        self.name = f"llm: {client.model}"

    @abstractmethod
    def prompt(self, item: Item) -> Prompt:
        """Return what is asked about ``item``; personal details are masked in it."""

    @abstractmethod
    def read(self, prompt: Prompt, reply: str) -> Answer:
        """Return what a reply says, or raise :class:`AnswerError` where it is of no use."""

    def again(self, prompt: Prompt, error: AnswerError) -> Answer | AnswerError:
        """Return what becomes of a prompt whose reply was of no use: by default the error."""
        return error

    def settings(self) -> Mapping[str, Any]:
        """Return what an answer depends on beside what is asked about: the prompt and the temperature."""
        temperature, prompt = self.client.settings.temperature, digest_of(self.instructions)[:16]
        return {"prompt_version": self.prompt_version, "prompt": prompt, "temperature": temperature}

    def ask_all(self, items: Iterable[Item]) -> Iterator[Answer | AnswerError]:
        """Yield what the reply about each item says, in their order; several are under way at once.

        A reply of no use is not kept, so that the next run asks anew.

        Raises:
            EndpointError, BudgetSpentError: as :class:`jobfit.llm.client.Client` says.
        """
        asks: list[Ask[Any]] = [Ask(self.prompt(item), self.shape, most=self.most_tokens) for item in items]
        for ask, outcome in zip(asks, self.client.map(asks), strict=True):
            if isinstance(outcome, AnswerError):
                yield outcome
                continue
            try:
                yield self.read(ask.prompt, outcome.text)
            except AnswerError as error:
                self.client.forget([ask])
                yield self.again(ask.prompt, error)

    def estimate(self, items: Iterable[Item]) -> Estimate:
        """Return what asking would take; nothing is sent."""
        return self.client.estimate(
            Ask(self.prompt(item), self.shape, self.answer_tokens, self.most_tokens) for item in items
        )


class WritesTexts(AsksModel[str, Generated]):
    """A language model as a source of texts; what comes back is cleaned and masked too, as what it ``writes``."""

    writes: TextKind

    def read(self, prompt: Prompt, reply: str) -> Generated:
        text = cleaned(reply, self.writes)
        if not text:
            raise AnswerError("empty", "the answer holds nothing but markers")
        pieces = [[piece.label, piece.text] for piece in prompt.data]
        sent = [prompt.instructions, *(text for _, text in pieces), reply]
        tokens = math.ceil(sum(len(part.encode()) for part in sent) / BYTES_PER_TOKEN)
        return Generated(text, digest_of(prompt.instructions, pieces), tokens)

    def write_all(self, texts: Iterable[str]) -> Iterator[Generated | AnswerError]:
        return self.ask_all(texts)


def cleaned(answer: str, kind: TextKind) -> str:
    """Return an answer without fences, lines such as ``[The start of the example resume]`` and personal details.

    ``kind`` is what was asked for.

    >>> cleaned("[The start of the resume]\\nNurse\\n[The end of the resume]", TextKind.CV)
    'Nurse'
    """
    fenced = _FENCE.match(answer)
    text = _DATA_FENCE.sub("", fenced[1] if fenced else answer)
    return mask(_BRACKETS.sub("", text).strip(), kind).text.strip()


def keep_answers(
    items: Sequence[Item],
    answers: Iterable[Answer | AnswerError],
    keep: Callable[[Item, Answer], None],
    update: Callable[[int], None],
) -> Counter[str]:
    """Keep each answer the moment it comes; return the failures by reason. ``update`` gets the number of items done."""
    failures: Counter[str] = Counter()
    for number, (item, answer) in enumerate(zip(items, answers, strict=True), start=1):
        if isinstance(answer, AnswerError):
            failures[answer.reason] += 1
        else:
            keep(item, answer)
        update(number)
    return failures


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

    Raises:
        EndpointError, BudgetSpentError: no further request can be made; what was answered is in the store.
    """
    wanted = list(dict.fromkeys(texts))
    missing = missing_texts(store, wanted)
    failures = keep_answers(missing, source.write_all(missing), store.add, update)
    return Filled(len(missing) - failures.total(), len(wanted) - len(missing), dict(failures))


def missing_texts(store: GeneratedStore | None, texts: Iterable[str]) -> list[str]:
    """Return the different ``texts`` for which nothing was generated yet, in their order."""
    return [text for text in dict.fromkeys(texts) if store is None or store.find(text) is None]
