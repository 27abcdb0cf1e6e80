"""What a vacancy states: its title, place and conditions, and what it requires, each with its quote.

A requirement is a *must* only where the text insists: by its words ("required", "exigé") or by its section
("Requirements", "Profil recherché"). What is only mentioned is *nice*: a wrong must-have can leave a person out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from jobfit.folding import fold
from jobfit.lexicon import Lexicon, built
from jobfit.records import (
    LITERAL,
    EducationLevel,
    Evidence,
    Importance,
    Kind,
    Polarity,
    Requirement,
    RequirementKind,
    Section,
    Stated,
    VacancyProfile,
)
from jobfit.structure import unlisted
from jobfit.structure.availability import find_start
from jobfit.structure.capitals import without_capitals
from jobfit.structure.certificates import alternatives, certificate_label, find_certificates
from jobfit.structure.clearances import ANY, clearance_label, find_clearances
from jobfit.structure.conditions import find_conditions
from jobfit.structure.education import find_levels, is_level_field
from jobfit.structure.importance import MUST_SECTIONS, WEAK_SECTIONS, Said, importance_at, is_not_needed, may_not_need
from jobfit.structure.languages import find_languages, mentions
from jobfit.structure.licences import find_licences
from jobfit.structure.pay import currency_of, find_salary
from jobfit.structure.permits import find_required_permits, permit_label
from jobfit.structure.places import find_location, place_behind, places_after, places_beside
from jobfit.structure.requirements import (
    condition_label,
    education_label,
    experience_label,
    language_label,
    licence_label,
    requirement_id,
)
from jobfit.structure.sections import split_sentences, vacancy_sections
from jobfit.structure.spans import first_mentions, merged, moved, placed, quote, stated, touches
from jobfit.structure.terms import OccupationFinder, SkillFinder
from jobfit.structure.text import ReadText, as_read
from jobfit.structure.titles import find_occupation, find_vacancy_title
from jobfit.structure.whereabouts import country_of
from jobfit.structure.years import find_years
from jobfit.taxonomy.compact import load_compact
from jobfit.taxonomy.model import Taxonomy


def read_vacancy_profile(text: str, language: str | None, taxonomy: Taxonomy | None = None) -> VacancyProfile:
    """Return what ``text`` states; every quote stands in ``text``, and what is not stated is ``None`` or empty.

    ``language`` ("en", "fr" or unknown) chooses the labels of skills; both languages are read. ``taxonomy`` names
    skills and occupations: the compact one by default. There is one requirement for each (kind, value), in the order
    of the text.
    """
    taxonomy = taxonomy or load_compact()
    written = without_capitals(text, Kind.VACANCY)
    if written != text:
        return placed(read_vacancy_profile(written, language, taxonomy), text, range(len(text) + 1))
    read = ReadText(text, Kind.VACANCY)
    sections = vacancy_sections(text, read.headings)
    title = find_vacancy_title(read, sections)
    location = _location(read) or _behind(title, taxonomy)
    others = places_beside(read, location) if location else ()
    location = replace(location, sure=location.sure and not others) if location else None
    country = country_of(location.value) if location else None
    asked = [_of_title(a, title, taxonomy) for a in find_requirements(read, language, sections, taxonomy)]
    asked = [a for a in asked if not _repeats_title(a.requirement, title, asked)]
    requirements, not_needed = _with_contradictions(
        [*asked, *_permits(read, location, country)], find_not_needed(read, sections, taxonomy)
    )
    return VacancyProfile(
        title=title,
        sections=sections,
        occupation=find_occupation(title, taxonomy),
        location=location,
        other_locations=others,
        conditions=find_conditions(read),
        requirements=requirements,
        not_needed=not_needed,
        salary=find_salary(read, currency_of(country)),
        start=find_start(read, month_first=country in _MONTH_FIRST if country or language == "fr" else None),
    )


def _of_title(asked: Asked, title: Stated[str] | None, taxonomy: Taxonomy) -> Asked:
    """Return a tool or a clearance that the title names ("Java developer") as a must; "Sales manager" names the job."""
    kind, at = asked.requirement.kind, asked.requirement.evidence
    skill = taxonomy.skills.get(asked.requirement.value) if kind is RequirementKind.SKILL else None
    named = kind is RequirementKind.CLEARANCE or (skill is not None and not skill.label("en").islower())
    if not (title and at and named):
        return asked
    firm = asked.rank == _MENTIONED and title.evidence.start <= at.start and at.end <= title.evidence.end
    return Asked(replace(asked.requirement, importance=Importance.MUST), _WISHED) if firm else asked


def _repeats_title(one: Requirement, title: Stated[str] | None, asked: list[Asked]) -> bool:
    """Tell whether the title asks for a time that the text asks for again and more exactly: "Solicitor (2-4 years)"."""
    if one.kind is not RequirementKind.EXPERIENCE or not (title and one.evidence) or one.value or one.where:
        return False
    inside = title.evidence.start <= one.evidence.start < title.evidence.end
    return inside and any(
        a.requirement.kind is one.kind and a.requirement != one
        and (a.requirement.minimum, a.requirement.maximum) == (one.minimum, one.maximum)
        for a in asked
    )  # fmt: skip


def _with_contradictions(
    asked: list[Asked], not_needed: tuple[Stated[str], ...]
) -> tuple[tuple[Requirement, ...], tuple[Stated[str], ...]]:
    """Return the requirements and what is not needed: what is asked for somewhere counts as asked for.

    What is merely mentioned elsewhere asks for nothing.
    """
    ids = {item.value: {item.value, requirement_id(RequirementKind.SKILL, item.value)} for item in not_needed}
    denied = {id_ for both in ids.values() for id_ in both}
    requirements = _one_each([a for a in asked if a.rank < _MENTIONED or a.requirement.id not in denied])
    kept = {requirement.id for requirement in requirements}
    return requirements, tuple(item for item in not_needed if not ids[item.value] & kept)


def _location(read: ReadText) -> Stated[str] | None:
    """Return where the position is; a kind of contract after "Poste" ("Poste en CDI") is not a place."""
    place = find_location(read)
    if place is None or find_conditions(place.evidence.text):
        return None
    return place


def _behind(title: Stated[str] | None, taxonomy: Taxonomy) -> Stated[str] | None:
    place = place_behind(title) if title else None
    return None if place is None or SkillFinder(taxonomy).called(fold(place.evidence.text)) else place


def _one_each(asked: list[Asked]) -> tuple[Requirement, ...]:
    """Keep one requirement for each id.

    Of several statements of the same thing the firmest prevails, then the first. Of several levels ("a Master's; a PhD
    is a bonus") a must prevails over a nice one, then the lowest.
    """
    levels: dict[tuple[str, int | None], Requirement] = {}
    for item in sorted(asked, key=lambda a: (a.rank, _start(a.requirement))):
        levels.setdefault((item.requirement.id, item.requirement.minimum), item.requirement)
    best: dict[str, Requirement] = {}
    for requirement in sorted(levels.values(), key=lambda r: (r.importance is Importance.NICE, r.minimum or 0)):
        best.setdefault(requirement.id, requirement)
    return tuple(sorted(best.values(), key=_start))


def _start(requirement: Requirement) -> int:
    return requirement.evidence.start if requirement.evidence else 0


_LEVELS = {level.name.lower(): level for level in EducationLevel}
_MONTH_FIRST = frozenset({"US"})
_SILENT = frozenset({"offer", "application"})  # "Apply with your Word resume" asks for no skill
_TASKS = frozenset({"company", "responsibilities"})  # a diploma named there is seldom the candidate's
_WORKING_HOURS = frozenset({"night_shift", "weekend", "on_site"})
_ELSEWHERE = frozenset({"hybrid", "remote"})
_TOLD = frozenset({"header", "description", "summary"})  # where a demand stands in prose
_NAMED = frozenset({RequirementKind.SKILL, RequirementKind.CERTIFICATE})
_BY_WORDS, _WISHED, _MENTIONED = (0, 1, 3), 4, 5  # the ranks of what is wished, and of what is only mentioned
_LIST = 12  # characters in which a list goes on behind its first item
_AROUND = 50  # characters before a diploma in which "or a" may stand
_BEFORE = 100  # characters before boilerplate that belong to it
_GLUED = re.compile(r"[a-z)][.!?](?=[A-Z])")
_WHOLE = 600  # characters of a sentence; a longer one lost its breaks
_STOP = re.compile(r"\n|[.!?] |;|\u2022| - ")
_COLON = re.compile(" ?:")
_OBJECT = re.compile(r" ?:| (?!(?:and|or|in|on|with|for|using|is|skills?|experience|knowledge)\b)[a-z]")
_ITEM = re.compile(r"[\n•*▪●·;–-]")  # before one of a list
_LAST = 25  # characters before a colon in which a line says that what follows is a plus
_BLANK_LINE = re.compile(r"\n\s*\n")
_LOST_BREAK = re.compile(r"(?<![^\W_])[a-z]{4,20}[)\]]?(?=[A-Z]{2,12}(?![a-z])|[A-Z][a-z]{2}|A )")
_NEAR = 200  # characters, so that the time stays linear in a text without sentences


class _Words:
    def __init__(self, lexicon: Lexicon) -> None:
        of = partial(lexicon.union, "demands")
        self.boilerplate, self.given_to_all = (re.compile(rf"\b(?:{of(k)})") for k in ("boilerplate", "given_to_all"))
        # "Closing date:", "Date de recrutement :": what stands in such a line is asked of nobody
        self.procedure = re.compile(rf"\W{{0,5}}(?:(?:{of('procedure')})[^:\n]{{0,40}}:|(?:{of('of_application')})\b)")
        self.equivalent = re.compile(rf"\b(?:{of('equivalent')})\b")
        # what the employer pays for, or who is taught
        self.given = re.compile(rf"\b(?:{of('given')})(?: [\w'+]{{1,14}}){{0,4}} $")
        self.studied_there = re.compile(rf"(?:'?s)? (?:{of('studied_there')})\b")
        self.of_its_own = re.compile(rf"\b(?:{of('of_its_own')})\b")
        self.accepts = re.compile(rf"(?:[.;\s•*-]{{0,6}}|[^.\n]{{0,90}}; ?)(?:{of('accepts')})\b")
        join, named = lexicon.union("importance", "join"), lexicon.union("years", "named")
        self.another = re.compile(rf",? (?:{join}) (?:[\w+#-]{{1,20}} ){{0,3}}(?:{named})")
        # a list ends at a semicolon, a bracket, or another demand: "tools such as X, and strong SQL"
        in_list = rf"(?!\b(?:{of('no_field')})\b)[^;)\n]"
        self.examples = re.compile(rf"\b(?:{of('examples')})\b(?:{in_list})*\Z")
        or_ = rf"(?:{of('or')})(?! (?:{of('upwards')})\b)"  # "Windows 7 or above" is one demand
        self.or_ = re.compile(rf"\b{or_}\b")
        self.seeks = re.compile(rf"\b(?:{of('seeks')})\b")
        self.of_employer = re.compile(rf"\b(?:{of('of_employer')})\b")
        self.tells = re.compile(rf"(?:(?<![^\W_])|(?<=[a-z]))(?:{of('tells')})")  # as written
        self.telling = re.compile(rf"\b(?:{of('telling')})")
        self.other = re.compile(rf"\b(?:{of('other')}) (?:\w{{1,15}} )?$")
        self.and_others = re.compile(rf"(?:(?!(?<=\s)(?:{of('means')})\s)[^.;:()\n]){{0,80}}\b(?:{of('and_others')})\b")
        self.or_alike = re.compile(rf" ?\((?:{of('or')}) (?:{of('alike')})\b")
        self.between = re.compile(rf"(?: ?[,/] ?|,? (?:{of('or')}) )(?:[a-z']{{1,14}} ){{0,2}}")
        self.studied = re.compile(
            rf"\b(?:{of('studied')}) (?:\w{{2,12}} )?(?:{of('field_of')})(?:(?<=')|(?!\w))"
            rf"(?:(?!\b(?:{of('no_field')})\b)[^.;:\n•*]){{0,160}}\Z"
        )
        self.comma_or = re.compile(rf"[ ,]{{0,4}}(?:{of('or')}) ")
        name, either = r"[A-ZÀ-Þ][\w.+#&/-]{0,20}", rf",? (?i:{of('or')}) "
        self.or_name, self.name_or = re.compile(either + name), re.compile(rf"\b{name}{either}\Z")  # as written
        # "Design, Purchasing, Engineering, or Care": whatever the items are; not "HTML, CSS, and AJAX or jQuery"
        item = rf"(?!(?:{lexicon.union('polarity', 'and')})\s)[\w&/+#-]{{1,20}}"
        several = rf"(?:, ?{item}(?: {item}){{0,2}}){{1,6}},? (?!\w{{2,3}}/){or_} "
        self.list_or, self.or_last = re.compile(several), re.compile(rf"{several}\Z")
        self.diploma = re.compile(rf"\b(?:{of('diploma')})\b")
        self.any_work = re.compile(rf"\b(?:{of('any_work')})\b(?! (?:{lexicon.union('years', 'link')})\b| d')")
        self.bare = re.compile(  # "conceptsBS, MS": a line end was lost
            rf"(?:(?<![\w+&-])|(?<=[a-z])(?=[A-Z]{{2}}))(?:{lexicon.named_groups('demands', 'bare')})"
        )
        self.about_education = re.compile(rf"\b(?:{of('about_education')})\b")
        self.or_level = re.compile(rf"\b(?:{of('or')}) (?:[\w'-]{{1,14}} ){{0,3}}$")
        self.years = re.compile(rf"\d{{1,2}}\+? ?(?:{lexicon.union('units', 'years', 'months')})\b")
        self.local_only = re.compile(rf"\b(?:{of('local_only')})\b")
        self.based = re.compile(rf"\b(?:{of('based')})")


_words = built(_Words)


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement, and how firmly it is stated (:attr:`jobfit.structure.importance.Said.rank`: 0 is firmest)."""

    requirement: Requirement
    rank: int

    def insisted(self, rank: int = 0) -> Asked:
        return Asked(replace(self.requirement, importance=Importance.MUST), rank)

    def softened(self) -> Asked:
        return Asked(replace(self.requirement, importance=Importance.NICE), max(self.rank, _WISHED))


@dataclass(frozen=True, slots=True)
class _Sentence:
    read: ReadText
    start: int
    section: str
    accepts: bool = False  # the next sentence says that something else will do

    def asked(
        self, kind: RequirementKind, value: str, label: str, at: Evidence, minimum: int | None = None
    ) -> Asked | None:
        """Return what is quoted at ``at`` (in the sentence); ``None`` where the sentence says that it is not needed."""
        sentence = self.read.folded
        if kind is RequirementKind.EXPERIENCE and (
            another := _words().another.search(sentence, at.end, at.end + _NEAR)
        ):
            sentence = sentence[: another.start()]  # "5 years of Oracle, and recent experience with 12c is a plus"
        inside = kind is RequirementKind.LANGUAGE
        firmness = importance_at(sentence, at.start, at.end, self.section, inside)
        if firmness is None:
            return None
        if kind in _NAMED and not firmness.by_words and self._tells(at):
            firmness = Said(Importance.NICE, by_words=False)
        evidence = Evidence(at.text, at.start + self.start, at.end + self.start)
        id_ = requirement_id(kind, value)
        return Asked(
            Requirement(id_, kind, label, value, firmness.importance, minimum, evidence=evidence), firmness.rank
        )

    def _tells(self, at: Evidence) -> bool:
        """Tell whether the sentence tells of the employer or of the work there: "We build a supply chain"."""
        words, first, last = _words(), max(0, at.start - _NEAR), at.end + _NEAR
        telling = words.telling.search(self.read.folded, first, last)
        return bool(telling and telling.start() < at.start) or bool(words.tells.search(self.read.text, first, at.start))


def find_requirements(
    read: ReadText, language: str | None, sections: tuple[Section, ...], taxonomy: Taxonomy
) -> list[Asked]:
    """Return every requirement stated in a vacancy, the same one as often as it is stated; may be empty."""
    skills = SkillFinder(taxonomy)
    rules: tuple[Callable[[_Sentence], Iterator[Asked | None]], ...] = (
        partial(_experience, finder=skills, taxonomy=taxonomy, language=language),
        partial(_skills, finder=skills, taxonomy=taxonomy, language=language),
        _education, _others, _proofs,
    )  # fmt: skip
    asked = [
        item
        for sentence in map(_without_boilerplate, _sentences(read, sections, skills))
        for rule in (rules if sentence.section not in _SILENT else (*rules[:1], _worded))
        for item in rule(sentence)
        if item is not None
    ]
    return _without_repeats(asked, unlisted.employers(read))


def _without_boilerplate(sentence: _Sentence) -> _Sentence:
    """Return what stands before words such as "equal opportunity", and well before in a sentence of usual length."""
    folded = sentence.read.folded
    told, given = _words().boilerplate.search(folded), _words().given_to_all.search(folded)
    end = told.start() - (_BEFORE if len(folded) <= _WHOLE else 0) if told else len(folded)
    if told:  # but no further than where another sentence begins, its blank lost
        end = max((m.end() for m in _GLUED.finditer(sentence.read.text, max(0, end), told.start())), default=end)
    end = min(end, given.start()) if given else end
    return sentence if end == len(folded) else replace(sentence, read=sentence.read.piece(0, max(0, end)))


def _without_repeats(asked: list[Asked], employers: frozenset[str]) -> list[Asked]:
    """Leave out what another requirement says more exactly (a skill in a certificate's name), and ``employers``."""
    levels = any(a.requirement.kind is RequirementKind.CLEARANCE and a.requirement.value != ANY for a in asked)
    certificates = sorted(
        (item.requirement.evidence.start, item.requirement.evidence.end)
        for item in asked
        if item.requirement.kind is RequirementKind.CERTIFICATE and item.requirement.evidence
    )
    others = merged(
        (item.requirement.evidence.start, item.requirement.evidence.end)
        for item in asked
        if item.requirement.evidence
        and item.requirement.kind is not RequirementKind.EXPERIENCE
        and not item.requirement.value.startswith(LITERAL)
    )

    def repeated(one: Requirement) -> bool:
        if one.value in employers:
            return True
        if one.evidence and one.value.startswith(LITERAL) and touches(others, one.evidence.start, one.evidence.end):
            return True
        if one.kind is RequirementKind.CLEARANCE:
            return one.value == ANY and levels
        if one.kind is not RequirementKind.SKILL or one.evidence is None or not certificates:
            return False
        last = bisect_left(certificates, (one.evidence.start + 1, 0)) - 1
        return last >= 0 and one.evidence.end <= certificates[last][1]

    return [item for item in asked if not repeated(item.requirement)]


def find_not_needed(read: ReadText, sections: tuple[Section, ...], taxonomy: Taxonomy) -> tuple[Stated[str], ...]:
    """Return what a vacancy names to say that nobody needs it, the first mention of each: skills, and ids of others."""
    finder = SkillFinder(taxonomy)
    return first_mentions(
        moved(item, read.text, sentence.start)
        for sentence in _sentences(read, sections, finder)
        if sentence.section not in _SILENT and may_not_need(sentence.read.folded)
        for item in (*finder.find(sentence.read, wide=True), *_of_other_kinds(sentence.read))
        if is_not_needed(sentence.read.folded, item.evidence.start, item.evidence.end)
    )


def _of_other_kinds(read: ReadText) -> Iterator[Stated[str]]:
    """Yield the mentions of diplomas, experience, languages and certificates, each as the id of a requirement."""
    words = _words()
    yield from (Stated(f"{RequirementKind.EDUCATION}", item.evidence) for item in find_levels(read))
    for kind, pattern in ((RequirementKind.EDUCATION, words.diploma), (RequirementKind.EXPERIENCE, words.any_work)):
        yield from (stated(f"{kind}", read.text, *match.span()) for match in pattern.finditer(read.folded))
    for code, *span in mentions(read.folded):
        yield stated(requirement_id(RequirementKind.LANGUAGE, code), read.text, *span)
    for item in find_certificates(read):
        yield Stated(requirement_id(RequirementKind.CERTIFICATE, item.value), item.evidence)


def _at_lost_breaks(
    read: ReadText, start: int, end: int, finder: SkillFinder, section: str
) -> Iterator[tuple[int, int]]:
    """Yield the pieces of a sentence between lost line breaks ("industryBS degree"); none is within a skill's name.

    Outside of requirements none ends at a skill: what follows may be of the list that the sentence asks for.
    """
    cuts = [match.end() for match in _LOST_BREAK.finditer(read.text, start, end)]
    if cuts:
        known = [item.evidence for item in finder.mentions(read.piece(start, end), wide=True)]
        beside = 0 if section in MUST_SECTIONS else 1
        cuts = [c for c in cuts if not any(at.start - beside < c - start < at.end + beside for at in known)]
    yield from pairwise([start, *cuts, end])


def _sentences(read: ReadText, sections: tuple[Section, ...], finder: SkillFinder) -> Iterator[_Sentence]:
    for section in sections:
        kind = "education" if is_level_field(read.folded[section.start : section.body]) else section.kind
        said, first, last = None, True, section.body  # what the line before a list says of it
        pieces = (
            piece
            for whole in split_sentences(read.text, section.body, section.end)
            for piece in _at_lost_breaks(read, *whole, finder, kind)
        )
        for start, end in pieces:
            accepts = _words().accepts.match(read.folded, end, end + _NEAR) is not None
            between = read.text[last : start + 1]
            said = said if _ITEM.search(between) and (first or not _BLANK_LINE.search(between)) else None
            sentence = _Sentence(read.piece(start, end), start, said or kind, accepts)
            if _words().procedure.match(sentence.read.folded):
                sentence = replace(sentence, section="application")
            yield sentence
            first, last = said is None, end
            said = said or _announced(sentence)


def _announced(sentence: _Sentence) -> str | None:
    """Return as which section the list counts that a sentence opens: "Must know the following:"; ``None`` for none."""
    folded = sentence.read.folded.rstrip()
    if not folded.endswith(":") or sentence.section == "nice_to_have":
        return None
    told = folded[-_NEAR:]
    for at in (len(told), max(0, len(told) - _LAST)):
        said = importance_at(told, at, at, None)
        if said and said.by_words:
            return "requirements" if said.importance is Importance.MUST else "nice_to_have"
    return None


def _skills(
    sentence: _Sentence, finder: SkillFinder, taxonomy: Taxonomy, language: str | None
) -> Iterator[Asked | None]:
    if sentence.section == "company":
        return  # what the employer sells or uses
    known = tuple(s for s in finder.mentions(sentence.read, wide=True) if not _is_studied(sentence, s.evidence))
    whole = [(0, len(sentence.read.text))] if sentence.section in MUST_SECTIONS else ()
    among = tuple(unlisted.listed(sentence.read, known, finder, whole, names=True))
    mentioned = first_mentions((*known, *(item for item in among if item.value in taxonomy.skills)))
    spans = unlisted.asked_spans(sentence.read)
    within = unlisted.spans_within(sentence.read)
    demands = tuple(unlisted.asked(sentence.read, known, (*spans, *within)))
    in_list = {item.value for item in among}
    short = tuple(unlisted.abbreviated(sentence.read, known))
    # a word with a capital may be a part of anything: "proficient in Acme", "Human [Capital]"
    small = (item for item in demands if item.evidence.text.islower())
    beside = (item for item in among if " " in item.evidence.text or not item.evidence.text.islower())
    firm = (item for item in (*among, *demands) if unlisted.names_a_field(item.evidence.text))
    surely = {item.value for item in (*small, *beside, *firm)}
    surely |= {
        item.value
        for item, at in ((item, (item.evidence.start, item.evidence.end)) for item in short)
        if touches(spans, *at) or unlisted.is_registered(sentence.read, *at)
    }
    told = (*among, *demands, *short, *unlisted.examples(sentence.read, known, spans))
    others = [item for item in first_mentions(told) if item.value not in taxonomy.skills]
    every = sorted((item.evidence.start, item.evidence.end) for item in (*mentioned, *others))
    for item in others:
        yield _of_no_taxonomy(sentence, item, item.value in in_list, item.value in surely, every)
    demanded = merged(span for span in (*spans, *within) if not _is_of_employer(sentence.read.folded, span[0]))
    ends = [(item.evidence.start, item.evidence.end) for item in mentioned]
    for item in mentioned:
        skill = taxonomy.skills[item.value]
        asked = sentence.asked(RequirementKind.SKILL, item.value, skill.label(language or "en"), item.evidence)
        insists = touches(demanded, item.evidence.start, item.evidence.end)
        if asked and asked.rank == _MENTIONED and insists and sentence.section in _TOLD:
            asked = asked.insisted(2)
        wide = finder.is_wide(item.value)
        if asked and asked.rank == _MENTIONED and wide and sentence.section != "nice_to_have":
            continue  # "testing" among the tasks
        # "the following programming languages: SQL", "troubleshooting machines"
        behind = _OBJECT if item.evidence.text.endswith("ing") else _COLON
        named = wide and behind.match(sentence.read.folded, item.evidence.end)
        soft = skill.transversal or named or _is_one_of_many(sentence, item.evidence, ends)
        yield asked.softened() if asked and soft else asked


def _is_of_employer(folded: str, position: int) -> bool:
    """Tell whether words before ``position`` tell of the employer: "we have", but not "we seek a tester with"."""
    words, first = _words(), max(0, position - _NEAR)
    seeks = max((match.end() for match in words.seeks.finditer(folded, first, position)), default=first)
    return words.of_employer.search(folded, seeks, position) is not None


def _of_no_taxonomy(
    sentence: _Sentence, item: Stated[str], in_list: bool, surely: bool, ends: list[tuple[int, int]]
) -> Asked | None:
    """Return a skill that is in no taxonomy; a must only where its form is that of a name, and the text insists."""
    asked = sentence.asked(RequirementKind.SKILL, item.value, item.evidence.text, item.evidence)
    at = item.evidence.start
    told = in_list and not _words().telling.search(sentence.read.folded, max(0, at - _NEAR), at)
    if asked is None or not (told or asked.rank < _MENTIONED) or _is_studied(sentence, item.evidence):
        return None
    insists = asked.rank == 0 or sentence.section in MUST_SECTIONS
    soft = not (insists and surely) or _is_one_of_many(sentence, item.evidence, ends)
    return asked.softened() if soft else asked


def _is_studied(sentence: _Sentence, at: Evidence) -> bool:
    """Tell whether something is the field of a diploma: "a degree in statistics"."""
    return _words().studied.search(sentence.read.folded, max(0, at.start - _NEAR), at.start) is not None


def _is_one_of_many(sentence: _Sentence, at: Evidence, spans: list[tuple[int, int]]) -> bool:
    """Tell whether the skill is an example ("such as ...", "etc.") or one of "PHP, Python or Go": none is a must."""
    words, folded = _words(), sentence.read.folded
    if words.other.search(folded, max(0, at.start - 30), at.start):
        return False  # "Splunk or other log aggregation tools": the kind is asked for
    if words.examples.search(folded, max(0, at.start - _NEAR), at.start) or words.and_others.match(folded, at.end):
        return True
    if words.or_alike.match(folded, at.end):
        return True
    if words.list_or.match(folded, at.end) or words.or_last.search(folded, max(0, at.start - 80), at.start):
        return True
    text = sentence.read.text  # "Go or Rust", whatever Go is
    if words.or_name.match(text, at.end) or words.name_or.search(text, max(0, at.start - 30), at.start):
        return True
    for index, ((_, end), (start, _)) in enumerate(pairwise(spans)):
        if start - end <= 12 and words.or_.search(folded, end, start):
            first, last = _run(folded, spans, index)
            if first <= at.start < last:
                return True
    return False


def _run(folded: str, spans: list[tuple[int, int]], index: int) -> tuple[int, int]:
    """Return where the list of skills, joined by commas and "or", begins and ends in which span ``index`` stands."""
    first, last = index, index + 1
    while first and re.fullmatch(r"[ ,/]{1,4}", folded[spans[first - 1][1] : spans[first][0]]):
        first -= 1
    comma_or = _words().comma_or
    while last + 1 < len(spans) and comma_or.fullmatch(folded, spans[last][1], spans[last + 1][0]):
        last += 1
    return spans[first][0], spans[last][1]


def _experience(
    sentence: _Sentence, finder: SkillFinder, taxonomy: Taxonomy, language: str | None
) -> Iterator[Asked | None]:
    for years in find_years(sentence.read, sentence.section):
        label, value, where = experience_label(years.minimum, years.maximum), "", ""
        if years.where:
            value = _field(sentence.read, years.where, finder, taxonomy)
            where = "" if value else " ".join(years.where.text.split())
            skill = taxonomy.skills.get(value)
            label = f"{label} in {skill.label(language or 'en') if skill else years.where.text}"
        at = years.evidence
        asked = sentence.asked(RequirementKind.EXPERIENCE, value or fold(where), label, at, years.minimum)
        if asked is None:
            continue
        requirement = replace(asked.requirement, value=value, maximum=years.maximum, where=where)
        asked = replace(asked, requirement=requirement)
        insists = years.firm and sentence.section not in WEAK_SECTIONS
        if years.optional or years.minimum is None or sentence.accepts:
            yield asked.softened()
        else:
            yield asked.insisted() if asked.rank >= _WISHED and insists else asked


def _field(read: ReadText, where: Evidence, skills: SkillFinder, taxonomy: Taxonomy) -> str:
    """Return the skill or the occupation that ``where`` names and little else; empty where it names more, or none.

    One of a list ("Java, Spring and SQL") is not the field.
    """
    end = where.end
    tail = skills.find(read.text[where.start : end + _LIST])
    inside = [item for item in tail if item.evidence.end <= end - where.start]
    named = inside if len(tail) == len(inside) else []
    if not tail:
        named = list(OccupationFinder(taxonomy).find(where.text))
    if len(named) == 1 and 2 * len(named[0].evidence.text) >= len(where.text):
        return named[0].value
    return ""


def _education(sentence: _Sentence) -> Iterator[Asked | None]:
    words = _words()
    told = sentence.section == "education"
    for item in (*find_levels(sentence.read, told), *find_bare_levels(sentence.read, told)):
        label, at = education_label(item.value), item.evidence
        asked = sentence.asked(RequirementKind.EDUCATION, "", label, at, int(item.value))
        if asked and asked.rank == _MENTIONED and sentence.section in _TASKS:
            continue
        folded = sentence.read.folded
        if words.given.search(folded, max(0, at.start - 50), at.start) or words.studied_there.match(folded, at.end):
            continue
        other = words.equivalent.search(folded, max(0, at.start - _NEAR), at.end + _NEAR)
        instead = words.or_level.search(folded, max(0, at.start - _AROUND), at.start)
        other = other or (instead and words.years.search(folded, max(0, at.start - _NEAR), instead.start()))
        soft = other or sentence.accepts or words.of_its_own.search(fold(at.text))
        yield asked.softened() if asked and soft else asked


def _others(sentence: _Sentence) -> Iterator[Asked | None]:
    read = sentence.read
    # The section's heading tells a language ("Languages: German") from a nationality.
    languages, licences = find_languages(read), find_licences(read)
    named = [*(item.evidence for item in languages), *(item.evidence for item in licences)]
    either = _alternatives(read.folded, named)
    for item in languages:
        code, level = item.value.code, item.value.level
        minimum = None if level is None else int(level)
        asked = sentence.asked(RequirementKind.LANGUAGE, code, language_label(code, minimum), item.evidence, minimum)
        yield asked.softened() if asked and item.evidence in either else asked
    for licence in licences:
        asked = sentence.asked(RequirementKind.LICENCE, licence.value, licence_label(licence.value), licence.evidence)
        yield asked.softened() if asked and licence.evidence in either else asked
    if place := find_required_place(read):
        yield sentence.asked(RequirementKind.LOCATION, place.value, place.evidence.text, place.evidence)
    conditions = find_conditions(read)
    elsewhere = any(item.value in _ELSEWHERE for item in conditions)  # "hybrid or office based"
    for hours in conditions:
        if hours.value in _WORKING_HOURS and not (elsewhere and hours.value == "on_site"):
            yield sentence.asked(RequirementKind.CONDITION, hours.value, condition_label(hours.value), hours.evidence)


def _alternatives(folded: str, named: list[Evidence]) -> list[Evidence]:
    """Return those of what is ``named`` of which one is enough: the members of a list with "or" in it."""
    words, lists = _words(), [[item] for item in named[:1]]
    either: list[Evidence] = []
    for one, other in pairwise(named):
        overlap = other.start < one.end  # "fluent French or Dutch": the level is quoted with both
        if (words.between.match if overlap else words.between.fullmatch)(
            folded, one.end, other.end if overlap else other.start
        ):
            lists[-1].append(other)
        else:
            lists.append([other])
    for several in lists:
        gaps = (folded[one.end : max(other.start, other.end)] for one, other in pairwise(several))
        either += several if any(words.or_.search(gap) for gap in gaps) else []
    return either


def _proofs(sentence: _Sentence) -> Iterator[Asked | None]:
    """Certificates and clearances. One of several will do, or one that can still be obtained: none is a must."""
    if sentence.section == "company":
        return
    read = sentence.read
    found = find_certificates(read, told=sentence.section == "certifications")
    soft = alternatives(read.folded, found)
    words = _words()
    for item in found:
        if words.given.search(read.folded[max(0, item.evidence.start - 50) : item.evidence.start]):
            continue
        asked = sentence.asked(RequirementKind.CERTIFICATE, item.value, certificate_label(item.value), item.evidence)
        at = item.evidence
        another = words.or_name.match(read.text, at.end) or words.name_or.search(
            read.text, max(0, at.start - 30), at.start
        )
        yield asked.softened() if asked and (item.value in soft or another) else asked
    for item in find_clearances(read):
        if item.polarity is Polarity.HAS_NOT:
            continue  # "Security clearance: none"
        asked = sentence.asked(RequirementKind.CLEARANCE, item.value, clearance_label(item.value), item.evidence)
        yield asked.softened() if asked and item.polarity is not Polarity.HAS else asked


def _worded(sentence: _Sentence) -> Iterator[Asked | None]:
    """Return the proofs, licences and the like of which words say that they are asked for, whatever the section."""
    return (asked for rule in (_proofs, _others) for asked in rule(sentence) if asked and asked.rank in _BY_WORDS)


def _permits(read: ReadText, location: Stated[str] | None, country: str | None) -> Iterator[Asked]:
    """Rights to work, wherever the text asks for them, and "local candidates only": by their nature musts."""
    words, folded = _words(), read.folded
    asked = [
        (RequirementKind.PERMIT, item.value, permit_label(item.value), item.evidence)
        for item in find_required_permits(read, country if location and location.sure else None)
    ]
    if location and (local := words.local_only.search(folded)):
        at = quote(read.text, *local.span())
        asked.append((RequirementKind.LOCATION, location.value, location.evidence.text, at))
    for kind, value, label, at in asked:
        start, end = max(0, at.start - _NEAR), min(len(folded), at.end + _NEAR)
        start = max((stop.end() for stop in _STOP.finditer(folded, start, at.start)), default=start)
        end = stop.start() if (stop := _STOP.search(folded, at.end, end)) else end
        said = importance_at(folded[start:end], at.start - start, at.end - start, None)
        nice = said is not None and said.by_words and said.importance is Importance.NICE
        importance = Importance.NICE if nice else Importance.MUST
        yield Asked(
            Requirement(requirement_id(kind, value), kind, label, value, importance, evidence=at), 3 if nice else 0
        )


def find_bare_levels(sentence: str | ReadText, told: bool = False) -> tuple[Stated[EducationLevel], ...]:
    """Return the diplomas that ``sentence`` names by letters that mean one only where education is asked for.

    "Education: BA or higher", "Computer Science Undergrad / BS", "Bac exigé"; empty for "ba" or "bac" elsewhere.
    ``told`` where a heading asks for education.
    """
    read, words = as_read(sentence), _words()
    if not told and not words.about_education.search(read.folded):
        return ()
    return tuple(stated(_LEVELS[str(m.lastgroup)], read.text, *m.span()) for m in words.bare.finditer(read.text))


def find_required_place(sentence: str | ReadText) -> Stated[str] | None:
    """Return the known place where a candidate must live or work by this ``sentence``.

    ``None`` where it says none, or one of several.
    """
    read = as_read(sentence)
    match = _words().based.search(read.folded)
    places = places_after(read, match.end()) if match else ()
    return places[0] if places and not places_beside(read, places[0]) else None
