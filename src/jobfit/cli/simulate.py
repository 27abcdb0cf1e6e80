"""jobfit simulate and jobfit truth: a seeded market whose truth is known, and the truth of any of its pairs."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import typer

from jobfit.app import simulate as use_case
from jobfit.app.simulate import Market, PairTruth, SimulateRequest, Streamed, Truth, TruthRequest
from jobfit.cli.command import AsJson, asks
from jobfit.cli.output import answer, stdout


@asks(SimulateRequest)
def simulate(request: SimulateRequest, as_json: AsJson = False) -> Market | Streamed:
    """Write CVs, vacancies, the log of who saw and applied where, protected attributes, the world and its truth.

    The knobs and the model are in docs/market.md. With --parquet the market is streamed: any size in bounded memory.
    """
    return answer(use_case.simulate, request, as_json, _print_market)


def _print_market(result: Market | Streamed) -> None:
    for key, value in result.model_dump(exclude={"seed"}).items():
        stdout.print(f"{key.replace('_', ' ')}: {value}")


@asks(TruthRequest, market=typer.Argument(metavar="MARKET"), pairs=typer.Argument(metavar="PAIRS"))
def truth(request: TruthRequest, as_json: AsJson = False) -> Truth:
    """Print the truth of pairs of a simulated market: scores, grade, and the probability of each step, as CSV."""
    if str(request.pairs) == "-":
        request = request.model_copy(update={"pairs": Path("/dev/stdin")})
    return answer(use_case.truth, request, as_json, _print_truth)


def _print_truth(result: Truth) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(PairTruth.model_fields)
    writer.writerows(pair.model_dump().values() for pair in result.pairs)
