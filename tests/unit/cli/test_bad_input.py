"""Bad input gets a clear error, and what is good in the same folder goes in."""

import io
import json
import os
import zipfile

import pyarrow
import pytest
from docx import Document
from pyarrow import parquet
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from jobfit.records import Kind
from jobfit.store.repository import open_store

WORDS = (
    "Nurse with ten years of experience on a surgical ward, working nights and weekends with a team of eight people."
)
MIB = 1024 * 1024


def pdf(text=WORDS, encrypt=None):
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=A4, encrypt=encrypt)
    if text:
        for place, line in enumerate(text.splitlines()):
            page.setFontSize(8)
            page.drawString(30, 700 - 20 * place, line)
    else:
        page.rect(50, 50, 400, 600, fill=1)  # a picture of a page, as a scanner makes it
    page.save()
    return buffer.getvalue()


def docx():
    buffer = io.BytesIO()
    document = Document()
    document.add_paragraph(WORDS)
    document.save(buffer)
    return buffer.getvalue()


def archive():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("notes.txt", WORDS)
    return buffer.getvalue()


def table(**columns):
    buffer = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), buffer)
    return buffer.getvalue()


# name: (bytes, [(row, field, value, a part of the reason)])
BAD = {
    "binary.txt": (bytes(range(256)) * 20, [(None, None, None, "binary file, not text")]),
    "blank.txt": (b" \n\t\n ", [(None, None, None, "nothing but blanks")]),
    "broken.json": (b'{"basics": {"name": "Ana"', [(None, None, None, "broken JSON at line 1")]),
    "columns.csv": (
        b"colour,size\nred,4\n",
        [(None, None, None, "no column holds a text (found: 2, none of a known name)")],
    ),
    "columns.parquet": (table(colour=["red"]), [(None, None, None, "no column holds a text")]),
    "duplicate.csv": (
        f"id,resume\nd1,{WORDS.replace(',', ';')}\nd1,{WORDS.replace(',', ';')} Again\n".encode(),
        [(2, "id", "a9", "duplicate id")],
    ),
    "empty.docx": (b"", [(None, None, None, "empty (0 bytes)")]),
    "encrypted.pdf": (pdf(encrypt=StandardEncryption("secret")), [(None, None, None, "password")]),
    "halves.csv": (
        b"id,job_description\nv1,Cook soup for our guests\nv2,\n",
        [(2, "job_description", "", "no text in this row")],
    ),
    "huge.txt": (b"word " * (10 * MIB + 1), [(None, None, None, "52,428,805 characters, more than 200,000")]),
    "image.pdf": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, [(None, None, None, "picture")]),
    "scanned.pdf": (pdf(text=""), [(None, None, None, "the PDF has no text")]),
    "truncated.docx": (docx()[:2000], [(None, None, None, "damaged or cut off")]),
    "truncated.parquet": (table(resume=[WORDS])[:-20], [(None, None, None, "cannot be read as Parquet")]),
    "truncated.pdf": (pdf()[:600], [(None, None, None, "damaged or cut off")]),
    "vacancy.json": (b'{"@type": "JobPosting", "title": "Cook"}', [(None, "description", "", "no description")]),
    "zip.docx": (archive(), [(None, None, None, "ZIP archive")]),
}
CV = (
    f"Ana Sample\n\nWork experience\nNurse, Acme, 2014 - 2022\n{WORDS}\n\n"
    "Education\nInfirmière diplômée, Orléans, 2013\n"
)
GOOD = {
    "good.txt": CV.encode(),
    "good.csv": f'id,resume\nrow1,"{WORDS}"\n'.encode(),
    "latin1.txt": CV.encode("latin-1"),
    "utf16.txt": CV.encode("utf-16"),
    "nul.txt": CV.replace(" nights", "\x00 nights").encode(),
    "mislabelled.docx": pdf(CV),
}
IDS = ["d1", "good", "latin1", "mislabelled", "nul", "row1", "utf16"]  # d1: the good row of duplicate.csv


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "inputs"
    folder.mkdir()
    for name, data in GOOD.items():
        (folder / name).write_bytes(data)
    return folder


