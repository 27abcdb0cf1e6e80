"""Files to structured records, for programs: ``read_candidates``, ``read_vacancies``, ``read_documents``."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from jobfit.errors import RejectedInput, Rejection
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.readers import Parsed, read_raw
from jobfit.ingest.sources import find_files
from jobfit.records import Candidate, CandidateProfile, Document, Kind, Record, Vacancy
from jobfit.taxonomy.model import Taxonomy

if TYPE_CHECKING:
    from jobfit.documents.masking import Masked, TextKind

Paths = str | Path | Sequence[str | Path]


def read_candidates(paths: Paths, *, rejects: list[Rejection] | None = None) -> tuple[Candidate, ...]:
    """The candidates in a file, a folder, a glob or several of them, in the order of the files.

    What cannot be read goes to ``rejects``, and so does a file that is plainly a vacancy.

    Raises:
        InputError: a path does not exist.
        RejectedInput: something was rejected and no ``rejects`` list was given.
    """
    return cast("tuple[Candidate, ...]", read_records(paths, Kind.CANDIDATE, rejects=rejects))


def read_vacancies(paths: Paths, *, rejects: list[Rejection] | None = None) -> tuple[Vacancy, ...]:
    """The vacancies in a file, a folder, a glob or several of them; as :func:`read_candidates`."""
    return cast("tuple[Vacancy, ...]", read_records(paths, Kind.VACANCY, rejects=rejects))


def build_record(parsed: Parsed, taxonomy: Taxonomy | None = None) -> Record:
    """Structure one parsed document by the rules of its kind, with the names of ``taxonomy`` (the compact one)."""
    from jobfit.structure.vacancy import read_vacancy_profile
    from jobfit.taxonomy.compact import load_compact

    text, language, flags = parsed.raw.text, parsed.language, parsed.raw.flags
    if parsed.kind is Kind.CANDIDATE:
        reading = read_candidate_text(text, taxonomy)
        return Candidate(parsed.id, text, reading.language, parsed.source, reading.profile, flags=flags)
    vacancy = read_vacancy_profile(text, language, taxonomy or load_compact())
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
    from jobfit.ingest.language import detect_language
    from jobfit.structure.candidate import read_candidate_profile
    from jobfit.structure.identity import read_name
    from jobfit.structure.spans import placed
    from jobfit.structure.terms import SkillFinder
    from jobfit.structure.text import ReadText
    from jobfit.taxonomy.compact import load_compact

    taxonomy = taxonomy or load_compact()
    name = read_name(ReadText(text, Kind.CANDIDATE), SkillFinder(taxonomy))
    masked = mask_once(text, name.value if name else "")
    short = nameless(text, masked)
    profile = placed(read_candidate_profile(short.text, taxonomy), text, short.origin)
    return CandidateReading(detect_language(short.text), replace(profile, name=name), masked)


def read_records(
    paths: Paths,
    kind: Kind,
    *,
    rejects: list[Rejection] | None = None,
    guess: bool = True,
    taxonomy: Taxonomy | None = None,
) -> tuple[Record, ...]:
    """The records of one kind in ``paths``; as :func:`read_candidates`. ``taxonomy`` names skills and occupations.

    A text that is plainly of the other kind is rejected; without ``guess`` every text is taken for this kind, and only
    a format that says otherwise is rejected.
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
    wordless = [i for i, text in texts.items() if not has_words(text)]
    empty += [Rejection(str(path), None, "text", None, f"{i!r} {reason}") for i in wordless]
    if empty and rejects is None:
        raise RejectedInput(empty[0])
    return tuple(Document(i, text) for i, text in texts.items() if has_words(text))


def kind_of_file(path: Path) -> TextKind | None:
    """Return what a file of a prepared folder holds, told by its name; ``None`` for any other file."""
    from jobfit.documents.masking import TextKind

    return {"candidates.jsonl": TextKind.CV, "vacancies.jsonl": TextKind.VACANCY}.get(path.name)


def masked_texts(texts: Mapping[str, str], kind: TextKind | None = None) -> dict[str, str]:
    """Mask texts, {id: text}, that should all be of one ``kind``; some may have no words left.

    Short single lines are labels whatever they should be (:func:`jobfit.documents.masking.kind_within`). Where nobody
    says the kind, the texts decide together: vacancies where :func:`jobfit.ingest.kinds.guess_kind` finds more of them
    than of CVs, else CVs, of which most is masked. A ``LABEL`` or ``SENTENCE`` that is stated holds for every text.
    """
    from jobfit.documents.masking import TextKind, kind_within, mask
    from jobfit.ingest.kinds import guess_kind

    if kind in (TextKind.LABEL, TextKind.SENTENCE):
        return {i: mask(text, kind).text for i, text in texts.items()}
    if kind is None:
        guessed = Counter(guess_kind(text, "") for text in texts.values())
        kind = TextKind.VACANCY if guessed[Kind.VACANCY] > guessed[Kind.CANDIDATE] else TextKind.CV
    return {i: mask(text, kind_within(text, kind)).text for i, text in texts.items()}
