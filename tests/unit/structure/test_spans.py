"""What was read in a shortened text stands in the original."""

from __future__ import annotations

from jobfit.records import CandidateProfile, Evidence, Section, Stated
from jobfit.structure.spans import placed

ORIGINAL = "Ann Lee, nurse for Ann Lee in Leeds"
SHORT = ", nurse for  in Leeds"
ORIGIN = [*range(7, 19), *range(26, 36)]


def test_placed_quotes_the_original_with_what_was_cut_inside():
    start = SHORT.index("nurse")
    profile = CandidateProfile(title=Stated("nurse", Evidence(SHORT[start:], start, len(SHORT))))
    title = placed(profile, ORIGINAL, ORIGIN).title
    assert title == Stated("nurse", Evidence("nurse for Ann Lee in Leeds", 9, 35))


def test_placed_sections_cover_the_original():
    cut = SHORT.index("in")
    sections = (Section("header", 0, 0, cut), Section("other", cut, cut, len(SHORT)))
    moved = placed(sections, ORIGINAL, ORIGIN)
    assert [(s.start, s.end) for s in moved] == [(0, 27), (27, 35)]
