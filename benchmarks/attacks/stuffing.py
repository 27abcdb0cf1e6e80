"""How many places stuffing gains: real CVs of it-resumes before and after, for real adverts of the reporting half.

The limits of :mod:`jobfit.planted` were chosen on the other half, with the kinds in ``KNOWN`` in mind; the kinds in
``HELD`` were written when they stood.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from jobfit.caveats import pair_caveats
from jobfit.documents.render import render
from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder
from jobfit.matcher import Matcher
from jobfit.planted import planted
from jobfit.reading import candidate_from_text, vacancy_from_text
from jobfit.records import Candidate, Document, Kind, RequirementKind, Vacancy
from jobfit.retrieval.memory import MemoryCorpus
from jobfit.retrieval.signals import encode_titles
from jobfit.taxonomy.compact import load_compact

PAIRS, OF_OTHERS = 34, 12  # of the advert pasted once, and of each other kind
GAINED = 5  # places: more of them count as a failure
_SEED = 14
Stuff = Callable[[str, Vacancy, random.Random], str]


def rows(texts: Mapping[str, str], adverts: Mapping[str, str], encoder: Encoder) -> Iterator[dict[str, Any]]:
    """Yield a row of each kind over the same pairs, and one of the first places of the advert pasted once."""
    started = time.monotonic()
    pool = Pool({i: candidate_from_text(text, id=i) for i, text in texts.items()}, encoder)
    drawn = sorted(adverts, key=lambda i: sha256(f"{_SEED} {i}".encode()).digest())[:PAIRS]
    pairs = list(_pairs(pool, [vacancy_from_text(adverts[i], id=i) for i in drawn]))
    first = 0
    for when, kinds in (("known to the rules", KNOWN), ("written after the rules", HELD)):
        for name, stuff in kinds.items():
            some = pairs if name == PASTED else pairs[:OF_OTHERS]
            found = [pool.stuffed(vacancy, document_id, stuff) for vacancy, document_id, _ in some]
            gains = [before - after.rank for (_, _, before), after in zip(some, found, strict=True)]
            yield {
                "what": f"{name} ({when}): more than {GAINED} places gained",
                "n": len(gains),
                "failed": sum(gain > GAINED for gain in gains),
                "most": 0.01,
                "seconds": round(time.monotonic() - started, 1),
                "gains": sorted(gains),
                "first": sum(after.rank == 1 for after in found),
                "flagged": sum(after.flagged for after in found),
            }
            if name == PASTED:
                first = sum(after.rank == 1 for after in found)
            started = time.monotonic()
    yield {
        "what": f"{PASTED}: the first place", "n": len(pairs), "failed": first, "most": 2 / PAIRS, "seconds": 0.0,
    }  # fmt: skip


def clean_rows(texts: Mapping[str, str], adverts: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield how many real pairs of CV and advert, where nobody planted anything, are taken for a copy."""
    started = time.monotonic()
    codes = ({found.code for found in planted(cv, advert)} for cv in texts.values() for advert in adverts.values())
    failed = sum("copied_advert" in found for found in codes)
    yield {
        "what": "copies seen in real CVs beside real adverts", "n": len(texts) * len(adverts), "failed": failed,
        "most": 0.005, "seconds": round(time.monotonic() - started, 1),
    }  # fmt: skip


