from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from jobfit.ingest.parse import docx
from jobfit.ingest.parse.clean import admit
from jobfit.ingest.raw import RawDocument, RawRejection

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHAPES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


def save(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def read(data: bytes) -> RawDocument:
    [result] = docx.extract(data)
    assert isinstance(result, RawDocument), result
    return result


def with_run_xml(content: str) -> bytes:
    document = Document()
    paragraph = document.add_paragraph("before ")
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')} {SHAPES}>{content}</w:r>"))
    document.add_paragraph("after")
    return save(document)


def box(text: str, run: str = "", shape: str = "") -> str:
    content = f"<w:txbxContent><w:p><w:r>{run}<w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    return (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor behindDoc='0'><wps:wsp><wps:spPr>{shape}"
        f"</wps:spPr><wps:txbx>{content}</wps:txbx></wps:wsp></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        f"<v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>"
    )


def test_docx_body_keeps_its_order_with_tables_lists_headers_and_footers() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "the header"
    document.sections[0].footer.paragraphs[0].text = "the footer"
    document.add_paragraph("first")
    document.add_paragraph("a bullet", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Skill", "Years", "SQL", "5")):
        cell.text = text
    document.add_paragraph("last")
    lines = [line for line in read(save(document)).text.split("\n") if line]
    assert lines == ["the header", "first", "• a bullet", "Skill\tYears", "SQL\t5", "last", "the footer"]


def test_docx_cells_of_several_lines_follow_one_another() -> None:
    document = Document()
    left, right = document.add_table(1, 2)._cells
    left.text, right.text = "Languages\nFrench", "Experience\nNurse"
    assert [line for line in read(save(document)).text.split("\n") if line] == [
        *("Languages", "French", "Experience", "Nurse"),
    ]


def test_docx_tabs_breaks_hyphens_and_symbols_are_read() -> None:
    run = '<w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:sym w:char="F0B7"/>'
    result = admit(RawDocument(read(with_run_xml(run)).text + " word" * 20))
    assert isinstance(result, RawDocument)
    assert result.text.startswith("before a\tb\nc-d•\nafter")


def test_docx_text_box_is_read_once() -> None:
    assert [line for line in read(with_run_xml(box("in the box"))).text.split("\n") if line] == [
        *("before ", "in the box", "after"),
    ]


@pytest.mark.parametrize(
    ("fill", "seen", "flags"),
    [
        ('<a:solidFill><a:srgbClr val="1F3864"/></a:solidFill>', True, ()),
        ('<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>', False, ("hidden_text:white",)),
        ("<a:noFill/>", False, ("hidden_text:white",)),
        ('<a:solidFill><a:schemeClr val="accent1"/></a:solidFill>', True, ()),
        ('<a:solidFill><a:schemeClr val="bg1"/></a:solidFill>', False, ("hidden_text:white",)),
        (
            '<a:solidFill><a:schemeClr val="accent1"><a:lumMod val="9"/></a:schemeClr></a:solidFill>',
            True,
            ("unclear_text:white",),
        ),
    ],
)
def test_docx_white_text_in_a_box_is_seen_on_a_dark_fill(fill: str, seen: bool, flags: tuple[str, ...]) -> None:
    result = read(with_run_xml(box("white words", '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>', fill)))
    assert ("white words" in result.text) == seen
    assert result.flags == flags


def test_docx_links_and_content_controls_are_read() -> None:
    document = Document()
    w = nsdecls("w")
    paragraph = document.add_paragraph("see ")
    paragraph._p.append(parse_xml(f"<w:hyperlink {w}><w:r><w:t>my page</w:t></w:r></w:hyperlink>"))
    run = "<w:sdtContent><w:p><w:r><w:t>controlled</w:t></w:r></w:p></w:sdtContent>"
    document.element.body.insert(1, parse_xml(f"<w:sdt {w}>{run}</w:sdt>"))
    text = read(save(document)).text
    assert "see my page" in text and "controlled" in text


def test_docx_footnotes_are_read_after_the_body_in_strict_files_too() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    relation = f'<Relationships xmlns="{package}"><Relationship Id="a" Type="x/%s" Target="%s"/></Relationships>'
    parts = {
        "_rels/.rels": relation % ("officeDocument", "word/document.xml"),
        "word/_rels/document.xml.rels": relation % ("footnotes", "footnotes.xml"),
        "word/document.xml": f'<w:document xmlns:w="{strict}"><w:body>%s</w:body></w:document>',
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{strict}"><w:footnote w:type="separator">%s</w:footnote>'
        "<w:footnote w:id='2'>%s</w:footnote><w:footnote w:id='3'>%s</w:footnote></w:footnotes>",
    }
    paragraph = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    referring = '<w:p><w:r><w:t>body</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    parts["word/document.xml"] %= referring
    parts["word/footnotes.xml"] %= tuple(map(paragraph.format, ("separator", "note", "of nobody")))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    result = read(buffer.getvalue())
    assert (result.text, result.flags) == ("body\nnote", ("hidden_text:invisible",))


def test_docx_that_is_another_zip_or_has_no_text_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "hello")
    [other] = docx.extract(buffer.getvalue())
    [empty] = docx.extract(save(Document()))
    assert isinstance(other, RawRejection) and "no Word document" in other.reason
    assert isinstance(empty, RawRejection) and "no text" in empty.reason


def test_docx_real_files_give_nearly_all_of_their_text(shared_data: Path) -> None:
    paths = sorted((shared_data / "cv-docx").glob("*.docx"))
    assert len(paths) == 65
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            source = archive.read("word/document.xml").decode()
        stated = re.sub(r"\s", "", "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", source)))
        [document] = [admit(result) for result in docx.extract(path.read_bytes())]
        assert isinstance(document, RawDocument), path.name
        assert len(re.sub(r"[\s•]", "", document.text)) > 0.9 * len(stated), path.name
