"""Wording: turns latent facts into words of one language, a different way every time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobfit.records import LanguageSkill
from jobfit.simulation.dice import Dice
from jobfit.simulation.page import BULLET
from jobfit.simulation.world import read_data
from jobfit.taxonomy.model import Taxonomy

DESCRIBED = 0.4
PREFERRED = 0.5
DATE_STYLES = ("short", "long", "number", "year")


class Wording:
    """The words of one text. The styles of dates and bullets are drawn once, everything else at each use."""

    def __init__(self, language: str, taxonomy: Taxonomy, dice: Dice) -> None:
        """Read the phrases of the language."""
        self.language = language
        self.phrases: dict[str, Any] = read_data(f"texts_{language}.toml")
        self.taxonomy = taxonomy
        self.dice = dice
        self.dates = dice.pick(DATE_STYLES)
        self.mark = dice.pick((BULLET, "- ", "* ", ""))
        self.range = str(dice.pick(self.phrases["ranges"]))

    def say(self, part: str, key: str, **values: object) -> str:
        """Return one of the phrases ``part.key``, filled and with a capital."""
        text = str(self.dice.pick(self.phrases[part][key])).format(**values)
        return text[:1].upper() + text[1:]

    def heading(self, kind: str) -> str:
        """Return a heading for a kind of block."""
        return str(self.dice.pick(self.phrases["headings"][kind]))

    def title(self, occupation: str) -> str:
        """Return one of the names of the occupation, with a capital; its gender says nothing of the person's sex."""
        label = self.dice.pick(self.taxonomy.occupations[occupation].labels[self.language])
        return label[:1].upper() + label[1:]

    def skill(self, id_: str) -> str:
        """Return a name of the skill: the preferred one half of the time."""
        labels = self.taxonomy.skills[id_].labels[self.language]
        return labels[0] if self.dice.chance(PREFERRED) else self.dice.pick(labels)

    def told(self, id_: str) -> str:
        """Return the skill in a sentence that does not name it where there is one, now and then, else its name."""
        described = read_data("described.toml").get(id_)
        return str(described[self.language]) if described and self.dice.chance(DESCRIBED) else self.skill(id_)

    def listed(self, words: Sequence[str]) -> str:
        """Return ``a, b and c``."""
        if len(words) < 2:
            return "".join(words)
        return ", ".join(words[:-1]) + str(self.phrases["and"]) + words[-1]

    def bullets(self, lines: Sequence[str]) -> list[str]:
        """Return the lines in the bullet style of this text."""
        return [self.mark + line[:1].upper() + line[1:] for line in lines]

    def month(self, number: int) -> str:
        """Return a month in the date style of this text."""
        year, index = divmod(number, 12)
        if self.dates == "year":
            return f"{year}"
        if self.dates == "number":
            return f"{index + 1:02d}/{year}"
        return f"{self.phrases['months' if self.dates == 'long' else 'short_months'][index]} {year}"

    def period(self, start: int, end: int, today: int) -> str:
        """Return ``start`` to ``end`` in words; a post held until today is open-ended."""
        first = self.month(start)
        if end < today:
            return self.range.format(a=first, b=self.month(end))
        if self.dice.chance(0.5):
            return str(self.dice.pick(self.phrases["since"])).format(a=first)
        return self.range.format(a=first, b=self.dice.pick(self.phrases["present"]))

    def years(self, months: int, part: str = "cv") -> str:
        """Return a duration in whole years, or in months below two years; a vacancy states it without ornament."""
        if months < 24:
            return str(self.phrases["cv"]["months_count"]).format(n=months)
        exact = self.phrases[part]["years"]
        phrase = exact if isinstance(exact, str) else self.dice.pick(exact)
        return str(phrase).format(n=months // 12)

    def speaks(self, part: str, spoken: LanguageSkill) -> str:
        """Return a language with its level."""
        level = str(self.dice.pick(self.phrases["levels"][str(int(spoken.level or 3))]))
        return self.say(part, "language", language=self.phrases["languages"][spoken.code], level=level)
