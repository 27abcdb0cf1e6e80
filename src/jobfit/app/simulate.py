"""A seeded hiring market whose truth is known, and the truth of any of its pairs."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from jobfit.app.wire import Out, Progress, Request, Result, Seed, quiet
from jobfit.errors import InputError

if TYPE_CHECKING:
    from jobfit.simulation.settings import MarketSettings

Share = Annotated[float, Field(ge=0, le=1)]


class Knobs(Request):
    title: ClassVar[str] = "Settings of the market"

    forgotten: Share = Field(0.15, description="Share of the skills held that the CV does not mention.")
    label_noise: Annotated[float, Field(ge=0, le=0.5)] = Field(
        0.02, description="Probability that a verdict is the opposite of what was meant."
    )
    censoring: Share = Field(0.5, description="How much of what employers decide is never logged.")
    bias: Annotated[float, Field(ge=0)] = Field(0.0, description="Log-odds that biased screeners take off.")
    bias_attribute: Literal["sex", "age_band", "origin"] = Field("origin", description="What they look at.")
    leak: Share = Field(0.0, description="How far the text below the name tells the groups.")
    name_leak: Share = Field(1.0, description="How far the name tells the groups.")
    distractors: Share = Field(0.4, description="Probability that a post or a vacancy names skills of others.")
    paraphrase: Share = Field(0.5, description="Probability that a skill is told without its name.")
    typos: Share = Field(0.005, description="Probability that a word of five letters or more is misspelt.")
    untidy: Share = Field(0.0, description="Probability that a statement is put as real texts do and tidy ones do not.")


class SimulateRequest(Request):
    out: Out
    candidates: int = Field(300, ge=1, description="How many people, up to a million.")
    vacancies: int = Field(40, ge=1, description="How many open positions.")
    seed: Seed = 1
    rendered: Share = Field(0.1, description="Share of CVs rendered as PDF and DOCX.")
    parquet: bool = Field(False, description="Stream tables to Parquet instead of writing files.")
    taxonomy: str = Field("compact", description="compact, an imported taxonomy, or a folder of ESCO CSVs.")
    languages: str = Field("en=0.5,fr=0.5", description="Languages of the texts, with shares where unequal.")
    seen: int = Field(12, ge=1, description="How many times a candidate is shown a vacancy.")
    knobs: Knobs = Knobs()

    def settings(self) -> MarketSettings:
        from jobfit.simulation.settings import MarketSettings

        codes, shares = _languages(self.languages)
        sizes = self.model_dump(include={"candidates", "vacancies", "taxonomy", "seen"})
        return MarketSettings(**sizes, **self.knobs.model_dump(), languages=codes, language_shares=shares)


class Market(Result):
    """The folder that was written. ``relevant``: pairs of grade 1 or more; ``sha256`` covers every file."""

    folder: Path
    candidates: int
    vacancies: int
    applications: int
    relevant: int
    files: int
    sha256: str
    seed: int


class Streamed(Result):
    """The tables that were written. ``sampled``: queries of each side whose relevant pairs are listed; 0: all are."""

    folder: Path
    candidates: int
    vacancies: int
    exposures: int
    applications: int
    sampled: int
    files: int
    seed: int


def simulate(request: SimulateRequest, progress: Progress = quiet) -> Market | Streamed:
    """Write CVs, vacancies, the log of who saw and applied where, protected attributes, the world and its truth.

    The knobs and the model are in docs/market.md. With --parquet the market is streamed: any size in bounded memory.
    """
    settings = request.settings()
    if request.parquet:
        from jobfit.simulation.stream import stream_market

        streamed = stream_market(request.out, settings, request.seed, progress=progress.of("Simulating"))
        return Streamed.of(streamed, seed=request.seed)
    from jobfit.simulation.market import simulate
    from jobfit.simulation.writer import write_market

    written = write_market(simulate(settings, request.seed), request.out, rendered_share=request.rendered)
    return Market.of(written, seed=request.seed)


def _languages(text: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Read ``en,fr`` or ``en=0.7,fr=0.3``."""
    parts = [part.strip().partition("=") for part in text.split(",")]
    try:
        shares = tuple(float(share) for _, _, share in parts if share)
    except ValueError as error:
        raise InputError(f"--languages {text!r}: write shares as numbers, e.g. en=0.7,fr=0.3") from error
    if shares and len(shares) < len(parts):
        raise InputError(f"--languages {text!r}: give every language a share, or none")
    return tuple(code for code, _, _ in parts), shares


class TruthRequest(Request):
    market: Path = Field(description="A folder that jobfit simulate wrote.")
    pairs: Path = Field(description="CSV with candidate_id and vacancy_id; - for stdin.")


class PairTruth(Result):
    """What is true of a pair; the fields are described in :mod:`jobfit.simulation.asked`."""

    candidate_id: str
    vacancy_id: str
    qualification: float
    preference: float
    grade: int
    exposed: float
    applies: float
    accepted: float
    accepted_as_logged: float
    joins: float


class Truth(Result):
    pairs: tuple[PairTruth, ...]


def truth(request: TruthRequest, progress: Progress = quiet) -> Truth:
    """Print the truth of pairs of a simulated market: scores, grade, and the probability of each step, as CSV."""
    from jobfit.simulation.asked import ask, read_settings

    rows = ask(*read_settings(request.market), _pairs(request.pairs))
    return Truth(pairs=tuple(PairTruth(**row) for row in rows))


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    from jobfit.artifacts import read_text

    reader = csv.DictReader((sys.stdin.read() if str(path) == "-" else read_text(path)).splitlines())
    columns = reader.fieldnames or ()
    if missing := {"candidate_id", "vacancy_id"} - set(columns):
        raise InputError(f"{path}: no column {', '.join(sorted(missing))} (found: {', '.join(columns)})")
    for row in reader:
        yield row["candidate_id"] or "", row["vacancy_id"] or ""
