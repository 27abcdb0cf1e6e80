"""A shortlist of the simulated market with three cheats in it, as a recruiter sees it -> docs/cheats.png.

    python benchmarks/attacks/picture.py [--page FOLDER]

Those who cheat stand in the first places without it: so they are on the picture whatever it does to them.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from jobfit.encoders.loading import load_encoder
from jobfit.ingest.parse import html
from jobfit.ingest.raw import RawDocument
from jobfit.matcher import Matcher
from jobfit.reading import candidate_from_text, read_candidates, read_vacancies
from jobfit.records import Candidate, RequirementKind, Vacancy
from jobfit.report.page import Example, write_report
from jobfit.simulation import simulate_to

ROOT = Path(__file__).resolve().parents[2]
SHOWN = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=Path, help="keep the page in this folder")
    options = parser.parse_args()
    encoder = load_encoder()
    with tempfile.TemporaryDirectory() as folder:
        market = Path(folder, "market")
        simulate_to(market, 40, 4, 14, rendered_share=0.0)
        people, vacancies = list(read_candidates(market / "cvs")), read_vacancies(market / "vacancies")
        vacancy = max(vacancies, key=lambda one: len(one.text))
        honest = Matcher.from_records(people, encoder).match(vacancy, SHOWN).entries
        for place, cheat in ((1, hides), (3, pastes), (5, lists)):
            number = next(n for n, person in enumerate(people) if person.id == honest[place].id)
            people[number] = cheat(people[number], vacancy)
        shortlist = Matcher.from_records(people, encoder).match(vacancy, SHOWN)
        page = Path(options.page or folder) / "cheats.html"
        records = {person.id: person for person in people}
        facts = {"market": "40 simulated candidates, three of whom cheat"}
        write_report(page, [Example(vacancy, shortlist, records, date.today())], [], facts, date.today())
        chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if chromium is None:
            raise SystemExit("a Chromium is needed: apt-get install chromium")
        picture = ROOT / "docs" / "cheats.png"
        subprocess.run(
            [
                chromium, "--headless=new", "--no-sandbox", "--hide-scrollbars", "--window-size=1000,1720",
                f"--screenshot={picture}", page.resolve().as_uri(),
            ],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        print(picture.relative_to(ROOT))


def hides(person: Candidate, vacancy: Vacancy) -> Candidate:
    """White on white: the whole advert."""
    seen, hidden = (text.replace("\n", "<br>") for text in (person.text, vacancy.text))
    [read] = html.extract(f"<!doctype html><p>{seen}</p><p style='color:#fff'>{hidden}</p>".encode())
    if not isinstance(read, RawDocument):
        raise SystemExit("the page could not be read")
    return replace(candidate_from_text(read.text, id=person.id), flags=read.flags)


def pastes(person: Candidate, vacancy: Vacancy) -> Candidate:
    return candidate_from_text(f"{person.text}\n{vacancy.text}", id=person.id)


def lists(person: Candidate, vacancy: Vacancy) -> Candidate:
    skills = [asked.label for asked in vacancy.profile.requirements if asked.kind is RequirementKind.SKILL]
    return candidate_from_text(f"{person.text}\n{', '.join(skills * 100)}", id=person.id)


if __name__ == "__main__":
    main()
