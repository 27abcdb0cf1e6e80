"""write_cv and write_vacancy: a text in one of many layouts, from a latent record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jobfit.simulation.careers import Position
from jobfit.simulation.dice import Dice
from jobfit.simulation.identities import Identity
from jobfit.simulation.latent import Opening, Person
from jobfit.simulation.page import Block, Page, with_typos
from jobfit.simulation.settings import MarketSettings, month_number, read_data
from jobfit.simulation.untidy import cv_extras, vacancy_extras, years_asked
from jobfit.simulation.wording import Wording, capital
from jobfit.taxonomy.model import Taxonomy

CV_ORDERS = (
    ("summary", "experience", "education", "skills", "languages", "other", "wishes", "interests"),
    ("summary", "skills", "experience", "education", "languages", "other", "wishes", "interests"),
    ("skills", "experience", "languages", "education", "other", "interests", "wishes"),
    ("education", "experience", "skills", "languages", "wishes", "other"),
    ("wishes", "experience", "skills", "education", "other", "languages", "interests"),
)
TERSE, UNDATED, NO_SKILLS = 0.12, 0.08, 0.16  # shares of the CVs
INTERESTS = 0.4  # share of the CVs that name hobbies, where these tell nothing


def write_cv(person: Person, identity: Identity, settings: MarketSettings, taxonomy: Taxonomy, dice: Dice) -> Page:
    """Return the CV. Skills are named by any of their synonyms, told in a sentence, or left out.

    Some posts also name skills of others: ``settings.distractors`` is the probability of such a sentence in a post.
    """
    words = Wording(person.language, taxonomy, dice, settings, settings.paraphrase)
    mentioned = dice.kept(person.skills, 1 - settings.forgotten) or list(person.skills[:1])
    terse = dice.chance(TERSE)
    others: list[str] = []
    bodies = {
        "summary": [] if terse else [_summary(person, words)],
        "experience": _experience(person, [] if terse else mentioned, settings, words, others),
        "education": [_education(person, words)],
        "skills": [] if not terse and dice.chance(NO_SKILLS) else _skills(mentioned, words),
        "languages": [words.speaks("cv", spoken) for spoken in person.languages],
        "other": [words.say("cv", "licence", licence=", ".join(person.licences))] if person.licences else [],
        "wishes": _wishes(person, words),
        "interests": _interests(identity, words) if dice.chance(INTERESTS + (1 - INTERESTS) * settings.leak) else [],
    }
    kinds = dice.pick(CV_ORDERS)
    more, pastimes, told = cv_extras(person, words)
    for kind, lines in more.items():
        bodies[kind] += lines
    blocks = tuple(Block(kind, words.heading(kind), tuple(bodies[kind])) for kind in kinds if bodies[kind])
    page = Page(
        title=identity.name,
        head=_head(person, identity, words),
        blocks=(*blocks, *pastimes),
        mentioned=tuple(mentioned),
        headings=dice.pick(("plain", "upper", "colon", "rule")),
        told=replace(told, others=tuple(others)),
    )
    return with_typos(page, settings.typos, dice)


def _head(person: Person, identity: Identity, words: Wording) -> tuple[str, ...]:
    number, street = identity.address
    place = str(words.phrases["cv"]["address"]).format(number=number, street=street, city=person.city)
    lines = [words.title(person.occupation)] if words.dice.chance(0.7) else []
    contact = [identity.email, identity.phone]
    lines += [" | ".join(contact)] if words.dice.chance(0.5) else contact
    return (*lines, place if words.dice.chance(0.3) else words.say("cv", "location", city=person.city))


def _summary(person: Person, words: Wording) -> str:
    months = sum(position.months for position in person.positions)
    return words.say("cv", "summary", title=words.title(person.occupation), years=words.years(months))


def _experience(
    person: Person, mentioned: Sequence[str], settings: MarketSettings, words: Wording, others: list[str]
) -> list[str]:
    """Return the posts: title and dates on one line or two, then bullets or prose about the skills mentioned.

    The skills of others that are named besides go to ``others``.
    """
    today = month_number(settings.today)
    dated, airy = not words.dice.chance(UNDATED), words.dice.chance(0.5)
    prose = words.dice.chance(0.3)
    lines: list[str] = []
    for position in person.positions:
        title = words.say("cv", "position", title=words.title(position.occupation), employer=position.employer)
        period = words.period(position.start, position.end, today) if dated else ""
        lines += [""] if airy and lines else []
        lines += _headline(title, period, words)
        if mentioned:
            lines += _duties(position, mentioned, prose, words)
            if words.dice.chance(settings.distractors):
                lines += _aside(person, position, prose, words, others)
    return lines


def _headline(title: str, period: str, words: Wording) -> list[str]:
    if not period:
        return [title]
    together = f"{period}: {title}", f"{title} ({period})", f"{title}, {period}"
    return words.dice.pick(([together[0]], [together[1]], [title, period], [period, title], [together[2]]))


def _duties(position: Position, mentioned: Sequence[str], prose: bool, words: Wording) -> list[str]:
    used = words.dice.some([skill for skill in position.skills if skill in mentioned], 7)
    described = {skill: words.described(skill) for skill in used}
    named = [words.skill(skill) for skill in used if described[skill] is None]
    groups = [named[:1], named[1:3], named[3:]]
    sentences = [words.say("cv", "prose" if prose else "use", list=words.listed(group)) for group in groups if group]
    sentences += [sentence for sentence in described.values() if sentence is not None]
    if words.dice.chance(0.5):
        sentences.append(words.say("cv", "filler"))
    return [" ".join(sentences)] if prose else words.bullets(sentences)


def _aside(person: Person, position: Position, prose: bool, words: Wording, named: list[str]) -> list[str]:
    """Return a sentence about one or two skills of the occupation, or of any, that the person does not have."""
    entry = words.taxonomy.occupations[position.occupation]
    own = {*person.skills, *(skill for post in person.positions for skill in post.skills)}
    if words.dice.chance(0.5):
        entry = words.taxonomy.occupations[words.dice.pick(words.occupations)]
    others = [skill for skill in (*entry.essential, *entry.optional) if skill not in own]
    if not others:
        return []
    chosen = words.dice.some(others, words.dice.between(1, 2))
    named += chosen
    listed = words.listed([words.skill(skill) for skill in chosen])
    sentence = words.say("cv", words.dice.pick(("aside", "aside", "curious")), list=listed)
    return [sentence] if prose else words.bullets([sentence])


def _interests(identity: Identity, words: Wording) -> list[str]:
    table = read_data("world.toml")["hobbies"]
    named = [str(table[a][value][words.language][n]) for a, value, n in identity.hobbies]
    return [words.say("cv", "interests", list=words.listed(named))] if named else []


def _education(person: Person, words: Wording) -> str:
    degree = words.degree(int(person.education))
    year = f", {person.graduation}" if words.dice.chance(0.8) else ""
    return f"{capital(degree)}, {person.school}{year}"


def _skills(mentioned: Sequence[str], words: Wording) -> list[str]:
    """Return the skills section: three in four of the skills mentioned."""
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
    contracts = [words.dice.pick(words.phrases["contracts"][wish]) for wish in person.wishes if wish != "remote"]
    lines = [capital(contract) for contract in contracts]
    if person.aspires is not None and person.aspires != person.occupation:
        lines.append(words.say("cv", "wish_title", title=words.title(person.aspires)))
    if "remote" in person.wishes:
        lines.append(words.say("cv", "wish_remote"))
    if person.wished_cities:
        lines.append(words.say("cv", "wish_place", cities=words.listed(person.wished_cities)))
    if person.pay and words.dice.chance(0.2):
        lines.append(words.say("cv", "wish_pay", pay=words.money(person.pay)))
    if words.dice.chance(0.2):
        lines.append(words.say("cv", "wish_radius", km=person.radius))
    return lines


VACANCY_ORDERS = (
    ("company", "tasks", "must", "nice", "offer"),
    ("tasks", "must", "nice", "offer", "company"),
    ("company", "must", "nice", "tasks", "offer"),
    ("tasks", "offer", "must", "nice"),
)


def write_vacancy(opening: Opening, settings: MarketSettings, taxonomy: Taxonomy, dice: Dice) -> Page:
    """Return the vacancy. Every requirement of the opening is stated; must-haves and nice-to-haves stand apart.

    A skill is told without its name half as often as in a CV; ``settings.distractors`` is the probability of a sentence
    on skills that the vacancy does not ask for.
    """
    words = Wording(opening.language, taxonomy, dice, settings, settings.paraphrase / 2)
    prose = dice.chance(0.3)
    bodies = {
        "company": [words.say("vacancy", "company", employer=opening.employer, city=opening.city)],
        "tasks": _tasks(opening, words),
    }
    others = _elsewhere(opening, words) if dice.chance(settings.distractors) else {}
    bodies["tasks"] += others.values()
    bodies["must"] = _skills_asked(opening.must, "must", prose, words)
    conditions, maximum = _conditions(opening, words)
    bodies["must"] += words.bullets(conditions)
    bodies |= {"nice": _skills_asked(opening.nice, "nice", prose, words), "offer": _offer(opening, words)}
    more, told = vacancy_extras(opening, words)
    for kind, lines in more.items():
        bodies[kind] += lines
    kinds = dice.pick(VACANCY_ORDERS)
    page = Page(
        title=words.say("vacancy", "title", title=words.title(opening.occupation), city=opening.city),
        head=(opening.employer, words.say("vacancy", "place", city=opening.city)),
        blocks=tuple(Block(kind, words.heading(kind), tuple(bodies[kind])) for kind in kinds if bodies[kind]),
        mentioned=(*opening.must, *opening.nice),
        headings=dice.pick(("plain", "upper", "colon", "rule")),
        told=replace(told, maximum=maximum, others=tuple(skill for named in others for skill in named)),
    )
    return with_typos(page, settings.typos, dice)


def _tasks(opening: Opening, words: Wording) -> list[str]:
    told = [words.skill(skill) for skill in words.dice.some(opening.must, 2)]
    lines = [words.say("vacancy", "task_item", item=item) for item in told]
    body = words.bullets(lines) if words.dice.chance(0.6) else [words.say("vacancy", "tasks", list=words.listed(told))]
    return [*body, words.say("vacancy", "filler")] if words.dice.chance(0.6) else body


def _skills_asked(skills: Sequence[str], importance: str, prose: bool, words: Wording) -> list[str]:
    if not skills:
        return []
    if not prose:
        return words.bullets([words.described(skill) or words.skill(skill) for skill in skills])
    described = {skill: words.described(skill) for skill in skills}
    named = [words.skill(skill) for skill in skills if described[skill] is None]
    told = " ".join(sentence for sentence in described.values() if sentence)
    stated = words.say("vacancy", importance, list=words.listed(named)) if named else ""
    return [f"{stated} {told}".strip()]


def _elsewhere(opening: Opening, words: Wording) -> dict[tuple[str, ...], str]:
    """Return a sentence about skills that the vacancy does not ask for, by these skills."""
    entry = words.taxonomy.occupations[words.dice.pick(words.occupations)]
    others = [s for s in (*entry.essential, *entry.optional) if s not in opening.must and s not in opening.nice]
    named = words.dice.some(others, 2)
    listed = words.listed([words.skill(skill) for skill in named])
    return {tuple(named): words.say("vacancy", "elsewhere", list=listed)} if named else {}


def _conditions(opening: Opening, words: Wording) -> tuple[list[str], int | None]:
    """Return what is asked for beside skills, and the most months of experience that it names."""
    months, maximum = opening.months, None
    if words.untidy():
        line, maximum = years_asked(opening, words)
        lines = [line]
    else:
        lines = [words.say("vacancy", "experience", years=words.years(months, "vacancy")) if months else ""]
        if not months and words.dice.chance(0.5):
            lines = [words.say("vacancy", "no_experience")]
    if opening.education is not None:
        lines.append(words.say("vacancy", "education", education=words.degree(int(opening.education))))
    lines += [words.speaks("vacancy", asked) for asked in opening.languages]
    if opening.licence is not None:
        lines.append(words.say("vacancy", "licence", licence=opening.licence))
    return [line for line in lines if line], maximum


def _offer(opening: Opening, words: Wording) -> list[str]:
    contract = words.dice.pick(words.phrases["contracts"][opening.contract])
    lines = [words.say("vacancy", "contract", contract=contract)]
    if opening.pay and words.dice.chance(0.6):
        lines.append(words.say("vacancy", "pay", pay=words.money(opening.pay)))
    return [*lines, words.say("vacancy", "remote")] if opening.remote else lines
