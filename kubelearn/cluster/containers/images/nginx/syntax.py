"""nginx' configuration as text: words, directives, blocks and included files (src/core/ngx_conf_file.c)."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kubelearn.cluster.containers.filesystem import FileSystem

ROOT = "/etc/nginx"
#: A variable in a text.
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
#: Files may include files this deep.
_DEEPEST = 20


class ConfigError(Exception):
    """nginx does not start with a configuration: the text is what it says."""


@dataclass
class Directive:
    """One directive.

    Attributes:
        name: ``listen``.
        args: its words, without quotes.
        block: what stands between its braces, None without.
        where: file and line of its end, for messages.
    """

    name: str
    args: list[str]
    where: str
    block: list[Directive] | None = None
    #: Names of the blocks around it, outermost first.
    context: tuple[str, ...] = field(default=())

    def error(self, text: str) -> ConfigError:
        """Return an error that names this directive's place."""
        return ConfigError(f"{text} in {self.where}")


@dataclass(frozen=True)
class _Token:
    """A word, or one of ``{``, ``}`` and ``;``; ``line`` is where it ends."""

    text: str
    line: int
    is_word: bool = True


def load(files: FileSystem, path: str, read: dict[str, str] | None = None) -> list[Directive]:
    """Read a configuration file with all that it includes.

    Args:
        read: is filled with the files' texts, in the order in which they are read, for ``nginx -T``.

    Raises:
        ConfigError: as nginx says it.
    """
    return _Loader(files, {} if read is None else read).file(path, "", (), 0)


def of_command_line(text: str) -> list[Directive]:
    """Read the directives that ``-g`` gives.

    Raises:
        ConfigError: as nginx says it.
    """
    name = "command line"
    files = FileSystem({name: text.encode()})
    try:
        return _Loader(files, {}).file(name, "", (), 0)
    except ConfigError as error:
        raise ConfigError(str(error).replace(f"{name}:1", name)) from None


class _Loader:
    def __init__(self, files: FileSystem, read: dict[str, str]):
        self._files = files
        self._read = read

    def file(self, path: str, where: str, context: tuple[str, ...], depth: int) -> list[Directive]:
        place = f" in {where}" if where else ""
        if depth > _DEEPEST:
            raise ConfigError(f"too many levels of inclusion{place}")
        try:
            text = self._files.read(path).decode(errors="replace")
        except FileNotFoundError:
            raise ConfigError(f'open() "{path}" failed (2: No such file or directory){place}') from None
        except IsADirectoryError:
            raise ConfigError(f'read() "{path}" failed (21: Is a directory){place}') from None
        self._read[path] = text
        tokens = list(_tokens(text, path))
        position = 0
        found: list[Directive] = []

        def block(outer: tuple[str, ...], target: list[Directive]) -> None:
            nonlocal position
            while position < len(tokens):
                token = tokens[position]
                if not token.is_word:
                    if token.text == "}" and len(outer) > len(context):
                        position += 1
                        return
                    raise ConfigError(f'unexpected "{token.text}" in {path}:{token.line}')
                directive, opened = self._directive(tokens, position, path, outer)
                position += len(directive.args) + 2
                if directive.name == "include" and not opened:
                    target.extend(self._include(directive, depth))
                    continue
                target.append(directive)
                if opened:
                    directive.block = []
                    block((*outer, directive.name), directive.block)
            if len(outer) > len(context):
                last = text.count("\n") + 1
                raise ConfigError(f'unexpected end of file, expecting "}}" in {path}:{last}')

        block(context, found)
        return found

    @staticmethod
    def _directive(tokens: list[_Token], start: int, path: str, context: tuple[str, ...]) -> tuple[Directive, bool]:
        end = start
        while end < len(tokens) and tokens[end].is_word:
            end += 1
        if end == len(tokens):
            raise ConfigError(f'unexpected end of file, expecting ";" or "}}" in {path}:{tokens[-1].line}')
        name, *args = (token.text for token in tokens[start:end])
        where = f"{path}:{tokens[end].line}"
        if tokens[end].text == "}":
            raise ConfigError(f'unexpected "}}" in {where}')
        return Directive(name, args, where, None, context), tokens[end].text == "{"

    def _include(self, directive: Directive, depth: int) -> list[Directive]:
        if len(directive.args) != 1:
            raise directive.error('invalid number of arguments in "include" directive')
        pattern = posixpath.join(ROOT, directive.args[0])
        if not set(pattern) & set("*?["):
            return self.file(pattern, directive.where, directive.context, depth + 1)
        folder, name = posixpath.split(pattern)
        names = self._files.listdir(folder) if self._files.is_dir(folder) else []
        paths = [posixpath.join(folder, each) for each in sorted(names) if fnmatch.fnmatchcase(each, name)]
        found: list[Directive] = []
        for path in paths:
            if not posixpath.basename(path).startswith("."):  # as glob(3)
                found += self.file(path, directive.where, directive.context, depth + 1)
        return found


def _tokens(text: str, path: str) -> Iterator[_Token]:
    """Yield the words of a file.

    Raises:
        ConfigError: a quote without its end.
    """
    line, index = 1, 0
    while index < len(text):
        char = text[index]
        if char == "\n":
            line += 1
        if char.isspace():
            index += 1
        elif char == "#":
            end = text.find("\n", index)
            index = len(text) if end < 0 else end
        elif char in "{};":
            yield _Token(char, line, is_word=False)
            index += 1
        else:
            word, index, line = _quoted(text, index, line, path) if char in "\"'" else _plain(text, index, line)
            yield _Token(word, line)


def _plain(text: str, index: int, line: int) -> tuple[str, int, int]:
    word = ""
    while index < len(text):
        char = text[index]
        if char == "\\" and index + 1 < len(text):
            word, index = word + _escaped(text[index + 1]), index + 2
        elif char == "$" and text[index + 1 : index + 2] == "{":
            end = text.find("}", index)
            end = len(text) - 1 if end < 0 else end
            word, index = word + text[index : end + 1], end + 1
        elif char.isspace() or char in ";{":
            break
        else:
            word, index = word + char, index + 1
    return word, index, line


def _quoted(text: str, index: int, line: int, path: str) -> tuple[str, int, int]:
    quote, word, index = text[index], "", index + 1
    while index < len(text) and text[index] != quote:
        if text[index] == "\\" and index + 1 < len(text):
            word, index = word + _escaped(text[index + 1]), index + 2
            continue
        line += text[index] == "\n"
        word, index = word + text[index], index + 1
    if index >= len(text):
        raise ConfigError(f'unexpected end of file, expecting ";" or "}}" in {path}:{line}')
    after = text[index + 1 : index + 2]
    if after and not after.isspace() and after not in ";{)":
        raise ConfigError(f'unexpected "{after}" in {path}:{line}')
    return word, index + 1, line


def _escaped(char: str) -> str:
    """Return what a backslash and a character mean; before others than these it stays."""
    return {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}.get(char, "\\" + char)
