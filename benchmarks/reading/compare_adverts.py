"""What was read in an advert against its annotation. Facts on which two readers could differ count neither way."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from adverts import Advert, Importance, Sample, Skill, Time
from annotations import Span
from facts import Fact, called, compare, is_soft, named, named_at_any, overlaps

from jobfit.folding import fold
from jobfit.records import Evidence, Requirement, RequirementKind, Stated, VacancyProfile
from jobfit.taxonomy.compact import load_compact

_HOURS = frozenset({"night_shift", "weekend"})  # not annotated


def facts(text: str, true: Advert, profile: VacancyProfile) -> Iterator[Fact]:
    """Yield one fact of each kind. Rates are of the adverts drawn at random; chosen ones count for what is rare."""
    every = _Advert(text, true, profile)
    if true.sample is Sample.DRAWN:
        yield from every.usual()
    yield from every.rare()


class _Advert:
    def __init__(self, text: str, true: Advert, profile: VacancyProfile) -> None:
        self.text, self.true, self.profile = text, true, profile

    def usual(self) -> Iterator[Fact]:
        """Yield what most adverts state."""
        true, profile = self.true, self.profile
        same = partial(named_at_any, self.text)
        yield self._fact("title", [profile.title] if profile.title else [], [true.title] if true.title else [], same)
        yield from self._years()
        yield from self._education()
        yield from self._skills()
        yield self._fact(
            "languages", self._asked(RequirementKind.LANGUAGE), [each for each in true.languages if each.code],
            lambda r, each: r.value == each.code,
        )  # fmt: skip
        places = [profile.location] if profile.location else []
        for name, where in (("location", places), ("location, sure", [place for place in places if place.sure])):
            yield self._fact(name, where, [true.location] if true.location else [], _at_any)
        for name, sure in (("conditions", False), ("conditions, sure", True)):
            stated = [
                c for c in profile.conditions if c.value not in ("night_shift", "weekend") and (c.sure or not sure)
            ]
            yield self._fact(
                name, stated, [*true.remote, *true.contract],
                lambda c, each: c.value == each.value,
            )  # fmt: skip

    def rare(self) -> Iterator[Fact]:
        """Yield what few adverts state; the chosen ones count too."""
        true, profile = self.true, self.profile
        denied = [skill for skill in true.skills if skill.polarity is Importance.NOT_NEEDED]
        spared = [item for item in profile.not_needed if item.value in load_compact().skills]
        yield self._fact("skills not needed", spared, denied, lambda s, k: named(s.evidence, self.text, k.mentions))
        checks = ("background_check", "drug_test")
        cleared = [each for each in true.clearance if each.kind not in checks]
        kinds = (
            ("certificates", RequirementKind.CERTIFICATE, true.certificates),
            ("clearance", RequirementKind.CLEARANCE, cleared),
        )
        for name, kind, stated in kinds:
            firm = [each for each in stated if not each.doubtful]
            vague = [each.span for each in stated if each.doubtful]
            read = [r for r in self._asked(kind) if not overlaps(_evidence(r), vague)]
            yield self._fact(name, read, firm, lambda r, each: overlaps(_evidence(r), [each.span]))
        yield self._permits()
        yield self._fact(
            "salary", [profile.salary] if profile.salary else [], true.salary,
            lambda s, each: (s.value.minimum, s.value.maximum, s.value.currency, str(s.value.period))
            == (each.minimum, each.maximum, each.currency, each.period),
        )  # fmt: skip
        yield self._fact(
            "start",
            [profile.start] if profile.start else [],
            true.start,
            lambda s, each: overlaps(s.evidence, [each.span]),
        )

    def _asked(self, kind: RequirementKind) -> list[Requirement]:
        return [r for r in self.profile.requirements if r.kind is kind]

    def _permits(self) -> Fact:
        """Work permits and citizenship, each once: who must have a permit and is not sponsored needs one thing.

        "Local candidates only" is a place, and no permit.
        """
        kinds = {each.kind for each in self.true.permit if not each.doubtful}
        asked = {kind.startswith("citizenship") for kind in kinds if kind != "local_only"}
        read = {r.value.endswith(":citizenship") for r in self._asked(RequirementKind.PERMIT)}
        return compare("permits", self.true.source, read, asked, lambda r, each: r == each)

    def _years(self) -> Iterator[Fact]:
        """Years as often as they are asked for differently; repeated words are one demand."""
        vague = [time.span for time in self.true.experience if time.doubtful]
        read = [r for r in self._asked(RequirementKind.EXPERIENCE) if not overlaps(_evidence(r), vague)]
        firm = [time for time in self.true.experience if not time.doubtful]
        once = {(t.minimum, t.maximum, fold(t.where.of(self.text)) if t.where else "", t.importance): t for t in firm}

        def same(r: Requirement, time: Time) -> bool:
            return (r.minimum, r.maximum) == (time.minimum, time.maximum)

        yield self._fact("years asked", read, once.values(), same)
        yield self._fact(
            "years asked: must", [r for r in read if r.importance == "must"],
            [time for time in once.values() if time.importance is Importance.MUST], same,
        )  # fmt: skip

    def _education(self) -> Iterator[Fact]:
        """The least level asked for: of several, jobfit keeps one."""
        vague = [degree.span for degree in self.true.education if degree.doubtful]
        read = [r for r in self._asked(RequirementKind.EDUCATION) if not overlaps(_evidence(r), vague)]
        firm = [degree for degree in self.true.education if not degree.doubtful]
        musts = [d for d in firm if d.importance is Importance.MUST and not d.or_equivalent]
        least = sorted(musts or firm, key=lambda degree: degree.level)[:1]
        yield self._fact("education", read, least, lambda r, degree: r.minimum == degree.level)
        yield self._fact(
            "education: must", [r for r in read if r.importance == "must"],
            sorted(musts, key=lambda degree: degree.level)[:1], lambda r, degree: r.minimum == degree.level,
        )  # fmt: skip

    def _skills(self) -> Iterator[Fact]:
        vague = [s for each in self.true.skills if each.doubtful for s in each.mentions] + list(self.true.soft_skills)
        read = [
            r for r in self._asked(RequirementKind.SKILL) if not overlaps(_evidence(r), vague) and not is_soft(r.value)
        ]
        firm = [skill for skill in self.true.skills if not skill.doubtful]
        asked = [s for s in firm if s.polarity in (Importance.MUST, Importance.NICE)]
        named_ones = [s for s in firm if s.polarity is not Importance.NOT_NEEDED]

        def in_words(r: Requirement, skill: Skill) -> bool:
            return named(_evidence(r), self.text, skill.mentions)

        def same(r: Requirement, skill: Skill) -> bool:
            return in_words(r, skill) or called(r.value, skill.name)

        musts = [s for s in asked if s.polarity is Importance.MUST and s.any_of is None]
        for alone, alike in (("", same), (", by place and words alone", in_words)):
            fact, recalled = self._fact("", read, named_ones, alike), self._fact("", read, asked, alike)
            name = f"skills asked{alone}"
            yield Fact(name, self.true.source, fact.right, fact.wrong, recalled.found, recalled.missed)
            yield self._fact(f"skills asked: must{alone}", [r for r in read if r.importance == "must"], musts, alike)

    def _fact(self, name: str, read: Iterable[Any], true: Iterable[Any], same: Callable[[Any, Any], bool]) -> Fact:
        return compare(name, self.true.source, read, true, same, self._words)

    def _words(self, each: Any) -> str:
        if isinstance(each, Requirement):
            return f"{each.importance} {each.label} {_evidence(each).text!r}"
        if isinstance(each, Stated):
            return f"{each.value} {each.evidence.text!r}"
        spans = each if isinstance(each, tuple) else (each.span,)
        said = getattr(each, "importance", None) or getattr(each, "polarity", "")
        return f"{said} {' | '.join(span.of(self.text) for span in spans)!r}"


def _evidence(requirement: Requirement) -> Evidence:
    assert requirement.evidence is not None  # what was read in a text has its quote
    return requirement.evidence


def _at_any(read: Stated[str], spans: tuple[Span, ...]) -> bool:
    return overlaps(read.evidence, spans)
