"""Opening: a vacancy's latent record. The vacancy text is written from it."""

from __future__ import annotations

from dataclasses import dataclass

from jobfit.records import EducationLevel, LanguageLevel, LanguageSkill
from jobfit.simulation.dice import Dice, dice_for
from jobfit.simulation.pay import offered_pay
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.tables import read_data
from jobfit.simulation.towns import town
from jobfit.simulation.world import World, employer

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


def draw_openings(settings: MarketSettings, world: World, seed: int) -> tuple[Opening, ...]:
    """Return ``settings.vacancies`` openings ``v0001``, ``v0002``, ..."""
    return tuple(draw_opening(number, settings, world, seed) for number in range(1, settings.vacancies + 1))


def vacancy_id(number: int, settings: MarketSettings) -> str:
    """Return the id of vacancy ``number``, counted from 1."""
    return f"v{number:0{max(4, len(str(settings.vacancies)))}d}"


def draw_opening(number: int, settings: MarketSettings, world: World, seed: int) -> Opening:
    """Return vacancy ``number``, counted from 1: the same whatever else is drawn."""
    dice = dice_for(seed, "openings", number)
    language = dice.weighted(settings.languages, settings.shares)
    occupation = dice.pick(world.occupations)
    must, nice = _asked(occupation, world, dice)
    months = dice.weighted((0, 12, 24, 36, 60, 96), (0.2, 0.15, 0.25, 0.2, 0.15, 0.05))
    education = world.education(occupation)
    return Opening(
        id=vacancy_id(number, settings),
        language=language,
        occupation=occupation,
        employer=employer(dice, language),
        must=must,
        nice=nice,
        months=months,
        education=education if dice.chance(0.7) else None,
        languages=_languages(language, dice),
        licence=world.licence(occupation),
        city=town(dice, language),
        contract=str(dice.pick(read_data("world.toml")["contracts"]["all"])),
        remote=dice.chance(world.remote(occupation)),
        positions=dice.weighted((1, 2, 3), (0.75, 0.18, 0.07)),
        pay=offered_pay(education, months + 24, dice),
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


def _languages(own: str, dice: Dice) -> tuple[LanguageSkill, ...]:
    asked = [LanguageSkill(own, LanguageLevel(dice.between(4, 5)))] if dice.chance(0.4) else []
    if dice.chance(0.25):
        asked.append(LanguageSkill("fr" if own == "en" else "en", LanguageLevel(dice.between(3, 5))))
    return tuple(asked)
