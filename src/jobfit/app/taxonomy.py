"""Import ESCO; ask a taxonomy about its terms, compare them, and find them in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from jobfit.app.wire import BACKBONE, K, Model, Progress, Request, Result, quiet
from jobfit.errors import InputError
from jobfit.records import Candidate, Evidence, Importance, Kind, Record, Vacancy
from jobfit.taxonomy import gap as library
from jobfit.taxonomy import stored
from jobfit.taxonomy.compact import LANGUAGES, load_compact
from jobfit.taxonomy.graph import TaxonomyGraph, Term, find_term, kind_of
from jobfit.taxonomy.stored import Manifest

if TYPE_CHECKING:
    from jobfit.taxonomy.linking.linker import Linker

Name = Annotated[str, Field(description="compact, an imported taxonomy, or a folder of ESCO CSV files.")]
Language = Annotated[str, Field(description="Of the labels shown; English where a term has none in it.")]


class ImportRequest(Request):
    folder: Path = Field(description="Folder of ESCO's CSV files, any languages.")
    name: str | None = Field(None, description="What to call it. Default: the name of the folder.")


def import_taxonomy(request: ImportRequest, progress: Progress = quiet) -> Manifest:
    """Read ESCO's CSV files and keep them; print what became of every row."""
    from jobfit.taxonomy.esco.importing import import_folder

    folder_name = re.sub(r"[^a-z0-9._]+", "-", request.folder.resolve().name.lower()).strip("-._")
    name = stored.check_name(request.name or folder_name)
    return stored.save_taxonomy(import_folder(request.folder, name), name)


class Listed(Result):
    name: str
    version: str
    languages: tuple[str, ...]
    counts: dict[str, int]


class Listing(Result):
    taxonomies: tuple[Listed, ...]


def list_taxonomies(request: Request, progress: Progress = quiet) -> Listing:
    """List the taxonomies: the compact one and those that were imported."""
    compact = load_compact()
    first = Listed.of(compact, name=stored.COMPACT, languages=LANGUAGES, counts=stored.counts(compact))
    imported = (Listed.of(one, languages=tuple(one.languages)) for one in stored.list_taxonomies())
    return Listing(taxonomies=(first, *imported))


class TermRequest(Request):
    term: str = Field(description="Id, code, or a whole label in any language.")
    taxonomy: Name = "compact"
    language: Language = "en"


class Brief(Result):
    id: str
    kind: Literal["skill", "occupation", "group"]
    label: str


class Shown(Brief):
    """All that a taxonomy says of a term; what its kind does not have is ``null``."""

    taxonomy: str
    labels: dict[str, tuple[str, ...]]
    code: str | None
    isco: str | None
    sector: str | None
    reuse: str | None
    transversal: bool | None
    description: str | None
    broader: tuple[Brief, ...]
    narrower: tuple[Brief, ...]


def show(request: TermRequest, progress: Progress = quiet) -> Shown:
    """Show one term: its labels, its code, what is broader and narrower, how many links it has."""
    asked = _Asked(request.taxonomy, request.language)
    term = asked.term(request.term)
    lacking = {name: None for name in ("code", "isco", "sector", "reuse", "transversal") if not hasattr(term, name)}
    return Shown.of(
        term, **lacking, **asked.brief(term).model_dump(), taxonomy=asked.version,
        broader=asked.briefs(term.broader), narrower=asked.briefs(asked.graph.narrower(term.id)),
    )  # fmt: skip


class Needs(Result):
    taxonomy: str
    term: Brief
    essential: tuple[Brief, ...]
    optional: tuple[Brief, ...]


def skills(request: TermRequest, progress: Progress = quiet) -> Needs:
    """List the skills that an occupation (or a skill) needs: essential, then optional."""
    return _needs(request, "skills_of")


def occupations(request: TermRequest, progress: Progress = quiet) -> Needs:
    """List the occupations that need a skill: those for which it is essential, then optional."""
    return _needs(request, "occupations_of")


def _needs(request: TermRequest, direction: str) -> Needs:
    asked = _Asked(request.taxonomy, request.language)
    term = asked.term(request.term)
    needs = getattr(asked.graph, direction)(term.id)
    return Needs(
        taxonomy=asked.version, term=asked.brief(term),
        essential=asked.briefs(needs.essential), optional=asked.briefs(needs.optional),
    )  # fmt: skip


class DistanceRequest(Request):
    a: str = Field(description="Id, code, or a whole label in any language.")
    b: str = Field(description="The other one.")
    taxonomy: Name = "compact"
    language: Language = "en"


class Distance(Result):
    """How far two terms are apart.

    ``steps`` in the hierarchy ``via`` the term above both and their ``closeness`` (Wu-Palmer), ``null`` where nothing
    is above both; ``similarity``: cosine of their links, ``null`` for a group.
    """

    taxonomy: str
    a: Brief
    b: Brief
    steps: int | None
    via: Brief | None
    closeness: float | None
    similarity: float | None


