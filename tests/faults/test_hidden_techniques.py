"""Every technique of the campaign of hidden text: the sentence is not read, or a person is told."""

from __future__ import annotations

from collections.abc import Callable

import hidden_docx
import hidden_html
import hidden_pdf
import pytest

from jobfit.ingest.parse import docx, html, pdf
from jobfit.ingest.raw import RawDocument

SENTENCE = "Kubernetes Terraform Golang engineer since twelve years"


@pytest.mark.parametrize("table", ["FIRST", "HELD", "LAST"])
def test_html_that_hides_a_sentence_is_not_read_or_flagged(table: str) -> None:
    missed = []
    for css, markup in hidden_html.techniques(getattr(hidden_html, table)):
        [result] = html.extract(hidden_html.page(css, markup, SENTENCE))
        if isinstance(result, RawDocument) and "Kubernetes" in result.text and not result.flags:
            missed.append((css, markup))
    assert missed == []


@pytest.mark.parametrize("table", ["FIRST", "HELD", "LAST"])
def test_docx_that_hides_a_sentence_is_not_read_or_flagged(table: str) -> None:
    missed = []
    for technique in getattr(hidden_docx, table):
        [result] = docx.extract(hidden_docx.document(technique, SENTENCE))
        assert isinstance(result, RawDocument) and set(hidden_html.LINES) <= set(result.text.split("\n"))
        if "Kubernetes" in result.text and not result.flags:
            missed.append(technique)
    assert missed == []


_TWO_LINES = "<w:p><w:r><w:t>@</w:t></w:r></w:p>" * 2
_SKILL_DOTS = (
    "<w:p><w:r><w:t>@</w:t></w:r><w:r><w:rPr><w:rFonts w:ascii='Wingdings'/></w:rPr><w:t>lllno</w:t></w:r></w:p>"
)
_IN_SYMBOLS = hidden_docx.styles(hidden_docx._CHARACTER.format("<w:rPr><w:rFonts w:ascii='Symbol'/></w:rPr>"))
_OWN_FONT = hidden_docx.run("<w:rStyle w:val='H'/><w:rFonts w:ascii='Calibri'/>")
_SHADE = "<w14:lumMod w14:val='65000'/><w14:lumOff w14:val='35000'/>"
_GREY = hidden_docx.effect(f"<w14:solidFill><w14:schemeClr w14:val='tx1'>{_SHADE}</w14:schemeClr></w14:solidFill>")
_BOTH = "w:ascii='Symbol' w:asciiTheme='minorHAnsi'"


def _second(place: str, look: str) -> hidden_docx.Technique:
    """A table whose style hides cells at a place, with the sentence in a cell that is elsewhere."""
    part = hidden_docx._COVER.format(place, "<w:vanish/>")
    body = hidden_docx.two_by_two(f"<w:tblStyle w:val='T'/><w:tblLook {look}/>", ("", "", "@", ""))
    return body, hidden_docx.styles(hidden_docx._TABLE.format(part))


DOCX_SEEN: list[hidden_docx.Technique] = [
    (hidden_docx.box(900_000, 900_000, 3_000_000, 420_000, _TWO_LINES), {}),
    (hidden_docx.box(900_000, 900_000, 3_000_000, 110_000, _TWO_LINES, body='anchor="ctr"'), {}),
    (hidden_docx.table("", "<w:trHeight w:val='600' w:hRule='exact'/>", "", _TWO_LINES), {}),
    (hidden_docx.table("", "<w:trHeight w:val='240' w:hRule='exact'/>"), {}),
    (hidden_docx.table("", "<w:trHeight w:val='100' w:hRule='atLeast'/>", "", _TWO_LINES), {}),
    (_SKILL_DOTS, {}),
    (_OWN_FONT, _IN_SYMBOLS),
    (hidden_docx.run(f"<w:rFonts {_BOTH}/>"), {}),
    (hidden_docx.run("<w:fitText w:val='4000' w:id='1'/>"), {}),
    (hidden_docx.run("<w:spacing w:val='-40'/>"), {}),
    (hidden_docx.advance("\\\\r 40"), {}),
    (hidden_docx.paragraph("<w:ind w:left='-900' w:right='-900'/>"), {}),
    (hidden_docx.paragraph("<w:ind w:left='2000' w:right='2000'/>"), {}),
    (_GREY, {"theme": hidden_docx._THEME}),
    _second("firstRow", "w:val='0020'"), _second("lastCol", "w:lastColumn='1'"), _second("swCell", "w:val='0080'"),
    _second("lastRow", "w:val='0000'"), _second("band1Horz", "w:val='0000'"), _second("band2Vert", "w:val='0000'"),
]  # fmt: skip


@pytest.mark.parametrize("technique", DOCX_SEEN)
def test_docx_that_shows_a_sentence_in_little_room_is_read(technique: hidden_docx.Technique) -> None:
    [result] = docx.extract(hidden_docx.document(technique, SENTENCE))
    assert isinstance(result, RawDocument) and SENTENCE in result.text
    assert not any(flag.startswith("hidden_text") for flag in result.flags), result.flags


@pytest.mark.parametrize("table", ["FIRST", "HELD"])
def test_pdf_that_hides_a_sentence_is_not_read_or_flagged(table: str) -> None:
    missed = []
    for technique in getattr(hidden_pdf, table):
        [result] = pdf.extract(hidden_pdf.document(technique, SENTENCE))
        assert isinstance(result, RawDocument) and set(hidden_html.LINES) <= set(result.text.split("\n"))
        if "Terraform" in result.text and not result.flags and technique not in SEEN_BLENDS:
            missed.append(technique)
    assert missed == []


