"""What a recruiter requires beyond the vacancy's text: a YAML file (`jobfit match --policy`), and how much it counts.

    must_have: [Python, SQL]                    # skills by their English or French name
    nice_to_have:
      - {skill: Docker, weight: 2}
      - {text: Sage 100}                        # literal words, looked up in the CV as they stand
    location: {places: [Paris, Lyon], importance: must}         # any of them
    languages: [{language: German, level: B2, importance: must}]
    experience: {years: 3, importance: must}
    education: {level: bachelor}
    licences: [B, {licence: CE, importance: must}]
    certificates: [CISSP, {certificate: PMP, importance: must}] # by a name that texts use
    clearances: [uk:sc]                         # it or one that includes it
    permits: [FR, {permit: EU, importance: must}]               # where the person may work: ISO 3166-1, or EU
    conditions: [permanent]
    replace: false                              # true: the vacancy's own requirements are dropped
    exclude:                                    # the only way to leave somebody out: what the text states against it
      languages: [{language: German, level: B2}]
      location: {places: [Paris, Lyon]}
      conditions: [permanent]
      education: {level: bachelor}
      experience: {years: 3}
      pay: {at_least: 30000, currency: EUR}     # a year; where a vacancy asks: at_most, of what people ask for
      distance: {at_most: 80}                   # km, where a candidate asks
    weights: {similarity: 3, requirements: 2}   # how the score is shared
    trade_off:                                  # what the list as a whole keeps: docs/trade-off.md
      {qualification: 0.6, pay: {at_least: 40000, currency: EUR}, distance: {at_most: 30},
       exposure: [{vacancies: [V17], at_least: 0.2}], temperature: 0.05}

Importance is ``nice`` unless the file says otherwise; a ``must`` counts twice. Neither leaves anyone out: what a text
rules out is *missing* and earns nothing. What stands under ``exclude`` is a must that does leave out whoever's text
states the contrary in words that can be read in one way only: a language at a lower level, other places, another kind
of contract, a highest diploma below the level, dates that add up to less. Silence leaves nobody out, and neither does a
reading that is not sure. Where a candidate asks, ``exclude`` is about the vacancies' places, conditions, pay and
distance. Where somebody lives leaves nobody out: distance is for the person who travels to say.

A skill that the taxonomy does not know is searched as literal words, unless it looks like a slip of a known name: then
it is an error that suggests the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jobfit.errors import PolicyError
from jobfit.policy.floors import Floors
from jobfit.records import Kind, Requirement, Vacancy
from jobfit.taxonomy.model import Taxonomy


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
        total = self.similarity + self.requirements
        if not (self.similarity >= 0 and self.requirements >= 0 and 0 < total < float("inf")):
            raise PolicyError(f"weights must be numbers from 0, and not both 0: {self.similarity}, {self.requirements}")

    @property
    def requirements_share(self) -> float:
        """The part of the score, 0 to 1, that the requirement ledger can make."""
        return self.requirements / (self.similarity + self.requirements)


@dataclass(frozen=True, slots=True)
class Requirements:
    """What is ``added`` to a vacancy's own requirements (or, with ``replace``, put in their place), and the weights.

    ``exclude`` are musts that also leave out whoever's text states the contrary; ``floors`` are about the whole list.

    Raises:
        PolicyError: the same thing is required twice.
    """

    added: tuple[Requirement, ...] = ()
    replace: bool = False
    exclude: tuple[Requirement, ...] = ()
    weights: Weights = Weights()
    floors: Floors | None = None

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for requirement in (*self.exclude, *self.added):
            if requirement.id in seen:
                raise PolicyError(f"the file asks for {requirement.label!r} twice; keep one of the two")
            seen.add(requirement.id)

    def requirements_for(self, vacancy: Vacancy, asking: Kind = Kind.VACANCY) -> tuple[Requirement, ...]:
        """Return what is added, then the vacancy's own requirements that this does not override.

        It overrides a requirement of the same kind and value, e.g. another level of the same language. What excludes is
        required too, unless a candidate is ``asking``: then it is about the vacancies. What the vacancy says that
        nobody needs is not held against anyone.
        """
        added = (*self.exclude, *self.added) if asking is Kind.VACANCY else self.added
        spared = {item.value for item in vacancy.profile.not_needed}
        own = () if self.replace else tuple(r for r in vacancy.profile.requirements if not spared & {r.id, r.value})
        overridden = {(requirement.kind, requirement.value) for requirement in added}
        return (*added, *(r for r in own if (r.kind, r.value) not in overridden))


def load_requirements(path: Path, taxonomy: Taxonomy | None = None) -> Requirements:
    """Read a requirements file (see the module's docstring). ``taxonomy`` names the skills; the compact one by default.

    An empty file adds nothing.

    Raises:
        PolicyError: the file cannot be read, repeats a key, has an unknown key or name, or a value that makes no sense;
            the message names the line, the place and what is allowed there.
    """
    from jobfit.policy.requirements_file import RequirementsFile, skill_names
    from jobfit.settings_file import read_settings

    if taxonomy is None:
        from jobfit.taxonomy.compact import load_compact

        taxonomy = load_compact()
    names = skill_names(taxonomy)
    content = read_settings(path, PolicyError).checked(RequirementsFile, PolicyError, names)
    try:
        weights = Weights(content.weights.similarity, content.weights.requirements)
        added, exclude = tuple(content.requirements(names)), tuple(content.exclude.requirements())
        floors = None if content.trade_off is None else content.trade_off.floors()
        return Requirements(added, content.replace, exclude, weights, floors)
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from error
