"""Whose rerankers may be used for what: known models by name, else what the model card in the folder says.

None of these comes with jobfit, and none is ever a default: a person downloads a folder and names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from jobfit.artifacts import read_bytes
from jobfit.errors import InputError

_CARD = "README.md"
_FRONT = re.compile(r"\A---\s*\n(.*?)\n---", re.DOTALL)
_LICENCE = re.compile(r"^license(?:_name)?:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)
_NOT_COMMERCIAL = re.compile(r"(?:^|[-_ ])nc(?:[-_ ]|$)|non-?commercial", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Licence:
    """name: as its author wrote it, ``unknown`` where nothing is said; source: who says so."""

    name: str
    source: str

    @property
    def not_commercial(self) -> bool:
        return bool(_NOT_COMMERCIAL.search(self.name))

    @property
    def warning(self) -> str | None:
        """Return what somebody has to know before they use the model, if anything."""
        if self.name == "unknown":
            return f"its licence is unknown ({self.source}): make sure that you may use it"
        if self.not_commercial:
            return f"its licence {self.name} ({self.source}) does not allow commercial use, which hiring mostly is"
        return None


KNOWN: dict[str, str] = {
    "jina-reranker-v2-base-multilingual": "cc-by-nc-4.0",
    "jina-reranker-v1-turbo-en": "apache-2.0",
    "bge-reranker-v2-m3": "apache-2.0",
    "bge-reranker-base": "mit",
    "bge-reranker-large": "mit",
    "ettin-reranker-17m-v1": "apache-2.0",
    "ettin-reranker-32m-v1": "apache-2.0",
    "ettin-reranker-68m-v1": "apache-2.0",
    "ettin-reranker-150m-v1": "apache-2.0",
    "ms-marco-MiniLM-L6-v2": "apache-2.0",
    "ms-marco-MiniLM-L12-v2": "apache-2.0",
    "Qwen3-Reranker-0.6B": "apache-2.0",
    "Qwen3-Reranker-4B": "apache-2.0",
    "Qwen3-Reranker-8B": "apache-2.0",
    "all-MiniLM-L6-v2": "apache-2.0",
    "multilingual-e5-small": "mit",
    "hashing": "apache-2.0",
}
"""The licence of a known reranker, or of what one is made from, by the name of its folder, as its authors publish."""


def licence_of(folder: Path) -> Licence:
    """Return the licence of a model: what its own card says; without one, what its authors say of that name.

    A name that is known not to allow commercial use keeps its licence whatever the card says.
    """
    known = Licence(KNOWN.get(folder.name, "unknown"), "known by the name of the folder")
    if known.not_commercial:
        return known
    try:
        text = read_bytes(folder / _CARD).decode("utf-8", "replace").replace("\r\n", "\n")
    except InputError:
        text = ""
    front = _FRONT.match(text)
    stated = _LICENCE.findall(front[1]) if front else []
    named = [name for name in stated if name.lower() != "other"] or stated
    if named:
        return Licence(named[0].lower(), f"{_CARD} in the folder")
    return known if folder.name in KNOWN else Licence("unknown", f"no {_CARD} in the folder says it")
