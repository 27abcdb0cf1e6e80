"""Whatever a vacancy says, every quote stands in its text and its sections cover it in order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from jobfit.structure.vacancy import read_vacancy_profile

PIECES = st.sampled_from(
    [
        "Requirements:", "Nice to have", "Profil recherché :", "Java", "Python or Ruby", "3+ years of experience",
        "2 ans d'expérience", "Bachelor's degree", "Bac+5", "fluent German", "anglais B2", "permis B", "exigé",
        "is a plus", "not required", "you must be based in Lyon", "night shifts", "CDI", "Location: Paris", "\n", " - ",
        ". ", "; ", "É’–  ", "What You Need for this Position", "Must have -", "x" * 320,
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), min_size=1, max_size=25).map(" ".join))
def test_read_vacancy_every_quote_stands_in_the_text(text):
    profile = read_vacancy_profile(text, None)
    quotes = [r.evidence for r in profile.requirements] + [c.evidence for c in profile.conditions]
    quotes += [item.evidence for item in (profile.title, profile.location) if item]
    assert all(text[quote.start : quote.end] == quote.text for quote in quotes)
    assert all(a.end == b.start for a, b in zip(profile.sections, profile.sections[1:]))
    assert all(s.start <= s.body <= s.end for s in profile.sections)
    assert len({r.id for r in profile.requirements}) == len(profile.requirements)
