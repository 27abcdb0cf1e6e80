"""Curves of retention over alignment as SVG text: the analogue of RankPO's figure 2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

Curves = Mapping[str, Sequence[tuple[float, float]]]
_WIDTH, _HEIGHT, _LEFT, _TOP = 460, 300, 62, 44
_COLOURS = ("#b3541e", "#1f5f8b", "#4b7f52", "#6b4c8a", "#8a6d1f")
_MARKS = ("", "6 4", "2 3", "8 3 2 3", "10 4")  # told apart in print and without colours


def plot_curves(panels: Mapping[str, Curves], start: tuple[float, float] | None = None) -> str:
    """Return an SVG with one panel a title, side by side, each with its own axes; x is alignment, y nDCG@20.

    A name looks the same in every panel. ``start`` is marked in the first: the model before preferences.
    """
    names = list(dict.fromkeys(name for curves in panels.values() for name in curves))
    looks = {name: (_COLOURS[n % 5], _MARKS[n % 5]) for n, name in enumerate(names)}
    drawn = [
        _panel(n, title, curves, looks, start if n == 0 else None) for n, (title, curves) in enumerate(panels.items())
    ]
    width = len(panels) * (_LEFT + _WIDTH + 30)
    below = _TOP + _HEIGHT + 62
    legend = "".join(
        f'<line x1="{_LEFT + 150 * n}" x2="{_LEFT + 150 * n + 26}" y1="{below}" y2="{below}" '
        f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
        f'<text x="{_LEFT + 150 * n + 32}" y="{below + 4}">{escape(name)}</text>'
        for n, (name, (colour, dashes)) in enumerate(looks.items())
    )
    box = f"0 0 {max(width, _LEFT + 150 * len(names))} {_TOP + _HEIGHT + 80}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{box}" font-family="sans-serif" font-size="13" '
        f'fill="#222"><rect width="100%" height="100%" fill="#fff"/>{"".join(drawn)}{legend}</svg>\n'
    )


def _panel(
    number: int,
    title: str,
    curves: Curves,
    looks: Mapping[str, tuple[str, str]],
    start: tuple[float, float] | None,
) -> str:
    points = [point for curve in curves.values() for point in curve] + ([start] if start else [])
    (x_low, x_high), (y_low, y_high) = (_range([point[axis] for point in points]) for axis in (0, 1))
    shift = number * (_LEFT + _WIDTH + 30)

    def place(x: float, y: float) -> tuple[float, float]:
        across, up = (x - x_low) / (x_high - x_low), (y - y_low) / (y_high - y_low)
        return round(shift + _LEFT + across * _WIDTH, 1), round(_TOP + (1 - up) * _HEIGHT, 1)

    bottom, middle = _TOP + _HEIGHT, shift + _LEFT + _WIDTH / 2
    parts = [f'<text x="{shift + _LEFT}" y="24" font-weight="bold">{escape(title)}</text>']
    for x in _ticks(x_low, x_high):
        left = place(x, y_low)[0]
        parts.append(f'<line x1="{left}" x2="{left}" y1="{_TOP}" y2="{bottom}" stroke="#ddd"/>')
        parts.append(f'<text x="{left}" y="{bottom + 18}" text-anchor="middle">{x:g}</text>')
    for y in _ticks(y_low, y_high):
        top = place(x_low, y)[1]
        parts.append(f'<line x1="{shift + _LEFT}" x2="{shift + _LEFT + _WIDTH}" y1="{top}" y2="{top}" stroke="#ddd"/>')
        parts.append(f'<text x="{shift + _LEFT - 8}" y="{top + 4}" text-anchor="end">{y:g}</text>')
    parts.append(f'<text x="{middle}" y="{bottom + 38}" text-anchor="middle">alignment (nDCG@20 upwards)</text>')
    for name, curve in curves.items():
        colour, dashes = looks[name]
        spots = [place(*point) for point in curve]
        line = " ".join(f"{x},{y}" for x, y in spots)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
        )
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in spots]
    if start:
        x, y = place(*start)
        parts.append(f'<circle cx="{x}" cy="{y}" r="6" fill="none" stroke="#222" stroke-width="2"/>')
        parts.append(f'<text x="{x + 10}" y="{y - 6}">start</text>')
    return "".join(parts)


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    edge = 0.05 * (high - low) or 0.05
    return low - edge, high + edge


def _ticks(low: float, high: float) -> list[float]:
    """Return four to ten round numbers between ``low`` and ``high``, 1, 2 or 5 of a power of ten apart.

    >>> _ticks(0.683, 0.722)
    [0.685, 0.69, 0.695, 0.7, 0.705, 0.71, 0.715, 0.72]
    """
    power = 10 ** floor(log10((high - low) / 4))
    step = max(digit * power for digit in (1, 2, 5) if digit * power <= (high - low) / 4)
    return [round(n * step, 9) for n in range(ceil(low / step), floor(high / step) + 1)]
