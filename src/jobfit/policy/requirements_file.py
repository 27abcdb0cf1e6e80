"""The sections of a requirements file, each checked and turned into requirements."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from jobfit.folding import fold
from jobfit.policy.floors import ExposureBound, Floors, PayBound
from jobfit.policy.places import ANY_OF
from jobfit.records import LITERAL, EducationLevel, Importance, LanguageLevel, Requirement, RequirementKind
from jobfit.settings_file import Flag, Text, choice, hint, number, shown
from jobfit.structure.certificates import certificate_ids, certificate_label, find_certificates
from jobfit.structure.clearances import clearance_ids, clearance_label
from jobfit.structure.languages import language_codes
from jobfit.structure.pay import currency_codes, pay_label
from jobfit.structure.permits import permit_label
from jobfit.structure.place_names import normalise_place
from jobfit.structure.requirements import (
    condition_label,
    education_label,
    experience_label,
    language_label,
    licence_label,
    requirement_id,
)
from jobfit.taxonomy.model import Taxonomy, labels_by_rank

LICENCES = ("AM", "A1", "A2", "A", "B1", "B", "BE", "C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE", "forklift")
CONDITIONS = (
    "permanent", "fixed_term", "temporary", "contract_to_hire", "internship", "apprenticeship", "freelance",
    "full_time", "part_time", "remote", "hybrid", "on_site", "night_shift", "weekend",
)  # fmt: skip
_NO_COUNTRY = re.compile("AA|Q[M-Z]|X[A-JL-Z]|ZZ")  # what ISO 3166-1 leaves to its users; XK is in wide use
EDUCATION = {level.name.lower(): level for level in EducationLevel}
Weight = Annotated[float, number(above=0)]
Share = Annotated[float, number(least=0)]
Floor = Annotated[float | None, number(least=0, most=1)]
SkillNames = Mapping[str, tuple[str, str]]  # folded label -> (id, English label)


def skill_names(taxonomy: Taxonomy) -> SkillNames:
    """Return every label of the skills; the first skill that claims a label keeps it."""
    names: dict[str, tuple[str, str]] = {}
    for label, id_ in labels_by_rank(taxonomy.skills.values()):
        names.setdefault(fold(label), (id_, taxonomy.skills[id_].label()))
    return names


def _codes() -> dict[str, str]:
    codes = language_codes()
    return {**codes, **{code: code for code in codes.values()}}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Weighed(_Section):
    weight: Weight = 1.0


class _Entry(_Weighed):
    importance: Annotated[str, choice(tuple(map(str, Importance)))] = "nice"

    def _requirement(self, kind: RequirementKind, value: str, label: str, minimum: int | None = None) -> Requirement:
        importance = Importance(self.importance)
        return Requirement(requirement_id(kind, value), kind, label, value, importance, minimum, self.weight)

    @abstractmethod
    def made(self) -> Requirement:
        """Return the requirement that the entry states."""


def _alone(key: str) -> Any:
    """Return a validator that takes a bare text as the value of ``key``."""
    return model_validator(mode="before")(lambda data: {key: data} if isinstance(data, str) else data)


class _Skill(_Weighed):
    """A skill by any of its names, or literal words."""

    skill: Text | None = None
    text: Text | None = None
    _bare = _alone("skill")

    @model_validator(mode="after")
    def _one_of_two(self, info: ValidationInfo) -> Self:
        if (self.skill is None) == (self.text is None):
            raise ValueError("needs either a skill or a text, such as {skill: Python}")
        known: SkillNames = info.context or {}
        if self.skill and fold(self.skill) not in known and (near := hint(fold(self.skill), known)):
            words = f"{{text: {self.skill}}}"
            raise ValueError(f"the skill {shown(self.skill)} is unknown{near}? For the words as they stand: {words}")
        return self

    def made(self, importance: Importance, names: SkillNames) -> Requirement:
        words = self.text or self.skill or ""
        value, label = LITERAL + " ".join(fold(words).split()), words
        if self.skill and fold(self.skill) in names:
            value, label = names[fold(self.skill)]
        kind = RequirementKind.SKILL
        return Requirement(requirement_id(kind, value), kind, label, value, importance, None, self.weight)


class _Location(_Entry):
    """Any of several places."""

    places: tuple[Text, ...]

    @field_validator("places")
    @classmethod
    def _named(cls, places: tuple[str, ...]) -> tuple[str, ...]:
        if not places or not all(map(normalise_place, places)):
            raise ValueError("name at least one town, region or country")
        return places

    def made(self) -> Requirement:
        value = ANY_OF.join(map(normalise_place, self.places))
        return self._requirement(RequirementKind.LOCATION, value, " or ".join(self.places))


class _Experience(_Entry):
    """Years of experience in all."""

    years: Annotated[float, number(above=0, most=100)]

    def made(self) -> Requirement:
        months = max(1, round(self.years * 12))
        return self._requirement(RequirementKind.EXPERIENCE, "", experience_label(months), months)


class _Education(_Entry):
    """A least level of education."""

    level: Annotated[str, choice(tuple(EDUCATION))]

    def made(self) -> Requirement:
        level = EDUCATION[self.level]
        return self._requirement(RequirementKind.EDUCATION, "", education_label(level), int(level))


class _Language(_Entry):
    """A language by its name in English or French or by its code, at a level or at any."""

    language: Text
    level: Annotated[str | None, choice(tuple(LanguageLevel.__members__))] = None
    _bare = _alone("language")

    @field_validator("language")
    @classmethod
    def _code(cls, name: str) -> str:
        codes = _codes()
        if (folded := fold(name)) not in codes:
            known = "; English names and ISO codes work"
            raise ValueError(f"the language {shown(folded)} is unknown{hint(folded, codes)}{known}")
        return codes[folded]

    def made(self) -> Requirement:
        level = None if self.level is None else int(LanguageLevel[self.level])
        return self._requirement(RequirementKind.LANGUAGE, self.language, language_label(self.language, level), level)


class _Licence(_Entry):
    """A driving licence by its class, or forklift."""

    licence: Annotated[str, choice(LICENCES)]
    _bare = _alone("licence")

    def made(self) -> Requirement:
        return self._requirement(RequirementKind.LICENCE, self.licence, licence_label(self.licence))


class _Certificate(_Entry):
    """A certificate by its id or any name that texts use; another one as literal words."""

    certificate: Text
    _bare = _alone("certificate")

    def made(self) -> Requirement:
        named = find_certificates(self.certificate)
        known = self.certificate if self.certificate in certificate_ids() else named[0].value if named else None
        value = known or LITERAL + " ".join(fold(self.certificate).split())
        label = certificate_label(known) if known else self.certificate
        return self._requirement(RequirementKind.CERTIFICATE, value, label)


class _Clearance(_Entry):
    """A security clearance by its id."""

    clearance: Text
    _bare = _alone("clearance")

    @field_validator("clearance")
    @classmethod
    def _id(cls, name: str) -> str:
        known = clearance_ids()
        if name not in known:
            raise ValueError(f"{shown(name)} is unknown{hint(name, known)}. Allowed: {', '.join(known)}")
        return name

    def made(self) -> Requirement:
        return self._requirement(RequirementKind.CLEARANCE, self.clearance, clearance_label(self.clearance))


class _Permit(_Entry):
    """A country where the person may work, or the EU."""

    permit: Text
    _bare = _alone("permit")

    @field_validator("permit")
    @classmethod
    def _area(cls, area: str) -> str:
        if area == "UK":
            raise ValueError("the United Kingdom is GB in ISO 3166-1")
        if not re.fullmatch("[A-Z]{2}", area) or _NO_COUNTRY.fullmatch(area):
            raise ValueError(f"{shown(area)} is not a country; use the two letters of ISO 3166-1, such as FR, or EU")
        return area

    def made(self) -> Requirement:
        return self._requirement(RequirementKind.PERMIT, self.permit, permit_label(self.permit))


class _Condition(_Entry):
    """A condition of work."""

    condition: Annotated[str, choice(CONDITIONS)]
    _bare = _alone("condition")

    def made(self) -> Requirement:
        return self._requirement(RequirementKind.CONDITION, self.condition, condition_label(self.condition))


class _Weighting(_Section):
    """How the score is shared."""

    similarity: Share = 3.0
    requirements: Share = 2.0


class _Pay(_Section):
    """Pay a year, in one currency: at least, or at most."""

    at_least: Annotated[float | None, number(above=0, most=1e9)] = None
    at_most: Annotated[float | None, number(above=0, most=1e9)] = None
    currency: Text

    @field_validator("currency")
    @classmethod
    def _code(cls, code: str) -> str:
        if code not in (known := currency_codes()):
            raise ValueError(f"{shown(code)} is unknown{hint(code, known)}. Allowed: {', '.join(known)}")
        return code

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("needs either at_least or at_most, such as {at_least: 30000, currency: EUR}")
        return self

    def bound(self) -> PayBound:
        return PayBound(self.currency, self.at_least, self.at_most)

    def made(self) -> Requirement:
        least, most = (None if amount is None else max(1, round(amount)) for amount in (self.at_least, self.at_most))
        label = f"{'at least' if least else 'at most'} {pay_label(least or most or 0, self.currency)}"
        kind = RequirementKind.PAY
        return Requirement(
            requirement_id(kind, self.currency), kind, label, self.currency, Importance.MUST, least, maximum=most
        )


class _Distance(_Section):
    """A distance in km."""

    at_most: Annotated[float, number(above=0)]

    def made(self) -> Requirement:
        kind, most = RequirementKind.DISTANCE, max(1, round(self.at_most))
        return Requirement(str(kind), kind, f"at most {most} km away", "", Importance.MUST, maximum=most)


class _Exposure(_Section):
    """A share of the attention, from 0 to 1, for vacancies together: at least, or at most; or at most for each."""

    vacancies: tuple[Text, ...] | None = None
    at_least: Floor = None
    at_most: Floor = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("needs either at_least or at_most, such as {vacancies: [V17], at_least: 0.2}")
        if self.vacancies == () or (self.vacancies is None and self.at_most is None):
            raise ValueError("name at least one vacancy by its id")
        return self

    def bound(self) -> ExposureBound:
        return ExposureBound(self.vacancies or (), self.at_least, self.at_most)


class _TradeOff(_Section):
    """What the list as a whole has to keep in expectation."""

    qualification: Floor = None
    preference: Floor = None
    requirements: Floor = None
    location: Floor = None
    condition: Floor = None
    pay: _Pay | None = None
    distance: _Distance | None = None
    exposure: tuple[_Exposure, ...] = ()
    surplus: Flag = False
    temperature: Share = 0.05

    def floors(self) -> Floors:
        shares = self.model_dump(exclude={"pay", "distance", "exposure"})
        pay = self.pay.bound() if self.pay else None
        distance = self.distance.at_most if self.distance else None
        return Floors(**shares, pay=pay, distance=distance, exposure=tuple(one.bound() for one in self.exposure))


class _Exclude(_Section):
    """What leaves out whoever's text states the contrary."""

    location: _Location | None = None
    languages: tuple[_Language, ...] = ()
    conditions: tuple[_Condition, ...] = ()
    education: _Education | None = None
    experience: _Experience | None = None
    pay: _Pay | None = None
    distance: _Distance | None = None

    @field_validator("languages")
    @classmethod
    def _levels(cls, languages: tuple[_Language, ...]) -> tuple[_Language, ...]:
        if any(entry.level is None for entry in languages):
            raise ValueError("needs a level, such as {language: German, level: B2}: only a lower one can be stated")
        return languages

    def requirements(self) -> Iterator[Requirement]:
        numbers = (self.education, self.experience, self.pay, self.distance)
        for entry in (self.location, *self.languages, *self.conditions, *numbers):
            if entry is not None:
                yield replace(entry.made(), importance=Importance.MUST)


