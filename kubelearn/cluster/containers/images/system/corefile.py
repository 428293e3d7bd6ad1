"""The Corefile of the coredns pods: which plugins are on, and when it is read again."""

from __future__ import annotations

import hashlib
from typing import Final

from kubelearn.cluster.containers.process import Process

#: kubeadm's.
DEFAULT: Final = """\
.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
"""
#: The plugins that a Corefile may have. What they do, but for ``log`` and ``reload``, is what kubeadm's says of them.
_EMULATED: Final = frozenset(
    (
        "cache",
        "errors",
        "forward",
        "health",
        "kubernetes",
        "loadbalance",
        "log",
        "loop",
        "prometheus",
        "ready",
        "reload",
    )
)


class CorefileError(Exception):
    """A Corefile that CoreDNS cannot run with."""


def plugins(corefile: str, path: str) -> set[str]:
    """Return the plugins of a Corefile's server blocks.

    Raises:
        CorefileError: one is none of those that are emulated, or a bracket is missing.
    """
    found: set[str] = set()
    depth = 0
    for number, line in enumerate(corefile.splitlines(), 1):
        words = line.partition("#")[0].split()
        if depth == 1 and words and words[0] != "}":
            if words[0] not in _EMULATED:
                known = ", ".join(sorted(_EMULATED))
                unknown = f"Unknown directive '{words[0]}' (kubelearn's CoreDNS has {known})"
                raise CorefileError(f"{path}:{number} - Error during parsing: {unknown}")
            found.add(words[0])
        depth += words.count("{") - words.count("}")
    if depth:
        raise CorefileError(f"{path}:{len(corefile.splitlines())} - Error during parsing: Unexpected EOF")
    return found


class Configuration:
    """What the Corefile says, looked at again and again.

    Attributes:
        plugins: those that are in force.
    """

    def __init__(self, process: Process):
        """Read it.

        Raises:
            CorefileError: it cannot be used.
            OSError: it is not there.
        """
        self._process = process
        self._path = process.argv[process.argv.index("-conf") + 1] if "-conf" in process.argv else "Corefile"
        self._text = self._read()
        self.plugins = plugins(self._text, self._path)

    def _read(self) -> str:
        return self._process.files.read(self._path).decode(errors="replace")

    def say(self) -> None:
        """Log which one is in force."""
        digest = hashlib.sha512(self._text.encode()).hexdigest()
        self._process.print(f"[INFO] plugin/reload: Running configuration SHA512 = {digest}")

    def look_again(self) -> None:
        """Take over what has changed; what cannot be used leaves the old one in force."""
        if "reload" not in self.plugins or (text := self._read()) == self._text:
            return
        self._text = text
        self._process.print("[INFO] Reloading")
        try:
            self.plugins = plugins(text, self._path)
        except CorefileError as error:
            self._process.print(f"[ERROR] Restart failed: {error}")
            self._process.print(f"[ERROR] plugin/reload: Corefile changed but reload failed: {error}")
            return
        self.say()
        self._process.print("[INFO] Reloading complete")

    def log(self, line: str) -> None:
        """Log a query, where the plugin ``log`` is on."""
        if "log" in self.plugins:
            self._process.print(line)
