"""Tokens and cost: what was spent, and a limit that is never passed.

Before a request its dearest outcome is set aside: a token for each byte sent (a tokeniser over bytes never needs more),
some for the frame of each message, and an answer of the greatest length allowed. Afterwards what the endpoint reports
takes its place. Where it reports nothing, or breaks off, the dearest outcome counts as spent: a budget errs on the
safe side.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jobfit.errors import InputError
from jobfit.llm.errors import BudgetSpentError
from jobfit.llm.prompt import Message

_FRAME = 32  # tokens that a chat template may add for one message
BYTES_PER_TOKEN = 3.5  # about, for English and French text; only estimates use it


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of requests and of answers (reasoning counts as answer)."""

    prompt: int = 0
    answer: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.prompt + other.prompt, self.answer + other.answer)

    @property
    def total(self) -> int:
        return self.prompt + self.answer


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in any currency."""

    prompt: float = 0.0
    answer: float = 0.0

    def __post_init__(self) -> None:
        if not (self.prompt >= 0 and self.answer >= 0):
            raise InputError("a price per million tokens cannot be negative")

    def cost(self, usage: Usage) -> float:
        """Return (prompt price × prompt tokens + answer price × answer tokens) / 10⁶.

        >>> Prices(2.0, 10.0).cost(Usage(500_000, 100_000))
        2.0
        """
        return (self.prompt * usage.prompt + self.answer * usage.answer) / 1e6


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that may be spent; ``None`` sets no limit."""

    tokens: int | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent. ``unreported`` requests came without a count of tokens and stand in ``usage`` at their most."""

    requests: int = 0
    from_cache: int = 0
    unreported: int = 0
    usage: Usage = Usage()
    cost: float = 0.0


class Meter:
    """Counts for all threads of a client; ``reserve`` before a request, ``settle`` after it."""

    def __init__(self, prices: Prices | None = None, budget: Budget | None = None) -> None:
        """Start at zero.

        Raises:
            InputError: the budget is in money, but nothing costs anything.
        """
        self.prices = prices or Prices()
        self.budget = budget or Budget()
        if self.budget.cost is not None and not (self.prices.prompt or self.prices.answer):
            raise InputError("a budget in money needs prices (--llm-price-prompt, --llm-price-answer)")
        self._lock = threading.Condition()
        self._spent = Spent()
        self._reserved = Usage()

    @property
    def spent(self) -> Spent:
        with self._lock:
            return self._spent

    def reserve(self, most: Usage) -> None:
        """Set ``most`` aside; wait while only the requests under way stand in its way.

        Raises:
            BudgetSpentError: with what is spent it might pass the budget. Nothing is set aside.
        """
        with self._lock:
            while limit := self._passed(self._spent.usage + self._reserved + most):
                if not self._reserved.total:
                    raise BudgetSpentError(
                        f"the budget of {limit} might not cover the next request: {self._spent.usage.total:,} tokens "
                        f"are spent (cost {self._spent.cost:.4g}) and it may need {most.total:,}. All answers so far "
                        "are kept: raise the budget and run the command again to go on"
                    )
                self._lock.wait()
            self._reserved += most

    def settle(self, reserved: Usage, used: Usage | None) -> None:
        """Replace what was ``reserved`` by what was ``used``; ``None`` where nobody knows."""
        with self._lock:
            self._reserved += Usage(-reserved.prompt, -reserved.answer)
            usage = self._spent.usage + (reserved if used is None else used)
            self._spent = replace(
                self._spent,
                requests=self._spent.requests + 1,
                unreported=self._spent.unreported + (used is None),
                usage=usage,
                cost=self.prices.cost(usage),
            )
            self._lock.notify_all()

    def _passed(self, usage: Usage) -> str:
        if self.budget.tokens is not None and usage.total > self.budget.tokens:
            return f"{self.budget.tokens:,} tokens"
        if self.budget.cost is not None and self.prices.cost(usage) > self.budget.cost:
            return f"a cost of {self.budget.cost:g}"
        return ""

    def count_cached(self) -> None:
        with self._lock:
            self._spent = replace(self._spent, from_cache=self._spent.from_cache + 1)


def most_tokens(sent: Sequence[Message], schema: str, answer_tokens: int) -> Usage:
    """Return the dearest outcome of a request: a token for each byte, and the longest answer."""
    size = sum(_FRAME + len(message["content"].encode()) for message in sent) + len(schema.encode())
    return Usage(size, answer_tokens)
