"""JSON files: the shape decides."""

import json

import pytest

from jobfit.ingest.formats.json_files import extract
from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.records import Kind

POSTING = {"@context": "https://schema.org", "@type": "JobPosting", "title": "Cook", "description": "Cook for us."}
RESUME = {"basics": {"name": "Ana Sample", "label": "Cook"}}


def read(value: object) -> list[RawDocument | RawRejection]:
    return list(extract(json.dumps(value).encode()))


def test_each_known_shape_is_recognised():
    posting, resume, record = read([POSTING, RESUME, {"_id": "d1", "title": "Cook", "text": "Cooks soup."}])
    assert (posting.kind, posting.row) == (Kind.VACANCY, 1)
    assert (resume.kind, resume.row) == (Kind.CANDIDATE, 2)
    assert record == RawDocument("Cook\n\nCooks soup.", None, "d1", 3)


@pytest.mark.parametrize("wrapper", ["data", "resume", "cv", "jsonResume"])
def test_resume_inside_of_an_answer_is_read(wrapper):
    [document] = read({"id": 7, "status": "ok", wrapper: RESUME})
    assert (document.kind, document.text) == (Kind.CANDIDATE, "Ana Sample\nCook")


def test_single_object_has_no_row():
    [document] = read(RESUME)
    assert document.row is None


def test_json_lines_are_numbered_by_line_and_a_broken_line_loses_only_itself():
    lines = [json.dumps({"id": "a", "cv": "Nurse"}), "", '{"id": "b", "cv": ', json.dumps({"id": "c", "cv": "Cook"})]
    first, second, third = extract("\n".join(lines).encode())
    assert (first.id, first.row, third.id, third.row) == ("a", 1, "c", 4)
    assert second == RawRejection("broken JSON at column 18: Expecting value", row=3)


def test_line_separator_inside_a_json_string_ends_no_line():
    data = '{"id": "a", "cv": "Nurse\u2028Lyon"}\n{"id": "b", "cv": "Cook"}\n'.encode()
    assert [document.id for document in extract(data)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"basics": {\n "name": }}', "broken JSON at line 2, column 10: Expecting value"),
        ('{"cv": "a", "cv": "b"}', "a key occurs twice in one object; remove the wrong one"),
        ('{"cv": NaN}', "NaN is not a JSON value; write null where there is none"),
        ("[" * 100_000, "the JSON is nested too deeply"),
        ('{"id": ' + "1" * 5_000 + "}", "a number in the JSON has thousands of digits"),
        ("[]", "the JSON array is empty"),
        ("  ", "the file is empty"),
        ('"text"', "an object is expected here"),
    ],
)
def test_json_that_cannot_be_used_is_rejected_with_its_reason(text, reason):
    [result] = extract(text.encode())
    assert result.reason == reason


def test_field_of_a_wrong_type_is_reported_by_field_and_value():
    [result] = read({"id": "a", "cv": {"deep": "text"}})
    assert result == RawRejection("text is expected here, not an object", None, "cv", None)


def test_array_in_which_every_object_is_wrong_gives_one_rejection():
    [result] = read([{"word": "a"}] * 50)
    assert result.reason.startswith("all 50 objects: neither a JSON Resume")
    assert result.row is None


def test_second_object_with_an_id_is_rejected():
    _, second = read([{"id": 1, "cv": "Nurse"}, {"id": "1", "cv": "Cook"}])
    assert (second.row, second.field, second.value) == (2, "id", "1")
