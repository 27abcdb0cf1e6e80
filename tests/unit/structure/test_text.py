import pytest

from jobfit.structure.text import ReadText


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("OnsiteRequirements: Java", ["Onsite", "Requirements: Java"]),
        ("Quincy, MAFull-time", ["Quincy, MA", "Full-time"]),
        ("FULL timeUS Citizens", ["FULL time", "US Citizens"]),
        ("environmentPMP preferred", ["environment", "PMP preferred"]),
        ("one line, as it should be", ["one line, as it should be"]),
        ("", []),
    ],
)
def test_parts_are_cut_where_a_line_break_was_lost(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in ReadText(text).parts] == parts
