"""SPDY/3.1 frames: what ``kubectl port-forward`` speaks inside its WebSocket.

Only what streams need: there is no flow control, as in the ``spdystream`` library that kubectl uses.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

VERSION = 3
SYN_STREAM, SYN_REPLY, RST_STREAM, SETTINGS, PING, GOAWAY, HEADERS, WINDOW_UPDATE = 1, 2, 3, 4, 6, 7, 8, 9
FIN = 0x01
#: Status codes of RST_STREAM.
PROTOCOL_ERROR, INVALID_STREAM, REFUSED_STREAM, CANCEL = 1, 2, 3, 5
#: A frame's payload is never longer than 24 bits can say; nobody needs that much in one.
MAX_PAYLOAD = 2**24 - 1
_MAX_HEADERS = 64 * 1024
_HEADER = struct.Struct(">II")

_NAMES = (
    "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow "
    "authorization cache-control connection content-base content-encoding content-language content-length "
    "content-location content-md5 content-range content-type date etag expect expires from host if-match "
    "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma "
    "proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade "
    "user-agent vary via warning www-authenticate method get status"
)
_WORDS = (*_NAMES.split(), "200 OK", "version", "HTTP/1.1", "url", "public", "set-cookie", "keep-alive", "origin")
_REST = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 "
    "Forbidden404 Not Found"
    "500 Internal Server Error501 Not Implemented503 Service Unavailable"
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
    "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,"
    "text/javascript,public"
    "privatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)
#: Both sides' compressors start with this (draft-mbelshe-httpbis-spdy-00, section 2.6.10.1).
DICTIONARY = b"".join(struct.pack(">I", len(word)) + word.encode() for word in _WORDS) + _REST.encode()


class SpdyError(Exception):
    """The peer broke the protocol: nothing after it can be understood."""


@dataclass(frozen=True)
class Frame:
    """One frame.

    Attributes:
        kind: type of a control frame, 0 for data.
        stream: number of the stream; 0 for frames about the whole connection.
        data: payload of a data frame, or of a control frame that is not about headers.
        headers: of SYN_STREAM, SYN_REPLY and HEADERS.
        fin: whether the sender has sent its last on the stream.
    """

    kind: int
    stream: int = 0
    data: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    fin: bool = False


class Decoder:
    """Frames from bytes that arrive in pieces of any size."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._inflate = zlib.decompressobj(zdict=DICTIONARY)

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes and return the frames that are now complete.

        Raises:
            SpdyError: the bytes are not SPDY/3.
        """
        self._buffer += data
        frames = []
        while len(self._buffer) >= _HEADER.size:
            first, second = _HEADER.unpack_from(self._buffer)
            end = _HEADER.size + (second & MAX_PAYLOAD)
            if len(self._buffer) < end:
                break
            payload = bytes(self._buffer[_HEADER.size : end])
            del self._buffer[:end]
            frames.append(self._frame(first, second >> 24, payload))
        return frames

    def _frame(self, first: int, flags: int, payload: bytes) -> Frame:
        fin = bool(flags & FIN)
        if not first >> 31:
            return Frame(0, first, payload, fin=fin)
        if (first >> 16) & 0x7FFF != VERSION:
            raise SpdyError(f"version {(first >> 16) & 0x7FFF} is not SPDY/3")
        kind = first & 0xFFFF
        if kind in (SYN_STREAM, SYN_REPLY, HEADERS):
            block = 10 if kind == SYN_STREAM else 4
            if len(payload) < block:
                raise SpdyError("a frame is too short")
            return Frame(kind, _number(payload), headers=self._headers(payload[block:]), fin=fin)
        stream = _number(payload) if kind in (RST_STREAM, WINDOW_UPDATE) else 0
        return Frame(kind, stream, payload, fin=fin)

    def _headers(self, block: bytes) -> dict[str, str]:
        try:
            plain = self._inflate.decompress(block, _MAX_HEADERS)
        except zlib.error as error:
            raise SpdyError(f"headers cannot be decompressed: {error}") from error
        if self._inflate.unconsumed_tail:
            raise SpdyError("headers are too long")
        try:
            return _parse(plain)
        except (struct.error, UnicodeDecodeError) as error:
            raise SpdyError(f"headers cannot be read: {error}") from error


def _number(payload: bytes) -> int:
    if len(payload) < 4:
        raise SpdyError("a frame is too short")
    return int.from_bytes(payload[:4], "big") & 0x7FFFFFFF


def _parse(plain: bytes) -> dict[str, str]:
    (count,) = struct.unpack_from(">I", plain)
    position, texts = 4, []
    for _ in range(2 * count):
        (length,) = struct.unpack_from(">I", plain, position)
        text = plain[position + 4 : position + 4 + length]
        if len(text) < length:
            raise SpdyError("headers end early")
        texts.append(text.decode())
        position += 4 + length
    return {name.lower(): value for name, value in zip(texts[::2], texts[1::2], strict=True)}


class Encoder:
    """Bytes from frames."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(level=9, zdict=DICTIONARY)

    def syn_stream(self, stream: int, headers: Mapping[str, str], *, fin: bool = False) -> bytes:
        """Return a SYN_STREAM frame."""
        return control(SYN_STREAM, struct.pack(">IIH", stream, 0, 0) + self._block(headers), FIN if fin else 0)

    def syn_reply(self, stream: int, headers: Mapping[str, str] | None = None) -> bytes:
        """Return a SYN_REPLY frame."""
        return control(SYN_REPLY, struct.pack(">I", stream) + self._block(headers or {}))

    def _block(self, headers: Mapping[str, str]) -> bytes:
        plain = bytearray(struct.pack(">I", len(headers)))
        for text in (text for pair in headers.items() for text in pair):
            plain += struct.pack(">I", len(text.encode())) + text.encode()
        return self._deflate.compress(bytes(plain)) + self._deflate.flush(zlib.Z_SYNC_FLUSH)


def control(kind: int, payload: bytes, flags: int = 0) -> bytes:
    """Return a control frame."""
    return _HEADER.pack(1 << 31 | VERSION << 16 | kind, flags << 24 | len(payload)) + payload


def data(stream: int, payload: bytes = b"", *, fin: bool = False) -> bytes:
    """Return a data frame."""
    return _HEADER.pack(stream, (FIN if fin else 0) << 24 | len(payload)) + payload


def rst_stream(stream: int, status: int) -> bytes:
    """Return a frame that ends a stream at once."""
    return control(RST_STREAM, struct.pack(">II", stream, status))


def goaway(last: int = 0, status: int = 0) -> bytes:
    """Return a frame that announces the end of the connection."""
    return control(GOAWAY, struct.pack(">II", last, status))
