"""What masking takes from texts that are about nobody: labels, sentences, titles, and what stands in the head of a CV.

Every number is a share with its 95 % interval (Wilson's for texts, a bootstrap over texts for words). *Otherwise* is
what is lost beside marks of gender, which go on purpose ("Technicien / Technicienne", "(h/f)").
"""

from __future__ import annotations

import csv
import json
import re
import string
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobfit.documents.masking import Masked, TextKind, has_words, mask
from measure import mean, share

LINES = Path(__file__).with_name("lines.toml")
_WORD = re.compile(r"[^\W_]+")
_STEP = 29  # of the labels that head an advert or a CV, one in so many is tried


@dataclass(frozen=True, slots=True)
class Loss:
    """Of one text: its words, those lost with marks of gender and otherwise, and whether none is left."""

    words: int
    gender: int
    otherwise: int
    changed: bool
    emptied: bool

    @classmethod
    def of(cls, text: str, masked: Masked) -> Loss:
        by_gender = [s for s in masked.spans if s.kind == "gender"]
        rest = [s for s in masked.spans if s.kind != "gender"]
        words = list(_WORD.finditer(text))

        def inside(spans: Iterable[Any]) -> int:
            return sum(any(s.start <= w.start() < s.end for s in spans) for w in words)

        tidied = not masked.spans and _WORD.findall(text) != _WORD.findall(masked.text)
        return cls(len(words), inside(by_gender), inside(rest), bool(rest) or tidied, not has_words(masked.text))


def measure(data: Path) -> dict[str, Any]:
    """Return the harm on every set that is in ``data``; a set that is not there says so."""
    found: dict[str, Any] = {"texts": {}, "heads": {}}
    for name, (path, read, kind) in SETS.items():
        there = (data / path).exists()
        found["texts"][name] = _harm(read(data / path), kind) if there else {"skipped": f"{path} is not there"}
    for what, (stays, labels) in HEADS.items():
        for name in labels:
            path, read = LABELS[name]
            drawn = list(read(data / path))[::_STEP] if (data / path).exists() else []
            found["heads"][f"{what}, {name}"] = share(sum(map(stays, drawn)), len(drawn))
    found["lines"] = _lines()
    return found


def _harm(texts: Iterable[str], kind: TextKind) -> dict[str, Any]:
    losses = [Loss.of(text, mask(text, kind)) for text in texts if has_words(text)]
    lost = {
        part: mean([getattr(loss, part) / max(1, loss.words) for loss in losses]) for part in ("gender", "otherwise")
    }
    return {
        "kind": kind.value,
        "changed otherwise": share(sum(loss.changed for loss in losses), len(losses)),
        "changed by gender": share(sum(loss.gender > 0 for loss in losses), len(losses)),
        "emptied": share(sum(loss.emptied for loss in losses), len(losses)),
        "words lost by gender": lost["gender"],
        "words lost otherwise": lost["otherwise"],
    }


def _lines() -> dict[str, Any]:
    """The share of the lines of ``lines.toml`` that stay whole, as a sentence and within a CV."""
    lines = [line for group in tomllib.loads(LINES.read_text(encoding="utf-8")).values() for line in group]
    stays = {"as a sentence": _whole_as_sentence, "in a CV": _whole_in_cv}
    return {where: share(sum(map(whole, lines)), len(lines)) for where, whole in stays.items()}


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text))


def _shown(title: str) -> str:
    """A title as it may stay: without its marks of gender."""
    return _plain(mask(title, TextKind.LABEL).text)


def _whole_as_sentence(line: str) -> bool:
    return _plain(mask(line, TextKind.SENTENCE).text) == _shown(line)


def _whole_in_cv(line: str) -> bool:
    text = f"Tamsin Ollerenshaw\ntamsin@ollerenshaw.example\nEXPERIENCE\n2019 - 2021\n- {line}\n- 2018"
    return _shown(line) in _plain(mask(text).text)


def _title_of_vacancy(title: str) -> bool:
    text = f"{title}\nBluepeak Garments\nLeeds\n\nYour tasks\n- Daily work of the team\nContact: jobs@bluepeak.example"
    head = _plain(mask(text, TextKind.VACANCY).text)
    return head.startswith(f"{_shown(title)} Bluepeak Garments Leeds")


