"""What a run would take, without asking anything."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

from jobfit.llm.dialect import schema_text
from jobfit.llm.meter import BYTES_PER_TOKEN, Prices, Usage, most_tokens
from jobfit.llm.prompt import Prompt, messages


class Asked(Protocol):
    """A prompt and the shape of its answer."""

    @property
    def prompt(self) -> Prompt:
        """What is asked."""
        ...

    @property
    def shape(self) -> type[BaseModel] | None:
        """What the answer must be."""
        ...


@dataclass(frozen=True, slots=True)
class Estimate:
    """What ``requests`` would take; ``from_cache`` more are answered already.

    ``about`` takes a token for each 3.5 bytes sent, and an answer as long as the data it is about (an extraction
    quotes most of it). ``at_most`` takes a token for each byte sent and answers of the greatest length first asked for;
    requests that are repeated come on top. A model that reasons may come close to it.
    """

    requests: int
    from_cache: int
    about: Usage
    at_most: Usage
    cost_about: float
    cost_at_most: float


def estimate_of(asks: Iterable[Asked], answer_tokens: int, prices: Prices) -> Estimate:
    """Return the estimate for ``asks``, each sent once with its JSON schema."""
    requests, about, at_most = 0, Usage(), Usage()
    for ask in asks:
        sent = messages(ask.prompt, "0" * 16)
        most = most_tokens(sent, schema_text(ask.shape), answer_tokens)
        data = sum(len(piece.text.encode()) for piece in ask.prompt.data)
        requests += 1
        at_most += most
        about += Usage(math.ceil(most.prompt / BYTES_PER_TOKEN), min(_tokens(data), answer_tokens))
    return Estimate(requests, 0, about, at_most, prices.cost(about), prices.cost(at_most))


def _tokens(size: int) -> int:
    return max(1, math.ceil(size / BYTES_PER_TOKEN))
