"""The container of a DOCX: its parts by name, and their XML; both are read as hostile."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from io import BytesIO

from lxml import etree
from lxml.etree import _Element as Element

from jobfit.ingest.parse.docx_xml import R, W
from jobfit.ingest.parse.limits import LIMITS, MIB

_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R[1:-1].encode()),
)
_ENTITIES = "the DOCX declares XML entities, which no word processor writes; it may be an attack"
_CUT_OFF = "the DOCX is damaged or cut off; save it again in its own program"
_MOST_RATIO = 100
_CHUNK = 65_536


class UnreadableError(Exception):
    """The container or a part cannot be read; the message is the reason for a person."""


def _parse_xml(data: bytes) -> Element:
    """The root element; no DTD, no entities, no network, libxml2's own size limits kept."""
    if b"<!DOCTYPE" in data:
        raise UnreadableError(_ENTITIES)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    for strict, transitional in _STRICT:
        data = data.replace(strict, transitional)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError("the DOCX is damaged (its XML is broken); save it again in its own program") from error
    if root.getroottree().docinfo.doctype:  # in an encoding where the search above missed it
        raise UnreadableError(_ENTITIES)
    return root


class Package:
    """The parts of a DOCX by name; what is unfolded is counted as it comes, declared sizes are not believed."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise UnreadableError(_CUT_OFF) from error
        limits = LIMITS.get()
        if len(self._zip.infolist()) > limits.zip_entries:
            raise UnreadableError(f"the DOCX has more than {limits.zip_entries:,} parts; it may be an attack")
        self._left = limits.decoded_bytes

    def xml(self, name: str) -> Element | None:
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            return None
        return _parse_xml(self._unfold(info))

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
            raise UnreadableError("the DOCX needs a password; save it again without one")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableError("the DOCX is packed in a way that no word processor uses; save it again")
        content = bytearray()
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    content += chunk
                    size = len(content)
                    if size > self._left or (size > MIB and size > _MOST_RATIO * max(info.compress_size, 1)):
                        raise UnreadableError("the DOCX unfolds to far more than a CV needs; it may be a ZIP bomb")
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise UnreadableError(_CUT_OFF) from error
        self._left -= len(content)
        return bytes(content)
