"""MUSE.0 (Bied et al. 2023): one pair of towers for each facet, and a score that is the sum of their dot products.

    score(x, y) = Σ_m <φ_m(x), ψ_m(y)> = <φ(x), ψ(y)>,   φ and ψ the facets' vectors one after the other

So all facets are searched as one vector of one index by inner product, and each facet's summand explains the score. A
tower is linear and has no bias: a facet that one side does not state is the zero vector and adds exactly 0. Nothing
depends on an id, so a new person or vacancy scores at once.

    text         the encoder's vector of the masked document
    skills       a fixed random vector for each skill of the taxonomy, summed and of unit length: their dot product is
                 about the cosine of the two sets
    geography    random Fourier features (Rahimi and Recht 2007) of Gaussian kernels exp(-d² / 2σ²) of the distance,
                 σ = 30 and 150 km; a person's towns (lived in, wished for) are averaged
    pay          soft bins of the logarithm of a year's pay
    contract     wishes of a person, offers of a vacancy
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jobfit.artifacts import new_folder, read_manifest, write_manifest
from jobfit.embeddings import Embeddings
from jobfit.encoders.tensors import fill
from jobfit.errors import InputError, ModelError
from jobfit.geo.world import Town
from jobfit.records import Candidate, Record, RequirementKind, Salary, Vacancy
from jobfit.settings import Count, Whole, build, check_fields
from jobfit.structure.pay import yearly
from jobfit.structure.place_names import normalise_place
from jobfit.structure.whereabouts import town_of

Floats = NDArray[np.float32]
Side = Literal["candidate", "vacancy"]
FORMAT = "jobfit-facets-1"
_WEIGHTS = "towers.safetensors"
CONDITIONS = (
    "remote", "hybrid", "full_time", "part_time", "permanent", "fixed_term", "apprenticeship", "internship", "freelance"
)  # fmt: skip
SCALES_KM = (30.0, 150.0)
_SKILLS, _FREQUENCIES, _PAY_BINS = 192, 32, 12
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class FacetSettings:
    """How many numbers each facet's vectors have; 0 leaves the facet out. ``seed``: of the first weights."""

    text: Whole = 256
    skills: Whole = 64
    geography: Whole = 32
    pay: Whole = 8
    contract: Whole = 8
    text_input: Count = 384
    seed: Whole = 0

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.outputs:
            raise InputError("every facet is left out: give at least one of them a size above 0")

    @property
    def inputs(self) -> dict[str, int]:
        """The numbers that are read of each facet, in their order."""
        geography = 2 * _FREQUENCIES * len(SCALES_KM)
        sizes = (self.text_input, _SKILLS, geography, _PAY_BINS, len(CONDITIONS))
        return dict(zip(("text", "skills", "geography", "pay", "contract"), sizes, strict=True))

    @property
    def outputs(self) -> dict[str, int]:
        """The sizes of the facets that take part, in their order."""
        return {name: size for name in self.inputs if (size := int(getattr(self, name)))}


def facet_inputs(records: Sequence[Record], text: Embeddings) -> Floats:
    """Return what the towers read of each record, shape (n, sum of ``inputs``): facet after facet, unit or zero each.

    ``text`` holds a vector for each record.

    Raises:
        InputError: a record has no vector.
    """
    rows = dict(zip(text.ids, text.vectors))
    if lacking := [record.id for record in records if record.id not in rows]:
        raise InputError(f"{len(lacking)} records have no vector, the first is {lacking[0]!r}")
    width = text.vectors.shape[1] + sum(list(FacetSettings().inputs.values())[1:])
    if not records:
        return np.zeros((0, width), dtype=np.float32)
    return np.stack([np.concatenate([rows[record.id], *_stated(record)]) for record in records])


def _stated(record: Record) -> tuple[Floats, ...]:
    if isinstance(record, Candidate):
        person = record.profile
        places = [*([person.location] if person.location else []), *person.wished_locations]
        skills = [stated.value for stated in person.skills]
        pay, conditions = person.salary, person.conditions
    else:
        opening = record.profile
        places = [*([opening.location] if opening.location else []), *opening.other_locations]
        skills = [r.value for r in opening.requirements if r.kind is RequirementKind.SKILL]
        pay, conditions = opening.salary, opening.conditions
    named = [one.value for one in conditions]
    return (
        _unit(np.sum([np.zeros(_SKILLS), *map(_skill, skills)], axis=0)),
        geography([town for place in places if (town := town_of(normalise_place(place.value)))]),
        _pay(pay.value if pay else None),
        _unit(np.array([float(kind in named) for kind in CONDITIONS])),
    )


def _unit(vector: NDArray[Any]) -> Floats:
    length = np.linalg.norm(vector)
    return (vector / length if length else vector).astype(np.float32)


@lru_cache(maxsize=32_768)
def _skill(value: str) -> NDArray[np.float64]:
    digest = blake2b(value.encode(), digest_size=8).digest()
    return np.random.default_rng(int.from_bytes(digest, "big")).standard_normal(_SKILLS) / math.sqrt(_SKILLS)


def geography(towns: Sequence[Town]) -> Floats:
    """Return the features of one or more towns; those of two towns d km apart have the inner product
    Σ_σ exp(-d² / 2σ²) / (number of σ), up to the noise of 32 random frequencies each. No town: zeros.
    """
    if not towns:
        return np.zeros(2 * _FREQUENCIES * len(SCALES_KM), dtype=np.float32)
    return np.mean([_features(town) for town in towns], axis=0).astype(np.float32)


