"""English, French or neither: a vote of the most frequent words, deterministic and without a model to load."""

from __future__ import annotations

import re
from collections import Counter

_WORD = re.compile(r"[^\W\d_]{2,20}")  # a single letter may be a bullet
_READ = 20_000  # characters: a longer text is not in another language after that
_LEAST_VOTES = 5
_LEAST_SHARE = 0.04  # of all words; English and French prose has 0.3, a list of skills next to nothing
_MARGIN = 1.5
_STOP_WORDS = {
    "en": "the and of to with for from in on at by is are was were be as an we you your our my this that have has had "
    "will not or it which all using used worked who their can new years experience skills work",
    "fr": "le la les des et du un une en dans pour avec sur par est sont au aux ce cette vous nous votre notre vos nos "
    "mes je qui que ou de ans expérience compétences dont été être afin ainsi plus chez sein",
    # Rivals: their prose would otherwise be taken for French or English.
    "es": "el la los las de del en con para por un una que es se su al como más años experiencia lo",
    "it": "il lo la gli le di del della in con per un una che è si al come anni esperienza dei nel",
    "pt": "os as de do da dos das em com para por um uma que é se no na como anos experiência",
    "de": "der die das und in mit für von zu den dem ein eine ist sind auf im bei als sie wir ihre oder nach",
    "nl": "de het een en van in met voor op te is zijn wij je jouw als bij aan ervaring jaar",
}
_VOTERS: dict[str, tuple[str, ...]] = {}
for _language, _words in _STOP_WORDS.items():
    for _word in dict.fromkeys(_words.split()):
        _VOTERS[_word] = (*_VOTERS.get(_word, ()), _language)


def detect_language(text: str) -> str | None:
    """``"en"``, ``"fr"``, or ``None`` for a short text, one in another language, or an even mixture of two.

    Each stop word votes for the languages that have it. The winner needs 5 votes, 4 % of all words, and 1.5 times the
    votes of the second. The first 20,000 characters are read.

    >>> detect_language("Nous recherchons un infirmier pour le service de nuit de la clinique")
    'fr'
    """
    words = _WORD.findall(text[:_READ].casefold())
    votes: Counter[str] = Counter()
    for word, count in Counter(words).items():
        for language in _VOTERS.get(word, ()):
            votes[language] += count
    ranked = [*votes.most_common(2), ("", 0), ("", 0)]
    (winner, most), (_, second) = ranked[:2]
    if most < max(_LEAST_VOTES, _LEAST_SHARE * len(words)) or most < _MARGIN * second:
        return None
    return winner if winner in ("en", "fr") else None