def distance(request: DistanceRequest, progress: Progress = quiet) -> Distance:
    """Measure two skills or two occupations: steps in the hierarchy, closeness, and shared skills or occupations."""
    asked = _Asked(request.taxonomy, request.language)
    graph, a, b = asked.graph, asked.term(request.a), asked.term(request.b)
    path = graph.distance(a.id, b.id)
    linked = not any(term.id in graph.taxonomy.groups for term in (a, b))
    return Distance(
        taxonomy=asked.version, a=asked.brief(a), b=asked.brief(b),
        steps=path.steps if path else None,
        via=asked.brief(graph.term(path.via)) if path else None,
        closeness=graph.closeness(a.id, b.id) if path else None,
        similarity=graph.similarity(a.id, b.id) if linked else None,
    )  # fmt: skip


class GapRequest(Request):
    has: tuple[str, ...] = Field(description="A skill, an occupation held, or a CV. Repeat it.")
    needs: tuple[str, ...] = Field((), description="A skill, an occupation, or a vacancy. Repeat it.")
    nice: tuple[str, ...] = Field((), description="A skill that is optional. Repeat it.")
    like: str | None = Field(None, description="Another CV, instead of needs.")
    taxonomy: Name = "compact"
    language: Language = "en"

    @model_validator(mode="after")
    def _one_side_to_compare_with(self) -> Self:
        if bool(self.needs) == bool(self.like):
            raise InputError("give what is asked with --needs, or another person's CV with --like")
        return self


class MetSkill(Brief):
    """An asked skill that is there; not ``evidenced``: only implied by an occupation."""

    evidenced: bool


class NearSkill(Brief):
    """A missing skill with a held one beside it in the hierarchy; ``credit`` is their closeness."""

    held: Brief
    credit: float
    evidenced: bool


class Gap(Result):
    """What is met and missing; ``near`` skills stay missing.

    ``coverage`` of the essential skills counts evidenced ones alone; ``coverage_implied`` implied ones too;
    ``coverage_hierarchy`` adds the credit of near ones. ``null`` where none is asked.
    """

    taxonomy: str
    met_essential: tuple[MetSkill, ...]
    met_optional: tuple[MetSkill, ...]
    missing_essential: tuple[Brief, ...]
    missing_optional: tuple[Brief, ...]
    near: tuple[NearSkill, ...]
    coverage: float | None
    coverage_implied: float | None
    coverage_hierarchy: float | None


def gap(request: GapRequest, progress: Progress = quiet) -> Gap:
    """Compare what somebody has with what is asked. What an occupation only implies is marked as such."""
    asked = _Asked(request.taxonomy, request.language)
    graph = asked.graph
    if request.like:
        other = _held_by(graph, [request.like])  # what they state is essential, what their occupations imply optional
        wants = library.Asked(other.evidenced, other.implied)
    else:
        wants = _asked_by(graph, request.needs, request.nice)
    answer = library.gap(graph, _held_by(graph, request.has), wants)

    def met(skills: Sequence[library.Met]) -> list[MetSkill]:
        return [MetSkill.of(one, **asked.of(one.skill)) for one in skills]

    return Gap.of(
        answer,
        taxonomy=asked.version,
        met_essential=met(answer.met_essential),
        met_optional=met(answer.met_optional),
        missing_essential=asked.briefs(answer.missing_essential),
        missing_optional=asked.briefs(answer.missing_optional),
        near=[NearSkill.of(one, **asked.of(one.skill), held=asked.of(one.held)) for one in answer.near],
    )


def _held_by(graph: TaxonomyGraph, texts: Sequence[str]) -> library.Held:
    """What a person has. Each text is a skill (evidenced), an occupation (it implies) or the file of a CV.

    Of a CV, the skills that it states are evidenced, and the occupations of its positions imply theirs.
    """
    skills, occupations = _terms_by_kind(graph, [text for text in texts if not Path(text).is_file()])
    for record in _read(graph, texts, Kind.CANDIDATE):
        assert isinstance(record, Candidate)
        skills += [skill.value for skill in record.profile.skills if skill.value in graph.taxonomy.skills]
        occupations += [position.occupation for position in record.profile.experiences if position.occupation]
    return library.held(graph, skills, occupations)


def _asked_by(graph: TaxonomyGraph, texts: Sequence[str], nice: Sequence[str]) -> library.Asked:
    """What is asked. Each text is a skill, an occupation (all it needs) or the file of a vacancy.

    Of a vacancy, only the skills that it names count: those it insists on are essential, the others optional.
    """
    skills, occupations = _terms_by_kind(graph, [text for text in texts if not Path(text).is_file()])
    optional = _terms_by_kind(graph, nice)[0]
    for record in _read(graph, texts, Kind.VACANCY):
        assert isinstance(record, Vacancy)
        named = [r for r in record.profile.requirements if r.value in graph.taxonomy.skills]
        skills += [r.value for r in named if r.importance is Importance.MUST]
        optional += [r.value for r in named if r.importance is not Importance.MUST]
    return library.asked(graph, skills, optional, occupations)


