"""Lists for a whole market at once: nobody is sent where everybody is sent."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from jobfit.app.wire import K, Progress, Request, Result, Seed, quiet
from jobfit.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jobfit.evaluation.matches import Lists
    from jobfit.policy.congestion import Capped

    Floats = NDArray[np.float64]
    Sides = tuple[Sequence[str], Sequence[str]]

BETAS = (1.0, 0.3, 0.1, 0.05, 0.03)
LEAST_SHARE = 1e-4  # of a person's attention: less is not written


class AllocateRequest(Request):
    pairs: Path = Field(description="CSV: candidate_id, vacancy_id, applies, accepted; what jobfit truth prints.")
    out: Path = Field(description="Folder for both sides' lists, as TREC runs.")
    k: K = 20
    positions: Path | None = Field(None, description="CSV: vacancy_id, positions; one each by default.")
    beta: float | None = Field(
        None, gt=0, description="Sharpness of the matching, lower is sharper; by default the best of five here."
    )
    cap: float | None = Field(
        None, ge=0, description="Also: shares of attention by which no vacancy expects more applications than this."
    )
    attention: Literal["inverse", "log"] = Field("inverse", description="Attention at place r: 1/r or 1/log2(1+r).")
    seed: Seed = 0


class Allocated(Result):
    """What a method's lists bring by the chances given.

    expected: matches; effective: hires, with one job each and as many as there are positions, mean of 50 draws.
    envy_candidates, envy_vacancies: ordered pairs of which one would match more in the other's places.
    most_applications: the most that any vacancy has to expect; unseen: vacancies that expect less than 0.01 of one.
    """

    expected: float
    effective: float
    envy_candidates: int
    envy_vacancies: int
    most_applications: float
    unseen: int


class Shares(Result):
    """Where each person looks, one vacancy at a time, so that the cap holds for one look of everybody.

    full: vacancies at their cap, those that are closed among them. looking_at_none: the share of all attention that the
    caps turn away.
    """

    most_applications: float
    full: int
    looking_at_none: float
    path: Path


class AllocateResult(Result):
    """``beta`` of the matching, in how many ``steps`` it was solved, and what each method brings."""

    candidates: int
    vacancies: int
    pairs: int
    k: int
    beta: float
    steps: int
    methods: dict[str, Allocated]
    capped: Shares | None
    vacancies_for_candidates: Path
    candidates_for_vacancies: Path


def allocate(request: AllocateRequest, progress: Progress = quiet) -> AllocateResult:
    """Write both sides' lists for a whole market, by a matching that spreads people over the vacancies.

    `applies` is the chance that a candidate applies once the vacancy is seen, `accepted` that the employer accepts; a
    pair that is not in the table is never listed, nor is a vacancy with 0 positions. The matching's lists are then put
    in the order that answers the other side's best. Beside them stand each side's own order (naive), the product of the
    chances and the matching as it is; docs/congestion.md says what is measured.

    Raises:
        InputError: a table that cannot be read, positions of an unknown vacancy, no open position, or a beta too small.
    """
    import numpy as np

    from jobfit.evaluation.matches import answered, matches
    from jobfit.evaluation.two_sided import read_two_sided
    from jobfit.policy.congestion import Dense, capped, match

    pairs = read_two_sided(request.pairs)
    applies, accepts = pairs.table(pairs.applies), pairs.table(pairs.accepted)
    positions = _positions(request, pairs.vacancies)
    listed = (pairs.table(pairs.applies * 0 + 1) > 0) & (positions > 0)
    if not listed.any():
        raise InputError("no vacancy among the pairs has an open position: there is nothing to list")
    people = (pairs.candidates, pairs.vacancies)

    def bring(scores: Floats, back: Floats) -> tuple[Allocated, Lists]:
        lists = _lists(scores, back, listed, people, request.k)
        found = matches(lists, applies, accepts, request.attention)
        envy = found.envy(applies, accepts)
        crowd = found.applications.sum(axis=0)
        hired = float(found.effective(positions, seed=request.seed).mean())
        return Allocated(
            expected=found.expected, effective=hired, envy_candidates=envy[0], envy_vacancies=envy[1],
            most_applications=float(crowd.max()), unseen=int((crowd < 0.01).sum()),
        ), lists  # fmt: skip

    product, surplus = applies * accepts, np.where(listed, applies + accepts, -np.inf)
    methods = {"naive": bring(applies, accepts)[0], "product": bring(product, product)[0]}
    tried = []
    betas = BETAS if request.beta is None else (request.beta,)
    for number, beta in enumerate(betas, start=1):
        kernel = Dense(surplus, beta)
        solved = match(kernel, 1.0, tolerance=1e-6)
        flow = solved.flow(kernel)
        tried.append((bring(flow, flow)[0], flow, beta, solved.steps))
        progress.step("Matching", number, len(betas))
    best, flow, beta, steps = max(tried, key=lambda one: one[0].expected)
    methods["matching"] = best
    scores, back = answered(flow, flow.T, applies, accepts, request.attention)
    methods["answered"], lists = bring(scores, back.T)
    paths = _written(lists, people, request.out)
    shares = None
    if request.cap is not None:
        caps = np.where(positions > 0, request.cap, 0.0)
        shares = _capped(capped(product, applies, caps), applies, caps, people, request.out)
    return AllocateResult(
        candidates=len(people[0]), vacancies=len(people[1]), pairs=len(pairs.row), k=request.k, beta=beta, steps=steps,
        methods=methods, capped=shares, vacancies_for_candidates=paths[0], candidates_for_vacancies=paths[1],
    )  # fmt: skip


def _capped(shared: Capped, applies: Floats, caps: Floats, sides: Sides, out: Path) -> Shares:
    import numpy as np

    from jobfit.artifacts import write_lines

    rows, columns = np.nonzero(shared.attention >= LEAST_SHARE)
    lines = (
        f"{sides[0][row]},{sides[1][column]},{shared.attention[row, column]:.6f}"
        for row, column in zip(rows.tolist(), columns.tolist())
    )
    path = out / "attention.csv"
    write_lines(path, chain(["candidate_id,vacancy_id,share"], lines))
    crowd = (shared.attention * applies).sum(axis=0)
    return Shares(
        most_applications=float(crowd.max()), full=int(((shared.prices > 0) | (caps == 0)).sum()),
        looking_at_none=float(1 - shared.attention.sum(axis=1).mean()), path=path,
    )  # fmt: skip


def _positions(request: AllocateRequest, vacancies: Sequence[str]) -> NDArray[np.intp]:
    import numpy as np

    from jobfit.artifacts import csv_rows

    found, seen = dict.fromkeys(vacancies, 1), set[str]()
    for place, cells in csv_rows(request.positions, ("vacancy_id", "positions")) if request.positions else ():
        if cells["vacancy_id"] not in found:
            raise InputError(f"{place}: the vacancy {cells['vacancy_id']!r} is not among the pairs")
        if cells["vacancy_id"] in seen:
            raise InputError(f"{place}: the vacancy {cells['vacancy_id']!r} is there already")
        if not cells["positions"].isdecimal():
            raise InputError(f"{place}: positions {cells['positions']!r} is not a whole number from 0")
        seen.add(cells["vacancy_id"])
        found[cells["vacancy_id"]] = int(cells["positions"])
    return np.array(list(found.values()), dtype=np.intp)


def _lists(scores: Floats, back: Floats, listed: NDArray[np.bool_], sides: Sides, k: int) -> Lists:
    """Return both sides' lists, ties broken as everywhere; whoever is in no pair stands in no list."""
    from jobfit.evaluation.matches import Lists

    people, openings = sides
    return Lists(_best(scores, listed, people, openings, k), _best(back.T, listed.T, openings, people, k))


