"""The README's Python runs as it stands and prints what the README shows; the files that pages name exist."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_readme_python_prints_what_the_readme_shows(tmp_path):
    [code] = blocks("python")
    text = README.read_text(encoding="utf-8")
    shown = re.search(r"^prints\n\n```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[1]
    assert sum(bool(line.strip()) for line in code.splitlines()) <= 15
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False, env=ENV
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == shown


ENV = {"PYTHONPATH": str(README.parent / "src"), "HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


def test_files_that_a_page_names_exist():
    missing = []
    for page in (README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))):
        text = page.read_text(encoding="utf-8")
        folders = "src|docs|benchmarks|tests" + "|results" * (page.parent == ROOT)  # docs/ names what runs will write
        named = {ROOT / name for name in re.findall(rf"`((?:{folders})/[\w/.-]*)`", text)}
        named |= {page.parent / name for name in re.findall(r"\]\(([\w/.-]+)(?:#[\w-]+)?\)", text)}
        missing += [f"{page.relative_to(ROOT)}: {name}" for name in sorted(named) if not name.exists()]
    assert missing == []
