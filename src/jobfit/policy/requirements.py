"""The policy file: what a recruiter asks for, in YAML, and how much it counts.

    must_have: [Python, SQL]                    # skills by their English or French name
    nice_to_have:
      - {skill: Docker, weight: 2}
      - {text: Sage 100}                        # literal words, looked up in the CV as they stand
    location: {places: [Paris, Lyon], importance: must}         # any of them
    languages: [{language: German, level: B2, importance: must}]
    experience: {years: 3, importance: must}
    education: {level: bachelor}
    licences: [B, {licence: CE, importance: must}]
    conditions: [permanent]
    replace: false                              # true: the vacancy's own requirements are dropped
    everyone: false                             # true: nobody is left out; the ledger still says what is missing
    weights: {similarity: 3, requirements: 2}   # how the score is shared

Importance is ``nice`` where it is not said, because only a must-have can leave a person out. A skill that the taxonomy
does not know is searched as literal words, unless it looks like a slip of a known name: then it is an error that
suggests the name. Literal words and skills never leave anyone out, since a CV that does not name one is silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobfit.errors import PolicyError
from jobfit.policy import fields
from jobfit.policy.entries import SECTIONS, read_entries
from jobfit.policy.yaml_file import read_yaml
from jobfit.records import Requirement, Vacancy
from jobfit.taxonomy.model import Taxonomy

_KEYS = (*SECTIONS, "replace", "everyone", "weights")


@dataclass(frozen=True, slots=True)
class Weights:
    """How the score is shared between ``similarity`` of the texts and ``requirements`` met; only the ratio counts.

    Raises:
        PolicyError: a weight is negative or not finite, or both are 0.
    """

    similarity: float = 3.0
    requirements: float = 2.0

    def __post_init__(self) -> None:
        """Check the weights."""
        pair = (self.similarity, self.requirements)
        if not all(0 <= weight < float("inf") for weight in pair) or sum(pair) == 0:
            raise PolicyError(f"weights must be numbers from 0, and not both 0: {self.similarity}, {self.requirements}")

    @property
    def requirements_share(self) -> float:
        """The part of the score, 0 to 1, that the requirement ledger can make."""
        return self.requirements / (self.similarity + self.requirements)


@dataclass(frozen=True, slots=True)
class Requirements:
    """The requirements that a policy adds to a vacancy's own (or puts in their place), and the weights.

    ``everyone`` puts everybody into the pool: a must-have then only scores, and the ledger still says what is missing.

    Raises:
        PolicyError: one thing is asked for twice.
    """

    requirements: tuple[Requirement, ...] = ()
    replace: bool = False
    everyone: bool = False
    weights: Weights = Weights()

    def __post_init__(self) -> None:
        """Check that the ids are unique."""
        seen: set[str] = set()
        for requirement in self.requirements:
            if requirement.id in seen:
                raise PolicyError(f"the policy asks for {requirement.label!r} twice; keep one of them")
            seen.add(requirement.id)

    def requirements_for(self, vacancy: Vacancy) -> tuple[Requirement, ...]:
        """Return the policy's requirements, then the vacancy's own that it does not override.

        The policy overrides a requirement of the same kind and value, e.g. another level of the same language.
        """
        own = () if self.replace else vacancy.profile.requirements
        said = {(requirement.kind, requirement.value) for requirement in self.requirements}
        return (*self.requirements, *(r for r in own if (r.kind, r.value) not in said))


def load_requirements(path: Path, taxonomy: Taxonomy | None = None) -> Requirements:
    """Read a policy file (see the module's docstring). ``taxonomy`` names the skills; the compact one by default.

    An empty file is the empty policy.

    Raises:
        PolicyError: the file cannot be read, is no YAML, repeats a key, has an unknown key or name, or a wrong type.
    """
    return parse_requirements(read_yaml(path), str(path), taxonomy)


def parse_requirements(
    data: Mapping[str, Any], where: str = "policy", taxonomy: Taxonomy | None = None
) -> Requirements:
    """Return the policy that ``data``, the content of a policy file, says; ``where`` begins the error messages.

    Raises:
        PolicyError: as for :func:`load_requirements`.
    """
    fields.mapping(data, where, _KEYS)
    if taxonomy is None:
        from jobfit.taxonomy.compact import load_compact

        taxonomy = load_compact()
    weights = fields.mapping(data.get("weights", {}), f"{where}, weights", ("similarity", "requirements"))
    try:
        return Requirements(
            tuple(read_entries(data, where, taxonomy)),
            fields.flag(data.get("replace", False), f"{where}, replace"),
            fields.flag(data.get("everyone", False), f"{where}, everyone"),
            Weights(**{k: fields.number(v, f"{where}, weights, {k}", least=0.0) for k, v in weights.items()}),
        )
    except PolicyError as error:
        raise error if str(error).startswith(where) else PolicyError(f"{where}: {error}") from error
