"""Mentions whose concept is known, from public data: ROME titles mapped to ESCO, and ESCO's own alternative labels.

Every mention has a part: 0 to fit weights, 1 to calibrate, 2 to test. ROME titles are parted by their ROME code,
alternative labels by the ISCO unit group (occupations) or the group above (skills) of their concept, so that
near-duplicates stay on one side. Nothing here was chosen by looking at part 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from jobfit.encoders.loading import load_encoder
from jobfit.experiments.default_model.sources import read_rome, share
from jobfit.records import Document
from jobfit.taxonomy.linking.mentions import fold_all
from jobfit.taxonomy.linking.model import Kind
from jobfit.taxonomy.model import Taxonomy

FIT, CALIBRATE, TEST = 0, 1, 2
LABELS: tuple[tuple[Kind, str], ...] = (("occupation", "en"), ("skill", "en"), ("skill", "fr"))
RELATIONS = ("exact", "narrow", "close", "broad")
# What a mention counts for when weights are fitted: ROME's relations, and whether a label is still in the taxonomy.
IMPORTANCE = {"exact": 1.0, "narrow": 1.0, "close": 0.2, "broad": 0.2, "unseen": 1.0, "seen": 1.0}
PHRASES = (
    "voir ci-joint", "à propos de nous", "cinq ans d'expérience", "salaire selon profil", "rejoignez notre équipe",
    "poste basé à Clermont-Ferrand", "tickets restaurant", "prise de poste immédiate", "Groupe Martin et Fils",
    "permis B souhaité", "horaires de journée", "avantages sociaux", "lorem ipsum dolor sit amet", "curriculum vitae",
    "centre d'intérêt", "mobilité nationale", "références sur demande", "12 rue des Lilas", "nom et prénom", "divers",
    "see attached", "about us", "five years of experience", "competitive salary", "join our team", "based in Leeds",
    "luncheon vouchers", "start immediately", "Smith and Sons Ltd", "day shift", "benefits package", "miscellaneous",
    "references on request", "first and last name", "equal opportunity employer", "to be discussed", "page 2 of 3",
    "what we offer you", "your future colleagues", "October 2019",
)  # fmt: skip


@dataclass(frozen=True)
class Mention:
    """A mention with its right concept (``None``: no match), its part, and how it maps: a key of ``IMPORTANCE``."""

    text: str
    concept: str | None
    part: int
    relation: str


def rome_titles(folder: Path, taxonomy: Taxonomy) -> list[Mention]:
    """Return the ROME titles whose ESCO occupation is in ``taxonomy``: each title maps to exactly one.

    A test title that folds to the words of a title in another part is left out (3 of 4,059).
    """

    found = read_rome(folder, taxonomy)
    titles = [Mention(one.text, one.occupation, share(one.code, 3), one.relation) for one in found]
    words = [frozenset(folded) for folded in fold_all([title.text for title in titles])]
    elsewhere = {folded for folded, title in zip(words, titles) if title.part != TEST}
    return [title for folded, title in zip(words, titles) if title.part != TEST or folded not in elsewhere]


def held_out_labels(taxonomy: Taxonomy, kind: Kind, language: str) -> tuple[Taxonomy, list[Mention]]:
    """Return the taxonomy without one alternative label per concept, and those labels as mentions.

    A label is taken by a digest among those that fold to other words than every other label of the concept, from
    concepts that keep two labels. Of every second concept a label that stays is a mention too (``seen``): without
    them, equality with a label would look like a mistake.
    """
    terms: Mapping[str, Any] = taxonomy.occupations if kind == "occupation" else taxonomy.skills
    kept, mentions = {}, []
    for id_, term in terms.items():
        labels = term.labels.get(language, ())
        folded = fold_all(labels) if labels else []
        free = [i for i, words in enumerate(folded) if i and words and folded.count(words) == 1]
        if len(labels) < 3 or not free:
            kept[id_] = term
            continue
        taken = min(free, key=lambda i: share((id_, labels[i]), 2**60))
        rest = (*labels[:taken], *labels[taken + 1 :])
        kept[id_] = replace(term, labels={**term.labels, language: rest})
        block = getattr(term, "isco", "") or (term.broader[0] if term.broader else id_)
        mentions.append(Mention(labels[taken], id_, share(block, 3), "unseen"))
        if share(("seen", id_), 2) == 0:
            mentions.append(Mention(rest[share(("label", id_), len(rest))], id_, share(block, 3), "seen"))
    changed: dict[str, Any] = {"occupations" if kind == "occupation" else "skills": kept}
    return replace(taxonomy, **changed), mentions


def with_hidden(taxonomy: Taxonomy, kind: Kind, mentions: Sequence[Mention]) -> tuple[Taxonomy, list[Mention]]:
    """Return the taxonomy without a fifth of its concepts, and the mentions with *no match* for those of them.

    To these are added, as mentions without a match, the phrases above and (for occupations) one label of a skill
    for every ten mentions.
    """
    terms: Mapping[str, Any] = taxonomy.occupations if kind == "occupation" else taxonomy.skills
    gone = {id_ for id_ in terms if share(("hidden", id_), 5) == 0}
    kept = {id_: replace(term, broader=()) for id_, term in terms.items() if id_ not in gone}
    hidden = [replace(m, concept=None) if m.concept in gone else m for m in mentions]
    strange = list(PHRASES)
    if kind == "occupation":
        french = any(m.relation == "broad" for m in mentions)
        every = max(1, len(taxonomy.skills) * 10 // max(1, len(mentions)))
        strange += [s.label("fr" if french else "en") for i, s in enumerate(taxonomy.skills.values()) if i % every == 0]
        return replace(taxonomy, occupations=kept), [*hidden, *_none(strange)]
    free = {
        id_: replace(s, essential=tuple(e for e in s.essential if e in kept), optional=()) for id_, s in kept.items()
    }
    return replace(taxonomy, skills=free, occupations={}), [*hidden, *_none(strange)]


def _none(texts: Sequence[str]) -> list[Mention]:
    return [Mention(text, None, share(text, 3), "none") for text in texts]


def encode_with(cache: Path, model: str = "all-MiniLM-L6-v2") -> Callable[[Sequence[str]], np.ndarray]:
    """Return a function from texts to vectors; each text is encoded once."""
    encoder = load_encoder(model, cache=cache)

    def encode(texts: Sequence[str]) -> np.ndarray:
        documents = [Document(str(i), text or " ") for i, text in enumerate(texts)]
        return encoder.encode(documents, "query").vectors

    return encode
