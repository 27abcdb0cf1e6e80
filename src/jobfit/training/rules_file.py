"""The rules file, YAML or TOML.

    name: academic hiring
    rules:
      - {rule: place, within: region}                    # town (by name), department, region (need a table of places)
      - {rule: area, share: 0.3, at_least: 2}            # of the vacancy's skills; below: missing makes rejects
      - {rule: area, name: topics, keywords: keywords}   # words of the candidate's field that the vacancy's text has
      - {rule: seniority, ladder: [[postdoc], [lecturer, assistant professor], [professor]], above: 1}
      - {rule: languages}                                # also: education, experience, licences; musts_only: true
      - {rule: filter, name: papers, items: papers, field: citations, above: age, at_least: 2}
      - {rule: filter, name: output, field: papers_total, at_least: 2, unknown: pass}

A name of a field stands for its number. ``unknown: pass`` lets a pair be a positive although this rule is unknown; the
explanation says so. In TOML the rules are ``[[rules]]`` tables with the same keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jobfit.errors import InputError, PolicyError
from jobfit.geo.gazetteer import Gazetteer
from jobfit.policy import fields
from jobfit.records import RequirementKind
from jobfit.settings_file import read_settings
from jobfit.shortlist import Status
from jobfit.training.rules import COMPARISONS, Area, Asks, Condition, Filter, Place, Rule, RuleSet, Seniority

_ASKED = {
    "languages": RequirementKind.LANGUAGE,
    "education": RequirementKind.EDUCATION,
    "experience": RequirementKind.EXPERIENCE,
    "licences": RequirementKind.LICENCE,
}
_ALWAYS = ("rule", "name", "unknown")
_KEYS = {
    "place": ("within",),
    "area": ("share", "at_least", "keywords", "below"),
    "seniority": ("ladder", "above", "below"),
    "filter": ("field", "of", "items", *COMPARISONS),
    **dict.fromkeys(_ASKED, ("musts_only",)),
}


def load_rules(path: Path, places: Gazetteer | None = None) -> RuleSet:
    """Read a rules file; ``places`` is the table for departments and regions.

    Raises:
        PolicyError: the file cannot be read, has an unknown key or rule, or a value that makes no sense; the message
            names file and rule.
    """
    return parse_rules(read_settings(path, PolicyError).data, str(path), places)


def parse_rules(data: Mapping[str, Any], where: str = "rules", places: Gazetteer | None = None) -> RuleSet:
    """Return the rules that ``data``, the content of a rules file, states.

    Raises:
        PolicyError: as :func:`load_rules`.
    """
    fields.mapping(data, where, ("name", "rules"))
    name = fields.words(data.get("name", "rules"), f"{where}, name")
    found: list[Rule] = []
    let_pass = set()
    try:
        for number, entry in enumerate(fields.sequence(data.get("rules"), f"{where}, rules"), start=1):
            rule, passes = _rule(entry, f"{where}, rule {number}", places)
            found.append(rule)
            let_pass |= {rule.name} if passes else set()
        return RuleSet(tuple(found), frozenset(let_pass), name)
    except PolicyError:
        raise
    except InputError as error:
        raise PolicyError(f"{where}: {error}") from error


def _rule(entry: Any, where: str, places: Gazetteer | None) -> tuple[Rule, bool]:
    every = {key for keys in _KEYS.values() for key in keys}
    stated = fields.mapping(entry, where, sorted({*_ALWAYS, *every}))
    kind = fields.choice(stated.get("rule"), f"{where}, rule", tuple(_KEYS))
    fields.mapping(stated, f"{where} ({kind})", (*_ALWAYS, *_KEYS[kind]))
    passes = fields.choice(stated.get("unknown", "undecided"), f"{where}, unknown", ("undecided", "pass")) == "pass"
    name = fields.words(stated.get("name", kind), f"{where}, name")
    own = {key: value for key, value in stated.items() if key not in _ALWAYS}
    if kind in _ASKED:
        rule: Rule = Asks(name, _ASKED[kind], fields.flag(own.get("musts_only", False), f"{where}, musts_only"))
    elif kind == "place":
        rule = Place(fields.words(own.get("within", "town"), f"{where}, within"), places, name)
    else:
        rule = _READ[kind](own, f"{where} ({kind})", name)
    return rule, passes


def _whole(value: Any, where: str, least: int = 0) -> int:
    number = fields.number(value, where, least=float(least))
    if number % 1:
        raise PolicyError(f"{where}: expected a whole number, not {value!r}")
    return int(number)


def _area(own: Mapping[str, Any], where: str, name: str) -> Rule:
    return Area(
        fields.number(own.get("share", 0.0), f"{where}, share", least=0.0),
        _whole(own.get("at_least", 1), f"{where}, at_least", 1),
        fields.words(own["keywords"], f"{where}, keywords") if "keywords" in own else "",
        Status(fields.choice(own.get("below", "unknown"), f"{where}, below", ("unknown", "missing"))),
        name,
    )


def _seniority(own: Mapping[str, Any], where: str, name: str) -> Rule:
    rungs = fields.sequence(own.get("ladder"), f"{where}, ladder")
    ladder = tuple(
        tuple(fields.words(word, f"{where}, ladder") for word in fields.sequence(rung, f"{where}, ladder"))
        for rung in rungs
    )
    above, below = (_whole(own.get(key, 0), f"{where}, {key}") for key in ("above", "below"))
    return Seniority(ladder, above, below, name)


def _filter(own: Mapping[str, Any], where: str, name: str) -> Rule:
    """``at_least`` compares in a filter on one number, and counts in one on items that has another comparison."""
    items = fields.words(own["items"], f"{where}, items") if "items" in own else ""
    named = [key for key in COMPARISONS if key in own]
    counts = bool(items) and "at_least" in named and len(named) == 2
    compared = [key for key in named if not (counts and key == "at_least")]
    if len(compared) != 1:
        raise PolicyError(f"{where}: name one comparison: {', '.join(COMPARISONS)}")
    limit = own[compared[0]]
    if not isinstance(limit, str):
        if isinstance(limit, bool) or not isinstance(limit, int | float):
            raise PolicyError(f"{where}, {compared[0]}: expected a number or the name of a field, not {limit!r}")
        limit = float(limit)
    condition = Condition(fields.words(own.get("field"), f"{where}, field"), compared[0], limit)
    needed = _whole(own["at_least"], f"{where}, at_least", 1) if counts else 1
    return Filter(name, condition, fields.words(own.get("of", "candidate"), f"{where}, of"), items, needed)


_READ: dict[str, Callable[[Mapping[str, Any], str, str], Rule]] = {
    "area": _area,
    "seniority": _seniority,
    "filter": _filter,
}
