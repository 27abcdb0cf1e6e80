"""Person: a candidate's latent record. The CV is written from it; nothing is ever read back from the CV."""

from __future__ import annotations

from dataclasses import dataclass

from jobfit.records import EducationLevel, LanguageLevel, LanguageSkill
from jobfit.simulation.dice import Dice
from jobfit.simulation.settings import MarketSettings, month_number
from jobfit.simulation.world import World, city, employer, read_data, school

LICENCES = (("B",), ("B", "C"), ("B", "C", "CE"), ("B", "D"), ())


@dataclass(frozen=True, slots=True)
class Position:
    """A post held from month ``start`` to month ``end`` (both worked; see ``settings.month_number``)."""

    occupation: str
    employer: str
    start: int
    end: int
    skills: tuple[str, ...]

    @property
    def months(self) -> int:
        """Months worked; 1 where the post began and ended in the same month."""
        return self.end - self.start + 1


@dataclass(frozen=True, slots=True)
class Person:
    """What is true of a candidate. ``positions`` are latest first; ``wishes`` holds contract kinds and ``remote``."""

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


def draw_people(settings: MarketSettings, world: World, dice: Dice) -> tuple[Person, ...]:
    """Return ``settings.candidates`` people ``c0001``, ``c0002``, ..."""
    width = max(4, len(str(settings.candidates)))
    return tuple(_person(f"c{n:0{width}d}", settings, world, dice) for n in range(1, settings.candidates + 1))


def _person(id_: str, settings: MarketSettings, world: World, dice: Dice) -> Person:
    language = dice.pick(settings.languages)
    occupation = dice.pick(world.occupations)
    positions = _career(occupation, language, month_number(settings.today), world, dice)
    skills = tuple(dict.fromkeys(skill for position in positions for skill in position.skills))
    typical = int(world.education(occupation))
    level = EducationLevel(min(8, max(3, typical + dice.weighted((-1, 0, 1), (0.2, 0.6, 0.2)))))
    home = city(dice, language)
    wishes = [str(dice.pick(read_data("world.toml")["contracts"]["all"]))] if dice.chance(0.6) else []
    return Person(
        id=id_,
        language=language,
        occupation=occupation,
        positions=positions,
        skills=skills,
        education=level,
        school=school(dice, language),
        graduation=positions[-1].start // 12,
        languages=_languages(language, dice),
        licences=_licences(world.licence(occupation), dice),
        city=home,
        wished_cities=(home, *(c for c in [city(dice, language)] if c != home)) if dice.chance(0.3) else (),
        wishes=(*wishes, *(["remote"] if dice.chance(0.2) else [])),
    )


def _career(occupation: str, language: str, today: int, world: World, dice: Dice) -> tuple[Position, ...]:
    """Walk back from today: the latest post is of the occupation, earlier ones of it or of a related one."""
    left = 3 + int(300 * float(dice.generator.random()) ** 2)
    end = today if dice.chance(0.75) else today - dice.between(1, 14)
    practised = min(1.0, left / 96)
    related = world.related(occupation)
    positions: list[Position] = []
    while left > 0 and len(positions) < 5:
        held = occupation if not positions or not related or dice.chance(0.7) else dice.pick(related)
        months = min(left, dice.between(3, 84)) if len(positions) < 4 else min(left, 120)
        skills = _skills(held, practised if held == occupation else 0.3 * practised, world, dice)
        positions.append(Position(held, employer(dice, language), end - months + 1, end, skills))
        left -= months
        end -= months + (dice.between(1, 8) if dice.chance(0.3) else 0)
    return tuple(positions)


def _skills(occupation: str, practised: float, world: World, dice: Dice) -> tuple[str, ...]:
    """Essential skills with probability 0.45 to 0.75 by practice, optional ones with 0.2 to 0.35; never none."""
    entry = world.taxonomy.occupations[occupation]
    skills = dice.kept(entry.essential, 0.45 + 0.3 * practised) + dice.kept(entry.optional, 0.2 + 0.15 * practised)
    return tuple(skills or dice.some(entry.essential, 2))


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