@lru_cache(maxsize=4096)
def _features(town: Town) -> NDArray[np.float64]:
    north, east = math.radians(town.latitude), math.radians(town.longitude)
    point = _EARTH_KM * np.array([math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)])
    angles = _frequencies() @ point
    return np.concatenate([np.cos(angles), np.sin(angles)]) / math.sqrt(len(angles))


@cache
def _frequencies() -> NDArray[np.float64]:
    drawn = np.random.default_rng(0).standard_normal((len(SCALES_KM), _FREQUENCIES, 3))
    return (drawn / np.array(SCALES_KM)[:, None, None]).reshape(-1, 3)


def _pay(salary: Salary | None) -> Floats:
    amount = yearly(salary)
    if not amount:
        return np.zeros(_PAY_BINS, dtype=np.float32)
    centres = np.linspace(math.log(15_000), math.log(200_000), _PAY_BINS)
    return _unit(np.exp(-0.5 * ((math.log(amount) - centres) / (centres[1] - centres[0])) ** 2))


class FacetTowers(nn.Module):
    """``forward(inputs, side)``: inputs (n, D) as :func:`facet_inputs` gives them to vectors (n, Σ sizes).

    Both towers of a facet begin with the same orthogonal projection, so that training starts from about the sum of the
    facets' own similarities.
    """

    def __init__(self, settings: FacetSettings = FacetSettings()) -> None:
        super().__init__()
        self.settings = settings
        self.candidate, self.vacancy = nn.ModuleDict(), nn.ModuleDict()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(settings.seed)
            for name, size in settings.outputs.items():
                width = settings.inputs[name]
                first = nn.init.orthogonal_(torch.empty(size, width))
                first *= math.sqrt(max(1.0, width / size))
                for towers in (self.candidate, self.vacancy):
                    tower = nn.Linear(width, size, bias=False)
                    with torch.no_grad():
                        tower.weight.copy_(first)
                    towers[name] = tower

    def forward(self, inputs: Tensor, side: Side) -> Tensor:
        parts = dict(zip(self.settings.inputs, inputs.split([*self.settings.inputs.values()], dim=1), strict=True))
        towers = self.candidate if side == "candidate" else self.vacancy
        return torch.cat([towers[name](parts[name]) for name in self.settings.outputs], dim=1)


@dataclass(frozen=True, eq=False)
class FacetModel:
    """The trained towers: vectors of either side, scores, and what each facet adds.

    ``encoder`` is the fingerprint of the encoder whose vectors the text towers read.
    """

    towers: FacetTowers
    encoder: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def facets(self) -> tuple[str, ...]:
        return tuple(self.towers.settings.outputs)

    def vectors(self, records: Sequence[Record], text: Embeddings) -> Floats:
        """Return the vectors (n, Σ sizes) of records of one side, float32: not of unit length.

        Raises:
            InputError: ``text`` is of another encoder, or the records are of both sides.
        """
        if text.fingerprint != self.encoder:
            raise InputError(f"the towers read vectors of {self.encoder}, not of {text.fingerprint}")
        kinds = {type(record) for record in records}
        if len(kinds) > 1:
            raise InputError("candidates and vacancies have towers of their own: ask for one side at a time")
        side: Side = "vacancy" if Vacancy in kinds else "candidate"
        return self.project(facet_inputs(records, text), side)

    def project(self, inputs: Floats, side: Side) -> Floats:
        """Return the vectors of inputs (n, D) of one side.

        Raises:
            InputError: another number of inputs, or a value that is not finite.
        """
        wanted = sum(self.towers.settings.inputs.values())
        if inputs.ndim != 2 or inputs.shape[1] != wanted or not np.isfinite(inputs).all():
            raise InputError(f"the towers read {wanted} finite numbers of a record, not an array {inputs.shape}")
        with torch.inference_mode():
            return self.towers(torch.from_numpy(inputs), side).numpy()

    def scores(self, candidates: Floats, vacancies: Floats) -> NDArray[np.float64]:
        """Return the scores (n, m) of all pairs of vectors."""
        return candidates.astype(np.float64) @ vacancies.astype(np.float64).T

    def shares(self, candidate: Floats, vacancy: Floats) -> dict[str, float]:
        """Return what each facet adds to the score of one pair of vectors (d,); together they are the score."""
        product = candidate.astype(np.float64) * vacancy.astype(np.float64)
        parts = np.split(product, np.cumsum([*self.towers.settings.outputs.values()])[:-1])
        return {name: float(part.sum()) for name, part in zip(self.facets, parts, strict=True)}

    def save(self, folder: Path) -> None:
        """Write the towers as numbers with a manifest: nothing in it runs."""
        from safetensors.torch import save_file

        with new_folder(folder, replace=True) as draft:
            save_file({name: value.contiguous() for name, value in self.towers.state_dict().items()}, draft / _WEIGHTS)
            facts = {"settings": asdict(self.towers.settings), "encoder": self.encoder, "facts": dict(self.facts)}
            write_manifest(draft, FORMAT, facts)


def load_facets(folder: Path) -> FacetModel:
    """Read what :meth:`FacetModel.save` wrote.

    Raises:
        ModelError: a file is missing or altered, a tensor is missing, unknown, of another shape or not finite.
    """
    manifest = read_manifest(folder, FORMAT, error=ModelError)
    facts = manifest.facts
    try:
        towers = FacetTowers(build(FacetSettings, facts["settings"], str(folder)))
    except (KeyError, InputError) as error:
        raise ModelError(f"{folder}: what the manifest says of the towers cannot be used: {error}") from error
    fill(towers, folder, manifest, _WEIGHTS, "facets")
    return FacetModel(towers, facts["encoder"], facts["facts"])
