"""Files and texts to structured records, for programs."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from jobfit.artifacts import sha256_of
from jobfit.errors import InputError, RejectedInput, Rejection
from jobfit.ingest.parse.clean import clean
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.raw import RawDocument
from jobfit.ingest.readers import Parsed, read_raw
from jobfit.ingest.sources import find_files
from jobfit.records import Candidate, CandidateProfile, Document, Filler, Kind, Record, Source, Vacancy
from jobfit.taxonomy.model import Taxonomy

if TYPE_CHECKING:
    from jobfit.documents.masking import Masked, TextKind

_log = logging.getLogger(__name__)
R = TypeVar("R", bound=Record)
Paths = str | Path | Sequence[str | Path]


class Records(tuple[R, ...]):
    """What was read, in the order of the files; ``rejects`` say what could not be read, where and why."""

    rejects: tuple[Rejection, ...] = ()


def read_candidates(paths: Paths, *, rejects: list[Rejection] | None = None) -> Records[Candidate]:
    """The candidates in a file, a folder, a glob or several of them, in the order of the files.

    A bad file does not keep the others from being read: it is one of the result's ``rejects``, and so is a file that is
    plainly a vacancy. They are added to the list ``rejects`` where one is given; else the log gets a warning.

    Raises:
        InputError: a path does not exist.
        RejectedInput: nothing at all could be read, and no ``rejects`` list was given.
    """
    return cast("Records[Candidate]", _read(paths, Kind.CANDIDATE, rejects))


def read_vacancies(paths: Paths, *, rejects: list[Rejection] | None = None) -> Records[Vacancy]:
    """The vacancies in a file, a folder, a glob or several of them; as :func:`read_candidates`."""
    return cast("Records[Vacancy]", _read(paths, Kind.VACANCY, rejects))


def _read(paths: Paths, kind: Kind, rejects: list[Rejection] | None) -> Records[Record]:
    bad: list[Rejection] = []
    records = Records(stream_records(paths, kind, bad))
    records.rejects = tuple(bad)
    if rejects is not None:
        rejects += bad
    elif bad and not records:
        raise RejectedInput(bad[0])
    elif bad:
        _log.warning("%d inputs were not read, and are in .rejects; the first: %s", len(bad), RejectedInput(bad[0]))
    return records


def candidate_from_text(text: str, *, id: str = "candidate", taxonomy: Taxonomy | None = None) -> Candidate:
    """The candidate whose CV is ``text``: cleaned as a file's text is, and read by the same rules.

    >>> candidate_from_text("Ann Lee\\nNurse\\nLanguages: French (B2)").profile.title.value
    'Nurse'

    Raises:
        InputError: nothing is left to read, or the id is empty.
    """
    return cast(Candidate, _from_text(text, Kind.CANDIDATE, id, taxonomy))


def vacancy_from_text(text: str, *, id: str = "vacancy", taxonomy: Taxonomy | None = None) -> Vacancy:
    """The vacancy whose advert is ``text``; as :func:`candidate_from_text`."""
    return cast(Vacancy, _from_text(text, Kind.VACANCY, id, taxonomy))


def _from_text(text: str, kind: Kind, record_id: str, taxonomy: Taxonomy | None) -> Record:
    from jobfit.ingest.language import detect_language

    cleaned, flags = clean(text)
    source = Source("", "text", sha256_of(cleaned))
    if not cleaned.strip():
        raise InputError(f"{kind} {record_id!r}: the text is empty")
    raw = RawDocument(cleaned, kind, record_id, flags=flags)
    return build_record(Parsed(raw, kind, record_id, detect_language(cleaned), source), taxonomy)


def build_record(parsed: Parsed, taxonomy: Taxonomy | None = None) -> Record:
    """Structure one parsed document by the rules of its kind, with the names of ``taxonomy`` (the compact one).

    What the rules read in a line that is one field of the source was filled by the importer, and says so. A CV whose
    lines were lost has the text with its line ends, and no upper bound of its months.
    """
    from jobfit.structure.spans import filled_by
    from jobfit.structure.unbroken import with_line_ends
    from jobfit.structure.vacancy import read_vacancy_profile
    from jobfit.taxonomy.compact import load_compact

    text, language, flags = parsed.raw.text, parsed.language, parsed.raw.flags
    lined = with_line_ends(text) if parsed.kind is Kind.CANDIDATE else text
    places = ((lined.find(line), line) for line in parsed.raw.declared)
    declared = [(start, start + len(line)) for start, line in places if start >= 0]
    if parsed.kind is Kind.CANDIDATE:
        reading = read_candidate_text(lined, taxonomy)
        profile = filled_by(reading.profile, Filler.IMPORTER, declared) if declared else reading.profile
        if lined != text:  # a position may have stayed in a line that nobody found
            profile = replace(profile, dates_explained=False)
        return Candidate(parsed.id, lined, reading.language, parsed.source, profile, flags=flags)
    vacancy = read_vacancy_profile(text, language, taxonomy or load_compact())
    vacancy = filled_by(vacancy, Filler.IMPORTER, declared) if declared else vacancy
    return Vacancy(parsed.id, text, language, parsed.source, vacancy, flags=flags)


@dataclass(frozen=True, slots=True)
class CandidateReading:
    """What one pass over a CV gives: its language, its profile, and its text without what shows who it is."""

    language: str | None
    profile: CandidateProfile
    masked: Masked


def read_candidate_text(text: str, taxonomy: Taxonomy | None = None) -> CandidateReading:
    """Read, structure and mask the text of a CV, each once: rendering the record then uses the mask made here.

    Language and profile are read in the text without the person's name and contacts, so neither changes with the name.
    The quotes, and the name itself, which is for display and masking only, are those of ``text``.

    >>> reading = read_candidate_text("Ann Lee\\nNurse\\nLanguages: French (B2)")
    >>> reading.profile.name.value, reading.masked.text
    ('Ann Lee', '\\nNurse\\nLanguages: French (B2)')
    """
    from jobfit.documents.render import mask_once, nameless
    from jobfit.ingest.language import language_of_notes
    from jobfit.structure.candidate import read_candidate_profile
    from jobfit.structure.capitals import without_capitals
    from jobfit.structure.identity import read_name
    from jobfit.structure.spans import placed
    from jobfit.structure.terms import SkillFinder
    from jobfit.structure.text import ReadText
    from jobfit.taxonomy.compact import load_compact

    taxonomy = taxonomy or load_compact()
    name = read_name(ReadText(text, Kind.CANDIDATE), SkillFinder(taxonomy))
    masked = mask_once(text, name.value if name else "")
    written = without_capitals(text, Kind.CANDIDATE)  # in capitals, every second word looks like a name
    short = nameless(written, masked if written == text else mask_once(written, name.value if name else ""))
    profile = placed(read_candidate_profile(short.text, taxonomy), text, short.origin)
    return CandidateReading(language_of_notes(masked.text), replace(profile, name=name), masked)


def read_records(
    paths: Paths,
    kind: Kind,
    *,
    rejects: list[Rejection] | None = None,
    guess: bool = True,
    taxonomy: Taxonomy | None = None,
) -> tuple[Record, ...]:
    """The records of one kind in ``paths``, all or none. ``taxonomy`` names skills and occupations.

    A text that is plainly of the other kind is rejected; without ``guess`` every text is taken for this kind, and only
    a format that says otherwise is rejected.

    Raises:
        RejectedInput: something was rejected and no ``rejects`` list was given.
    """
    bad: list[Rejection] = [] if rejects is None else rejects
    records = tuple(stream_records(paths, kind, bad, guess=guess, taxonomy=taxonomy))
    if bad and rejects is None:
        raise RejectedInput(bad[0])
    return records


def stream_records(
    paths: Paths,
    kind: Kind,
    rejects: list[Rejection],
    *,
    guess: bool = True,
    notes: list[str] | None = None,
    taxonomy: Taxonomy | None = None,
) -> Iterator[Record]:
    """Yield the records that :func:`read_records` returns, one at a time.

    What is rejected goes to ``rejects``; which files are no documents and were passed over, to ``notes``.
    """
    inputs = find_files([str(path) for path in ([paths] if isinstance(paths, str | Path) else paths)])
    rejects += inputs.rejections
    if notes is not None:
        notes += inputs.notes
    workers = max(1, min(len(inputs.files), os.cpu_count() or 1, 4))
    with ParserPool(workers) as pool:
        for result in read_raw(inputs.files, pool, None if guess else kind, otherwise=kind):
            if isinstance(result, Rejection):
                rejects.append(result)
            elif result.kind is not kind:
                reason = f"it is a {result.kind}, and only {kind} records are wanted"
                rejects.append(Rejection(result.source.path, result.source.row, None, None, reason))
            else:
                yield build_record(result, taxonomy)


def read_documents(
    path: Path, *, masked: bool = True, rejects: list[Rejection] | None = None, kind: TextKind | None = None
) -> tuple[Document, ...]:
    """The documents or queries of a BEIR file, masked by default: as texts of ``kind``, or as the texts themselves say.

    A document without words, or with none but personal details, is left out; the reason goes to ``rejects``.
    :func:`masked_texts` says how the kind is told.

    Raises:
        InputError: as for :func:`jobfit.ingest.formats.beir.read_beir`.
        RejectedInput: a line has no words and no ``rejects`` list was given.
    """
    from jobfit.documents.masking import has_words
    from jobfit.ingest.formats.beir import read_beir

    empty: list[Rejection] = [] if rejects is None else rejects
    documents = tuple(read_beir(path, empty))
    texts = {d.id: d.text for d in documents}
    if masked:
        texts = masked_texts(texts, kind or kind_of_file(path))
    reason = "has no words once personal details are masked" if masked else "has no words"
    wordless = [number for number, text in enumerate(texts.values(), start=1) if not has_words(text)]
    empty += [Rejection(str(path), None, "text", None, f"document {number} {reason}") for number in wordless]
    if empty and rejects is None:
        raise RejectedInput(empty[0])
    return tuple(Document(i, text) for i, text in texts.items() if has_words(text))


def kind_of_file(path: Path) -> TextKind | None:
    """Return what a file of a prepared folder holds, told by its name; ``None`` for any other file."""
    from jobfit.documents.masking import TextKind

    return {"candidates.jsonl": TextKind.CV, "vacancies.jsonl": TextKind.VACANCY}.get(path.name)


def masked_texts(texts: Mapping[str, str], kind: TextKind | None = None) -> dict[str, str]:
    """Clean and mask texts, {id: text}, that should all be of one ``kind``; some may have no words left.

    They are cleaned as a file's text is, and CVs that lost their lines get them back.
    Short single lines are labels whatever they should be (:func:`jobfit.documents.masking.kind_within`). Where nobody
    says the kind, the texts decide together: vacancies where :func:`jobfit.ingest.kinds.guess_kind` finds more of them
    than of CVs, else CVs, of which most is masked. A ``LABEL`` or ``SENTENCE`` that is stated holds for every text.
    """
    from jobfit.documents.masking import TextKind, kind_within, mask
    from jobfit.ingest.kinds import guess_kind
    from jobfit.structure.unbroken import with_line_ends

    texts = {i: clean(text)[0] for i, text in texts.items()}
    if kind in (TextKind.LABEL, TextKind.SENTENCE):
        return {i: mask(text, kind).text for i, text in texts.items()}
    if kind is None:
        guessed = Counter(guess_kind(text, "") for text in texts.values())
        kind = TextKind.VACANCY if guessed[Kind.VACANCY] > guessed[Kind.CANDIDATE] else TextKind.CV
    if kind is TextKind.CV:
        texts = {i: with_line_ends(text) for i, text in texts.items()}
    return {i: mask(text, kind_within(text, kind)).text for i, text in texts.items()}
