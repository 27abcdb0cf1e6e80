"""What a file really is, by its content; its name only breaks ties between kinds of text."""

from __future__ import annotations

from pathlib import PurePath

from jobfit.ingest.parse import gz
from jobfit.ingest.raw import RawRejection

_ADVICE = "give the CV or vacancy as PDF, DOCX, HTML or plain text"
_SUFFIXES = {
    "pdf": ".pdf",
    "docx": ".docx .docm",
    "html": ".html .htm .xhtml",
    "mhtml": ".mhtml .mht",
    "webarchive": ".webarchive",
    "doc": ".doc .dot",
    "odt": ".odt .ott",
    "rtf": ".rtf",
    "xml": ".xml",
    "json": ".json .jsonld .jsonl .ndjson",
    "csv": ".csv .tsv",
    "parquet": ".parquet",
    "text": ".txt .text .md .markdown",
}
_BY_SUFFIX = {suffix: name for name, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_TEXTUAL = ("html", "json", "csv", "text", "xml")
_PICTURES = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF"),
    *(b"\0\0\0\x0cjP", b"\0\0\0\x18ftyp", b"\0\0\0\x1cftyp", b"\0\0\0\x20ftyp"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 4096
_REFUSED_STARTS = (
    (b"Rar!", f"it is an archive; unpack it and {_ADVICE}"),
    (b"7z\xbc\xaf", f"it is an archive; unpack it and {_ADVICE}"),
    (b"%!PS", "it is a PostScript file; convert it to PDF"),
    (b"\x7fELF", f"it is a program, not a document; {_ADVICE}"),
    (b"MZ", f"it is a program, not a document; {_ADVICE}"),
)


def sniff(path_name: str, data: bytes) -> str | RawRejection:
    """The format's name as in ``protocol.EXTRACTORS``, or why the file cannot be read and what to do."""
    if not data:
        return RawRejection("the file is empty (0 bytes)")
    if not data.strip(b" \t\r\n\v\f\0\xef\xbb\xbf\xfe\xff"):
        return RawRejection("the file holds nothing but blanks")
    head = data[:_HEAD]
    if head[:1024].find(b"%PDF-") >= 0:
        return "pdf"
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(data)
    if data.startswith(_OLE):
        return _sniff_ole(data)
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(gz.START):
        return _sniff_gzip(path_name, data)
    if data.startswith(b"bplist00") and b"WebMainResource" in data:
        return "webarchive"
    if b"multipart/related" in head and b"\nMIME-Version:" in head:
        return "mhtml"
    if data.startswith(_PICTURES):
        return RawRejection("it is a picture, which holds no text; run OCR on it and give the result as PDF or text")
    for start, reason in _REFUSED_STARTS:
        if data.startswith(start) and (start != b"MZ" or b"\0" in head):
            return RawRejection(reason)
    return _sniff_text(path_name, head)


def mislabelled(path_name: str, format_name: str) -> str | None:
    """The flag ``mislabelled:FORMAT`` where the name of the file promises another format than it has."""
    promised = _BY_SUFFIX.get(PurePath(path_name).suffix.lower())
    return None if promised in (None, format_name) else f"mislabelled:{format_name}"


def _sniff_zip(data: bytes) -> str | RawRejection:
    if b"application/vnd.oasis.opendocument" in data[:200]:
        if b"opendocument.text" in data[:200]:
            return "odt"
        return RawRejection(f"it is an OpenDocument file without a text (a table or slides); {_ADVICE}")
    if b"[Content_Types].xml" in data and b"word/" in data:
        return "docx"
    for part, name in ((b"xl/", "an Excel workbook"), (b"ppt/", "a PowerPoint presentation")):
        if b"[Content_Types].xml" in data and part in data:
            return RawRejection(f"it is {name}; {_ADVICE}")
    return RawRejection(f"it is a ZIP archive (or a DOCX that was cut off); unpack it, and {_ADVICE}")


def _sniff_gzip(path_name: str, data: bytes) -> str | RawRejection:
    """``json.gz`` for packed JSON: a kind of text by what unpacks first; nothing else is worth packing."""
    head = gz.head(data, _HEAD)
    if isinstance(head, RawRejection):
        return head
    name = path_name[:-3] if path_name.lower().endswith(".gz") else path_name
    inner = sniff(name, head)
    if isinstance(inner, RawRejection):
        return RawRejection(f"packed with gzip: {inner.reason}")
    if inner not in _TEXTUAL or head[257:262] == b"ustar":
        return RawRejection(f"it is an archive, or packed and no kind of text; unpack it and {_ADVICE}")
    return f"{inner}.gz"


def _sniff_ole(data: bytes) -> str | RawRejection:
    """Office's old container: an encrypted new document, or an old Word, Excel or Outlook file."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return RawRejection("the document needs a password; save it again without one")
    if "WordDocument".encode("utf-16-le") in data:
        return "doc"
    return RawRejection(f"it is an old Office file; {_ADVICE}")


def _sniff_text(path_name: str, head: bytes) -> str:
    promised = _BY_SUFFIX.get(PurePath(path_name).suffix.lower())
    start = head.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    start = start.lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in start:
        return "html"
    if start.startswith(b"<?xml") or (promised == "xml" and start.startswith(b"<")):
        return "html" if promised == "html" else "xml"
    if promised in _TEXTUAL:
        return str(promised)
    if start.startswith((b"{", b"[{")):
        return "json"
    return "text"
