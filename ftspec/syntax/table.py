"""The parse table that Lark makes from the grammar, in a form that loads without Lark.

Building the table takes Lark some 150 ms, most of it imports. The result is kept as JSON in the user's
cache folder, with the grammar's whole text inside, so that it is read back only for the grammar it was made from.
JSON and not a pickle: whatever lies in that file, reading it cannot run anything.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ftspec.resources import resource
from ftspec.syntax import cache as kept
from ftspec.text.frozen import frozen

FORMAT = 2
"""Raised when the layout below changes, so that an older cache is not read."""


@frozen
class Production:
    """One rule of the grammar without its shorthand: the symbols on top of the stack become `origin`."""

    origin: str
    symbols: tuple[str, ...]
    build: str
    """The alias of the rule, or its name."""

    kept: tuple[bool, ...]
    """Which entries are children of the node; punctuation is not."""

    inline: bool
    """Whether its children belong to the rule above: Lark's `_rule` and the helpers behind `*` and `+`."""

    lone: bool
    """Whether a single child stands for the whole: Lark's `?rule`."""

    @property
    def size(self) -> int:
        """Entries of the stack that it takes."""
        return len(self.symbols)


@frozen
class Terminal:
    """One token of the grammar: a fixed word or a regular expression."""

    name: str
    pattern: str
    fixed: bool
    priority: int


@frozen
class Table:
    """States, each with what to do on a token and where to go after a rule.

    `states[state][symbol]` is the next state where it is 0 or more, and production `-1 - value` where it is negative.
    """

    states: tuple[dict[str, int], ...]
    productions: tuple[Production, ...]
    terminals: tuple[Terminal, ...]
    ignored: frozenset[str]
    start: int
    end: int


@cache
def load() -> Table:
    """The table of grammar/ftspec.lark, from the cache where it holds one for this very grammar."""
    grammar = resource("grammar/ftspec.lark").read_text(encoding="utf-8")
    held = kept.read(grammar, FORMAT)
    if held is None:
        held = _describe(grammar)
        kept.write(grammar, FORMAT, held)
    return _table(held)


def _table(held: dict[str, Any]) -> Table:
    return Table(
        states=tuple(held["states"]),
        productions=tuple(
            Production(origin, tuple(symbols), build, tuple(kept), inline, lone)
            for origin, symbols, build, kept, inline, lone in held["productions"]
        ),
        terminals=tuple(Terminal(*each) for each in held["terminals"]),
        ignored=frozenset(held["ignored"]),
        start=held["start"],
        end=held["end"],
    )


def build() -> Any:
    """The grammar as a `lark.Lark`, as any other program would open it."""
    from lark import Lark

    from ftspec.syntax.newlines import Newlines

    return _lark(resource("grammar/ftspec.lark").read_text(encoding="utf-8"), Lark, Newlines())


def _lark(grammar: str, lark: Any, postlex: Any) -> Any:
    return lark(grammar, parser="lalr", lexer="basic", strict=True, postlex=postlex)


def _describe(grammar: str) -> dict[str, Any]:
    from lark import Lark
    from lark.parsers.lalr_analysis import Shift

    from ftspec.syntax.newlines import Newlines

    lark = _lark(grammar, Lark, Newlines())
    table = lark.parser.parser._parse_table
    rules = {rule: number for number, rule in enumerate(lark.rules)}
    described = {
        "states": [
            {symbol: to if action is Shift else -1 - rules[to] for symbol, (action, to) in table.states[state].items()}
            for state in sorted(table.states)
        ],
        "productions": [_production(rule) for rule in lark.rules],
        "terminals": [_terminal(each) for each in lark.terminals],
        "ignored": sorted(lark.ignore_tokens),
        "start": table.start_states["start"],
        "end": table.end_states["start"],
    }
    # Lark's names are a slow kind of string; through JSON they are what a later start will read.
    plain: dict[str, Any] = json.loads(json.dumps(described))
    return plain


def _production(rule: Any) -> list[Any]:
    name = rule.origin.name
    kept = [not getattr(symbol, "filter_out", False) for symbol in rule.expansion]
    # An alias makes a node even where the rule is a `?rule`, as in Lark.
    lone = rule.options.expand1 and rule.alias is None
    return [name, [symbol.name for symbol in rule.expansion], rule.alias or name, kept, name.startswith("_"), lone]


def _terminal(terminal: Any) -> list[Any]:
    fixed = terminal.pattern.type == "str"
    return [terminal.name, terminal.pattern.value, fixed, terminal.priority]
