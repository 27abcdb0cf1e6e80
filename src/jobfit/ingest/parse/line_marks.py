"""Marks around words that a reader does not read: Markdown, quotation in e-mails, line numbers, quotes of a table."""

from __future__ import annotations

import re
from itertools import pairwise

from jobfit.ingest.raw import RawDocument

_QUOTED = re.compile(r"[ \t]*>[> \t]*")
_NUMBERED = re.compile(r"[ \t]*(\d{1,4})(?:[.)|:]|(?=[ \t]))[ \t]*")
_BARRED = re.compile(r"[ \t]*\|.*\|[ \t]*\Z")
_LEAST, _NEARLY_ALL = 2, 0.9  # lines with words, and the share of them that has a mark
_COUNTED = 5  # lines: fewer with numbers are a list

# What shows that a text is Markdown: a heading of two signs ("## Skills"), or two other headings or strong words.
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(?!\d)[^\n]*$", re.MULTILINE)
_DEEPER = re.compile(r"^[ \t]{0,3}#{2,6}[ \t]+[^\W\d_]", re.MULTILINE)
_STRONG = re.compile(r"(?<![*_])(\*\*|__)(?![\s*_])([^\n]{1,300}?)(?<![\s*_])\1(?![*_])")
_ROW = re.compile(r"^[ \t]*\|(.*)\|[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"[-:| \t]*\Z")
_BREAK = re.compile(r"(?<![ \t])[ \t]*\\$", re.MULTILINE)
_MARKDOWN = 2  # headings or strong words


def without_marks(text: str) -> str:
    """Return the text as it is read; most texts come back as they are.

    >>> without_marks("# Ana Sample\\n\\n**Cook**, [blog](https://ana.example)\\n\\n## Skills\\n* C\\\\+\\\\+").strip()
    'Ana Sample\\n\\nCook, blog\\n\\nSkills\\n\\n• C++'
    """
    text = _unquoted(text)
    for pattern in (_QUOTED, _NUMBERED):
        text = _without_prefix(text, pattern)
    opening = next((line for line in text.split("\n") if line.strip()), "")
    plain = _DEEPER.search(text) or any(pattern.fullmatch(opening.strip()) for pattern in (_HEADING, _STRONG))
    if plain or len(_HEADING.findall(text)) + len(_STRONG.findall(text)) >= _MARKDOWN:
        text = _without_markdown(text)
    lines = [line for line in text.split("\n") if line.strip()]
    if _is_marked(lines, _BARRED):
        text = _ROW.sub(_cells, text)
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


def _cells(row: re.Match[str]) -> str:
    return "" if _RULE.match(row[1]) else "\t".join(map(str.strip, row[1].split("|")))


def _without_markdown(text: str) -> str:
    """Return the page that Markdown makes, as a reader sees it; tags in it stay what they are."""
    from markdown_it import MarkdownIt  # only here: few texts are Markdown

    from jobfit.ingest.parse.html import visible

    # Lines of a CV are lines, and indented ones no code.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("code")
    page = visible(parser.render(text))
    return page.text if isinstance(page, RawDocument) else text
