"""Made-up texts of more than 512 tokens, so that every document is cut: of the simulated market, or of ESCO."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from esco_texts import position, read_esco
from jobfit.errors import InputError
from jobfit.simulation.market import simulate
from jobfit.simulation.page import plain
from jobfit.simulation.settings import MarketSettings

LONGER_THAN = 512
CVS_IN_A_TEXT = 6  # more than are ever needed to get there, so that the market is large enough
MARKET = "simulated market, English: CVs of people of one occupation, joined until they are longer than 512 tokens"
ESCO = "ESCO 1.1.1, English (European Commission, CC BY 4.0): five to nine positions of one occupation, made up"
Count = Callable[[str], int]


def long_texts(count: int, seed: int, tokens: Count, esco: Path | None = None) -> tuple[str, list[str]]:
    """Return where the texts come from, and ``count`` of them in random order; ``tokens`` counts a text's tokens.

    The same count and seed give the same texts. No CV is in two of them.
    """
    generator = random.Random(seed)
    made = _of_market(count, seed, tokens) if esco is None else _of_esco(esco, generator, tokens)
    texts = [text for text, _ in zip(made, range(count), strict=False)]
    if len(texts) < count:
        raise InputError(f"only {len(texts)} of {count} texts are longer than {LONGER_THAN} tokens; ask for fewer")
    generator.shuffle(texts)
    return (MARKET if esco is None else ESCO), texts


def _of_market(count: int, seed: int, tokens: Count) -> Iterator[str]:
    market = simulate(MarketSettings(candidates=CVS_IN_A_TEXT * count, vacancies=1, languages=("en",)), seed)
    begun: dict[str, str] = defaultdict(str)
    for person in market.people:
        begun[person.occupation] += plain(market.cvs[person.id])
        if tokens(begun[person.occupation]) > LONGER_THAN:
            yield begun.pop(person.occupation)


def _of_esco(folder: Path, generator: random.Random, tokens: Count) -> Iterator[str]:
    occupations = read_esco(folder)
    for occupation in generator.sample(occupations, len(occupations)):
        text = " ".join(position(occupation, generator) for _ in range(generator.randint(5, 9)))
        if tokens(text) > LONGER_THAN:
            yield text
