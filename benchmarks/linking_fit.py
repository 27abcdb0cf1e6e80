"""Fit the weights, calibrations and thresholds that jobfit ships for linking, and write them into the package.

Weights on part 0 of each set of mentions, calibration and threshold on part 1 (a fifth of the concepts hidden from the
taxonomy, so that their mentions have no match, plus phrases that name nothing); part 2 is for benchmarks/linking.py.
About three minutes on one core.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from environment import describe
from jobfit.taxonomy.linking.linker import Linker
from jobfit.taxonomy.linking.model import to_json
from jobfit.taxonomy.linking.translation import WordTable, learn_words
from jobfit.taxonomy.model import Taxonomy
from jobfit.taxonomy.stored import load_taxonomy
from linking_data import (
    CALIBRATE,
    FIT,
    IMPORTANCE,
    LABELS,
    Mention,
    encode_with,
    held_out_labels,
    rome_titles,
    share,
    with_hidden,
)
from linking_fitting import fit_calibration, fit_weights

TARGET = Path(__file__).resolve().parent.parent / "src/jobfit/taxonomy/linking/data/models.json"
PRECISION = 0.8  # among accepted links, on the calibration part
MOST = 4000  # mentions of a set


def main() -> None:
    """Fit every model and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of esco-1.1.1 and rome-esco")
    parser.add_argument("--cache", type=Path, default=Path("linking-vectors.sqlite"))
    options = parser.parse_args()
    encode = encode_with(options.cache)
    models = {}
    for name, kind, language, taxonomy, mentions, words in settings(options.data):
        for side, encoder in (("lexical", None), ("dense", encode)):
            if words and encoder:
                continue
            model = fit(kind, language, taxonomy, mentions, words, encoder)
            models[f"{kind}/{name}/{side}"] = to_json(model)
            print(f"{kind}/{name}/{side}", models[f"{kind}/{name}/{side}"], flush=True)
    value = {"provenance": provenance(), "models": models}
    TARGET.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def settings(data: Path) -> Iterator[tuple[str, Any, str, Taxonomy, list[Mention], WordTable | None]]:
    """Yield (name, kind, language of the mentions, taxonomy, mentions, word table) of each model."""
    full = load_taxonomy(data / "esco-1.1.1")
    titles = rome_titles(data / "rome-esco", full)
    yield "fr", "occupation", "fr", full, titles, None
    english, words = english_only(full)
    yield "translated", "occupation", "fr", english, titles, words
    for kind, language in LABELS:
        taxonomy, mentions = held_out_labels(full, kind, language)
        some = sorted(mentions, key=lambda m: share(("sample", m.text, m.concept), 2**60))[: 3 * MOST]
        yield language, kind, language, taxonomy, some, None


def english_only(full: Taxonomy) -> tuple[Taxonomy, WordTable]:
    """Return the taxonomy without French names of occupations, and a word table learnt from the skills alone."""
    words = learn_words((skill.labels for skill in full.skills.values()), "fr", "en")
    terms = {id_: replace(t, labels={"en": t.labels["en"]}) for id_, t in full.occupations.items()}
    return replace(full, occupations=terms), words


def fit(
    kind: Any,
    language: str,
    taxonomy: Taxonomy,
    mentions: Sequence[Mention],
    words: WordTable | None,
    encoder: Callable[..., Any] | None,
) -> Any:
    """Return the model of one setting."""
    linker = Linker(taxonomy, kind, encoder, words)
    train = [m for m in mentions if m.part == FIT]
    worth = [IMPORTANCE[m.relation] for m in train]
    weights = fit_weights(linker, [m.text for m in train], [m.concept for m in train], language, worth)
    hidden, marked = with_hidden(taxonomy, kind, mentions)
    held = [m for m in marked if m.part == CALIBRATE]
    return fit_calibration(
        Linker(hidden, kind, encoder, words),
        weights,
        [m.text for m in held],
        [m.concept for m in held],
        language,
        PRECISION,
    )


def provenance() -> dict[str, Any]:
    """Return where the numbers come from."""
    about = describe("numpy", "scipy", "openvino")
    return {
        "fitted_by": "benchmarks/linking_fit.py",
        "versions": about["versions"],
        "data": "ESCO 1.1.1 (European Commission, CC BY 4.0) and its crosswalk to ROME (Pôle emploi, Licence Ouverte)",
        "encoder": "all-MiniLM-L6-v2",
        "parts": "0 of 3 by ROME code or ISCO unit group for weights, 1 of 3 for calibration and threshold",
        "no_match": "a fifth of the concepts hidden from the taxonomy, labels of skills as titles, phrases",
        "precision": PRECISION,
        "personal_data": "none: job titles and names of skills only",
    }


if __name__ == "__main__":
    main()