def rejects(tmp_path):
    """The rejects file: file name -> its rejections."""
    found = {}
    for line in (tmp_path / "rejects.jsonl").read_text().splitlines():
        reject = json.loads(line)
        assert list(reject) == ["file", "row", "field", "value", "reason"]
        found.setdefault(reject["file"].rpartition("/")[2], []).append(reject)
    return found


def test_folder_of_bad_files_names_each_and_the_good_ones_go_in(app, folder, tmp_path):
    for name, (data, _) in BAD.items():
        (folder / name).write_bytes(data)
    ran = app("ingest", folder, "--json")
    assert (ran.code, ran.json["rejected"], ran.json["accepted"]) == (3, len(BAD), len(IDS) + 1)
    found = rejects(tmp_path)
    assert set(found) == set(BAD)
    for name, (_, expected) in BAD.items():
        assert [(r["row"], r["field"], r["value"]) for r in found[name]] == [case[:3] for case in expected], name
        assert all(case[3] in reject["reason"] for reject, case in zip(found[name], expected, strict=True)), name
    listed = app("list", "candidate", "--json").json["records"]
    assert [row["id"] for row in listed] == IDS
    assert [row["id"] for row in app("list", "vacancy", "--json").json["records"]] == ["v1"]
    assert next(row["flags"] for row in listed if row["id"] == "mislabelled")


def test_texts_in_several_encodings_are_read_as_written(app, folder, home, tenant):
    assert app("ingest", folder).code == 0
    with open_store(home=home, tenant=tenant) as store:
        texts = [store.get(Kind.CANDIDATE, name).text for name in ("good", "latin1", "utf16")]
    assert len(set(texts)) == 1
    assert "Infirmière diplômée, Orléans" in texts[0]


def test_file_name_that_is_no_utf8_is_rejected_and_the_rest_goes_in(app, folder, tmp_path):
    (folder / os.fsdecode(b"caf\xe9.txt")).write_bytes(CV.encode())
    ran = app("ingest", folder, "--json")
    assert (ran.code, ran.json["accepted"], ran.json["rejected"]) == (3, len(GOOD), 1)
    [[reject]] = rejects(tmp_path).values()
    assert "name" in reject["reason"]


def test_text_of_personal_details_alone_is_rejected(app, folder, tmp_path):
    (folder / "details.csv").write_text(
        "id,resume\nx1,ana.sample@example.org +33 6 12 34 56 78 https://example.org/ana\n"
    )
    ran = app("ingest", folder, "--json")
    assert (ran.code, ran.json["rejected"]) == (3, 1)
    assert list(rejects(tmp_path)) == ["details.csv"]


def test_path_that_does_not_exist_is_an_error_and_nothing_is_written(app, folder):
    ran = app("ingest", folder, folder / "missing.pdf", "--json")
    assert (ran.code, ran.json["error"]["type"]) == (2, "InputError")
    assert "missing.pdf: no such file or folder" in ran.json["error"]["message"]
    assert app("list", "candidate", "--json").json["records"] == []


@pytest.mark.parametrize("path", ["missing/rejects.jsonl", "inputs"])
def test_rejects_file_that_cannot_be_written_is_an_error_before_the_ingest(app, folder, path):
    ran = app("ingest", folder, "--rejects", path)
    assert (ran.code, f"{path} cannot be written" in ran.err) == (2, True)
    assert app("list", "candidate", "--json").json["records"] == []


def test_input_is_never_overwritten_by_the_list_of_rejects(app, folder):
    before = (folder / "good.csv").read_bytes()
    assert app("ingest", folder / "good.csv", "--rejects", folder / "good.csv").code == 2
    assert (folder / "good.csv").read_bytes() == before


