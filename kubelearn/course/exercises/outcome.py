"""What a check found, and texts that show as Markdown where they can."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum

from kubernetes.client import ApiException

from kubelearn.course.cards import Look, card


@dataclass(frozen=True)
class Text:
    """Text in Markdown; without Markdown it is shown plain.

    Attributes:
        look: of the card that it is; without one it is shown as it is.
    """

    markdown: str
    look: Look | None = None

    def _repr_markdown_(self) -> str:
        return card(self.look, self.markdown) if self.look else self.markdown

    def __repr__(self) -> str:
        return plain(self.markdown)


def plain(markdown: str) -> str:
    """Return Markdown without the marks that disturb in plain text: emphasis, code fences, links, spans."""
    fenced = re.split(r"^```.*\n?", markdown, flags=re.MULTILINE)
    # Every second part stood between fences: code, which stays as it is.
    return "".join(part if index % 2 else _unmarked(part) for index, part in enumerate(fenced)).strip()


def _unmarked(text: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"</?span[^>]*>", "", text)
    text = re.sub(r"^#+ ", "", text, flags=re.MULTILINE)
    return re.sub(r"\*\*(.+?)\*\*|`([^`]*)`", lambda found: found[1] or found[2] or "", text)


def headed(what: str, title: str) -> str:
    """Return how an answer begins: what it is, and to which exercise it belongs."""
    return f"**{what}.** Exercise “{title}”." if title else f"**{what}.**"


class Kind(Enum):
    """The four outcomes of a check."""

    PASSED = "Passed"
    NOT_YET = "Not yet"
    NOT_ATTEMPTED = "Not attempted"
    UNCHECKED = "Could not be checked"

    @property
    def look(self) -> Look:
        """How the outcome is shown."""
        return Look[self.name]


@dataclass(frozen=True)
class Outcome:
    """The result of a check.

    Attributes:
        kind: which of the four outcomes.
        reason: why, as a sentence or more, in Markdown.
        pointer: what to do next; may be empty.
        title: the exercise's.
        below: Markdown that stands below; may be empty.
    """

    kind: Kind
    reason: str = ""
    pointer: str = ""
    title: str = ""
    below: str = ""

    @property
    def passed(self) -> bool:
        """Whether the task is done."""
        return self.kind is Kind.PASSED

    @property
    def _text(self) -> Text:
        said = " ".join(part for part in (headed(self.kind.value, self.title), self.reason, self.pointer) if part)
        return Text(f"{said}\n\n{self.below}" if self.below else said, self.kind.look)

    def _repr_markdown_(self) -> str:
        return self._text._repr_markdown_()

    def __repr__(self) -> str:
        return repr(self._text)


def why(error: Exception) -> str:
    """Say in a sentence what went wrong with the cluster."""
    if isinstance(error, ApiException):
        said = _message(error.body) or error.reason or str(error)
        return sentence(
            f"The cluster answered: {said}" if error.status else f"The cluster could not be reached: {said}"
        )
    return sentence(f"{type(error).__name__}: {error}")


def _message(body: str | bytes | None) -> str:
    """Return the message of a Status object, or nothing."""
    try:
        status = json.loads(body or "{}")
    except ValueError:
        return ""
    return str(status.get("message", "")) if isinstance(status, dict) else ""


def sentence(text: str) -> str:
    """End a text with a full stop and begin it with a capital, unless it begins with code."""
    text = text.strip()
    if not text:
        return text
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?:" else ".")
