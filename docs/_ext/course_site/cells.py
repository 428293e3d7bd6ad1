"""How the code of cells is coloured."""

from __future__ import annotations

from typing import Any, ClassVar

from pygments.lexer import bygroups, inherit, using
from pygments.lexers.data import YamlLexer
from pygments.lexers.python import PythonLexer
from pygments.lexers.shell import BashLexer
from pygments.token import Name, Operator


class CellLexer(PythonLexer):
    """Python, with cells that are no Python, and ``!`` commands of one line or more.

    IPython's own lexer does not know that a command may go on in the next line.
    """

    name = "Cells of the course"
    aliases: ClassVar[list[str]] = ["course-cell"]
    tokens: ClassVar[dict[str, list[Any]]] = {
        "root": [
            (r"\A(%%bash\n)((?s:.*))", bygroups(Operator, using(BashLexer))),
            (r"\A(%%writefile .+\.yaml\n)((?s:.*))", bygroups(Operator, using(YamlLexer))),
            (r"^(\w+ = )?(!)((?:.*\\\n)*.*\n?)", bygroups(Name, Operator, using(BashLexer))),
            inherit,
        ]
    }
