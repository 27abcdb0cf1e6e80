"""The pictures of docs/market.md, drawn from a simulated market of 3,000 candidates and 200 vacancies (seed 1).

python benchmarks/market_plots.py            writes docs/market/*.svg (`make docs-market`); under a minute
"""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from jobfit.simulation.applications import STATUSES, joined, settle
from jobfit.simulation.careers import level, practised
from jobfit.simulation.funnel import logistic, odds
from jobfit.simulation.market import Block, Ground, draw_blocks
from jobfit.simulation.settings import MarketSettings, read_data
from jobfit.simulation.truth import THRESHOLDS, all_pairs
from measure import BLUE, GREEN, GREY, ORANGE, picture

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "market"
SETTINGS = MarketSettings(candidates=3000, vacancies=200)
Scene = tuple[Ground, Block]


def main() -> None:
    """Draw every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", default="svg", choices=("svg", "png"))
    options = parser.parse_args()
    ground = Ground(SETTINGS, 1)
    scene = ground, next(draw_blocks(ground, SETTINGS.candidates))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for draw, columns, height in (
        (careers, 2, 3.2), (skills, 2, 3.2), (geography, 2, 3.9), (scores, 2, 3.4), (exposure, 2, 3.2),
        (funnel, 2, 3.4), (statuses, 1, 3.4), (bias, 1, 3.2),
    ):  # fmt: skip
        path = FOLDER / f"{draw.__name__}.{options.format}"
        size = (6 if draw is bias else 9, height)
        with picture(path, 1, columns, size, **{"font.size": 10, "axes.titlesize": 11}) as axes:
            draw(axes, scene)
        print(f"docs/market/{path.name}")


def careers(axes: Any, scene: Scene) -> None:
    """Where careers move, by proximity, and how long they are."""
    ground, block = scene
    moves = [
        ground.world.proximity[ground.world.index[before.occupation], ground.world.index[after.occupation]]
        for person in block.people
        for after, before in zip(person.positions, person.positions[1:])
        if after.occupation != before.occupation
    ]
    index = ground.world.index
    off = ~np.eye(len(index), dtype=bool)
    left, right = axes
    bins = np.linspace(0, 0.9, 19)
    left.hist(ground.world.proximity[off], bins, weights=np.full(off.sum(), 1 / off.sum()), color=GREY, alpha=0.6)
    left.hist(moves, bins, weights=np.full(len(moves), 1 / len(moves)), histtype="step", color=BLUE, linewidth=2)
    left.set(xlabel="proximity of the two occupations", ylabel="share", title="Moves go to near occupations")
    left.legend(["moves made", "all pairs of occupations"], frameon=False)
    years = [sum(post.months for post in person.positions) / 12 for person in block.people]
    right.hist(years, 26, color=BLUE)
    right.set(xlabel="years worked", ylabel="candidates", title="Lengths of careers")


def skills(axes: Any, scene: Scene) -> None:
    """Skills gained with months in a post and forgotten after it."""
    _, block = scene
    left, right = axes
    months = np.arange(0, 121)
    left.plot(months, [practised(int(m), True) for m in months], color=BLUE, label="gained: essential")
    left.plot(months, [practised(int(m), False) for m in months], color=BLUE, linestyle="--", label="gained: optional")
    left.plot(np.arange(0, 181), [level(m) for m in range(181)], color=ORANGE, label="level when not practised")
    left.set(xlabel="months", ylabel="probability, level", title="Gaining and forgetting", ylim=(0, 1.5))
    left.set_yticks(np.arange(0, 1.1, 0.2))
    left.legend(frameon=False, loc="upper right")
    levels = [value for person in block.people for value in person.levels]
    right.hist(levels, np.linspace(0.25, 1, 16), color=ORANGE)
    right.set(xlabel="level of a skill held", ylabel="skills", title="Most skills held are in use")


def geography(axes: Any, scene: Scene) -> None:
    """Where people and vacancies are, in Europe."""
    ground, block = scene
    towns = {name: row for language in ("en", "fr") for name, row in read_data("towns.toml")[language].items()}
    homes, places = (Counter(x.city for x in side) for side in (block.people, ground.openings))
    left, right = axes
    near = {name: row for name, row in towns.items() if row[1] > -20}
    longitude, latitude = [row[1] for row in near.values()], [row[0] for row in near.values()]
    left.scatter(longitude, latitude, [2 * homes[name] for name in near], color=BLUE, alpha=0.5, label="candidates")
    left.scatter(longitude, latitude, [10 * places[name] for name in near], facecolors="none", edgecolors=ORANGE)
    for name, row in near.items():
        if homes[name] > 75 or name in ("Dublin", "Marseille", "Glasgow"):
            left.annotate(name, (row[1], row[0]), fontsize=8, ha="center", va="center")
    left.set(xlabel="longitude", ylabel="latitude", title="Homes (filled), vacancies (rings); not shown: America")
    left.set_aspect(1.45)
    kilometres = np.linspace(0, 200, 200)
    for radius, shade in zip((15, 30, 60, 150), (1.0, 0.75, 0.5, 0.3), strict=True):
        right.plot(kilometres, np.exp(-kilometres / radius), color=BLUE, alpha=shade, label=f"radius {radius} km")
    right.set(xlabel="km from home", ylabel="place", title="What a place is worth, by the candidate's radius")
    right.legend(frameon=False)


def scores(axes: Any, scene: Scene) -> None:
    """Qualification and preference are two things."""
    from matplotlib.colors import LogNorm

    ground, block = scene
    q, p = all_pairs(block.people, ground.openings, ground.world)
    left, right = axes
    image = left.hist2d(q.ravel(), p.ravel(), bins=50, norm=LogNorm(), cmap="Blues", rasterized=True)
    for threshold in THRESHOLDS:
        left.axvline(threshold, color=ORANGE, linewidth=0.8)
    left.figure.colorbar(image[3], ax=left, label="pairs")
    left.set(xlabel="qualification q (lines: grades 1 to 4)", ylabel="preference p", title="All pairs")
    counts = (q >= THRESHOLDS[0]).sum(axis=0)
    right.hist(counts, 30, color=BLUE)
    right.set(xlabel="candidates of grade 1 or more", ylabel="vacancies", title="How many could do the work")


def exposure(axes: Any, scene: Scene) -> None:
    """The propensity that is known, against what happened, and the long tail of popularity."""
    ground, block = scene
    rows, columns = np.divmod(np.arange(3000 * 200), 200)
    known = ground.exposure.probability(block.table.aspires[rows], block.table.town[rows], columns)
    seen = np.zeros(len(rows), dtype=bool)
    seen[block.shown.candidate * 200 + block.shown.opening] = True
    left, right = axes
    points = [(known[part].mean(), seen[part].mean()) for part in np.array_split(np.argsort(known), 40)]
    left.loglog([1e-3, 1], [1e-3, 1], color=GREY, linewidth=0.8)
    left.loglog(*zip(*points), "o", color=BLUE, markersize=4)
    left.set(xlabel="exposed: the known probability", ylabel="share that saw it", title="Exposure follows its formula")
    shown = np.sort(np.bincount(block.shown.opening, minlength=200))[::-1]
    right.plot(np.arange(1, 201), shown, color=BLUE)
    right.set(xlabel="vacancies, most seen first", ylabel="candidates who saw it", title="Some are seen far more often")


def funnel(axes: Any, scene: Scene) -> None:
    """The known probabilities as curves, and the log of one seed as points."""
    _, block = scene
    left, right = axes
    x = np.linspace(0, 1, 200)
    left.plot(x, logistic(10 * (x - 0.6)), color=BLUE, label="applies, of those who saw it")
    left.plot(x, logistic(10 * (x - 0.4)), color=GREEN, label="joins, of those with an offer")
    shown, filed = block.shown, block.filed
    applied = np.isin(shown.candidate * 200 + shown.opening, filed.candidate * 200 + filed.opening)
    left.plot(*tenths(shown.p, applied), "o", color=BLUE, markersize=4)
    left.set(xlabel="preference p", ylabel="probability", ylim=(-0.03, 1.35))
    left.set_title("The candidate decides by preference")
    left.set_yticks(np.arange(0, 1.1, 0.2))
    left.legend(frameon=False, loc="upper left", fontsize=9)
    noise = SETTINGS.label_noise
    impartial, marked = odds(x, x, noise=noise), odds(x, x, 1.5, noise=noise)
    right.plot(x, impartial.screened, color=ORANGE, linestyle="--", label="screened")
    right.plot(x, impartial.accepted, color=ORANGE, label="accepted: and interviewed")
    right.plot(x, marked.accepted, color=GREY, label="accepted with bias 1.5")
    verdicts = np.array(STATUSES)[filed.verdict]
    judged = ~np.isin(verdicts, ["withdrawn", "no_response"]) & (filed.time < 60)
    position = {pair: n for n, pair in enumerate(zip(shown.candidate.tolist(), shown.opening.tolist(), strict=True))}
    pairs = zip(filed.candidate[judged].tolist(), filed.opening[judged].tolist(), strict=True)
    q = shown.q[[position[pair] for pair in pairs]]
    right.plot(*tenths(q, np.isin(verdicts[judged], ["hired", "offer_declined"])), "o", color=ORANGE, markersize=4)
    right.set(xlabel="qualification q", ylabel="probability", ylim=(-0.03, 1.35))
    right.set_title("The employer decides by qualification (noise 0.02)")
    right.set_yticks(np.arange(0, 1.1, 0.2))
    right.legend(frameon=False, loc="upper left", fontsize=9)


def tenths(values: np.ndarray, happened: np.ndarray) -> tuple[list[float], list[float]]:
    """Return the mean value and the share that happened, in 15 equal parts from the lowest value on."""
    parts = np.array_split(np.argsort(values), 15)
    return [values[part].mean() for part in parts], [happened[part].mean() for part in parts]


def statuses(axes: Any, scene: Scene) -> None:
    """How applications end, by the strength of censoring."""
    shares: dict[str, list[float]] = {status: [] for status in ORDER}
    strengths = (0.0, 0.25, 0.5, 0.75, 1.0)
    for strength in strengths:
        ground = Ground(MarketSettings(candidates=3000, vacancies=200, censoring=strength), 1)
        status, _ = settle(joined([b.filed for b in draw_blocks(ground)]), ground.table, strength)
        for name in ORDER:
            shares[name].append(float((np.array(STATUSES)[status] == name).mean()))
    bottom = np.zeros(len(strengths))
    colours = ["22543d", "48bb78", "9ae6b4", "c05621", "f6ad55", "4a5568", "718096", "a0aec0", "cbd5e0", "e2e8f0"]
    for name, colour in zip(ORDER, colours, strict=True):
        axes.barh([str(s) for s in strengths], shares[name], left=bottom, color=f"#{colour}", label=name)
        bottom += shares[name]
    axes.set(xlabel="share of the applications", ylabel="censoring", title="How applications end (grey: nobody knows)")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9)


ORDER = (
    "hired", "offer_declined", "talent_pool", "rejected_interview", "rejected_cv", "vacancy_filled", "no_response",
    "withdrawn", "interview", "applied",
)  # fmt: skip


def bias(axes: Any, scene: Scene) -> None:
    """Hires of the group that screeners mark down, relative to the reference group, as logged and without bias."""
    strengths = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
    ratios = [impact(strength) for strength in strengths]
    axes.axhline(1, color=GREY, linewidth=0.8)
    axes.plot(strengths, ratios, "o-", color=ORANGE, label="offers as logged")
    axes.plot(
        strengths, [impact(strength, logged=False) for strength in strengths], "s--", color=BLUE, label="impartial"
    )
    axes.set(xlabel="bias, in log-odds of the screening", ylabel="ratio of mean probabilities", ylim=(0, 1.15))
    axes.set_title("Offers to the groups marked down ÷ to the reference group")
    axes.legend(frameon=False, loc="lower left")


def impact(strength: float, logged: bool = True) -> float:
    """Return the mean probability of an offer, of applicants marked down, over that of the others."""
    ground = Ground(MarketSettings(candidates=3000, vacancies=200, bias=strength), 1)
    block = next(draw_blocks(ground, 3000))
    marked = np.array([values["origin"] != "western_europe" for values in block.groups])
    applied = np.isin(
        block.shown.candidate * 200 + block.shown.opening, block.filed.candidate * 200 + block.filed.opening
    )
    shift = block.shift[block.shown.candidate] if logged else 0.0
    accepted = odds(block.shown.q, block.shown.p, shift).accepted
    group = marked[block.shown.candidate]
    return float(accepted[applied & group].mean() / accepted[applied & ~group].mean())


if __name__ == "__main__":
    main()