class RequirementsFile(_Section):
    """The whole file. Validate it with :func:`skill_names` as the context."""

    must_have: tuple[_Skill, ...] = ()
    nice_to_have: tuple[_Skill, ...] = ()
    location: _Location | None = None
    experience: _Experience | None = None
    education: _Education | None = None
    languages: tuple[_Language, ...] = ()
    licences: tuple[_Licence, ...] = ()
    certificates: tuple[_Certificate, ...] = ()
    clearances: tuple[_Clearance, ...] = ()
    permits: tuple[_Permit, ...] = ()
    conditions: tuple[_Condition, ...] = ()
    replace: Flag = False
    exclude: _Exclude = Field(default_factory=_Exclude)
    weights: _Weighting = Field(default_factory=_Weighting)
    trade_off: _TradeOff | None = None

    def requirements(self, names: SkillNames) -> Iterator[Requirement]:
        """Yield the requirements in the order of the sections."""
        for importance, skills in ((Importance.MUST, self.must_have), (Importance.NICE, self.nice_to_have)):
            yield from (skill.made(importance, names) for skill in skills)
        single = (self.location, self.experience, self.education)
        papers = (*self.licences, *self.certificates, *self.clearances, *self.permits)
        for entry in (*single, *self.languages, *papers, *self.conditions):
            if entry is not None:
                yield entry.made()
