"""Files that cannot be used, each with a personal value where it is wrong: what is said about it never repeats it."""

# mypy: disable-error-code="misc"
# It finds no type of a lambda that binds the variable of a loop.
from __future__ import annotations

import csv
import json
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hidden_docx
import hidden_pdf

from jobfit.errors import InputError, RejectedInput, Rejection
from jobfit.groups import read_groups
from jobfit.ingest.applications import read_applications
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.ingest.readers import read_raw
from jobfit.ingest.rejects import write_rejects
from jobfit.reading import read_documents
from jobfit.records import Kind

Write = Callable[[Path, str], object]
FORMS = (
    "Qzvera Canaryson", "qzmail{n}@canary.example", "+33 6 55 01 {n} 77", "{n} Qzcanary Street", "17.{n}.1993 Qz",
    "QZ-1930475{n}", "https://qz.example/in/canary{n}", "Canaria Qzland", "Žofie Qžkanárek",
)  # fmt: skip
SECTIONS = (
    "work", "education", "skills", "languages", "projects", "awards", "volunteer", "references", "certificates",
    "publications", "interests",
)  # fmt: skip
TEXT = "Waitress with ten years of experience in busy restaurants, evening shifts and a team of twelve. "


def _json(value: Callable[[str], Any]) -> Write:
    return _text(lambda said: json.dumps(value(said)).encode())


def _csv(*rows: Callable[[str], list[str]]) -> Write:
    def write(path: Path, said: str) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(row(said) for row in rows)

    return write


def _parquet(columns: Callable[[str], dict[str, Any]]) -> Write:
    def write(path: Path, said: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table(columns(said)), path)

    return write


def _text(make: Callable[[str], bytes]) -> Write:
    return lambda path, said: path.write_bytes(make(said))


def _resume(**sections: Any) -> dict[str, Any]:
    return {"basics": {"name": "A", "label": "Waitress", "summary": TEXT}, **sections}


def _head(*names: str) -> Callable[[str], list[str]]:
    return lambda said: list(names)


