"""Names of human languages (folded, English and French) by ISO 639-1 code, and the wordings of levels."""

from __future__ import annotations

from jobfit.records import LanguageLevel

NAMES: dict[str, str] = {
    name: code
    for code, names in {
        "ar": "arabic arabe",
        "bg": "bulgarian bulgare",
        "bn": "bengali",
        "ca": "catalan",
        "cs": "czech tcheque",
        "da": "danish danois",
        "de": "german allemand",
        "el": "greek grec",
        "en": "english anglais",
        "es": "spanish espagnol castillan castilian",
        "et": "estonian estonien",
        "fa": "persian farsi persan",
        "fi": "finnish finnois",
        "fr": "french francais",
        "he": "hebrew hebreu",
        "hi": "hindi",
        "hr": "croatian croate",
        "hu": "hungarian hongrois",
        "hy": "armenian armenien",
        "id": "indonesian indonesien",
        "it": "italian italien",
        "ja": "japanese japonais",
        "ka": "georgian georgien",
        "ko": "korean coreen",
        "lt": "lithuanian lituanien",
        "lv": "latvian letton",
        "nl": "dutch neerlandais flemish flamand",
        "no": "norwegian norvegien",
        "pl": "polish polonais",
        "pt": "portuguese portugais",
        "ro": "romanian roumain",
        "ru": "russian russe",
        "sk": "slovak slovaque",
        "sl": "slovenian slovene",
        "sq": "albanian albanais",
        "sr": "serbian serbe",
        "sv": "swedish suedois",
        "th": "thai",
        "tr": "turkish turc",
        "uk": "ukrainian ukrainien",
        "ur": "urdu ourdou",
        "vi": "vietnamese vietnamien",
        "zh": "chinese chinois mandarin cantonese cantonais",
    }.items()
    for name in names.split()
}

# Read in this order where several begin at the same place; CEFR codes are read before any wording.
LEVELS: tuple[tuple[str, LanguageLevel], ...] = (
    (
        r"native or bilingual|native(?: speaker| level)?|mother[ -]tongue|first language|langue maternelle|"
        r"maternelle|natif",
        LanguageLevel.NATIVE,
    ),
    (r"bilingu(?:e|al)s?", LanguageLevel.C2),
    (
        r"full professional|fluent(?:ly)?|fluency|couramment|courante?s?|advanced|avancee?|proficient|"
        r"parfaite? maitrise|excellent",
        LanguageLevel.C1,
    ),
    (
        r"upper[ -]intermediate|professional(?: working)?|professionnel(?:le)?|tres bon(?:ne)?(?: niveau)?|"
        r"very good|business|operationnel",
        LanguageLevel.B2,
    ),
    (r"pre-intermediate", LanguageLevel.A2),
    (r"intermediate|intermediaire|limited working|conversational|conversationnel|moyen|bon niveau", LanguageLevel.B1),
    (r"basic|basics|elementary|elementaire|notions?|scolaire|bases", LanguageLevel.A2),
    (r"beginner|debutante?", LanguageLevel.A1),
)
