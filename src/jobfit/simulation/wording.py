"""Wording: facts into words of one language, a different way every time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jobfit.records import LanguageSkill
from jobfit.simulation.dice import Dice
from jobfit.simulation.page import BULLET
from jobfit.simulation.settings import MarketSettings, read_data
from jobfit.taxonomy.model import Occupation, Skill, Taxonomy

PREFERRED = 0.25
LONGEST = 200  # characters of a description that is told instead of the name
DATE_STYLES = ("short", "long", "number", "year")
UNTIDY_DATES = ("03/14", "Mar 14", "Mar-14", "03.2014", "2014/03")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _definition(skill: Skill) -> str | None:
    """Return the first sentence of an English description where it is short and does not hold a name of the skill."""
    sentence = skill.description.partition(". ")[0].strip().rstrip(".")
    named = any(label.lower() in sentence.lower() for labels in skill.labels.values() for label in labels)
    return f"{capital(sentence)}." if 20 <= len(sentence) <= LONGEST and not named else None


class Wording:
    """The words of one text. The styles of dates and bullets are drawn once, everything else at each use.

    ``paraphrase`` is the probability of telling a skill without its name. A market that is not ``untidy`` draws nothing
    for it, so that it stays the same.
    """

    def __init__(
        self, language: str, taxonomy: Taxonomy, dice: Dice, settings: MarketSettings, paraphrase: float
    ) -> None:
        self.language = language
        self.phrases: dict[str, Any] = read_data(f"texts_{language}.toml")
        self.shapes: dict[str, Any] = read_data(f"untidy_{language}.toml")
        self.taxonomy, self.dice, self.paraphrase, self._untidy = taxonomy, dice, paraphrase, settings.untidy
        self.occupations = tuple(taxonomy.occupations)
        self.dates = dice.pick(DATE_STYLES)
        self.mark = dice.pick((BULLET, "- ", "* ", ""))
        self.range = str(dice.pick(self.phrases["ranges"]))
        if self.untidy():
            self.dates = dice.pick(UNTIDY_DATES)
            self.range = str(dice.pick(self.shapes["ranges"]))

    def untidy(self) -> bool:
        """Draw whether the next statement is one that tidy texts do not have, or do not put so."""
        return self._untidy > 0 and self.dice.chance(self._untidy)

    def shape(self, part: str, key: str, **values: object) -> str:
        """Return one of the untidy phrases ``part.key``, filled."""
        return str(self.dice.pick(self.shapes[part][key])).format(**values)

    def degree(self, level: int) -> str:
        """Return a name of a diploma of that EQF level."""
        if self.untidy():
            return str(self.dice.pick(self.shapes["degrees"][str(level)]))
        return str(self.dice.pick(self.phrases["education"][str(level)]))

    def say(self, part: str, key: str, **values: object) -> str:
        """Return one of the phrases ``part.key``, filled and with a capital."""
        return capital(str(self.dice.pick(self.phrases[part][key])).format(**values))

    def heading(self, kind: str) -> str:
        return str(self.dice.pick(self.phrases["headings"][kind]))

    def title(self, occupation: str) -> str:
        """Return one of the names of the occupation, with a capital; its gender says nothing of the person's sex.

        Now and then, half as often as a skill is told without its name, the title tells the sector alone.
        """
        entry = self.taxonomy.occupations[occupation]
        vague = self.phrases["vague"].get(entry.sector)
        if vague and self.dice.chance(self.paraphrase / 2):
            return capital(str(self.dice.pick(vague)))
        return capital(self.dice.pick(self._labels(entry)))

    def skill(self, id_: str) -> str:
        """Return a name of the skill: the preferred one a little oftener than others."""
        labels = self._labels(self.taxonomy.skills[id_])
        return labels[0] if self.dice.chance(PREFERRED) else self.dice.pick(labels)

    def _labels(self, term: Skill | Occupation) -> Sequence[str]:
        return term.labels.get(self.language) or term.labels.get("en") or (term.label(self.language),)

    def described(self, id_: str) -> str | None:
        """Return, now and then, a sentence that tells the skill without naming it; ``None`` where there is none."""
        if not self.dice.chance(self.paraphrase):
            return None
        told = read_data("described.toml").get(id_)
        if told is not None:
            return capital(str(told[self.language])) + "."
        return _definition(self.taxonomy.skills[id_]) if self.language == "en" else None

    def money(self, amount: int) -> str:
        return f"{amount:,}" if self.language == "en" else f"{amount:,}".replace(",", "\u202f")

    def listed(self, words: Sequence[str]) -> str:
        if len(words) < 2:
            return "".join(words)
        return ", ".join(words[:-1]) + str(self.phrases["and"]) + words[-1]

    def bullets(self, lines: Sequence[str]) -> list[str]:
        return [self.mark + capital(line) for line in lines]

    def month(self, number: int) -> str:
        year, index = divmod(number, 12)
        if self.dates == "year":
            return f"{year}"
        if self.dates == "number":
            return f"{index + 1:02d}/{year}"
        if self.dates in UNTIDY_DATES:
            name = str(self.phrases["short_months"][index]).rstrip(".")
            short, full = f"{year % 100:02d}", f"{index + 1:02d}"
            return (f"{full}/{short}", f"{name} {short}", f"{name}-{short}", f"{full}.{year}", f"{year}/{full}")[
                UNTIDY_DATES.index(self.dates)
            ]
        return f"{self.phrases['months' if self.dates == 'long' else 'short_months'][index]} {year}"

    def period(self, start: int, end: int, today: int) -> str:
        """Return ``start`` to ``end`` in words; a post held until today is open-ended."""
        first = self.month(start)
        if end < today:
            return self.range.format(a=first, b=self.month(end))
        if self.dates in UNTIDY_DATES:
            return self.range.format(a=first, b=self.dice.pick(self.shapes["present"]))
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
        level = str(self.dice.pick(self.phrases["levels"][str(int(spoken.level or 3))]))
        return self.say(part, "language", language=self.phrases["languages"][spoken.code], level=level)
