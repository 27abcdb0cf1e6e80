"""The sections of a policy file, each read into requirements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jobfit.errors import PolicyError
from jobfit.folding import fold
from jobfit.policy import fields
from jobfit.policy.met import LITERAL
from jobfit.policy.places import ANY_OF
from jobfit.records import EducationLevel, Importance, LanguageLevel, Requirement, RequirementKind
from jobfit.structure.languages import language_codes
from jobfit.structure.places import normalise_place
from jobfit.structure.requirements import (
    condition_label,
    education_label,
    experience_label,
    language_label,
    licence_label,
    requirement_id,
)
from jobfit.taxonomy.model import Taxonomy, labels_by_rank

_COMMON = ("importance", "weight")
_LICENCES = ("AM", "A1", "A2", "A", "B1", "B", "BE", "C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE", "forklift")
_CONDITIONS = (
    "permanent", "fixed_term", "temporary", "internship", "apprenticeship", "freelance", "full_time", "part_time",
    "remote", "hybrid", "on_site", "night_shift", "weekend",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a section: its content, its place in the file, and the importance where it says none."""

    data: Any
    where: str
    default: Importance = Importance.NICE

    def requirement(self, kind: RequirementKind, value: str, label: str, minimum: int | None = None) -> Requirement:
        weight = fields.number(self.data.get("weight", 1.0), f"{self.where}, weight")
        said = self.data.get("importance", self.default)
        importance = Importance(fields.choice(said, f"{self.where}, importance", tuple(map(str, Importance))))
        return Requirement(requirement_id(kind, value), kind, label, value, importance, minimum, weight)


def read_entries(data: Mapping[str, Any], where: str, taxonomy: Taxonomy) -> Iterator[Requirement]:
    """Yield the requirements of all sections of ``data``, in the order of :data:`SECTIONS`.

    Raises:
        PolicyError: an entry has a wrong type, an unknown key or names something unknown.
    """
    names = _skill_names(taxonomy)
    for section in SECTIONS:
        if section not in data:
            continue
        place = f"{where}, {section}"
        if section in ("must_have", "nice_to_have"):
            default = Importance.MUST if section == "must_have" else Importance.NICE
            for i, item in enumerate(fields.sequence(data[section], place), start=1):
                yield _skill(item, f"{place}, entry {i}", default, names)
        elif section in _LISTS:
            for i, item in enumerate(fields.sequence(data[section], place), start=1):
                yield _LISTS[section](item, f"{place}, entry {i}")
        else:
            yield _SINGLE[section](data[section], place)


def _skill_names(taxonomy: Taxonomy) -> dict[str, tuple[str, str]]:
    """Return folded label -> (id, English label); the first skill that claims a label keeps it."""
    names: dict[str, tuple[str, str]] = {}
    for label, id_ in labels_by_rank(taxonomy.skills.values()):
        names.setdefault(fold(label), (id_, taxonomy.skills[id_].label()))
    return names


def _skill(item: Any, where: str, default: Importance, names: Mapping[str, tuple[str, str]]) -> Requirement:
    data = {"skill": item} if isinstance(item, str) else item
    fields.mapping(data, where, ("skill", "text", "weight"))
    if ("skill" in data) == ("text" in data):
        raise PolicyError(f"{where}: needs either a skill or a text, such as {{skill: Python}}")
    entry = _Entry(data, where, default)
    if "text" in data:
        return _literal(entry, fields.words(data["text"], f"{where}, text"))
    name = fields.words(data["skill"], f"{where}, skill")
    if (known := names.get(fold(name))) is not None:
        return entry.requirement(RequirementKind.SKILL, known[0], known[1])
    if near := fields.hint(fold(name), names):
        raise PolicyError(
            f"{where}: the skill {name!r} is unknown{near}? For the words as they stand: {{text: {name}}}"
        )
    return _literal(entry, name)


def _literal(entry: _Entry, words: str) -> Requirement:
    return entry.requirement(RequirementKind.SKILL, LITERAL + " ".join(fold(words).split()), words)


def _location(data: Any, where: str) -> Requirement:
    fields.mapping(data, where, ("places", *_COMMON))
    places = [fields.words(p, f"{where}, places") for p in fields.sequence(data.get("places"), f"{where}, places")]
    values = [normalise_place(place) for place in places]
    if not all(values) or not values:
        raise PolicyError(f"{where}, places: name at least one town, region or country")
    return _Entry(data, where).requirement(RequirementKind.LOCATION, ANY_OF.join(values), " or ".join(places))


def _experience(data: Any, where: str) -> Requirement:
    fields.mapping(data, where, ("years", *_COMMON))
    months = max(1, round(fields.number(data.get("years"), f"{where}, years") * 12))
    return _Entry(data, where).requirement(RequirementKind.EXPERIENCE, "", experience_label(months), months)


def _education(data: Any, where: str) -> Requirement:
    fields.mapping(data, where, ("level", *_COMMON))
    names = {level.name.lower(): level for level in EducationLevel}
    level = names[fields.choice(data.get("level"), f"{where}, level", tuple(names))]
    return _Entry(data, where).requirement(RequirementKind.EDUCATION, "", education_label(level), int(level))


def _language(item: Any, where: str) -> Requirement:
    data = {"language": item} if isinstance(item, str) else item
    fields.mapping(data, where, ("language", "level", *_COMMON))
    codes = language_codes()
    names = {**codes, **{code: code for code in codes.values()}}
    name = fold(fields.words(data.get("language"), f"{where}, language"))
    if name not in names:
        raise PolicyError(
            f"{where}: the language {name!r} is unknown{fields.hint(name, names)}; English names and ISO codes work"
        )
    level = None
    if "level" in data:
        level = int(LanguageLevel[fields.choice(data["level"], f"{where}, level", tuple(LanguageLevel.__members__))])
    return _Entry(data, where).requirement(
        RequirementKind.LANGUAGE, names[name], language_label(names[name], level), level
    )


def _licence(item: Any, where: str) -> Requirement:
    data = {"licence": item} if isinstance(item, str) else item
    fields.mapping(data, where, ("licence", *_COMMON))
    code = fields.choice(data.get("licence"), f"{where}, licence", _LICENCES)
    return _Entry(data, where).requirement(RequirementKind.LICENCE, code, licence_label(code))


def _condition(item: Any, where: str) -> Requirement:
    data = {"condition": item} if isinstance(item, str) else item
    fields.mapping(data, where, ("condition", *_COMMON))
    value = fields.choice(data.get("condition"), f"{where}, condition", _CONDITIONS)
    return _Entry(data, where).requirement(RequirementKind.CONDITION, value, condition_label(value))


_LISTS: dict[str, Callable[[Any, str], Requirement]] = {
    "languages": _language, "licences": _licence, "conditions": _condition,
}  # fmt: skip
_SINGLE: dict[str, Callable[[Any, str], Requirement]] = {
    "location": _location, "experience": _experience, "education": _education,
}  # fmt: skip
SECTIONS = ("must_have", "nice_to_have", *_SINGLE, *_LISTS)