def _best(
    scores: Floats, listed: NDArray[np.bool_], queries: Sequence[str], ids: Sequence[str], k: int
) -> NDArray[np.intp]:
    import numpy as np

    from jobfit.ordering import order

    found = np.full((len(queries), min(k, len(ids))), -1, dtype=np.intp)
    for row, query in enumerate(queries):
        there = np.flatnonzero(listed[row])
        best = there[order(query, [ids[n] for n in there.tolist()], scores[row, there], k)]
        found[row, : len(best)] = best
    return found


def _written(lists: Lists, sides: Sides, out: Path) -> tuple[Path, Path]:
    from jobfit.artifacts import make_folder
    from jobfit.ingest.formats.trec import write_run
    from jobfit.runs import Hit, Ranking, Run

    make_folder(out)
    people, openings = sides
    paths = out / "vacancies-for-candidates.trec", out / "candidates-for-vacancies.trec"
    for path, order, queries, ids in zip(paths, (lists.people, lists.vacancies), (people, openings), sides[::-1]):
        rankings = {
            query: Ranking(query, tuple(Hit(ids[n], 1.0 / r) for r, n in enumerate(row, start=1) if n >= 0))
            for query, row in zip(queries, order.tolist())
        }
        write_run(Run("matching", rankings), path)
    return paths
