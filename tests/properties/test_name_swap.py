"""Swapping the name in a CV leaves every score bit-identical: from a file in each format to the shortlist."""

from __future__ import annotations

import csv
import dataclasses
import html
import importlib.util
import io
import json
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from jobfit.documents.masking import mask
from jobfit.documents.render import render
from jobfit.encoders.base import Encoder
from jobfit.encoders.hashing import HashingEncoder
from jobfit.matcher import Matcher
from jobfit.reading import read_candidates
from jobfit.records import Candidate, CandidateProfile, Evidence, Section, Source, Vacancy
from jobfit.shortlist import Decision
from jobfit.structure.candidate import read_candidate_profile
from jobfit.structure.vacancy import read_vacancy_profile
from jobfit.taxonomy.compact import load_compact

_spec = importlib.util.spec_from_file_location("people", Path(__file__).parents[1] / "unit/documents/masking/people.py")
people = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(people)

REFERENCE = "Tamsin Ollerenshaw"
ENGLISH = """{full}
Data Analyst
Lyon, France
{dotted}@mail.org | +33 6 12 34 56 78 | linkedin.com/in/{slug}

SUMMARY
{first} has 6 years of experience with Python, SQL and Tableau. I will move to Paris.

EXPERIENCE
Jan 2019 - Dec 2024: Data analyst, Globex. Reports signed {initial} every month.
Mar 2017 - Dec 2018: Junior data analyst, Initech

EDUCATION
Master of Science in Statistics, University of Leeds, 2016

SKILLS
Python, SQL, Tableau, Excel, Jenkins, Ruby on Rails

LANGUAGES
English (native), French B2

Sincerely,
{full}
"""
FRENCH = """{surname_first}
Infirmier
12 rue de la Paix, 69003 Lyon
{dotted}@mail.fr - 06 12 34 56 78

EXPÉRIENCE PROFESSIONNELLE
2015 - 2023 : Infirmier, Hôpital Nord, Lyon. Je m'appelle {full} et je dirige une équipe de 12 personnes.

FORMATION
2014 : Diplôme d'État d'infirmier

COMPÉTENCES
Soins infirmiers, gestion du stress, travail en équipe

LANGUES
Français : langue maternelle, anglais : C1

PERMIS
Permis B
"""
TEXTS = {"english": ENGLISH, "french": FRENCH}
ADVERT = """Data analyst
Lyon, France
Requirements
- Python and SQL are required
- 3 years of experience
- English C1
- A driving licence (B) is a plus
"""


def _txt(text: str, name: str) -> bytes:
    return text.encode()


def _docx(text: str, name: str) -> bytes:
    """As python-docx writes it, whose parsing of its template for each name would take most of the time of the test."""
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{html.escape(line)}</w:t></w:r></w:p>' for line in text.splitlines()
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_empty_docx())) as empty, zipfile.ZipFile(out, "w") as written:
        for part in empty.namelist():
            content = empty.read(part)
            if part == "word/document.xml":
                content = content.replace(b"<w:body>", b"<w:body>" + paragraphs.encode(), 1)
            written.writestr(part, content)
    return out.getvalue()


@cache
def _empty_docx() -> bytes:
    import docx

    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def _pdf(text: str, name: str) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1)
    for number, line in enumerate(text.splitlines()):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(50, 800 - 14 * number, line)
    canvas.save()
    return out.getvalue()


def _html(text: str, name: str) -> bytes:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>CV</title></head><body>{lines}</body></html>".encode()
    )


def _json(text: str, name: str) -> bytes:
    slug = people.write_cv("{dotted}", name)
    return json.dumps(
        {
            "basics": {
                "name": name,
                "label": "Data Analyst",
                "email": f"{slug}@mail.org",
                "location": {"city": "Lyon"},
                "summary": people.write_cv("{first} has 6 years of experience. {full} will move to Paris.", name),
            },
            "work": [{"name": "Globex", "position": "Data analyst", "startDate": "2019-01", "endDate": "2024-12"}],
            "skills": [{"name": "Python"}, {"name": "SQL"}, {"name": "Jenkins"}],
            "languages": [{"language": "English", "fluency": "Native speaker"}],
        }
    ).encode()


def _csv(text: str, name: str) -> bytes:
    out = io.StringIO()
    row = {"name": name, "title": "Data Analyst", "resume_text": text}
    table = csv.DictWriter(out, row)
    table.writeheader()
    table.writerow(row)
    return out.getvalue().encode()


WRITERS = {"txt": _txt, "docx": _docx, "pdf": _pdf, "html": _html, "json": _json, "csv": _csv}


def _printable(name: str, suffix: str) -> bool:
    """Whether the standard fonts of a PDF hold the letters of ``name``."""
    try:
        name.encode("cp1252")
    except UnicodeEncodeError:
        return suffix != "pdf"
    return True


def _read(folder: Path, suffix: str, layout: str, names: list[str]) -> dict[str, Candidate]:
    """Write the CV once for each name, read all of it with the real parsers; every record gets the same id."""
    for number, name in enumerate(names):
        text = people.write_cv(TEXTS[layout], name)
        (folder / f"{number:03}").mkdir()
        (folder / f"{number:03}" / f"cv.{suffix}").write_bytes(WRITERS[suffix](text, name))
    files = [folder / f"{number:03}" / f"cv.{suffix}" for number in range(len(names))]
    records = dict(zip(names, read_candidates(files), strict=True))
    source = Source(f"cv.{suffix}", suffix, "")
    return {name: dataclasses.replace(record, id="subject", source=source) for name, record in records.items()}


