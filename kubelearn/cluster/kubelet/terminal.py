"""A container's terminal: what lies between a client's keys and a program's input.

On a real node that is the kernel's line discipline, termios(3).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from kubelearn.cluster.streams import PIPE_CAPACITY, Reader, Writer

_INTERRUPT = 3  # Ctrl-C
_END = 4  # Ctrl-D
_BACKSPACE = 8
_TAB = 9
_NEWLINE = 10
_RETURN = 13
_KILL_LINE = 21  # Ctrl-U
_ESCAPE = 27
_DELETE = 127


class Terminal:
    """Echoes keys, edits the line that is typed, and passes it on when it is whole.

    It is both ends for the program: its standard input, output and error.  A client of a
    terminal draws nothing itself (raw mode), so everything that is to be seen comes from here.
    """

    def __init__(self, screen: Writer, interrupt: Callable[[], None]):
        """Make a terminal.

        Args:
            screen: the client's.
            interrupt: called when the client types Ctrl-C.
        """
        self._screen = screen
        self._interrupt = interrupt
        self._line = bytearray()
        #: Whole lines; an empty one is the end of the input, once (Ctrl-D).
        self._lines: deque[bytes] = deque()
        self._arrived = asyncio.Event()
        self._escaping = False
        self._ended = False

    # The program's side

    def write(self, data: bytes) -> None:
        """Show output; a line feed goes to the start of the next line (ONLCR)."""
        self._screen.write(data.replace(b"\n", b"\r\n"))

    async def drain(self) -> None:
        """Wait until the client's screen has caught up."""
        await self._screen.drain()

    async def read(self, limit: int = PIPE_CAPACITY) -> bytes:
        """Return what was typed, at most a line; ``b""`` after Ctrl-D or when the client is gone."""
        while not self._lines:
            if self._ended:
                return b""
            self._arrived.clear()
            await self._arrived.wait()
        line = self._lines.popleft()
        if len(line) > limit:
            self._lines.appendleft(line[limit:])
        return line[:limit]

    # The client's side

    async def type(self, keys: Reader) -> None:
        """Take keys until there are no more."""
        while data := await keys.read():
            for key in data:
                self._key(key)

    def end(self) -> None:
        """Nobody will type any more."""
        self._ended = True
        self._arrived.set()

    def _key(self, key: int) -> None:
        if self._escaping:  # arrows and the like: swallowed up to their last character
            self._escaping = not (64 <= key <= 126 and key not in b"[O")
        elif key == _ESCAPE:
            self._escaping = True
        elif key in (_RETURN, _NEWLINE):
            self.write(b"\n")
            self._pass_on(b"\n")
        elif key in (_DELETE, _BACKSPACE):
            self._erase()
        elif key == _KILL_LINE:
            while self._line:
                self._erase()
        elif key == _INTERRUPT:
            self._line.clear()
            self.write(b"^C\n")
            self._interrupt()
        elif key == _END:
            self._pass_on()
        elif key >= ord(" ") or key == _TAB:
            self._line.append(key)
            self.write(bytes([key]))

    def _erase(self) -> None:
        """Take the last character back, which may be several bytes of UTF-8."""
        while self._line and 0x80 <= self._line[-1] < 0xC0:
            del self._line[-1]
        if self._line:
            del self._line[-1]
            self.write(b"\b \b")

    def _pass_on(self, end: bytes = b"") -> None:
        self._lines.append(bytes(self._line) + end)
        self._line.clear()
        self._arrived.set()
