"""What tools say of a file that they cannot use, in the words of BusyBox and of GNU's tools (in the C locale)."""

from __future__ import annotations

import errno
import os

from kubelearn.cluster.containers.process import Process

from .options import busybox_of

_BUSYBOX = {
    "cat": "can't open '{}'",
    "cp": "can't create '{}'",
    "dd": "can't open '{}'",
    "md5sum": "can't open '{}'",
    "mkdir": "can't create directory '{}'",
    "mktemp": "(null)",
    "rm": "can't remove '{}'",
    "rmdir": "'{}'",
    "sha1sum": "can't open '{}'",
    "sha256sum": "can't open '{}'",
    "sha512sum": "can't open '{}'",
    "stat": "can't stat '{}'",
    "tar": "can't open '{}'",
    "uniq": "can't open '{}'",
    "wget": "can't open '{}'",
}
_GNU = {
    "chgrp": "cannot access '{}'",
    "chmod": "cannot access '{}'",
    "chown": "cannot access '{}'",
    "cp": "cannot create regular file '{}'",
    "dd": "failed to open '{}'",
    "du": "cannot access '{}'",
    "head": "cannot open '{}' for reading",
    "mkdir": "cannot create directory '{}'",
    "mktemp": "failed to create file via template '{}'",
    "rev": "cannot open {}",
    "rm": "cannot remove '{}'",
    "rmdir": "failed to remove '{}'",
    "sed": "can't read {}",
    "sort": "cannot read: {}",
    "stat": "cannot statx '{}'",
    "tac": "failed to open '{}' for reading",
    "tail": "cannot open '{}' for reading",
    "tar": "{}: Cannot open",
    "touch": "cannot touch '{}'",
}
#: What is said of a folder that was to be read as a file.
_BUSYBOX_FOLDER = dict.fromkeys(("cat", "tail", "base64"), "read error") | {"md5sum": "can't read '{}'"}
_GNU_FOLDER = dict.fromkeys(("head", "tail"), "error reading '{}'") | {"sed": "read error on {}"}
#: Of these, a folder is where the file was to be, and what they say does not change.
_WRITERS = ("cp", "rm", "tar")


def trouble(process: Process, name: str, error: OSError | None = None) -> str:
    """Return what a tool says of a file, without its own name.

    Args:
        process: the tool's.
        name: the file, as the command line has it.
        error: why it cannot be used; by default because it is not there.
    """
    number = errno.ENOENT if error is None else error.errno
    tool = process.argv[0].rpartition("/")[2]
    is_busybox = busybox_of(process) is not None
    phrases = _BUSYBOX if is_busybox else _GNU
    if number == errno.EISDIR and tool not in _WRITERS:
        phrases = _BUSYBOX_FOLDER if is_busybox else _GNU_FOLDER
    phrase = phrases.get(tool, "{}")
    return f"{phrase.format(name)}: {os.strerror(number or errno.ENOENT)}"
