"""What was read in a CV against its annotation."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from annotations import Annotation, Language, Polarity, Position, Skill, Span
from facts import Fact, called, compare, is_soft, named, named_at_any, overlaps

from jobfit.policy.months import experience_total
from jobfit.records import CandidateProfile, Experience, LanguageSkill, Stated


def facts(text: str, true: Annotation, profile: CandidateProfile, today: date) -> Iterator[Fact]:
    """Yield one fact of each kind; of those that can exclude, the sure readings once more by themselves."""
    one = _Candidate(text, true, profile)
    yield one.fact("title", _some(profile.title), _some(true.title), partial(named_at_any, text))
    yield from one.positions()
    total = experience_total(profile, today)
    months = _some(total if total and not total.value.partial else None)  # "at least 2 years" says no total
    yield from one.usual_and_sure(
        "months", months, _some(true.months), lambda read, months: abs(read.value.months - months) <= true.tolerance + 1
    )
    yield from one.usual_and_sure(
        "education", _some(profile.education), _some(true.education), lambda read, each: read.value is each.level
    )
    yield one.fact(
        "studying", _some(profile.studying), _some(true.studying), lambda read, each: read.value is each.level
    )
    yield from one.skills()
    yield one.fact("languages", profile.languages, true.languages, lambda read, each: read.value.code == each.code)
    levels = [each for each in profile.languages if each.sure and each.value.level]
    yield one.fact("languages with levels, sure", levels, [each for each in true.languages if each.level], _same_level)
    certificates = [each for each in profile.certificates if each.polarity == Polarity.HAS]
    yield one.fact("certificates", certificates, [(span,) for span in true.certificates], _at_any)
    yield from one.usual_and_sure("location", _some(profile.location), _some(true.location), _at_any)


class _Candidate:
    def __init__(self, text: str, true: Annotation, profile: CandidateProfile) -> None:
        self.text, self.true, self.profile = text, true, profile

    def positions(self) -> Iterator[Fact]:
        """Yield the positions by their titles, and those with dates by title and both dates."""
        work = [position for position in self.true.positions if position.work and position.title]
        titled = [each for each in self.profile.experiences if each.title]
        yield self.fact("positions", titled, work, self._same_title)
        dated = [each for each in titled if each.start]
        with_dates = [position for position in work if position.start]
        yield self.fact("positions with their dates", dated, with_dates, self._same_dates)
        periods = [each for each in self.true.positions if each.work and each.start]
        yield self.fact(
            "dates of positions", [e for e in self.profile.experiences if e.start], periods, _in_same_period
        )

    def skills(self) -> Iterator[Fact]:
        """Yield skills with their polarity; soft ones, and those outside the part that was read, count neither way."""
        covered = self.true.covered or Span(0, len(self.text))

        def judged(item: Stated[str]) -> bool:
            return covered.start <= item.evidence.start < covered.end and not is_soft(item.value)

        def in_words(item: Stated[str], skill: Skill) -> bool:
            return item.polarity == skill.polarity and named(item.evidence, self.text, [skill.span])

        def same(item: Stated[str], skill: Skill) -> bool:
            return in_words(item, skill) or (item.polarity == skill.polarity and called(item.value, skill.name))

        disclaimed = list(filter(judged, self.profile.disclaimed))
        read = [*filter(judged, self.profile.skills_by_name), *disclaimed]
        yield self.fact("skills", read, self.true.skills, same)
        yield self.fact("skills, by place and words alone", read, self.true.skills, in_words)
        denied = [skill for skill in self.true.skills if skill.polarity is not Polarity.HAS]
        yield self.fact("skills not held or wanted", disclaimed, denied, same)

    def _same_title(self, read: Experience, position: Position) -> bool:
        """Whether the title is quoted from the annotated place, or in the same words from another one."""
        return bool(position.title and read.title and named(read.title.evidence, self.text, [position.title]))

    def _same_dates(self, read: Experience, position: Position) -> bool:
        return self._same_title(read, position) and _in_same_period(read, position)

    def usual_and_sure(self, name: str, read: Any, true: Any, same: Callable[[Any, Any], bool]) -> Iterator[Fact]:
        yield self.fact(name, read, true, same)
        yield self.fact(f"{name}, sure", [item for item in read if item.sure], true, same)

    def fact(self, name: str, read: Any, true: Any, same: Callable[[Any, Any], bool]) -> Fact:
        return compare(name, self.true.source, read, true, same, self._words)

    def _words(self, each: Any) -> str:
        if isinstance(each, Stated):
            return f"{each.value} {each.evidence.text!r}"
        if isinstance(each, Experience | Position):
            title = (
                each.title and each.title.value
                if isinstance(each, Experience)
                else each.title and each.title.of(self.text)
            )
            return f"{title!r} {each.start}..{each.end}"
        if isinstance(each, tuple):
            return " | ".join(span.of(self.text) for span in each)
        return f"{each!r} {each.span.of(self.text)!r}" if hasattr(each, "span") else f"{each}"


def _some(value: Any) -> list[Any]:
    """Return a list of the one value, or an empty one where there is nothing."""
    return [value] if value else []


def _at_any(read: Stated[Any], spans: tuple[Span, ...]) -> bool:
    return overlaps(read.evidence, spans)


def _same_level(read: Stated[LanguageSkill], each: Language) -> bool:
    return (read.value.code, read.value.level) == (each.code, each.level)


def _in_same_period(read: Experience, position: Position) -> bool:
    """Whether both dates agree; an annotated date may name a year alone."""
    ends = read.current if position.end == "present" else _fits(position.end, read.end)
    return _fits(position.start, read.start) and ends


def _fits(true: str | None, read: str | None) -> bool:
    return true is not None and read is not None and read.startswith(true)
