"""Ids that stay, and texts that are known under another name."""

import re
from hashlib import sha256

import pytest

from jobfit.ingest.ids import IdAssigner, Known, document_id
from jobfit.ingest.raw import RawRejection
from jobfit.records import Kind

C, V = Kind.CANDIDATE, Kind.VACANCY


def digest(text):
    return sha256(text.encode()).hexdigest()


def known(id, path, text, row=None, kind=C):
    return Known(kind, id, str(path), digest(text), row)


def assign(ids, path, text, stated=None, row=None, kind=C, beside=()):
    """The id of a document; ``beside`` are the other texts of the same file."""
    return ids.assign(kind, stated, (str(path), row), digest(text), {digest(one) for one in (text, *beside)})


def test_document_id_keeps_letters_of_any_script():
    assert document_id("x/Élodie Müller (2024).pdf") == "Élodie-Müller-2024"
    assert document_id("x/履歴書.docx") == "履歴書"
    assert document_id("x/???.pdf") == "document"
    assert document_id("market.csv", 3) == "market-3"


def test_decomposed_letters_give_the_same_id_as_composed_ones():
    assert document_id("E\u0301lodie.pdf") == document_id("\u00c9lodie.pdf")


def test_same_file_name_in_two_folders_gives_two_ids():
    ids = IdAssigner()
    assert assign(ids, "a/cv.pdf", "ana") == "cv"
    assert re.fullmatch("cv-[0-9a-f]{6}", assign(ids, "b/cv.pdf", "ben"))


def test_candidate_and_vacancy_may_share_an_id_and_a_text():
    ids = IdAssigner(merge=True)
    assert assign(ids, "a/1.pdf", "x") == assign(ids, "b/1.pdf", "x", kind=V) == "1"


def test_path_keeps_its_id_in_later_ingests_in_any_order():
    records = {}
    for paths in (["a/cv.pdf", "b/cv.pdf"], ["b/cv.pdf", "a/cv.pdf"], ["b/cv.pdf"]):
        ids = IdAssigner(records.values())
        for number, path in enumerate(paths):
            name = assign(ids, path, f"text {number} of {path}")
            assert records.setdefault(path, known(name, path, "")).id == name
    assert len({record.id for record in records.values()}) == 2


def test_path_keeps_its_id_when_the_path_with_the_plain_one_is_erased():
    ids = IdAssigner()
    assign(ids, "a/cv.pdf", "ana")
    second = assign(ids, "b/cv.pdf", "ben")
    assert assign(IdAssigner([known(second, "b/cv.pdf", "ben")]), "b/cv.pdf", "ben, edited") == second


def test_stated_id_is_kept_by_its_source_with_other_content_and_in_another_row():
    ids = IdAssigner([known("c1", "a.csv", "old", 4)], merge=True)
    assert assign(ids, "a.csv", "new", stated="c1", row=1) == "c1"


@pytest.mark.parametrize("merge", [False, True])
def test_stated_id_is_rejected_the_second_time_in_one_ingest(merge):
    for path in ("one.csv", "two.csv"):
        ids = IdAssigner(merge=merge)
        assign(ids, "one.csv", "ana", stated="c1", row=4)
        rejection = assign(ids, path, "ben", stated="c1", row=2)
        assert rejection.reason == "duplicate id: one.csv, row 4 has it too"
        assert (rejection.row, rejection.field, rejection.value) == (2, "id", "c1")


@pytest.mark.parametrize("owner", ["files/c1.txt", "other/resume.json", "jobs.csv"])
def test_stated_id_of_another_source_replaces_nothing(owner):
    ids = IdAssigner([known("c1", owner, "ana")], merge=True)
    rejection = assign(ids, "upload/resume.json", "mallory", stated="c1")
    assert isinstance(rejection, RawRejection)
    assert owner in rejection.reason and "jobfit remove" in rejection.reason


def test_stated_id_of_a_record_of_the_other_kind_is_free():
    assert assign(IdAssigner([known("c1", "a.json", "x")]), "b.json", "y", stated="c1", kind=V) == "c1"


