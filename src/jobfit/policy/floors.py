"""What a list as a whole has to keep: `trade_off` of a policy file (:mod:`jobfit.policy.requirements`)."""

from __future__ import annotations

from dataclasses import dataclass

from jobfit.errors import PolicyError

TEMPERATURE = 0.05  # of a score that goes from 0 to 1


@dataclass(frozen=True, slots=True)
class PayBound:
    """Pay a year in a ``currency`` (ISO 4217): ``at_least`` or ``at_most``, one of the two."""

    currency: str
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class ExposureBound:
    """The share of the attention that ``vacancies`` (ids) get together: ``at_least`` or ``at_most``, one of the two.

    Without vacancies, ``at_most`` is of each vacancy there is, over many lists.
    """

    vacancies: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Floors:
    """What the list as a whole has to keep in expectation; ``None``: nothing is asked. Shares go from 0 to 1.

    qualification: the chance that the employer accepts. It needs an expert that is calibrated.
    preference:    the chance that the candidate applies. It needs one too.
    requirements:  the share of the requirements' weight that is met.
    location, condition: the share of people (or vacancies) where every requirement or wish of the kind is met.
    pay:           what the documents state, over those that state it: offers of vacancies, wishes of candidates.
    distance:      km at most between home (or a wished place) and work, over the pairs where both are known.
    exposure:      of named vacancies, any number of bounds; for lists of vacancies alone.
    surplus:       rank by score times the other side's chance instead; it goes with no floor.
    temperature:   in points of the score; see :mod:`jobfit.policy.lagrangian`.

    Raises:
        PolicyError: nothing is asked, or ``surplus`` beside a floor.
    """

    qualification: float | None = None
    preference: float | None = None
    requirements: float | None = None
    location: float | None = None
    condition: float | None = None
    surplus: bool = False
    temperature: float = TEMPERATURE
    pay: PayBound | None = None
    distance: float | None = None
    exposure: tuple[ExposureBound, ...] = ()

    @property
    def exposures(self) -> dict[str, ExposureBound]:
        """The bounds on exposure by their names: ``exposure``, or ``exposure 1``, ``exposure 2`` ..."""
        several = len(self.exposure) > 1
        return {f"exposure {n}" if several else "exposure": bound for n, bound in enumerate(self.exposure, start=1)}

    def __post_init__(self) -> None:
        shares = (self.qualification, self.preference, self.requirements, self.location, self.condition)
        floors = (*shares, self.pay, self.distance, *self.exposure)
        if self.surplus == any(floor is not None for floor in floors):
            raise PolicyError("trade_off: give either surplus: true or at least one floor, such as {requirements: 0.5}")
