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

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from jobfit.errors import InputError, PolicyError
from jobfit.geo.gazetteer import Gazetteer
from jobfit.records import RequirementKind
from jobfit.settings_file import Flag, Settings, Text, choice, number, read_settings, shown, whole
from jobfit.shortlist import Status
from jobfit.training.rules import COMPARISONS, Area, Asks, Condition, Filter, Place, Rule, RuleSet, Seniority


def load_rules(path: Path, places: Gazetteer | None = None) -> RuleSet:
    """Read a rules file; ``places`` is the table for departments and regions.

    Raises:
        PolicyError: the file cannot be read, has an unknown key or rule, or a value that makes no sense; the message
            names file and rule.
    """
    return parse_rules(read_settings(path, PolicyError).data, str(path), places)


def parse_rules(data: Mapping[str, Any], where: str = "rules", places: Gazetteer | None = None) -> RuleSet:
    """Return the rules in ``data``, the content of a rules file; errors as :func:`load_rules`."""
    content = Settings(data, where).checked(_File, PolicyError)
    entries = [_entry(entry, f"{where}, rule {number}") for number, entry in enumerate(content.rules, start=1)]
    try:
        rules = tuple(_made(entry, places) for entry in entries)
        passes = frozenset(rule.name for rule, entry in zip(rules, entries, strict=True) if entry.unknown == "pass")
        return RuleSet(rules, passes, content.name)
    except InputError as error:
        raise PolicyError(f"{where}: {error}") from error


_FURTHEST = 1e12


def _limit(value: Any) -> float | str:
    if isinstance(value, str) and value[:1].isalpha() and value.isprintable():
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_FURTHEST <= value <= _FURTHEST:
        raise ValueError(f"expected a number up to {_FURTHEST:g} or the name of a field, not {shown(value)}")
    return float(value)


Limit = Annotated[float | str | None, BeforeValidator(_limit)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _File(_Strict):
    name: Text = "rules"
    rules: list[Any]


class _Entry(_Strict):
    rule: str
    name: Text = ""
    unknown: Annotated[str, choice(("undecided", "pass"))] = "undecided"

    @property
    def called(self) -> str:
        return self.name or self.rule


class _Asks(_Entry):
    musts_only: Flag = False


class _Place(_Entry):
    within: Text = "town"


class _Area(_Entry):
    share: Annotated[float, number(least=0)] = 0.0
    at_least: Annotated[int, whole(least=1)] = 1
    keywords: Text = ""
    below: Annotated[Status, choice(("unknown", "missing"))] = Status.UNKNOWN


class _Seniority(_Entry):
    ladder: tuple[tuple[Text, ...], ...]
    above: Annotated[int, whole()] = 0
    below: Annotated[int, whole()] = 0


class _Filter(_Entry):
    """``at_least`` compares in a filter on one number, and counts in one on items that has another comparison."""

    field: Text
    of: Annotated[str, choice(("candidate", "vacancy"))] = "candidate"
    items: Text = ""
    at_least: Limit = None
    at_most: Limit = None
    above: Limit = None
    below: Limit = None
    equals: Limit = None


def _made(entry: _Entry, places: Gazetteer | None) -> Rule:
    match entry:
        case _Asks():
            return Asks(entry.called, _ASKED[entry.rule], entry.musts_only)
        case _Place():
            return Place(entry.within, places, entry.called)
        case _Area():
            return Area(entry.share, entry.at_least, entry.keywords, entry.below, entry.called)
        case _Seniority():
            return Seniority(entry.ladder, entry.above, entry.below, entry.called)
        case _Filter():
            return _filter(entry)
    raise AssertionError(entry)


def _filter(entry: _Filter) -> Filter:
    limits = {key: limit for key in COMPARISONS if (limit := getattr(entry, key)) is not None}
    needed = limits.pop("at_least") if entry.items and len(limits) == 2 and "at_least" in limits else 1
    if len(limits) != 1:
        raise InputError(f"filter {entry.called!r}: name one comparison: {', '.join(COMPARISONS)}")
    if isinstance(needed, str) or needed % 1:
        raise InputError(f"filter {entry.called!r}, at_least: expected a whole number, not {needed!r}")
    return Filter(entry.called, Condition(entry.field, *limits.popitem()), entry.of, entry.items, int(needed))


_ASKED = {
    "languages": RequirementKind.LANGUAGE,
    "education": RequirementKind.EDUCATION,
    "experience": RequirementKind.EXPERIENCE,
    "licences": RequirementKind.LICENCE,
}
_KINDS: Mapping[str, type[_Entry]] = {
    "place": _Place,
    "area": _Area,
    "seniority": _Seniority,
    "filter": _Filter,
    **dict.fromkeys(_ASKED, _Asks),
}


class _Kind(BaseModel):
    rule: Annotated[str, choice(tuple(_KINDS))]


def _entry(entry: Any, where: str) -> _Entry:
    kind = Settings(entry, where).checked(_Kind, PolicyError).rule
    return Settings(entry, f"{where} ({kind})").checked(_KINDS[kind], PolicyError)
