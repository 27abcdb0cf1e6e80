"""Swapping the name changes nothing: the property that the issue states."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from jobfit.documents.masking import mask

_spec = importlib.util.spec_from_file_location("people", Path(__file__).with_name("people.py"))
people = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(people)
LAYOUTS, NAMES, write_cv = people.LAYOUTS, people.NAMES, people.write_cv


@pytest.mark.parametrize("layout", LAYOUTS)
def test_mask_name_swapped_gives_identical_text(layout):
    assert len(NAMES) >= 60
    expected = mask(write_cv(LAYOUTS[layout], "Tamsin Ollerenshaw")).text
    different = {name: text for name in NAMES if (text := mask(write_cv(LAYOUTS[layout], name)).text) != expected}
    assert not different, (expected, different)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_mask_name_handed_in_and_swapped_gives_identical_text(layout):
    expected = mask(write_cv(LAYOUTS[layout], "Tamsin Ollerenshaw"), names=["Tamsin Ollerenshaw"]).text
    different = [n for n in NAMES if mask(write_cv(LAYOUTS[layout], n), names=[n]).text != expected]
    assert not different


@pytest.mark.parametrize("layout", LAYOUTS)
def test_mask_of_masked_text_changes_nothing(layout):
    for name in NAMES[::7]:
        once = mask(write_cv(LAYOUTS[layout], name)).text
        assert mask(once).text == once


def test_mask_rare_name_leaves_no_word_of_it():
    for layout in LAYOUTS.values():
        text = mask(write_cv(layout, "Tamsin Ollerenshaw")).text.casefold()
        assert "tamsin" not in text and "ollerenshaw" not in text


def test_mask_under_another_hash_seed_gives_the_same_text():
    code = "import sys; from jobfit.documents.masking import mask; print(mask(sys.stdin.read()))"
    texts = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=write_cv(LAYOUTS["classic"], "Maria de la Cruz"),
            capture_output=True,
            text=True,
            env=environment,
            check=True,
        )
        texts.add(done.stdout)
    assert len(texts) == 1


def _published_names(folder: Path) -> list[str]:
    groups = [json.loads((folder / f"top_{sex}_names.json").read_text()) for sex in ("mens", "womens")]
    us = [name.title() for group in groups for names in group.values() for name in names]
    with (folder / "Prenoms.csv").open(encoding="latin-1", newline="") as file:
        first = [row[0].title() for row in list(csv.reader(file, delimiter=";"))[1:] if row[0].isalpha()]
    return us + [f"{name} Martin" for name in random.Random(7).sample(first, 1500)]


def test_mask_published_names_swapped_gives_identical_text(shared_data):
    names = _published_names(shared_data / "names")
    layouts = list(LAYOUTS.values())
    expected = [mask(write_cv(layout, "Tamsin Ollerenshaw")).text for layout in layouts]
    pairs = [(number % len(layouts), name) for number, name in enumerate(names)]
    assert len(pairs) >= 2000
    changed = [(i, n) for i, n in pairs if mask(write_cv(layouts[i], n)).text != expected[i]]
    assert not changed, f"{len(changed)} of {len(pairs)}: {changed[:20]}"
