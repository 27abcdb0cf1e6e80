"""Names, contact details, hobbies and protected attributes.

They are drawn from dice of their own, apart from the careers. How far the text tells the groups of the person is a
setting: with probability ``name_leak`` the name is one that is usual in their groups, and with probability ``leak`` a
hobby is one that (by an arbitrary table) goes with a group; otherwise both are drawn as for somebody else. Job titles
are written in a gender drawn apart from the person's sex.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from jobfit.simulation.dice import Dice, dice_for
from jobfit.simulation.latent import Person
from jobfit.simulation.settings import ATTRIBUTES, MarketSettings, read_data

CROSSED_NAME = 0.1  # share of people whose given name is usual in another group
GroupValues = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Identity:
    """How a candidate is called and reached. E-mail and phone lie in ranges reserved for fiction.

    ``hobbies`` are keys of the table of hobbies: attribute, group value and number.
    """

    given: str
    family: str
    email: str
    phone: str
    address: tuple[int, str]
    hobbies: tuple[tuple[str, str, int], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


def draw_identity(number: int, person: Person, settings: MarketSettings, seed: int) -> tuple[Identity, GroupValues]:
    """Return the identity and the group values of candidate ``number``, counted from 1."""
    dice = dice_for(seed, "identities", number)
    values, others = _groups(dice), _groups(dice)
    named = values if dice.chance(settings.name_leak) else others
    hobbies = _hobbies(values, settings.leak, dice)
    data = read_data("world.toml")
    crossed = dice.pick(sorted(data["names"])) if dice.chance(CROSSED_NAME) else named["origin"]
    given = dice.pick(data["names"][crossed][named["sex"]])
    family = "".join(dice.pick(part) for part in data["names"][named["origin"]]["family"])
    email = f"{_ascii(given)}.{_ascii(family)}{dice.between(1, 99)}@{dice.pick(['example.org', 'example.com'])}"
    phone = _phone(person.language, dice)
    address = dice.between(1, 120), dice.pick(data["streets"][person.language])
    return Identity(given, family, email, phone, address, hobbies), values


def disadvantaged(values: GroupValues, settings: MarketSettings) -> bool:
    """Tell whether biased screeners mark the person down: any group but the reference group of the attribute."""
    attribute = settings.bias_attribute
    return bool(values[attribute] != read_data("world.toml")["groups"]["reference"][attribute])


def _groups(dice: Dice) -> dict[str, str]:
    table = read_data("world.toml")["groups"]
    return {name: dice.weighted(table[name], table[f"{name}_shares"]) for name in ATTRIBUTES}


def _hobbies(values: GroupValues, leak: float, dice: Dice) -> tuple[tuple[str, str, int], ...]:
    """Return one hobby an attribute: of the own group with probability ``leak``, else of any, each group as likely."""
    table = read_data("world.toml")["hobbies"]
    chosen = []
    for attribute in ATTRIBUTES:
        anyone = dice.pick(sorted(table[attribute]))
        value = values[attribute] if dice.chance(leak) else anyone
        chosen.append((attribute, value, dice.between(0, len(table[attribute][value]["en"]) - 1)))
    return tuple(dice.some(chosen, len(chosen)))


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace(" ", "")


def _phone(language: str, dice: Dice) -> str:
    """Return a number of the ranges set aside for fiction: 555-01xx, and 01 99 00 xx xx in France."""
    if language == "fr":
        return f"01 99 00 {dice.between(0, 99):02d} {dice.between(0, 99):02d}"
    return f"(212) 555-01{dice.between(0, 99):02d}"
