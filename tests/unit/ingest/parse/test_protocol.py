from __future__ import annotations

import io

import pytest

from jobfit.ingest.parse.protocol import from_json, read_frame, to_json, write_frame
from jobfit.ingest.raw import RawDocument, RawRejection
from jobfit.records import Kind


def test_frames_come_back_in_order_and_end_with_none() -> None:
    stream = io.BytesIO()
    for payload in (b"", b"one", b"\0" * 70_000):
        write_frame(stream, payload)
    stream.seek(0)
    assert [read_frame(stream, 70_000) for _ in range(4)] == [b"", b"one", b"\0" * 70_000, None]


def test_frame_that_is_torn_or_too_long_is_not_read() -> None:
    stream = io.BytesIO()
    write_frame(stream, b"payload")
    assert read_frame(io.BytesIO(stream.getvalue()[:-1]), 100) is None
    with pytest.raises(ValueError, match="a frame of 7 bytes"):
        read_frame(io.BytesIO(stream.getvalue()), 6)


def test_answer_survives_the_round_trip() -> None:
    results = [
        RawDocument("Zoë \ud800", kind=Kind.VACANCY, id="v1", row=3, flags=("nul_bytes",)),
        RawRejection("no text", row=1, field="f", value="v"),
    ]
    assert from_json(to_json(results, True)) == (tuple(results), True)


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"[]", b"\xff", b"[" * 100_000),
        b'{"results": 3}',
        b'{"results": [{"text": "x"}], "retire": false}',
        b'{"results": [{"reason": "x", "row": "1", "field": null, "value": null}], "retire": false}',
    ],
)
def test_answer_that_is_malformed_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError):
        from_json(payload)
