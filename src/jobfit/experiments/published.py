"""The published figures as data, each table with its source. They are of other data than ours and never tested on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

_V2 = "ConFit v2"
_RANKPO = "RankPO (arXiv 2503.10723)"
NOT_IMPLEMENTED, ANOTHER_ENCODER = "not implemented", "not run: another encoder"


class Line(NamedTuple):
    """A row of theirs: its ``name`` there, ``values`` in the order of the columns (``None``: not known to us).

    Beside it stands our row ``key``, or, where there is none and never will be, why: ``missing``.
    """

    name: str
    values: tuple[float | None, ...]
    key: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """One table. ``source`` says where it stands; ``verified`` is false where only secondary sources could be read."""

    title: str
    source: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    verified: bool = True

    def of(self, name: str) -> tuple[float | None, ...]:
        """Return the values of the row that is ``name`` there or has our key ``name``."""
        return next(line.values for line in self.lines if name in (line.name, line.key))


def _ours(key: str, name: str, *values: float | None) -> Line:
    return Line(name, values, key=key)


def _absent(why: str, name: str, *values: float | None) -> Line:
    return Line(name, values, missing=why)


_SIDES = ("IR R", "IR nDCG", "IJ R", "IJ nDCG", "AR R", "AR nDCG", "AJ R", "AJ nDCG")
_INTELLIPRO = ("IR R@100", "IR nDCG@100", "IJ R@10", "IJ nDCG@10")
_UNREAD = (None,) * len(_SIDES)

CONFIT_MAIN = Published(
    "ConFit v2, table 3 (Jina-v2-base ablation) with table 1's baselines; percent",
    f"{_V2}, tables 1 and 3. IR, IJ: IntelliPro, rank resumes (@100) and jobs (@10); AR, AJ: AliYun (@10)",
    _SIDES,
    (
        _ours("bm25", "BM25", 41.73, 17.36, 38.92, 24.14, 63.18, 40.56, 44.83, 31.18),
        _ours("raw", "RawEmbed", 54.73, 26.34, 44.38, 27.64, 57.20, 36.72, 43.27, 32.29),
        _ours("fieldwise", "ConFit", 71.28, 34.79, 76.50, 52.57, 87.81, 65.06, 72.39, 56.12),
        _ours("whole", "ConFit*", 82.53, 48.17, 85.58, 64.91, 94.90, 78.40, 78.70, 65.45),
        _ours("hyre", "+ HyRe", 85.28, 49.50, 90.25, 70.22, 96.62, 81.99, 81.16, 67.63),
        _ours("rum-1", "+ RUM", 86.13, 51.90, 94.25, 73.32, 97.07, 83.11, 80.49, 68.02),
    ),
)
CONFIT_OTHERS = Published(
    "ConFit v2, tables 1 and 2: systems that are not run here, and the E5-base encoder; percent",
    f"{_V2}, tables 1 and 2; of DPGNN and XGBoost no value could be read",
    _SIDES,
    (
        _absent(NOT_IMPLEMENTED, "MV-CoN, E5", 10.29, 7.46, 24.75, 8.29, 11.01, 6.47, 14.63, 8.29),
        _absent(NOT_IMPLEMENTED, "MV-CoN, Jina", 10.50, 4.06, 19.83, 5.72, 9.11, 4.72, 13.50, 9.99),
        _absent(NOT_IMPLEMENTED, "InEXIT, E5", 12.32, 6.09, 19.33, 4.16, 10.54, 5.15, 9.82, 6.11),
        _absent(NOT_IMPLEMENTED, "InEXIT, Jina", 8.83, 4.01, 6.50, 3.05, 11.36, 4.83, 13.49, 10.46),
        _absent(NOT_IMPLEMENTED, "DPGNN", *_UNREAD),
        _absent(f"{NOT_IMPLEMENTED}; see TF-IDF + boosted trees", "XGBoost, classifier", *_UNREAD),
        _absent(NOT_IMPLEMENTED, "XGBoost, ranker", *_UNREAD),
        _absent(NOT_IMPLEMENTED, "RawEmbed, OpenAI-3-large", 75.49, 40.28, 79.67, 56.73, 68.74, 46.19, 48.52, 38.36),
        _absent(ANOTHER_ENCODER, "RawEmbed, E5", 46.48, 22.87, 43.58, 25.63, 49.52, 29.66, 36.24, 27.19),
        _absent(ANOTHER_ENCODER, "ConFit, E5", 65.13, 28.74, 68.42, 40.85, 88.08, 70.39, 61.58, 43.45),
        _absent(ANOTHER_ENCODER, "ConFit v2, E5", 84.44, 48.40, 88.67, 66.61, 96.18, 82.20, 82.11, 67.96),
    ),
)
CONFIT_HYRE = Published(
    "ConFit v2, table A1: what the text joined to the vacancy could give (20 % of the training data); percent",
    f"{_V2}, tables A1-A3",
    _INTELLIPRO,
    (
        _ours("whole", "ConFit*", 79.00, 44.21, 80.83, 60.67),
        _ours("a1-human", "Max-match (human), real resume", 82.06, 73.14, 84.75, 70.11),
        _ours("a1-encoder", "Max-match (Jina)", 80.14, 65.95, 82.78, 66.34),
        _ours("a1-centroid", "Centroid of accepted", 74.82, 68.28, 87.50, 69.29),
        _ours("hyre", "Job2Resume (HyRe)", 80.92, 46.01, 85.00, 65.12),
        _ours("a1-resume2job", "Resume2Job (hypothetical job)", 74.18, 42.30, 77.75, 59.82),
        _absent(NOT_IMPLEMENTED, "Qwen2.5-32B SFT", 71.62, 42.07, 78.50, 57.38),
        _absent(NOT_IMPLEMENTED, "Qwen SFT + DPO", 77.17, 45.07, 84.75, 63.53),
    ),
)
CONFIT_NEGATIVES = Published(
    "ConFit v2, table A4: kinds of hard negatives; percent",
    f"{_V2}, table A4 (the window was chosen on what looks like the reported test data)",
    (*_INTELLIPRO, "mean"),
    (
        _ours("neg-bm25", "BM25 top 10", 82.95, 44.62, 86.75, 64.36, 69.67),
        _ours("neg-rum-0-0.01", "RUM 0-1 %", 80.80, 48.41, 86.00, 66.17, 70.35),
        _ours("neg-rum-0.01-0.02", "RUM 1-2 %", 85.13, 49.92, 85.13, 66.85, 71.76),
        _ours("neg-rum-0.02-0.03", "RUM 2-3 %", 83.08, 49.09, 90.25, 70.21, 73.16),
        _ours("neg-rum-0.03-0.04", "RUM 3-4 %", 85.43, 50.99, 91.38, 71.34, 74.79),
        _ours("neg-rum-0.04-0.05", "RUM 4-5 %", 85.56, 50.88, 87.25, 69.28, 73.24),
    ),
)
CONFIT_GROUPS = Published(
    "ConFit v2, table 4: share of men and women among the top 10; percent",
    f"{_V2}, table 4",
    ("men", "women"),
    (
        Line("the data set", (72.0, 28.0)),
        Line("ConFit*, gender not stated", (70.43, 29.57)),
        Line("ConFit*, gender stated", (75.63, 24.37)),
        Line("+ RUM, gender not stated", (66.67, 33.33)),
        Line("+ RUM, gender stated", (69.72, 30.28)),
    ),
)
RANKPO_CURRICULUM = Published(
    "RankPO, table 3: curriculum of stage 1",
    f"{_RANKPO}, table 3, from secondary summaries (the value of the incremental rounds is only known to be lower)",
    ("nDCG@20",),
    (
        _ours("random", "random negatives", 0.616),
        _ours("incremental", "incremental rounds", None),
        _ours("combined", "combined", 0.706),
    ),
    verified=False,
)
_METHODS = ("sft", "rankpo", "simrankpo", "rankpo-hinge", "simrankpo-hinge")
_FIGURE_2 = {  # alignment, nDCG@20 by learning rate x 1e-6, in the order of _METHODS
    0.5: ((0.563, 0.69), (0.534, 0.698), (0.560, 0.69), (0.541, 0.694), (0.555, 0.69)),
    1.0: ((0.592, 0.606), (0.583, 0.681), (0.591, 0.611), (0.572, 0.685), (0.592, 0.633)),
    2.0: ((0.611, 0.465), (0.584, 0.636), (0.600, 0.504), (0.578, 0.672), (0.608, 0.544)),
    3.0: ((0.609, 0.367), (0.589, 0.572), (0.613, 0.417), (0.605, 0.632), (0.611, 0.470)),
    4.0: ((0.638, 0.256), (0.599, 0.515), (0.635, 0.301), (0.626, 0.569), (0.645, 0.376)),
    5.0: ((0.654, 0.178), (0.603, 0.474), (0.650, 0.233), (0.644, 0.496), (0.657, 0.300)),
    6.0: ((0.672, 0.129), (0.622, 0.438), (0.664, 0.175), (0.642, 0.415), (0.666, 0.225)),
    7.0: ((0.679, 0.094), (0.630, 0.406), (0.677, 0.133), (0.656, 0.389), (0.661, 0.176)),
    8.0: ((0.675, 0.074), (0.647, 0.367), (0.671, 0.112), (0.644, 0.351), (0.651, 0.162)),
    9.0: ((0.671, 0.063), (0.640, 0.340), (0.671, 0.087), (0.648, 0.303), (0.681, 0.127)),
    10.0: ((0.664, 0.051), (0.643, 0.313), (0.675, 0.066), (0.667, 0.283), (0.673, 0.085)),
}
RANKPO_FIGURE = Published(
    "RankPO, figure 2: alignment and nDCG@20 by learning rate and method (one seed, no error bars)",
    f"{_RANKPO}, figure 2, digitised from the authors' image: about ±0.002, the first row ±0.006 and its .69 rough",
    tuple(f"{method} {what}" for method in _METHODS for what in ("alignment", "nDCG@20")),
    tuple(Line(f"lr {rate:g}e-6", tuple(v for pair in found for v in pair)) for rate, found in _FIGURE_2.items()),
)


def published_curves() -> dict[str, list[tuple[float, float]]]:
    """Return figure 2 as curves: (alignment, nDCG@20) by method, in the order of the learning rates.

    >>> published_curves()["rankpo"][8]
    (0.647, 0.367)
    """
    return {method: [found[n] for found in _FIGURE_2.values()] for n, method in enumerate(_METHODS)}


CONFIT_TABLES = (CONFIT_MAIN, CONFIT_NEGATIVES, CONFIT_HYRE, CONFIT_GROUPS, CONFIT_OTHERS)
RANKPO_TABLES = (RANKPO_CURRICULUM, RANKPO_FIGURE)
