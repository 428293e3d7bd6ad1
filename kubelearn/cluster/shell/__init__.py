"""The shell and the tools inside containers: programs of ours, never the host's."""

from __future__ import annotations

from ..filesystem import resolve
from ..process import Process
from .interpreter import Shell

__all__ = ["sh"]


async def sh(process: Process) -> int:
    """``sh [-ex] [-c SCRIPT [NAME ARGUMENT…]] [FILE ARGUMENT…]``; without either it reads its standard input."""
    words = process.argv[1:]
    flags = ""
    while words and words[0].startswith("-") and words[0] != "-" and "c" not in flags:
        flags += words.pop(0)[1:]
    shell = Shell(process)
    shell.options.update(set(flags) & set("eux"))
    if "c" in flags:
        if not words:
            process.complain("sh: -c requires an argument")
            return 2
        script, rest = words[0], words[1:]
        if rest:
            shell.arguments = rest[1:]
        return await shell.run(script)
    if words:
        path = resolve(process.cwd, words[0])
        if not process.files.is_file(path):
            process.complain(f"sh: can't open '{words[0]}': No such file or directory")
            return 2
        shell.arguments = words[1:]
        return await shell.run(process.files.read(path).decode(errors="replace"))
    return await _interactive(shell)


async def _interactive(shell: Shell) -> int:
    """Read commands line by line, as a terminal sends them."""
    from .parser import parse
    from .syntax import ShellSyntaxError

    process, pending = shell.process, ""
    status = 0
    while True:
        if process.tty:
            process.stderr.write(b"/ # ")
        line = await _line(process)
        if line is None:
            return status
        pending += line
        try:
            parse(pending)
        except ShellSyntaxError as error:
            if "unexpected end of file" in str(error) or "unterminated" in str(error):
                continue  # the command goes on in the next line
        stripped, pending = pending.strip(), ""
        if stripped.split(" ")[0] == "exit":
            return await shell.run(stripped)
        status = await shell.run(stripped)


async def _line(process: Process) -> str | None:
    data = bytearray()
    while not data.endswith((b"\n", b"\r")):
        byte = await process.stdin.read(1)
        if not byte or byte == b"\x04":
            return data.decode(errors="replace") if data else None
        data += byte
    return data.decode(errors="replace").replace("\r", "\n")
