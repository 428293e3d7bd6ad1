"""Statements and rules of awk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .expressions import Expression, ExpressionParser
from .lexer import AwkSyntaxError, tokens
from .machine import Array, Machine
from .values import UNSET, Input, Value, formatted, text, truth, whole

Statement = Callable[[], None]


class NextRecord(Exception):
    """``next``, and ``return`` outside of functions."""


class Exit(Exception):
    """``exit``

    Attributes:
        code: the exit code.
    """

    def __init__(self, code: int):
        super().__init__(code)
        self.code = code


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class _Return(NextRecord):
    def __init__(self, value: Value):
        super().__init__(value)
        self.value = value


#: What ends a simple statement, and what ends the list that ``print`` has.
_AFTER_STATEMENT = (";", "}", "\n")
_AFTER_PRINT = (*_AFTER_STATEMENT, ">", ">>", "|")


def _nothing() -> None:
    pass


def _goes_on(body: Statement) -> bool:
    """Run a loop's body once; return whether the loop goes on."""
    try:
        body()
    except _Continue:
        return True
    except _Break:
        return False
    return True


@dataclass
class Rule:
    """What is done with records for which a pattern holds; with two patterns, from the first to the second."""

    first: Expression | None
    last: Expression | None
    action: Statement | None
    within: bool = False

    def applies(self) -> bool:
        """Return whether it is about the present record."""
        if self.last is None:
            return self.first is None or truth(self.first())
        if not self.within and not (self.first is not None and truth(self.first())):
            return False
        self.within = not truth(self.last())
        return True


@dataclass
class Program:
    """The parts of a program."""

    begin: list[Statement] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    end: list[Statement] = field(default_factory=list)


