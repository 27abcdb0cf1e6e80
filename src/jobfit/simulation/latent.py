"""The latent records: what is true of a candidate (Person) and of a vacancy (Opening), and what work pays.

A CV or a vacancy is written from them; nothing is ever read back from a text.

Pay is in euros a year, the same everywhere in the market, by level of education and months worked, and by chance:

    pay = base(level) x (1 + 0.02 x years, at most 20) x exp(noise), rounded to 100

with noise normal, standard deviation 0.12 for what a vacancy offers and 0.10 for what a candidate wishes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, log, pi, sqrt

from jobfit.records import EducationLevel, LanguageLevel, LanguageSkill
from jobfit.simulation.careers import Position, draw_career, held_skills
from jobfit.simulation.dice import Dice, dice_for
from jobfit.simulation.settings import MarketSettings, month_number, read_data
from jobfit.simulation.world import World, employer, school, town

BASE = {3: 23_000, 4: 25_000, 5: 29_000, 6: 36_000, 7: 45_000, 8: 56_000}
A_YEAR, YEARS = 0.02, 20
OFFERED, WISHED = 0.12, 0.10  # standard deviations of the noise


def usual_pay(level: EducationLevel, months: float) -> float:
    """Return the pay without noise."""
    return BASE[int(level)] * (1 + A_YEAR * min(months / 12, YEARS))


def _drawn_pay(level: EducationLevel, months: float, spread: float, dice: Dice) -> int:
    normal = sqrt(-2 * log(1 - dice.random())) * cos(2 * pi * dice.random())  # Box-Muller
    return round(usual_pay(level, months) * exp(spread * normal) / 100) * 100


LICENCES = (("B",), ("B", "C"), ("B", "C", "CE"), ("B", "D"), ())
CHANGES = 0.15  # share of people who wish for another occupation than their own


@dataclass(frozen=True, slots=True)
class Person:
    """What is true of a candidate. ``positions`` are latest first; ``wishes`` holds contract kinds and ``remote``.

    ``levels`` goes with ``skills``: how well each is held, 0..1; where it is empty, each is held fully. ``aspires`` is
    the occupation wished for, ``None`` for one's own. ``radius`` is the distance in km at which a place is worth 1/e,
    ``pay`` the wish in euros a year, 0 for none.
    """

    id: str
    language: str
    occupation: str
    positions: tuple[Position, ...]
    skills: tuple[str, ...]
    education: EducationLevel
    school: str
    graduation: int
    languages: tuple[LanguageSkill, ...]
    licences: tuple[str, ...]
    city: str
    wished_cities: tuple[str, ...]
    wishes: tuple[str, ...]
    levels: tuple[float, ...] = ()
    aspires: str | None = None
    radius: int = 30
    pay: int = 0


def candidate_id(number: int, settings: MarketSettings) -> str:
    return f"c{number:0{max(4, len(str(settings.candidates)))}d}"


def draw_person(number: int, settings: MarketSettings, world: World, seed: int) -> Person:
    """Return candidate ``number``, counted from 1: the same whoever else is drawn."""
    dice = dice_for(seed, "people", number)
    language = dice.weighted(settings.languages, settings.shares)
    occupation = dice.pick(world.occupations)
    today = month_number(settings.today)
    positions = draw_career(occupation, language, today, world, dice)
    held = held_skills(positions, today)
    education = EducationLevel(
        min(8, max(3, int(world.education(occupation)) + dice.weighted((-1, 0, 1), (0.2, 0.6, 0.2))))
    )
    home = town(dice, language)
    wishes = [str(dice.pick(read_data("world.toml")["contracts"]["all"]))] if dice.chance(0.6) else []
    return Person(
        id=candidate_id(number, settings),
        language=language,
        occupation=occupation,
        positions=positions,
        skills=tuple(held),
        education=education,
        school=school(dice, language, education),
        graduation=positions[-1].start // 12,
        languages=_languages(language, dice),
        licences=_licences(world.licence(occupation), dice),
        city=home,
        wished_cities=(home, *(c for c in [town(dice, language)] if c != home)) if dice.chance(0.3) else (),
        wishes=(*wishes, *(["remote"] if dice.chance(0.2) else [])),
        levels=tuple(held.values()),
        aspires=world.move(occupation, dice) if dice.chance(CHANGES) else None,
        radius=dice.weighted((15, 30, 60, 150), (0.3, 0.35, 0.25, 0.1)),
        pay=_drawn_pay(education, sum(position.months for position in positions), WISHED, dice),
    )


def _languages(native: str, dice: Dice) -> tuple[LanguageSkill, ...]:
    others = [code for code in read_data("world.toml")["languages"]["all"] if code != native]
    spoken = [LanguageSkill(native, LanguageLevel.NATIVE)]
    second = "fr" if native == "en" else "en"
    if dice.chance(0.6 if native == "en" else 0.85):
        spoken.append(LanguageSkill(second, LanguageLevel(dice.between(2, 6))))
    for code in dice.some([code for code in others if code != second], int(dice.chance(0.3))):
        spoken.append(LanguageSkill(code, LanguageLevel(dice.between(1, 6))))
    return tuple(spoken)


def _licences(needed: str | None, dice: Dice) -> tuple[str, ...]:
    if needed is not None and dice.chance(0.85):
        return next(held for held in LICENCES if needed in held)
    return dice.weighted(LICENCES, (0.6, 0.03, 0.02, 0.02, 0.33))


LOG_DAYS, LAST_OPENING = 180, 150  # the log covers 180 days; vacancies open in the first 150 of them


@dataclass(frozen=True, slots=True)
class Opening:
    """What is true of a vacancy. ``months`` of experience are required; 0 where beginners are welcome.

    ``pay`` is in euros a year, 0 where nothing is offered; ``opened`` is the day of the log on which it appeared;
    ``popularity`` is how often it is shown, relative to others.
    """

    id: str
    language: str
    occupation: str
    employer: str
    must: tuple[str, ...]
    nice: tuple[str, ...]
    months: int
    education: EducationLevel | None
    languages: tuple[LanguageSkill, ...]
    licence: str | None
    city: str
    contract: str
    remote: bool
    positions: int = 1
    pay: int = 0
    opened: int = 0
    popularity: float = 1.0


def draw_opening(number: int, settings: MarketSettings, world: World, seed: int) -> Opening:
    """Return vacancy ``number``, counted from 1: the same whatever else is drawn."""
    dice = dice_for(seed, "openings", number)
    language = dice.weighted(settings.languages, settings.shares)
    occupation = dice.pick(world.occupations)
    must, nice = _asked(occupation, world, dice)
    months = dice.weighted((0, 12, 24, 36, 60, 96), (0.2, 0.15, 0.25, 0.2, 0.15, 0.05))
    education = world.education(occupation)
    return Opening(
        id=f"v{number:0{max(4, len(str(settings.vacancies)))}d}",
        language=language,
        occupation=occupation,
        employer=employer(dice, language),
        must=must,
        nice=nice,
        months=months,
        education=education if dice.chance(0.7) else None,
        languages=_languages_asked(language, dice),
        licence=world.licence(occupation),
        city=town(dice, language),
        contract=str(dice.pick(read_data("world.toml")["contracts"]["all"])),
        remote=dice.chance(world.remote(occupation)),
        positions=dice.weighted((1, 2, 3), (0.75, 0.18, 0.07)),
        pay=_drawn_pay(education, months + 24, OFFERED, dice),
        opened=dice.between(0, LAST_OPENING - 1),
        popularity=1 / (0.05 + 0.95 * dice.random()),
    )


def _asked(occupation: str, world: World, dice: Dice) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return must-haves, mostly essential skills, and nice-to-haves, mostly optional ones."""
    entry = world.taxonomy.occupations[occupation]
    must = dice.some(entry.essential, dice.between(3, 6)) + dice.some(entry.optional, dice.between(0, 1))
    must = must or dice.some(entry.optional, 3)
    taken = set(must)
    rest = [skill for skill in (*entry.optional, *entry.essential) if skill not in taken]
    return tuple(must), tuple(dice.some(rest, dice.between(1, 4)))


def _languages_asked(own: str, dice: Dice) -> tuple[LanguageSkill, ...]:
    languages = [LanguageSkill(own, LanguageLevel(dice.between(4, 5)))] if dice.chance(0.4) else []
    if dice.chance(0.25):
        languages.append(LanguageSkill("fr" if own == "en" else "en", LanguageLevel(dice.between(3, 5))))
    return tuple(languages)
