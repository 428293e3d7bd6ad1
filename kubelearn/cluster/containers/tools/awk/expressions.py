"""Expressions of awk: each becomes a function that returns its value."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .functions import Functions, arithmetic
from .lexer import AwkSyntaxError, Token
from .machine import AwkError, Machine
from .reading import Reader
from .values import UNSET, Value, compare, number, text, truth

Expression = Callable[[], Value]
_COMPARISONS: dict[str, Callable[[float], bool]] = {
    "<": lambda difference: difference < 0,
    "<=": lambda difference: difference <= 0,
    "==": lambda difference: difference == 0,
    "!=": lambda difference: difference != 0,
    ">": lambda difference: difference > 0,
    ">=": lambda difference: difference >= 0,
}
#: What may begin a value: two of them side by side are put together.
_BEGINS = frozenset({"$", "!", "(", "-", "+", "++", "--"})


class Place(NamedTuple):
    """What can be assigned to: a variable, an element of an array, a field."""

    get: Expression
    set: Callable[[Value], Value]


class ExpressionParser(Reader):
    """Reads expressions, by their precedence from low to high."""

    def __init__(self, tokens: list[Token], machine: Machine):
        super().__init__(tokens)
        self.machine = machine
        self.functions = Functions(machine)
        #: Functions of the program: name → what calls it with arguments and the names of arrays among them.
        self.calls: dict[str, Callable[[list[Expression], list[str]], Value]] = {}
        self._in_print = False

    # Precedence, from low to high

    def expression(self, *, in_print: bool = False) -> Expression:
        """Read an expression; in ``print`` without brackets, ``>`` says where to."""
        before, self._in_print = self._in_print, in_print
        found = self._choice()
        self._in_print = before
        return found

    def _choice(self) -> Expression:
        place_at = self._at
        condition = self._or()
        sign = self.accept("=", "+=", "-=", "*=", "/=", "%=", "^=")
        if sign:
            return self._assignment(place_at, sign)
        if not self.accept("?"):
            return condition
        yes = self._choice()
        self.expect(":")
        no = self._choice()
        return lambda: yes() if truth(condition()) else no()

    def _assignment(self, place_at: int, sign: str) -> Expression:
        value = self._choice()
        end, self._at = self._at, place_at
        place = self.place()
        if not self.comes(sign):
            raise AwkSyntaxError("Unexpected token")
        self._at = end
        if sign == "=":
            return lambda: place.set(value())
        return lambda: place.set(arithmetic(sign[0], number(place.get()), number(value())))

    def _or(self) -> Expression:
        left = self._and()
        while self.accept("||"):
            self.skip_lines()
            left = self._either(left, self._and())
        return left

    @staticmethod
    def _either(left: Expression, right: Expression) -> Expression:
        return lambda: float(truth(left()) or truth(right()))

    def _and(self) -> Expression:
        left = self._membership()
        while self.accept("&&"):
            self.skip_lines()
            left = self._both(left, self._membership())
        return left

    @staticmethod
    def _both(left: Expression, right: Expression) -> Expression:
        return lambda: float(truth(left()) and truth(right()))

    def _membership(self) -> Expression:
        left = self._match()
        while self.accept("in"):
            left = self._contained(left, self.take().value)
        return left

    def _contained(self, key: Expression, array: str) -> Expression:
        return lambda: float(text(key()) in self.machine.array(array))

    def _match(self) -> Expression:
        left = self._comparison()
        while sign := self.accept("~", "!~"):
            left = self._matched(left, self._pattern(self._comparison), wanted=sign == "~")
        return left

    def _matched(self, subject: Expression, pattern: Expression, *, wanted: bool) -> Expression:
        def matches() -> Value:
            hit = self.machine.pattern(text(pattern())).search(text(subject())) is not None
            return float(hit == wanted)

        return matches

    def _pattern(self, otherwise: Callable[[], Expression]) -> Expression:
        """Read an expression whose value is a pattern: one between slashes is that, and not a match with ``$0``."""
        if self.peek().kind == "regex":
            value = self.take().value
            return lambda: value
        return otherwise()

    def _comparison(self) -> Expression:
        left = self._joined()
        signs = [sign for sign in _COMPARISONS if sign != ">" or not self._in_print]
        sign = self.accept(*signs)
        if not sign:
            return left
        right = self._joined()
        return lambda: float(_COMPARISONS[sign](compare(left(), right())))

    def _joined(self) -> Expression:
        left = self._sum()
        while self._begins_value():
            left = self._together(left, self._sum())
        return left

    def _together(self, left: Expression, right: Expression) -> Expression:
        return lambda: self.machine.joined(text(left()), text(right()))

    def _begins_value(self) -> bool:
        token = self.peek()
        if token.kind in ("number", "string", "name", "call", "regex"):
            return True
        return token.kind == "op" and token.value in _BEGINS - {"+", "-"}

    def _sum(self) -> Expression:
        left = self._product()
        while sign := self.accept("+", "-"):
            left = self._computed(sign, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._signed()
        while sign := self.accept("*", "/", "%"):
            left = self._computed(sign, left, self._signed())
        return left

    @staticmethod
    def _computed(sign: str, left: Expression, right: Expression) -> Expression:
        return lambda: arithmetic(sign, number(left()), number(right()))

    def _signed(self) -> Expression:
        if self.accept("!"):
            denied = self._signed()
            return lambda: float(not truth(denied()))
        if sign := self.accept("-", "+"):
            value = self._signed()
            return lambda: number(value()) * (-1 if sign == "-" else 1)
        return self._power()

    def _power(self) -> Expression:
        base = self._counted()
        if not self.accept("^"):
            return base
        exponent = self._signed()
        return lambda: arithmetic("^", number(base()), number(exponent()))

    def _counted(self) -> Expression:
        if sign := self.accept("++", "--"):
            place = self.place()
            return lambda: place.set(number(place.get()) + (1 if sign == "++" else -1))
        begin = self._at
        value = self._primary()
        if not (sign := self.accept("++", "--")):
            return value
        end, self._at = self._at, begin
        place = self.place()
        self._at = end
        return self._counted_after(place, 1 if sign == "++" else -1)

    @staticmethod
    def _counted_after(place: Place, change: int) -> Expression:
        def count() -> Value:
            before = number(place.get())
            place.set(before + change)
            return before

        return count

    # The smallest parts

    def _primary(self) -> Expression:
        token = self.peek()
        if token.kind in ("number", "string"):
            self.take()
            constant: Value = float(token.value) if token.kind == "number" else token.value
            return lambda: constant
        if token.kind == "regex":
            pattern = self.take().value
            return lambda: float(self.machine.pattern(pattern).search(text(self.machine.field(0))) is not None)
        if token.kind == "call":
            return self._call()
        if self.accept("getline"):
            return self._getline()
        if self.accept("("):
            return self._bracket()
        return self.place().get

    def _bracket(self) -> Expression:
        values = self.list_until(")")
        if len(values) == 1:
            return values[0]
        if not self.comes("in"):
            raise AwkSyntaxError("Unexpected token")
        return lambda: self._key(values)

    def _key(self, values: list[Expression]) -> str:
        return text(self.machine.get("SUBSEP")).join(text(value()) for value in values)

    def list_until(self, end: str) -> list[Expression]:
        """Read expressions with commas between them, and what ends them."""
        values: list[Expression] = []
        while not self.accept(end):
            if values:
                self.expect(",")
                self.skip_lines()
            values.append(self.expression())
        return values

    def place(self) -> Place:
        """Read what can be assigned to.

        Raises:
            AwkSyntaxError: something else comes.
        """
        machine = self.machine
        if self.accept("$"):
            index = self._counted()
            return Place(
                lambda: machine.field(number(index())), lambda value: machine.set_field(number(index()), value)
            )
        token = self.take()
        if token.kind != "name":
            raise AwkSyntaxError("Unexpected token")
        name = token.value
        if not self.accept("["):
            return Place(lambda: machine.get(name), lambda value: machine.set(name, value))
        keys = self.list_until("]")

        def put(value: Value) -> Value:
            machine.array(name)[self._key(keys)] = value
            return value

        return Place(lambda: machine.array(name).setdefault(self._key(keys), UNSET), put)

    def _getline(self) -> Expression:
        """``getline [VARIABLE] [< FILE]``"""
        begins = self.peek().kind == "name" or self.comes("$")
        place = self.place() if begins else None
        source = self._primary() if self.accept("<") else None
        machine = self.machine

        def read() -> Value:
            try:
                record = machine.next_record() if source is None else machine.next_of_file(text(source()))
            except AwkError:
                return -1.0
            if record is None:
                return 0.0
            if place is None:
                machine.take(record)
            else:
                place.set(record)
            return 1.0

        return read

    def _call(self) -> Expression:
        name = self.take().value
        if name in ("sub", "gsub"):
            return self._substitution(name)
        if name == "split":
            return self._splitting()
        if not self.accept("("):
            if name != "length":
                raise AwkSyntaxError("Unexpected token")
            return lambda: self.functions.call(name, [])
        begin = self._at
        if name == "match":
            subject = self.expression()
            self.expect(",")
            pattern = self._pattern(self.expression)
            self.expect(")")
            return lambda: self.functions.call(name, [subject(), pattern()])
        values = self.list_until(")")
        if name == "length" and len(values) == 1 and self._tokens[begin].kind == "name" and self._at == begin + 2:
            return self._length(self._tokens[begin].value, values[0])
        if name in self.calls:
            names = self._names(begin, len(values))
            return lambda: self.calls[name](values, names)
        return self._known(name, values)

    def _known(self, name: str, values: list[Expression]) -> Expression:
        def call() -> Value:
            if name in self.calls:
                return self.calls[name](values, [""] * len(values))
            try:
                return self.functions.call(name, [value() for value in values])
            except KeyError:
                raise AwkError("Call to undefined function") from None
            except IndexError:
                raise AwkError("Too few arguments") from None

        return call

    def _length(self, name: str, value: Expression) -> Expression:
        return lambda: (
            float(len(self.machine.arrays[name])) if name in self.machine.arrays else float(len(text(value())))
        )

    def _names(self, begin: int, count: int) -> list[str]:
        """Return the arguments that are names alone, since an array may be meant; nothing for the others."""
        depth, pieces = 0, [[]]  # type: tuple[int, list[list[Token]]]
        for token in self._tokens[begin : self._at - 1]:
            sign = token.value if token.kind == "op" else ""
            depth += sign in {"(", "["}
            depth -= sign in {")", "]"}
            if sign == "," and not depth:
                pieces.append([])
            else:
                pieces[-1].append(token)
        return [piece[0].value if len(piece) == 1 and piece[0].kind == "name" else "" for piece in pieces[:count]]

    def _splitting(self) -> Expression:
        self.expect("(")
        subject = self.expression()
        self.expect(",")
        array = self.take().value
        separator = self._pattern(self.expression) if self.accept(",") else None
        self.expect(")")
        return lambda: self.functions.split(text(subject()), array, separator() if separator else None)

    def _substitution(self, name: str) -> Expression:
        self.expect("(")
        pattern = self._pattern(self.expression)
        self.expect(",")
        replacement = self.expression()
        machine = self.machine
        place = Place(lambda: machine.field(0), lambda value: machine.set_field(0, value))
        if self.accept(","):
            place = self.place()
        self.expect(")")

        def substitute() -> Value:
            changed, count = self.functions.substitute(
                text(pattern()), text(replacement()), text(place.get()), everywhere=name == "gsub"
            )
            if count:
                place.set(changed)
            return float(count)

        return substitute
