"""The exchange behind one answer: ask, wait, ask again, ask in another way; give up with a reason.

What an endpoint understands is found out by asking. The best way to ask for JSON is tried first: ``json_schema`` (the
endpoint enforces the shape), ``json_object`` (it enforces JSON), ``text`` (it enforces nothing and the shape stands in
the instructions). An endpoint that refuses a way, or that takes it without keeping to it, is asked in the next one.
"""

from __future__ import annotations

import json
import random
import re
import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from jobfit.llm.errors import AnswerError, EndpointError
from jobfit.llm.meter import Meter, Usage, most_tokens
from jobfit.llm.prompt import Message, Prompt, messages, new_fence
from jobfit.llm.settings import Settings
from jobfit.llm.transport import Again, Refused, Reply, Transport

T = TypeVar("T", bound=BaseModel)
_TAGS = "think|thinking|thought|reasoning|analysis"
_REASONING = re.compile(rf"\s*<({_TAGS})>.*?</\1>\s*", re.DOTALL | re.IGNORECASE)
_OPEN = re.compile(rf"\s*<({_TAGS})>", re.IGNORECASE)
_CLOSE = re.compile(rf"</({_TAGS})>\s*", re.IGNORECASE)
_FENCE = re.compile(r"```[a-zA-Z]{0,10}[^\S\n]*\n")
_REMINDER = "An answer given before could not be used. Keep exactly to the shape that is asked for, and to JSON."
_STRIKES = 2  # answers of another shape before an unproven way to ask counts as not understood
_SILENT = 5  # requests in a row without a reply, each tried to the end, before the endpoint counts as down
_TIMEOUTS = 2  # times that a request may take too long: a slow model is not quicker the third time
_ROUND, _ROUNDS = 60, 4  # characters at the end of a cut answer, and how often they must stand in it
_SENTENCE_END = re.compile(r"""(?<!\d)[.!?…]["'”»)\]]*(?=\s+[^\s\Wa-zà-öø-ÿ]|\s*\Z)""")
_TOO_LONG = re.compile(r"context (?:length|size|window)|maximum context|n_ctx|too (?:long|many tokens|large)")


