"""The exchange behind one answer: ask, wait, ask again, ask in another way; give up with a reason."""

from __future__ import annotations

import random
import threading
from typing import Generic, TypeVar

from pydantic import BaseModel

from jobfit.llm.answer import Reply, Unusable, read_object, read_text
from jobfit.llm.dialect import Dialect, Mode, body, schema_in_words, schema_text
from jobfit.llm.errors import AnswerError, EndpointError
from jobfit.llm.meter import Meter, Usage, most_tokens
from jobfit.llm.prompt import Prompt, messages, new_fence
from jobfit.llm.settings import Settings
from jobfit.llm.transport import Again, Refused, Transport

T = TypeVar("T", bound=BaseModel)
_REMINDER = "An answer given before could not be used. Keep exactly to the shape that is asked for, and to JSON."
_STRIKES = 2  # answers of another shape before an unproven way to ask counts as not understood
_SILENT = 5  # requests in a row without a reply, each tried to the end, before the endpoint counts as down


class Exchange:
    """Asks one endpoint in the way it understands; ``settings.concurrency`` requests at once, whoever calls."""

    def __init__(self, transport: Transport, model: str, settings: Settings, meter: Meter, dialect: Dialect) -> None:
        """Begin with ``dialect``; refusals change it until an answer of the shape asked for has come in it."""
        self.dialect = dialect
        self.transport = transport
        self.model = model
        self.settings = settings
        self.meter = meter
        self.slots = threading.BoundedSemaphore(settings.concurrency)
        self.random = random.Random()  # spreads out waits; no result depends on it
        self.proven = False
        self._silent = 0
        self._probe = threading.Lock()
        self._guard = threading.Lock()

    def ask(self, prompt: Prompt, shape: type[T] | None, stop: threading.Event) -> tuple[str, T | None]:
        """Return the text of the answer and its value. Until one answer shows what is understood, others wait.

        Raises:
            AnswerError, EndpointError, BudgetSpentError: as :class:`jobfit.llm.client.Client` says.
        """
        if shape is not None and not self.proven:
            with self._probe:
                if not self.proven:
                    return _Asking(self, prompt, shape, stop).run()
        return _Asking(self, prompt, shape, stop).run()

    def prove(self, dialect: Dialect, structured: bool) -> None:
        """Keep ``dialect``: an answer has come in it."""
        with self._guard:
            self._silent = 0
            if not self.proven:
                self.dialect, self.proven = dialect, structured

    def no_reply(self) -> int:
        """Count a request that was given up without a reply; return how many there were in a row."""
        with self._guard:
            self._silent += 1
            return self._silent


class _Asking(Generic[T]):
    def __init__(self, exchange: Exchange, prompt: Prompt, shape: type[T] | None, stop: threading.Event) -> None:
        self._exchange, self._prompt, self._shape, self._stop = exchange, prompt, shape, stop
        self._settings = exchange.settings
        self._dialect = exchange.dialect
        self._limit = exchange.settings.answer_tokens
        self._failures = 0
        self._strikes = 0

    def run(self) -> tuple[str, T | None]:
        while not self._stop.is_set():
            try:
                reply = self._send()
                result = read_object(reply, self._shape) if self._shape else (read_text(reply), None)
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
        meter = self._exchange.meter
        addition = schema_in_words(self._dialect, self._shape) + (f"\n\n{_REMINDER}" if self._strikes else "")
        sent = messages(self._prompt, new_fence(self._prompt), addition.strip())
        content = body(
            self._dialect, self._exchange.model, sent, self._shape, (self._limit, self._settings.temperature)
        )
        schema = schema_text(self._shape) if self._dialect.mode is Mode.SCHEMA else ""
        with self._exchange.slots:
            reserved = meter.reserve(most_tokens(sent, schema, self._limit))
            used: Usage | None = None
            try:
                reply = self._exchange.transport.send(content)
                used = reply.usage
            except Again as problem:
                used = None if problem.charged else Usage()
                raise
            except (Refused, EndpointError):
                used = Usage()
                raise
            finally:
                meter.settle(reserved, used)
        return reply

    def _wait(self, problem: Again) -> None:
        """Sleep before the next attempt, at least as long as the endpoint asks for; give up after the last."""
        self._failures += 1
        if self._failures >= self._settings.attempts:
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
        """Try a weaker way where a server error may come from the present one; otherwise raise."""
        weaker = self._dialect.weaker()
        if problem.status >= 500 and self._shape and not self._exchange.proven and weaker:
            self._dialect, self._failures = weaker, 0
            return
        message = f"{problem}, {self._failures} times in a row"
        if problem.unreachable or self._exchange.no_reply() >= _SILENT:
            raise EndpointError(
                f"the model cannot be reached: {message}. All answers so far are kept: run the command again to go on"
            ) from problem
        raise AnswerError("no_reply", message) from problem

    def _ask_differently(self, problem: Refused) -> None:
        structured = self._shape is not None and not self._exchange.proven
        other = self._dialect.after_refusal(problem.hint, structured)
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
        if problem.reason == "withheld" or self._failures >= self._settings.attempts:
            raise AnswerError(
                problem.reason, f"no usable answer after {self._failures} attempts ({problem})"
            ) from problem
        if problem.reason == "truncated":
            self._limit = min(2 * self._limit, self._settings.longest_answer)
            return
        self._strikes += 1
        weaker = self._dialect.weaker()
        not_kept = problem.reason == "no_json" or self._dialect.mode is Mode.SCHEMA
        if self._shape and not self._exchange.proven and weaker and not_kept and self._strikes >= _STRIKES:
            self._dialect, self._strikes = weaker, 0
