"""What is learnt from: texts of both sides, positives, human rejects, talent pool, preferences. Checked and hashed.

Only two splits exist here, ``train`` and ``validation``. A test set has no place in training, so none can be built.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Literal, get_args

import numpy as np

from jobfit.errors import InputError, LeakageError, named
from jobfit.judged import Pair, Preference, refuse_unknown
from jobfit.ordering import tie_key

Split = Literal["train", "validation"]
_LISTS = ("positives", "rejects", "preferences", "pool", "graded")
SPLITS: tuple[str, ...] = get_args(Split)
_COPY = "aug:"


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Texts by id, ``positives`` (grade >= 1), ``rejects`` (grade 0: a human said no), and ``preferences``.

    ``pool`` (grade >= 1) are pairs that ended in the talent pool, where the data tell them apart: suitable, neither
    taken nor turned down. Three classes are learnt from them, and nothing else reads them.

    ``graded`` are judged pairs with the grade of the label table (0 to 4), where the data have one: a candidate who was
    turned down after interviews may have one above 0. Losses over lists read them.

    ``hash`` is the SHA-256 of everything in it. The texts may hold more ids than the pairs name: they are what is mined
    in. Pairs are kept sorted, so the order in which they were given changes neither the training nor the hash.

    Raises:
        UnknownIdError: a pair names an id without a text; the message counts and names them.
        LeakageError: a validation set holds augmented copies.
        InputError: a text that is used is blank, a grade does not fit, a pair occurs twice or is both accepted and
            rejected, or the split is not ``train`` or ``validation``.

    >>> data = TrainingSet({"c1": "nurse"}, {"v1": "ward"}, (Pair("c1", "v1"),))
    >>> data.hash[:8], len(data)
    ('6b01484a', 1)
    >>> TrainingSet({}, {"v1": "ward"}, (Pair("c9", "v1"),))
    Traceback (most recent call last):
    jobfit.errors.UnknownIdError: train pairs: 1 of 1 candidates have no text: 'c9'
    """

    candidates: Mapping[str, str]
    vacancies: Mapping[str, str]
    positives: tuple[Pair, ...] = ()
    rejects: tuple[Pair, ...] = ()
    preferences: tuple[Preference, ...] = ()
    split: Split = "train"
    pool: tuple[Pair, ...] = ()
    graded: tuple[Pair, ...] = ()
    hash: str = field(default="", init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise InputError(
                f"a training set is for {' or '.join(SPLITS)}, not {self.split!r}: a test set is for `jobfit evaluate`"
            )
        if self.split != "train":
            refuse_augmented((*self.candidates, *self.vacancies), self.split)
        for name in _LISTS:
            object.__setattr__(self, name, tuple(sorted(getattr(self, name))))
        self._check_ids()
        self._check_pairs()
        object.__setattr__(self, "hash", _digest(self))

    def __len__(self) -> int:
        return len(self.positives)

    def positives_of_candidates(self) -> dict[str, frozenset[str]]:
        """The vacancies known to suit each candidate."""
        return _by((pair.candidate_id, pair.vacancy_id) for pair in self.positives)

    def positives_of_vacancies(self) -> dict[str, frozenset[str]]:
        """The candidates known to suit each vacancy."""
        return _by((pair.vacancy_id, pair.candidate_id) for pair in self.positives)

    def _check_ids(self) -> None:
        pairs, choices = (*self.positives, *self.rejects, *self.pool, *self.graded), self.preferences
        compared = {i for p in choices for i in (p.preferred_id, p.rejected_id)}
        for what, candidates, vacancies in (
            ("pairs", {p.candidate_id for p in pairs}, {p.vacancy_id for p in pairs}),
            ("preferences", compared, {p.vacancy_id for p in choices}),
        ):
            for side, ids in (("candidates", candidates), ("vacancies", vacancies)):
                texts = getattr(self, side)
                refuse_unknown(f"{self.split} {what}: %s {side} have no text", ids, texts)
                if blank := [i for i in ids if not texts[i].strip()]:
                    raise InputError(f"{len(blank)} {side} of {self.split} {what} have an empty text: {named(blank)}")

    def _check_pairs(self) -> None:
        for what, listed in (("positive", self.positives), ("talent pool", self.pool)):
            if low := next((pair for pair in listed if pair.grade < 1), None):
                raise InputError(f"{what} {low[:2]}: a grade of 1 or more is expected, not {low.grade}")
        for pair in self.rejects:
            if pair.grade != 0:
                raise InputError(f"reject {pair[:2]}: grade 0 is expected, not {pair.grade}")
        if low := next((pair for pair in self.graded if pair.grade < 0), None):
            raise InputError(f"graded pair {low[:2]}: a grade is 0 or more, not {low.grade}")
        _once("graded", (pair[:2] for pair in self.graded))
        accepted = _once("positives", (pair[:2] for pair in self.positives))
        rejected = _once("rejects", (pair[:2] for pair in self.rejects))
        if both := accepted & rejected:
            raise InputError(f"{len(both)} pairs are both accepted and rejected, the first {min(both)}: decide which")
        if both := _once("talent pool", (pair[:2] for pair in self.pool)) & (accepted | rejected):
            raise InputError(f"{len(both)} pairs of the talent pool were decided too, the first {min(both)}")
        for choice in self.preferences:
            if choice.preferred_id == choice.rejected_id:
                raise InputError(f"preference of {choice.vacancy_id!r}: {choice.preferred_id!r} against itself")
            if not 0 < choice.confidence <= 1:
                raise InputError(f"preference {choice[:3]}: confidence {choice.confidence} is not in (0, 1]")


def _once(what: str, pairs: Iterable[tuple[str, ...]]) -> set[tuple[str, ...]]:
    seen: set[tuple[str, ...]] = set()
    for pair in pairs:
        if pair in seen:
            raise InputError(f"{what}: the pair {pair} occurs twice")
        seen.add(pair)
    return seen


def _by(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    others_of: dict[str, set[str]] = {}
    for anchor, other in pairs:
        others_of.setdefault(anchor, set()).add(other)
    return {anchor: frozenset(others) for anchor, others in others_of.items()}


def _digest(data: TrainingSet) -> str:
    digest = sha256()
    for part in _parts(data):
        line = json.dumps(part, ensure_ascii=False, separators=(",", ":")) + "\n"
        digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _parts(data: TrainingSet) -> Iterator[object]:
    yield data.split
    for name in ("candidates", "vacancies"):
        texts = getattr(data, name)
        yield [name, len(texts)]
        yield from ([i, texts[i]] for i in sorted(texts))
    for name in _LISTS:
        if name not in ("pool", "graded") or getattr(data, name):  # a set without one has the hash that it always had
            yield [name, len(getattr(data, name))]
            yield from getattr(data, name)


def check_apart(train: TrainingSet, validation: TrainingSet) -> None:
    """Raise LeakageError where a pair is in both sets: such a validation could not tell learning from remembering."""
    if (train.split, validation.split) != ("train", "validation"):
        raise InputError(f"a train and a validation set are expected, not {train.split} and {validation.split}")
    for name in _LISTS:
        shared = {row[:2] for row in getattr(train, name)} & {row[:2] for row in getattr(validation, name)}
        if name == "preferences":
            shared = {row[:3] for row in train.preferences} & {row[:3] for row in validation.preferences}
        if shared:
            raise LeakageError(f"{len(shared)} {name} are in train and in validation, the first {min(shared)}")


def hold_out(
    data: TrainingSet, share: float, seed: int = 0, *, judged: bool = False
) -> tuple[TrainingSet, TrainingSet]:
    """Deal a train set out into train and validation by vacancy: all pairs of a vacancy are on one side.

    About ``share`` of the vacancies (at least one, never all) go to validation, chosen by a digest of seed and id, of
    those with a positive or a preference. ``judged``: of all with a judged pair, so that validation keeps the share of
    positives that the data have; a classifier's threshold and calibration need that. Near-duplicate texts are not
    looked for: ``jobfit split`` does that.

    Raises:
        InputError: fewer than two vacancies have a positive or a preference, or the share is not in (0, 1).
    """
    if not 0 < share < 1:
        raise InputError(f"the share held out must be above 0 and below 1, not {share}")
    asked = {p.vacancy_id for p in data.positives} | {p.vacancy_id for p in data.preferences}
    if len(asked) < 2:
        raise InputError(
            "at least two vacancies with a positive are needed, one to learn from and one to validate on, not "
            f"{len(asked)}"
        )
    if judged:
        asked |= {p.vacancy_id for p in (*data.rejects, *data.pool)}
    n = min(max(1, round(share * len(asked))), len(asked) - 1)
    kept = set(sorted(asked, key=lambda i: tie_key(str(seed), i))[:n])

    def part(inside: bool, split: Split) -> TrainingSet:
        lists: Any = {name: [p for p in getattr(data, name) if (p.vacancy_id in kept) == inside] for name in _LISTS}
        return replace(data, split=split, **lists)

    return part(False, "train"), part(True, "validation")


def unlabelled_pairs(data: TrainingSet, per_positive: int, seed: int) -> list[Pair]:
    """Return pairs of grade 0 that nobody labelled, drawn at random: so many tries for each positive's vacancy.

    Never a pair that the data judge, nor one twice, so that there may be fewer. To learn them as negatives is a guess:
    most people suit few vacancies, but nobody turned these down.
    """
    if not per_positive:
        return []
    known = {pair[:2] for pair in (*data.positives, *data.rejects, *data.pool)}
    people = sorted(i for i, text in data.candidates.items() if text.strip())
    random = np.random.default_rng(seed)
    drawn: dict[tuple[str, str], Pair] = {}
    for positive in data.positives:
        for n in random.integers(len(people), size=per_positive).tolist():
            pair = Pair(people[n], positive.vacancy_id, 0)
            if pair[:2] not in known:
                drawn[pair[:2]] = pair
    return list(drawn.values())


def copied(name: str, id_: str) -> str:
    """Return the id of an augmented copy: ``aug:<name>:<id>``."""
    return f"{_COPY}{name}:{id_}"


def is_augmented(id_: str) -> bool:
    return id_.startswith(_COPY)


def original_of(id_: str) -> str:
    """Return the id of the text that ``id_`` is a copy of; an id of no copy is its own original.

    >>> original_of("aug:eda:c7"), original_of("c7")
    ('c7', 'c7')
    """
    return id_[len(_COPY) :].partition(":")[2] if is_augmented(id_) else id_


def refuse_augmented(ids: Iterable[str], where: str) -> None:
    """Raise LeakageError where an id is that of a copy; ``where`` says where they were found: ``validation``."""
    if copies := {id_ for id_ in ids if is_augmented(id_)}:
        raise LeakageError(
            f"{where}: {len(copies)} ids are augmented copies ({named(copies)}); they belong into training alone. "
            "Hold out first, augment the rest afterwards"
        )
