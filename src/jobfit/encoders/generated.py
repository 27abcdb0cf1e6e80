"""Generated texts, kept by the content of the text that they were generated for, with where each came from.

A generated text is nobody's statement: it is never shown as a fact about a person or an employer, never a record, and
never evidence. It lives in this store alone and reaches an encoder through :func:`augmented_text` alone.

A store is a JSON Lines file (:class:`jobfit.keyed_lines.KeyedLines`) from one source: its head says which kind of text
it holds and what wrote it, such as ``template (offline counterpart, not an LLM)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from jobfit.errors import InputError, named
from jobfit.keyed_lines import KeyedLines, digest_of
from jobfit.llm.errors import AnswerError

FORMAT = "jobfit-generated-1"
HYPOTHETICAL_RESUME, HYPOTHETICAL_VACANCY, PARAPHRASE = "hypothetical_resume", "hypothetical_vacancy", "paraphrase"
MARKERS = {HYPOTHETICAL_RESUME: "[An Example Resume]", HYPOTHETICAL_VACANCY: "[An Example Vacancy]"}


@dataclass(frozen=True, slots=True)
class Generated:
    """A generated ``text`` (empty where the source has nothing to say) and how it came about.

    prompt: SHA-256 of the prompt, or of what a template was given; tokens_about: an estimate of the tokens of
    request and answer, 0 for a template.
    """

    text: str
    prompt: str
    tokens_about: int = 0


class TextSource(Protocol):
    """Writes texts of one kind, many at a time."""

    @property
    def name(self) -> str:
        """Say what writes, in words for people: ``llm: <model>`` or ``template (offline counterpart, not an LLM)``."""

    @property
    def kind(self) -> str: ...

    def settings(self) -> Mapping[str, Any]:
        """Return everything else that a text depends on; texts made with other settings have another store."""

    def write_all(self, texts: Iterable[str]) -> Iterator[Generated | AnswerError]:
        """Yield what is generated for each text, in their order; an error where one text got no usable answer."""


class GeneratedStore:
    """The generated texts of one file. ``name`` says what wrote them; it belongs into every artefact made with them."""

    def __init__(self, lines: KeyedLines) -> None:
        self._lines = lines
        self.kind, self.name = (str(lines.head.get(field, "")) for field in ("kind", "made_by"))
        if not self.kind or not self.name:
            raise InputError(f"{lines.path}: the first line does not say what wrote these texts")

    @classmethod
    def read(cls, path: Path) -> GeneratedStore:
        """Open a store that exists."""
        return cls(KeyedLines(path, FORMAT))

    @classmethod
    def for_writing(cls, path: Path, source: TextSource) -> GeneratedStore:
        """Open a new store, or one that this very source began with the same settings."""
        return cls(KeyedLines(path, FORMAT, {"kind": source.kind, "made_by": source.name, **source.settings()}))

    def __len__(self) -> int:
        return len(self._lines)

    def find(self, text: str) -> Generated | None:
        """Return what was generated for ``text``, or ``None`` where nothing was yet; equal texts share one."""
        row = self._lines.get(digest_of("text", text))
        return None if row is None else Generated(row["text"], row["prompt"], row["tokens_about"])

    def add(self, text: str, generated: Generated) -> None:
        self._lines.add(digest_of("text", text), {"made_by": self.name, **asdict(generated)})

    def facts(self) -> dict[str, object]:
        """Return what a reader of an artefact must know: kind, source and settings, texts, and how many are empty."""
        head = {name: value for name, value in self._lines.head.items() if name != "format"}
        return {**head, "texts": len(self), "empty": sum(not row["text"] for row in self._lines)}

    @property
    def notes(self) -> list[str]:
        return self._lines.notes

    def close(self) -> None:
        self._lines.close()

    def __enter__(self) -> GeneratedStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def augmented_text(text: str, store: GeneratedStore | None) -> str:
    """Return what stands for a vacancy (or a resume, in the ablation) wherever an encoder reads it.

    ``text + "\\n[An Example Resume]\\n" + hypothetical resume`` (ConFit v2). Training, mining, evaluation
    and serving all call this, so that they cannot differ. Without a store the text itself comes back: that is a system
    without HyRe, and :func:`store_facts` says so in its artefacts. Where the source had nothing to say, too. A text for
    which nothing was generated is refused: half a corpus with HyRe cannot be compared with the rest.
    """
    return text if store is None else hypothetical(text, store, text)


def hypothetical(text: str, store: GeneratedStore, original: str) -> str:
    """Return ``text`` with what was generated for ``original``: a noisy copy is read with its original's part."""
    generated = store.find(original)
    if generated is None:
        raise InputError(f"no {store.kind.replace('_', ' ')} for a text that is used: run `jobfit hyre` on all of them")
    if store.kind not in MARKERS:
        raise InputError(f"a store of kind {store.kind!r} does not augment texts")
    return f"{text}\n{MARKERS[store.kind]}\n{generated.text}" if generated.text else text


def augmented_texts(texts: Mapping[str, str], store: GeneratedStore | None) -> dict[str, str]:
    """Return :func:`augmented_text` of every text, by id; a blank text stays blank, for no encoder reads it."""
    lacking = [id_ for id_, text in texts.items() if store and text.strip() and store.find(text) is None]
    if store and lacking:
        raise InputError(
            f"{len(lacking)} of {len(texts)} texts have no {store.kind.replace('_', ' ')} in the store: "
            f"{named(lacking)}. Run `jobfit hyre` on them (with --mask, where this command masks its texts)"
        )
    return {id_: augmented_text(text, store) if text.strip() else text for id_, text in texts.items()}


def store_facts(store: GeneratedStore | None) -> dict[str, Any]:
    """Return what every artefact says about HyRe: ``{"hyre": "none"}``, or what wrote the texts and how many."""
    return {"hyre": "none"} if store is None else {"hyre": store.name, "hyre_texts": store.facts()}