class Unusable(Exception):
    """A reply that is not what was asked for; ``reason`` is ``truncated``, ``repeats``, ``no_json``, ``empty`` ...

    ``detail`` names kinds of mistakes, never words of the reply: they may quote a CV.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


def read_text(reply: Reply, may_be_cut: bool = False) -> str:
    """Return the answer without the reasoning at its head: whole blocks, or all up to a lone closing tag.

    Only what stands *before* an answer is reasoning: a ``<think>`` inside of JSON belongs to a quote. An answer that
    ``may_be_cut`` and was comes back up to its last whole sentence.

    Raises:
        Unusable: the reply was cut (``repeats``: going round in circles), holds nothing, never ends its reasoning, or
            was withheld by a filter.

    >>> read_text(Reply("<think>Java is a skill</think>\\n{}")), read_text(Reply('Hm.</think>{"a": "<think>"}'))
    ('{}', '{"a": "<think>"}')
    """
    if reply.finish == "length":
        if _goes_round(reply.content):
            raise Unusable("repeats", "the answer repeats itself without an end")
        if not may_be_cut:
            raise Unusable("truncated", "the answer reached its greatest length")
    if reply.finish == "content_filter":
        raise Unusable("withheld", "a filter of the endpoint withheld the answer")
    content, start = reply.content, 0
    while match := _REASONING.match(content, start):
        start = match.end()
    content = content[start:]
    if _OPEN.match(content):
        raise Unusable("truncated", "the reasoning does not end")
    lone = _CLOSE.search(content)
    if lone and "{" not in content[: lone.start()]:
        content = content[lone.end() :]
    if reply.finish == "length" and not (content := _whole_sentences(content)):
        raise Unusable("truncated", "the answer reached its greatest length within its first sentence")
    if not content.strip():
        raise Unusable("empty", "the answer is empty")
    return content.strip()


def _whole_sentences(content: str) -> str:
    """Return a cut answer up to its last whole sentence, empty where there is none.

    >>> _whole_sentences("I led a team of 2.5 people. We wrote tools, e.g. in Java. I als")
    'I led a team of 2.5 people. We wrote tools, e.g. in Java.'
    """
    ends = [found.end() for found in _SENTENCE_END.finditer(content)]
    return content[: ends[-1]] if ends else ""


def _goes_round(content: str) -> bool:
    """Whether a cut answer ends in the same words over and over, as small models do: more room is filled likewise."""
    end = content[-_ROUND:]
    return len(end) == _ROUND and content.count(end) >= _ROUNDS


def read_object(reply: Reply, shape: type[T]) -> tuple[str, T]:
    """Return the JSON object of a reply as text, and as a ``shape``.

    Accepted: JSON alone, in a code fence, or after a sentence. An object that is followed by anything else than a
    sentence without braces is not: there is no telling which object is the answer.

    Raises:
        Unusable: as :func:`read_text`; or there is no whole JSON object, or it has another shape.
    """
    text = read_text(reply)
    if (fence := _FENCE.match(text)) and text.endswith("```"):
        text = text[fence.end() : -3]
    start = text.find("{")
    if start < 0:
        raise Unusable("no_json", "no JSON object in the answer")
    try:
        _, end = json.JSONDecoder(strict=False).raw_decode(text, start)
    except (ValueError, RecursionError):
        raise Unusable("no_json", "the JSON in the answer is not whole") from None
    if "{" in text[end:]:
        raise Unusable("no_json", "more than one JSON object in the answer")
    try:
        return text[start:end], shape.model_validate_json(text[start:end])
    except ValidationError as error:
        kinds = sorted({item["type"] for item in error.errors(include_url=False, include_input=False)})
        raise Unusable("wrong_shape", ", ".join(kinds)) from None


class Mode(StrEnum):
    """Ways to ask for JSON, the best first."""

    SCHEMA = "json_schema"
    OBJECT = "json_object"
    TEXT = "text"


_WEAKER = {Mode.SCHEMA: Mode.OBJECT, Mode.OBJECT: Mode.TEXT}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How requests are written for one endpoint and model."""

    mode: Mode = Mode.SCHEMA
    limit_name: str = "max_tokens"
    temperature: bool = True

    def weaker(self) -> Dialect | None:
        mode = _WEAKER.get(self.mode)
        return replace(self, mode=mode) if mode else None

    def after_refusal(self, hint: str, structured: bool) -> Dialect | None:
        """Return how to ask after a refusal (400, 422) that says ``hint``; ``None`` where nothing is left to change.

        Newer models of one vendor want ``max_completion_tokens`` for ``max_tokens`` and take no temperature; these two
        are changed only where the refusal names them.
        """
        if "max_completion_tokens" in hint and self.limit_name == "max_tokens":
            return replace(self, limit_name="max_completion_tokens")
        if "temperature" in hint and self.temperature:
            return replace(self, temperature=False)
        return self.weaker() if structured else None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Dialect:
        """Read what ``asdict`` gave; anything else is a ``ValueError``, ``KeyError`` or ``TypeError``."""
        if value["limit_name"] not in ("max_tokens", "max_completion_tokens"):
            raise ValueError(value["limit_name"])
        return cls(Mode(value["mode"]), value["limit_name"], bool(value["temperature"]))


def schema_text(shape: type[BaseModel] | None) -> str:
    """Return the JSON schema of ``shape`` as text, the same on every run; empty for no shape.

    Properties keep the order of the fields: an endpoint that enforces a schema makes the model write them in its order,
    and a quote has to be written before what is concluded from it.
    """
    return json.dumps(shape.model_json_schema(), separators=(",", ":")) if shape else ""


def _same_model(asked: str, served: str) -> bool:
    """Whether two names mean the same model; either may go on with a tag (``llama3`` and ``llama3:latest``)."""
    return asked == served or asked.startswith(f"{served}:") or served.startswith(f"{asked}:")