def _title_in_cv(title: str) -> bool:
    title = string.capwords(title)
    text = f"Tamsin Ollerenshaw\n{title}\nLeeds | tamsin@ollerenshaw.example\n\nEXPERIENCE\n2019 - 2021 Bluepeak"
    return _shown(title) in _plain(mask(text).text)


def _skill_in_head(skill: str) -> bool:
    skill = string.capwords(skill)
    text = f"Tamsin Ollerenshaw\ntamsin@ollerenshaw.example\nNurse\n{skill}\n\nEXPERIENCE\n2019 - 2021 Bluepeak"
    return _shown(skill) in _plain(mask(text).text)


def _column(*names: str, dialect: str = "excel") -> Callable[[Path], Iterator[str]]:
    def read(path: Path) -> Iterator[str]:
        with path.open(encoding="utf-8", newline="") as file:
            seen: dict[str, None] = {}
            for row in csv.DictReader(file, dialect=dialect):
                seen |= dict.fromkeys(line for name in names for line in row[name].split("\n") if line.strip())
        return iter(seen)

    return read


def _sentences(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield " ".join(json.loads(line)["tokens"])


def _json_titles(path: Path) -> Iterator[str]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return iter(dict.fromkeys(row["title"] for row in rows if row.get("title")))


def _texts(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield f"{row['title']}\n{row['text']}".strip()


_ESCO, _ROME = "esco-1.1.1/esco_occupations_en_fr.csv", "rome-esco/unix_referentiel_appellation_v347_utf8.csv"
_SKILLS, _ADVERTS = "esco-1.1.1/esco_skills_en_fr.csv", "it-resumes/vacancies_for_candidate/corpus.jsonl"
SETS: dict[str, tuple[str, Callable[[Path], Iterable[str]], TextKind]] = {
    "ESCO occupations, en": (_ESCO, _column("preferredLabel_en"), TextKind.LABEL),
    "ESCO occupations, fr": (_ESCO, _column("preferredLabel_fr"), TextKind.LABEL),
    "ESCO occupations, de": ("esco-1.2-labels/occupations_de.csv", _column("preferredLabel"), TextKind.LABEL),
    "ESCO occupations, es": ("esco-1.2-labels/occupations_es.csv", _column("preferredLabel"), TextKind.LABEL),
    "ESCO skills, en": (_SKILLS, _column("preferredLabel_en"), TextKind.LABEL),
    "ESCO skills, fr": (_SKILLS, _column("preferredLabel_fr"), TextKind.LABEL),
    "ROME titles, fr": (_ROME, _column("libelle_appellation_long"), TextKind.LABEL),
    "SkillSpan sentences, en": ("skillspan/train.json", _sentences, TextKind.SENTENCE),
    "it-resumes titles": (_ADVERTS, _json_titles, TextKind.LABEL),
    "it-resumes adverts": (_ADVERTS, _texts, TextKind.VACANCY),
    "sjr-views titles": ("sjr-views/vacancies.jsonl", _json_titles, TextKind.LABEL),
}
LABELS: dict[str, tuple[str, Callable[[Path], Iterable[str]]]] = {
    "ESCO en": (_ESCO, _column("preferredLabel_en")),
    "ESCO fr": (_ESCO, _column("preferredLabel_fr")),
    "ROME fr": (_ROME, _column("libelle_appellation_court")),
    "sjr-views": ("sjr-views/vacancies.jsonl", _json_titles),
    "ESCO skills en": (_SKILLS, _column("preferredLabel_en")),
    "ESCO skills fr": (_SKILLS, _column("preferredLabel_fr")),
}
_TITLES = ("ESCO en", "ESCO fr", "ROME fr", "sjr-views")
HEADS: dict[str, tuple[Callable[[str], bool], tuple[str, ...]]] = {
    "title and employer of a vacancy stay": (_title_of_vacancy, _TITLES),
    "title on the second line of a CV stays": (_title_in_cv, _TITLES),
    "skill in the head of a CV stays": (_skill_in_head, ("ESCO skills en", "ESCO skills fr")),
}
