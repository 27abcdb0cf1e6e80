"""jobfit show: what was understood of a record, for a person to check."""

from __future__ import annotations

from itertools import groupby

import typer

from jobfit.app import show as use_case
from jobfit.app.show import Fact, Shown, ShowResult
from jobfit.cli.command import command
from jobfit.cli.output import in_sentence, note_outdated, stdout
from jobfit.records import Filler

_POLARITIES = {"has_not": "has NOT", "wants": "wants", "must": "must", "nice": "nice to have"}


def _print_shown(result: ShowResult) -> None:
    for record in result.records:
        _print_record(record)
    stdout.print('\nOnly what is "sure" may leave anybody out, where a policy file says so.', style="dim")
    if not result.personal:
        stdout.print("Personal details are hidden (█); --personal shows them.", style="dim")


def _print_record(record: Shown) -> None:
    row = "" if record.row is None else f", row {record.row}"
    stdout.print(f"\n{record.kind} {record.id}: {record.title}", style="bold")
    stdout.print(f"{record.path}{row}; language {record.language or 'unknown'}; {record.characters} characters")
    note_outdated(int(record.outdated))
    if record.model is not None:
        stdout.print(f"what the rules did not find was asked of the language model {record.model}")
    for flag in record.flags:
        stdout.print(f"flag: {flag}", style="bold")
    for field, facts in groupby(record.facts, key=lambda fact: fact.field):
        stdout.print(f"\n{field.replace('_', ' ')}", style="bold")
        for fact in facts:
            _print_fact(fact)
    if record.unknown:
        names = ", ".join(name.replace("_", " ") for name in record.unknown)
        stdout.print("\nnot found, so unknown", style="bold")
        stdout.print(f"  {names}")


def _print_fact(fact: Fact) -> None:
    reader = "read by a language model" if fact.source is Filler.MODEL else None
    noted = ", ".join(filter(None, (_POLARITIES.get(fact.polarity), "sure" if fact.sure else None, reader)))
    stdout.print(f"  {fact.value}{f'  ({noted})' if noted else ''}")
    if fact.quote is not None and fact.sentence is not None:
        at = (fact.start or 0) - (fact.sentence_start or 0)
        where = f"characters {fact.start}–{fact.end}"
        stdout.print(f"      {in_sentence(fact.sentence, at, at + len(fact.quote))}  {where}", style="dim")


show = command(use_case.show, _print_shown, name=typer.Argument(metavar="ID|FILE"), kind=("--as",))
