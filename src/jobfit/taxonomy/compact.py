"""The compact taxonomy: about a hundred occupations, 8,200 skills, English and French, shipped with jobfit.

It lies beside this module in files that a person can read and review, and was written for this project. The skills of
``skills.toml`` are those that the occupations need: the simulated market draws and writes no others. Those of the
vocabularies (``vocabulary.txt``, of software and engineering, ``vocabulary_professions.txt``, the wide names of
``vocabulary_fields.txt`` and the tasks of ``vocabulary_tasks.txt``) are only read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from jobfit.taxonomy.model import FIELD, TASK, Labels, Occupation, Skill, Taxonomy

VERSION = "jobfit-compact-3"
LANGUAGES = ("en", "fr")
VOCABULARIES = {
    "vocabulary.txt": "",
    "vocabulary_professions.txt": "",
    "vocabulary_fields.txt": FIELD,
    "vocabulary_tasks.txt": TASK,
}


@cache
def load_compact() -> Taxonomy:
    """Return the compact taxonomy: English and French labels, none of which names two skills within a language."""
    skills = dict(load_core_skills())
    for name, kind in VOCABULARIES.items():
        for id_, labels, broader in _lines(name):
            if id_ in skills:
                skills[id_] = _with_hidden(skills[id_], labels)
            else:
                skills[id_] = Skill(id_, labels, kind=kind, broader=broader)
    occupations = {
        id_: Occupation(id_, _labels(row), row["sector"], tuple(row["essential"]), tuple(row["optional"]))
        for id_, row in _read("occupations.toml").items()
    }
    return Taxonomy(VERSION, skills, occupations, implies=True)


@cache
def load_core_skills() -> Mapping[str, Skill]:
    """Return the skills that the occupations need, without the names and skills that are only read in texts."""
    return {
        id_: Skill(id_, _labels(row), row.get("transversal", False), broader=tuple(row.get("broader", ())))
        for id_, row in _read("skills.toml").items()
    }


def _with_hidden(skill: Skill, labels: Labels) -> Skill:
    hidden = {language: (*skill.hidden.get(language, ()), *labels[language]) for language in LANGUAGES}
    return replace(skill, hidden=hidden)


def _lines(name: str) -> Iterator[tuple[str, Labels, tuple[str, ...]]]:
    """Yield the id, labels and broader skills of each line; lines are read some fifty times faster than TOML."""
    for line in _text(name).splitlines():
        if line and not line.startswith("#"):
            head, _, names = line.partition(": ")
            id_, _, broader = head.partition(" < ")
            english, bar, french = names.partition("|")
            labels = {"en": _names(english), "fr": _names(french if bar else english)}
            yield id_, labels, tuple(broader.split(", ")) if broader else ()


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.strip().split("; ")))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    return files("jobfit.taxonomy").joinpath("data", name).read_text(encoding="utf-8")


def _labels(row: dict[str, Any]) -> Labels:
    return {language: tuple(row[language]) for language in LANGUAGES}
