"""ConFit v1's augmentation: noisy copies of training texts that keep their labels.

Easy data augmentation (EDA; Wei and Zou 2019) with a rate of 0.1 for each of its operations, a paraphrase
(:mod:`jobfit.training.paraphrase`), and for rejects only: rows deleted, rows shuffled, sections dropped. ConFit v1 took
synonyms from WordNet; here they are the other labels of the same term of a taxonomy, so that nothing is downloaded and
a synonym means the same occupation or skill.

A copy is training material and nothing else: its id begins with ``aug:``, and a set for validation refuses such ids
(:mod:`jobfit.training.data`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Protocol

import numpy as np
from pydantic import Field

from jobfit.errors import InputError, named
from jobfit.ordering import tie_key
from jobfit.settings import check_fields
from jobfit.training.data import TrainingSet, copied, is_augmented

RATE = 0.1
Probability = Annotated[float, Field(ge=0, le=1)]
Random = np.random.Generator
Rewrite = Callable[[str, Random], str]
Labels = Literal["all", "rejects"]
_SIDES = {"candidates": "candidate_id", "vacancies": "vacancy_id"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, or the whole name of a known term, and what may stand in its place."""

    text: str
    synonyms: tuple[str, ...] = ()


class Synonyms(Protocol):
    """Cuts a line into units; joining them with single blanks gives the line's words again."""

    def units(self, line: str) -> list[Unit]: ...


@dataclass(frozen=True, slots=True)
class Rates:
    """How likely each operation is, for each unit; ConFit v1 has 0.1 for all four."""

    synonym: Probability = RATE
    insertion: Probability = RATE
    swap: Probability = RATE
    deletion: Probability = RATE

    def __post_init__(self) -> None:
        check_fields(self)


def eda(text: str, random: Random, synonyms: Synonyms | None = None, rates: Rates = Rates()) -> str:
    """Return a noisy copy of ``text``; its lines stay lines.

    Synonyms, insertion, swap, deletion, in this order, line by line: a unit with synonyms is replaced by one of them; a
    synonym of some unit of the line is put behind a unit; a unit changes places with another of its line; a unit is
    left out. With all rates 0 only runs of blanks change. A text of which no unit would be left stays as it is. Without
    ``synonyms`` each word is a unit that has none.
    """
    lines = []
    for line in text.split("\n"):
        units = synonyms.units(line) if synonyms else [Unit(word) for word in line.split()]
        words = inserted(replaced(units, random, rates.synonym), units, random, rates.insertion)
        lines.append(" ".join(deleted(swapped(words, random, rates.swap), random, rates.deletion)))
    changed = "\n".join(lines)
    return changed if changed.strip() else text


def replaced(units: Sequence[Unit], random: Random, rate: float) -> list[str]:
    """Return the words, each unit that has synonyms replaced by one of them with probability ``rate``."""
    return [
        unit.synonyms[int(random.integers(len(unit.synonyms)))]
        if unit.synonyms and random.random() < rate
        else unit.text
        for unit in units
    ]


def inserted(words: Sequence[str], units: Sequence[Unit], random: Random, rate: float) -> list[str]:
    """Return ``words`` with a synonym of one of ``units`` put behind each with probability ``rate``."""
    pool = [synonym for unit in units for synonym in unit.synonyms]
    longer: list[str] = []
    for word in words:
        longer.append(word)
        if pool and random.random() < rate:
            longer.append(pool[int(random.integers(len(pool)))])
    return longer


def swapped(words: Sequence[str], random: Random, rate: float) -> list[str]:
    """Return ``words``; each changes places with any other one with probability ``rate``."""
    moved = list(words)
    for i in range(len(moved)):
        if len(moved) > 1 and random.random() < rate:
            j = int(random.integers(len(moved) - 1))
            j += j >= i
            moved[i], moved[j] = moved[j], moved[i]
    return moved


def deleted(words: Sequence[str], random: Random, rate: float) -> list[str]:
    """Return ``words`` without those that are dropped, each with probability ``rate``."""
    return [word for word in words if random.random() >= rate]


def rows_deleted(text: str, random: Random, rate: float = RATE) -> str:
    """Return ``text`` without the rows that are dropped, each with probability ``rate``; never all of them."""
    rows = text.split("\n")
    kept = [row for row in rows if random.random() >= rate]
    return "\n".join(kept) if any(row.strip() for row in kept) else text


def rows_shuffled(text: str, random: Random, rate: float = RATE) -> str:
    """Return ``text``; each row changes places with any other one with probability ``rate``."""
    return "\n".join(swapped(text.split("\n"), random, rate))


