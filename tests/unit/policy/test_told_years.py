from datetime import date

import pytest

from jobfit.policy.ledger import check
from jobfit.records import Importance, Requirement, RequirementKind
from jobfit.structure.candidate import read_candidate_profile
from jobfit.taxonomy.compact import load_compact

FIVE = Requirement(
    "experience:html", RequirementKind.EXPERIENCE, "5 years of experience in HTML", "html", Importance.MUST, 60
)
CV = "Ann Lee\nWeb Developer\n\nSUMMARY\n{}\n\nEXPERIENCE\nWeb Developer, Acme, 2014 - 2016\nBuilt sites.\n"


@pytest.mark.parametrize(
    ("told", "quoted"),
    [
        ("5 years of experience in HTML and CSS.", "5 years of experience in HTML"),
        (
            "10+ years development experience with CSS, PHP and HTML",
            "10+ years development experience with CSS",
        ),
        ("Skills: HTML (6 years), CSS (4 years)", "HTML (6 years)"),
        ("HTML: 72 months", "HTML: 72 months"),
        ("I have worked with HTML for over 7 years", "HTML for over 7 years"),
        ("6 ans d'expérience en HTML", "6 ans d'expérience en HTML"),
        ("HTML pendant 8 ans", "HTML pendant 8 ans"),
        ("10+ years development experience. Skills: HTML", None),
        ("4 years of HTML", None),
        ("less than 5 years of HTML", None),
        ("up to 6 years of HTML", None),
        ("5 years in sales, HTML", None),
        ("5 years at Acme, HTML", None),
        ("12 years in sales. HTML basics", None),
        ("10 years of development without HTML", None),
    ],
)
def test_time_with_a_skill_counts_where_the_words_name_both(told: str, quoted: str | None) -> None:
    text = CV.format(told)
    line = check(FIVE, read_candidate_profile(text, load_compact()), text, date(2026, 1, 15))
    assert (line.status == "met") is (quoted is not None)
    assert quoted is None or (line.evidence and line.evidence.text.startswith(quoted))
    assert line.evidence is None or text[line.evidence.start : line.evidence.end] == line.evidence.text
