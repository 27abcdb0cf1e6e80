"""write_cv: a CV in one of many layouts, from a person's latent record."""

from __future__ import annotations

from collections.abc import Sequence

from jobfit.simulation.dice import Dice
from jobfit.simulation.identities import Identity
from jobfit.simulation.page import Block, Page
from jobfit.simulation.people import Person, Position
from jobfit.simulation.settings import MarketSettings, month_number
from jobfit.simulation.wording import Wording
from jobfit.taxonomy.model import Taxonomy

ORDERS = (
    ("summary", "experience", "education", "skills", "languages", "other", "wishes", "interests"),
    ("summary", "skills", "experience", "education", "languages", "other", "wishes", "interests"),
    ("skills", "experience", "languages", "education", "other", "interests", "wishes"),
    ("education", "experience", "skills", "languages", "wishes", "other"),
    ("wishes", "experience", "skills", "education", "other", "languages", "interests"),
)
TERSE, UNDATED = 0.12, 0.08


def write_cv(person: Person, identity: Identity, settings: MarketSettings, taxonomy: Taxonomy, dice: Dice) -> Page:
    """Return the CV. Skills are named by any of their synonyms, told in a sentence, or (``settings.forgotten``) left out."""
    words = Wording(person.language, taxonomy, dice)
    mentioned = dice.kept(person.skills, 1 - settings.forgotten) or list(person.skills[:1])
    terse = dice.chance(TERSE)
    bodies = {
        "summary": [] if terse else [_summary(person, words)],
        "experience": _experience(person, [] if terse else mentioned, month_number(settings.today), words),
        "education": [_education(person, words)],
        "skills": _skills(person, mentioned, words),
        "languages": [words.speaks("cv", spoken) for spoken in person.languages],
        "other": [words.say("cv", "licence", licence=", ".join(person.licences))] if person.licences else [],
        "wishes": _wishes(person, words),
        "interests": [words.say("cv", "interests")] if not terse and dice.chance(0.4) else [],
    }
    blocks = tuple(Block(kind, words.heading(kind), tuple(bodies[kind])) for kind in dice.pick(ORDERS) if bodies[kind])
    return Page(
        title=identity.name,
        head=_head(person, identity, words),
        blocks=blocks,
        mentioned=tuple(mentioned),
        headings=dice.pick(("plain", "upper", "colon", "rule")),
    )


def _head(person: Person, identity: Identity, words: Wording) -> tuple[str, ...]:
    number, street = identity.address
    template = str(words.phrases["cv"]["address"])
    place = template.format(number=number, street=street, city=person.city)
    lines = [words.title(person.occupation)] if words.dice.chance(0.7) else []
    contact = [identity.email, identity.phone]
    lines += [" | ".join(contact)] if words.dice.chance(0.5) else contact
    return (*lines, place if words.dice.chance(0.3) else words.say("cv", "location", city=person.city))


def _summary(person: Person, words: Wording) -> str:
    months = sum(position.months for position in person.positions)
    return words.say("cv", "summary", title=words.title(person.occupation), years=words.years(months))


def _experience(person: Person, mentioned: Sequence[str], today: int, words: Wording) -> list[str]:
    """Return the posts: title and dates on one line or two, then bullets or prose about the skills mentioned."""
    dated = not words.dice.chance(UNDATED)
    prose = words.dice.chance(0.3)
    lines: list[str] = []
    for position in person.positions:
        title = words.say("cv", "position", title=words.title(position.occupation), employer=position.employer)
        period = words.period(position.start, position.end, today) if dated else ""
        lines += _headline(title, period, words)
        if mentioned:
            lines += _duties(position, mentioned, prose, words)
    return lines


def _headline(title: str, period: str, words: Wording) -> list[str]:
    if not period:
        return [title]
    layouts = (
        [f"{period}: {title}"],
        [f"{title} ({period})"],
        [title, period],
        [period, title],
        [f"{title}, {period}"],
    )
    return words.dice.pick(layouts)


def _duties(position: Position, mentioned: Sequence[str], prose: bool, words: Wording) -> list[str]:
    used = words.dice.some([skill for skill in position.skills if skill in mentioned], 7)
    told = [words.told(skill) for skill in used]
    groups = [told[:1], told[1:3], told[3:]]
    sentences = [words.say("cv", "prose" if prose else "use", list=words.listed(group)) for group in groups if group]
    if words.dice.chance(0.5):
        sentences.append(words.say("cv", "filler"))
    return [" ".join(sentences)] if prose else words.bullets(sentences)


def _education(person: Person, words: Wording) -> str:
    degree = str(words.dice.pick(words.phrases["education"][str(int(person.education))]))
    year = f", {person.graduation}" if words.dice.chance(0.8) else ""
    return f"{degree}, {person.school}{year}"


def _skills(person: Person, mentioned: Sequence[str], words: Wording) -> list[str]:
    """Return the skills section: three in four of the skills mentioned, or nothing at all in one CV of six."""
    if person.positions and words.dice.chance(0.16):
        return []
    listed = [words.skill(skill) for skill in words.dice.some(mentioned, max(1, len(mentioned) * 3 // 4))]
    style = words.dice.between(0, 3)
    if style == 0:
        return words.bullets(listed)
    if style == 1:
        return [words.say("cv", "skill_prose", list=words.listed(listed))]
    if style == 2 and len(listed) > 3:
        halves = {"a": ", ".join(listed[: len(listed) // 2]), "b": ", ".join(listed[len(listed) // 2 :])}
        return [str(line).format(**halves) for line in words.phrases["cv"]["skill_groups"]]
    return [words.dice.pick((", ", " / ", "; ", " · ")).join(listed)]


def _wishes(person: Person, words: Wording) -> list[str]:
    lines = [words.dice.pick(words.phrases["contracts"][wish]) for wish in person.wishes if wish != "remote"]
    lines = [line[:1].upper() + line[1:] for line in lines]
    if "remote" in person.wishes:
        lines.append(words.say("cv", "wish_remote"))
    if person.wished_cities:
        lines.append(words.say("cv", "wish_place", cities=words.listed(person.wished_cities)))
    return lines