def _read(graph: TaxonomyGraph, texts: Sequence[str], kind: Kind) -> list[Record]:
    from jobfit.reading import read_records

    files = [text for text in texts if Path(text).is_file()]
    return [record for file in files for record in read_records(file, kind, guess=False, taxonomy=graph.taxonomy)]


def _terms_by_kind(graph: TaxonomyGraph, texts: Sequence[str]) -> tuple[list[str], list[str]]:
    ids: dict[str, list[str]] = {"skill": [], "occupation": []}
    for text in texts:
        term = find_term(graph.taxonomy, text)
        if kind_of(term) not in ids:
            raise InputError(f"{text!r} is a group; give skills and occupations")
        ids[kind_of(term)].append(term.id)
    return ids["skill"], ids["occupation"]


class LinkRequest(Request):
    mentions: tuple[str, ...] = Field((), description="Titles or skills.")
    file: Path | None = Field(None, description="One mention a line, UTF-8.")
    text: Path | None = Field(None, description="Find the skills that this text names, with their quotes.")
    taxonomy: Name = "compact"
    kind: Literal["occupation", "skill"] = Field("occupation", description="What to link to; --text finds skills.")
    language: str | None = Field(None, description="Of the mentions: en, fr. Default: labels in all.")
    k: K = 5
    threshold: float | None = Field(None, description="Least score of a match. Default: calibrated.")
    lexical_only: bool = Field(False, description="Words and n-grams, no encoder.")
    model: Model = BACKBONE

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum((bool(self.mentions), self.file is not None, self.text is not None)) != 1:
            raise InputError("give one of MENTION..., --file and --text")
        return self


class Concept(Result):
    """A concept: the calibrated probability that it is what was meant, and the label that was nearest."""

    id: str
    score: float
    label: str


class Linked(Result):
    """``best``: at or above the threshold; ``alternatives``: the next concepts."""

    mention: str
    best: Concept | None
    alternatives: tuple[Concept, ...]


class Evidenced(Result):
    match: Concept
    evidence: Evidence


class _Answer(Result):
    taxonomy: str
    kind: str
    threshold: float


class Links(_Answer):
    links: tuple[Linked, ...]


class SkillsInText(_Answer):
    skills: tuple[Evidenced, ...]


def link(request: LinkRequest, progress: Progress = quiet) -> Links | SkillsInText:
    """Link titles or mentions of skills to concepts, with a score, alternatives, or no match below a threshold."""
    from jobfit.app.encoding import text_encoder
    from jobfit.artifacts import read_text
    from jobfit.taxonomy.linking.evidence import SkillFinder
    from jobfit.taxonomy.linking.linker import Linker

    taxonomy, language = stored.load_taxonomy(request.taxonomy), request.language
    if request.text is not None:
        linker = Linker(taxonomy, "skill", None)
        skills = SkillFinder(linker, language, request.threshold).skills_in(read_text(request.text))
        return SkillsInText(**_about(linker, request), skills=tuple(Evidenced.of(one) for one in skills))
    lines = read_text(request.file).splitlines() if request.file is not None else ()
    mentions = request.mentions or [line.strip() for line in lines if line.strip()]
    encode = None if request.lexical_only else text_encoder(request.model, progress)
    linker = Linker(taxonomy, request.kind, encode)
    links = linker.link(mentions, language, request.k, request.threshold)
    return Links(**_about(linker, request), links=tuple(Linked.of(one) for one in links))


def _about(linker: Linker, request: LinkRequest) -> dict[str, Any]:
    threshold = linker.model(request.language).threshold if request.threshold is None else request.threshold
    return {"taxonomy": linker.taxonomy.version, "kind": linker.kind, "threshold": threshold}


class _Asked:
    def __init__(self, name: str, language: str) -> None:
        self.graph, self._language = TaxonomyGraph(stored.load_taxonomy(name)), language
        self.version = self.graph.taxonomy.version

    def term(self, text: str) -> Term:
        return find_term(self.graph.taxonomy, text)

    def brief(self, term: Term) -> Brief:
        return Brief(id=term.id, kind=kind_of(term), label=term.label(self._language))

    def briefs(self, ids: Sequence[str]) -> tuple[Brief, ...]:
        return tuple(self.brief(self.graph.term(id_)) for id_ in ids)

    def of(self, id_: str) -> dict[str, Any]:
        return self.brief(self.graph.term(id_)).model_dump()