def test_made_id_gives_way_to_a_stated_one():
    ids = IdAssigner()
    assign(ids, "table.csv", "ana", stated="cv", row=1)
    assert assign(ids, "cv.pdf", "ben") != "cv"


def test_copy_in_one_ingest_is_one_record_and_a_note():
    ids = IdAssigner(merge=True)
    assert assign(ids, "a/cv.txt", "ana") == "cv"
    assert assign(ids, "b/ana.txt", "ana") is None
    assert assign(ids, "t.csv", "ana", row=3) is None
    assert ids.copies == 2
    assert ids.notes[0] == "b/ana.txt: the same content as a/cv.txt: one record"


def test_without_merging_every_copy_has_an_id():
    ids = IdAssigner()
    assert [assign(ids, path, "ana") for path in ("a/x.txt", "b/y.txt")] == ["x", "y"]


def test_records_that_state_different_ids_stay_two_with_the_same_text():
    ids = IdAssigner(merge=True)
    assert [assign(ids, "t.csv", "cook", stated=name, row=row) for row, name in enumerate("ab")] == ["a", "b"]


def test_renamed_file_is_the_same_record(tmp_path):
    ids = IdAssigner([known("old", tmp_path / "old.txt", "ana")], merge=True)
    assert assign(ids, tmp_path / "new.txt", "ana") == "old"
    assert (ids.copies, ids.notes) == (0, [])


def test_copy_beside_the_file_that_is_still_there_is_no_record(tmp_path):
    (tmp_path / "cv.txt").write_text("ana")
    ids = IdAssigner([known("cv", tmp_path / "cv.txt", "ana")], merge=True)
    assert assign(ids, tmp_path / "copy.txt", "ana") is None


def test_two_files_that_changed_places_keep_the_people_apart(tmp_path):
    (tmp_path / "a.txt").write_text("ben")
    (tmp_path / "b.txt").write_text("ana")
    records = [known("a", tmp_path / "a.txt", "ana"), known("b", tmp_path / "b.txt", "ben")]
    ids = IdAssigner(records, moving={digest("ana"), digest("ben")}, merge=True)
    assert assign(ids, tmp_path / "a.txt", "ben") == "b"
    assert assign(ids, tmp_path / "b.txt", "ana") == "a"


def test_new_file_under_the_name_of_a_renamed_one_is_another_record(tmp_path):
    (tmp_path / "cv.txt").write_text("ben")
    (tmp_path / "old.txt").write_text("ana")
    ids = IdAssigner([known("cv", tmp_path / "cv.txt", "ana")], moving={digest("ana"), digest("ben")}, merge=True)
    new = assign(ids, tmp_path / "cv.txt", "ben")
    assert re.fullmatch("cv-[0-9a-f]{6}", new)
    assert assign(ids, tmp_path / "old.txt", "ana") == "cv"


def test_row_put_in_front_moves_the_others_and_replaces_nobody():
    before = [known(f"t-{row}", "t.csv", text, row) for row, text in enumerate(("ana", "ben"), 1)]
    now = ["new", "ana", "ben"]
    ids = IdAssigner(before, merge=True)
    given = [assign(ids, "t.csv", text, row=row, beside=now) for row, text in enumerate(now, 1)]
    assert given[1:] == ["t-1", "t-2"]
    assert given[0] not in given[1:]


def test_edited_row_keeps_its_id():
    before = [known(f"t-{row}", "t.csv", text, row) for row, text in enumerate(("ana", "ben"), 1)]
    now = ["ana, edited", "ben"]
    ids = IdAssigner(before, merge=True)
    assert [assign(ids, "t.csv", text, row=row, beside=now) for row, text in enumerate(now, 1)] == ["t-1", "t-2"]


def test_every_name_that_is_taken_leaves_one_more():
    path = "b/cv.txt"
    marked = f"cv-{sha256(path.encode()).hexdigest()[:6]}"
    ids = IdAssigner([known("cv", "a/cv.txt", "ana"), known(marked, path, "ben")], moving={digest("ben")}, merge=True)
    assert assign(ids, path, "new") not in ("cv", marked)
