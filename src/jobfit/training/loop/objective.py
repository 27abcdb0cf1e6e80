"""What a step learns from: examples, the texts they need, and a loss over their vectors. The loop knows no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from jobfit.errors import InputError
from jobfit.training.augmented_ids import original_of
from jobfit.training.data import TrainingSet

CANDIDATE, VACANCY = "c:", "v:"
"""What stands before an id where the texts of both sides are held together."""
Hard = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Batch:
    """The ``examples`` by name (for messages), the keys of the ``texts`` to encode (each once), and who is who."""

    examples: tuple[str, ...]
    texts: tuple[str, ...]
    used: Mapping[str, tuple[str, ...]]


Vectors = Callable[[str], Tensor]
"""``vectors(name)``: the rows (n, d) of ``Batch.used[name]``, with their gradient."""


class Objective(Protocol):
    """One stage of training: contrastive, preferences, or a mixture of one's own."""

    def __len__(self) -> int:
        """The number of examples."""
        ...

    def texts(self) -> Mapping[str, str]:
        """Every text that a batch may ask for, by key."""
        ...

    def facts(self) -> Mapping[str, object]:
        """What changes the result beside the data and the loop's settings; kept and compared when training resumes."""
        ...

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> Batch:
        """Return what the chosen examples need; whatever is drawn comes from ``generator``."""
        ...

    def loss(self, batch: Batch, vectors: Vectors) -> Tensor:
        """Return the mean loss over the batch's examples, a scalar."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """What a contrastive loss is given.

    candidates, vacancies: (b, d); row i of one belongs with row i of the other.
    hard_candidates, hard_vacancies: (h, d), shared by all rows; ``None`` where there are none.
    known: (b + h_c, b + h_v) bool on the vectors' device, true where a candidate and a vacancy are known to fit: the
        same ids, the same texts, or a positive pair anywhere in the training set. Never a negative.
    """

    candidates: Tensor
    vacancies: Tensor
    hard_candidates: Tensor | None
    hard_vacancies: Tensor | None
    known: Tensor


ContrastiveLoss = Callable[[Contrast], Tensor]


class ContrastiveObjective:
    """Positive pairs against in-batch and hard negatives.

    ``hard_candidates`` (by vacancy id) and ``hard_vacancies`` (by candidate id) are lists to draw ``draw`` from for
    each pair, as mining gives them; without them the human rejects of the data are used where an anchor has any.
    """

    def __init__(
        self,
        data: TrainingSet,
        loss: ContrastiveLoss,
        *,
        hard_candidates: Hard | None = None,
        hard_vacancies: Hard | None = None,
        draw: int = 1,
        name: str = "contrastive",
    ) -> None:
        """Train on the positives of ``data``.

        Raises:
            InputError: there is no positive, one vacancy or candidate only and no hard negative, or a hard negative
                without a text.
        """
        self._data, self._loss, self._draw, self._name = data, loss, draw, name
        mined = hard_candidates is not None or hard_vacancies is not None
        self._hard_candidates = dict(hard_candidates or {}) if mined else _rejects(data, 1)
        self._hard_vacancies = dict(hard_vacancies or {}) if mined else _rejects(data, 0)
        self._positives = _fitting(data)
        self._check()

    def _check(self) -> None:
        data = self._data
        if not data.positives:
            raise InputError("there is no positive pair to train on: are all labels 0?")
        for what, ids, hard in (
            ("vacancy", {p.vacancy_id for p in data.positives}, self._hard_vacancies),
            ("candidate", {p.candidate_id for p in data.positives}, self._hard_candidates),
        ):
            if len(ids) == 1 and not any(hard.values()):
                raise InputError(
                    f"all positives are of one {what} ({next(iter(ids))!r}): nothing to set it against. Add pairs of "
                    f"another {what}, rejects, or mined hard negatives"
                )
        for hard, texts, side in (
            (self._hard_candidates, data.candidates, "candidate"),
            (self._hard_vacancies, data.vacancies, "vacancy"),
        ):
            if missing := sorted({i for ids in hard.values() for i in ids} - texts.keys()):
                raise InputError(f"{len(missing)} hard negatives are no {side} of the data, the first {missing[0]!r}")

    def __len__(self) -> int:
        """Return the number of positive pairs."""
        return len(self._data.positives)

    def texts(self) -> Mapping[str, str]:
        """The texts of all pairs and hard negatives."""
        candidates = {p.candidate_id for p in self._data.positives}
        candidates |= {i for ids in self._hard_candidates.values() for i in ids}
        vacancies = {p.vacancy_id for p in self._data.positives}
        vacancies |= {i for ids in self._hard_vacancies.values() for i in ids}
        found = {CANDIDATE + i: self._data.candidates[i] for i in sorted(candidates)}
        return found | {VACANCY + i: self._data.vacancies[i] for i in sorted(vacancies)}

    def facts(self) -> Mapping[str, object]:
        """The name of the loss and how many hard negatives are drawn."""
        from hashlib import sha256

        hard = repr((sorted(self._hard_candidates.items()), sorted(self._hard_vacancies.items())))
        return {"objective": self._name, "draw": self._draw, "hard": sha256(hard.encode()).hexdigest()}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> Batch:
        """The chosen pairs, and for each its drawn hard candidates and vacancies."""
        pairs = [self._data.positives[i] for i in chosen]
        used = {
            "candidates": tuple(CANDIDATE + p.candidate_id for p in pairs),
            "vacancies": tuple(VACANCY + p.vacancy_id for p in pairs),
            "hard_candidates": self._drawn([p.vacancy_id for p in pairs], self._hard_candidates, CANDIDATE, generator),
            "hard_vacancies": self._drawn([p.candidate_id for p in pairs], self._hard_vacancies, VACANCY, generator),
        }
        texts = tuple(dict.fromkeys(key for keys in used.values() for key in keys))
        return Batch(tuple(f"{p.candidate_id}+{p.vacancy_id}" for p in pairs), texts, used)

    def _drawn(self, anchors: Sequence[str], hard: Hard, side: str, generator: np.random.Generator) -> tuple[str, ...]:
        found: list[str] = []
        for anchor in anchors:
            listed = hard.get(anchor, ())
            if listed:
                places = generator.choice(len(listed), size=min(self._draw, len(listed)), replace=False)
                found += [side + listed[i] for i in places]
        return tuple(dict.fromkeys(found))

    def loss(self, batch: Batch, vectors: Vectors) -> Tensor:
        """Give the loss its vectors and its mask."""
        candidates, vacancies = vectors("candidates"), vectors("vacancies")
        more = [vectors(name) if batch.used[name] else None for name in ("hard_candidates", "hard_vacancies")]
        known = self._known(batch).to(candidates.device)
        return self._loss(Contrast(candidates, vacancies, more[0], more[1], known))

    def _known(self, batch: Batch) -> Tensor:
        """True where a pair of the batch is a positive, by ids or because a text is the text of one that is."""
        rows = [key[len(CANDIDATE) :] for key in (*batch.used["candidates"], *batch.used["hard_candidates"])]
        columns = [key[len(VACANCY) :] for key in (*batch.used["vacancies"], *batch.used["hard_vacancies"])]
        row = _same(rows, self._data.candidates)
        column = _same(columns, self._data.vacancies)
        fits = np.zeros((max(row) + 1, max(column) + 1), dtype=bool)
        number = dict(zip(columns, column))
        for candidate, i in zip(rows, row):
            for vacancy in number.keys() & self._positives.get(candidate, frozenset()):
                fits[i, number[vacancy]] = True
        return torch.from_numpy(fits[np.ix_(row, column)])


def _fitting(data: TrainingSet) -> dict[str, frozenset[str]]:
    """The vacancies known to suit each candidate: what suits an original suits its augmented copies, and theirs."""
    copies: dict[str, list[str]] = {}
    for vacancy in data.vacancies:
        copies.setdefault(original_of(vacancy), []).append(vacancy)
    fits: dict[str, set[str]] = {}
    for pair in data.positives:
        fits.setdefault(original_of(pair.candidate_id), set()).update(copies[original_of(pair.vacancy_id)])
    return {i: frozenset(fits[o]) for i in data.candidates if (o := original_of(i)) in fits}


def _same(ids: Sequence[str], texts: Mapping[str, str]) -> list[int]:
    """Number ids so that those of one text (white space and case aside) have one number."""
    seen: dict[str, int] = {}
    return [seen.setdefault(" ".join(texts[i].split()).casefold(), len(seen)) for i in ids]


def _rejects(data: TrainingSet, anchor: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in data.rejects:
        ids = (pair.candidate_id, pair.vacancy_id)
        found.setdefault(ids[anchor], []).append(ids[1 - anchor])
    return found


PreferenceLoss = Callable[[Tensor, Tensor, Tensor | None, Tensor | None, Tensor], Tensor]
"""(s_w, s_l, reference s_w or None, reference s_l or None, confidence), each (b,), to a scalar."""


class PreferenceObjective:
    """Pairs of candidates of which one is preferred for a vacancy; the loss sees cosines.

    ``reference`` (n, 2) holds the frozen model's scores of preferred and rejected for each preference of the data, in
    its order: computed once, because they never change.
    """

    def __init__(
        self,
        data: TrainingSet,
        loss: PreferenceLoss,
        reference: NDArray[np.float32] | None = None,
        name: str = "preferences",
    ) -> None:
        """Train on the preferences of ``data``.

        Raises:
            InputError: there is no preference, or the reference has another length.
        """
        if not data.preferences:
            raise InputError("there is no preference to train on")
        if reference is not None and reference.shape != (len(data.preferences), 2):
            raise InputError(f"{len(data.preferences)} preferences and reference scores of shape {reference.shape}")
        self._data, self._loss, self._reference, self._name = data, loss, reference, name

    def __len__(self) -> int:
        """Return the number of preferences."""
        return len(self._data.preferences)

    def texts(self) -> Mapping[str, str]:
        """The texts of all preferences."""
        return preference_texts(self._data)

    def facts(self) -> Mapping[str, object]:
        """The name of the loss and the reference's digest."""
        from hashlib import sha256

        reference = None if self._reference is None else sha256(self._reference.tobytes()).hexdigest()
        return {"objective": self._name, "reference": reference}

    def batch(self, chosen: NDArray[np.intp], generator: np.random.Generator) -> Batch:
        """The chosen preferences; nothing is drawn."""
        rows = [self._data.preferences[i] for i in chosen]
        used = {
            "vacancies": tuple(VACANCY + p.vacancy_id for p in rows),
            "preferred": tuple(CANDIDATE + p.preferred_id for p in rows),
            "rejected": tuple(CANDIDATE + p.rejected_id for p in rows),
            "places": tuple(str(int(i)) for i in chosen),
        }
        texts = tuple(dict.fromkeys(key for name in ("vacancies", "preferred", "rejected") for key in used[name]))
        return Batch(tuple(f"{p.vacancy_id}:{p.preferred_id}>{p.rejected_id}" for p in rows), texts, used)

    def loss(self, batch: Batch, vectors: Vectors) -> Tensor:
        """Give the loss the cosines of both candidates, live and of the reference."""
        vacancies = vectors("vacancies")
        s_w, s_l = ((vacancies * vectors(name)).sum(dim=1) for name in ("preferred", "rejected"))
        places = [int(i) for i in batch.used["places"]]
        confidence = s_w.new_tensor([self._data.preferences[i].confidence for i in places])
        if self._reference is None:
            return self._loss(s_w, s_l, None, None, confidence)
        known = torch.from_numpy(self._reference[places]).to(s_w)
        return self._loss(s_w, s_l, known[:, 0], known[:, 1], confidence)


def preference_texts(data: TrainingSet) -> dict[str, str]:
    """The texts that the preferences of ``data`` name, by key."""
    vacancies = sorted({p.vacancy_id for p in data.preferences})
    candidates = sorted({i for p in data.preferences for i in (p.preferred_id, p.rejected_id)})
    found = {VACANCY + i: data.vacancies[i] for i in vacancies}
    return found | {CANDIDATE + i: data.candidates[i] for i in candidates}
