"""Which files an ingest reads."""

import gzip
import os

import pytest

from jobfit.errors import InputError
from jobfit.ingest.sources import find_files


def names(found, folder):
    return [path.relative_to(folder).as_posix() for path in found.files]


def make(folder, *paths, text="x"):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def test_folder_is_read_below_and_sorted_without_hidden_and_lock_files(tmp_path):
    make(tmp_path, "b.pdf", "a/z.docx", "a/y.docx", ".hidden", "~$b.docx", ".git/config", "c.xyz")
    found = find_files([str(tmp_path)])
    assert names(found, tmp_path) == ["b.pdf", "c.xyz", "a/y.docx", "a/z.docx"]
    assert found.hidden == 3


def test_file_that_is_named_twice_is_read_once(tmp_path):
    make(tmp_path, "b.pdf", "a.pdf")
    found = find_files([str(tmp_path / "b.pdf"), str(tmp_path), str(tmp_path / "x" / ".." / "b.pdf")][:2])
    assert names(found, tmp_path) == ["b.pdf", "a.pdf"]


def test_glob_is_expanded_below(tmp_path):
    make(tmp_path, "a/1.pdf", "a/b/2.pdf", "a/3.txt")
    assert names(find_files([str(tmp_path / "**" / "*.pdf")]), tmp_path) == ["a/1.pdf", "a/b/2.pdf"]


def test_file_whose_name_looks_like_a_glob_is_read(tmp_path):
    make(tmp_path, "cv[1].pdf")
    assert names(find_files([str(tmp_path / "cv[1].pdf")]), tmp_path) == ["cv[1].pdf"]


def test_path_that_does_not_exist_is_an_error_that_names_it(tmp_path):
    with pytest.raises(InputError, match=r"missing\.pdf: no such file or folder"):
        find_files([str(tmp_path / "missing.pdf")])
    with pytest.raises(InputError, match=r"\*\.pdf: no file matches"):
        find_files([str(tmp_path / "*.pdf")])


def test_empty_folder_is_noted(tmp_path):
    assert find_files([str(tmp_path)]).notes == (f"{tmp_path}: no file to read in this folder",)


def test_pipe_and_broken_link_are_rejected_and_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("nowhere")
    found = find_files([str(tmp_path)])
    assert found.files == ()
    assert [rejection.reason for rejection in found.rejections] == ["not a regular file, or a broken link"] * 2


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("candidate_id,sex", "protected attributes"),
        ("candidate_id;age_group;origin", "protected attributes"),
        ("candidate_id,vacancy_id,status,outcome,time", "a log of applications"),
    ],
)
def test_table_that_is_no_documents_is_noted_and_left_out(tmp_path, header, word):
    make(tmp_path, "table.csv", text=header + "\n1,2,3,4,5\n")
    found = find_files([str(tmp_path)])
    assert found.files == ()
    assert f"not documents: {word}" in found.notes[0]


def test_packed_table_that_is_no_documents_is_noted_too(tmp_path):
    (tmp_path / "log.csv.gz").write_bytes(gzip.compress(b"candidate_id,vacancy_id,status\n1,2,hired\n"))
    (tmp_path / "broken.csv.gz").write_bytes(b"no gzip")
    found = find_files([str(tmp_path)])
    assert names(found, tmp_path) == ["broken.csv.gz"]
    assert "not documents: a log of applications" in found.notes[0]


def test_table_of_candidates_is_read_even_with_a_protected_column(tmp_path):
    make(tmp_path, "table.csv", text="candidate_id,sex,cv\n1,f,Cook\n")
    found = find_files([str(tmp_path)])
    assert names(found, tmp_path) == ["table.csv"]
    assert found.notes == (f"{tmp_path / 'table.csv'}: columns that are not read: 'sex'",)


def test_columns_that_are_not_read_are_named_the_first_ten_of_them(tmp_path):
    others = ",".join(f"column {n}" for n in range(13))
    make(tmp_path, "table.csv", text=f"id,cv,{others},Permis B\n1,Cook{',x' * 13},oui\n")
    [note] = find_files([str(tmp_path)]).notes
    assert note.endswith("'column 8', 'column 9' and 3 more")


@pytest.mark.parametrize("named", ["", "loop"])
def test_links_in_a_circle_are_rejected_and_the_rest_is_found(tmp_path, named):
    for link, target in (("loop", "back"), ("back", "loop"), ("itself", "itself")):
        (tmp_path / link).symlink_to(tmp_path / target)
    (tmp_path / "folder").symlink_to(tmp_path)
    (tmp_path / "cv.txt").write_text("a CV")
    found = find_files([str(tmp_path / named), str(tmp_path / "cv.txt")], passed_over=tmp_path / "itself")
    assert found.files == (tmp_path / "cv.txt",)
    assert all(rejection.reason == "not a regular file, or a broken link" for rejection in found.rejections)
    assert {"loop"} <= {rejection.file.rpartition("/")[2] for rejection in found.rejections}


def test_links_out_of_a_folder_are_not_followed_and_counted(tmp_path):
    inside, other = tmp_path / "cvs", tmp_path / "private"
    for folder in (inside, other):
        folder.mkdir()
        (folder / "cv.txt").write_text("text")
    (inside / "out.txt").symlink_to(other / "cv.txt")
    (inside / "up.txt").symlink_to("../private/cv.txt")
    (inside / "again.txt").symlink_to("cv.txt")
    found = find_files([str(inside)])
    assert [path.resolve() for path in found.files] == [inside / "cv.txt"]
    assert found.rejections == () and ["2 links lead out of this folder" in note for note in found.notes] == [True]
    assert find_files([str(inside / "out.txt")]).files == (other / "cv.txt",)  # named by somebody
    (tmp_path / "named").symlink_to(inside)
    assert len(find_files([str(tmp_path / "named")]).files) == 1
