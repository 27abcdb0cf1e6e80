"""A recipe: a TOML file that says what is held out, which tasks are mixed in which shares, and how it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError
from jobfit.settings import Above0, Count, From0, Whole, build
from jobfit.settings_file import read_settings
from jobfit.training.loop.settings import TrainSettings
from jobfit.training.model import ModelOptions

PACKAGED = {"recipes/default": "default.toml", "recipes/multilingual": "multilingual.toml"}
AtLeast2 = Annotated[int, Field(ge=2)]
_LOOP, _MODEL = TrainSettings(batch_size=1), ModelOptions()


@dataclass(frozen=True, slots=True)
class HeldOutSettings:
    """What is held out: one block in ``test`` is tested on, of the others one in ``validation`` is validated on.

    A block is an ISCO unit group of occupations, the skill or group directly above a skill, or a ROME code. A test set
    has at most ``queries`` and ranks at most ``documents`` (0: all), by digest.
    """

    test: AtLeast2 = 5
    validation: AtLeast2 = 8
    rome_test: AtLeast2 = 3
    queries: AtLeast2 = 1000
    documents: Whole = 0
    seed: str = "kept apart"


@dataclass(frozen=True, slots=True)
class SetSizes:
    """How many queries each ranking set has at most, and how many documents are ranked (0: all), by digest.

    ``languages``: those that the recipe is for; other languages are not measured.
    """

    queries: Count = 150
    documents: Whole = 2000
    languages: tuple[str, ...] = ("en", "fr", "es", "de")


@dataclass(frozen=True, slots=True)
class Task:
    """One task: texts of the view ``left`` with those of ``right`` that speak of the same concept (views.py).

    ``market`` on both sides is the simulated market's vacancies and candidates. ``share``: of the batches. ``near``: so
    many examples of a batch are of one ISCO minor group, or of skills below one group: hard negatives.
    """

    name: str = ""
    left: str = ""
    right: str = ""
    share: Above0 = 1.0
    batch: AtLeast2 = 64
    temperature: Above0 = 0.05
    weight: Above0 = 1.0
    near: Count = 1

    def __post_init__(self) -> None:
        if not (self.name and self.left and self.right):
            raise InputError(f"task {self.name!r}: name, left and right must be given")

    def needs(self) -> frozenset[str]:
        return frozenset(source_of(view) for view in (self.left, self.right))


def source_of(view: str) -> str:
    """Return the source of a view: ``esco``, ``descriptions`` (not English), ``rome``, ``market`` or ``sentences``.

    >>> source_of("skill.label@fr")
    'esco'
    """
    name, _, language = view.partition("@")
    if name.endswith(".description") and language not in ("", "en"):
        return "descriptions"
    first = name.partition(".")[0]
    if first == "sentence" or name == "skill.context":
        return "sentences"
    return "esco" if first in ("occupation", "skill", "group") else first


@dataclass(frozen=True, slots=True)
class KeepSettings:
    """The term that keeps the backbone's similarities: its share of the batches (0: none), weight, and texts' views.

    ``most``: of these texts, so many by digest; the backbone's vectors of them are computed before training.
    """

    share: From0 = 0.2
    batch: AtLeast2 = 64
    weight: Above0 = 50.0
    most: AtLeast2 = 6000
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """Against false negatives: ``model`` is an encoder whose similarities say what is left out; empty: none.

    ``margin``: how much below the right pair's similarity another one is left out already (``objectives.Guide``).
    """

    model: str = ""
    margin: float = 0.0


@dataclass(frozen=True, slots=True)
class Mentions:
    """Sentences that a skill is put into where a task asks for ``skill.mention``: {a} is it, {b} another one."""

    competence: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mixture:
    """``batches`` of all tasks together make an epoch; the loop's ``accumulate`` of them make a step."""

    batches: int = 1000


@dataclass(frozen=True, slots=True)
class MergeSettings:
    """The shares of what was learnt that are tried (merging.py), and the rank that it is cut to; 0: not cut."""

    shares: tuple[float, ...] = (1.0,)
    rank: Whole = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """Who ships (``measuring.judge``): what a user gets is better somewhere and worse nowhere.

    ``margin``: so far below the best single signal a set of ``enough`` queries may be in the mean.
    """

    enough: int = 300
    measure: str = "nDCG@10"
    margin: From0 = 0.005


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a recipe file says; ``sha256`` is of its text and of what was stated over it.

    ``trained_by``: the same without what is done after the training, so that another share needs no other training.
    """

    name: str
    about: str
    tasks: tuple[Task, ...]
    held_out: HeldOutSettings = HeldOutSettings()
    validation: SetSizes = SetSizes()
    keep: KeepSettings = KeepSettings()
    guard: GuardSettings = GuardSettings()
    mentions: Mentions = Mentions()
    mixture: Mixture = Mixture()
    merge: MergeSettings = MergeSettings()
    loop: TrainSettings = _LOOP
    model: ModelOptions = _MODEL
    rule: Rule = Rule()
    market: Mapping[str, Any] = field(default_factory=dict)
    sha256: str = ""
    trained_by: str = ""

    def needs(self) -> frozenset[str]:
        return frozenset().union(*(task.needs() for task in self.tasks))


_KINDS = {
    "held_out": HeldOutSettings, "validation": SetSizes, "keep": KeepSettings, "guard": GuardSettings,
    "mentions": Mentions, "mixture": Mixture, "merge": MergeSettings,
    "loop": TrainSettings, "model": ModelOptions, "rule": Rule,
}  # fmt: skip
_AFTER = ("merge", "rule")


def find_recipe(name: str | Path) -> Path:
    """Return the file of a recipe: ``recipes/default`` (packaged), or a path."""
    if str(name) in PACKAGED:
        return Path(str(resources.files("jobfit.experiments.default_model") / PACKAGED[str(name)]))
    path = Path(name)
    if not path.is_file():
        raise InputError(f"there is no recipe {str(name)!r}: give {', '.join(PACKAGED)} or the path of a TOML file")
    return path


def read_recipe(name: str | Path, stated: Mapping[str, Mapping[str, Any]] | None = None) -> Recipe:
    """Read a recipe; ``stated`` (table -> name -> value) goes over the tables of the file.

    >>> read_recipe("recipes/default").name
    'default'
    """
    path = find_recipe(name)
    tables = read_settings(path).data
    known = ("name", "about", "task", "market", *_KINDS)
    if unknown := sorted(set(tables) - set(known)):
        raise InputError(f"{path.name}: unknown table {unknown[0]!r}; there are: {', '.join(known)}")
    for table, values in (stated or {}).items():
        if values:
            tables[table] = {**tables.get(table, {}), **values}
    listed = tables.get("task", [])
    if not isinstance(listed, list) or not listed:
        raise InputError(f"{path.name}: a recipe needs at least one [[task]]")
    built: dict[str, Any] = {k: build(kind, tables.get(k, {}), f"{path.name}, {k}") for k, kind in _KINDS.items()}
    if built["loop"].batch_size != 1:
        raise InputError(f"{path.name}, loop: batch_size must be 1 (an example is a whole batch); use accumulate")
    tasks = tuple(build(Task, one, f"{path.name}, task {n}") for n, one in enumerate(listed, start=1))
    everything = sorted(tables.items(), key=lambda item: item[0])
    digest, trained_by = (
        sha256_of(repr([item for item in everything if item[0] not in without])) for without in ((), _AFTER)
    )
    name, about = str(tables.get("name", path.stem)), str(tables.get("about", "")).strip()
    return Recipe(name, about, tasks, market=tables.get("market", {}), sha256=digest, trained_by=trained_by, **built)
