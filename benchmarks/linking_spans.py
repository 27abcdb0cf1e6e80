"""Skill spans in sentences of advertisements: SkillSpan (Zhang et al. 2022) and green-skills, English."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from jobfit.taxonomy.linking.evidence import SkillFinder
from jobfit.taxonomy.linking.linker import Linker
from jobfit.taxonomy.model import Taxonomy
from measure import mean, paired

Span = tuple[int, int]
_WORD = re.compile(r"[^\W_]+[+#]*")


@dataclass(frozen=True)
class Sentence:
    """A text with its gold spans by kind, in characters."""

    text: str
    spans: dict[str, list[Span]]

    @property
    def gold(self) -> list[Span]:
        """The spans of every kind."""
        return sorted({span for spans in self.spans.values() for span in spans})


def skillspan(path: Path) -> list[Sentence]:
    """Return the sentences of a file with their skill and knowledge spans."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [sentence(row["tokens"], {"skill": row["tags_skill"], "knowledge": row["tags_knowledge"]}) for row in rows]


def green_skills(path: Path) -> list[Sentence]:
    """Return the sentences with their spans tagged Skill."""
    tokens: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            tokens[row["sentence_id"]].append((row["word"], row["tag"]))
    return [
        sentence([w for w, _ in rows], {"skill": [t[0] if t.endswith("-Skill") else "O" for _, t in rows]})
        for rows in tokens.values()
    ]


def sentence(words: Sequence[str], tags: dict[str, Sequence[str]]) -> Sentence:
    """Join the words by blanks; a span begins at B and goes on over I."""
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word) + 1)
    spans = {}
    for kind, marks in tags.items():
        begins = [i for i, mark in enumerate(marks) if mark == "B" or (mark == "I" and (i == 0 or marks[i - 1] == "O"))]
        ends = [next((j for j in range(i + 1, len(marks)) if marks[j] != "I"), len(marks)) for i in begins]
        spans[kind] = [(starts[i], starts[j] - 1) for i, j in zip(begins, ends)]
    return Sentence(" ".join(words), spans)


def dictionary(taxonomy: Taxonomy) -> Callable[[str], list[Span]]:
    """Return the baseline: English labels of skills, word for word in lower case, the longest first from the left."""
    labels = {tuple(_WORD.findall(t.lower())) for s in taxonomy.skills.values() for t in s.labels.get("en", ())} - {()}
    longest = max(map(len, labels))

    def find(text: str) -> list[Span]:
        words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text.lower())]
        found, i = [], 0
        while i < len(words):
            sizes = range(min(longest, len(words) - i), 0, -1)
            size = next((n for n in sizes if tuple(w for w, *_ in words[i : i + n]) in labels), 0)
            if size:
                found.append((words[i][1], words[i + size - 1][2]))
            i += max(size, 1)
        return found

    return find


def spans_result(full: Taxonomy, data: Path) -> dict[str, Any]:
    """Return both sets of skill-spans.json."""
    finder = SkillFinder(Linker(full, "skill"), "en")

    def ours(text: str) -> list[Span]:
        return [(one.evidence.start, one.evidence.end) for one in finder.skills_in(text)]

    systems = {"dictionary": dictionary(full), "jobfit skills_in": ours}
    return {
        "threshold": finder.threshold,
        "sets": {
            "skillspan dev": spans_scored(skillspan(data / "skillspan" / "dev.json"), systems),
            "green-skills": spans_scored(green_skills(data / "green-skills" / "df_testset.csv"), systems),
        },
    }


def spans_scored(sentences: Sequence[Sentence], systems: dict[str, Callable[[str], list[Span]]]) -> dict[str, Any]:
    """Return recall of gold spans and precision of found ones.

    exact: the same first and last character. partial: at least one character in common. half: the shared characters
    are at least half of the two spans' union. characters: share of gold characters found, and of found ones in gold.
    """
    rows, hits = {}, {}
    for name, system in systems.items():
        found = [system(s.text) for s in sentences]
        golds = [s.gold for s in sentences]
        recall = {m: [best(g, f, m) for gs, f in zip(golds, found) for g in gs] for m in OVERLAPS}
        precision = {m: [best(f, gs, m) for gs, fs in zip(golds, found) for f in fs] for m in OVERLAPS}
        kinds = {
            kind: [best(g, f, "partial") for s, f in zip(sentences, found) for g in s.spans[kind]]
            for kind in sentences[0].spans
        }
        hits[name] = recall
        rows[name] = {
            "found": sum(map(len, found)),
            "recall": {m: mean(v) for m, v in recall.items()},
            "precision": {m: mean(v) for m, v in precision.items()},
            "recall_partial_by_kind": {kind: mean(v) for kind, v in kinds.items()},
            "characters": characters(golds, found),
        }
    base, other = hits
    rows[other]["recall_against_dictionary"] = {
        m: paired(np.array(hits[other][m]), np.array(hits[base][m])) for m in OVERLAPS
    }
    return {"sentences": len(sentences), "gold_spans": sum(len(s.gold) for s in sentences), "systems": rows}


def shared(a: Span, b: Span) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


OVERLAPS: dict[str, Callable[[Span, Span], bool]] = {
    "exact": lambda a, b: a == b,
    "partial": lambda a, b: shared(a, b) > 0,
    "half": lambda a, b: 2 * shared(a, b) >= (a[1] - a[0]) + (b[1] - b[0]) - shared(a, b),
}


def best(span: Span, others: Sequence[Span], overlap: str) -> float:
    return float(any(OVERLAPS[overlap](span, other) for other in others))


def characters(golds: Sequence[Sequence[Span]], found: Sequence[Sequence[Span]]) -> dict[str, float]:
    total = {"gold": 0, "found": 0, "both": 0}
    for gold, mine in zip(golds, found):
        marked, made = ({i for a, b in spans for i in range(a, b)} for spans in (gold, mine))
        total["gold"] += len(marked)
        total["found"] += len(made)
        total["both"] += len(marked & made)
    recall, precision = total["both"] / max(total["gold"], 1), total["both"] / max(total["found"], 1)
    return {"recall": recall, "precision": precision, "f1": 2 * recall * precision / max(recall + precision, 1e-9)}
