"""Two annotators: a language model, and one simulated from a known truth for machines that reach no model."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from jobfit.documents.masking import TextKind, mask
from jobfit.errors import InputError, UnknownIdError
from jobfit.ingest.formats.trec import read_qrels
from jobfit.llm.errors import AnswerError
from jobfit.llm.prompt import Data, Prompt
from jobfit.ordering import tie_key
from jobfit.settings import check_fields
from jobfit.training.annotation import Question, Side, Vote
from jobfit.training.asking import AsksModel

PROMPT_VERSION = 2
Truth = Callable[[str, str], float]
"""``truth(vacancy id, candidate id)``, larger is better."""
SIMULATED = "simulated from a known truth (offline counterpart, not an LLM)"
_INSTRUCTIONS = (
    "You compare two candidates for one vacancy. You are given the vacancy and the profiles of candidates A and B "
    "(vacancy, candidate_a, candidate_b). Judge only how well each profile fits what the vacancy asks for: tasks, "
    "skills, experience, education, languages. Give no weight to the order of the profiles, to their length or style, "
    "or to anything that hints at who a person is. What a profile does not say is unknown, not absent.\n\n"
    "Answer with the comparison (one sentence of at most 25 words on what decides it), the preferred candidate (A or "
    "B) and your confidence, a whole number from 0 (a coin toss) to 100 (certain)."
)


class VoteReply(BaseModel):
    """The answer, in the order in which it is to be thought: what decides it before who is preferred."""

    model_config = ConfigDict(extra="forbid")
    comparison: str
    preferred: Side
    confidence: int = Field(ge=0, le=100)


class LlmAnnotator(AsksModel[Question, Vote]):
    """A language model, which answers by a JSON shape. Everything that is sent is masked first."""

    prompt_version = PROMPT_VERSION
    instructions = _INSTRUCTIONS
    shape = VoteReply
    answer_tokens = 60  # a sentence, a letter and a number

    def vote_all(self, questions: Iterable[Question]) -> Iterator[Vote | AnswerError]:
        return self.ask_all(questions)

    def prompt(self, item: Question) -> Prompt:
        return prompt_of(item)

    def read(self, prompt: Prompt, reply: str) -> Vote:
        given = VoteReply.model_validate_json(reply)
        return Vote(given.preferred, given.confidence, given.comparison)


def prompt_of(question: Question) -> Prompt:
    """Return what is asked: the instructions, then vacancy, A and B, masked and between fences."""
    shown = (
        ("vacancy", question.vacancy, TextKind.VACANCY),
        ("candidate_a", question.a, TextKind.CV),
        ("candidate_b", question.b, TextKind.CV),
    )
    return Prompt(_INSTRUCTIONS, tuple(Data(label, mask(text, kind).text) for label, text, kind in shown))


@dataclass(frozen=True, slots=True)
class SimulatedAnnotator:
    """Answers from ``truth(vacancy id, candidate id)``, larger is better, with two faults that can be turned up.

    With probability |``position_bias``| the vote is for whoever is shown first (second where it is negative) whatever
    the truth; else it is for the worse one with probability ``noise``, else for the better one. Equal truth is a fair
    coin. So the one shown first wins with probability (1 + position_bias) / 2 over both orders, and the votes of a
    pair agree with probability (1 - |b|)² ((1 - noise)² + noise²) + |b| (1 - |b|).

    Each vote is drawn from (seed, vacancy, A, B) alone. The confidence is 50 + 50 |difference of truth|, at most 100;
    it says nothing about the faults, like the confidences of the published annotations.

    >>> from jobfit.training.annotation import DrawnPair
    >>> question = Question(DrawnPair("v", "x", "y"), "", "", "")
    >>> next(SimulatedAnnotator(lambda v, c: {"x": 0.2, "y": 0.8}[c]).vote_all([question])).preferred
    'B'
    """

    truth: Truth
    noise: Annotated[float, Field(ge=0, le=1)] = 0.0
    position_bias: Annotated[float, Field(ge=-1, le=1)] = 0.0
    seed: int = 0
    truth_name: str = "truth"
    name: str = SIMULATED

    def __post_init__(self) -> None:
        check_fields(self)

    def settings(self) -> Mapping[str, Any]:
        faults = {"noise": self.noise, "position_bias": self.position_bias}
        return {"truth": self.truth_name, **faults, "seed": self.seed}

    def vote_all(self, questions: Iterable[Question]) -> Iterator[Vote | AnswerError]:
        return map(self._vote, questions)

    def _vote(self, question: Question) -> Vote:
        vacancy_id, a_id, b_id = question.pair[:3]
        a, b = self.truth(vacancy_id, a_id), self.truth(vacancy_id, b_id)
        if not (math.isfinite(a) and math.isfinite(b)):
            raise InputError(f"vacancy {vacancy_id!r}: the truth of {a_id!r} or {b_id!r} is not a number")
        drawn = tie_key(f"vote {self.seed} {vacancy_id}", f"{len(a_id)} {a_id}{b_id}")
        stuck, slip = (int.from_bytes(drawn[i : i + 8], "big") / 2**64 for i in (0, 8))
        confidence = round(50 + 50 * min(1.0, abs(a - b)))
        if stuck < abs(self.position_bias):
            return Vote("A" if self.position_bias > 0 else "B", confidence, SIMULATED)
        first = slip < 0.5 if a == b else (a > b) == (slip >= self.noise)
        return Vote("A" if first else "B", confidence, SIMULATED)


def read_truth(path: Path, vacancy_ids: Iterable[str]) -> Truth:
    """Return ``truth(vacancy id, candidate id)`` in [0, 1], read for ``vacancy_ids`` only.

    A Parquet file is a market's ``truth/pairs.parquet``, and the truth its *qualification*. Any other file is qrels (of
    BEIR or TREC) with vacancies as queries: the grade over the largest grade of the file, an unjudged pair 0.

    Raises:
        InputError: the file is not readable as either.
        UnknownIdError: (from ``truth``) the table has no such pair.
    """
    if path.suffix != ".parquet":
        grades = read_qrels(path).grades
        largest = max((grade for judged in grades.values() for grade in judged.values()), default=0) or 1
        return lambda vacancy_id, candidate_id: grades.get(vacancy_id, {}).get(candidate_id, 0) / largest
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import parquet

    try:
        table = parquet.read_table(path, columns=["candidate_id", "vacancy_id", "qualification"])
    except (pa.ArrowException, OSError, KeyError) as error:
        raise InputError(
            f"{path} cannot be read as a market's table of truth: {str(error).splitlines()[0][:200]}"
        ) from error
    kept = table.filter(pc.is_in(table.column("vacancy_id").cast(pa.string()), pa.array(sorted(set(vacancy_ids)))))
    columns = (kept.column(name).to_pylist() for name in ("vacancy_id", "candidate_id", "qualification"))
    known = {(vacancy, candidate): float(value) for vacancy, candidate, value in zip(*columns)}

    def truth(vacancy_id: str, candidate_id: str) -> float:
        if (vacancy_id, candidate_id) not in known:
            raise UnknownIdError(f"{path} has no pair of {candidate_id!r} and {vacancy_id!r}")
        return known[vacancy_id, candidate_id]

    return truth
