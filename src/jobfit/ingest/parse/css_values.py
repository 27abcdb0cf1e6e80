"""Values of CSS: lengths in pixels of a screen of 1280 × 800, numbers, colours. None where one is not understood."""

from __future__ import annotations

import re
from typing import Any

import tinycss2
from tinycss2.color5 import parse_color

from jobfit.ingest.parse.cascade import HEIGHT, WIDTH
from jobfit.ingest.parse.contrast import Color

SOLID = 0.9  # the opacity from which what lies beneath a colour does not count
_UNITS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 9.6 / 2.54, "q": 2.4 / 2.54}
_SCREEN = {"vw": WIDTH, "vi": WIDTH, "vh": HEIGHT, "vb": HEIGHT, "vmin": HEIGHT, "vmax": WIDTH}
_SCREEN |= {f"{kind}{unit}": size for kind in "sld" for unit, size in _SCREEN.items() if len(unit) == 2}


def four_sides(value: str) -> list[str]:
    """The values for top, right, bottom and left of one to four."""
    parts = split_words(value)
    return [*parts, *{1: parts * 3, 2: parts, 3: parts[1:2]}.get(len(parts), [])][:4]


def split_words(value: str) -> list[str]:
    """The values of a list apart at its blanks, functions whole."""
    words: list[str] = []
    word = ""
    for token in tinycss2.parse_component_value_list(value):
        if token.type == "whitespace":
            words, word = [*words, word], ""
        else:
            word += token.serialize()
    return [word for word in (*words, word) if word]


def parse_length(value: str, em: float, whole: float | None, *, bare: bool = False) -> float | None:
    """Pixels; ``em`` is the font size, ``whole`` what 100 % are. None where it is no length or not understood."""
    return _measure(tinycss2.parse_component_value_list(value.strip()), em, whole, bare)


def _measure(tokens: list[Any], em: float, whole: float | None, bare: bool) -> float | None:
    solid = [token for token in tokens if token.type not in ("whitespace", "comment")]
    if len(solid) != 1:
        return _sum(solid, em, whole)
    token = solid[0]
    if token.type == "number":
        return float(token.value) if bare or token.value == 0 else None
    if token.type == "percentage":
        return None if whole is None else token.value * whole / 100
    if token.type == "dimension":
        return _pixels(token.value, token.lower_unit, em)
    if token.type == "() block":
        return _measure(token.content, em, whole, True)
    if token.type == "function" and token.lower_name == "calc":
        return _measure(token.arguments, em, whole, True)
    if token.type == "function" and token.lower_name in ("min", "max", "clamp"):
        parts = [_measure(part, em, whole, True) for part in _by_comma(token.arguments)]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts) or not known:
            return None
        if token.lower_name == "clamp" and len(known) == 3:
            return max(known[0], min(known[1], known[2]))
        return min(known) if token.lower_name == "min" else max(known)
    return None


def _sum(tokens: list[Any], em: float, whole: float | None) -> float | None:
    """The value of an expression of ``calc()``: sums of products, from the left."""
    total, sign, operator = 0.0, 1.0, "+"
    product: float | None = None
    for token in tokens:
        if token.type == "literal" and token.value in "+-*/":
            operator = token.value
            if operator in "+-":
                total, product, sign = total + sign * (product or 0.0), None, -1.0 if operator == "-" else 1.0
            continue
        value = _measure([token], em, whole, True)
        if value is None:
            return None
        if product is None:
            product = value
        elif operator == "*":
            product *= value
        elif operator == "/" and value:
            product /= value
        else:
            return None
    return None if product is None else total + sign * product


def _pixels(value: float, unit: str, em: float) -> float | None:
    if unit in _UNITS:
        return value * _UNITS[unit]
    if unit in _SCREEN:
        return value * _SCREEN[unit] / 100
    share = {"em": em, "rem": 16.0, "ex": em / 2, "ch": em / 2, "lh": 1.2 * em, "rlh": 19.2, "cap": 0.7 * em, "ic": em}
    return value * share[unit] if unit in share else None


def _by_comma(tokens: list[Any]) -> list[list[Any]]:
    parts: list[list[Any]] = [[]]
    for token in tokens:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def parse_number(value: str) -> float | None:
    number = re.fullmatch(r"([+-]?\d{0,9}\.?\d{1,9}(?:e[+-]?\d{1,3})?)(%?)", value.strip())
    if number is None:
        return parse_length(value, 16.0, 1.0, bare=True)
    return float(number.group(1)) * (0.01 if number.group(2) else 1.0)


def parse_share(value: str, most: float = 1.0) -> float:
    number = parse_number(value)
    return 1.0 if number is None else min(max(number, 0.0), most)


def parse_degrees(value: str) -> float | None:
    match = re.fullmatch(r"\s*(-?[\d.]{1,12})(deg|turn|rad|grad)\s*", value)
    if match is None or match.group(1).count(".") > 1:
        return None
    return float(match.group(1)) * {"deg": 1.0, "turn": 360.0, "rad": 57.29578, "grad": 0.9}[match.group(2)]


def function_calls(value: str) -> list[tuple[str, str]]:
    return re.findall(r"([a-z0-9-]{1,30})\(([^()]{0,400})\)", value)


def parse_color_value(value: str) -> tuple[Color | None, float]:
    """The sRGB colour that a value names and its opacity; None where it is not understood."""
    parsed: Any = parse_color(value.strip(), ("light",))
    if parsed is None or parsed == "currentcolor":
        return None, 1.0
    try:
        red, green, blue = (min(max(round(255 * (part or 0.0)), 0), 255) for part in parsed.to("srgb").coordinates[:3])
    except (NotImplementedError, ValueError, TypeError, AttributeError):
        return None, 1.0
    return (red, green, blue), float(parsed.alpha)


def gradient_colors(image: str) -> tuple[Color, ...]:
    """The colours of all stops of gradients; none where something else is painted or a stop is not understood."""
    colors: list[Color] = []
    tokens: list[Any] = tinycss2.parse_component_value_list(image)
    for token in tokens:
        if token.type in ("whitespace", "comment") or token == ",":
            continue
        if token.type != "function" or not token.lower_name.endswith("gradient"):
            return ()
        for stop in _by_comma(token.arguments):
            named = [part for part in stop if part.type in ("ident", "hash", "function")]
            found = [parse_color_value(part.serialize()) for part in named]
            known = [color for color, alpha in found if color is not None and alpha >= SOLID]
            if any(alpha < SOLID for color, alpha in found if color is not None):
                return ()
            colors += known
    return tuple(dict.fromkeys(colors))


def mix(color: Color, back: Color, alpha: float) -> Color:
    red, green, blue = (round(alpha * one + (1 - alpha) * other) for one, other in zip(color, back))
    return red, green, blue
