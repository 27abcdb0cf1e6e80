"""Title and skill linking on mentions that no weight or threshold was chosen on, against TF-IDF, with paired tests.

Writes results/title-linking.json and results/skill-spans.json; about four minutes on one core. The mentions and their
parts are those of benchmarks/linking_data.py; weights and thresholds are those shipped (benchmarks/linking_fit.py).
"""

import argparse
import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from environment import RESULTS, describe, write
from jobfit.ordering import order
from jobfit.taxonomy.linking.linker import Link, Linker
from jobfit.taxonomy.linking.model import Kind
from jobfit.taxonomy.model import Taxonomy
from jobfit.taxonomy.stored import load_taxonomy
from linking_data import CALIBRATE, LABELS, TEST, Mention, encode_with, held_out_labels, rome_titles, share, with_hidden
from linking_fit import PRECISION, english_only
from linking_fitting import threshold_for
from linking_spans import spans_result
from measure import corrected, mean, paired, timed

DEPTH = 100  # ranks looked at; a concept below counts 0
MEASURES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "RR@100": lambda ranks: np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0.0),
    "Acc@1": lambda ranks: (ranks == 1).astype(float),
    "Acc@5": lambda ranks: ((ranks > 0) & (ranks <= 5)).astype(float),
}
System = Callable[[Sequence[str]], list[list[tuple[str, float]]]]


def main() -> None:
    """Run everything and write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of esco-1.1.1, rome-esco, skillspan and green-skills")
    parser.add_argument("--cache", type=Path, default=Path("linking-vectors.sqlite"))
    parser.add_argument("--only", choices=("titles", "spans", "speed"))
    options = parser.parse_args()
    full = load_taxonomy(options.data / "esco-1.1.1")
    about = describe("numpy", "scipy", "scikit-learn", "openvino")
    titles = rome_titles(options.data / "rome-esco", full)
    if options.only in (None, "titles"):
        write("title-linking", {**about, "data": DATA, **titles_result(full, titles, encode_with(options.cache))})
    if options.only == "speed":
        kept = json.loads((RESULTS / "title-linking.json").read_text(encoding="utf-8"))
        write("title-linking", {**kept, "speed": speed(full, [m for m in titles if m.part == TEST])})
    if options.only in (None, "spans"):
        write("skill-spans", {**about, **spans_result(full, options.data)})


DATA = {
    "taxonomy": "ESCO 1.1.1, English and French labels",
    "titles": "ROME 3.47 titles with their one ESCO occupation in the ESCO-ROME crosswalk V1.4",
    "part": "test: ROME codes (ISCO unit groups for English labels) that no weight or threshold was chosen on",
    "measures": "means over mentions with 95 % bootstrap intervals; ranks to 100, equal scores ordered by digest",
    "tests": "paired randomisation of the difference from the baseline, Holm over the systems and measures of a set",
}


def titles_result(full: Taxonomy, titles: list[Mention], encode: Any) -> dict[str, Any]:
    """Return every set of title-linking.json."""
    english, words = english_only(full)
    rome = [m for m in titles if m.part == TEST]
    lexical = Linker(full)
    fr = {
        "tfidf-char": tfidf(full.occupations, "fr", "char_wb", (2, 5)),
        "tfidf-char-3": tfidf(full.occupations, "fr", "char_wb", (3, 3)),
        "tfidf-word": tfidf(full.occupations, "fr", "word", (1, 1)),
        "jobfit lexical": ours(lexical, "fr"),
        "jobfit lexical + dense": ours(Linker(full, encode=encode), "fr"),
    }
    cross = {
        "tfidf-char": tfidf(english.occupations, "en", "char_wb", (2, 5)),
        "dense (MiniLM)": dense(english, encode),
        "jobfit lexical, cognates only": ours(Linker(english), "en"),
        "jobfit lexical, word table from skills": ours(Linker(english, words=words), "fr"),
        "jobfit, bridge: French labels of the same URI": ours(lexical, "fr"),
    }
    result = {
        "rome_fr_to_fr": by_relation(rome, fr),
        "rome_fr_to_en": by_relation(rome, cross),
        "rome_fr_to_fr_all_parts": {
            "exact or narrow": scored(pick(titles, "exact", "narrow"), {"tfidf-char": fr["tfidf-char"]})
        },
    }
    for kind, language in LABELS:
        result[f"{kind}_labels_{language}"] = labels_result(full, kind, language, encode)
    result["no_match"] = {
        "rome_fr": no_match(full, "occupation", "fr", titles),
        "occupation_labels_en": no_match(*labelled(full, "occupation", "en")),
        "skill_labels_en": no_match(*labelled(full, "skill", "en")),
    }
    return {"sets": result, "speed": speed(full, rome)}


def labelled(full: Taxonomy, kind: Kind, language: str) -> tuple[Taxonomy, Kind, str, list[Mention]]:
    taxonomy, mentions = held_out_labels(full, kind, language)
    some = sorted(mentions, key=lambda m: share(("test", m.text, m.concept), 2**60))[:5000]
    return taxonomy, kind, language, some


def labels_result(full: Taxonomy, kind: Kind, language: str, encode: Any) -> dict[str, Any]:
    """Return the linking of alternative labels that were taken out of the taxonomy."""
    taxonomy, _, _, mentions = labelled(full, kind, language)
    unseen = [m for m in pick(mentions, "unseen") if m.part == TEST][:1000]
    terms = taxonomy.occupations if kind == "occupation" else taxonomy.skills
    systems = {
        "tfidf-char": tfidf(terms, language, "char_wb", (2, 5)),
        "jobfit lexical": ours(Linker(taxonomy, kind), language),
    }
    if language == "en":
        systems["dense (MiniLM)"] = dense(taxonomy, encode, kind)
        systems["jobfit lexical + dense"] = ours(Linker(taxonomy, kind, encode), language)
    return scored(unseen, systems)


def pick(mentions: Sequence[Mention], *relations: str) -> list[Mention]:
    return [m for m in mentions if m.relation in relations]


def by_relation(mentions: Sequence[Mention], systems: Mapping[str, System]) -> dict[str, Any]:
    """Return the systems on exact and narrow matches together (the headline), and on each relation."""
    found = {name: system([m.text for m in mentions]) for name, system in systems.items()}
    groups = {"exact or narrow": ("exact", "narrow"), **{r: (r,) for r in ("exact", "narrow", "close", "broad")}}
    groups["all"] = ("exact", "narrow", "close", "broad")
    result = {}
    for group, relations in groups.items():
        mine = [i for i, m in enumerate(mentions) if m.relation in relations]
        part = {name: [lists[i] for i in mine] for name, lists in found.items()}
        result[group] = compared([mentions[i] for i in mine], part)
    return result


def scored(mentions: Sequence[Mention], systems: Mapping[str, System]) -> dict[str, Any]:
    """Return what the systems reach on the mentions."""
    return compared(mentions, {name: system([m.text for m in mentions]) for name, system in systems.items()})


def compared(mentions: Sequence[Mention], found: Mapping[str, list[list[tuple[str, float]]]]) -> dict[str, Any]:
    """Return n, each system's measures, and its difference from the first system with p."""
    ranks = {name: ranks_of(mentions, lists) for name, lists in found.items()}
    base = next(iter(ranks))
    rows: dict[str, Any] = {
        name: {measure: mean(value(r)) for measure, value in MEASURES.items()} for name, r in ranks.items()
    }
    tested = []
    for name in list(ranks)[1:]:
        for measure, value in MEASURES.items():
            row = paired(value(ranks[name]), value(ranks[base]))
            rows[name].setdefault("against_baseline", {})[measure] = row
            tested.append(row)
    corrected(tested)
    return {"n": len(mentions), "concepts": len({m.concept for m in mentions}), "baseline": base, "systems": rows}


