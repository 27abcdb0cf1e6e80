"""Marks around words that a reader does not read: Markdown, quotation in e-mails, line numbers, quotes of a table."""

from __future__ import annotations

import re
from itertools import pairwise

_QUOTED = re.compile(r"[ \t]*>[> \t]*")
_NUMBERED = re.compile(r"[ \t]*(\d{1,4})(?:[.)|:]|(?=[ \t]))[ \t]*")
_BARRED = re.compile(r"[ \t]*\|.*\|[ \t]*\Z")
_LEAST, _NEARLY_ALL = 2, 0.9  # lines with words, and the share of them that has a mark
_COUNTED = 5  # lines: fewer with numbers are a list

_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(?!\d)([^\n]*)$", re.MULTILINE)
_STRONG = re.compile(r"(?<![*_])(\*\*|__)(?![\s*_])([^\n]{1,300}?)(?<![\s*_])\1(?![*_])")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^\n*_]{1,200}?)(?<=[^\s*_])\1(?![\w*])")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\(<?([^\s()<>]{1,500})>?(?: \"[^\"\n]{0,100}\")?\)")
_CODE = re.compile(r"`([^`\n]{1,200})`")
_RULE = re.compile(
    r"^[ \t]{0,3}(?:-[ \t]{0,2}(?:-[ \t]{0,2}){2,99}|(?:\*[ \t]{0,2}){3,99}|(?:_[ \t]{0,2}){3,99}"
    r"|\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*){1,20}\|?)$",
    re.MULTILINE,
)
_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)
_BAR = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"(?<![ \t])[ \t]*\\$", re.MULTILINE)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_MARKDOWN = 2  # headings or strong words


def without_marks(text: str) -> str:
    """Return the text as it is read; most texts come back as they are.

    >>> without_marks("# Ana Sample\\n\\n**Cook**, [blog](https://ana.example)\\n\\n## Skills\\n* C\\\\+\\\\+")
    'Ana Sample\\n\\nCook, blog https://ana.example\\n\\nSkills\\n* C++'
    """
    text = _unquoted(text)
    for pattern in (_QUOTED, _NUMBERED):
        text = _without_prefix(text, pattern)
    opening = next((line for line in text.split("\n") if line.strip()), "")
    opens = any(pattern.fullmatch(opening.strip()) for pattern in (_HEADING, _STRONG))
    if opens or len(_HEADING.findall(text)) + len(_STRONG.findall(text)) >= _MARKDOWN:
        text = _without_markdown(text)
    lines = [line for line in text.split("\n") if line.strip()]
    if _is_marked(lines, _BARRED):
        text = _without_table(text)
    return _BREAK.sub("", text) if len(_BREAK.findall(text)) >= _LEAST else text


def _unquoted(text: str) -> str:
    """Return what stands in the quotes of a cell of a table, where quotes are written twice."""
    inner = text.strip()
    if len(inner) < 2 or not inner[0] == inner[-1] == '"' or '"' in inner[1:-1].replace('""', ""):
        return text
    return inner[1:-1].replace('""', '"')


def _is_marked(lines: list[str], pattern: re.Pattern[str]) -> bool:
    return len(lines) >= _LEAST and sum(pattern.match(line) is not None for line in lines) >= _NEARLY_ALL * len(lines)


def _without_prefix(text: str, pattern: re.Pattern[str]) -> str:
    """Return the lines without a mark that (nearly) all of them begin with; numbers count the lines."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not _is_marked(lines, pattern):
        return text
    if pattern is _NUMBERED:
        numbers = [int(match[1]) for line in lines if (match := pattern.match(line))]
        if (
            len(lines) < _COUNTED
            or any(later <= earlier for earlier, later in pairwise(numbers))
            or numbers[-1] > 3 * len(lines)
        ):
            return text
    return "\n".join(pattern.sub("", line, count=1) if pattern.match(line) else line for line in text.split("\n"))


def _without_markdown(text: str) -> str:
    text = _without_table(_HEADING.sub(lambda line: line[1].rstrip("# \t"), text))
    text = _LINK.sub(lambda link: f"{link[1]} {link[2]}" if link[1] not in link[2] else link[2], text)
    for pattern in (_STRONG, _EMPHASIS):
        text = pattern.sub(r"\2", text)
    return _ESCAPED.sub(r"\1", _BREAK.sub("", _CODE.sub(r"\1", text)))


def _without_table(text: str) -> str:
    text = _RULE.sub("", text)
    return _ROW.sub(lambda row: "\t".join(map(str.strip, _BAR.split(row[1]))), text)
