"""How many places stuffing gains: real CVs of it-resumes before and after, for real adverts of the reporting half.

The limits of :mod:`jobfit.planted` were chosen on the other half, with the kinds in ``KNOWN`` in mind; the kinds in
``HELD`` were written when they stood.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from jobfit.caveats import pair_caveats
from jobfit.documents.render import render
from jobfit.embeddings import Embeddings
from jobfit.encoders.base import Encoder
from jobfit.evaluation.formulas import ndcg
from jobfit.matcher import Matcher
from jobfit.planted import planted
from jobfit.reading import candidate_from_text, read_candidates, read_vacancies, vacancy_from_text
from jobfit.records import Candidate, Document, Kind, RequirementKind, Vacancy
from jobfit.retrieval.memory import MemoryCorpus
from jobfit.retrieval.signals import encode_titles
from jobfit.simulation import simulate_to
from jobfit.taxonomy.compact import load_compact

PAIRS, OF_OTHERS = 34, 17  # of the advert pasted once, and of each other kind
GAINED = 5  # places: more of them count as a failure
_SEED = 14
Stuff = Callable[[str, Vacancy, random.Random], str]


def rows(
    texts: Mapping[str, str], adverts: Mapping[str, str], grades: Mapping[str, Mapping[str, int]], encoder: Encoder
) -> Iterator[dict[str, Any]]:
    """Yield a row of each kind over the same pairs, of the first places of the advert pasted once, of ordinary lists.

    grades: which CVs answer which advert.
    """
    started = time.monotonic()
    pool = Pool({i: candidate_from_text(text, id=i) for i, text in texts.items()}, encoder)
    drawn = sorted(adverts, key=lambda i: sha256(f"{_SEED} {i}".encode()).digest())[:PAIRS]
    vacancies = [vacancy_from_text(adverts[i], id=i) for i in drawn]
    pairs = list(_pairs(pool, vacancies))
    once = [before - pool.stuffed(vacancy, i, _claimed_once).rank for vacancy, i, before in pairs[:OF_OTHERS]]
    first = 0
    for when, kinds in (("known to the rules", KNOWN), ("written after the rules", HELD)):
        for name, stuff in kinds.items():
            some = pairs if name == PASTED else pairs[:OF_OTHERS]
            found = [pool.stuffed(vacancy, document_id, stuff) for vacancy, document_id, _ in some]
            gains = [before - after.rank for (_, _, before), after in zip(some, found, strict=True)]
            row: dict[str, Any] = {
                "what": f"{name} ({when}): more than {GAINED} places gained",
                "n": len(gains),
                "failed": sum(gain > GAINED for gain in gains),
                "most": 0.01,
                "seconds": round(time.monotonic() - started, 1),
                "gains": sorted(gains),
                "first": sum(after.rank == 1 for after in found),
                "flagged": sum(after.flagged for after in found),
            }
            if name in CLAIMS:
                over = sorted(gain - plain for gain, plain in zip(gains, once, strict=True))
                yield row | {"over": over, "claimed_once": sorted(once)}
                yield {
                    "what": f"{name} ({when}): more than {GAINED} places gained over each claimed once, plainly",
                    "n": len(over), "failed": sum(gain > GAINED for gain in over), "most": 0.01, "seconds": 0.0,
                }  # fmt: skip
            else:
                yield row
            if name == PASTED:
                first = row["first"]
            started = time.monotonic()
    yield {
        "what": f"{PASTED}: the first place", "n": len(pairs), "failed": first, "most": 2 / PAIRS, "seconds": 0.0,
    }  # fmt: skip
    yield _ordinary(pool, vacancies, grades)


def _ordinary(pool: Pool, vacancies: list[Vacancy], grades: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """What damping changes where nobody planted anything: lists, and nDCG@10 with it and without."""
    started = time.monotonic()
    damped = {vacancy.id: pool.ranking(vacancy) for vacancy in vacancies}
    with patch("jobfit.damping.own_words", return_value=()), patch("jobfit.matcher.planted", return_value=()):
        plain = {vacancy.id: pool.ranking(vacancy) for vacancy in vacancies}
    judged = {i: grades[i] for i in damped if any(grades.get(i, {}).get(cv) for cv in pool.candidates)}
    return {
        "what": "adverts whose list of ordinary CVs damping changes",
        "n": len(vacancies),
        "failed": sum(damped[i] != plain[i] for i in damped),
        "most": 0.0,
        "seconds": round(time.monotonic() - started, 1),
        "ndcg@10": {
            name: round(statistics.mean(_ndcg(lists[i], judged[i], pool.candidates) for i in judged), 4)
            for name, lists in (("damped", damped), ("plain", plain))
        },
    }


def _ndcg(ranked: Sequence[str], grades: Mapping[str, int], among: Iterable[str]) -> float:
    of = lambda ids: np.array([grades.get(i, 0) for i in ids])  # noqa: E731
    return ndcg(of(ranked), of(among), "exp", 10)


def clean_row(what: str, texts: Mapping[str, str], adverts: Mapping[str, str]) -> dict[str, Any]:
    """Return in how many pairs of CV and advert, where nobody planted anything, something is taken for planted."""
    started = time.monotonic()
    failed = sum(bool(planted(cv, advert)) for cv in texts.values() for advert in adverts.values())
    return {
        "what": what, "n": len(texts) * len(adverts), "failed": failed, "most": 0.005,
        "seconds": round(time.monotonic() - started, 1),
    }  # fmt: skip


def market(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return CVs and adverts of a simulated market on which nothing was chosen."""
    simulate_to(folder, 100, 75, 23, rendered_share=0.0)
    sides = read_candidates(folder / "cvs"), read_vacancies(folder / "vacancies")
    return tuple({record.id: record.text for record in side} for side in sides)  # type: ignore[return-value]


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
    """A sentence of the advert after every few words of the CV, whose own lines stay."""
    words, pieces = re.findall(r"\S+\s*", cv), _sentences(vacancy.text)
    step = max(1, len(words) // (len(pieces) + 1))
    strewn = ("".join(words[n * step : (n + 1) * step]) + f"\n{piece}\n" for n, piece in enumerate(pieces))
    return "".join([*strewn, *words[len(pieces) * step :]])


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


def _alternating(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    """A word of the CV, a word of the advert, and so on, in the CV's lines; then what is left of the longer one."""
    pairs = zip_longest(re.findall(r"(\S+)(\s*)", cv), vacancy.text.split())
    return "".join(f"{own[0] if own else ''} {other or ''}{own[1] if own else ''}" for own, other in pairs)


def _without_small_words(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    return f"{cv}\n{' '.join(word for word in vacancy.text.split() if len(word) > 3)}"


def _claimed_once(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    return f"{cv}\n{' '.join(f'{_WAYS[0]} {skill}.' for skill in _asked(vacancy))}"


def _claimed(ways: int) -> Stuff:
    """Each skill asked for in so many sentences of one's own."""

    def stuff(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
        said = [f"{start} {skill}." for start in _WAYS[:ways] for skill in _asked(vacancy)]
        return f"{cv}\n{' '.join(_shuffled(said, rng))}"

    return stuff


_WAYS = (
    "I work with", "For years I have used", "My colleagues ask me about", "I teach", "I have led projects in",
    "I know all there is about", "Every day I need", "I was certified in", "I wrote a book on", "Nobody is better at",
)  # fmt: skip


def _listed(times: int, numbered: bool = False) -> Stuff:
    """The skills asked for in so many lines, each in another order."""

    def stuff(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
        lines = [_shuffled(_asked(vacancy), rng) for _ in range(times)]
        if numbered:
            lines = [[f"{number}. {skill}" for number, skill in enumerate(line, 1)] for line in lines]
        return "\n".join([cv, *map(", ".join, lines)])

    return stuff


def _after_each(number: int) -> Stuff:
    """The advert, so many words of no importance after each of its own."""

    def stuff(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
        said = [word for own in vacancy.text.split() for word in (own, *rng.choices(_NEUTRAL, k=number))]
        return f"{cv}\n{' '.join(said)}"

    return stuff


def _neighbours_swapped(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    words = vacancy.text.split()
    words[:-1:2], words[1::2] = words[1::2], words[: len(words) // 2 * 2 : 2]
    return f"{cv}\n{' '.join(words)}"


def _other_endings(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    """The advert, its words of five letters or more with or without an s at their end."""
    said = re.sub(r"\b[^\W\d_]{5,}\b", lambda word: word[0][:-1] if word[0][-1] == "s" else f"{word[0]}s", vacancy.text)
    return f"{cv}\n{said}"


def _after_each_line(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    return "\n".join(f"{line}\n{_sentences(vacancy.text)[0]}" for line in _sentences(cv))


def _by_threes(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    """Every three words of the advert, in any order, each after a few words of the CV."""
    said, own = vacancy.text.split(), cv.split(" ")
    pieces = _shuffled([" ".join(said[start : start + 3]) for start in range(0, len(said), 3)], rng)
    step = max(1, len(own) // len(pieces))
    strewn = (" ".join([*own[n * step : (n + 1) * step], piece]) for n, piece in enumerate(pieces))
    return " ".join([*strewn, *own[len(pieces) * step :]])


def _own_sentences(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    """The advert's longer words in its order, two in each of many sentences of another story."""
    words = [word for word in re.findall(r"\w+", vacancy.text) if len(word) > 4]
    starts = ("Last year I brought", "In my team we", "The customer asked for", "My part was", "Later on I met")
    between = ("together with", "and after that", "in spite of", "for the sake of", "while others did")
    ends = ("every month.", "for a bank.", "with three people.", "and it worked.", "in Spain.")
    told = (
        f"{rng.choice(starts)} {one} {rng.choice(between)} {other} {rng.choice(ends)}"
        for one, other in zip_longest(words[::2], words[1::2], fillvalue="more")
    )
    return f"{cv}\n{' '.join(told)}"


def _shuffled_after_each(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    said = [word for own in _shuffled(vacancy.text.split(), rng) for word in (own, *rng.choices(_NEUTRAL, k=2))]
    return f"{cv}\n{' '.join(said)}"


def _cut(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    """The advert, its words of six letters or more in two parts."""
    cut = lambda word: f"{word[0][: len(word[0]) // 2]}-{word[0][len(word[0]) // 2 :]}"  # noqa: E731
    said = re.sub(r"\b[^\W\d_]{6,}\b", cut, vacancy.text)
    return f"{cv}\n{said}"


def _woven(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    """A word of one sentence, a word of the next, and so on, two sentences at a time."""
    said = _shuffled(_sentences(vacancy.text), rng)
    pairs = zip_longest(said[::2], said[1::2], fillvalue="")
    woven = (word for one, other in pairs for both in zip_longest(one.split(), other.split()) for word in both if word)
    return f"{cv}\n{' '.join(woven)}"


def _projects(cv: str, vacancy: Vacancy, rng: random.Random) -> str:
    """Twelve projects, each with some of the skills asked for, as a CV tells of projects."""
    skills = _asked(vacancy)
    told = (
        f"Project {name}, {2008 + n}\nBuilt the {name.lower()} system of a customer.\n"
        f"Environment: {', '.join(rng.sample(skills, min(5, len(skills))))}"
        for n, name in enumerate(_PROJECTS)
    )
    return "\n".join([cv, *told])


_PROJECTS = (
    "Heron", "Falcon", "Lynx", "Badger", "Otter", "Swift", "Raven", "Marten", "Curlew", "Bison", "Ibex", "Osprey",
)  # fmt: skip

PASTED = "the advert pasted once"
KNOWN: dict[str, Stuff] = {
    PASTED: lambda cv, v, rng: f"{cv}\n{v.text}",
    "the advert pasted five times": lambda cv, v, rng: cv + f"\n{v.text}" * 5,
    "its skills listed a hundred times": lambda cv, v, rng: f"{cv}\n{', '.join(_asked(v) * 100)}",
    "a wall of 300 skills": _labels,
    "the advert in the middle, in capitals": _middle,
    "the advert before the CV": lambda cv, v, rng: f"{v.text}\n{cv}",
    "its sentences shuffled": lambda cv, v, rng: f"{cv}\n{' '.join(_shuffled(_sentences(v.text), rng))}",
    "its sentences strewn over the CV": _by_lines,
    "the advert told as one's own story": _as_own,
    "the advert, every fifth word another": _words_swapped(5),
    "the advert, every third word another": _words_swapped(3),
    "its words shuffled": lambda cv, v, rng: f"{cv}\n{' '.join(_shuffled(v.text.split(), rng))}",
    "its skills in 60 shuffled lines": _listed(60),
    "its first sentence said forty times": lambda cv, v, rng: cv + f"\n{_sentences(v.text)[0]}" * 40,
    "its words between those of the CV": _alternating,
    "its words backwards": lambda cv, v, rng: f"{cv}\n{' '.join(v.text.split()[::-1])}",
    "its words of four letters or more": _without_small_words,
    "its words, every second one another": _words_swapped(2),
    "its first forty words": lambda cv, v, rng: f"{cv}\n{' '.join(v.text.split()[:40])}",
    "its sentences said twice, shuffled": lambda cv, v, rng: (
        f"{cv}\n{' '.join(_shuffled(_sentences(v.text) * 2, rng))}"
    ),
    "the advert alone": lambda cv, v, rng: v.text,
    "its skills listed thirty times": lambda cv, v, rng: f"{cv}\n{', '.join(_asked(v) * 30)}",
    "its skills claimed in ten ways each": _claimed(10),
    "its words with other endings": _other_endings,
    "its words, two others after each": _after_each(2),
    "its words, each two neighbours swapped": _neighbours_swapped,
    "its words in the order of the alphabet": lambda cv, v, rng: f"{cv}\n{' '.join(sorted({*v.text.split()}))}",
    "its first sentence after each of the CV": _after_each_line,
    "its skills in forty numbered lists": _listed(40, numbered=True),
    "its skills in eleven shuffled lines": _listed(11),
    "its skills claimed in five ways each": _claimed(5),
    "its words shuffled, two others after each": _shuffled_after_each,
    "its words cut in two by hyphens": _cut,
}
HELD: dict[str, Stuff] = {
    "its sentences cut into threes of words, strewn over the CV": _by_threes,
    "its rarer words told in sentences of one's own": _own_sentences,
    "its sentences woven into one another word by word": _woven,
    "its skills under twelve projects, some five each": _projects,
}
# What repeats claims: one may claim each once.
CLAIMS = {
    "its skills listed a hundred times", "its skills in 60 shuffled lines", "its skills listed thirty times",
    "its skills claimed in ten ways each", "its skills in forty numbered lists", "its skills in eleven shuffled lines",
    "its skills claimed in five ways each", "its skills under twelve projects, some five each",
}  # fmt: skip
