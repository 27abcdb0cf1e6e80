"""A dot-and-whisker plot of estimates as SVG text: no library, no script, prints well."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobfit.evaluation.statistics import Estimate

_ROW, _LEFT, _WIDTH, _TOP = 34, 150, 520, 12


def interval_plot(title: str, estimates: Mapping[str, Estimate]) -> str:
    """Return an SVG with one row per system: a dot at the mean, a bar over its 95 % interval, on a scale from 0 to 1.

    A system without a mean (n = 0) has a row without a dot.
    """
    height = _TOP + _ROW * len(estimates) + 30
    rows = "".join(_row(i, name, estimate) for i, (name, estimate) in enumerate(estimates.items()))
    label = "; ".join(f"{name} {_number(estimate.mean)}" for name, estimate in estimates.items())
    return (
        f'<svg role="img" aria-label="{escape(title)}: {escape(label)}" viewBox="0 0 {_LEFT + _WIDTH + 90} {height}">'
        f"<title>{escape(title)}</title>{_grid(height)}{rows}</svg>"
    )


def _x(value: float) -> float:
    return round(_LEFT + value * _WIDTH, 1)


def _grid(height: int) -> str:
    bottom = height - 26
    return "".join(
        f'<line class="grid" x1="{_x(tick / 5)}" x2="{_x(tick / 5)}" y1="{_TOP}" y2="{bottom}"/>'
        f'<text class="tick" x="{_x(tick / 5)}" y="{bottom + 18}" text-anchor="middle">{tick / 5:.1f}</text>'
        for tick in range(6)
    )


def _row(position: int, name: str, estimate: Estimate) -> str:
    y = _TOP + _ROW * position + _ROW // 2
    parts = [f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(name)}</text>']
    if estimate.low is not None and estimate.high is not None:
        parts.append(f'<line class="whisker" x1="{_x(estimate.low)}" x2="{_x(estimate.high)}" y1="{y}" y2="{y}"/>')
    if estimate.mean is not None:
        parts.append(f'<circle cx="{_x(estimate.mean)}" cy="{y}" r="5"/>')
        parts.append(f'<text class="value" x="{_LEFT + _WIDTH + 14}" y="{y + 4}">{_number(estimate.mean)}</text>')
    return "".join(parts)


def _number(value: float | None) -> str:
    return "no value" if value is None else f"{value:.3f}"
