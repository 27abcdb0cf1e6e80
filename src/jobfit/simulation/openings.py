"""Opening: a vacancy's latent record. The vacancy text is written from it."""

from __future__ import annotations

from dataclasses import dataclass

from jobfit.records import EducationLevel, LanguageLevel, LanguageSkill
from jobfit.simulation.dice import Dice
from jobfit.simulation.settings import MarketSettings
from jobfit.simulation.world import World, city, employer, read_data


@dataclass(frozen=True, slots=True)
class Opening:
    """What is true of a vacancy. ``months`` of experience are required; 0 where beginners are welcome."""

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


def draw_openings(settings: MarketSettings, world: World, dice: Dice) -> tuple[Opening, ...]:
    """Return ``settings.vacancies`` openings ``v0001``, ``v0002``, ..."""
    width = max(4, len(str(settings.vacancies)))
    return tuple(_opening(f"v{n:0{width}d}", settings, world, dice) for n in range(1, settings.vacancies + 1))


def _opening(id_: str, settings: MarketSettings, world: World, dice: Dice) -> Opening:
    language = dice.pick(settings.languages)
    occupation = dice.pick(world.occupations)
    entry = world.taxonomy.occupations[occupation]
    must = dice.some(entry.essential, dice.between(3, 6)) + dice.some(entry.optional, dice.between(0, 1))
    rest = [skill for skill in (*entry.optional, *entry.essential) if skill not in must]
    asked = [LanguageSkill(language, LanguageLevel(dice.between(4, 5)))] if dice.chance(0.4) else []
    second = "fr" if language == "en" else "en"
    if dice.chance(0.25):
        asked.append(LanguageSkill(second, LanguageLevel(dice.between(3, 5))))
    return Opening(
        id=id_,
        language=language,
        occupation=occupation,
        employer=employer(dice, language),
        must=tuple(must),
        nice=tuple(dice.some(rest, dice.between(1, 4))),
        months=dice.weighted((0, 12, 24, 36, 60, 96), (0.2, 0.15, 0.25, 0.2, 0.15, 0.05)),
        education=world.education(occupation) if dice.chance(0.7) else None,
        languages=tuple(asked),
        licence=world.licence(occupation),
        city=city(dice, language),
        contract=str(dice.pick(read_data("world.toml")["contracts"]["all"])),
        remote=world.taxonomy.occupations[occupation].sector == "software" and dice.chance(0.5),
        positions=dice.weighted((1, 2, 3), (0.75, 0.18, 0.07)),
    )
