"""The client: one prompt to one answer that is what was asked for, whatever the endpoint does on the way."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from jobfit.artifacts import digest_of
from jobfit.errors import InputError
from jobfit.llm.cache import AnswerCache
from jobfit.llm.errors import AnswerError, LlmError
from jobfit.llm.exchange import Dialect, Exchange, schema_text
from jobfit.llm.meter import BYTES_PER_TOKEN, Meter, Spent, Usage, most_tokens
from jobfit.llm.prompt import Prompt, messages
from jobfit.llm.settings import Settings, checked_key, checked_url
from jobfit.llm.transport import Transport

T = TypeVar("T", bound=BaseModel)
_VERSION = 1  # of what an answer depends on besides what stands in the key


@dataclass(frozen=True, slots=True)
class Estimate:
    """What ``requests`` would take; ``from_cache`` more are answered already.

    ``about`` takes a token for each 3.5 bytes sent, and an answer as long as the caller says (:attr:`Ask.tokens`) or as
    the data it is about (an extraction quotes most of it). ``at_most`` takes a token for each byte sent and answers of
    the greatest length first asked for; requests that are repeated come on top. A model that reasons may come close to
    it.
    """

    requests: int
    from_cache: int
    about: Usage
    at_most: Usage
    cost_about: float
    cost_at_most: float


@dataclass(frozen=True, slots=True)
class Ask(Generic[T]):
    """A prompt and the shape that its answer must have; without a shape the answer is text.

    ``tokens`` is how long the answer will be, about, where that is known: estimates use it. ``most`` is for a text of
    which the beginning will do: the answer is cut at so many tokens (or at ``Settings.answer_tokens``, where that is
    less) and kept up to its last whole sentence.
    """

    prompt: Prompt
    shape: type[T] | None = None
    tokens: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Completion(Generic[T]):
    """An answer: its ``text`` without reasoning, its ``value`` where a shape was asked for, and where it came from."""

    text: str
    value: T | None
    from_cache: bool


class Client:
    """A model behind an OpenAI-compatible endpoint. Threads may share one; ``with`` closes it.

    Answers are kept in ``cache`` by (model, instructions, data, shape, temperature). The URL is not part of that, so
    a model keeps its answers when it moves; give models of one name but different weights different folders. The
    longest answer is not part of it either: an answer that was cut is kept only where that was asked for
    (:attr:`Ask.most`, which is part of it).
    """

    def __init__(
        self,
        url: str,
        model: str,
        key: str | None = None,
        *,
        cache: Path | None = None,
        settings: Settings | None = None,
        meter: Meter | None = None,
        told: Callable[[Spent], None] = lambda spent: None,
    ) -> None:
        """Prepare; nothing is sent. ``told`` is called with what was spent after each answer of :meth:`map`.

        Raises:
            InputError: the URL, the model, the key or the cache folder cannot be used.
        """
        self.settings, self.told = settings or Settings(), told
        self.meter = meter or Meter()
        self.url = checked_url(url, self.settings.plain_http)
        if not model.strip():
            raise InputError("name the model (--llm-model)")
        self.model = model
        self._cache = AnswerCache(cache) if cache else None
        self._dialect_key = digest_of({"dialect of": self.url, "model": model})
        self._transport = Transport(self.url, checked_key(key), self.settings)
        self._on_disk = self._remembered()
        self._exchange = Exchange(self._transport, model, self.settings, self.meter, self._on_disk)
        self._under_way: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def complete(self, prompt: Prompt, shape: type[T] | None = None) -> Completion[T]:
        """Return the answer to ``prompt``, from the cache where it is there.

        Raises:
            AnswerError: this request got no usable answer.
            EndpointError: no request will; BudgetSpentError: the next one might be too dear.
        """
        return self._complete(Ask(prompt, shape), threading.Event())

    def map(self, asks: Iterable[Ask[T]]) -> Iterator[Completion[T] | AnswerError]:
        """Yield the answer to each of ``asks`` in their order, ``settings.concurrency`` under way at once.

        A request without a usable answer gives its :class:`AnswerError` and the others go on. An EndpointError or
        BudgetSpentError ends everything after the requests under way have been answered and kept; an interrupt
        (Ctrl-C) ends it at once, and what is under way is lost.
        """
        stop = threading.Event()
        waiting: deque[Future[Completion[T] | AnswerError]] = deque()
        queue: SimpleQueue[tuple[Future[Completion[T] | AnswerError], Ask[T]] | None] = SimpleQueue()

        def work() -> None:
            while entry := queue.get():
                future, ask = entry
                if future.set_running_or_notify_cancel():
                    try:
                        future.set_result(self._outcome(ask, stop))
                    except BaseException as error:
                        future.set_exception(error)

        for _ in range(self.settings.concurrency):  # daemons: the interpreter would wait for those of an executor
            threading.Thread(target=work, name="llm", daemon=True).start()
        try:
            for ask in asks:
                waiting.append(Future())
                queue.put((waiting[-1], ask))
                if len(waiting) >= 4 * self.settings.concurrency:
                    yield waiting.popleft().result()
                    self.told(self.spent)
            while waiting:
                yield waiting.popleft().result()
                self.told(self.spent)
        except LlmError:
            stop.set()
            wait([future for future in waiting if not future.cancel()])
            raise
        finally:
            stop.set()
            for future in waiting:
                future.cancel()
            for _ in range(self.settings.concurrency):
                queue.put(None)

    def estimate(self, asks: Iterable[Ask[Any]]) -> Estimate:
        """Return what ``asks`` would take, each sent once with its JSON schema; nothing is sent."""
        longest, prices = self.settings.answer_tokens, self.meter.prices
        seen: set[str] = set()
        requests, from_cache, about, at_most = 0, 0, Usage(), Usage()
        for ask in asks:
            key = self._key(ask)
            if key in seen or self._kept(key, ask) is not None:
                from_cache += 1
            else:
                most = most_tokens(
                    messages(ask.prompt, "0" * 16), schema_text(ask.shape), min(ask.most or longest, longest)
                )
                data = sum(len(piece.text.encode()) for piece in ask.prompt.data)
                answer = min(ask.tokens or max(1, math.ceil(data / BYTES_PER_TOKEN)), longest)
                requests, at_most = requests + 1, at_most + most
                about += Usage(math.ceil(most.prompt / BYTES_PER_TOKEN), answer)
            seen.add(key)
        return Estimate(requests, from_cache, about, at_most, prices.cost(about), prices.cost(at_most))

    def forget(self, asks: Iterable[Ask[Any]]) -> int:
        """Erase the kept answers to ``asks`` (part of erasing a person); return how many there were."""
        return sum(self._cache.forget(self._key(ask)) for ask in asks) if self._cache else 0

    @property
    def spent(self) -> Spent:
        return self.meter.spent

    @property
    def dialect(self) -> Dialect:
        """How the endpoint is asked, as far as it is known."""
        return self._exchange.dialect

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _outcome(self, ask: Ask[T], stop: threading.Event) -> Completion[T] | AnswerError:
        try:
            return self._complete(ask, stop)
        except AnswerError as error:
            return error
        except BaseException:
            stop.set()
            raise

    def _complete(self, ask: Ask[T], stop: threading.Event) -> Completion[T]:
        key = self._key(ask)
        with self._guard:
            turn = self._under_way.setdefault(key, threading.Lock())
        try:
            with turn:  # equal requests at the same time are one request
                kept = self._kept(key, ask)
                if kept is not None:
                    self.meter.count_cached()
                    return kept
                text, value = self._exchange.ask(ask.prompt, ask.shape, stop, ask.most)
                self._keep(key, text)
                return Completion(text, value, from_cache=False)
        finally:
            with self._guard:
                self._under_way.pop(key, None)

    def _keep(self, key: str, text: str) -> None:
        if self._cache is None:
            return
        self._cache.write(key, {"text": text})
        with self._guard:
            is_new, self._on_disk = self.dialect != self._on_disk, self.dialect
        if is_new:
            self._cache.write(self._dialect_key, asdict(self.dialect))

    def _key(self, ask: Ask[Any]) -> str:
        """Return the name of what is asked. The random fence is not part of it, nor is the way to ask for JSON."""
        return digest_of(
            {
                "version": _VERSION,
                "model": self.model,
                "instructions": ask.prompt.instructions,
                "data": [[piece.label, piece.text] for piece in ask.prompt.data],
                "shape": schema_text(ask.shape),
                "temperature": self.settings.temperature,
                **({} if ask.most is None else {"most": min(ask.most, self.settings.answer_tokens)}),
            }
        )

    def _kept(self, key: str, ask: Ask[T]) -> Completion[T] | None:
        """Return the kept answer; one that does not have the shape any more counts as absent."""
        entry = self._cache.read(key) if self._cache else None
        text = entry.get("text") if entry else None
        if not isinstance(text, str):
            return None
        if ask.shape is None:
            return Completion(text, None, from_cache=True)
        with suppress(ValueError):
            return Completion(text, ask.shape.model_validate_json(text), from_cache=True)
        return None

    def _remembered(self) -> Dialect | None:
        entry = self._cache.read(self._dialect_key) if self._cache else None
        with suppress(ValueError, KeyError, TypeError):
            return Dialect.from_json(entry) if entry else None
        return None
