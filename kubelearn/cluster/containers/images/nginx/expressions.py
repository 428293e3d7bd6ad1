"""nginx' regular expressions, which are PCRE's: of server names, locations, rewrites, maps and conditions.

The package ``regex`` understands nearly all of PCRE, and it stops an expression that would take for ever. PCRE counts
steps for that (``match_limit`` of pcre2api(3)).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from .syntax import Directive

if TYPE_CHECKING:
    import regex

Match: TypeAlias = "regex.Match[str]"

#: Processor time in seconds for one search; the whole cluster waits meanwhile.
_LIMIT = 0.5
#: What the package says → what PCRE2 says.
_WORDS = {
    "missing )": "missing closing parenthesis",
    "unbalanced parenthesis": "unmatched closing parenthesis",
    "nothing to repeat": "quantifier does not follow a repeatable item",
    "multiple repeat": "quantifier does not follow a repeatable item",
    "unterminated character set": "missing terminating ] for character class",
    "bad character range": "range out of order in character class",
    "min repeat greater than max repeat": "numbers out of order in {} quantifier",
    "bad escape (end of pattern)": r"\ at end of pattern",
    "unknown extension": "unrecognized character after (? or (?-",
    "invalid group reference": "reference to non-existent subpattern",
    "missing >": "syntax error in subpattern name (missing terminator?)",
}
_named = re.compile(r"\(\?P?<([A-Za-z_]\w*)>", re.ASCII).findall


class LimitError(Exception):
    """A search takes too long; the text is what nginx logs."""


def check(directives: Iterable[Directive]) -> None:
    """Refuse what is no expression (``ngx_regex_compile``).

    Raises:
        ConfigError: the first, in PCRE2's words.
    """
    for directive in directives:
        for pattern in _of(directive):
            if words := _mistake(pattern):
                raise directive.error(f"pcre2_compile() failed: {words}")


def names(directives: Iterable[Directive]) -> set[str]:
    """Return the variables that expressions set: the names of their groups."""
    return {name for directive in directives for pattern in _of(directive) for name in _named(pattern)}


def search(pattern: str, text: str, *, ignore_case: bool = False) -> Match | None:
    """Look for an expression.

    Raises:
        LimitError: it takes too long.
    """
    import regex  # not before the first one: every notebook's first cell would wait for it

    try:
        return regex.search(pattern, text, regex.IGNORECASE if ignore_case else 0, timeout=_LIMIT)
    except TimeoutError:
        raise LimitError(f'pcre2_match() failed: -47 on "{text}" using "{pattern}"') from None


def of_word(word: str) -> tuple[str, bool]:
    """Return the expression of a word like ``~*\\.php$``, and whether it ignores case."""
    return (word[2:], True) if word.startswith("~*") else (word[1:], False)


def of_condition(directive: Directive) -> list[str]:
    """Return the words between an ``if``'s parentheses: what is tested, and in most cases an operator and by what."""
    words = " ".join(directive.args)
    return words[words.find("(") + 1 : words.rfind(")")].strip().split(maxsplit=2)


def _of(directive: Directive) -> Iterator[str]:
    """Yield the expressions of a directive."""
    name, args = directive.name, directive.args
    if name == "location" and args[0] in ("~", "~*"):
        yield args[1]
    elif name == "rewrite":
        yield args[0]
    elif name == "if":
        words = of_condition(directive)
        if len(words) == 3 and words[1].lstrip("!") in ("~", "~*"):
            yield words[2]
    elif name in ("server_name", "proxy_redirect"):
        yield from (of_word(word)[0] for word in args if word.startswith("~"))
    elif directive.context[-1:] == ("map",) and name.startswith("~"):
        yield of_word(name)[0]


def _mistake(pattern: str) -> str:
    """Return what is wrong with an expression, empty for nothing."""
    import regex

    try:
        regex.compile(pattern)
    except RecursionError:
        return f'parentheses are too deeply nested in "{pattern}"'
    except regex.error as error:
        facts = vars(error)  # its types do not name them
        rest = pattern[facts["pos"] :]
        return f'{_WORDS.get(facts["msg"], facts["msg"])} in "{pattern}"' + (f' at "{rest}"' if rest else "")
    return ""
