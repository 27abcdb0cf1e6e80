"""All commands by name. The module of a command is imported when the command is invoked, never to list it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

# name: where it is, what `jobfit --help` says of it (the first paragraph of its own help: a test compares them)
# fmt: off
COMMANDS = {
    "ingest": ("ingest:ingest",
        "Read candidates and vacancies into the store. Unchanged files change nothing; exit code 3: some "
        "were rejected."),
    "list": ("ingest:list_records",
        "List the records of one kind: id, title, language, version, where it came from."),
    "match": ("match:match",
        "Print a shortlist: score, ledger with quotes, contributions, and who is not in the pool and why."),
    "rank": ("rank:rank",
        "Rank a corpus for every query and write a TREC run."),
    "evaluate": ("evaluation:evaluate",
        "Print each measure with its bootstrap 95 % interval, n and, where the pool is known, the level of chance."),
    "compare": ("evaluation:compare",
        "Test B against A on the same queries: difference, interval, paired randomisation test, Holm's correction."),
    "simulate": ("simulate:simulate",
        "Write CVs, vacancies, the log of who saw and applied where, protected attributes, the world and its truth."),
    "truth": ("simulate:truth",
        "Print the truth of pairs of a simulated market: scores, grade, and the probability of each step, as CSV."),
    "classify": ("pairs:classify",
        "Classify scored pairs: accuracy to ROC-AUC with 95 % intervals, beside always no, always yes and the prior."),
    "prepare": ("prepare:prepare",
        "Write documents, labelled pairs and qrels to OUT; account for every row. Exit code 3: some were unusable."),
    "reproduce": ("reproduce:reproduce",
        "Run every row of a paper with intervals, and say in words which of its claims held."),
    "split": ("datasets:split",
        "Split pairs by time, vacancy, candidate or both; near-duplicate texts stay together, and the guard looks."),
    "convert": ("datasets:convert",
        "Convert between BEIR, ConFit, RankPO and Parquet, and say what the new format has no place for."),
    "train": ("train:train",
        "Train an encoder; OUT/model is a sentence-transformers folder. Ctrl-C keeps the state; --resume goes on."),
    "mine": ("mine:mine",
        "Mine hard negatives: for each anchor, documents that rank high and are no known positive."),
    "hyre": ("texts:hyre",
        "Write a hypothetical resume for each vacancy to OUT; a second run makes only what is missing."),
    "paraphrase": ("texts:paraphrase",
        "Write a paraphrase of each text that is copied to OUT; a second run makes only what is missing."),
    "label": ("label:label",
        "Label every pair of a candidate and a vacancy by rules; OUT is a folder for `jobfit train --data`."),
    "annotate": ("texts:annotate",
        "Ask which of two candidates suits better, in both orders, and append each vote to OUT."),
    "align": ("pairs:align",
        "Compare scores with a judge's choices between A and B, with the position check of both."),
    "demo": ("demo:demo",
        "Simulate a market, ingest its files, match both ways, evaluate against the truth, write OUT/report.html."),
    "taxonomy": ("taxonomy:group",
        "Import ESCO; ask a taxonomy about its occupations and skills."),
    "geo": ("geo:group",
        "Tables of places: city to department and region, offline."),
}
# fmt: on


class _Commands(Mapping[str, Any]):
    """The commands by name, each made when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        module, _, attribute = COMMANDS[name][0].partition(":")
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

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


app = typer.Typer(cls=_LazyGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def _jobfit() -> None:
    """Person-job matching that can be trained, controlled, explained and audited.

    It orders and explains; a named person decides.
    """
