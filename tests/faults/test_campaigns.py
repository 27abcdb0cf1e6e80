"""The campaigns of ``make faults`` and ``make attacks``, small; their page is what their results say."""

from __future__ import annotations

import itertools
import random
import runpy
from pathlib import Path

import pytest
import reliability_page
import stuffing

import canaries
import faults
import interruptions
from jobfit.ingest.parse.sandbox import ParserPool
from jobfit.planted import planted
from jobfit.reading import vacancy_from_text

ROOT = Path(__file__).resolve().parents[2]


def test_mutated_documents_and_entities_fail_in_no_way() -> None:
    with ParserPool(1) as pool:
        files = itertools.chain(faults.mutated(42), itertools.islice(faults.entities(), 9))
        row = faults._read_all("a few", files, pool)
    assert (row["n"], row["failed"]) == (51, 0)


def test_what_is_said_about_105_broken_files_repeats_no_personal_value(tmp_path: Path) -> None:
    with ParserPool(1) as pool:
        assert (canaries.count(), canaries.leaked(tmp_path, pool)) == (105, [])


def test_full_disks_links_swaps_and_a_database_that_returns_fail_in_no_way() -> None:
    for what, n, failed in (
        interruptions.links_and_swaps(8),
        interruptions.full_disks(),
        interruptions.database_that_returns(1),
    ):
        assert n and not failed, what


def test_hostile_models_are_refused_and_run_nothing() -> None:
    row = faults._models()
    assert row["n"] >= 59 and row["failed"] == 0


def test_page_says_what_the_results_say_and_names_a_missed_target() -> None:
    page = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    assert page == "\n".join(reliability_page.lines(reliability_page.read())).rstrip() + "\n"
    missed = {"what": "x", "n": 100, "failed": 5, "most": 0.01, "seconds": 1.0}
    [row] = [line for line in reliability_page.lines({"faults": {"rows": [missed]}}) if line.startswith("| x")]
    assert "5 of 100" in row and "**missed**" in row


def test_part_that_ran_again_replaces_all_rows_that_it_had_and_no_others() -> None:
    rows = [{"part": part, "what": what} for part, what in (("hidden", "a"), ("clean", "b"), ("stuffing", "renamed"))]
    attacks = runpy.run_path(str(ROOT / "benchmarks/attacks/__main__.py"))
    again = attacks["merged"](rows, "stuffing", [{"part": "stuffing", "what": "now"}])
    assert [row["what"] for row in again] == ["a", "b", "now"]
    assert [row["what"] for row in attacks["merged"](again, "hidden", [])] == ["b", "now"]
    first = attacks["merged"]([], "clean", [rows[1]])
    assert first == [rows[1]]


def test_files_that_are_rightly_flagged_are_counted_apart() -> None:
    row = {"what": "x", "n": 65, "failed": 0, "most": 0.005, "seconds": 1.0, "rightly_flagged": 1}
    assert "| x; 1 more rightly so | 0 of 65 |" in reliability_page._line(row)


def test_what_a_claim_gains_is_told_beside_what_its_repetition_gains() -> None:
    row = {"what": "said (known): gained", "n": 3, "failed": 3, "most": 0.01, "first": 0, "flagged": 1}
    row |= {"gains": [7, 8, 9], "over": [-1, 2, 3], "claimed_once": [5, 6, 7]}
    page = "\n".join(reliability_page._stuffing([row]))
    assert "plainly (median 6 places, n = 3)." in page and "| said (known) | 3 | 8 | 9 | 2 | 0 | 1 |" in page


ADVERT = vacancy_from_text(
    "Ward nurse wanted. You plan the care of our patients on the surgical ward, give medication and write the handover "
    "of every shift. You have a diploma in nursing, speak English, know Excel, SAP, first aid, wound care and triage, "
    "and like to teach those who are new. The ward has thirty beds and works closely with surgeons, pharmacists, "
    "social workers and relatives; nights and weekends follow a roster that colleagues agree together every month.",
    id="ward",
)
OWN = (
    "Cook and kitchen helper in two restaurants of the town since 2015. Ordered bread, kept the accounts, trained four "
    "apprentices; guests came back for her soup. Before that sold shoes at a market stall every Saturday."
)


@pytest.mark.parametrize("kind", [kind for kind in stuffing.KNOWN if "claimed" not in kind and "first" not in kind])
def test_what_was_stuffed_in_a_known_way_is_seen(kind: str) -> None:
    assert planted(stuffing.KNOWN[kind](OWN, ADVERT, random.Random(2)), ADVERT.text) and not planted(OWN, ADVERT.text)
