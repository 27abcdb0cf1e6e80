"""The Python of docs/source.md runs as it stands and prints what the page shows."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_page_python_prints_what_the_page_shows(tmp_path):
    text = (ROOT / "docs/source.md").read_text(encoding="utf-8")
    [code] = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    shown = re.search(r"^prints\n\n```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[1]
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == shown
