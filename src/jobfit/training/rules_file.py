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
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from jobfit.errors import InputError, PolicyError
from jobfit.geo.gazetteer import Gazetteer
from jobfit.records import RequirementKind
from jobfit.settings_file import Flag, Settings, Text, choice, number, read_settings, whole
from jobfit.shortlist import Status
from jobfit.training.rules import COMPARISONS, Area, Asks, Condition, Filter, Place, Rule, RuleSet, Seniority

_KINDS = {
    "languages": RequirementKind.LANGUAGE,
    "education": RequirementKind.EDUCATION,
    "experience": RequirementKind.EXPERIENCE,
    "licences": RequirementKind.LICENCE,
}


def _limit(value: Any) -> float | str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"expected a number or the name of a field, not {value!r}")
    return value if isinstance(value, str) else float(value)


Limit = Annotated[float | str | None, BeforeValidator(_limit)]
Whole = Annotated[int, whole()]
Positive = Annotated[int, whole(least=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    rule: str
    name: Text | None = None
    unknown: Annotated[str, choice(("undecided", "pass"))] = "undecided"

    @property
    def title(self) -> str:
        """The name in explanations."""
        return self.name or self.rule


class _Asks(_Entry):
    rule: Literal["languages", "education", "experience", "licences"]
    musts_only: Flag = False

    def made(self, places: Gazetteer | None) -> Rule:
        return Asks(self.title, _KINDS[self.rule], self.musts_only)


class _Place(_Entry):
    rule: Literal["place"]
    within: Text = "town"

    def made(self, places: Gazetteer | None) -> Rule:
        return Place(self.within, places, self.title)


class _Area(_Entry):
    rule: Literal["area"]
    share: Annotated[float, number()] = 0.0
    at_least: Positive = 1
    keywords: Text = ""
    below: Annotated[str, choice(("unknown", "missing"))] = "unknown"

    def made(self, places: Gazetteer | None) -> Rule:
        return Area(self.share, self.at_least, self.keywords, Status(self.below), self.title)


class _Seniority(_Entry):
    rule: Literal["seniority"]
    ladder: tuple[tuple[Text, ...], ...]
    above: Whole = 0
    below: Whole = 0

    def made(self, places: Gazetteer | None) -> Rule:
        return Seniority(self.ladder, self.above, self.below, self.title)


class _Filter(_Entry):
    """``at_least`` compares in a filter on one number, and counts in one on items that has another comparison."""

    rule: Literal["filter"]
    field: Text
    of: Text = "candidate"
    items: Text = ""
    above: Limit = None
    below: Limit = None
    at_least: Limit = None
    at_most: Limit = None
    equals: Limit = None

    def made(self, places: Gazetteer | None) -> Rule:
        limits = {name: limit for name in COMPARISONS if (limit := getattr(self, name)) is not None}
        needed = 1
        if self.items and len(limits) == 2 and "at_least" in limits:
            counted = limits.pop("at_least")
            if isinstance(counted, str) or counted % 1 or counted < 1:
                raise InputError(f"filter, at_least: expected a whole number from 1, not {counted!r}")
            needed = int(counted)
        if len(limits) != 1:
            raise InputError(f"filter: name one comparison: {', '.join(COMPARISONS)}")
        [(comparison, limit)] = limits.items()
        return Filter(self.title, Condition(self.field, comparison, limit), self.of, self.items, needed)


class _RulesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Text = "rules"
    rules: tuple[Annotated[_Asks | _Place | _Area | _Seniority | _Filter, Field(discriminator="rule")], ...]


def load_rules(path: Path, places: Gazetteer | None = None) -> RuleSet:
    """Read a rules file; ``places`` is the table for departments and regions.

    Raises:
        PolicyError: the file cannot be read, has an unknown key or rule, or a value that makes no sense; the message
            names file, line and rule.
    """
    return _rule_set(read_settings(path, PolicyError), places)


def parse_rules(data: Mapping[str, Any], where: str = "rules", places: Gazetteer | None = None) -> RuleSet:
    """Return the rules in ``data``, the content of a rules file.

    Raises:
        PolicyError: as :func:`load_rules`.
    """
    return _rule_set(Settings(data, where), places)


def _rule_set(settings: Settings, places: Gazetteer | None) -> RuleSet:
    content = settings.checked(_RulesFile, PolicyError)
    try:
        rules = tuple(entry.made(places) for entry in content.rules)
        let_pass = frozenset(entry.title for entry in content.rules if entry.unknown == "pass")
        return RuleSet(rules, let_pass, content.name)
    except InputError as error:
        raise PolicyError(f"{settings.where}: {error}") from error
