"""The fields that are asked for, and of which sections: all that an order hidden in a section could change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from jobfit.llm.prompt import Data, Prompt
from jobfit.records import Kind
from jobfit.structure.sections import heading_lines, split_sections, vacancy_sections


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
    Kind.CANDIDATE: (
        Field.TITLE,
        Field.PREVIOUS_TITLES,
        Field.EDUCATION,
        Field.SKILLS,
        Field.COMPANIES,
        Field.SECTORS,
        Field.LANGUAGES,
    ),
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


def parts_of(text: str, language: str | None, kind: Kind, longest: int = 4000) -> tuple[Part, ...]:
    """Return the parts of ``text`` that are asked about, in order; they do not overlap.

    A section of more than ``longest`` characters is cut at blank lines, else at line breaks, else where it must be.
    Sections that hold nothing of :data:`FIELDS` are left out. A text without headings, and a long head (more than 800
    characters before the first heading), is asked for every field.

    A line that looks like a heading always begins a part, even where the rules take it for a label inside of a section:
    those rules count how often it occurs, and whoever repeats a heading must not bring their words into one request
    with those below it.

    >>> [(p.section, [f.value for f in p.fields]) for p in parts_of("Ann\\nSKILLS\\nJava", "en", Kind.CANDIDATE)]
    [('header', ['title', 'skills', 'languages']), ('skills', ['skills'])]
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
            fields = tuple(f for f in FIELDS[kind] if f in base or f in _ASKED[kind].get(label, ()))
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
    """A value and the words of the text that state it."""

    model_config = _CLOSED
    quote: str
    value: str


class LanguageItem(Item):
    """A language by its name, and the CEFR level (or ``native``) where the text states one."""

    level: str | None


@lru_cache(maxsize=64)
def answer_shape(fields: tuple[Field, ...]) -> type[BaseModel]:
    """Return the shape of an answer about ``fields``: ``{field: [{"quote": ..., "value": ...}, ...], ...}``."""
    definitions: dict[str, Any] = {
        field.value: (list[LanguageItem] if field is Field.LANGUAGES else list[Item], ...) for field in fields
    }
    return create_model("Fields", __config__=_CLOSED, **definitions)


_ENGLISH = {
    "cv": "You read one section of a CV and copy facts from it.",
    "vacancy": "You read one section of a job vacancy and copy facts from it.",
    "rules": "Answer with a JSON object that has exactly these keys, each with a list (empty where the section states "
    'nothing). Each item has two keys. "quote": the words of the section that state it, copied without any '
    'change, at most one line. "value": the keyword itself, a run of words copied from that quote. Do not '
    "translate, do not shorten a title, do not conclude what is not written, leave out what is denied or only wished "
    "for.",
}
_FRENCH = {
    "cv": "Tu lis une section d'un CV et tu en recopies des faits.",
    "vacancy": "Tu lis une section d'une offre d'emploi et tu en recopies des faits.",
    "rules": "Réponds par un objet JSON qui a exactement ces clés, chacune avec une liste (vide si la section ne dit "
    'rien). Chaque élément a deux clés. "quote" : les mots de la section qui l\'énoncent, recopiés sans aucun '
    'changement, une ligne au plus. "value" : le mot-clé lui-même, une suite de mots recopiée de cette citation. Ne '
    "traduis pas, n'abrège pas un intitulé, ne déduis rien qui ne soit écrit, laisse de côté ce qui est nié ou "
    "seulement souhaité.",
}
_FIELDS_EN: dict[tuple[Kind | None, Field], str] = {
    (Kind.CANDIDATE, Field.TITLE): "the person's present job title",
    (Kind.CANDIDATE, Field.PREVIOUS_TITLES): "job titles held before",
    (Kind.CANDIDATE, Field.SKILLS): "skills, tools, methods and certificates that the person has",
    (Kind.VACANCY, Field.TITLE): "the title of the open position",
    (Kind.VACANCY, Field.SKILLS): "skills, tools and methods that the work needs",
    (None, Field.EDUCATION): "diplomas obtained, with their subject",
    (None, Field.COMPANIES): "employers",
    (None, Field.SECTORS): "sectors of activity of these employers, where the text names them",
    (None, Field.LANGUAGES): 'human languages; a third key "level" holds A1, A2, B1, B2, C1, C2 or native where the '
    "quote states the level, else null",
    (None, Field.MUST): "what is required",
    (None, Field.NICE): "what is welcome but not required",
    (None, Field.CONDITIONS): "conditions of work: contract, hours, place, pay, remote work",
}
_FIELDS_FR: dict[tuple[Kind | None, Field], str] = {
    (Kind.CANDIDATE, Field.TITLE): "l'intitulé du poste actuel de la personne",
    (Kind.CANDIDATE, Field.PREVIOUS_TITLES): "les intitulés des postes précédents",
    (Kind.CANDIDATE, Field.SKILLS): "les compétences, outils, méthodes et certificats que la personne possède",
    (Kind.VACANCY, Field.TITLE): "l'intitulé du poste à pourvoir",
    (Kind.VACANCY, Field.SKILLS): "les compétences, outils et méthodes nécessaires au travail",
    (None, Field.EDUCATION): "les diplômes obtenus, avec leur domaine",
    (None, Field.COMPANIES): "les employeurs",
    (None, Field.SECTORS): "les secteurs d'activité de ces employeurs, si le texte les nomme",
    (None, Field.LANGUAGES): 'les langues ; une troisième clé "level" vaut A1, A2, B1, B2, C1, C2 ou native si la '
    "citation énonce le niveau, sinon null",
    (None, Field.MUST): "ce qui est exigé",
    (None, Field.NICE): "ce qui est apprécié sans être exigé",
    (None, Field.CONDITIONS): "les conditions de travail : contrat, horaires, lieu, salaire, télétravail",
}


def section_prompt(kind: Kind, language: str | None, fields: tuple[Field, ...], text: str) -> Prompt:
    """Return the prompt about one section: French instructions where ``language`` is ``fr``, else English."""
    words, meanings = (_FRENCH, _FIELDS_FR) if language == "fr" else (_ENGLISH, _FIELDS_EN)
    label = "cv" if kind is Kind.CANDIDATE else "vacancy"
    lines = (f'- "{field.value}": {meanings.get((kind, field)) or meanings[None, field]}' for field in fields)
    return Prompt("\n".join((words[label], words["rules"], *lines)), (Data(label, text),))
