"""The README's Python runs as it stands and prints what the README shows."""

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


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


def test_readme_has_no_placeholder_left():
    assert not re.findall(
        r"\b(?:TIME|PYTHON|RESULTS)_[A-Z]+\b|^PICTURE$", README.read_text(encoding="utf-8"), re.MULTILINE
    )


def test_readme_files_that_it_names_exist():
    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:src|docs|results|benchmarks|tests)/[\w/.-]*)`", text)) | set(
        re.findall(r"\]\(([\w/.-]+)\)", text)
    )
    missing = [name for name in named if not (README.parent / name).exists()]
    assert not missing
