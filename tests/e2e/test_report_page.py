"""The report in a real browser: nothing runs, nothing is fetched, nothing overflows."""

import shutil
from datetime import date

import pytest

from jobfit.encoders.hashing import HashingEncoder
from jobfit.evaluation.measures import evaluate
from jobfit.matcher import Matcher
from jobfit.reading import read_candidates, read_vacancies
from jobfit.report.page import Evaluation, Example, write_report
from jobfit.runs import Qrels, Run
from jobfit.simulation import simulate_to

TODAY = date(2026, 1, 1)
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("market")
    simulate_to(folder / "market", 12, 2, 3, rendered_share=0)
    candidates, [vacancy, *_] = (
        read_candidates(folder / "market" / "cvs"),
        read_vacancies(folder / "market" / "vacancies"),
    )
    matcher = Matcher.from_records(candidates, HashingEncoder())
    shortlist = matcher.match(vacancy, 5)
    run = Run("jobfit match", {vacancy.id: shortlist.ranking})
    evaluation = evaluate(run, Qrels({vacancy.id: {shortlist.entries[0].id: 1}}), ["nDCG@10", "RR"])
    example = Example(vacancy, shortlist, matcher.corpus.records([entry.id for entry in shortlist.entries]), TODAY)
    path = folder / "report.html"
    write_report(path, [example], [Evaluation("Evaluation", "Note", {"jobfit match": evaluation})], {}, TODAY)
    return path


@pytest.mark.parametrize(("width", "height"), [(1200, 900), (390, 800)])
def test_report_opens_fetches_nothing_and_does_not_overflow(browser, report, width, height):
    page = browser.new_page(viewport={"width": width, "height": height})
    requested, problems = [], []
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(report.as_uri())
    assert requested == [report.as_uri()]
    assert problems == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()


def test_report_ledger_opens_with_the_keyboard(browser, report):
    page = browser.new_page()
    page.goto(report.as_uri())
    second = page.locator(".entry details").nth(1)
    assert second.get_attribute("open") is None
    second.locator("summary").focus()
    page.keyboard.press("Enter")
    assert second.get_attribute("open") is not None
    assert second.locator("td.status").first.is_visible()
    page.close()
