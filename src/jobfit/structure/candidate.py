"""CV text to CandidateProfile: one function per field, each in its own module."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from jobfit.records import LITERAL, CandidateProfile, Kind, Polarity, Stated
from jobfit.structure.availability import find_notice
from jobfit.structure.certificates import read_certificates
from jobfit.structure.clearances import read_clearances
from jobfit.structure.conditions import read_wished_conditions, read_wished_locations
from jobfit.structure.education import read_education
from jobfit.structure.elsewhere import is_of_others, is_said_of_any_work, studied
from jobfit.structure.experience import explains_dates, latest_title, read_claim, read_experiences
from jobfit.structure.identity import read_name, read_title
from jobfit.structure.languages import find_languages
from jobfit.structure.licences import find_licences
from jobfit.structure.ligatures import mended
from jobfit.structure.pay import find_wished_salary
from jobfit.structure.permits import read_permits
from jobfit.structure.place_names import normalise_place
from jobfit.structure.places import find_location
from jobfit.structure.polarity import claims
from jobfit.structure.sections import section_at
from jobfit.structure.spans import first_mentions, line_around, merged, touches
from jobfit.structure.terms import OccupationFinder, SkillFinder
from jobfit.structure.text import ReadText
from jobfit.structure.titles import Titles
from jobfit.structure.unlisted import listed as unlisted
from jobfit.structure.unlisted import rated
from jobfit.structure.whereabouts import country_of
from jobfit.taxonomy.graph import TaxonomyGraph
from jobfit.taxonomy.model import Taxonomy

# The places of schools and employers are not where the person lives.
_ELSEWHERE = frozenset(
    {"experience", "education", "projects", "certifications", "volunteering", "references", "publications"}
)

_LABEL = re.compile(r"(?:^|(?<=[\n•●▪]))[ \t-]{0,4}(?P<label>[^\n:•●▪]{2,50}):[ \t](?=[^\n]{2})")

_HEAD = frozenset({"header", "personal"})
_LEISURE = frozenset({"interests"})
_PAST = frozenset({"experience", "education", "projects"})


def read_candidate_profile(text: str | ReadText, taxonomy: Taxonomy | None = None) -> CandidateProfile:
    """Return what the CV ``text`` states; what it does not state is ``None`` or empty.

    Without a ``taxonomy`` there are no skills, and titles have no occupation.
    For every value, ``text[evidence.start:evidence.end] == evidence.text``.
    """
    read = text if isinstance(text, ReadText) else ReadText(text, Kind.CANDIDATE)
    skills = SkillFinder(taxonomy) if taxonomy else None
    titles = Titles(read, OccupationFinder(taxonomy) if taxonomy else None)
    experiences = read_experiences(titles)
    if read.lost_ligatures:
        experiences = tuple(replace(each, title=mended(each.title)) for each in experiences)
    opening = list(takewhile(lambda section: section.kind in _HEAD, read.sections))
    head = opening[-1].end if opening else 0
    location = find_location(read.without(_ELSEWHERE), head)
    name = read_name(read, skills)
    if name and location and normalise_place(name.value) == location.value:
        name = None  # a town alone in a line looks like a name
    certificates = read_certificates(read.without(_LEISURE))
    claimed, disclaimed = _without_those_of_certificates_not_held(_skills(read, skills, taxonomy), certificates)
    if taxonomy and taxonomy.implies:
        claimed = _with_broader(claimed, disclaimed, taxonomy)
    education, studying = read_education(read)
    title = read_title(titles, name) or latest_title(experiences)
    return CandidateProfile(
        name=name,
        title=mended(title) if read.lost_ligatures else title,
        sections=read.sections,
        experiences=experiences,
        claimed_months=read_claim(read),
        dates_explained=explains_dates(read, experiences),
        education=education,
        studying=studying,
        skills=claimed,
        disclaimed=disclaimed,
        languages=find_languages(read),
        licences=find_licences(read),
        certificates=certificates,
        clearances=read_clearances(read),
        permits=read_permits(read, country_of(location.value) if location else None),
        location=location,
        wished_locations=read_wished_locations(read),
        conditions=read_wished_conditions(read),
        salary=find_wished_salary(read),
        notice=find_notice(read.without(_PAST)) or find_notice(read, apart=True),
    )


def _skills(
    read: ReadText, finder: SkillFinder | None, taxonomy: Taxonomy | None
) -> tuple[tuple[Stated[str], ...], tuple[Stated[str], ...]]:
    """Return the skills that are claimed, and those denied or wanted; "cooking" among the hobbies is neither.

    Tasks and wide names ("testing") are skills where a section of skills lists them: elsewhere they tell what was done.
    """
    if finder is None or taxonomy is None:
        return (), ()
    considered = read.without(frozenset({"interests"}))
    mentions = tuple(finder.mentions(considered, tasks=True))
    listed = tuple(section for section in read.sections if section.kind == "skills")
    told = (
        m
        for m in mentions
        if section_at(listed, m.evidence.start)
        or finder.is_task(m.value)
        or not (finder.is_wide(m.value) or is_said_of_any_work(read, m))
    )
    others = (
        *unlisted(considered, mentions, finder, [(section.body, section.end) for section in listed]),
        *rated(considered, mentions, finder),
    )
    every = sorted({*studied(read, finder), *told, *others}, key=lambda item: item.evidence.start)
    every = [item for item in every if not is_of_others(read, item.evidence)]
    return claims(considered, list(_without_labels(considered.text, every, taxonomy)))


def _without_labels(text: str, skills: Sequence[Stated[str]], taxonomy: Taxonomy) -> Iterator[Stated[str]]:
    """Yield the skills but those that label a list of their own kinds, which show them: "Version control: Git"."""
    graph = TaxonomyGraph(taxonomy)
    starts = [item.evidence.start for item in skills]
    labels: set[int] = set()
    for match in _LABEL.finditer(text) if taxonomy.implies else ():
        end = line_around(text, match.end())[1]
        first, colon, last = (bisect_left(starts, at) for at in (*match.span("label"), end))
        if first < colon and starts[first] == match.start("label"):
            listed = (item.value for item in skills[colon:last] if item.value in taxonomy.skills)
            shown = {broader for value in listed for broader in graph.above(value)}
            common = (i for i in range(first, colon) if skills[i].value in shown)  # "Java: Spring" names Java
            labels |= {i for i in common if taxonomy.skills[skills[i].value].label().islower()}
    yield from (item for index, item in enumerate(skills) if index not in labels)


def _without_those_of_certificates_not_held(
    read: tuple[tuple[Stated[str], ...], tuple[Stated[str], ...]], certificates: tuple[Stated[str], ...]
) -> tuple[tuple[Stated[str], ...], tuple[Stated[str], ...]]:
    """Return the skills without those claimed by the name of a certificate that is not held: prepared for, expired.

    One that is held is no unlisted skill beside it ("MS-CIT").
    """
    claimed, disclaimed = read
    every, lost = (
        merged((item.evidence.start, item.evidence.end) for item in several)
        for several in (certificates, [item for item in certificates if item.polarity != Polarity.HAS])
    )

    def kept(item: Stated[str]) -> bool:
        spans = every if item.value.startswith(LITERAL) else lost
        return not touches(spans, item.evidence.start, item.evidence.end)

    return tuple(filter(kept, claimed)), disclaimed


def _with_broader(
    claimed: tuple[Stated[str], ...], disclaimed: tuple[Stated[str], ...], taxonomy: Taxonomy
) -> tuple[Stated[str], ...]:
    """Return the claimed skills with those that they are kinds of, by the same quote: who has JUnit has unit testing.

    However many steps up, and only where the CV itself says nothing of the broader skill.
    """
    said = {item.value for item in (*claimed, *disclaimed)}
    graph = TaxonomyGraph(taxonomy)
    shown = (
        replace(item, value=broader)
        for item in claimed
        if item.value in taxonomy.skills
        for broader in graph.above(item.value)
        if broader not in said
    )
    return first_mentions((*claimed, *shown))
