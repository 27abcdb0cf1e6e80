"""The ZIP container and the XML parts of a DOCX file, read as hostile."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from io import BytesIO

from lxml import etree

from jobfit.ingest.parse.limits import LIMITS, MIB

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
)
_ENTITIES = "the DOCX declares XML entities, which no word processor writes; it may be an attack"
_MOST_RATIO = 100
_CHUNK = 65_536


class Unreadable(Exception):
    """The container or a part cannot be read; the message is the reason for a person."""


def parse_xml(data: bytes) -> etree._Element:
    """The root element; no DTD, no entities, no network, libxml2's own size limits kept. Raises Unreadable."""
    if b"<!DOCTYPE" in data:
        raise Unreadable(_ENTITIES)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    for strict, transitional in _STRICT:
        data = data.replace(strict, transitional)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("the DOCX is damaged (its XML is broken); save it again in its own program") from error
    if root.getroottree().docinfo.doctype:  # in an encoding where the search above missed it
        raise Unreadable(_ENTITIES)
    return root


class Package:
    """The parts of a DOCX by name; what is unfolded is counted as it comes, declared sizes are not believed."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Unreadable("the DOCX is damaged or cut off; save it again in its own program") from error
        limits = LIMITS.get()
        if len(self._zip.infolist()) > limits.zip_entries:
            raise Unreadable(f"the DOCX has more than {limits.zip_entries:,} parts; it may be an attack")
        self._left = limits.decoded_bytes

    def xml(self, name: str) -> etree._Element | None:
        """The root of a part; ``None`` where there is no such part. Raises Unreadable."""
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            return None
        return parse_xml(self._unfold(info))

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The parts that ``part`` ("" for the package) refers to inside the package: id -> (kind, name)."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        parts: dict[str, tuple[str, str]] = {}
        for relation in () if root is None else root:
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External" and target:
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                parts[relation.get("Id", "")] = relation.get("Type", "").rpartition("/")[2], path
        return parts

    def _unfold(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & 1:
            raise Unreadable("the DOCX needs a password; save it again without one")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("the DOCX is packed in a way that no word processor uses; save it again")
        chunks: list[bytes] = []
        size = 0
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > self._left or (size > MIB and size > _MOST_RATIO * max(info.compress_size, 1)):
                        raise Unreadable("the DOCX unfolds to far more than a CV needs; it may be a ZIP bomb")
                    chunks.append(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise Unreadable("the DOCX is damaged or cut off; save it again in its own program") from error
        self._left -= size
        return b"".join(chunks)
