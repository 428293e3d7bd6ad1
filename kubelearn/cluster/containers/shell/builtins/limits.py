"""What the shell's programs may do and have done: umask, ulimit, times."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kubelearn.cluster.containers.process import is_number
from kubelearn.cluster.containers.shell import wording

from .declaring import Given, Refusal, builtin, table

if TYPE_CHECKING:
    from kubelearn.cluster.containers.shell.state import ShellState

_SHIFTS = {"u": 6, "g": 3, "o": 0}
_BITS = {"r": 4, "w": 2, "x": 1}
_CLAUSE = re.compile(r"([ugoa]*)((?:[-+=][rwxXst]*)+)")
_UNLIMITED = "unlimited"
#: Letter → what a container begins with, where that is not unlimited.
_LIMITS = {"e": "0", "l": "8192", "n": "1048576", "p": "8", "q": "819200", "r": "0", "s": "8192"}
#: Shell → letter → what ``ulimit -a`` calls it; bash names the unit behind a comma.
_TITLES = {
    "ash": {
        "c": "core file size (blocks)",
        "d": "data seg size (kb)",
        "e": "scheduling priority",
        "f": "file size (blocks)",
        "i": "pending signals",
        "l": "max locked memory (kb)",
        "m": "max memory size (kb)",
        "n": "open files",
        "q": "POSIX message queues (bytes)",
        "r": "real-time priority",
        "s": "stack size (kb)",
        "t": "cpu time (seconds)",
        "u": "max user processes",
        "v": "virtual memory (kb)",
        "x": "file locks",
    },
    "dash": {
        "t": "time(seconds)",
        "f": "file(blocks)",
        "d": "data(kbytes)",
        "s": "stack(kbytes)",
        "c": "coredump(blocks)",
        "m": "memory(kbytes)",
        "l": "locked memory(kbytes)",
        "p": "process",
        "n": "nofiles",
        "v": "vmemory(kbytes)",
        "w": "locks",
        "r": "rtprio",
    },
    "bash": {
        "R": "real-time non-blocking time,microseconds",
        "c": "core file size,blocks",
        "d": "data seg size,kbytes",
        "e": "scheduling priority",
        "f": "file size,blocks",
        "i": "pending signals",
        "l": "max locked memory,kbytes",
        "m": "max memory size,kbytes",
        "n": "open files",
        "p": "pipe size,512 bytes",
        "q": "POSIX message queues,bytes",
        "r": "real-time priority",
        "s": "stack size,kbytes",
        "t": "cpu time,seconds",
        "u": "max user processes",
        "v": "virtual memory,kbytes",
        "x": "file locks",
    },
}


@builtin("umask", "S", bash="pS", usage="[-p] [-S] [mode]")
async def _umask(shell: ShellState, given: Given) -> int:
    if given.operands:
        shell.umask = _mask(shell, given.operands[0])
    if given.operands and not ("S" in given and wording.dialect(shell) == "bash"):
        return 0
    allowed = ~shell.umask
    symbols = ",".join(
        f"{who}=" + "".join(letter for letter, bit in _BITS.items() if allowed >> shift & bit)
        for who, shift in _SHIFTS.items()
    )
    shown = symbols if "S" in given else f"{shell.umask:04o}"
    shell.process.print(f"umask {'-S ' * ('S' in given)}{shown}" if "p" in given else shown)
    return 0


def _mask(shell: ShellState, text: str) -> int:
    """Return the mask of a mode: octal, or in letters like chmod's.

    Raises:
        Refusal: it is none.
    """
    like = wording.dialect(shell)
    if is_number(text[:1]):
        if re.fullmatch("[0-7]{1,4}", text):
            return int(text, 8) & 0o777
        wrong = {"ash": f"illegal mode: {text}", "dash": f"Illegal number: {text}"}
        raise Refusal(wrong.get(like, f"{text}: octal number out of range"))
    allowed = ~shell.umask & 0o777
    for clause in text.split(","):
        found = _CLAUSE.fullmatch(clause)
        if found is None:
            if like == "bash":
                operator = clause.lstrip("ugoa")[:1] or clause[:1]
                raise Refusal(f"`{operator}': invalid symbolic mode operator")
            raise Refusal(f"{'illegal' if like == 'ash' else 'Illegal'} mode: {text}")
        for sign, letters in re.findall(r"([-+=])(\w*)", found[2]):
            for who in "ugo" if not found[1] or "a" in found[1] else found[1]:
                bits = sum(_BITS.get(letter, 0) for letter in set(letters)) << _SHIFTS[who]
                whole = 7 << _SHIFTS[who]
                kept = {"+": allowed, "-": allowed & ~bits, "=": allowed & ~whole}[sign]
                allowed = kept if sign == "-" else kept | bits
    return ~allowed & 0o777


@builtin(
    "ulimit",
    dash="HSatfdscmlpnvwr",
    bash="SHabcdefiklmnpqrstuvxPRT",
    usage="[-SHabcdefiklmnpqrstuvxPRT] [limit]",
)
async def _ulimit(shell: ShellState, given: Given) -> int:
    like = wording.dialect(shell)
    if like == "ash":
        given = _as_getopt(given.operands)
    if "a" in given:
        for letter, title in _TITLES[like].items():
            shell.process.print(_line(like, letter, title, _limit(shell, letter)))
        return 0
    letter = next((each for each in given.options if each not in "HS"), "f")
    if not given.operands:
        shell.process.print(_limit(shell, letter))
        return 0
    _set_limit(shell, letter, given.operands[0])
    return 0


def _as_getopt(words: list[str]) -> Given:
    """Take the command line of ash' ulimit apart, which libc does.

    Raises:
        Refusal: an option is not known.
    """
    given, left = Given(), list(words)
    while left and left[0].startswith("-"):
        for letter in left.pop(0)[1:]:
            if letter not in "HSacdefilmnpqrstuvx":
                raise Refusal(f"ulimit: invalid option -- '{letter}'", 1, plain=True)
            given.options[letter] = ""
    given.operands = left
    return given


def _limit(shell: ShellState, letter: str) -> str:
    return shell.limits.get(letter, _LIMITS.get(letter, _UNLIMITED))


def _line(like: str, letter: str, title: str, value: str) -> str:
    if like == "ash":
        return f"{title:<32}(-{letter}) {value}"
    if like == "dash":
        return f"{title:<20} {value}"
    name, _, unit = title.partition(",")
    return f"{name:<20} {f'({unit}, -{letter})' if unit else f'(-{letter})':>20} {value}"


def _set_limit(shell: ShellState, letter: str, text: str) -> None:
    """Take a limit.

    Raises:
        Refusal: it is no number, or more than the container has.
    """
    like, most = wording.dialect(shell), _LIMITS.get(letter, _UNLIMITED)
    if text != _UNLIMITED and not is_number(text):
        raise {
            "ash": Refusal(f"{shell.name}: invalid number '{text}'", 1, plain=True),
            "dash": Refusal("bad number"),
            "bash": Refusal(f"{text}: invalid number"),
        }[like]
    if most != _UNLIMITED and (text == _UNLIMITED or int(text) > int(most)):
        name = _TITLES[like].get(letter, letter).partition(",")[0]
        raise {
            "ash": Refusal(f"{shell.name}: error setting limit: Operation not permitted", 1, plain=True),
            "dash": Refusal("error setting limit (Operation not permitted)"),
            "bash": Refusal(f"{name}: cannot modify limit: Operation not permitted"),
        }[like]
    shell.limits[letter] = text


@builtin("times", None)
async def _times(shell: ShellState, _given: Given) -> int:
    """``times``: nothing here has used a processor of its own."""
    zero = "0m0.000000s" if wording.dialect(shell) == "dash" else "0m0.000s"
    for _ in range(2):  # of the shell, and of what it has started
        shell.process.print(f"{zero} {zero}")
    return 0


BUILTINS = table(_times, _ulimit, _umask)
