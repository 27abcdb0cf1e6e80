from __future__ import annotations

from pathlib import Path

import pytest

from jobfit.scorers.licences import KNOWN, licence_of


def card(tmp_path: Path, name: str, text: str | None) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    if text is not None:
        (folder / "README.md").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "text", "licence", "told"),
    [
        ("mine", "---\nlanguage: fr\nlicense: apache-2.0\n---\n# Model\nlicense: cc-by-nc-4.0\n", "apache-2.0", None),
        ("mine", "---\nlicense: 'CC-BY-NC-4.0'\n---\n", "cc-by-nc-4.0", "commercial"),
        ("mine", "---\nlicense: other\nlicense_name: non-commercial\n---\n", "non-commercial", "commercial"),
        ("mine", "---\nlicense: mnc-1.0\n---\n", "mnc-1.0", None),
        ("mine", "no front matter\nlicense: mit\n", "unknown", "unknown"),
        ("mine", None, "unknown", "unknown"),
        ("bge-reranker-v2-m3", None, "apache-2.0", None),
        ("jina-reranker-v2-base-multilingual", None, "cc-by-nc-4.0", "commercial"),
        ("jina-reranker-v2-base-multilingual", "---\nlicense: mit\n---\n", "cc-by-nc-4.0", "commercial"),
    ],
)
def test_licence_is_what_the_card_or_the_name_says(
    tmp_path: Path, name: str, text: str | None, licence: str, told: str | None
) -> None:
    found = licence_of(card(tmp_path, name, text))
    assert found.name == licence
    assert (found.warning is None) == (told is None) and (told or "") in (found.warning or "")


def test_only_jina_among_the_known_forbids_commercial_use(tmp_path: Path) -> None:
    warned = {name for name in KNOWN if licence_of(card(tmp_path, name, None)).warning}
    assert warned == {"jina-reranker-v2-base-multilingual"}
