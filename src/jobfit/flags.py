"""What the flags of a record say in words. A flag is a sign for a person to look at the file; it changes no score."""

from __future__ import annotations

_KINDS = {
    "hidden_text": "text that a reader cannot see was left out",
    "unclear_text": "nobody knows whether a reader sees all of the text",
    "unread_text": "a reader sees text that was not read",
    "encoding": "the letters were put right",
    "odd_shape": "a part has an unusual form",
    "invalid_date": "a date was not understood",
}
_DETAILS = {
    "invisible": "set to be invisible",
    "tiny": "in tiny letters",
    "off_page": "off the page",
    "white": "in the colour of its background",
    "covered": "under something else",
    "actual_text": "behind other glyphs",
    "attachment": "in an attached file",
    "unicode": "invisible, piled-up or reversing characters",
    "style": "styling that is not understood",
    "color": "a colour that is not understood",
    "clip": "it may be cut off",
    "cover": "something may lie over it",
    "animation": "an animation changes it",
    "folded": "in a part that is folded",
    "depth": "nested very deeply",
    "font": "its font may show other letters",
    "homoglyphs": "letters of another script that look like Latin ones",
    "script": "a script may change it",
    "linked_style": "a style sheet lies elsewhere",
    "svg": "in a drawing",
    "drawing": "in a drawing or a diagram",
    "frame": "in a frame or an embedded object",
    "generated": "made by the style sheet",
    "part": "in another document inside",
}


def describe_flag(flag: str) -> str:
    """The flag in words, and as it stands in the record.

    >>> describe_flag("hidden_text:white")
    'text that a reader cannot see was left out: in the colour of its background (hidden_text:white)'
    >>> describe_flag("nul_bytes")
    'nul_bytes'
    """
    kind, _, detail = flag.partition(":")
    if kind not in _KINDS:
        return flag
    words = _DETAILS.get(detail, detail)
    return f"{_KINDS[kind]}: {words} ({flag})" if words else f"{_KINDS[kind]} ({flag})"
