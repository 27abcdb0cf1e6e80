"""The esco variant as ``jobfit prepare`` makes it: sentences, and the linkers of a taxonomy that fill them."""

from __future__ import annotations

from functools import cache

from jobfit.documents.esco_text import EscoVariant, SkillsFrom
from jobfit.taxonomy.linking.candidates import Encode
from jobfit.taxonomy.linking.evidence import SkillFinder
from jobfit.taxonomy.linking.linker import Linker
from jobfit.taxonomy.model import Taxonomy


def esco_variant(
    taxonomy: Taxonomy,
    encode: Encode | None = None,
    language: str | None = None,
    *,
    use: SkillsFrom = SkillsFrom.EVIDENCED,
    masked: bool = True,
) -> EscoVariant:
    """Return the variant that writes records in the words of ``taxonomy``.

    Titles are linked by words, n-grams and, with ``encode``, by vectors; below the calibrated threshold a title has no
    occupation and is counted. Skills are those that the text itself names: the finder reads words only.

    Raises:
        InputError: the taxonomy has no occupations or no skills.

    >>> from jobfit.records import Candidate, Source
    >>> from jobfit.taxonomy.compact import load_compact
    >>> record = Candidate("c1", "I write Python and maintain PostgreSQL.", "en", Source("cv.txt", "text", ""))
    >>> next(esco_variant(load_compact(), language="fr").render([record])).text
    'Je possède les compétences suivantes: Python, PostgreSQL.'
    """
    titles, skills = Linker(taxonomy, "occupation", encode), Linker(taxonomy, "skill")

    @cache
    def finder(spoken: str | None) -> SkillFinder:
        return SkillFinder(skills, spoken)

    def stated(text: str, spoken: str | None) -> list[str]:
        return [found.match.id for found in finder(spoken).skills_in(text)]

    return EscoVariant(taxonomy, titles, stated, use, language, masked)
