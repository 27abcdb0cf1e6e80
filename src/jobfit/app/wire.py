"""The base of all requests and results, the fields that many requests share, and what a use case says as it works."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

BACKBONE = "all-MiniLM-L6-v2"  # what is trained further, and what links titles
AUTO = "auto"  # what compares texts: jobfit.encoders.loading.default_encoder


class Request(BaseModel):
    """What a use case is asked for. A field that is a request itself is a group of options that belong together."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    prefix: ClassVar[str] = ""  # goes before the names of a group's fields where they stand beside others
    title: ClassVar[str | None] = None  # its heading


class Result(BaseModel):
    """What came out: the object that ``--json`` prints, and what is shown to people is made from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def of(cls, value: object, **more: Any) -> Self:
        """Return the result with the fields that an object of the library has as well, and ``more``, which go first."""
        shared = {name: getattr(value, name) for name in cls.model_fields if hasattr(value, name)}
        return cls.model_validate(shared | more, from_attributes=True)


class Problem(Result):
    type: str
    message: str


class Failure(Result):
    """What any command prints with ``--json`` when it fails."""

    error: Problem


class Progress:
    """What a use case tells while it works. This one keeps quiet; a face overrides what it shows."""

    def step(self, what: str, done: int, total: int) -> None:
        """``done`` of ``total`` parts of this piece of work are done; a total of 0 is not known."""

    def note(self, text: str) -> None:
        """Something that the user should know now: what was left out, or a model that fits something else."""

    def of(self, what: str) -> Callable[[int, int], None]:
        """Return ``step`` for one piece of work, as functions of the library call it."""
        return lambda done, total: self.step(what, done, total)


quiet = Progress()

Model = Annotated[
    str,
    Field(
        description="auto (jobfit: two encoders in one, offline), an encoder that `jobfit encoders` lists, hashing, a "
        "sentence-transformers hub name, or a folder."
    ),
]
Tenant = Annotated[str, Field(description="Whose records these are; tenants never see each other.")]
K = Annotated[int, Field(ge=1, description="How many to return.")]
Seed = Annotated[int, Field(description="Seed of everything random.")]
Mask = Annotated[bool, Field(description="Mask personal data before anything reads the texts.")]
Fast = Annotated[
    bool,
    Field(
        description="Of long texts encode the titles alone, 3 % of real CVs and adverts; words and skills count too."
    ),
]
Out = Annotated[Path, Field(description="Where to write.")]
Today = Annotated[date, Field(description="The date 'present' means.")]
Hyre = Annotated[
    Path | None,
    Field(description="A file of `jobfit hyre`: what the encoder, and it alone, reads beside each vacancy."),
]
