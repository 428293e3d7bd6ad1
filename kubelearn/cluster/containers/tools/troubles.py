"""What tools say of a file that they cannot use, in the words of BusyBox and of GNU's tools (in the C locale)."""

from __future__ import annotations

import errno
import os

from kubelearn.cluster.containers.process import Process

from .options import busybox_of

_SUMS = ("md5sum", "sha1sum", "sha256sum", "sha512sum")
_BUSYBOX = dict.fromkeys(_SUMS, "can't open '{}'") | {
    "cat": "can't open '{}'",
    "dd": "can't open '{}'",
    "diff": "can't stat '{}'",
    "less": "can't open '{}'",
    "mkdir": "can't create directory '{}'",
    "mktemp": "(null)",
    "more": "can't open '{}'",
    "rm": "can't remove '{}'",
    "rmdir": "'{}'",
    "split": "can't open '{}'",
    "stat": "can't stat '{}'",
    "sync": "can't open '{}'",
    "tar": "can't open '{}'",
    "truncate": "{}: open",
    "unlink": "can't remove file '{}'",
    "uniq": "can't open '{}'",
}
_GNU = {
    "chgrp": "cannot access '{}'",
    "chmod": "cannot access '{}'",
    "chown": "cannot access '{}'",
    "dd": "failed to open '{}'",
    "du": "cannot access '{}'",
    "find": "'{}'",
    "head": "cannot open '{}' for reading",
    "ls": "cannot access '{}'",
    "mkdir": "cannot create directory '{}'",
    "mktemp": "failed to create file via template '{}'",
    "rev": "cannot open {}",
    "rm": "cannot remove '{}'",
    "rmdir": "failed to remove '{}'",
    "sed": "can't read {}",
    "sort": "cannot read: {}",
    "split": "cannot open '{}' for reading",
    "stat": "cannot statx '{}'",
    "sync": "error opening '{}'",
    "tac": "failed to open '{}' for reading",
    "tail": "cannot open '{}' for reading",
    "tar": "{}: Cannot open",
    "touch": "cannot touch '{}'",
    "truncate": "cannot open '{}' for writing",
    "unlink": "cannot unlink '{}'",
}
#: What is said of a folder that was to be read as a file.
_BUSYBOX_FOLDER = dict.fromkeys(("cat", "tail", "base64"), "read error") | dict.fromkeys(_SUMS, "can't read '{}'")
_GNU_FOLDER = dict.fromkeys(("head", "tail"), "error reading '{}'") | {"sed": "read error on {}"}
#: These say the same of a folder as of any other file.
_ALWAYS_THE_SAME = ("diff", "rm", "tar", "truncate", "unlink")


def trouble(process: Process, name: str, error: OSError | None = None) -> str:
    """Return what a tool says of a file, without its own name.

    Args:
        process: the tool's.
        name: the file, as the command line has it.
        error: why it cannot be used; by default because it is not there.
    """
    tool = process.argv[0].rpartition("/")[2]
    is_busybox = busybox_of(process) is not None
    phrases = _BUSYBOX if is_busybox else _GNU
    if isinstance(error, IsADirectoryError) and tool not in _ALWAYS_THE_SAME:
        phrases = _BUSYBOX_FOLDER if is_busybox else _GNU_FOLDER
    reason = os.strerror(errno.ENOENT) if error is None else error.strerror
    return f"{phrases.get(tool, '{}').format(name)}: {reason}"
