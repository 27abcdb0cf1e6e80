"""What a language model writes about a text: in its language and in words of its own, or refused."""

from __future__ import annotations

import re

from jobfit.ingest.language import detect_language
from jobfit.llm.errors import AnswerError
from jobfit.llm.prompt import Prompt, messages

_RUN = 5  # words: a run of so many that stands in both texts is copied
_REPEATED = 0.7  # the share of an answer's runs from which it repeats a text
# "<Your last position>", "[Company Name]"; neither "List<String>" nor "[a link](...)"
_GAP = re.compile(r"(?<!\w)<[A-Za-z][^<>\n]{2,}>|\[[A-Z][^\[\]\n]{2,}\](?!\()")
_LANGUAGES = {"en": "English", "fr": "French"}  # those that a text is known to be in


def in_its_language(text: str, name: str) -> str:
    """The sentence of a prompt that names the language of ``text``, in our words; it quotes nothing.

    ``name`` is what the prompt calls the text, for a language that is not known.
    """
    language = _LANGUAGES.get(detect_language(text) or "")
    return f" Write in {language}." if language else f" Write in the language of the {name}."


def check_own_words(answer: str, prompt: Prompt, about: str) -> None:
    """Refuse what is no answer to ``prompt`` about a text of its data.

    Raises:
        AnswerError: the answer leaves gaps to fill in (``gaps``), repeats a text that the model was shown or what it
            was told (``repetition``) or is in another language than ``about`` (``language``).
    """
    told = messages(prompt, "0" * 16)[0]["content"]
    if gap := _GAP.search(answer):
        raise AnswerError("gaps", f"the answer is a form to fill in: it has a gap of {len(gap[0])} characters")
    if any(copied_share(answer, shown) >= _REPEATED for shown in (told, *(piece.text for piece in prompt.data))):
        raise AnswerError("repetition", "the answer repeats what the model was given")
    wanted, found = detect_language(about), detect_language(answer)
    if languages_differ(wanted, found):
        raise AnswerError("language", f"the answer is in another language ({found}) than the text ({wanted})")


def languages_differ(language: str | None, other: str | None) -> bool:
    """Whether two languages are known and differ."""
    return language is not None and other is not None and language != other


def copied_share(text: str, source: str) -> float:
    """Return the share of the runs of five words of ``text`` that stand in ``source``; 0 for a shorter text.

    >>> copied_share("she ran the night shift alone", "there she ran the night shift")
    0.5
    """
    runs = _runs(text)
    return sum(run in known for run in runs) / len(runs) if runs and (known := set(_runs(source))) else 0.0


def _runs(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return [tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)]
