"""All commands by name. The module of a command is imported when the command is invoked, never to list it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

COMMANDS = {  # name: module and attribute, a function or a group of commands
    "ingest": "ingest:ingest",
    "fill": "filling:fill",
    "list": "ingest:list_records",
    "show": "show:show",
    "remove": "remove:remove",
    "applications": "applications:applications",
    "match": "match:match",
    "source": "source:source",
    "experts": "experts:experts",
    "chances": "experts:chances",
    "frontier": "market:frontier",
    "allocate": "market:allocate",
    "rank": "evaluation:rank",
    "evaluate": "evaluation:evaluate",
    "compare": "evaluation:compare",
    "audit": "audit:audit",
    "simulate": "simulate:simulate",
    "truth": "simulate:truth",
    "classify": "pairs:classify",
    "prepare": "prepare:prepare",
    "reproduce": "training:reproduce",
    "split": "evaluation:split",
    "convert": "evaluation:convert",
    "train": "training:train",
    "mine": "training:mine",
    "hyre": "texts:hyre",
    "paraphrase": "texts:paraphrase",
    "label": "prepare:label",
    "annotate": "texts:annotate",
    "align": "pairs:align",
    "demo": "simulate:demo",
    "encoders": "encoders:encoders",
    "taxonomy": "taxonomy:group",
    "geo": "geo:group",
}
# name: the first paragraph of the command's own help; written by `make docs`, so that --help need not import it
HELP = Path(__file__).with_name("help.json")


class _Commands(Mapping[str, Any]):
    """The commands by name, each made when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        module, _, attribute = COMMANDS[name].partition(":")
        target = getattr(import_module(f"jobfit.cli.{module}"), attribute)
        if isinstance(target, typer.Typer):
            group = get_group(target)
            group.name = name
            return group
        alone = typer.Typer(add_completion=False)
        alone.command(name)(target)
        return get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _LazyGroup(TyperGroup):
    """The group of all commands. Its help is plain: Rich's panels take twice as long as everything else in it."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands: Any = _Commands()

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args:
            typer.echo(ctx.get_help())
            ctx.exit(2)
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(json.loads(HELP.read_text(encoding="utf-8")).items()))


app = typer.Typer(cls=_LazyGroup, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _jobfit() -> None:
    """Person-job matching that can be trained, controlled, explained and audited.

    It orders and explains; a named person decides.
    """
