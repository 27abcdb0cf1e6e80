"""Curves of retention over alignment as SVG text: the analogue of RankPO's figure 2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

Curves = Mapping[str, Sequence[tuple[float, float]]]
_WIDTH, _HEIGHT, _LEFT, _TOP = 460, 300, 62, 44
_COLOURS = ("#b3541e", "#1f5f8b", "#4b7f52", "#6b4c8a", "#8a6d1f")
_MARKS = ("", "6 4", "2 3", "8 3 2 3", "10 4")  # told apart in print and without colours


def plot_curves(panels: Mapping[str, Curves], start: tuple[float, float] | None = None) -> str:
    """Return an SVG with one panel a title, side by side, each with its own axes; x is alignment, y nDCG@20.

    ``start`` is marked in the first panel: the model before preferences.
    """
    drawn = [_panel(n, title, curves, start if n == 0 else None) for n, (title, curves) in enumerate(panels.items())]
    width = len(panels) * (_LEFT + _WIDTH + 30)
    names = list(dict.fromkeys(name for curves in panels.values() for name in curves))
    below = _TOP + _HEIGHT + 62
    legend = "".join(
        f'<line x1="{_LEFT + 150 * n}" x2="{_LEFT + 150 * n + 26}" y1="{below}" y2="{below}" '
        f'stroke="{_COLOURS[n % 5]}" stroke-width="2" stroke-dasharray="{_MARKS[n % 5]}"/>'
        f'<text x="{_LEFT + 150 * n + 32}" y="{below + 4}">{escape(name)}</text>'
        for n, name in enumerate(names)
    )
    box = f"0 0 {max(width, _LEFT + 150 * len(names))} {_TOP + _HEIGHT + 80}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{box}" font-family="sans-serif" font-size="13" '
        f'fill="#222"><rect width="100%" height="100%" fill="#fff"/>{"".join(drawn)}{legend}</svg>\n'
    )


def _panel(number: int, title: str, curves: Curves, start: tuple[float, float] | None) -> str:
    points = [point for curve in curves.values() for point in curve] + ([start] if start else [])
    (x_low, x_high), (y_low, y_high) = (_range([point[axis] for point in points]) for axis in (0, 1))
    shift = number * (_LEFT + _WIDTH + 30)

    def place(x: float, y: float) -> tuple[float, float]:
        across, up = (x - x_low) / (x_high - x_low), (y - y_low) / (y_high - y_low)
        return round(shift + _LEFT + across * _WIDTH, 1), round(_TOP + (1 - up) * _HEIGHT, 1)

    bottom, middle = _TOP + _HEIGHT, shift + _LEFT + _WIDTH / 2
    parts = [f'<text x="{shift + _LEFT}" y="24" font-weight="bold">{escape(title)}</text>']
    for step in range(6):
        x, y = x_low + (x_high - x_low) * step / 5, y_low + (y_high - y_low) * step / 5
        (left, _), (_, top) = place(x, y_low), place(x_low, y)
        parts.append(f'<line x1="{left}" x2="{left}" y1="{_TOP}" y2="{bottom}" stroke="#ddd"/>')
        parts.append(f'<text x="{left}" y="{bottom + 18}" text-anchor="middle">{x:.2f}</text>')
        parts.append(f'<line x1="{shift + _LEFT}" x2="{shift + _LEFT + _WIDTH}" y1="{top}" y2="{top}" stroke="#ddd"/>')
        parts.append(f'<text x="{shift + _LEFT - 8}" y="{top + 4}" text-anchor="end">{y:.2f}</text>')
    parts.append(f'<text x="{middle}" y="{bottom + 38}" text-anchor="middle">alignment (nDCG@20 upwards)</text>')
    for n, curve in enumerate(curves.values()):
        colour, dashes = _COLOURS[n % 5], _MARKS[n % 5]
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