def _bare(value: object) -> object:
    """``value`` without its quotes, which may hold the name; a section becomes its kind, a profile loses its name."""
    if isinstance(value, Evidence):
        return None
    if isinstance(value, Section):
        return value.kind
    if isinstance(value, CandidateProfile):
        value = dataclasses.replace(value, name=None)
    if isinstance(value, tuple):
        return tuple(_bare(item) for item in value)
    if dataclasses.is_dataclass(value):
        return {field.name: _bare(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


@pytest.fixture(autouse=True, scope="module")
def _equal_texts_are_read_once() -> Iterator[None]:
    """What masks a text and what reads it are functions of it; without their names most of these CVs are one text."""
    profile_of = cache(lambda text: read_candidate_profile(text, load_compact()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jobfit.documents.render.mask", cache(mask))
        patch.setattr("jobfit.structure.candidate.read_candidate_profile", lambda text, taxonomy: profile_of(text))
        yield


@pytest.fixture(scope="module")
def vacancy() -> Vacancy:
    return Vacancy("v", ADVERT, "en", Source("v.txt", "text", ""), read_vacancy_profile(ADVERT, "en", load_compact()))


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> list[Candidate]:
    """The rest of the corpus, near the subject on both sides."""
    folder = tmp_path_factory.mktemp("others")
    for number, (skills, years) in enumerate([("Python, SQL", 9), ("Java", 2)]):
        text = (
            f"Data analyst\n\nEXPERIENCE\n{2024 - years} - 2024: Data analyst, Acme\nBuilt reports on sales and stock "
        )
        text += f"for the shops of a chain, every month and for every town.\n\nSKILLS\n{skills}\n"
        (folder / f"other-{number}.txt").write_text(text)
    return list(read_candidates(folder))


def _shortlist(record: Candidate, others: list[Candidate], vacancy: Vacancy, encoder: Encoder) -> list[object]:
    """Everything that the match says: order, scores, contributions and ledgers, floats as they are."""
    return list(map(_said, Matcher.from_records([*others, record], encoder).match(vacancy, k=10).entries))


def _in_one_corpus(
    records: list[Candidate], others: list[Candidate], vacancy: Vacancy, encoder: Encoder
) -> list[object]:
    """What one match says of each of the records; equal people stand in any order."""
    numbered = [dataclasses.replace(record, id=f"{number:03}") for number, record in enumerate(records)]
    shortlist = Matcher.from_records([*others, *numbered], encoder).match(vacancy, k=1000)
    said = {entry.id: _said(dataclasses.replace(entry, id="", rank=0)) for entry in shortlist.entries}
    return [said[record.id] for record in numbered]


def _said(entry: Decision) -> object:
    lines = [(line.requirement.id, line.status, line.evidence is None) for line in entry.ledger]
    return _bare(dataclasses.replace(entry, ledger=())), lines


@pytest.mark.parametrize("layout", TEXTS)
@pytest.mark.parametrize("suffix", WRITERS)
def test_match_name_swapped_gives_the_same_profile_and_the_same_shortlist(suffix, layout, tmp_path, others, vacancy):
    if suffix == "json" and layout == "french":
        pytest.skip("JSON Resume carries fields rather than a layout")
    names = [name for name in people.NAMES if _printable(name, suffix)]
    assert len(names) >= 30
    records = _read(tmp_path, suffix, layout, [REFERENCE, *names])
    reference = records.pop(REFERENCE)
    expected_text, expected_profile = render(reference).text, _bare(reference.profile)
    assert REFERENCE.split()[1].casefold() not in expected_text.casefold()
    wrong = {}
    for name, record in records.items():
        profile = _bare(record.profile)
        if record.language != reference.language:
            wrong[name] = (reference.language, record.language)
        elif profile != expected_profile:
            wrong[name] = {k: (v, profile[k]) for k, v in expected_profile.items() if profile[k] != v}
        elif (text := render(record).text) != expected_text:
            wrong[name] = (expected_text, text)
    assert not wrong
    encoder = HashingEncoder()
    together = _in_one_corpus([reference, *records.values()], others, vacancy, encoder)
    assert len(together) == 1 + len(records)
    assert not [name for name, said in zip(records, together[1:]) if said != together[0]]
    expected = _shortlist(reference, others, vacancy, encoder)
    assert len(expected) > len(others)
    assert not [name for name in names[::20] if _shortlist(records[name], others, vacancy, encoder) != expected]


def test_match_name_swapped_gives_the_same_scores_with_a_neural_encoder(tmp_path, others, vacancy, monkeypatch):
    from jobfit.encoders.loading import load_encoder

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    names = ["Rose Baker", "Nguyen Thi Minh Anh", "Дмитрий Соколов", "Jean-Pierre Dubois", "محمد الأحمد"]
    records = _read(tmp_path, "docx", "english", [REFERENCE, *names])
    encoder = load_encoder("all-MiniLM-L6-v2")
    expected = _shortlist(records.pop(REFERENCE), others, vacancy, encoder)
    for name, record in records.items():
        assert _shortlist(record, others, vacancy, encoder) == expected, name
