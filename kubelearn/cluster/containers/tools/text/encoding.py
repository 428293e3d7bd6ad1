"""Tools that change how bytes are written, or sum them up: base64, gzip, dd, cksum, md5sum."""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import re
import zlib

from kubelearn.cluster.containers.filesystem import resolve
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.containers.tools.inputs import inputs
from kubelearn.cluster.containers.tools.options import Given, Misuse, UsageError, applet, busybox_of, read_all, tool
from kubelearn.cluster.containers.tools.troubles import trouble

_UNITS = {"": 1, "c": 1, "w": 2, "b": 512, "k": 1024, "K": 1024, "M": 1024**2, "MB": 10**6, "kB": 1000}
_WIDTH = 76


#: Byte → the same bits from the other end.
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@applet("[-d] [-w COL] [FILE]", "di", "w", long={"decode": "d", "wrap": "w"}, operands=(0, 1))
async def _base64(process: Process, given: Given) -> int:
    found, status = await inputs(process, given.operands)
    data = b"".join(content for _, content in found)
    if "d" in given:
        try:
            letters = re.sub(rb"\s" if "i" not in given else rb"[^A-Za-z0-9+/=]", b"", data)
            process.stdout.write(base64.b64decode(letters, validate=True))
        except binascii.Error:
            raise UsageError("truncated input" if busybox_of(process) else "invalid input") from None
        return status
    text = base64.b64encode(data).decode()
    width = int(given.get("w", str(_WIDTH))) or len(text)
    for start in range(0, len(text), max(width, 1)):
        process.stdout.write(text[start : start + width].encode())
        if given.get("w") != "0":
            process.stdout.write(b"\n")
    return status


@applet("[-cdkf] [FILE]...", "cdkfnq19", long={"decompress": "d", "stdout": "c", "keep": "k", "force": "f"})
async def _gzip(process: Process, given: Given) -> int:
    name = process.argv[0].rpartition("/")[2]
    unpacking = "d" in given or name in ("gunzip", "zcat")
    found, status = await inputs(process, given.operands)
    for source, data in found:
        to_output = source in ("", "-") or "c" in given or name == "zcat"
        if unpacking and not source.endswith(".gz") and not to_output:
            if busybox_of(process):
                raise UsageError(f"{source}: unknown suffix - ignored")
            process.complain(f"gzip: {source}: unknown suffix -- ignored")
            status = 2
            continue
        try:
            made = gzip.decompress(data) if unpacking else gzip.compress(data)
        except (OSError, EOFError, zlib.error):
            if busybox_of(process):
                raise UsageError("invalid magic") from None
            process.complain(f"\ngzip: {source or 'stdin'}: not in gzip format")
            status = 1
            continue
        if to_output:
            process.stdout.write(made)
            continue
        path = resolve(process.cwd, source)
        process.files.write(path.removesuffix(".gz") if unpacking else f"{path}.gz", made)
        if "k" not in given:
            process.files.remove(path)
    return status


@applet("[-c] [FILE]...", "btc", long={"check": "c"})
async def _sum(process: Process, given: Given) -> int:
    if "c" in given:
        return await _check_sums(process, given.operands)
    found, status = await inputs(process, given.operands)
    for name, data in found:
        process.print(f"{_digest(process, data)}  {name or '-'}")
    return status


def _digest(process: Process, data: bytes) -> str:
    kind = process.argv[0].rpartition("/")[2].removesuffix("sum")
    return hashlib.new(kind, data, usedforsecurity=False).hexdigest()


async def _check_sums(process: Process, names: list[str]) -> int:
    lists, status = await inputs(process, names)
    lines = [line.split(None, 1) for _, data in lists for line in data.decode(errors="replace").splitlines()]
    wrong = 0
    for wanted, name in (words for words in lines if len(words) == 2):
        found, _ = await inputs(process, [name])
        is_good = bool(found) and _digest(process, found[0][1]) == wanted
        process.print(f"{name}: {'OK' if is_good else 'FAILED'}")
        wrong += not is_good
    if wrong:
        process.complain(f"{process.argv[0]}: WARNING: {wrong} of {len(lines)} computed checksums did NOT match")
    return int(bool(wrong or status))


@applet("[FILE]...")
async def _cksum(process: Process, given: Given) -> int:
    """``cksum``: the CRC of POSIX, and the size in bytes."""
    found, status = await inputs(process, given.operands)
    for name, data in found:
        size = len(data).to_bytes((len(data).bit_length() + 7) // 8, "little")
        process.print(f"{_crc(data + size)} {len(data)} {name}".rstrip())
    return status


def _crc(data: bytes) -> int:
    """Return the CRC of POSIX: that of zlib with all bits from the other end, and from zero on."""
    return int(f"{zlib.crc32(data.translate(_REVERSED), 0xFFFFFFFF):032b}"[::-1], 2)


async def _dd(process: Process) -> int:
    given = {"bs": "512", "if": "", "of": "", "count": "", "skip": "0", "seek": "0", "conv": "", "status": ""}
    for word in process.argv[1:]:
        name, equals, value = word.partition("=")
        if not equals or name not in given:
            raise Misuse("" if busybox_of(process) else f"unrecognized operand '{word}'")
        given[name] = value
    size = _bytes(given["bs"])
    most = size * int(given["count"]) if given["count"].isdigit() else None
    data = await _source(process, given["if"], most)
    data = data[size * int(given["skip"]) :][:most]
    if given["of"]:
        path = resolve(process.cwd, given["of"])
        before = size * int(given["seek"])
        start = process.files.read(path)[:before] if before and process.files.is_file(path) else b""
        try:
            process.files.write(path, start.ljust(before, b"\0") + data)
        except OSError as error:
            raise UsageError(trouble(process, given["of"], error)) from None
    else:
        process.stdout.write(data)
    whole, part = divmod(len(data), size)
    if given["status"] != "none":
        process.complain(f"{whole}+{int(part > 0)} records in\n{whole}+{int(part > 0)} records out")
        process.complain(f"{len(data)} bytes copied, 0.000100 seconds")
    return 0


async def _source(process: Process, name: str, most: int | None) -> bytes:
    if name in ("/dev/zero", "/dev/urandom", "/dev/random"):
        if most is None:
            raise MemoryError
        return bytes(most) if name == "/dev/zero" else hashlib.shake_256(process.hostname.encode()).digest(most)
    if not name:
        return await read_all(process)
    try:
        return process.files.read(resolve(process.cwd, name))
    except OSError as error:
        raise UsageError(trouble(process, name, error)) from None


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d+)([A-Za-z]{0,2})", text)
    if found is None or found[2] not in _UNITS or not int(found[1]):
        raise UsageError(f"invalid number '{text}'")
    return int(found[1]) * _UNITS[found[2]]


TOOLS: dict[str, Program] = {
    "base64": _base64,
    "gzip": _gzip,
    "gunzip": _gzip,
    "zcat": _gzip,
    "dd": tool(_dd, "[if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N]"),
    "cksum": _cksum,
    **dict.fromkeys(("md5sum", "sha1sum", "sha256sum", "sha512sum"), _sum),
}
