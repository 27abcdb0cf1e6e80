"""Made-up CVs and vacancies from the English ESCO classification (European Commission, CC BY 4.0): no real person."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Occupation:
    """An ESCO occupation: its ISCO unit, its description, and (label, description) of its skills."""

    uri: str
    isco: str
    description: str
    skills: list[tuple[str, str]]


def read_esco(folder: Path) -> list[Occupation]:
    """Return the occupations with at least 15 skills, in the order of the file."""

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    skills = {row["conceptUri"]: (row["preferredLabel"], row["description"]) for row in rows("skills_en.csv")}
    of: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows("occupationSkillRelations.csv"):
        of[row["occupationUri"]].append(skills[row["skillUri"]])
    return [
        Occupation(row["conceptUri"], row["iscoGroup"], row["description"], of[row["conceptUri"]])
        for row in rows("occupations_en.csv")
        if len(of[row["conceptUri"]]) >= 15
    ]


def position(occupation: Occupation, generator: random.Random) -> str:
    """Tell one position: 8 to 24 of the occupation's skills by their label, or by what ESCO says of them.

    The occupation itself is not named: what is measured is not the finding of a title.
    """
    count = generator.randint(8, min(24, len(occupation.skills)))
    sentences = [f"{generator.randint(1, 9)} years."]
    for label, description in generator.sample(occupation.skills, count):
        sentences.append(f"{label.capitalize()}." if generator.random() < 0.5 else description)
    return " ".join(sentences)
