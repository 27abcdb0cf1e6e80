"""Ids that stay."""

import re

from jobfit.ingest.ids import IdAssigner, document_id
from jobfit.records import Kind

C = Kind.CANDIDATE


def test_document_id_keeps_letters_of_any_script():
    assert document_id("x/Élodie Müller (2024).pdf") == "Élodie-Müller-2024"
    assert document_id("x/履歴書.docx") == "履歴書"
    assert document_id("x/???.pdf") == "document"
    assert document_id("market.csv", 3) == "market-3"


def test_decomposed_letters_give_the_same_id_as_composed_ones():
    assert document_id("E\u0301lodie.pdf") == document_id("\u00c9lodie.pdf")


def test_same_file_name_in_two_folders_gives_two_ids():
    ids = IdAssigner()
    assert ids.assign(C, None, "a/cv.pdf", None) == "cv"
    assert re.fullmatch("cv-[0-9a-f]{6}", ids.assign(C, None, "b/cv.pdf", None))


def test_candidate_and_vacancy_may_share_an_id():
    ids = IdAssigner()
    assert ids.assign(C, None, "a/1.pdf", None) == ids.assign(Kind.VACANCY, None, "b/1.pdf", None) == "1"


def test_path_keeps_its_id_in_later_ingests_in_any_order():
    owners: dict[tuple[Kind, str], str] = {}
    for paths in (["a/cv.pdf", "b/cv.pdf"], ["b/cv.pdf", "a/cv.pdf"], ["b/cv.pdf"]):
        ids = IdAssigner(lambda kind, record_id: owners.get((kind, record_id)))
        for path in paths:
            owners[C, ids.assign(C, None, path, None)] = path
    assert sorted(owners.values()) == ["a/cv.pdf", "b/cv.pdf"]


def test_path_keeps_its_id_when_the_path_with_the_plain_one_is_erased():
    ids = IdAssigner()
    ids.assign(C, None, "a/cv.pdf", None)
    second = ids.assign(C, None, "b/cv.pdf", None)
    later = IdAssigner(lambda kind, record_id: "b/cv.pdf" if record_id == second else None)
    assert later.assign(C, None, "b/cv.pdf", None) == second


def test_stated_id_is_kept_whatever_the_path():
    ids = IdAssigner(lambda kind, record_id: "old/place.csv")
    assert ids.assign(C, "c1", "new/place.csv", 1) == "c1"


def test_stated_id_from_two_sources_is_rejected_the_second_time():
    ids = IdAssigner()
    ids.assign(C, "c1", "one.csv", 4)
    rejection = ids.assign(C, "c1", "two.csv", 2)
    assert rejection.reason == "duplicate id: one.csv, row 4 has it too"
    assert (rejection.row, rejection.field, rejection.value) == (2, "id", "c1")


def test_made_id_gives_way_to_a_stated_one():
    ids = IdAssigner()
    ids.assign(C, "cv", "table.csv", 1)
    assert ids.assign(C, None, "cv.pdf", None) != "cv"
