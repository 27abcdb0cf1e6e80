"""jobfit encoders: which encoders come with jobfit, and whether they are ready here."""

from __future__ import annotations

import typer

from jobfit.app import encoders as app
from jobfit.cli.command import command
from jobfit.cli.output import print_table, stderr


def _print(result: app.Encoders) -> None:
    print_table(("encoder", "languages", "MB", "licence", "ready"), map(_cells, result.encoders))
    for row in result.encoders:
        if row.problem:
            stderr.print(f"{row.name}: {row.problem}")


def _cells(row: app.EncoderRow) -> tuple[str, ...]:
    ready = "cannot be used" if row.problem else "yes" if row.prepared else "no"
    return row.name, ", ".join(row.languages), f"{row.mb:g}", row.licence, ready


encoders = command(app.list_encoders, _print, names=typer.Argument(metavar="[NAME]..."))
