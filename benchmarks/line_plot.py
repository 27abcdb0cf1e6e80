"""Lines over two logarithmic axes as SVG text."""

import math
from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT, _LEFT, _TOP = 520, 300, 70, 40
_COLOURS = ("#b3541e", "#1f5f8b", "#4b7f52", "#6b4c8a")
_MARKS = ("", "6 4", "2 3", "8 3 2 3")  # the lines differ in print and for those who do not tell the colours apart


def line_plot(title: str, x_name: str, y_name: str, lines: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Return an SVG with one line a name; every coordinate is above 0. The axes end at powers of ten."""
    xs, ys = ([point[axis] for line in lines.values() for point in line] for axis in (0, 1))
    (x_low, x_high), (y_low, y_high) = _decades(xs), _decades(ys)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - x_low) / (x_high - x_low)
        up = (math.log10(y) - y_low) / (y_high - y_low)
        return round(_LEFT + across * _WIDTH, 1), round(_TOP + (1 - up) * _HEIGHT, 1)

    parts = [f'<text x="{_LEFT}" y="22" font-weight="bold">{escape(title)}</text>']
    for decade in range(x_low, x_high + 1):
        x, y = place(10.0**decade, 10.0**y_low)
        parts.append(f'<line x1="{x}" x2="{x}" y1="{_TOP}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{y + 18}" text-anchor="middle">{_power(decade)}</text>')
    for decade in range(y_low, y_high + 1):
        x, y = place(10.0**x_low, 10.0**decade)
        parts.append(f'<line x1="{x}" x2="{x + _WIDTH}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 8}" y="{y + 4}" text-anchor="end">{_power(decade)}</text>')
    parts.append(
        f'<text x="{_LEFT + _WIDTH / 2}" y="{_TOP + _HEIGHT + 38}" text-anchor="middle">{escape(x_name)}</text>'
    )
    middle = _TOP + _HEIGHT / 2
    parts.append(
        f'<text transform="rotate(-90 18 {middle})" x="18" y="{middle}" text-anchor="middle">{escape(y_name)}</text>'
    )
    for (name, line), colour, dashes in zip(lines.items(), _COLOURS, _MARKS):
        points = [place(*point) for point in sorted(line)]
        drawn = " ".join(f"{x},{y}" for x, y in points)
        parts.append(
            f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
        )
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in points]
        x, y = points[-1]
        parts.append(f'<text x="{x + 8}" y="{y + 4}" fill="{colour}">{escape(name)}</text>')
    box = f"0 0 {_LEFT + _WIDTH + 110} {_TOP + _HEIGHT + 50}"
    style = 'font-family="sans-serif" font-size="13" fill="#222"'
    ground = '<rect width="100%" height="100%" fill="#fff"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="{box}" {style}>{ground}{"".join(parts)}</svg>\n'
    )


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _power(decade: int) -> str:
    return f"{10.0**decade:g}" if -3 <= decade <= 3 else f'10<tspan dy="-5" font-size="9">{decade}</tspan>'