def cases() -> Iterator[tuple[str, Write]]:
    """Yield (file name, what writes it with a personal value in it); the name's ending says how it is read."""
    for name in ("label", "summary", "name", "email", "phone", "url", "image"):
        yield "resume.json", _json(lambda said, name=name: {"basics": {name: {"x": said}, "y": said}})
    for name in SECTIONS:
        yield "resume.json", _json(lambda said, name=name: _resume(**{name: said}))
        yield "resume.json", _json(lambda said, name=name: _resume(**{name: [said]}))
    for name in ("location", "profiles"):
        yield "resume.json", _json(lambda said, name=name: {"basics": {"name": said, name: said}})
    yield "resume.json", _json(lambda said: {"basics": said})
    yield "resume.json", _json(lambda said: {"basics": [said]})
    yield "resume.json", _json(lambda said: [said])
    yield "resume.json", _json(lambda said: {said: said, "b": said})
    yield "resume.json", _text(lambda said: f'{{"cv": "{said}", "{said}": 1, "{said}": 2}}'.encode())
    yield "resume.json", _text(lambda said: f'{{"cv": "{said}", "name": "{said}'.encode())
    yield "resume.json", _text(lambda said: f'{{"cv": "{said}", "name": NaN}}'.encode())
    yield "resume.json", _json(lambda said: {"id": said * 20, "cv": TEXT})
    yield "resume.json", _json(lambda said: {"id": f"{said}\n", "cv": said, "name": {said: said}})
    for name in ("@type", "identifier", "title", "hiringOrganization", "jobLocation"):
        posting = {"@context": "https://schema.org", "@type": "JobPosting"}
        yield "advert.json", _json(lambda said, name=name, posting=posting: posting | {name: said})
        yield "advert.json", _json(lambda said, name=name, posting=posting: posting | {name: {"a": said}})
    for name in ("id", "cv", "title", "skills", "company"):
        good = {"id": "a", "cv": TEXT}
        yield (
            "cvs.jsonl",
            _text(
                lambda said, name=name, good=good: b"".join(
                    json.dumps({"id": f"{n}", **row}).encode() + b"\n"
                    for n, row in enumerate((good, good | {name: {"x": said}}, {name: said + "\u200b\x07"}))
                )
            ),
        )
    yield "cvs.csv", _csv(lambda said: [said, TEXT, said], lambda said: ["b", TEXT, said])
    yield "cvs.csv", _csv(_head("id", "name"), lambda said: [said, said])
    yield "cvs.csv", _csv(_head("id", "cv"), lambda said: [said, TEXT], lambda said: [said, TEXT + "x"])
    yield "cvs.csv", _csv(_head("id", "cv"), lambda said: [said, ""], lambda said: [said * 20, TEXT])
    yield "cvs.csv", _csv(_head("id", "cv"), lambda said: [f"{said}\t\x07", TEXT], lambda said: [said, TEXT, said])
    yield "cvs.csv", _text(lambda said: f'id,cv\n1,"{said} "x" {TEXT}"\n2,"{said}\n'.encode())
    yield "cvs.csv", _csv(_head("id", "resume", "salary"), lambda said: [said, said, said])
    for column in ("id", "cv", "skills", "title", "name", "company"):
        yield (
            "cvs.parquet",
            _parquet(lambda said, column=column: {"id": [1], "cv": [TEXT]} | {column: [[{"a": said}]], "mail": [said]}),
        )
    yield "cvs.parquet", _parquet(lambda said: {said: [said], "other": [said]})
    for column in ("candidate_id", "vacancy_id", "time", "decided", "stage"):
        row = {"candidate_id": "c", "vacancy_id": "v", "status": "Hired", "time": "2024-05-01", "decided": ""}
        for bad in ("{}\x07", "{}"):
            yield (
                "log.csv",
                _csv(
                    _head(*row, "stage"),
                    lambda said, column=column, row=row, bad=bad: [
                        *(row | {"stage": ""} | {column: bad.format(said)}).values()
                    ],
                ),
            )
    yield "log.csv", _csv(lambda said: [said, said, said])
    yield "log.csv", _csv(_head("candidate_id", "vacancy_id", "status"), lambda said: [said, said])
    yield "groups.csv", _csv(_head("candidate_id", "sex"), lambda said: [said, "f"], lambda said: [said, said])
    yield "groups.csv", _csv(lambda said: [said, said])
    yield "groups.csv", _csv(_head("candidate_id", "sex"), lambda said: [said, said, said])
    yield "beir.jsonl", _text(lambda said: json.dumps({"_id": said, "text": ""}).encode())
    yield "beir.jsonl", _text(lambda said: (json.dumps({"_id": said, "text": TEXT}) + "\n").encode() * 2)
    yield "beir.jsonl", _text(lambda said: json.dumps({"_id": said * 20, "text": TEXT}).encode())
    yield "beir.jsonl", _text(lambda said: json.dumps({"_id": "a", "text": [said]}).encode())
    yield "beir.jsonl", _text(lambda said: json.dumps({"_id": said, "text": said}).encode())
    pages: dict[str, Callable[[str], bytes]] = {
        "cv.html": lambda said: f"<title>{said}</title><p hidden>{said}</p>".encode(),
        "cv.xml": lambda said: f"<!DOCTYPE x [<!ENTITY a '{said}'>]><SkillsPassport>{said}</SkillsPassport>".encode(),
        "cv.docx": lambda said: hidden_docx.document(hidden_docx.FIRST[0], said)[:-40],
        "cv.pdf": lambda said: hidden_pdf.document(hidden_pdf.FIRST[0], said)[:600],
        "cv.txt": lambda said: (said + "\0").encode("utf-16-le") * 3 + bytes(range(256)),
        "cv.mhtml": lambda said: f"MIME-Version: 1.0\nContent-Type: text/plain\nSubject: {said}\n\n{said}".encode(),
        "cv.rtf": lambda said: f"{{\\rtf1 {said}".encode(),
        "advert.html": lambda said: (
            f'<script type="application/ld+json">{{"@type": "JobPosting", "title": ["{said}"], "x": "{said}</script>'
        ).encode(),
    }
    for name, make in pages.items():
        yield name, _text(make)
        yield name, _text(lambda said, make=make: make(f"{said} {said}"))


def canaries() -> Iterator[str]:
    number = 10
    while True:
        for form in FORMS:
            yield form.format(n=number) if "{n}" in form else f"{form}{number}"
            number += 1


def leaked(folder: Path, pool: ParserPool) -> list[tuple[str, str]]:
    """Write each case, read it, and return (file name, personal value) of those that anything said repeats."""
    found = []
    for number, ((name, write), said) in enumerate(zip(cases(), canaries(), strict=False)):
        place = folder / str(number)
        place.mkdir()
        write(place / name, said)
        with _heard() as lines:
            try:
                _use(place / name, place / "rejects.jsonl", pool)
            except InputError as error:
                lines.append(str(error))
        if (place / "rejects.jsonl").exists():
            lines.append((place / "rejects.jsonl").read_text(encoding="utf-8"))
        lines += [path.name for path in place.rglob("*")]
        heard = "\n".join(lines).casefold()
        if any(form.casefold() in heard for form in (said, json.dumps(said)[1:-1], ascii(said)[1:-1])):
            found.append((name, said))
        shutil.rmtree(place)
    return found


def count() -> int:
    return sum(1 for _ in cases())


def _use(path: Path, listed: Path, pool: ParserPool) -> None:
    """Read a file as its name says, list what was rejected, and raise the first."""
    rejects: list[Rejection] = []
    match path.name:
        case "log.csv":
            read_applications(path, rejects=rejects)
        case "groups.csv":
            read_groups(path)
        case "beir.jsonl":
            read_documents(path, rejects=rejects)
        case _:
            kind = Kind.VACANCY if path.name.startswith("advert") else Kind.CANDIDATE
            rejects += [result for result in read_raw([path], pool, kind) if isinstance(result, Rejection)]
    write_rejects(listed, rejects)
    if rejects:
        raise RejectedInput(rejects[0])


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect what is logged, at every level."""
    lines: list[str] = []
    handler = logging.Handler(logging.DEBUG)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
