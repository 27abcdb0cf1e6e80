"""jobfit simulate and jobfit truth: a seeded market whose truth is known, and the truth of any of its pairs."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import asdict, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobfit.cli.options import AsJson, Out, Seed
from jobfit.cli.output import print_json, progress, stdout

if TYPE_CHECKING:
    from jobfit.simulation.settings import MarketSettings

SETTINGS = "Settings of the market"


class Attribute(StrEnum):
    """The protected attributes of the market."""

    SEX = "sex"
    AGE_BAND = "age_band"
    ORIGIN = "origin"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(simulate)
    app.command()(truth)


def _knob(text: str, top: float | None = 1.0) -> object:
    return typer.Option(min=0, max=top, help=text, rich_help_panel=SETTINGS)


def simulate(
    out: Out,
    *,
    candidates: Annotated[int, typer.Option(min=1, help="How many people, up to a million.")] = 300,
    vacancies: Annotated[int, typer.Option(min=1, help="How many open positions.")] = 40,
    seed: Seed = 1,
    rendered: Annotated[float, typer.Option(min=0, max=1, help="Share of CVs rendered as PDF and DOCX.")] = 0.1,
    parquet: Annotated[
        bool, typer.Option("--parquet", help="Stream tables to Parquet instead of writing files.")
    ] = False,
    taxonomy: Annotated[str, typer.Option(help="compact, an imported taxonomy, or a folder of ESCO CSVs.")] = "compact",
    languages: Annotated[
        str, typer.Option(help="Languages of the texts, with shares where unequal.")
    ] = "en=0.5,fr=0.5",
    seen: Annotated[int, typer.Option(min=1, help="How many times a candidate is shown a vacancy.")] = 12,
    forgotten: Annotated[float, _knob("Share of the skills held that the CV does not mention.")] = 0.15,
    label_noise: Annotated[float, _knob("Probability that a verdict is the opposite of what was meant.", 0.5)] = 0.02,
    censoring: Annotated[float, _knob("How much of what employers decide is never logged.")] = 0.5,
    bias: Annotated[float, _knob("Log-odds that biased screeners take off.", None)] = 0.0,
    bias_attribute: Annotated[
        Attribute, typer.Option(help="What they look at.", rich_help_panel=SETTINGS)
    ] = Attribute.ORIGIN,
    leak: Annotated[float, _knob("How far the text below the name tells the groups.")] = 0.0,
    name_leak: Annotated[float, _knob("How far the name tells the groups.")] = 1.0,
    distractors: Annotated[float, _knob("Probability that a post or a vacancy names skills of others.")] = 0.4,
    paraphrase: Annotated[float, _knob("Probability that a skill is told without its name.")] = 0.5,
    typos: Annotated[float, _knob("Probability that a word of five letters or more is misspelt.")] = 0.005,
    as_json: AsJson = False,
) -> None:
    """Write CVs, vacancies, the log of who saw and applied where, protected attributes, the world and its truth.

    The knobs and the model are in docs/market.md. With --parquet the market is streamed: any size in bounded memory.
    """
    from jobfit.simulation.settings import MarketSettings

    codes, shares = _languages(languages)
    settings = MarketSettings(
        candidates=candidates,
        vacancies=vacancies,
        languages=codes,
        language_shares=shares,
        taxonomy=taxonomy,
        seen=seen,
        forgotten=forgotten,
        label_noise=label_noise,
        censoring=censoring,
        bias=bias,
        bias_attribute=str(bias_attribute),
        leak=leak,
        name_leak=name_leak,
        distractors=distractors,
        paraphrase=paraphrase,
        typos=typos,
    )
    summary = _write(out, settings, seed, None if parquet else rendered)
    if as_json:
        print_json(summary | {"folder": str(out), "seed": seed})
        return
    for key, value in summary.items():
        stdout.print(f"{key.replace('_', ' ')}: {value}")


def _write(out: Path, settings: MarketSettings, seed: int, rendered: float | None) -> dict[str, object]:
    """Write the market, as Parquet where ``rendered`` is ``None``; return the summary."""
    if rendered is None:
        from jobfit.simulation.stream import stream_market

        with progress("Simulating") as update:
            return asdict(stream_market(out, settings, seed, progress=update))
    from jobfit.simulation.market import simulate
    from jobfit.simulation.writer import write_market

    return asdict(write_market(simulate(settings, seed), out, rendered_share=rendered))


def _languages(text: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Read ``en,fr`` or ``en=0.7,fr=0.3``."""
    parts = [part.strip().partition("=") for part in text.split(",")]
    given = [share for _, _, share in parts if share]
    try:
        shares = tuple(float(share) for share in given)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r}: write shares as numbers, e.g. en=0.7,fr=0.3") from error
    if shares and len(shares) < len(parts):
        raise typer.BadParameter(f"{text!r}: give every language a share, or none")
    return tuple(code for code, _, _ in parts), shares


def truth(
    market: Annotated[Path, typer.Argument(metavar="MARKET", help="A folder that jobfit simulate wrote.")],
    pairs: Annotated[Path, typer.Argument(metavar="PAIRS", help="CSV with candidate_id and vacancy_id; - for stdin.")],
    as_json: AsJson = False,
) -> None:
    """Print the truth of pairs of a simulated market: scores, grade, and the probability of each step, as CSV."""
    from jobfit.simulation.asked import PairTruth, ask, read_settings

    rows = ask(*read_settings(market), _pairs(pairs))
    if as_json:
        print_json({"pairs": [asdict(row) for row in rows]})
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([field.name for field in fields(PairTruth)])
    writer.writerows([list(asdict(row).values()) for row in rows])


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a CSV file."""
    from jobfit.errors import InputError

    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error})") from error
    reader = csv.DictReader(text.splitlines())
    missing = {"candidate_id", "vacancy_id"} - set(reader.fieldnames or ())
    if missing:
        raise InputError(
            f"{path}: no column {', '.join(sorted(missing))} (found: {', '.join(reader.fieldnames or ())})"
        )
    for row in reader:
        yield row["candidate_id"] or "", row["vacancy_id"] or ""
