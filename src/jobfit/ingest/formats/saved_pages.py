"""Web pages that a browser saved into one file: MHTML (Chrome, Edge) and Safari's web archive."""

from __future__ import annotations

import email
import email.policy
import plistlib
from collections.abc import Iterable
from xml.parsers.expat import ExpatError

from jobfit.ingest.formats.jobposting import extract_page
from jobfit.ingest.raw import RawDocument, RawRejection

Result = RawDocument | RawRejection


def extract_mhtml(data: bytes) -> Iterable[Result]:
    """The first HTML part, read like a page; a rejection where there is none."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        content = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
        if isinstance(content, bytes) and content.strip():
            return extract_page(content)
    return [RawRejection("the saved page (MHTML) holds no HTML; save it again, or print it to PDF")]


def extract_webarchive(data: bytes) -> Iterable[Result]:
    """The main resource of the archive, read like a page; a rejection where there is none."""
    try:
        archive = plistlib.loads(data)
        content = archive["WebMainResource"]["WebResourceData"]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, ExpatError):
        content = None
    if isinstance(content, bytes) and content.strip():
        return extract_page(content)
    return [RawRejection("the web archive is damaged or holds no page; save it again, or print it to PDF")]
