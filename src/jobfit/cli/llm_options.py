"""The options of commands that ask a language model, and how they become a client. The key is never an option."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobfit.cli.gathered import Command, gathered
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.llm.client import Client

_PANEL = "Language model"
LlmUrl = Annotated[
    str | None,
    typer.Option(
        help="Any OpenAI-compatible endpoint, e.g. http://localhost:8000/v1. Its key: JOBFIT_LLM_KEY.",
        rich_help_panel=_PANEL,
    ),
]
LlmModel = Annotated[str | None, typer.Option(help="The model's name there.", rich_help_panel=_PANEL)]
LlmCache = Annotated[
    Path | None,
    typer.Option(help="Where answers are kept (default: in JOBFIT_HOME). Private to you.", rich_help_panel=_PANEL),
]
LlmConcurrency = Annotated[int, typer.Option(min=1, max=256, help="Requests at once.", rich_help_panel=_PANEL)]
LlmTimeout = Annotated[float, typer.Option(min=1, help="Seconds that one request may take.", rich_help_panel=_PANEL)]
LlmAttempts = Annotated[int, typer.Option(min=1, max=20, help="How often a request is tried.", rich_help_panel=_PANEL)]
LlmAnswerTokens = Annotated[
    int,
    typer.Option(min=64, help="Length of an answer at first; raise it for models that reason.", rich_help_panel=_PANEL),
]
LlmBudgetTokens = Annotated[
    int | None, typer.Option(min=1, help="Stop before more tokens than this are used.", rich_help_panel=_PANEL)
]
LlmBudgetCost = Annotated[
    float | None, typer.Option(min=0, help="Stop before more than this is spent.", rich_help_panel=_PANEL)
]
LlmPricePrompt = Annotated[float, typer.Option(min=0, help="Price of a million tokens sent.", rich_help_panel=_PANEL)]
LlmPriceAnswer = Annotated[
    float, typer.Option(min=0, help="Price of a million tokens answered.", rich_help_panel=_PANEL)
]
LlmPlainHttp = Annotated[
    bool,
    typer.Option(
        "--llm-plain-http", help="Allow http:// to another machine: CVs travel unencrypted.", rich_help_panel=_PANEL
    ),
]
LlmKeepIncomplete = Annotated[
    bool,
    typer.Option("--llm-keep-incomplete", help="Go on without parts that got no answer.", rich_help_panel=_PANEL),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say how many tokens it would take and what it would cost; send nothing.")
]


@dataclass(frozen=True, slots=True)
class LlmOptions:
    """The options of a language model as a command was given them; :func:`asks_a_model` declares them for it."""

    url: LlmUrl = None
    model: LlmModel = None
    cache: LlmCache = None
    concurrency: LlmConcurrency = 4
    timeout: LlmTimeout = 120.0
    attempts: LlmAttempts = 5
    answer_tokens: LlmAnswerTokens = 2048
    budget_tokens: LlmBudgetTokens = None
    budget_cost: LlmBudgetCost = None
    price_prompt: LlmPricePrompt = 0.0
    price_answer: LlmPriceAnswer = 0.0
    plain_http: LlmPlainHttp = False
    keep_incomplete: LlmKeepIncomplete = False


def asks_a_model(*without: str) -> Callable[[Command], Command]:
    """Put ``--llm-url`` and its kin in the place of a command's parameter ``llm``; ``without`` are not offered."""
    return gathered("llm", LlmOptions, "llm_", without)


def llm_client(options: LlmOptions) -> Client:
    """Return the client that ``options`` describe, with the key of the environment. Nothing is sent yet.

    Raises:
        InputError: the URL or the model is missing or unusable.
    """
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
    cache = options.cache or _default_cache()
    return Client(options.url, options.model, key_from_environment(), cache=cache, settings=settings, meter=meter)


def _default_cache() -> Path:
    from jobfit.store.home import jobfit_home

    home = jobfit_home()
    with suppress(OSError):  # the cache says what is wrong with a folder that cannot be made
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        (home / "cache").mkdir(mode=0o700, exist_ok=True)
    return home / "cache" / "llm"
