"""The frontier between what one side prefers and whether the other accepts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from jobfit.app.wire import Progress, Request, Result, quiet
from jobfit.errors import InputError, PolicyError, UnknownIdError, named
from jobfit.evaluation.statistics import Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jobfit.evaluation.two_sided import TwoSidedPairs
    from jobfit.experiments.steering import SteeredList
    from jobfit.policy.floors import ExposureBound

LIKED, OUTCOME = "liked", "outcome"
MOST_ECE, BINS, FEWEST = 0.1, 5, 100


class FrontierRequest(Request):
    pairs: Path = Field(description="CSV: candidate_id, vacancy_id, applies, accepted, liked (grade), outcome (0, 1).")
    out: Path = Field(description="Folder for frontier.svg and frontier.json.")
    asking: Literal["candidate", "vacancy"] = Field("candidate", description="Whose lists these are.")
    temperature: float = Field(0.05, ge=0, description="In the unit of applies; lower: nearer to the top of a list.")
    points: int = Field(11, ge=2, description="How many floors, from nothing asked to nearly the most there is.")
    k: int = Field(10, ge=1, description="The cutoff of the preference nDCG.")
    policy: Path | None = Field(None, description="YAML: its trade_off's exposure of vacancies is kept at every point.")


class Exposure(Result):
    """What a bound on exposure makes of a point; see :class:`jobfit.experiments.steering.Exposed`."""

    name: str
    least: float | None
    most: float | None
    share: float
    price: float
    full: int | None


class Point(Result):
    least: float | None
    price: float | None
    qualification: Estimate
    preference: Estimate
    exposure: tuple[Exposure, ...]


class FrontierResult(Result):
    """``ece``: how far the chances in ``accepted`` are from the ``outcomes`` known. ``left_out``: who liked none."""

    queries: int
    left_out: int
    ece: Estimate
    outcomes: int
    temperature: float
    k: int
    points: tuple[Point, ...]
    surplus: Point
    plot: Path


def frontier(request: FrontierRequest, progress: Progress = quiet) -> FrontierResult:
    """Draw preference nDCG against expected qualification over floors, from a table of pairs; nothing is trained.

    The preference is `applies`, the qualification `accepted`, both chances. `liked` is a grade from 0 of what the side
    that asks wanted, `outcome` 1 where an application was accepted and 0 where it was not; empty cells are unknown. The
    outcomes are there to see whether `accepted` is calibrated; chances that are not are refused. Of a policy file the
    bounds on exposure are read, which hold of all attention together.

    Raises:
        PolicyError: fewer than 100 outcomes or of one kind alone, a calibration error above 0.1 over five bins, a
            policy file that asks for more than exposure, or exposure that the lists cannot give.
    """
    import json

    from jobfit.artifacts import make_folder, write_atomic
    from jobfit.evaluation.two_sided import read_two_sided
    from jobfit.experiments.steering import steer, steering_plot

    pairs = read_two_sided(request.pairs, (LIKED, OUTCOME))
    ece, outcomes = _calibrated(pairs, request)
    lists = _lists(pairs, request)
    bounds = _exposure(pairs, request)
    points, surplus = steer(lists, request.points, request.temperature, request.k, bounds)
    make_folder(request.out)
    plot = request.out / "frontier.svg"
    write_atomic(plot, steering_plot(points, surplus, request.k))
    queries = points[0].preference.n
    result = FrontierResult(
        queries=queries, left_out=len(lists) - queries, ece=ece, outcomes=outcomes, temperature=request.temperature,
        k=request.k, points=[Point.of(one) for one in points], surplus=Point.of(surplus), plot=plot,
    )  # fmt: skip
    content = result.model_dump(mode="json", exclude={"plot"})
    write_atomic(request.out / "frontier.json", json.dumps(content, indent=1) + "\n")
    return result


def _exposure(pairs: TwoSidedPairs, request: FrontierRequest) -> Mapping[str, ExposureBound]:
    """Return the bounds on exposure of the policy file, by name."""
    from dataclasses import fields, replace

    from jobfit.policy.floors import Floors
    from jobfit.policy.requirements import Requirements, load_requirements

    if request.policy is None:
        return {}
    read = load_requirements(request.policy)
    floors = read.floors
    if floors is None or not floors.exposure:
        raise PolicyError(f"{request.policy}: no exposure under trade_off, and a frontier reads nothing else")
    silent = Floors(exposure=floors.exposure)
    others = [one.name for one in fields(floors) if getattr(floors, one.name) != getattr(silent, one.name)]
    others += ["other sections"] if replace(read, floors=None) != Requirements() else []
    if others:
        raise PolicyError(
            f"{request.policy}: a frontier reads the exposure alone, of a table of pairs: leave out {', '.join(others)}"
        )
    if request.asking == "vacancy":
        raise PolicyError(
            f"{request.policy}: exposure is of vacancies, and with --asking vacancy these are no lists of them"
        )
    asked = {vacancy for bound in floors.exposure for vacancy in bound.vacancies}
    if unknown := asked.difference(pairs.vacancies):
        raise UnknownIdError(f"{request.policy}: exposure: {request.pairs} has no vacancy {named(unknown)}")
    return floors.exposures


def _calibrated(pairs: TwoSidedPairs, request: FrontierRequest) -> tuple[Estimate, int]:
    """Return the calibration error of the chances to be accepted, and on how many outcomes.

    Whole queries are drawn again for its interval.
    """
    import numpy as np

    from jobfit.evaluation.calibration import calibration
    from jobfit.evaluation.pairs import ScoredPairs

    known = np.flatnonzero(~np.isnan(pairs.others[OUTCOME]))
    labels = pairs.others[OUTCOME][known]
    no, yes = (int((labels == kind).sum()) for kind in (0, 1))
    if no + yes == len(known) and (len(known) < FEWEST or 0 in (no, yes)):
        raise PolicyError(
            f"{request.pairs}: to see whether the chances in `accepted` are calibrated, at least {FEWEST} outcomes of "
            f"both kinds are needed, and there are {yes} times 1 and {no} times 0: fill the column `outcome` where "
            "something was decided"
        )
    ids = [(pairs.candidates[pairs.row[n]], pairs.vacancies[pairs.column[n]]) for n in known]
    if request.asking == "vacancy":
        ids = [(vacancy, candidate) for candidate, vacancy in ids]
    ece = calibration(ScoredPairs.of(ids, labels, pairs.accepted[known]), BINS, "mass").measures["ece"]
    if ece.mean is None or ece.mean > MOST_ECE:
        raise PolicyError(
            f"{request.pairs}: `accepted` is not calibrated: its calibration error on {len(known)} outcomes is {ece}, "
            f"above {MOST_ECE}. A share of it cannot be promised: calibrate it on validation pairs first"
        )
    return ece, len(known)


def _lists(pairs: TwoSidedPairs, request: FrontierRequest) -> list[SteeredList]:
    import numpy as np

    from jobfit.experiments.steering import SteeredList

    liked = pairs.others[LIKED]
    wrong = np.flatnonzero((liked < 0) | (liked % 1 != 0) & ~np.isnan(liked))
    if len(wrong):
        raise InputError(f"{request.pairs}: liked {liked[wrong[0]]:g} is not a grade: a whole number from 0, or empty")
    grades = np.where(np.isnan(liked), -1, liked).astype(np.int64)
    sides = (pairs.row, pairs.candidates), (pairs.column, pairs.vacancies)
    (own, queries), (other, documents) = sides if request.asking == "candidate" else sides[::-1]
    found = []
    for number, query in enumerate(queries):
        mine = np.flatnonzero(own == number)
        ids = tuple(documents[n] for n in other[mine])
        found.append(SteeredList(query, ids, pairs.applies[mine], pairs.accepted[mine], grades[mine]))
    return found
