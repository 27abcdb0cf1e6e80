"""Real CVs read by a person: what each states, by digest and span. The texts are not in the repository.

``candidates.jsonl`` holds one annotation a line (adverts: :mod:`adverts`). ``load()`` puts each beside its text, which
jobfit reads from the development data (``JOBFIT_SHARED_DATA``, or ``../shared/data``), and refuses a text that is not
the one annotated. A ``source`` is ``folder/file`` (one text a file), ``folder/file#row`` (rows count from 1) or
``it-resumes/<_id>``. Spans are characters [start, end) of the text, as jobfit's own.

How the annotations are meant:
    part        when the text was annotated and what for (:class:`Part`).
    title       spans any of which names the person's latest job ; none where the text has none.
    positions   every line of a history, in the order of the text; ``work`` is false for studies, projects, clubs.
    months      work as the union of its intervals, open ends taken to 2026-01-01, give or take ``tolerance`` months
                where dates name years only; a stated total where there are no dates; none where it cannot be told.
    education   the highest level *held* and where it is stated; ``studying`` is a level in progress.
    skills      each hard skill, tool or technology once, at one mention (the same words elsewhere are as good); soft
                skills and bare tasks are not annotated.
    covered     the characters in which the skills are complete; none means the whole text.
    not_skills  words that look like a skill and are none here.
    languages   a level only where the text states a CEFR level or a first language, not for "fluent" or "basic".
"""

import json
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

from jobfit.artifacts import read_text, sha256_of
from jobfit.errors import InputError, Rejection
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.readers import read_raw
from jobfit.records import EducationLevel, Kind, LanguageLevel

HERE = Path(__file__).resolve().parent
FILE = HERE / "candidates.jsonl"
ROWS = {  # the table in which an id of a folder is found
    ("it-resumes", Kind.CANDIDATE): "it-resumes/candidates_for_vacancy/corpus.jsonl",
    ("it-resumes", Kind.VACANCY): "it-resumes/candidates_for_vacancy/queries.jsonl",
}
DATE = re.compile(r"[12]\d{3}(-(0[1-9]|1[0-2]))?")


class AnnotationError(InputError):
    """An annotation that is not well formed, or whose text is not the one that was annotated."""


class Part(StrEnum):
    """What rules could be made on: of ``once`` only the figures, when there were no more rules to make."""

    EARLIER = "earlier"
    DEVELOPMENT = "development"
    ONCE = "once"


class Polarity(StrEnum):
    """What a CV says about a skill."""

    HAS = "has"
    HAS_NOT = "has_not"
    WANTS = "wants"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words of ``text`` here."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Position:
    """One line of a history: dates are ``YYYY``, ``YYYY-MM`` or, for an end, ``present``; none where not stated."""

    title: Span | None
    start: str | None
    end: str | None
    work: bool


@dataclass(frozen=True, slots=True)
class Education:
    """A level and where it is stated."""

    level: EducationLevel
    span: Span