def ranks_of(mentions: Sequence[Mention], found: Sequence[Sequence[tuple[str, float]]]) -> np.ndarray:
    """Return the rank of each mention's concept, 0 where it is not among the first 100."""
    ids = [[id_ for id_, _ in one] for one in found]
    return np.array([one.index(m.concept) + 1 if m.concept in one else 0 for m, one in zip(mentions, ids)])


def ours(linker: Linker, language: str) -> System:
    """Return jobfit's linker as a system: its order and calibrated scores."""

    def system(texts: Sequence[str]) -> list[list[tuple[str, float]]]:
        return [[(m.id, m.score) for m in everything(link)] for link in linker.link(texts, language, DEPTH)]

    return system


def everything(link: Link) -> list[Any]:
    return [*([link.best] if link.best else []), *link.alternatives]


def tfidf(terms: Mapping[str, Any], language: str, analyzer: str, sizes: tuple[int, int]) -> System:
    """Return scikit-learn's TF-IDF over all labels in the language: a concept's score is its best label's cosine."""
    ids = list(terms)
    labels = [(text, i) for i, t in enumerate(terms.values()) for text in t.labels.get(language, ())]
    owner = np.array([i for _, i in labels])
    vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=sizes, sublinear_tf=True, strip_accents="unicode")
    matrix = vectorizer.fit_transform([text for text, _ in labels])
    start = np.flatnonzero(np.diff(owner, prepend=-1))

    def system(texts: Sequence[str]) -> list[list[tuple[str, float]]]:
        found = []
        for begin in range(0, len(texts), 256):
            batch = texts[begin : begin + 256]
            cosines = np.zeros((len(batch), len(ids)))
            cosines[:, owner[start]] = np.maximum.reduceat(
                (vectorizer.transform(batch) @ matrix.T).toarray(), start, axis=1
            )
            found += [[(ids[i], float(row[i])) for i in order(t, ids, row, DEPTH)] for t, row in zip(batch, cosines)]
        return found

    return system