# Blended text that PDFium paints all the same.
SEEN_BLENDS = [
    technique
    for technique in hidden_pdf.HELD
    if any(f"/BM /{mode}" in str(technique) for mode in ("Lighten", "Difference", "ColorDodge", "Hue"))
]


@pytest.mark.parametrize("build", [hidden_docx.document, hidden_pdf.document])
def test_document_that_hides_nothing_is_read_without_a_flag(build: Callable[..., bytes]) -> None:
    [result] = (docx if build is hidden_docx.document else pdf).extract(build(None, ""))
    assert isinstance(result, RawDocument)
    assert (result.text.strip().split("\n"), result.flags) == (list(hidden_html.LINES), ())


# What web pages and CVs made of HTML say all the time.
SEEN = [
    ("*{box-sizing:border-box;margin:0;padding:0} body{font:16px/1.5 'Inter',sans-serif;color:#222}", ""),
    (":root{--ink:#334155;--gap:1rem} p{color:var(--ink);margin:var(--gap) 0}", ""),
    ("@page{size:A4;margin:0} .a{width:210mm;min-height:297mm;overflow:hidden;padding:15mm}", ""),
    ("@media (max-width:600px){p{display:none}} @media print{p{color:#fff}}", ""),
    ("p:hover{opacity:0} p:focus-within{display:none} p::selection{color:#fff;background:#fff}", ""),
    (".a{display:grid;grid-template-columns:1fr 2fr;gap:12px} p{break-inside:avoid}", ""),
    (".a{columns:2;column-gap:24px;letter-spacing:.02em;text-transform:uppercase;text-indent:-18px}", ""),
    ("p::before{content:'•';color:#888} p::after{content:'';display:block;border-bottom:1px solid}", ""),
    (".a{transform:translateZ(0);will-change:transform;backface-visibility:hidden;z-index:1}", ""),
    ("p{transition:all .2s;animation:in .4s ease both} @keyframes in{from{opacity:0}to{opacity:1}}", ""),
    ("::-webkit-scrollbar{display:none} ::-moz-focus-inner{border:0} input::placeholder{opacity:0}", ""),
    (".x{color:#fff;background:linear-gradient(#123,#345)}", 'class="x"'),
    (".x{font-size:clamp(1rem, 2.5vw, 2rem);line-height:calc(1em + 4px);width:calc(100% - 2rem)}", 'class="x"'),
    ("@layer base,util;@layer util{.x{display:block}}@layer base{.x{display:none}}", 'class="x"'),
    ("@supports (display:grid){.x{display:grid}} .y .x{display:none}", 'class="x"'),
    (".md\\:hidden{display:none} .x>.x{display:none}", 'class="x"'),
    ("", 'style="color:rgb(90 90 90);background:#fafafa;border-radius:4px;mso-line-height-rule:exactly"'),
    ("", 'style="overflow:hidden;text-overflow:ellipsis;white-space:nowrap;max-width:900px"'),
    ("", 'style="position:relative;top:-2px;margin:-4px 0 0 -10px;padding-left:40px"'),
    ("", 'style="visibility:visible;opacity:.87;filter:none;mix-blend-mode:normal;clip-path:none"'),
    ("", 'aria-hidden="true" inert'),
]


@pytest.mark.parametrize(("css", "attributes"), SEEN)
def test_html_with_ordinary_styles_is_read_without_a_flag(css: str, attributes: str) -> None:
    [result] = html.extract(hidden_html.page(css, f"<p {attributes}>@</p>", SENTENCE))
    assert isinstance(result, RawDocument)
    assert SENTENCE in result.text and hidden_html.LINES[0] in result.text
    assert result.flags == ()


@pytest.mark.parametrize(
    ("body", "flag"),
    [
        ('<link rel="stylesheet" href="cv.css"><p>@</p>', "unclear_text:linked_style"),
        ('<link rel="stylesheet" href="data:text/css,p{display:none}"><p>@</p>', "unclear_text:style"),
        ("<p class=f>@</p>", "unclear_text:font"),
        ("<p>@</p><script>document.body.classList.add('x')</script>", "unclear_text:script"),
        ("<details><summary>More</summary><p>@</p></details>", "unclear_text:folded"),
        ('<p>x</p><svg width="900" height="90"><text y="20">@</text></svg>', "unread_text:svg"),
        ('<iframe srcdoc="@"></iframe>', "unread_text:frame"),
        ("<style>p.q::before{content:'@'}</style><p class=q>x</p>", "unread_text:generated"),
    ],
)
def test_html_of_which_nobody_knows_what_is_seen_is_flagged(body: str, flag: str) -> None:
    css = "@font-face{font-family:F;src:url(data:x)} .f{font-family:F}"
    [result] = html.extract(hidden_html.page(css, body, SENTENCE))
    assert isinstance(result, RawDocument) and flag in result.flags


@pytest.mark.parametrize(
    ("sheet", "flag"),
    [("data:text/css,p{display:none}", "unclear_text:style"), ("cv.css", "unclear_text:linked_style")],
)
def test_sheet_that_a_page_takes_in_is_linked_unless_it_is_in_the_page(sheet: str, flag: str) -> None:
    [result] = html.extract(hidden_html.page(f"@import '{sheet}';", "<p>@</p>", SENTENCE))
    assert isinstance(result, RawDocument) and result.flags == (flag,)


def test_html_after_an_unclosed_embed_and_in_many_unclosed_elements_is_read() -> None:
    source = f"<html><body><p>one</p><embed src=x><p>two</p>{'<font>' * 300}<p>three</p></body></html>"
    [result] = html.extract(source.encode())
    assert isinstance(result, RawDocument)
    assert result.text.split() == ["one", "two", "three"]