class Parser(ExpressionParser):
    """Reads a whole program."""

    def __init__(self, source: str, machine: Machine):
        super().__init__(tokens(source), machine)
        self._loops = 0

    def program(self) -> Program:
        """Read all rules and functions.

        Raises:
            AwkSyntaxError: it is no program.
        """
        found = Program()
        while self.peek().kind != "end":
            if self.accept("\n", ";"):
                continue
            if self.accept("function"):
                self._function()
            elif self.accept("BEGIN"):
                found.begin.append(self._block())
            elif self.accept("END"):
                found.end.append(self._block())
            else:
                found.rules.append(self._rule())
        return found

    def _rule(self) -> Rule:
        first = last = None
        if not self.comes("{"):
            first = self.expression()
            if self.accept(","):
                self.skip_lines()
                last = self.expression()
        action = self._block() if self.comes("{") else None
        return Rule(first, last, action)

    def _function(self) -> None:
        name = self.take().value
        self.expect("(")
        parameters: list[str] = []
        while not self.accept(")"):
            parameters.append(self.take().value)
            self.accept(",")
        machine = self.machine
        body: list[Statement] = []

        def call(values: list[Expression], names: list[str]) -> Value:
            machine.step()
            frame: dict[str, Value | Array] = dict.fromkeys(parameters, UNSET)
            for parameter, value, own in zip(parameters, values, names, strict=False):
                is_array = bool(own) and (own in machine.arrays or isinstance(self._framed(own), dict))
                frame[parameter] = machine.array(own) if is_array else value()
            machine.frames.append(frame)
            try:
                body[0]()
            except _Return as back:
                return back.value
            finally:
                machine.frames.pop()
            return UNSET

        self.calls[name] = call
        self.skip_lines()
        body.append(self._block())

    def _framed(self, name: str) -> object:
        return self.machine.frames[-1].get(name) if self.machine.frames else None

    # Statements

    def _block(self) -> Statement:
        self.expect("{")
        body: list[Statement] = []
        while not self.accept("}"):
            if not self.accept("\n", ";"):
                body.append(self._statement())

        def run() -> None:
            for statement in body:
                statement()

        return run

    def _body(self) -> Statement:
        """Read what a loop or condition is about."""
        self.skip_lines()
        return _nothing if self.accept(";") else self._statement()

    def _repeated(self) -> Statement:
        """Read what a loop does again and again; ``break`` and ``continue`` are allowed there."""
        self._loops += 1
        body = self._body()
        self._loops -= 1
        return body

    def _end(self) -> None:
        """Read the end of a simple statement."""
        if not self.comes("}") and not self.accept(";", "\n"):
            raise AwkSyntaxError("Unexpected token")

    def _statement(self) -> Statement:
        if self.comes("{"):
            return self._block()
        compound: dict[str, Callable[[], Statement]] = {
            "if": self._if,
            "while": self._while,
            "do": self._do,
            "for": self._for,
        }
        if word := self.accept(*compound):
            return compound[word]()
        found = self._simple()
        self._end()
        return found

    def _simple(self) -> Statement:
        if word := self.accept("print", "printf"):
            return self._print(word)
        if word := self.accept("next", "break", "continue"):
            kind = {"next": NextRecord, "break": _Break, "continue": _Continue}[word]
            if word != "next" and not self._loops:
                raise AwkSyntaxError(f"'{word}' not in a loop")

            def leave() -> None:
                raise kind

            return leave
        if word := self.accept("exit", "return"):
            return self._leave(word)
        if self.accept("delete"):
            return self._delete()
        value = self.expression()

        def evaluate() -> None:
            value()

        return evaluate

    def _leave(self, word: str) -> Statement:
        value = None if self.comes(*_AFTER_STATEMENT) else self.expression()

        def leave() -> None:
            result = UNSET if value is None else value()
            raise Exit(whole(result)) if word == "exit" else _Return(result)

        return leave

    def _delete(self) -> Statement:
        array = self.take().value
        if not self.accept("["):
            return lambda: self.machine.array(array).clear()
        keys = self.list_until("]")

        def delete() -> None:
            self.machine.array(array).pop(self._key(keys), None)

        return delete

    def _print(self, word: str) -> Statement:
        values: list[Expression] = []
        while not self.comes(*_AFTER_PRINT):
            if values:
                self.expect(",")
                self.skip_lines()
            values += self._printed(first=not values)
        way = self.accept(">", ">>", "|")
        target = self._joined() if way else None
        machine = self.machine

        def show() -> None:
            if word == "printf":
                form, *given = [value() for value in values] or [""]
                shown = formatted(text(form), given)
            elif values:
                shown = text(machine.get("OFS")).join(text(value()) for value in values) + text(machine.get("ORS"))
            else:
                shown = text(machine.field(0)) + text(machine.get("ORS"))
            machine.write(shown, way, text(target()) if target else "")

        return show

    def _printed(self, *, first: bool) -> list[Expression]:
        """Read what is printed: an expression, or as the first a whole list in brackets."""
        begin = self._at
        if first and self.accept("("):
            listed = self.list_until(")")
            if self.comes(*_AFTER_PRINT) and len(listed) > 1:
                return listed
            self._at = begin
        return [self.expression(in_print=True)]

    # Conditions and loops

    def _condition(self) -> Expression:
        self.expect("(")
        found = self.expression()
        self.expect(")")
        return found

    def _if(self) -> Statement:
        condition, yes = self._condition(), self._body()
        at = self._at
        while self.accept(";", "\n"):
            pass
        no = _nothing
        if self.accept("else"):
            no = self._body()
        else:
            self._at = at

        def choose() -> None:
            (yes if truth(condition()) else no)()

        return choose

    def _while(self) -> Statement:
        condition, body = self._condition(), self._repeated()
        return self._loop(condition, body, _nothing)

    def _do(self) -> Statement:
        body = self._repeated()
        while self.accept(";", "\n"):
            pass
        self.expect("while")
        condition = self._condition()
        self._end()
        loop = self._loop(condition, body, _nothing)

        def run() -> None:
            if _goes_on(body):
                loop()

        return run

    def _loop(self, condition: Expression, body: Statement, after: Statement) -> Statement:
        def run() -> None:
            while truth(condition()):
                self.machine.step()
                if not _goes_on(body):
                    return
                after()

        return run

    def _for(self) -> Statement:
        self.expect("(")
        begin = self._at
        if self.take().kind == "name" and self.accept("in"):
            array = self.take().value
            if self.accept(")"):
                return self._for_each(self._tokens[begin].value, array)
        self._at = begin
        start = _nothing if self.comes(";") else self._simple()
        self.expect(";")
        condition: Expression = (lambda: 1.0) if self.comes(";") else self.expression()
        self.expect(";")
        after = _nothing if self.comes(")") else self._simple()
        self.expect(")")
        loop = self._loop(condition, self._repeated(), after)

        def run() -> None:
            start()
            loop()

        return run

    def _for_each(self, name: str, array: str) -> Statement:
        body = self._repeated()

        def run() -> None:
            for key in list(self.machine.array(array)):
                self.machine.step()
                self.machine.set(name, Input(key))
                if not _goes_on(body):
                    return

        return run