def dense(taxonomy: Taxonomy, encode: Any, kind: Kind = "occupation") -> System:
    """Return the encoder alone: cosine with the preferred English label."""
    terms = taxonomy.occupations if kind == "occupation" else taxonomy.skills
    ids, vectors = list(terms), encode([term.label("en") for term in terms.values()])

    def system(texts: Sequence[str]) -> list[list[tuple[str, float]]]:
        rows = encode(texts) @ vectors.T
        return [[(ids[i], float(row[i])) for i in order(t, ids, row, DEPTH)] for t, row in zip(texts, rows)]

    return system


def no_match(taxonomy: Taxonomy, kind: Kind, language: str, mentions: list[Mention]) -> dict[str, Any]:
    """Return what the shipped threshold does when a fifth of the concepts are hidden, beside TF-IDF with its own.

    coverage: share of mentions linked; precision: share of links that are right; right: share of the mentions that have
    a concept which are linked to it; kept_out: share of the mentions without one that get no match; ece: expected
    calibration error of the first concept's score, ten bins of equal width.
    """
    hidden, marked = with_hidden(taxonomy, kind, mentions)
    test, held = [m for m in marked if m.part == TEST], [m for m in marked if m.part == CALIBRATE]
    linker = Linker(hidden, kind)
    terms = hidden.occupations if kind == "occupation" else hidden.skills
    systems = {"tfidf-char": tfidf(terms, language, "char_wb", (2, 5)), "jobfit lexical": ours(linker, language)}
    rows, right = {}, {}
    for name, system in systems.items():
        cut = linker.model(language).threshold
        if name == "tfidf-char":
            scores, hits = firsts(held, system([m.text for m in held]))
            cut, _ = threshold_for(scores, hits, PRECISION)
        scores, hits = firsts(test, system([m.text for m in test]))
        linked, known = scores >= cut, np.array([m.concept is not None for m in test])
        rows[name] = {
            "threshold": cut,
            "coverage": mean(linked.astype(float)),
            "precision": mean(hits[linked].astype(float)),
            "right": mean((hits & linked)[known].astype(float)),
            "kept_out": mean((~linked)[~known].astype(float)),
            "precision_by_relation": relations(test, hits, linked),
        }
        right[name] = (hits & linked).astype(float)
    rows["jobfit lexical"]["ece"] = calibration_error(scores, hits)
    return {
        "n": len(test),
        "no_match": int(sum(m.concept is None for m in test)),
        "precision_asked": PRECISION,
        "systems": rows,
        "right_links_against_baseline": paired(right["jobfit lexical"], right["tfidf-char"]),
    }


def relations(mentions: Sequence[Mention], hits: np.ndarray, linked: np.ndarray) -> dict[str, Any]:
    """Return, by relation, n of the mentions with a concept, the share linked, and how many links are right."""
    result = {}
    for relation in dict.fromkeys(m.relation for m in mentions if m.concept):
        mine = np.array([m.relation == relation and m.concept is not None for m in mentions])
        precision = mean(hits[mine & linked].astype(float))
        result[relation] = {"n": int(mine.sum()), "coverage": float(linked[mine].mean()), "precision": precision}
    return result


def firsts(mentions: Sequence[Mention], found: Sequence[Sequence[tuple[str, float]]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the score of each mention's first concept (0 without one) and whether it is the right one."""
    scores = np.array([one[0][1] if one else 0.0 for one in found])
    return scores, np.array([bool(one) and one[0][0] == m.concept for m, one in zip(mentions, found)])


def calibration_error(scores: np.ndarray, right: np.ndarray) -> float:
    bins = np.minimum((scores * 10).astype(int), 9)
    return float(sum(abs(scores[bins == b].sum() - right[bins == b].sum()) for b in range(10)) / len(scores))


def speed(full: Taxonomy, titles: Sequence[Mention]) -> dict[str, float]:
    """Return seconds: index of occupations and of skills, first batch in a language, and 1,000 mentions after it.

    Wall time, and processor time beside it: ``load`` is the machine's load average, other work included.
    """
    result = {"load": os.getloadavg()[0]}

    def note(name: str, work: Callable[[], Any]) -> Any:
        (result[name], result[f"{name}_processor"]), value = timed(work)
        return value

    kinds: tuple[tuple[Kind, str], ...] = (("occupation", "fr"), ("skill", "en"))
    for kind, language in kinds:
        texts = [m.text for m in titles[:1000]]
        if kind == "skill":
            texts = [skill.label("en") for skill in list(full.skills.values())[:1000]]
        linker = note(f"{kind}_index", partial(Linker, full, kind))
        note(f"{kind}_first_mention", partial(linker.link, ["x"], language))
        note(f"{kind}_1000_mentions", partial(linker.link, texts, language))
    return {name: round(value, 3) for name, value in result.items()}


if __name__ == "__main__":
    main()