def sections_dropped(text: str, random: Random, rate: float = RATE) -> str:
    """Return ``text`` without the sections that are dropped, each with probability ``rate``; never all of them.

    A section begins behind a blank line, or with a row that ends in a colon (ConFit's ``... section Skills:``).
    """
    sections: list[list[str]] = [[]]
    before = ""
    for row in text.split("\n"):
        begins = row.rstrip().endswith(":") or (row.strip() and not before.strip())
        if begins and any(r.strip() for r in sections[-1]):
            sections.append([])
        sections[-1].append(row)
        before = row
    kept = [section for section in sections if random.random() >= rate]
    joined = "\n".join(row for section in kept for row in section)
    return joined if joined.strip() else text


def rejects_rewritten(text: str, random: Random) -> str:
    """Return ``text`` with the three operations for rejects: a reject that says less is still a reject."""
    return rows_shuffled(rows_deleted(sections_dropped(text, random), random), random)


@dataclass(frozen=True, slots=True)
class Augmentation:
    """One way to copy: its ``name`` (part of the ids), the ``rewrite``, how many texts of each side, and whose labels.

    ``labels`` ``all`` copies positives and rejects; ``rejects`` copies the rejects alone.
    """

    name: str
    rewrite: Rewrite
    candidates: int = 500
    vacancies: int = 500
    labels: Labels = "all"

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or min(self.candidates, self.vacancies) < 0:
            raise InputError(f"augmentation {self.name!r}: a name of letters is needed, and counts from 0")


def augment(data: TrainingSet, augmentations: Sequence[Augmentation], seed: int = 0) -> TrainingSet:
    """Return ``data`` with copies of texts that its pairs use; each copy has all labels of its original.

    The copy of candidate ``c`` is ``aug:<name>:c``; it has the pairs of ``c`` with the *original* vacancies, and the
    other way round. Fewer originals than asked for are all copied. Which are drawn, and each copy, depend on the seed,
    the name and the id alone. A copy that came out equal to its original is left out, being a duplicate.
    Preferences are not copied.

    Raises:
        InputError: the set is not the train split, holds copies already, or two augmentations have one name.
    """
    if data.split != "train":
        raise InputError(f"only the train split is augmented, never {data.split}")
    if len({a.name for a in augmentations}) < len(augmentations):
        raise InputError("two augmentations have the same name")
    if copies := [i for side in (data.candidates, data.vacancies) for i in side if is_augmented(i)]:
        raise InputError(f"{len(copies)} texts are copies already: {named(copies)}")
    texts = {side: dict(getattr(data, side)) for side in _SIDES}
    labelled = {label: list(getattr(data, label)) for label in ("positives", "rejects")}
    for way in augmentations:
        for side, field in _SIDES.items():
            made = dict(_copies(data, way, side, seed))
            texts[side] |= {copied(way.name, id_): text for id_, text in made.items()}
            for label in _labels(way):
                labelled[label] += [
                    pair._replace(**{field: copied(way.name, getattr(pair, field))})
                    for pair in getattr(data, label)
                    if getattr(pair, field) in made
                ]
    changed: Any = texts | {label: tuple(pairs) for label, pairs in labelled.items()}
    return replace(data, **changed)


def originals(data: TrainingSet, way: Augmentation, seed: int = 0) -> list[str]:
    """Return the texts that :func:`augment` would copy: those for which a store must hold a paraphrase."""
    return [getattr(data, side)[id_] for side in _SIDES for id_ in _drawn(data, way, side, seed)]


def _labels(way: Augmentation) -> tuple[str, ...]:
    return ("positives", "rejects") if way.labels == "all" else ("rejects",)


def _copies(data: TrainingSet, way: Augmentation, side: str, seed: int) -> Iterator[tuple[str, str]]:
    texts: Mapping[str, str] = getattr(data, side)
    for id_ in _drawn(data, way, side, seed):
        random = np.random.default_rng(int.from_bytes(tie_key(f"copy {seed} {way.name} {side}", id_), "big"))
        text = way.rewrite(texts[id_], random)
        if text.strip() and text != texts[id_]:
            yield id_, text


def _drawn(data: TrainingSet, way: Augmentation, side: str, seed: int) -> list[str]:
    used = {getattr(pair, _SIDES[side]) for label in _labels(way) for pair in getattr(data, label)}
    return sorted(used, key=lambda i: tie_key(f"augment {seed} {way.name} {side}", i))[: getattr(way, side)]
