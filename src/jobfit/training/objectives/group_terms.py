"""Terms on groups that can stand beside a utility: gaps in rates, gaps in exposure, losses of groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, Protocol

from torch import Tensor, nn

from jobfit.errors import InputError
from jobfit.settings import Above0, From0, Whole
from jobfit.training.losses.group_gaps import Gap, GapSettings, Memory, group_gap
from jobfit.training.losses.group_lists import exposure_gap, group_loss
from jobfit.training.objectives.scored import ScoredPairs

MEMORY = "group memory"


class GroupTerm(Protocol):
    """A term on the groups of scored pairs: it is given codes, and no name of a group.

    ``heads`` are its modules with what it remembers from batch to batch, by name: kept in checkpoints as weights are.
    """

    def of(self, pairs: ScoredPairs, codes: Tensor, groups: int) -> Gap: ...

    def heads(self, groups: int) -> Mapping[str, nn.Module]: ...

    def facts(self) -> Mapping[str, object]: ...


class _Memory(nn.Module):
    rates: Tensor

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self.register_buffer("rates", memory.rates)

    def keep(self, memory: Memory | None) -> None:
        if memory is not None:
            self.rates.copy_(memory.rates)


class GapTerm:
    """A gap between rates (:func:`jobfit.training.losses.group_gaps.group_gap`), with a memory where one is set."""

    def __init__(self, settings: GapSettings | None = None) -> None:
        self.settings = settings or GapSettings()
        self._memory: _Memory | None = None

    def heads(self, groups: int) -> Mapping[str, nn.Module]:
        if not self.settings.memory:
            return {}
        if self._memory is None:
            self._memory = _Memory(Memory.empty(self.settings.conditions, groups))
        return {MEMORY: self._memory}

    def of(self, pairs: ScoredPairs, codes: Tensor, groups: int) -> Gap:
        memory = Memory(self._memory.rates) if self._memory else None
        gap = group_gap(pairs.logits, pairs.labels, codes, groups, self.settings, memory)
        if self._memory:
            self._memory.keep(gap.memory)
        return gap

    def facts(self) -> Mapping[str, object]:
        return {"term": "gap", "settings": repr(self.settings)}


class ExposureTerm:
    """DELTR's gap in exposure over the lists of the batch (:func:`jobfit.training.losses.group_lists.exposure_gap`).

    A list is the batch's pairs of one vacancy: it is for objectives whose batches hold lists.
    """

    def __init__(self, favoured: int | None = None) -> None:
        self._favoured = favoured

    def heads(self, groups: int) -> Mapping[str, nn.Module]:
        return {}

    def of(self, pairs: ScoredPairs, codes: Tensor, groups: int) -> Gap:
        return exposure_gap(pairs.logits, codes, pairs.vacancies, groups, self._favoured)

    def facts(self) -> Mapping[str, object]:
        return {"term": "exposure", "favoured": self._favoured}


class GroupLossTerm:
    """Losses of groups, the larger ones weighed more (:func:`jobfit.training.losses.group_lists.group_loss`)."""

    def __init__(self, sharpness: float = 1.0, decay: float = 0.9) -> None:
        self._sharpness, self._decay = sharpness, decay
        self._memory: _Memory | None = None

    def heads(self, groups: int) -> Mapping[str, nn.Module]:
        if self._memory is None:
            self._memory = _Memory(Memory.empty(1, groups))
        return {MEMORY: self._memory}

    def of(self, pairs: ScoredPairs, codes: Tensor, groups: int) -> Gap:
        self.heads(groups)
        assert self._memory is not None  # made by heads
        memory = Memory(self._memory.rates)
        gap = group_loss(pairs.logits, pairs.labels, codes, groups, self._sharpness, memory, self._decay)
        self._memory.keep(gap.memory)
        return gap

    def facts(self) -> Mapping[str, object]:
        return {"term": "group loss", "sharpness": self._sharpness, "decay": self._decay}


@dataclass(frozen=True, slots=True)
class TermSettings(GapSettings):
    """What `jobfit train` reads of a term on groups: whose, how much, and which; the rest is of the gap.

    attributes: of the file of groups; several make their intersections the groups.
    beta:       weight of the term beside the utility.
    term:       ``gap`` (rates), ``exposure`` (of the lists of a batch) or ``group-loss``.
    least:      examples of each cell (group, label) in every batch; 0 deals them out as without the term.
    sharpness:  of group-loss.

    Raises:
        InputError: no attribute is named, or a setting of the gap stands beside another term.
    """

    attributes: tuple[str, ...] = ()
    beta: From0 = 1.0
    term: Literal["gap", "exposure", "group-loss"] = "gap"
    least: Whole = 0
    sharpness: Above0 = 1.0

    def __post_init__(self) -> None:
        GapSettings.__post_init__(self)
        if not self.attributes:
            raise InputError("attributes names none: fairness.attributes=[sex], columns of the file of groups")
        if self.term != "gap" and self.gap != GapSettings():
            raise InputError(f"criterion, over, form, n_min, memory and decay are of the gap, not of {self.term}")

    @property
    def gap(self) -> GapSettings:
        return GapSettings(**{field.name: getattr(self, field.name) for field in fields(GapSettings)})

    def made(self) -> GroupTerm:
        """Return the term."""
        if self.term == "gap":
            return GapTerm(self.gap)
        return ExposureTerm() if self.term == "exposure" else GroupLossTerm(self.sharpness)