@pytest.mark.parametrize("model", ["./nowhere", "no-such-model-of-anybody"])
def test_unknown_model_is_named(app, folder, model):
    ran = app("ingest", folder, "--model", model, "--json")
    assert (ran.code, ran.json["error"]["type"]) == (4, "ModelError")
    assert model in ran.json["error"]["message"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ana:s3cret-pass@localhost:1/jobfit",
        "postgresql://ana:s3cret-pass@/jobfit?host=/nonexistent",
        "mysql://ana:s3cret-pass@localhost/jobfit",
        "postgresql://ana:s3cret-pass@localhost:port/jobfit",
        "s3cret-pass",
    ],
)
def test_wrong_database_url_is_an_error_without_its_password(app, monkeypatch, url):
    monkeypatch.setenv("JOBFIT_DATABASE_URL", url)
    ran = app("list", "candidate", "--json")
    assert (ran.code, ran.json["error"]["type"]) == (5, "StoreError")
    assert "s3cret-pass" not in ran.out + ran.err


def test_home_that_is_a_file_is_an_error_that_names_the_setting(app, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "file" / "home"))
    ran = app("list", "candidate", "--json")
    assert (ran.code, ran.json["error"]["type"]) == (5, "StoreError")
    assert "JOBFIT_HOME" in ran.json["error"]["message"]


def test_home_that_cannot_hold_the_cache_is_a_jobfit_error(app, folder, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("JOBFIT_HOME", str(tmp_path / "file"))
    ran = app("ingest", folder, "--json")
    assert (ran.code, ran.json["error"]["type"]) == (2, "InputError")
    assert str(tmp_path / "file") in ran.json["error"]["message"]


def test_vacancy_without_text_is_refused_with_its_reason(app, folder, tmp_path):
    app("ingest", folder)
    (tmp_path / "advert.txt").write_text("\n \n")
    ran = app("match", "--vacancy", tmp_path / "advert.txt", "--json")
    assert ran.code == 2
    assert "advert.txt" in ran.json["error"]["message"]


def test_match_against_nobody_says_to_ingest_first(app, tmp_path):
    (tmp_path / "advert.txt").write_text(f"Nurse\nWe are looking for a nurse.\nRequirements\n- {WORDS}\n")
    ran = app("match", "--vacancy", tmp_path / "advert.txt")
    assert (ran.code, "Ingest some first" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "text", ["must_have: [Python", "must_haves: [Python]", "- Python\n", "weights: {similarity: -1}\n", None]
)
def test_broken_policy_is_an_error_that_names_the_file(app, folder, tmp_path, text):
    app("ingest", folder)
    if text is not None:
        (tmp_path / "policy.yaml").write_text(text)
    ran = app("match", "--vacancy", "v1", "--policy", tmp_path / "policy.yaml", "--json")
    assert (ran.code, ran.json["error"]["type"]) == (2, "PolicyError")
    assert "policy.yaml" in ran.json["error"]["message"]


def test_tenant_with_a_strange_name_is_refused(app):
    ran = app("list", "candidate", "--json", tenant="a;b")
    assert (ran.code, ran.json["error"]["type"]) == (2, "InputError")


@pytest.mark.parametrize(
    "arguments",
    [("show", "x" * 5000), ("match", "--vacancy", "x/" * 5000), ("ingest", "cv.txt", "--rejects", "é" * 300)],
)
def test_name_that_no_file_can_have_is_one_line(app, tmp_path, arguments):
    (tmp_path / "cv.txt").write_text("a CV")
    ran = app(*arguments)
    assert (ran.code, ran.err.count("\n"), ran.err.startswith("Error: ")) == (2, 1, True)


@pytest.mark.parametrize("name", ["", " "])
def test_empty_name_removes_nothing(app, market, monkeypatch, name):
    app("ingest", market)
    monkeypatch.chdir(market)
    ran = app("remove", name)
    assert (ran.code, "nothing was removed" in ran.err) == (2, True)
    assert len(app("list", "candidate", "--json").json["records"]) == 4
