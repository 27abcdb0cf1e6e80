"""The annotated CVs are well formed, and are those of the texts at hand."""

import json

import annotations
import pytest

from jobfit.artifacts import sha256_of
from jobfit.records import Kind


def test_each_annotation_is_of_the_text_at_hand_and_its_spans_lie_in_it(shared_data):
    pairs = list(annotations.load(shared_data))
    assert len({each.source for _, each in pairs}) == len(pairs) > 0
    for text, each in pairs:
        assert each.kind is Kind.CANDIDATE
        assert all(0 <= span.start < span.end <= len(text) for span in each.spans), each.source
        named = (*each.title, *(skill.span for skill in each.skills))
        named += tuple(position.title for position in each.positions if position.title)
        for words in (span.of(text) for span in named):
            assert words.strip() == words != "", each.source


def test_each_annotation_agrees_with_itself():
    for each in annotations.read_annotations(annotations.FILE):
        names = [skill.name for skill in each.skills]
        assert len(set(names)) == len(names) and all(name == name.lower().strip() for name in names), each.source
        assert each.tolerance >= 0 and (each.months is None or each.months >= 0), each.source
        for position in each.positions:
            if position.start and position.end:
                length = min(len(position.start), len(position.end))
                assert position.start[:length] <= position.end[:length], each.source  # "present" sorts after digits


def test_a_text_that_was_not_annotated_is_refused(tmp_path):
    text = "Welder." + " Ten years of experience in a shipyard, all positions, in steel and in aluminium." * 4
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "one.txt").write_text(text, encoding="utf-8")
    line = {"source": "some/one.txt", "sha256": sha256_of(text), "kind": "candidate", "title": [[0, 6]]}
    path = tmp_path / "candidates.jsonl"
    path.write_text(json.dumps(line), encoding="utf-8")
    [(read, annotation)] = annotations.load(tmp_path, path)
    assert annotation.title[0].of(read) == "Welder"

    path.write_text(json.dumps(line | {"sha256": sha256_of("Cook")}), encoding="utf-8")
    with pytest.raises(annotations.AnnotationError, match=r"some/one.txt: jobfit reads another text"):
        list(annotations.load(tmp_path, path))
    path.write_text(json.dumps(line | {"source": "some/two.txt"}), encoding="utf-8")
    with pytest.raises(annotations.AnnotationError, match=r"two.txt is not here"):
        list(annotations.load(tmp_path, path))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": 1}, "unknown field 'colour'"),
        ({"positions": [{"title": None, "start": "03/2014", "end": None, "work": True}]}, "'03/2014' is neither YYYY"),
        ({"education": {"level": "COLLEGE", "span": [0, 1]}}, "COLLEGE"),
        ({"skills": [{"name": "sql", "span": [0, 3], "polarity": "maybe"}]}, "maybe"),
    ],
)
def test_a_line_that_is_no_annotation_is_named(tmp_path, change, message):
    path = tmp_path / "candidates.jsonl"
    path.write_text(json.dumps({"source": "a/b", "sha256": "0", "kind": "candidate"} | change), encoding="utf-8")
    with pytest.raises(annotations.AnnotationError, match=rf"candidates.jsonl, line 1: .*{message}"):
        annotations.read_annotations(path)
