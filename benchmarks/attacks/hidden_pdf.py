"""PDF pages that hide a sentence, one technique each: content with the sentence, as a PDF string, at ``@``.

A technique is the page's content, entries of its resources, and further objects from number 10 on. ``FIRST`` was known
when the rules were written, ``HELD`` was not.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from hidden_html import LINES


class Technique(NamedTuple):
    """Content of the page; resources by kind (``ExtGState``, ``XObject``, ...); objects 10, 11, ...; keys of the page."""

    content: str
    resources: Mapping[str, str] = MappingProxyType({})
    objects: tuple[str, ...] = ()
    page: str = ""
    catalog: str = ""


SHOWN = "enjoys long walks in the hills and cooking at home"
_TEXT = "BT /F1 11 Tf 72 600 Td @ Tj ET"
_FORM = "<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >> /ExtGState << {states} >> >> {keys} /Length {length} >>\nstream\n{content}\nendstream"


def form(content: str, keys: str = "", states: str = "") -> str:
    """A form with this content."""
    return _FORM.format(content=content, keys=keys, states=states, length="%LENGTH%")


def state(keys: str) -> dict[str, str]:
    """A graphics state G1 with these keys."""
    return {"ExtGState": f"/G1 << {keys} >>"}


_GROUP = "/Group << /S /Transparency /I true >>"
_BLACK_MASK = form("0 g 0 0 612 792 re f", "/Group << /S /Transparency /CS /DeviceGray >>")
_EMPTY_GLYPHS = "<< " + " ".join(f"/g{n} 11 0 R" for n in range(32, 127)) + " >>"
_EMPTY_FONT = (
    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 32 /LastChar 126"
    f" /Widths [{' '.join(['600'] * 95)}] /CharProcs {_EMPTY_GLYPHS} /Encoding << /Type /Encoding /Differences [32 "
    f"{' '.join(f'/g{n}' for n in range(32, 127))}] >> /Resources << >> /ToUnicode 12 0 R >>"
)
_PLAIN_MAP = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def 1 begincodespacerange"
    " <00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange endcmap end end"
)


def stream(content: str, keys: str = "") -> str:
    """A stream object."""
    return f"<< {keys} /Length %LENGTH% >>\nstream\n{content}\nendstream"


def liar(font: str, shown: str, claimed: str) -> tuple[str, str, str]:
    """A font that shows one text and claims another, its character map, and the string to draw."""
    names = {" ": "space", ".": "period", ",": "comma", "-": "hyphen"}
    length = max(len(shown), len(claimed))
    shown, claimed = shown.ljust(length), claimed.ljust(length)
    glyphs = " ".join(f"/{names.get(char, char)}" for char in shown)
    lines = "\n".join(f"<{n:02X}> <{ord(char):04X}>" for n, char in enumerate(claimed, 1))
    cmap = _PLAIN_MAP.replace("1 beginbfrange <20> <7E> <0020> endbfrange", f"{length} beginbfchar\n{lines}\nendbfchar")
    encoding = f"<< /Type /Encoding /Differences [1 {glyphs}] >>"
    dictionary = f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding {encoding} /ToUnicode 11 0 R >>"
    return dictionary, stream(cmap), f"<{''.join(f'{n:02X}' for n in range(1, length + 1))}>"


def lying(font: str, size: int = 11) -> Technique:
    """The technique of such a font; its objects are made with the sentence."""
    return Technique(f"BT /F2 {size} Tf 72 600 Td %LIAR:{font}% Tj ET", {"Font": "/F2 10 0 R"})


def cover(paint: str) -> Technique:
    """The sentence, then something painted over it."""
    return Technique(f"{_TEXT} {paint}")


_OFF_LAYER = "/OCProperties << /OCGs [10 0 R] /D << /OFF [10 0 R] /Order [10 0 R] >> >>"
FIRST: tuple[Technique, ...] = (
    Technique(f"1 g {_TEXT}"),
    Technique("BT 3 Tr /F1 11 Tf 72 600 Td @ Tj ET"),
    Technique("BT 7 Tr /F1 11 Tf 72 600 Td @ Tj ET"),
    Technique("BT /F1 1 Tf 72 600 Td @ Tj ET"),
    Technique("BT /F1 11 Tf -900 600 Td @ Tj ET"),
    Technique(f"q 0 0 1 1 re W n {_TEXT} Q"),
    Technique(f"/G1 gs {_TEXT}", state("/ca 0.01")),
    cover("1 g 60 590 500 20 re f"),
    cover("0 0 1 rg 60 590 500 20 re f"),
    Technique(f"0 g 60 590 500 20 re f {_TEXT}"),
    Technique("/G1 gs /X1 Do", {**state("/ca 0"), "XObject": "/X1 10 0 R"}, (form(_TEXT, _GROUP),)),
    Technique("/G1 gs /X1 Do", {**state("/ca 0.02"), "XObject": "/X1 10 0 R"}, (form(_TEXT, _GROUP),)),
    Technique(f"/G1 gs {_TEXT}", state("/SMask << /S /Luminosity /G 10 0 R >>"), (_BLACK_MASK,)),
    Technique(
        "/G1 gs /X1 Do",
        {**state("/SMask << /S /Luminosity /G 11 0 R >>"), "XObject": "/X1 10 0 R"},
        (form(_TEXT), _BLACK_MASK),
    ),
    Technique(
        "BT /F2 11 Tf 72 600 Td @ Tj ET", {"Font": "/F2 10 0 R"}, (_EMPTY_FONT, stream("600 0 d0"), stream(_PLAIN_MAP))
    ),
    Technique(
        "BT /F2 11 Tf 72 780 Td @ Tj ET", {"Font": "/F2 10 0 R"}, (_EMPTY_FONT, stream("600 0 d0"), stream(_PLAIN_MAP))
    ),
    Technique("BT /F1 11 Tf 72 600 Td @ Tj ET 1 g 70 590 500 20 re f"),
    Technique("BT /F1 11 Tf 72 600 Td (walks ) Tj @ Tj ET 1 g 104 590 400 20 re f"),
    lying("Helvetica"),
    lying("Times-Roman"),
    Technique(
        "/OC /L1 BDC BT /F1 11 Tf 72 600 Td @ Tj ET EMC",
        {"Properties": "/L1 10 0 R"},
        ("<< /Type /OCG /Name (x) >>",),
        catalog=_OFF_LAYER,
    ),
    Technique("/Span << /ActualText @ >> BDC BT /F1 11 Tf 72 600 Td (x) Tj ET EMC"),
)
# Written after the rules, without a look at them.
HELD: tuple[Technique, ...] = (
    Technique(f"1 1 1 rg {_TEXT}"),
    Technique(f"0.97 g {_TEXT}"),
    Technique(f"0 0 0 0 k {_TEXT}"),
    Technique(f"0 0 0.02 0 k {_TEXT}"),
    Technique(f"/DeviceRGB cs .99 1 .98 sc {_TEXT}"),
    Technique(f"/CS1 cs 100 0 0 sc {_TEXT}", {"ColorSpace": "/CS1 [/Lab << /WhitePoint [0.95 1 1.09] /Range [-100 100 -100 100] >>]"}),
    Technique(f"/CS1 cs 0 sc {_TEXT}", {"ColorSpace": "/CS1 [/Indexed /DeviceRGB 0 <FFFFFF>]"}),
    Technique(f"/CS1 cs 1 sc {_TEXT}", {"ColorSpace": "/CS1 [/CalGray << /WhitePoint [0.95 1 1.09] >>]"}),
    Technique(f"/CS1 cs 0 sc {_TEXT}", {"ColorSpace": "/CS1 [/Separation /X /DeviceGray << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [0] /N 1 >>]"}),
    Technique("1 g 1 G BT 2 Tr /F1 11 Tf 72 600 Td @ Tj ET"),
    Technique("1 G BT 1 Tr /F1 11 Tf 72 600 Td @ Tj ET"),
    Technique("1 G 0.1 w BT 1 Tr /F1 11 Tf 72 600 Td @ Tj ET"),
    Technique("BT 5 Tr 1 G /F1 11 Tf 72 600 Td @ Tj ET"),
    Technique("BT /F1 11 Tf 0.05 0 0 0.05 72 600 Tm @ Tj ET"),
    Technique("BT /F1 11 Tf 0.01 0 0 1 72 600 Tm @ Tj ET"),
    Technique("BT /F1 11 Tf 1 0 0 0.02 72 600 Tm @ Tj ET"),
    Technique("BT /F1 2 Tf 72 600 Td @ Tj ET"),
    Technique("q .1 0 0 .1 72 600 cm BT /F1 11 Tf 0 0 Td @ Tj ET Q"),
    Technique("BT 1 Tz /F1 11 Tf 72 600 Td @ Tj ET"),
    Technique("BT /F1 11 Tf 72 -400 Td @ Tj ET"),
    Technique("BT /F1 11 Tf 640 600 Td @ Tj ET"),
    Technique("BT /F1 11 Tf 72 810 Td @ Tj ET"),
    Technique("BT /F1 11 Tf 5000 Ts 72 600 Td @ Tj ET"),
    Technique(_TEXT.replace("600", "20"), page="/CropBox [0 60 612 792]"),
    Technique(_TEXT.replace("72 600", "72 30"), page="/CropBox [0 100 612 792] /MediaBox [0 0 612 792]"),
    Technique(f"q 0 0 10 10 re W* n {_TEXT} Q"),
    Technique(f"q 72 590 2 30 re W n {_TEXT} Q"),
    Technique(f"q 60 590 500 20 re 60 590 500 20 re W* n {_TEXT} Q"),
    Technique(f"q 100 100 m 101 100 l 100 101 l h W n {_TEXT} Q"),
    Technique("q BT 7 Tr /F1 11 Tf 72 100 Td (x) Tj ET " + _TEXT + " Q"),
    Technique(f"/G1 gs {_TEXT}", state("/ca 0")),
    Technique(f"/G1 gs {_TEXT}", state("/ca 0.05 /CA 1")),
    Technique(f"/G1 gs 1 g {_TEXT}", state("/BM /Screen")),
    Technique(f"/G1 gs 1 g {_TEXT}", state("/BM /Multiply")),
    Technique(f"/G1 gs {_TEXT}", state("/BM /Lighten")),
    Technique(f"/G1 gs 0 g {_TEXT}", state("/BM /Difference")),
    Technique(f"/G1 gs {_TEXT}", state("/BM /ColorDodge")),
    Technique(f"/G1 gs {_TEXT}", state("/BM /Hue")),
    Technique("/X1 Do", {"XObject": "/X1 10 0 R"}, (form("/G2 gs " + _TEXT, _GROUP, "/G2 << /ca 0 >>"),)),
    Technique("/X1 Do", {"XObject": "/X1 10 0 R"}, (form(f"{_TEXT} 1 g 60 590 500 20 re f", _GROUP),)),
    Technique("/X1 Do", {"XObject": "/X1 10 0 R"}, (form("1 g " + _TEXT, "/Matrix [1 0 0 1 0 0]"),)),
    Technique("/X1 Do", {"XObject": "/X1 10 0 R"}, (form(_TEXT, "/Matrix [.05 0 0 .05 0 0]"),)),
    Technique("/X1 Do", {"XObject": "/X1 10 0 R"}, (form(_TEXT, "/Matrix [1 0 0 1 900 0]"),)),
    Technique("/X1 Do", {"XObject": "/X1 10 0 R"}, (form(_TEXT).replace("[0 0 612 792]", "[0 0 5 5]"),)),
    Technique("q .001 0 0 .001 0 0 cm /X1 Do Q", {"XObject": "/X1 10 0 R"}, (form(_TEXT),)),
    Technique("q 0 0 1 1 re W n /X1 Do Q", {"XObject": "/X1 10 0 R"}, (form(_TEXT),)),
    Technique("/X1 Do 1 g 60 590 500 20 re f", {"XObject": "/X1 10 0 R"}, (form(_TEXT),)),
    Technique("/X1 Do", {"XObject": "/X1 10 0 R"}, (form(_TEXT, "/OC 11 0 R"), "<< /Type /OCG /Name (x) >>"), catalog=_OFF_LAYER.replace("10 0 R", "11 0 R")),
    Technique("/G1 gs /X1 Do", {**state("/SMask << /S /Alpha /G 11 0 R >>"), "XObject": "/X1 10 0 R"}, (form(_TEXT, _GROUP), form("", _GROUP))),
    Technique(f"/G1 gs {_TEXT}", state("/SMask << /S /Luminosity /G 10 0 R /BC [0] >>"), (form("", "/Group << /S /Transparency /CS /DeviceGray >>"),)),
    Technique(f"/G1 gs {_TEXT}", state("/SMask << /S /Luminosity /G 10 0 R >>"), (form("0 g 0 0 612 792 re f 1 g 0 0 9 9 re f", "/Group << /S /Transparency /CS /DeviceGray >>"),)),
    cover("1 1 1 rg 50 580 540 40 re f"),
    cover("q 540 0 0 40 50 580 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q"),
    cover("q 540 0 0 40 50 580 cm BI /W 1 /H 1 /BPC 8 /CS /RGB ID abc EI Q"),
    cover("1 g 50 585 m 600 585 l 600 625 l 50 625 l f"),
    cover("1 G 40 w 50 603 m 600 603 l S"),
    cover("0 G 40 w 50 603 m 600 603 l S"),
    Technique(f"{_TEXT} q 50 580 540 40 re W n /S1 sh Q", {"Shading": "/S1 << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Extend [true true] /Function << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [1] /N 1 >> >>"}),
    Technique("/Pattern cs /P1 scn BT /F1 11 Tf 72 600 Td @ Tj ET", {"Pattern": "/P1 << /PatternType 2 /Shading << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 1 1] /Extend [true true] /Function << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [1] /N 1 >> >> >>"}),
    Technique("BT /F1 11 Tf 72 600 Td @ Tj ET 1 g 74 590 530 20 re f"),
    Technique("BT /F1 11 Tf 72 600 Td (w) Tj @ Tj ET 1 g 81 585 500 30 re f"),
    Technique("BT /F1 11 Tf 72 600 Td (long walks and ) Tj @ Tj ET q 142 0 0 1 0 0 cm Q 1 g 145 590 450 20 re f"),
    Technique("BT /F1 11 Tf 72 600 Td [(walks) -500 @] TJ ET 1 g 105 590 450 20 re f"),
    Technique("q 60 595 45 20 re W n BT /F1 11 Tf 72 600 Td (walks ) Tj @ Tj ET Q"),
    Technique("0 g 60 590 500 20 re f 0.05 g " + _TEXT),
    Technique("0 0 .5 rg 60 590 500 20 re f 0 0 .52 rg " + _TEXT),
    Technique("1 1 0 rg 60 590 500 20 re f 1 1 .2 rg " + _TEXT),
    Technique("BT /F2 11 Tf 72 600 Td @ Tj ET", {"Font": "/F2 10 0 R"}, (_EMPTY_FONT, stream("600 0 0 0 600 600 d1"), stream(_PLAIN_MAP))),
    Technique("BT /F2 11 Tf 72 600 Td @ Tj ET", {"Font": "/F2 10 0 R"}, (_EMPTY_FONT, stream("600 0 d0 1 g 0 0 500 700 re f"), stream(_PLAIN_MAP))),
    Technique("BT /F2 11 Tf 72 600 Td @ Tj ET", {"Font": "/F2 10 0 R"}, (_EMPTY_FONT, stream("600 0 d0 0 0 1 1 re f"), stream(_PLAIN_MAP))),
    Technique("BT /F2 11 Tf 72 600 Td @ Tj ET", {"Font": "/F2 10 0 R"}, (_EMPTY_FONT, stream("600 0 d0 100 0 400 700 re f"), stream(_PLAIN_MAP))),
    Technique("BT /F2 .4 Tf 72 600 Td @ Tj ET", {"Font": "/F2 10 0 R"}, (_EMPTY_FONT, stream("600 0 d0 100 0 400 700 re f"), stream(_PLAIN_MAP))),
    lying("Courier"),
    lying("Helvetica-Bold"),
    lying("Times-Italic"),
    lying("Courier-Bold", 14),
    lying("Times-Bold", 9),
    lying("Helvetica-Oblique", 10),
    Technique("/Span << /ActualText @ >> BDC BT /F1 11 Tf 72 600 Td (walks) Tj ET EMC"),
    Technique("/P << /MCID 0 /ActualText @ >> BDC BT /F1 11 Tf 72 600 Td (i) Tj ET EMC"),
    Technique("/Artifact << /Contents @ >> BDC BT /F1 11 Tf 72 600 Td (i) Tj ET EMC"),
    Technique("/OC /L1 BDC " + _TEXT + " EMC", {"Properties": "/L1 << /Type /OCMD /OCGs [10 0 R] /P /AllOn >>"}, ("<< /Type /OCG /Name (x) >>",), catalog=_OFF_LAYER),
    Technique("/OC /L1 BDC " + _TEXT + " EMC", {"Properties": "/L1 10 0 R"}, ("<< /Type /OCG /Name (x) >>",), catalog="/OCProperties << /OCGs [10 0 R] /D << /BaseState /OFF >> >>"),
    Technique("BT /F1 11 Tf 72 600 Td (x) Tj ET", page="/Annots [<< /Type /Annot /Subtype /Text /Rect [9 9 20 20] /Contents @ /F 2 >>]"),
    Technique("BT /F1 11 Tf 72 600 Td (x) Tj ET", page="/Annots [<< /Type /Annot /Subtype /FreeText /Rect [72 590 500 610] /DA (/F1 11 Tf) /Contents @ /F 2 >>]"),
    Technique("BT /F1 11 Tf 72 600 Td (x) Tj ET", catalog="/Metadata 10 0 R", objects=(stream("<x>SENTENCE</x>", "/Type /Metadata /Subtype /XML"),)),
    Technique("BT /F1 11 Tf 72 600 Td (x) Tj ET", catalog="/Outlines << /Type /Outlines /Title @ >>"),
)  # fmt: skip


def document(technique: Technique | None, sentence: str) -> bytes:
    """A CV of a few lines that holds the sentence in this way."""
    technique = technique or Technique("")
    content, objects = technique.content, technique.objects
    if "%LIAR:" in content:
        before, _, rest = content.partition("%LIAR:")
        font, _, after = rest.partition("%")
        dictionary, cmap, string = liar(font, SHOWN, sentence)
        content, objects = before + string + after, (dictionary, cmap)
    lines = [f"BT 0 g /F1 11 Tf 72 {780 - 20 * n} Td ({line}) Tj ET" for n, line in enumerate(LINES)]
    lines.insert(3, f"q {content} Q")
    resources = {"Font": "/F1 5 0 R"}
    for kind, entries in technique.resources.items():
        resources[kind] = f"{resources.get(kind, '')} {entries}"
    told = " ".join(f"/{kind} << {entries} >>" for kind, entries in resources.items())
    box = "" if "MediaBox" in technique.page else "/MediaBox [0 0 612 792]"
    numbered = {
        1: f"<< /Type /Catalog /Pages 2 0 R {technique.catalog} >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: f"<< /Type /Page /Parent 2 0 R {box} {technique.page} /Contents 4 0 R /Resources << {told} >> >>",
        4: stream("\n".join(lines)),
        5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        **{10 + n: text for n, text in enumerate(objects)},
    }
    body = b"%PDF-1.7\n"
    for number, text in numbered.items():
        text = text.replace("@", f"({sentence})").replace("SENTENCE", sentence)
        if "\nstream\n" in text:
            inner = text.partition("\nstream\n")[2].removesuffix("\nendstream")
            text = text.replace("%LENGTH%", str(len(inner.encode("latin-1"))))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    return body + b"trailer << /Root 1 0 R /Size 30 >>\n%%EOF"
