"""Word documents that hide a sentence, one technique each: XML that goes into the body with the sentence at ``@``.

A technique is the body's XML, and where it needs them other parts of the package by name. ``FIRST`` was known when the
rules were written, ``HELD`` was not, and ``LAST`` was written after what ``HELD`` had shown was mended.
"""

from __future__ import annotations

import io
import zipfile

from hidden_html import LINES

_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:nobody" mc:Ignorable="w14 x"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = ("styles", "theme", "footnotes", "endnotes", "comments", "settings", "header", "footer")
_THEME = (
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="T"><a:themeElements>'
    '<a:clrScheme name="T"><a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1>'
    '<a:lt1><a:sysClr val="window" lastClr="FFFFFF"/></a:lt1><a:dk2><a:srgbClr val="1F497D"/></a:dk2>'
    '<a:lt2><a:srgbClr val="EEECE1"/></a:lt2><a:accent1><a:srgbClr val="FDFDFD"/></a:accent1></a:clrScheme>'
    "</a:themeElements></a:theme>"
)


def run(properties: str) -> str:
    """A paragraph of one run with these properties."""
    return f"<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>@</w:t></w:r></w:p>"


def paragraph(properties: str) -> str:
    """A paragraph with these properties."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>@</w:t></w:r></w:p>"


def table(properties: str = "", row: str = "", cell: str = "", around: str = "") -> str:
    """A table of one cell."""
    return (
        f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid><w:gridCol w:w='4000'/></w:tblGrid><w:tr><w:trPr>{row}</w:trPr>"
        f"<w:tc><w:tcPr>{cell}</w:tcPr>{around or '<w:p><w:r><w:t>@</w:t></w:r></w:p>'}</w:tc></w:tr></w:tbl><w:p/>"
    )


def box(x: int, y: int, cx: int, cy: int, inner: str = "", body: str = "", anchor: str = "", shape: str = "") -> str:
    """A text box at (x, y) on the page, in EMU."""
    content = inner or "<w:p><w:r><w:t>@</w:t></w:r></w:p>"
    return (
        f'<w:p><w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="9" '
        f'behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1" {anchor}><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page"><wp:posOffset>{x}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{y}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{cx}" cy="{cy}"/><wp:wrapNone/><wp:docPr id="7" name="Box"/><a:graphic><a:graphicData '
        'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>'
        f'<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        f"</a:prstGeom>{shape}</wps:spPr><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>"
        f"<wps:bodyPr {body}/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>"
    )


def styles(content: str) -> dict[str, str]:
    """The part with these styles."""
    return {"styles": f"<w:styles {_NAMES}>{content}</w:styles>"}


def note(kind: str, text: str = "@") -> dict[str, str]:
    """The part with one note that nothing refers to."""
    inner = f'<w:{kind} w:id="5"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}>'
    return {f"{kind}s": f"<w:{kind}s {_NAMES}>{inner}</w:{kind}s>"}


_WHITE = "<w:rPr><w:color w:val='FFFFFF'/></w:rPr>"
_CHARACTER = "<w:style w:type='character' w:styleId='H'><w:name w:val='H'/>{}</w:style>"
_PARAGRAPH = "<w:style w:type='paragraph' w:styleId='P'><w:name w:val='P'/>{}</w:style>"
_TABLE = "<w:style w:type='table' w:styleId='T'><w:name w:val='T'/>{}</w:style>"
_IN_STYLE = "<w:p><w:r><w:rPr><w:rStyle w:val='H'/></w:rPr><w:t>@</w:t></w:r></w:p>"
_IN_PARAGRAPH_STYLE = paragraph("<w:pStyle w:val='P'/>")

Technique = tuple[str, dict[str, str]]
FIRST: tuple[Technique, ...] = (
    (run("<w:vanish/>"), {}),
    (run("<w:color w:val='FFFFFF'/>"), {}),
    (run("<w:sz w:val='2'/>"), {}),
    (run("<w:color w:themeColor='background1'/>"), {"theme": _THEME}),
    (run("<w:color w:val='000000' w:themeColor='background1'/>"), {"theme": _THEME}),
    (run("<w:color w:val='auto' w:themeColor='accent1'/>"), {"theme": _THEME}),
    (run("<w:color w:val='111111' w:themeColor='text1' w:themeTint='05'/>"), {"theme": _THEME}),
    (run("<w:position w:val='3000'/>"), {}),
    (run("<w:position w:val='-3000'/>"), {}),
    (run("<w:w w:val='1'/>"), {}),
    (run("<w:spacing w:val='-300'/>"), {}),
    (run("<w:highlight w:val='black'/>"), {}),
    (run("<w14:textFill><w14:noFill/></w14:textFill>"), {}),
    (run("<w14:textFill><w14:solidFill><w14:srgbClr w14:val='FFFFFF'/></w14:solidFill></w14:textFill>"), {}),
    (
        run("<w14:textFill><w14:solidFill><w14:schemeClr w14:val='bg1'/></w14:solidFill></w14:textFill>"),
        {"theme": _THEME},
    ),
    (paragraph("<w:ind w:left='31000'/>"), {}),
    (paragraph("<w:ind w:left='-31000'/>"), {}),
    (paragraph("<w:ind w:left='15000'/>"), {}),
    (paragraph("<w:ind w:firstLine='20000'/>"), {}),
    (paragraph("<w:spacing w:line='10' w:lineRule='exact'/>"), {}),
    (paragraph("<w:framePr w:w='10' w:h='10' w:hRule='exact'/>"), {}),
    (paragraph("<w:framePr w:hAnchor='page' w:x='30000' w:vAnchor='page' w:y='200' w:w='2000'/>"), {}),
    (paragraph("<w:framePr w:hAnchor='page' w:vAnchor='page' w:x='100' w:y='-31000' w:w='2000'/>"), {}),
    (table("<w:tblInd w:w='30000' w:type='dxa'/>"), {}),
    (table("<w:tblpPr w:horzAnchor='page' w:vertAnchor='page' w:tblpX='30000' w:tblpY='900'/>"), {}),
    (table("", "<w:hidden/>"), {}),
    (table("", "<w:trHeight w:val='5' w:hRule='exact'/>"), {}),
    (table("", "<w:trHeight w:val='90' w:hRule='exact'/>"), {}),
    (
        table(
            "",
            "",
            "<w:shd w:val='clear' w:fill='000000'/>",
            f"<w:p><w:r>{_WHITE.replace('FFFFFF', '0A0A0A')}<w:t>@</w:t></w:r></w:p>",
        ),
        {},
    ),
    (box(30_000_000, 900_000, 3_000_000, 900_000), {}),
    (box(900_000, 30_000_000, 3_000_000, 900_000), {}),
    (box(-9_000_000, 900_000, 3_000_000, 900_000), {}),
    (box(900_000, 900_000, 9_000, 9_000), {}),
    (box(900_000, 900_000, 30_000, 900_000), {}),
    (box(900_000, 900_000, 3_000_000, 900_000, anchor='hidden="1"'), {}),
    (box(900_000, 900_000, 3_000_000, 900_000, "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>@</w:t></w:r></w:p>"), {}),
    ("<w:p/>", note("footnote")),
    ("<w:p/>", note("endnote")),
    ("<w:p/>", note("comment")),
    ("<w:p><w:del w:id='1' w:author='x'><w:r><w:delText>@</w:delText></w:r></w:del></w:p>", {}),
    ("<w:p><w:moveFrom w:id='1' w:author='x'><w:r><w:t>@</w:t></w:r></w:moveFrom></w:p>", {}),
    (
        "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>SET x \"@\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>",
        {},
    ),
    (
        "<w:p><w:r><w:fldChar w:fldCharType='begin'/><w:t>@</w:t><w:fldChar w:fldCharType='separate'/><w:t>1</w:t><w:fldChar w:fldCharType='end'/></w:r></w:p>",
        {},
    ),
    (_IN_STYLE, styles(_CHARACTER.format("<w:rPr><w:vanish/></w:rPr>"))),
    (_IN_STYLE, styles(_CHARACTER.format(_WHITE))),
    (_IN_PARAGRAPH_STYLE, styles(_PARAGRAPH.format("<w:rPr><w:vanish/></w:rPr>"))),
    (_IN_PARAGRAPH_STYLE, styles(_PARAGRAPH.format("<w:pPr><w:ind w:left='31000'/></w:pPr>"))),
)
# Written after the rules, without a look at them.
HELD: tuple[Technique, ...] = (
    (run("<w:vanish w:val='true'/>"), {}),
    (run("<w:vanish w:val='1'/><w:b/>"), {}),
    (run("<w:specVanish/><w:vanish/>"), {}),
    (run("<w:color w:val='FEFEFE'/><w:shd w:val='clear' w:fill='FFFFFF'/>"), {}),
    (run("<w:color w:val='F8F8FF'/>"), {}),
    (run("<w:color w:val='fffffd'/><w:sz w:val='22'/>"), {}),
    (run("<w:color w:val='FFFF01'/><w:highlight w:val='yellow'/>"), {}),
    (run("<w:color w:val='000080'/><w:highlight w:val='darkBlue'/>"), {}),
    (run("<w:color w:val='202020'/><w:shd w:val='clear' w:fill='1F1F1F'/>"), {}),
    (run("<w:color w:val='202020'/><w:shd w:val='solid' w:color='1F1F1F'/>"), {}),
    (run("<w:color w:val='FFFFFF'/><w:u w:val='none'/>"), {}),
    (run("<w:color w:val='auto' w:themeColor='light1'/>"), {"theme": _THEME}),
    (run("<w:color w:themeColor='bg1'/><w:color w:themeColor='background1'/>"), {"theme": _THEME}),
    (run("<w:color w:themeColor='background2' w:themeTint='10'/>"), {"theme": _THEME}),
    (run("<w:color w:themeColor='dark1' w:themeTint='03'/>"), {"theme": _THEME}),
    (run("<w:shd w:val='clear' w:themeFill='text1'/><w:color w:val='000000'/>"), {"theme": _THEME}),
    (run("<w:sz w:val='1'/><w:szCs w:val='40'/>"), {}),
    (run("<w:sz w:val='6'/>"), {}),
    (run("<w:sz w:val='10'/><w:vertAlign w:val='superscript'/>"), {}),
    (run("<w:sz w:val='24'/><w:w w:val='3'/>"), {}),
    (run("<w:sz w:val='24'/><w:w w:val='5%'/>"), {}),
    (run("<w:spacing w:val='-200'/>"), {}),
    (run("<w:spacing w:val='31000'/>"), {}),
    (run("<w:position w:val='-900'/>"), {}),
    (run("<w:position w:val='500pt'/>"), {}),
    (run("<w:fitText w:val='5' w:id='3'/>"), {}),
    (run("<w:rFonts w:ascii='Wingdings' w:hAnsi='Wingdings'/>"), {}),
    (run("<w14:textFill><w14:solidFill><w14:srgbClr w14:val='000000'><w14:alpha w14:val='98000'/></w14:srgbClr></w14:solidFill></w14:textFill>"), {}),
    (run("<w14:textFill><w14:gradFill><w14:gsLst><w14:gs w14:pos='0'><w14:srgbClr w14:val='FFFFFF'/></w14:gs><w14:gs w14:pos='100000'><w14:srgbClr w14:val='FEFEFE'/></w14:gs></w14:gsLst></w14:gradFill></w14:textFill>"), {}),
    (run("<w14:textFill><w14:solidFill><w14:schemeClr w14:val='tx1'><w14:lumMod w14:val='0'/><w14:lumOff w14:val='99000'/></w14:schemeClr></w14:solidFill></w14:textFill>"), {"theme": _THEME}),
    (run("<w:webHidden/><w:vanish/>"), {}),
    (paragraph("<w:ind w:start='31000'/>"), {}),
    (paragraph("<w:ind w:left='12000' w:hanging='0'/>"), {}),
    (paragraph("<w:ind w:left='-9000' w:right='9500'/>"), {}),
    (paragraph("<w:ind w:right='31000'/>"), {}),
    (paragraph("<w:ind w:left='4600' w:right='4600'/>"), {}),
    (paragraph("<w:spacing w:line='20' w:lineRule='exact'/>"), {}),
    (paragraph("<w:spacing w:line='60' w:lineRule='exact' w:before='0' w:after='0'/>"), {}),
    (paragraph("<w:shd w:val='clear' w:fill='000000'/><w:rPr/>").replace("<w:r>", "<w:r><w:rPr><w:color w:val='000000'/></w:rPr>"), {}),
    (paragraph("<w:shd w:val='solid' w:color='222222'/>").replace("<w:r>", "<w:r><w:rPr><w:color w:val='222222'/></w:rPr>"), {}),
    (paragraph("<w:framePr w:w='5000' w:h='20' w:hRule='exact' w:wrap='around'/>"), {}),
    (paragraph("<w:framePr w:w='20' w:wrap='around'/>"), {}),
    (paragraph("<w:framePr w:hAnchor='page' w:vAnchor='page' w:x='-20000' w:y='300' w:w='3000'/>"), {}),
    (paragraph("<w:framePr w:hAnchor='margin' w:vAnchor='margin' w:x='20000' w:y='300' w:w='3000'/>"), {}),
    (paragraph("<w:framePr w:hAnchor='page' w:vAnchor='page' w:x='500' w:y='31000' w:w='3000'/>"), {}),
    (table("<w:tblInd w:w='-20000' w:type='dxa'/>"), {}),
    (table("<w:tblInd w:w='13000' w:type='dxa'/>"), {}),
    (table("<w:tblpPr w:horzAnchor='page' w:vertAnchor='page' w:tblpX='900' w:tblpY='31000'/>"), {}),
    (table("<w:tblpPr w:horzAnchor='margin' w:vertAnchor='margin' w:tblpX='-20000' w:tblpY='10'/>"), {}),
    (table("<w:tblpPr w:horzAnchor='page' w:vertAnchor='page' w:tblpX='900' w:tblpY='-20000'/>"), {}),
    (table("", "<w:hidden w:val='on'/>"), {}),
    (table("", "<w:trHeight w:val='1' w:hRule='exact'/>"), {}),
    (table("", "<w:trHeight w:val='60' w:hRule='exact'/>"), {}),
    (table("", "<w:trHeight w:val='300' w:hRule='exact'/>", "", "<w:p/><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p><w:p><w:r><w:t>@</w:t></w:r></w:p>"), {}),
    (table("", "", "<w:shd w:val='clear' w:fill='auto' w:themeFill='text1'/>", "<w:p><w:r><w:rPr><w:color w:val='000000'/></w:rPr><w:t>@</w:t></w:r></w:p>"), {"theme": _THEME}),
    (table("<w:shd w:val='clear' w:fill='101010'/>", "", "", "<w:p><w:r><w:rPr><w:color w:val='101010'/></w:rPr><w:t>@</w:t></w:r></w:p>"), {}),
    (table("", "", "", table("", "<w:hidden/>") + "<w:p/>"), {}),
    (table("<w:tblStyle w:val='T'/>"), styles(_TABLE.format("<w:rPr><w:vanish/></w:rPr>"))),
    (table("<w:tblStyle w:val='T'/>"), styles(_TABLE.format("<w:rPr><w:color w:val='FFFFFF'/></w:rPr>"))),
    (table("<w:tblStyle w:val='T'/>"), styles(_TABLE.format("<w:rPr><w:sz w:val='2'/></w:rPr>"))),
    (table("<w:tblStyle w:val='T'/><w:tblLook w:val='04A0' w:firstRow='1'/>"), styles(_TABLE.format("<w:tblStylePr w:type='firstRow'><w:rPr><w:vanish/></w:rPr></w:tblStylePr>"))),
    (box(-3_100_000, 900_000, 3_000_000, 900_000), {}),
    (box(8_000_000, 900_000, 3_000_000, 900_000), {}),
    (box(900_000, -2_000_000, 3_000_000, 900_000), {}),
    (box(900_000, 11_000_000, 3_000_000, 900_000), {}),
    (box(900_000, 900_000, 3_000_000, 12_700), {}),
    (box(900_000, 900_000, 63_500, 9_000_000), {}),
    (box(900_000, 900_000, 3_000_000, 900_000, body='lIns="2990000"'), {}),
    (box(900_000, 900_000, 3_000_000, 900_000, body='tIns="890000" vertOverflow="clip"'), {}),
    (box(900_000, 900_000, 600_000, 200_000, "<w:p><w:r><w:t>one two three four</w:t></w:r></w:p>" * 4 + "<w:p><w:r><w:t>@</w:t></w:r></w:p>"), {}),
    (box(900_000, 900_000, 3_000_000, 900_000, run("<w:color w:val='FFFFFF'/>")), {}),
    (box(900_000, 900_000, 3_000_000, 900_000, run("<w:color w:val='1F1F1F'/>"), shape="<a:solidFill><a:srgbClr val='1F1F1F'/></a:solidFill>"), {}),
    (box(900_000, 900_000, 3_000_000, 900_000, run("<w:color w:val='000000'/>"), shape="<a:solidFill><a:schemeClr val='tx1'/></a:solidFill>"), {"theme": _THEME}),
    ("<w:p><w:r><w:pict><v:shape style='position:absolute;margin-left:-2000pt;margin-top:0;width:200pt;height:50pt'><v:textbox><w:txbxContent><w:p><w:r><w:t>@</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>", {}),
    ("<w:p><w:r><w:pict><v:shape style='position:absolute;width:1pt;height:1pt'><v:textbox><w:txbxContent><w:p><w:r><w:t>@</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>", {}),
    ("<w:p><w:r><w:pict><v:shape style='width:200pt;height:50pt;visibility:hidden'><v:textbox><w:txbxContent><w:p><w:r><w:t>@</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>", {}),
    ("<w:p><w:r><w:t>x</w:t></w:r></w:p>", note("footnote", "@ @")),
    ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:footnoteReference w:id='5'/></w:r></w:p>", note("footnote")),
    ("<w:p><w:del w:id='1' w:author='x'><w:r><w:t>@</w:t></w:r></w:del></w:p>", {}),
    (table("", "<w:del w:id='1' w:author='x'/>", "", "<w:p><w:del w:id='2' w:author='x'><w:r><w:delText>@</w:delText></w:r></w:del></w:p>"), {}),
    ("<w:p><mc:AlternateContent><mc:Choice Requires='x'><w:r><w:t>@</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>y</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>", {}),
    ("<w:p><x:ins><w:r><w:t>@</w:t></w:r></x:ins></w:p>", {}),
    ("<w:p><w:r><x:t>@</x:t></w:r></w:p>", {}),
    ("<x:p><w:r><w:t>@</w:t></w:r></x:p>", {}),
    ("<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>ADVANCE \\x 9000</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r><w:r><w:t>@</w:t></w:r></w:p>", {}),
    ("<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>XE \"</w:instrText></w:r><w:r><w:t>@</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>", {}),
    ("<w:p><w:sdt><w:sdtPr><w:rPr><w:vanish/></w:rPr></w:sdtPr><w:sdtContent><w:r><w:rPr><w:vanish/></w:rPr><w:t>@</w:t></w:r></w:sdtContent></w:sdt></w:p>", {}),
    ("<w:p><w:hyperlink w:anchor='b' w:tooltip='@'><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>", {}),
    ("<w:p><w:bookmarkStart w:id='0' w:name='@'/><w:r><w:t>x</w:t></w:r></w:p>", {}),
    ("<w:p><w:hyperlink w:anchor='b'><w:r><w:rPr><w:color w:val='FFFFFF'/></w:rPr><w:t>@</w:t></w:r></w:hyperlink></w:p>", {}),
    (_IN_STYLE, styles(_CHARACTER.format("<w:basedOn w:val='B'/>") + _CHARACTER.replace("'H'", "'B'").format("<w:rPr><w:sz w:val='3'/></w:rPr>"))),
    (_IN_STYLE, styles(_CHARACTER.format("<w:rPr><w:position w:val='2000'/></w:rPr>"))),
    (_IN_STYLE, styles(_CHARACTER.format("<w:rPr><w:color w:themeColor='background1'/></w:rPr>")) | {"theme": _THEME}),
    (_IN_PARAGRAPH_STYLE, styles(_PARAGRAPH.format("<w:pPr><w:spacing w:line='10' w:lineRule='exact'/></w:pPr>"))),
    (_IN_PARAGRAPH_STYLE, styles(_PARAGRAPH.format("<w:pPr><w:framePr w:hAnchor='page' w:x='30000' w:w='900'/></w:pPr>"))),
    (_IN_PARAGRAPH_STYLE, styles(_PARAGRAPH.format("<w:basedOn w:val='Q'/>") + _PARAGRAPH.replace("'P'", "'Q'").format(_WHITE))),
    (_IN_PARAGRAPH_STYLE, styles(_PARAGRAPH.format("<w:pPr><w:shd w:val='clear' w:fill='000000'/></w:pPr><w:rPr><w:color w:val='000000'/></w:rPr>"))),
)  # fmt: skip


_COVER = "<w:tblStylePr w:type='{}'><w:rPr>{}</w:rPr></w:tblStylePr>"
_STYLED = "<w:tblStyle w:val='T'/>"
_TWO = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
_LINES = "".join(f"<w:p><w:r><w:t>{word}</w:t></w:r></w:p>" for word in ("one", "two", "three", "four", "five", "six"))
_SENTENCE = "<w:p><w:r><w:t>@</w:t></w:r></w:p>"


def two_by_two(properties: str, cells: tuple[str, str, str, str]) -> str:
    """A table of two rows of two cells."""
    rows = "".join(f"<w:tr>{_TWO.format(one)}{_TWO.format(other)}</w:tr>" for one, other in (cells[:2], cells[2:]))
    grid = "<w:gridCol w:w='4000'/>" * 2
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl><w:p/>"


def advance(switches: str) -> str:
    """A paragraph whose text follows a field that moves it."""
    field = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
    told = f"<w:r><w:instrText xml:space='preserve'> ADVANCE {switches} </w:instrText></w:r>"
    return f"<w:p>{field.format('begin')}{told}{field.format('end')}<w:r><w:t>@</w:t></w:r></w:p>"


def effect(fill: str) -> str:
    """A paragraph of one run with this text effect."""
    return run(f"<w14:textFill>{fill}</w14:textFill>")


def stops(*colors: str) -> str:
    """A gradient of these colours."""
    step = 100_000 // max(len(colors) - 1, 1)
    places = (f"<w14:gs w14:pos='{step * number}'>{color}</w14:gs>" for number, color in enumerate(colors))
    return f"<w14:gradFill><w14:gsLst>{''.join(places)}</w14:gsLst></w14:gradFill>"


_PLAIN = "<w14:srgbClr w14:val='{}'/>"
LAST: tuple[Technique, ...] = (
    (table("", "<w:trHeight w:val='100' w:hRule='exact'/>"), {}),
    (table("", "<w:trHeight w:val='240' w:hRule='exact'/>", "", _LINES + _SENTENCE), {}),
    (table("", "<w:trHeight w:val='500' w:hRule='exact'/>", "", _LINES + _SENTENCE), {}),
    (table("", "<w:trHeight w:val='900' w:hRule='exact'/>", "", "<w:p><w:r><w:rPr><w:sz w:val='60'/></w:rPr><w:t>Big</w:t></w:r></w:p>" * 3 + "<w:p><w:r><w:rPr><w:sz w:val='60'/></w:rPr><w:t>@</w:t></w:r></w:p>"), {}),
    (table("", "<w:trHeight w:val='280' w:hRule='exact'/>", "", "<w:p><w:r><w:t>one</w:t><w:br/><w:t>two</w:t><w:br/><w:t>three</w:t><w:br/><w:t>@</w:t></w:r></w:p>"), {}),
    (table("", "<w:cantSplit/><w:trHeight w:hRule='exact' w:val='110'/>"), {}),
    (table("", "<w:trHeight w:val='300' w:hRule='exact'/>", "", "<w:p><w:pPr><w:spacing w:before='2000'/></w:pPr><w:r><w:t>@</w:t></w:r></w:p>"), {}),
    (table(_STYLED + "<w:tblLook w:firstColumn='1'/>"), styles(_TABLE.format(_COVER.format("firstCol", "<w:vanish/>")))),
    (two_by_two(_STYLED + "<w:tblLook w:val='0040'/>", ("a", "b", "c", "@")), styles(_TABLE.format(_COVER.format("lastRow", "<w:vanish/>")))),
    (two_by_two(_STYLED + "<w:tblLook w:val='0100'/>", ("a", "@", "c", "d")), styles(_TABLE.format(_COVER.format("lastCol", "<w:sz w:val='2'/>")))),
    (two_by_two(_STYLED + "<w:tblLook w:val='0020'/>", ("@", "b", "c", "d")), styles(_TABLE.format(_COVER.format("firstRow", "<w:sz w:val='3'/>")))),
    (two_by_two(_STYLED + "<w:tblLook w:val='0000' w:noHBand='0'/>", ("@", "b", "c", "d")), styles(_TABLE.format(_COVER.format("band1Horz", "<w:vanish/>")))),
    (two_by_two(_STYLED + "<w:tblLook w:val='00A0'/>", ("@", "b", "c", "d")), styles(_TABLE.format(_COVER.format("nwCell", "<w:vanish/>")))),
    (table(_STYLED + "<w:tblLook w:val='0000'/>"), styles(_TABLE.format(_COVER.format("wholeTable", "<w:vanish/>")))),
    (box(900_000, 900_000, 3_000_000, 300_000, _LINES + _SENTENCE), {}),
    (box(900_000, 900_000, 3_000_000, 600_000, _LINES * 2 + _SENTENCE), {}),
    (box(900_000, 900_000, 900_000, 200_000, "<w:p><w:r><w:t>one</w:t><w:br/><w:t>two</w:t><w:br/><w:t>three</w:t><w:br/><w:t>@</w:t></w:r></w:p>"), {}),
    (box(900_000, 900_000, 3_000_000, 250_000, "<w:p><w:r><w:rPr><w:sz w:val='72'/></w:rPr><w:t>Big</w:t></w:r></w:p>" * 2 + "<w:p><w:r><w:rPr><w:sz w:val='72'/></w:rPr><w:t>@</w:t></w:r></w:p>"), {}),
    (box(900_000, 900_000, 3_000_000, 300_000, "<w:p><w:pPr><w:spacing w:before='4000'/></w:pPr><w:r><w:t>@</w:t></w:r></w:p>"), {}),
    (box(900_000, 900_000, 3_000_000, 300_000, "<w:p/>" * 9 + _SENTENCE), {}),
    ("<w:p><w:r><w:pict><v:rect style='position:absolute;width:200pt;height:16pt'><v:textbox><w:txbxContent>" + _LINES + _SENTENCE + "</w:txbxContent></v:textbox></v:rect></w:pict></w:r></w:p>", {}),
    (box(900_000, 900_000, 3_000_000, 300_000, "<w:p><w:r><w:t>" + "some words more " * 20 + "@</w:t></w:r></w:p>"), {}),
    (table("", "<w:trHeight w:val='520' w:hRule='exact'/>", "<w:tcW w:w='4000' w:type='dxa'/>", "<w:p><w:r><w:t>" + "some words more " * 20 + "@</w:t></w:r></w:p>"), {}),
    (paragraph("<w:ind w:left='-6000' w:right='9300'/>"), {}),
    (paragraph("<w:ind w:start='-12000' w:end='10000'/>"), {}),
    (paragraph("<w:ind w:left='-14000' w:right='9400'/><w:jc w:val='both'/>"), {}),
    (paragraph("<w:ind w:left='9000' w:right='500'/>"), {}),
    (paragraph("<w:ind w:left='2000' w:right='7100'/>"), {}),
    (_IN_PARAGRAPH_STYLE, styles(_PARAGRAPH.format("<w:pPr><w:ind w:right='9500'/></w:pPr>"))),
    (_IN_PARAGRAPH_STYLE, styles(_PARAGRAPH.format("<w:pPr><w:ind w:left='-8000' w:right='9400'/></w:pPr>"))),
    (run("<w:fitText w:val='20' w:id='8'/>"), {}),
    (run("<w:fitText w:val='79' w:id='9'/><w:b/>"), {}),
    (run("<w:spacing w:val='-160'/>"), {}),
    (run("<w:sz w:val='40'/><w:spacing w:val='-400'/>"), {}),
    (_IN_STYLE, styles(_CHARACTER.format("<w:rPr><w:spacing w:val='-260'/></w:rPr>"))),
    (run("<w:rFonts w:ascii='Webdings' w:hAnsi='Webdings'/>"), {}),
    (run("<w:rFonts w:ascii='Wingdings 2' w:hAnsi='Wingdings 2' w:cs='Arial'/>"), {}),
    (_IN_STYLE, styles(_CHARACTER.format("<w:rPr><w:rFonts w:ascii='Symbol' w:hAnsi='Symbol'/></w:rPr>"))),
    ("<w:p>" + "".join(f"<w:r><w:rPr><w:rFonts w:ascii='Wingdings' w:hAnsi='Wingdings'/></w:rPr><w:t>{part}</w:t></w:r>" for part in ("Kub", "ern", "etes ", "Ter", "raf", "orm")) + "</w:p>", {}),
    (effect(stops(_PLAIN.format("FAFAFA"), _PLAIN.format("FFFFFF"), _PLAIN.format("F5F5F5"))), {}),
    (effect(stops("<w14:schemeClr w14:val='bg1'/>", _PLAIN.format("FFFFFF"))), {"theme": _THEME}),
    (effect("<w14:solidFill><w14:schemeClr w14:val='tx1'><w14:lumMod w14:val='5000'/><w14:lumOff w14:val='95000'/></w14:schemeClr></w14:solidFill>"), {"theme": _THEME}),
    (effect("<w14:solidFill><w14:schemeClr w14:val='bg1'><w14:lumMod w14:val='95000'/></w14:schemeClr></w14:solidFill>"), {"theme": _THEME}),
    (effect("<w14:solidFill><w14:schemeClr w14:val='tx2'><w14:lumMod w14:val='2000'/><w14:lumOff w14:val='97000'/></w14:schemeClr></w14:solidFill>"), {"theme": _THEME}),
    (effect("<w14:solidFill><w14:srgbClr w14:val='000000'><w14:tint w14:val='1000'/></w14:srgbClr></w14:solidFill>"), {}),
    (advance("\\r 3000"), {}),
    (advance("\\l 2000"), {}),
    (advance("\\d 1 \\x 4000"), {}),
    (advance("\\u 5000"), {}),
)  # fmt: skip


def document(technique: Technique | None, sentence: str) -> bytes:
    """A CV of a few lines that holds the sentence in this way."""
    body, parts = technique or ("", {})
    lines = [f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in LINES]
    lines.insert(3, body.replace("@", sentence))
    section = "<w:sectPr><w:pgSz w:w='11906' w:h='16838'/><w:pgMar w:top='1440' w:right='1440' w:bottom='1440' w:left='1440' w:header='708' w:footer='708'/></w:sectPr>"
    files = {"word/document.xml": f"<w:document {_NAMES}><w:body>{''.join(lines)}{section}</w:body></w:document>"}
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = [f'<Override PartName="/word/document.xml" ContentType="{kind}.document.main+xml"/>']
    relations = []
    for name, content in parts.items():
        files[f"word/{name}.xml"] = content.replace("@", sentence)
        of_theme = "application/vnd.openxmlformats-officedocument.theme+xml"
        told = of_theme if name == "theme" else f"{kind}.{name}+xml"
        types.append(f'<Override PartName="/word/{name}.xml" ContentType="{told}"/>')
        relations.append(f'<Relationship Id="p{name}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>')
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    files["[Content_Types].xml"] = f'<Types xmlns="{_PACKAGE}/content-types">{rels}{xml}{"".join(types)}</Types>'
    head = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    main = f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    files["_rels/.rels"] = f"{head}{main}</Relationships>"
    files["word/_rels/document.xml.rels"] = f"{head}{''.join(relations)}</Relationships>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
