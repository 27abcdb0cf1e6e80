"""write_vacancy: a vacancy in one of many layouts, from an opening's latent record."""

from __future__ import annotations

from collections.abc import Sequence

from jobfit.simulation.dice import Dice
from jobfit.simulation.openings import Opening
from jobfit.simulation.page import Block, Page
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.typos import with_typos
from jobfit.simulation.wording import Wording
from jobfit.taxonomy.model import Taxonomy

ORDERS = (
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
    words = Wording(opening.language, taxonomy, dice, settings.paraphrase / 2)
    prose = dice.chance(0.3)
    bodies = {
        "company": [words.say("vacancy", "company", employer=opening.employer, city=opening.city)],
        "tasks": [*_tasks(opening, words), *(_elsewhere(opening, words) if dice.chance(settings.distractors) else [])],
        "must": [*_skills(opening.must, "must", prose, words), *words.bullets(_conditions(opening, words))],
        "nice": _skills(opening.nice, "nice", prose, words),
        "offer": _offer(opening, words),
    }
    kinds = dice.pick(ORDERS)
    page = Page(
        title=words.say("vacancy", "title", title=words.title(opening.occupation), city=opening.city),
        head=(opening.employer, words.say("vacancy", "place", city=opening.city)),
        blocks=tuple(Block(kind, words.heading(kind), tuple(bodies[kind])) for kind in kinds if bodies[kind]),
        mentioned=(*opening.must, *opening.nice),
        headings=dice.pick(("plain", "upper", "colon", "rule")),
    )
    return with_typos(page, settings.typos, dice)


def _tasks(opening: Opening, words: Wording) -> list[str]:
    told = [words.skill(skill) for skill in words.dice.some(opening.must, 2)]
    lines = [words.say("vacancy", "task_item", item=item) for item in told]
    body = words.bullets(lines) if words.dice.chance(0.6) else [words.say("vacancy", "tasks", list=words.listed(told))]
    return [*body, words.say("vacancy", "filler")] if words.dice.chance(0.6) else body


def _skills(skills: Sequence[str], importance: str, prose: bool, words: Wording) -> list[str]:
    if not skills:
        return []
    if not prose:
        return words.bullets([words.described(skill) or words.skill(skill) for skill in skills])
    described = {skill: words.described(skill) for skill in skills}
    named = [words.skill(skill) for skill in skills if described[skill] is None]
    told = " ".join(sentence for sentence in described.values() if sentence)
    stated = words.say("vacancy", importance, list=words.listed(named)) if named else ""
    return [f"{stated} {told}".strip()]


def _elsewhere(opening: Opening, words: Wording) -> list[str]:
    """Return a sentence about skills of another occupation that the vacancy does not ask for."""
    entry = words.taxonomy.occupations[words.dice.pick(words.occupations)]
    others = [s for s in (*entry.essential, *entry.optional) if s not in opening.must and s not in opening.nice]
    named = words.listed([words.skill(skill) for skill in words.dice.some(others, 2)])
    return [words.say("vacancy", "elsewhere", list=named)] if named else []


def _conditions(opening: Opening, words: Wording) -> list[str]:
    """Return experience, education, languages and licence, each on a line."""
    months = opening.months
    lines = [words.say("vacancy", "experience", years=words.years(months, "vacancy")) if months else ""]
    if not months and words.dice.chance(0.5):
        lines = [words.say("vacancy", "no_experience")]
    if opening.education is not None:
        degree = words.dice.pick(words.phrases["education"][str(int(opening.education))])
        lines.append(words.say("vacancy", "education", education=degree))
    lines += [words.speaks("vacancy", asked) for asked in opening.languages]
    if opening.licence is not None:
        lines.append(words.say("vacancy", "licence", licence=opening.licence))
    return [line for line in lines if line]


def _offer(opening: Opening, words: Wording) -> list[str]:
    contract = words.dice.pick(words.phrases["contracts"][opening.contract])
    lines = [words.say("vacancy", "contract", contract=contract)]
    if opening.pay and words.dice.chance(0.6):
        lines.append(words.say("vacancy", "pay", pay=words.money(opening.pay)))
    return [*lines, words.say("vacancy", "remote")] if opening.remote else lines