@dataclass(frozen=True, slots=True)
class Skill:
    """A hard skill under its usual lower-case name."""

    name: str
    span: Span
    polarity: Polarity


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its ISO 639-1 code, with the level that the text states."""

    code: str
    level: LanguageLevel | None
    span: Span


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one CV states."""

    source: str
    sha256: str
    kind: Kind
    part: Part
    title: tuple[Span, ...]
    positions: tuple[Position, ...]
    months: int | None
    tolerance: int
    education: Education | None
    studying: Education | None
    skills: tuple[Skill, ...]
    covered: Span | None
    not_skills: tuple[Span, ...]
    languages: tuple[Language, ...]
    certificates: tuple[Span, ...]
    location: tuple[Span, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Every span of the annotation."""
        levels = [each.span for each in (self.education, self.studying) if each]
        facts: Sequence[Skill | Language] = (*self.skills, *self.languages)
        places = (*self.title, *self.not_skills, *self.certificates, *self.location, *levels)
        titles = tuple(each.title for each in self.positions if each.title)
        return (*places, *titles, *(fact.span for fact in facts), *((self.covered,) if self.covered else ()))


def data_folder(folder: Path | None = None) -> Path:
    """``folder``, else what JOBFIT_SHARED_DATA names, else ``../shared/data`` beside the checkout."""
    chosen = folder or Path(os.environ.get("JOBFIT_SHARED_DATA") or HERE.parents[2] / "shared" / "data")
    if not chosen.is_dir():
        raise AnnotationError(f"the annotated texts are not here ({chosen}); set JOBFIT_SHARED_DATA to their folder")
    return chosen


class Annotated(Protocol):
    """What :func:`beside_texts` needs to know of an annotation."""

    @property
    def source(self) -> str:
        """Where the text is."""
        ...

    @property
    def sha256(self) -> str:
        """The text's digest."""
        ...


A = TypeVar("A", bound=Annotated)


def load(
    folder: Path | None = None, path: Path = FILE, parts: Collection[Part] = tuple(Part)
) -> Iterator[tuple[str, Annotation]]:
    """Yield (text, annotation) for every line of ``path`` in ``parts``.

    Raises:
        AnnotationError: no data, a line that is not an annotation, a text that is missing or is another one.
    """
    return beside_texts([each for each in read_annotations(path) if each.part in parts], Kind.CANDIDATE, folder)


def beside_texts(annotations: Sequence[A], kind: Kind, folder: Path | None = None) -> Iterator[tuple[str, A]]:
    """Yield (text, annotation) for each; AnnotationError where the text is missing or is another one."""
    texts = read_texts([each.source for each in annotations], kind, data_folder(folder))
    for each in annotations:
        if (found := sha256_of(texts[each.source])) != each.sha256:
            read = f"jobfit reads another text there than was annotated (SHA-256 {found[:12]}, not {each.sha256[:12]})"
            raise AnnotationError(f"{each.source}: {read}; its spans need a new look")
        yield texts[each.source], each


def read_annotations(path: Path) -> tuple[Annotation, ...]:
    """The annotations of a file, in order; AnnotationError names the line that is not one."""
    return read_lines(path, parse)


def read_lines(path: Path, parse: Callable[[Mapping[str, Any]], A]) -> tuple[A, ...]:
    """Parse every line of a file; AnnotationError names the line that cannot be."""
    annotations = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        try:
            annotations.append(parse(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise AnnotationError(f"{path.name}, line {number}: {type(error).__name__}: {error}") from error
    return tuple(annotations)


def read_texts(sources: Sequence[str], kind: Kind, folder: Path) -> dict[str, str]:
    """The text of each source, as jobfit reads it (before masking)."""
    places = {source: _place(source, kind) for source in sources}
    files = [folder / file for file in sorted({file for file, _ in places.values()})]
    found: dict[tuple[str, str | int | None], str] = {}
    if missing := [file for file in files if not file.is_file()]:
        raise AnnotationError(f"{missing[0]} is not here")
    with ParserPool(workers=1) as pool:
        for result in read_raw(files, pool, kind):
            if isinstance(result, Rejection):
                continue
            file = Path(result.source.path).relative_to(folder.resolve()).as_posix()
            found |= dict.fromkeys([(file, result.id), (file, result.source.row)], result.raw.text)
    if lost := [source for source, place in places.items() if place not in found]:
        raise AnnotationError(f"{lost[0]}: jobfit reads no such text in {folder / places[lost[0]][0]}")
    return {source: found[place] for source, place in places.items()}


def _place(source: str, kind: Kind) -> tuple[str, str | int | None]:
    folder, _, rest = source.partition("/")
    if (folder, kind) in ROWS:
        return ROWS[folder, kind], rest
    file, _, row = source.partition("#")
    return file, int(row) if row else None


def parse(line: Mapping[str, Any]) -> Annotation:
    """One line of the file; what a line leaves out is absent in the text."""
    if unknown := set(line) - set(Annotation.__dataclass_fields__):
        raise ValueError(f"unknown field {sorted(unknown)[0]!r}")
    return Annotation(
        source=line["source"],
        sha256=line["sha256"],
        kind=Kind(line["kind"]),
        part=Part(line.get("part", Part.EARLIER)),
        title=_spans(line, "title"),
        positions=tuple(_position(**each) for each in line.get("positions", ())),
        months=line.get("months"),
        tolerance=line.get("tolerance", 0),
        education=_education(line.get("education")),
        studying=_education(line.get("studying")),
        skills=tuple(_skill(**each) for each in line.get("skills", ())),
        covered=Span(*line["covered"]) if line.get("covered") else None,
        not_skills=_spans(line, "not_skills"),
        languages=tuple(_language(**each) for each in line.get("languages", ())),
        certificates=_spans(line, "certificates"),
        location=_spans(line, "location"),
    )


def _spans(line: Mapping[str, Any], field: str) -> tuple[Span, ...]:
    return tuple(Span(*each) for each in line.get(field) or ())


def _position(title: list[int] | None, start: str | None, end: str | None, work: bool) -> Position:
    for date in (start, None if end == "present" else end):
        if date is not None and not DATE.fullmatch(date):
            raise ValueError(f"{date!r} is neither YYYY nor YYYY-MM")
    return Position(Span(*title) if title else None, start, end, work)


def _education(given: Mapping[str, Any] | None) -> Education | None:
    return Education(EducationLevel[given["level"]], Span(*given["span"])) if given else None


def _skill(name: str, span: list[int], polarity: str) -> Skill:
    return Skill(name, Span(*span), Polarity(polarity))


def _language(code: str, span: list[int], level: str | None = None) -> Language:
    return Language(code, LanguageLevel[level] if level else None, Span(*span))
