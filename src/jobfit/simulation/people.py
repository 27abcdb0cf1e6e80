"""Person: a candidate's latent record. The CV is written from it; nothing is ever read back from the CV."""

from __future__ import annotations

from dataclasses import dataclass

from jobfit.records import EducationLevel, LanguageLevel, LanguageSkill
from jobfit.simulation.careers import Position, draw_career, held_skills
from jobfit.simulation.dice import Dice, dice_for
from jobfit.simulation.pay import wished_pay
from jobfit.simulation.settings import MarketSettings, month_number
from jobfit.simulation.tables import read_data
from jobfit.simulation.towns import town
from jobfit.simulation.world import World, school

LICENCES = (("B",), ("B", "C"), ("B", "C", "CE"), ("B", "D"), ())
CHANGES = 0.15  # share of people who wish for another occupation than their own

__all__ = ["Person", "Position", "draw_people", "draw_person"]


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


def draw_people(settings: MarketSettings, world: World, seed: int) -> tuple[Person, ...]:
    """Return ``settings.candidates`` people ``c0001``, ``c0002``, ..."""
    return tuple(draw_person(number, settings, world, seed) for number in range(1, settings.candidates + 1))


def candidate_id(number: int, settings: MarketSettings) -> str:
    """Return the id of candidate ``number``, counted from 1."""
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
    months = sum(position.months for position in positions)
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
        pay=wished_pay(education, months, dice),
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