def halves(folder: Path) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    """Return CVs and adverts of each half of it-resumes, as ``real_sets.by_digest`` of their category cuts them."""
    from real_sets import PARTS, by_digest

    lines = (folder / "groups.tsv").read_text(encoding="utf-8").splitlines()
    category = dict(line.split("\t")[:2] for line in lines[1:])
    sides = [
        {row["_id"]: row["text"] for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
        for path in (folder / "candidates_for_vacancy" / f"{name}.jsonl" for name in ("corpus", "queries"))
    ]
    return {
        part: tuple({i: t for i, t in side.items() if by_digest(category.get(i, i)) == part} for side in sides)  # type: ignore[misc]
        for part in PARTS
    }


@dataclass(frozen=True)
class Place:
    rank: int
    flagged: bool


@dataclass(frozen=True)
class Pool:
    """Real CVs, each rendered and encoded once; in ``stuffed`` one of them is another."""

    candidates: Mapping[str, Candidate]
    encoder: Encoder

    @cached_property
    def documents(self) -> list[Document]:
        return [render(candidate) for candidate in self.candidates.values()]

    @cached_property
    def vectors(self) -> tuple[Embeddings, Embeddings]:
        return self._encoded(self.documents)

    def _encoded(self, documents: list[Document]) -> tuple[Embeddings, Embeddings]:
        texts = self.encoder.encode(documents, "document")
        titles = encode_titles(documents, self.encoder, "document", Kind.CANDIDATE)
        return texts, replace(texts, vectors=titles)

    def ranking(self, vacancy: Vacancy) -> tuple[str, ...]:
        corpus = MemoryCorpus(list(self.candidates.values()), self.documents, *self.vectors)
        return Matcher(corpus, self.encoder).match(vacancy, len(self.candidates)).ranking.document_ids

    def stuffed(self, vacancy: Vacancy, document_id: str, stuff: Stuff) -> Place:
        """Return the place of a CV once it is stuffed, and whether a recruiter is told."""
        rng = random.Random(f"{_SEED} {document_id} {vacancy.id}")
        text = stuff(self.candidates[document_id].text, vacancy, rng)
        other = candidate_from_text(text, id=document_id)
        row = list(self.candidates).index(document_id)
        documents = [*self.documents[:row], render(other), *self.documents[row + 1 :]]
        vectors = []
        for all_of, one in zip(self.vectors, self._encoded([documents[row]]), strict=True):
            changed = all_of.vectors.copy()
            changed[row] = one.vectors[0]
            vectors.append(replace(all_of, vectors=changed))
        records = [*self.candidates.values()]
        records[row] = other
        matcher = Matcher(MemoryCorpus(records, documents, *vectors), self.encoder)
        ranked = matcher.match(vacancy, len(records)).ranking.document_ids
        return Place(ranked.index(document_id) + 1, bool(pair_caveats(vacancy, other)))


def _pairs(pool: Pool, vacancies: list[Vacancy]) -> Iterator[tuple[Vacancy, str, int]]:
    """Yield each vacancy with a CV of the lower half of its ranking, and the place of that one."""
    rng = random.Random(_SEED)
    for vacancy in vacancies:
        ranked = pool.ranking(vacancy)
        place = rng.randrange(len(ranked) // 2, len(ranked))
        yield vacancy, ranked[place], place + 1


def _asked(vacancy: Vacancy) -> list[str]:
    """The skills that the advert asks for; of one that names none, its longest words."""
    skills = [asked.label for asked in vacancy.profile.requirements if asked.kind is RequirementKind.SKILL]
    return skills or sorted(set(re.findall(r"\w{7,}", vacancy.text)))[:12]


def _words_swapped(every: int) -> Stuff:
    """The advert, every so many words another one of its own in place."""

    def stuff(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
        words = vacancy.text.split()
        for place in range(rng.randrange(every), len(words), every):
            words[place] = rng.choice(_NEUTRAL)
        return f"{cv}\n{' '.join(words)}"

    return stuff


_NEUTRAL = ("often", "mainly", "partly", "fully", "largely", "currently", "formerly", "jointly", "quickly", "closely")


def _sentences(text: str) -> list[str]:
    return [piece.strip() for piece in re.split(r"(?<=[.!?;])\s+|\n+", text) if piece.strip()]


def _shuffled(items: list[str], rng: random.Random) -> list[str]:
    return rng.sample(items, len(items))


def _middle(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    lines = cv.split("\n")
    return "\n".join([*lines[: len(lines) // 2], vacancy.text.upper(), *lines[len(lines) // 2 :]])


def _by_lines(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    """A sentence of the advert after every few words of the CV."""
    words, pieces = cv.split(), _sentences(vacancy.text)
    step = max(1, len(words) // (len(pieces) + 1))
    return "\n".join(" ".join(words[n * step : (n + 1) * step]) + "\n" + piece for n, piece in enumerate(pieces)) + (
        "\n" + " ".join(words[len(pieces) * step :])
    )


def _as_own(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    said = vacancy.text
    for theirs, mine in (
        (r"\b[Yy]ou will\b", "I"),
        (r"\b[Yy]our\b", "my"),
        (r"\b[Yy]ou\b", "I"),
        (r"\b[Ww]e\b", "they"),
    ):
        said = re.sub(theirs, mine, said)
    return f"{cv}\nAbout me\n{said}"


def _labels(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    """Three hundred skills of the taxonomy, those asked for among them."""
    known = sorted({skill.labels["en"][0] for skill in load_compact().skills.values() if skill.labels.get("en")})
    listed = rng.sample(known, 300) + _asked(vacancy)
    return f"{cv}\nSkills: {', '.join(_shuffled(listed, rng))}"


PASTED = "the advert pasted once"
KNOWN: dict[str, Stuff] = {
    PASTED: lambda cv, v, rng: f"{cv}\n{v.text}",
    "the advert pasted five times": lambda cv, v, rng: cv + f"\n{v.text}" * 5,
    "its skills listed a hundred times": lambda cv, v, rng: f"{cv}\n{', '.join(_asked(v) * 100)}",
    "a wall of 300 skills": _labels,
}
HELD: dict[str, Stuff] = {
    "the advert in the middle, in capitals": _middle,
    "the advert before the CV": lambda cv, v, rng: f"{v.text}\n{cv}",
    "its sentences shuffled": lambda cv, v, rng: f"{cv}\n{' '.join(_shuffled(_sentences(v.text), rng))}",
    "its sentences strewn over the CV": _by_lines,
    "the advert told as one's own story": _as_own,
    "the advert, every fifth word another": _words_swapped(5),
    "the advert, every third word another": _words_swapped(3),
    "its words shuffled": lambda cv, v, rng: f"{cv}\n{' '.join(_shuffled(v.text.split(), rng))}",
    "its skills in 60 shuffled lines": lambda cv, v, rng: "\n".join(
        [cv, *(", ".join(_shuffled(_asked(v), rng)) for _ in range(60))]
    ),
    "its first sentence said forty times": lambda cv, v, rng: cv + f"\n{_sentences(v.text)[0]}" * 40,
}