class Exchange:
    """Asks one endpoint in the way it understands; ``settings.concurrency`` requests at once, whoever calls.

    It begins with ``remembered``, the way of an earlier run, where there is one; refusals change it until an answer of
    the shape asked for has come in it.
    """

    def __init__(
        self, transport: Transport, model: str, settings: Settings, meter: Meter, remembered: Dialect | None
    ) -> None:
        self.dialect = remembered or Dialect()
        self.remembered = remembered is not None
        self.transport = transport
        self.model = model
        self.settings = settings
        self.meter = meter
        self.slots = threading.BoundedSemaphore(settings.concurrency)
        self.random = random.Random()  # spreads out waits; no result depends on it
        self.proven = False
        self.answered = False
        self._silent = 0
        self._known = False
        self._probe, self._named = threading.Lock(), threading.Lock()
        self._guard = threading.Lock()

    def ask(
        self, prompt: Prompt, shape: type[T] | None, stop: threading.Event, most: int | None = None
    ) -> tuple[str, T | None]:
        """Return the text of the answer and its value; ``most`` is that of :class:`jobfit.llm.client.Ask`. Until one
        answer, now or in an earlier run, has shown what is understood, the others wait.

        Raises:
            AnswerError, EndpointError, BudgetSpentError: as :class:`jobfit.llm.client.Client` says.
        """
        self._know_the_model()
        if shape is not None and not (self.proven or self.remembered):
            with self._probe:
                if not self.proven:
                    return _Asking(self, prompt, shape, stop, most).run()
        return _Asking(self, prompt, shape, stop, most).run()

    def _know_the_model(self) -> None:
        """Refuse a name that the endpoint does not list, once: some answer to any name, with whatever they have."""
        with self._named:
            if self._known:
                return
            served = self.transport.models()
            if served and not any(_same_model(self.model, name) for name in served):
                raise EndpointError(
                    f"the endpoint does not serve {self.model!r} but {', '.join(map(repr, served[:10]))} (--llm-model)"
                )
            self._known = True

    def prove(self, dialect: Dialect, structured: bool) -> None:
        """Keep ``dialect``: an answer has come in it."""
        with self._guard:
            self._silent, self.answered = 0, True
            if not self.proven:
                self.dialect, self.proven = dialect, structured

    def no_reply(self) -> int:
        """Count a request that was given up without a reply; return how many there were in a row."""
        with self._guard:
            self._silent += 1
            return self._silent


