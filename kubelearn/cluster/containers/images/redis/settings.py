"""The settings of a redis server: a file's, and those of the command line."""

from __future__ import annotations

from kubelearn.cluster.containers.process import Process

_CONFIG = {
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
    "appendonly": "no",
    "save": "3600 1 300 100 60 10000",
    "port": "6379",
    "bind": "* -::*",
    "protected-mode": "yes",
    "requirepass": "",
    "masterauth": "",
    "replicaof": "",
    "databases": "16",
    "dir": "/data",
    "dbfilename": "dump.rdb",
    "timeout": "0",
    "tcp-keepalive": "300",
    "loglevel": "notice",
    "logfile": "",
}


def configuration(process: Process) -> dict[str, str]:
    """Return the settings of a file and of the command line.

    Raises:
        ValueError: one that redis does not know, in its words.
    """
    words, lines = process.argv[1:], []
    if words and not words[0].startswith("--"):
        try:
            text = process.files.read(words[0]).decode(errors="replace")
        except OSError:
            raise ValueError(f"Fatal error, can't open config file '{words[0]}': No such file or directory") from None
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        words = words[1:]
    for word in words:
        if word.startswith("--"):
            lines.append(word[2:])
        elif lines:
            lines[-1] += f" {word}"
    config = dict(_CONFIG)
    for number, line in enumerate(lines, start=1):
        name, _, value = line.strip().partition(" ")
        name = {"slaveof": "replicaof"}.get(name.lower(), name.lower())
        if name not in config:
            why = "Bad directive or wrong number of arguments"
            raise ValueError(f"Reading the configuration file, at line {number}\n>>> '{line}'\n{why}")
        config[name] = value.strip().strip("\"'")
    return config
