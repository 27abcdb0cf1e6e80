"""Protected attributes by candidate id, from a CSV file."""

import pytest

from jobfit.errors import InputError
from jobfit.groups import UNDECLARED, read_groups


def test_empty_cells_and_unknown_candidates_are_undeclared(tmp_path):
    (tmp_path / "g.csv").write_text("\ufeffcandidate_id,sex,age\nc1,female,\nc2\n", encoding="utf-8")
    groups = read_groups(tmp_path / "g.csv")
    assert groups.of("c1", "sex") == "female"
    assert {groups.of("c1", "age"), groups.of("c2", "sex"), groups.of("c9", "sex")} == {UNDECLARED}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id,sex\nc1,female\n", "no column 'candidate_id'"),
        (b"candidate_id,sex\nc1,female\nc1,male\n", ":3: the candidate_id stands in a row above"),
        (b"candidate_id,sex\nc1,female,30\n", ":2: the row does not have the 2 columns"),
        (b"candidate_id,sex\nc1,f\xe9male\n", "not UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_bad_file_is_refused_with_its_line(tmp_path, content, said):
    if content is not None:
        (tmp_path / "g.csv").write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_groups(tmp_path / "g.csv")
