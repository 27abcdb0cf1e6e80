"""The fields that are asked for, and of which sections: all that an order hidden in a section could change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from jobfit.folding import fold
from jobfit.lexicon import current
from jobfit.llm.prompt import Data, Prompt
from jobfit.records import Kind
from jobfit.structure.languages import mentions
from jobfit.structure.sections import heading_lines, split_sections, vacancy_sections
from jobfit.structure.spans import line_around


class Field(StrEnum):
    """What is read. ``title`` is the present title of a person or the title of a vacancy."""

    TITLE = "title"
    PREVIOUS_TITLES = "previous_titles"
    EDUCATION = "education"
    SKILLS = "skills"
    COMPANIES = "companies"
    SECTORS = "sectors"
    LANGUAGES = "languages"
    MUST = "must"
    NICE = "nice"
    CONDITIONS = "conditions"


FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.CANDIDATE: tuple(Field)[:-3],  # all but must, nice, conditions
    Kind.VACANCY: (Field.TITLE, Field.MUST, Field.NICE, Field.CONDITIONS, Field.SKILLS),
}

_HEADER = (Field.TITLE, Field.SKILLS, Field.LANGUAGES)
_EXPERIENCE = (Field.TITLE, Field.PREVIOUS_TITLES, Field.COMPANIES, Field.SECTORS, Field.SKILLS)
_ASKED: dict[Kind, dict[str, tuple[Field, ...]]] = {
    # Not asked, and not sent: interests, references, personal, preferences, publications.
    Kind.CANDIDATE: {
        "header": _HEADER,
        "summary": _HEADER,
        "experience": _EXPERIENCE,
        "education": (Field.EDUCATION,),
        "skills": (Field.SKILLS,),
        "languages": (Field.LANGUAGES,),
        "certifications": (Field.EDUCATION, Field.SKILLS),
        "projects": (Field.SKILLS,),
        "volunteering": (Field.PREVIOUS_TITLES, Field.COMPANIES, Field.SKILLS),
        "other": (Field.SKILLS, Field.LANGUAGES),
    },
    # Not sent: company, application.
    Kind.VACANCY: {
        "header": (Field.TITLE, Field.CONDITIONS, Field.SKILLS),
        "summary": (Field.TITLE, Field.SKILLS),
        "description": (Field.TITLE, Field.CONDITIONS, Field.SKILLS),
        "responsibilities": (Field.SKILLS,),
        "experience": (Field.MUST, Field.NICE, Field.SKILLS),
        "education": (Field.MUST, Field.NICE),
        "skills": (Field.MUST, Field.NICE, Field.SKILLS),
        "languages": (Field.MUST, Field.NICE),
        "certifications": (Field.MUST, Field.NICE),
        "requirements": (Field.MUST, Field.NICE, Field.SKILLS),
        "profile": (Field.MUST, Field.NICE, Field.SKILLS),
        "nice_to_have": (Field.NICE, Field.SKILLS),
        "offer": (Field.CONDITIONS,),
        "preferences": (Field.CONDITIONS,),
        "other": (Field.MUST, Field.NICE, Field.CONDITIONS, Field.SKILLS),
    },
}
_LONG_HEADER = 800  # characters: more than a name, a title and a motto, so headings were missed


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of one section: ``text[start:end]``, and the fields that are asked of it."""

    section: str
    start: int
    end: int
    fields: tuple[Field, ...]


def parts_of(text: str, kind: Kind, longest: int = 4000) -> tuple[Part, ...]:
    """Return the parts of ``text`` that are asked about, in order; they do not overlap.

    A section of more than ``longest`` characters is cut at blank lines, else at line breaks, else where it must be.
    Sections that hold nothing of :data:`FIELDS` are left out, and so are headings with nothing below them; "languages"
    that name none that people speak are asked for skills. A text without headings, and a long head (more than 800
    characters before the first heading), is asked for every field.

    A line that looks like a heading always begins a part, even where the rules take it for a label inside of a section:
    those rules count how often it occurs, and whoever repeats a heading must not bring their words into one request
    with those below it.
    """
    candidate = kind is Kind.CANDIDATE
    sections = split_sections(text, kind) if candidate else vacancy_sections(text)
    lines = heading_lines(text, kind)
    parts: list[Part] = []
    for section in sections:
        whole = section.kind == "header" and (len(sections) == 1 or section.end - section.start > _LONG_HEADER)
        base = FIELDS[kind] if whole else _ASKED[kind].get(section.kind, ())
        cuts = [(section.start, ""), *(cut for cut in lines if section.start < cut[0] < section.end), (section.end, "")]
        for (start, label), (end, _) in pairwise(cuts):
            body = section.body if start == section.start else line_around(text, start)[1]
            if not any(map(str.isalnum, text[body:end])):
                continue  # a heading and nothing below it
            fields = tuple(f for f in FIELDS[kind] if f in base or f in _ASKED[kind].get(label, ()))
            if fields == (Field.LANGUAGES,) and not any(mentions(fold(text[body:end]))):
                fields = (Field.SKILLS,)  # "Languages: Python, Java"
            if fields:
                parts += [Part(section.kind, *piece, fields) for piece in _pieces(text, start, end, longest)]
    return tuple(parts)


def _pieces(text: str, start: int, end: int, longest: int) -> list[tuple[int, int]]:
    pieces = []
    while start < end:
        stop = min(end, start + longest)
        if stop < end:
            cuts = [text.rfind(mark, start + longest // 4, stop) for mark in ("\n\n", "\n", " ")]
            stop = next((cut for cut in cuts if cut > start), stop - 1) + 1
        if any(character.isalnum() for character in text[start:stop]):
            pieces.append((start, stop))
        start = stop
    return pieces


# The schema forbids further keys. One that comes all the same is counted and dropped: refusing the whole answer for it
# would let an order in a section silence that section.
_CLOSED = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": False})


class Item(BaseModel):
    model_config = _CLOSED
    quote: str
    value: str


class LanguageItem(Item):
    level: str | None


@lru_cache(maxsize=64)
def answer_shape(fields: tuple[Field, ...]) -> type[BaseModel]:
    """Return the shape of an answer about ``fields``: ``{field: [{"quote": ..., "value": ...}, ...], ...}``."""
    definitions: dict[str, Any] = {
        field.value: (list[LanguageItem] if field is Field.LANGUAGES else list[Item], ...) for field in fields
    }
    return create_model("Fields", __config__=_CLOSED, **definitions)


def section_prompt(kind: Kind, language: str | None, fields: tuple[Field, ...], text: str) -> Prompt:
    """Return the prompt about one section, in ``language`` where the lexicon has its words, else in English."""
    words = current().texts(language, "llm")
    label = "cv" if kind is Kind.CANDIDATE else "vacancy"
    lines = (f'- "{field.value}": {words.get(f"{kind.value}_{field.value}") or words[field.value]}' for field in fields)
    return Prompt("\n".join((words[label], words["rules"], *lines)), (Data(label, text),))