class _Asking(Generic[T]):
    def __init__(
        self, exchange: Exchange, prompt: Prompt, shape: type[T] | None, stop: threading.Event, most: int | None
    ) -> None:
        self._exchange, self._prompt, self._shape, self._stop = exchange, prompt, shape, stop
        self._settings = exchange.settings
        self._dialect = exchange.dialect
        self._limit = min(most or exchange.settings.answer_tokens, exchange.settings.answer_tokens)
        self._may_be_cut = most is not None
        self._failures = 0
        self._strikes = 0

    def run(self) -> tuple[str, T | None]:
        while not self._stop.is_set():
            try:
                reply = self._send()
                result = read_object(reply, self._shape) if self._shape else (read_text(reply, self._may_be_cut), None)
            except Again as problem:
                self._wait(problem)
            except Refused as problem:
                self._ask_differently(problem)
            except Unusable as problem:
                self._ask_again(problem)
            else:
                self._exchange.prove(self._dialect, self._shape is not None)
                return result
        raise AnswerError("stopped", "not asked: the run was stopped before")

    def _send(self) -> Reply:
        """Send once; what it took, or may have taken, is on the meter afterwards."""
        meter, schema = self._exchange.meter, schema_text(self._shape)
        additions = []
        if schema and self._dialect.mode is not Mode.SCHEMA:
            additions.append(
                f"Answer with one JSON object and nothing else. It must follow this JSON schema:\n{schema}"
            )
        if self._strikes:
            additions.append(_REMINDER)
        sent = messages(self._prompt, new_fence(self._prompt), "\n\n".join(additions))
        body = self._body(sent)
        with self._exchange.slots:
            most = most_tokens(sent, schema if self._dialect.mode is Mode.SCHEMA else "", self._limit)
            meter.reserve(most)
            used: Usage | None = None
            try:
                reply = self._exchange.transport.send(body)
                used = reply.usage
            except Again as problem:
                used = None if problem.charged else Usage()
                raise
            except (Refused, EndpointError):
                used = Usage()
                raise
            finally:
                meter.settle(most, used)
        return reply

    def _body(self, sent: list[Message]) -> dict[str, Any]:
        dialect, shape = self._dialect, self._shape
        body = {"model": self._exchange.model, "messages": sent, dialect.limit_name: self._limit, "stream": False}
        if dialect.temperature:
            body["temperature"] = self._settings.temperature
        if shape is not None and dialect.mode is Mode.SCHEMA:
            named = {"name": shape.__name__, "strict": True, "schema": json.loads(schema_text(shape))}
            body["response_format"] = {"type": "json_schema", "json_schema": named}
        elif shape is not None and dialect.mode is Mode.OBJECT:
            body["response_format"] = {"type": "json_object"}
        return body

    def _wait(self, problem: Again) -> None:
        """Sleep before the next attempt, at least as long as the endpoint asks for; give up after the last."""
        self._failures += 1
        if self._failures >= (min(_TIMEOUTS, self._settings.attempts) if problem.timeout else self._settings.attempts):
            self._give_up(problem)
            return
        if problem.wait is not None and problem.wait > self._settings.longest_wait:
            raise EndpointError(
                f"the endpoint asks to wait {problem.wait:.0f} s ({problem}), over "
                f"{self._settings.longest_wait:g} s. All answers so far are kept: run the command again later to go on"
            ) from problem
        pause = self._settings.first_wait * 2 ** (self._failures - 1) * self._exchange.random.uniform(0.5, 1.0)
        self._stop.wait(min(max(pause, problem.wait or 0.0), self._settings.longest_wait))

    def _give_up(self, problem: Again) -> None:
        if problem.status >= 500 and (weaker := self._weaker()):  # the present way may be what the server stumbles over
            self._dialect, self._failures = weaker, 0
            return
        message = f"{problem}, {self._failures} times in a row"
        silent = self._exchange.no_reply()
        if problem.timeout and (silent >= _SILENT or not self._exchange.answered):
            raise EndpointError(
                f"the model is too slow or too busy: {message}. Give it longer (--llm-timeout) or fewer requests at "
                "once (--llm-concurrency). All answers so far are kept: run the command again to go on"
            ) from problem
        if problem.unreachable or silent >= _SILENT:
            raise EndpointError(
                f"the model cannot be reached: {message}. All answers so far are kept: run the command again to go on"
            ) from problem
        raise AnswerError("no_reply", message) from problem

    def _weaker(self) -> Dialect | None:
        return self._dialect.weaker() if self._shape and not self._exchange.proven else None

    def _ask_differently(self, problem: Refused) -> None:
        if _TOO_LONG.search(problem.hint):
            raise AnswerError(
                "too_long", f"the endpoint refuses a request ({problem}): it is longer than the model's context"
            ) from problem
        other = self._dialect.after_refusal(problem.hint, self._shape is not None and not self._exchange.proven)
        if other is None:
            raise AnswerError(
                "refused",
                f"the endpoint refuses a request ({problem}) in every way that it can be asked; it may be too long "
                "for the model",
            ) from problem
        self._dialect = other

    def _ask_again(self, problem: Unusable) -> None:
        """Ask again: with room for a longer answer, with a reminder, or in a weaker way; give up after the last."""
        self._failures += 1
        if problem.reason in ("withheld", "repeats") or self._failures >= self._settings.attempts:
            message = f"no usable answer after {self._failures} attempts ({problem})"
            raise AnswerError(problem.reason, message) from problem
        if problem.reason == "truncated":
            self._limit = min(2 * self._limit, self._settings.longest_answer)
            return
        self._strikes += 1
        not_kept = problem.reason == "no_json" or self._dialect.mode is Mode.SCHEMA
        if not_kept and self._strikes >= _STRIKES and (weaker := self._weaker()):
            self._dialect, self._strikes = weaker, 0
