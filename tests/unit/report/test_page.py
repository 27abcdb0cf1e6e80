import re
from datetime import date

import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.evaluation.measures import evaluate
from jobfit.matcher import Matcher
from jobfit.records import (
    Candidate,
    CandidateProfile,
    Evidence,
    Importance,
    Requirement,
    RequirementKind,
    Source,
    Stated,
    Vacancy,
    VacancyProfile,
)
from jobfit.report.page import Evaluation, Example, in_a_line, write_report
from jobfit.runs import Qrels, Ranking, Run

CV = "Nurse <script>alert('cv')</script>\nTen years in a hospital. Knows triage & wound care."
TODAY = date(2026, 1, 2)
ATTACK = "<img src=x onerror=alert(1)>"


@pytest.fixture
def html(tmp_path):
    quote = Stated("wound-care", Evidence("wound care", CV.index("wound"), CV.index("wound") + 10))
    profile = CandidateProfile(skills=(quote,))
    candidate = Candidate("c1", CV, "en", Source("c1.txt", "text", "1"), profile, flags=("hidden_text:tiny",))
    wanted = [
        Requirement(f"skill:{skill}", RequirementKind.SKILL, f"{skill} {ATTACK}", skill, Importance.MUST)
        for skill in ("wound-care", "phlebotomy", "triage of aliens")
    ]
    vacancy = Vacancy(
        "v1", "A nurse for the ward", "en", Source("v1.txt", "text", "2"), VacancyProfile(requirements=(*wanted,))
    )
    shortlist = Matcher.from_records([candidate], HashingEncoder()).match(vacancy, 5)
    report = evaluate(Run("r", {"q": Ranking.from_scores("q", ["a"], [1.0])}), Qrels({"q": {"a": 1}}), ["RR"])
    path = tmp_path / "new" / "report.html"
    example = Example(vacancy, shortlist, {"c1": candidate}, TODAY)
    evaluation = Evaluation("Title", ATTACK, {"bm25": report})
    write_report(path, [example], [evaluation], {"Fact": ATTACK}, TODAY)
    return path.read_text(encoding="utf-8")


def test_report_shows_the_ledger_with_its_quotes(html):
    assert "<mark>wound care</mark>" in html
    assert "✓ met" in html and "? unknown" in html
    assert html.count("The CV does not say.") == 1  # of two requirements, in one row
    assert re.search("phlebotomy [^\n]*; triage of aliens ", html)
    assert html.index("phlebotomy ") < html.index("<mark>")


def test_report_says_what_each_signal_weighs_and_what_a_score_is_the_sum_of(html):
    assert "Compared as sentences." in html and "<li>0.3 4-grams of characters in common (characters)</li>" in html
    [said] = re.findall(r"Score = ([^<]*)<", html)
    [score] = re.findall(r"score ([\d.]+)", html)
    assert sum(float(part.split()[1]) for part in said.split(" + ")) == pytest.approx(float(score), abs=0.003)


def test_report_shows_the_flags_of_a_file_with_its_entry(html):
    assert "⚠ Look at this: holds text that a reader does not see (tiny); it was left out" in html


def test_report_text_from_outside_is_never_markup(html):
    assert "<script" not in html
    assert "<img" not in html


def test_report_is_one_file_that_loads_nothing(html):
    assert not re.search(
        r"""(?:src|href)\s*=|@import|url\(""", html.replace(ATTACK.replace("<", "&lt;"), "").replace("src=x", "")
    )


def test_report_prints_n_beside_a_mean(html):
    assert re.search(r"<td class=\"n\">1</td>", html)


def test_a_long_quote_keeps_both_ends_in_one_line():
    text = "from 2019\n" + "x" * 500 + "\nto 2021"
    line = in_a_line(text)
    assert line.startswith("from 2019") and line.endswith("to 2021") and "\n" not in line and len(line) < 130


def test_report_shows_what_planted_text_gave_and_took_off(tmp_path):
    advert = " ".join(f"demand{n} for ward{n % 7}" for n in range(40))
    cheat = Candidate("c1", f"A cook of soups\n{advert}", "en", Source("c1.txt", "text", "1"))
    other = Candidate("c2", "A nurse for ward1 and ward2", "en", Source("c2.txt", "text", "2"))
    vacancy = Vacancy("v1", advert, "en", Source("v1.txt", "text", "3"))
    shortlist = Matcher.from_records([cheat, other], HashingEncoder()).match(vacancy, 5)
    [entry] = [entry for entry in shortlist.entries if entry.id == "c1"]
    [taken] = [part.value for part in entry.contributions if part.name == "planted"]
    path = tmp_path / "report.html"
    example = Example(vacancy, shortlist, {"c1": cheat, "c2": other}, TODAY)
    write_report(path, [example], [], {}, TODAY)
    html = path.read_text(encoding="utf-8")
    assert html.count("taken off for planted text") == 1 and f"{-taken:.3f} taken off for planted text" in html
    assert "⚠ Look at this: 120 of its 124 words are the advert&#39;s" in html
    assert "they do not count for its place" in html
    assert all(0 <= float(width) <= 100 for width in re.findall(r'style="width: ([^%]*)%"', html))
