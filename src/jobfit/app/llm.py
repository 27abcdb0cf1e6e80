"""A language model for the use cases that ask one. Its key is read from the environment and is never a field."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from jobfit.app.wire import Progress, Request, Result, quiet
from jobfit.errors import InputError
from jobfit.llm.meter import Spent, Usage

if TYPE_CHECKING:
    from jobfit.llm.client import Client

DryRun = Annotated[bool, Field(description="Say how many tokens it would take and what it would cost; send nothing.")]


class LlmOptions(Request):
    prefix: ClassVar[str] = "llm_"
    title: ClassVar[str] = "Language model"

    url: str | None = Field(
        None, description="Any OpenAI-compatible endpoint, e.g. http://localhost:8000/v1. Its key: JOBFIT_LLM_KEY."
    )
    model: str | None = Field(None, description="The model's name there.")
    cache: Path | None = Field(None, description="Where answers are kept (default: in JOBFIT_HOME). Private to you.")
    concurrency: int = Field(4, ge=1, le=256, description="Requests at once.")
    timeout: float = Field(120.0, ge=1, description="Seconds that one request may take.")
    attempts: int = Field(5, ge=1, le=20, description="How often a request is tried.")
    answer_tokens: int = Field(
        2048, ge=64, description="Length of an answer at first; raise it for models that reason."
    )
    budget_tokens: int | None = Field(None, ge=1, description="Stop before more tokens than this are used.")
    budget_cost: float | None = Field(None, ge=0, description="Stop before more than this is spent.")
    price_prompt: float = Field(0.0, ge=0, description="Price of a million tokens sent.")
    price_answer: float = Field(0.0, ge=0, description="Price of a million tokens answered.")
    plain_http: bool = Field(False, description="Allow http:// to another machine: CVs travel unencrypted.")
    keep_incomplete: bool = Field(False, description="Go on without parts that got no answer.")


class Asked(Result):
    url: str
    model: str
    spent: Spent


class Estimate(Result):
    """What asking would take: ``about``, and ``at_most``; ``from_cache`` requests are answered already."""

    requests: int
    from_cache: int
    about: Usage
    at_most: Usage
    cost_about: float
    cost_at_most: float


def llm_client(options: LlmOptions, progress: Progress = quiet) -> Client:
    """Return the client that ``options`` describe, with the key of the environment. Nothing is sent yet."""
    from jobfit.app.encoding import private_cache
    from jobfit.llm.client import Client
    from jobfit.llm.meter import Budget, Meter, Prices
    from jobfit.llm.settings import Settings, key_from_environment

    if not options.url or not options.model:
        raise InputError("name the endpoint and the model: --llm-url and --llm-model")
    settings = Settings(
        answer_tokens=options.answer_tokens,
        longest_answer=8 * options.answer_tokens,
        concurrency=options.concurrency,
        attempts=options.attempts,
        seconds=options.timeout,
        plain_http=options.plain_http,
    )
    meter = Meter(
        Prices(options.price_prompt, options.price_answer), Budget(options.budget_tokens, options.budget_cost)
    )
    cache = options.cache or private_cache() / "llm"

    def told(spent: Spent) -> None:
        progress.step("Answers of the model", spent.requests + spent.from_cache, 0)

    key = key_from_environment()
    return Client(options.url, options.model, key, cache=cache, settings=settings, meter=meter, told=told)
