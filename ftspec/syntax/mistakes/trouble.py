"""The place where a parse stopped, and the words to speak about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ftspec.syntax.engine import Engine
from ftspec.syntax.lexer import Token
from ftspec.syntax.terminals import CLOSERS, OPENERS, RULES
from ftspec.text.diagnostic import Code, Diagnostic, Edit, Fix, Label, Place
from ftspec.text.source import Source, Span

_LONGEST = 160
END = Token("END", "", 0, 0)


@dataclass(frozen=True)
class Trouble:
    """A statement whose token `at` does not fit; `at` is the number of tokens where the statement ends too early."""

    source: Source
    tokens: tuple[Token, ...]
    at: int
    engine: Engine
    indent: int

    @property
    def token(self) -> Token:
        """The token that does not fit; `END` past the last."""
        return self.ahead(0)

    @property
    def kind(self) -> str:
        """Its kind."""
        return self.token.kind

    def ahead(self, steps: int) -> Token:
        """The token so many steps after it, before it where negative."""
        at = self.at + steps
        return self.tokens[at] if 0 <= at < len(self.tokens) else END

    @cached_property
    def start(self) -> int:
        """Where, among the tokens, the statement starts that the parse was in: past the brace of a one-line block."""
        for at in range(self.at - 1, -1, -1):
            if self.tokens[at].kind in {"LBRACE", "_NEWLINE"}:
                return at + 1
        return 1 if self.tokens[0].kind == "RBRACE" and self.at > 0 else 0

    @cached_property
    def head(self) -> tuple[Token, ...]:
        """The tokens of that statement before the one that does not fit."""
        return self.tokens[self.start : self.at]

    @cached_property
    def stop(self) -> int:
        """Where that statement ends: at a closing brace, a line end, or with the last token."""
        for at in range(self.at, len(self.tokens)):
            if self.tokens[at].kind in {"RBRACE", "_NEWLINE"}:
                return at
        return len(self.tokens)

    @cached_property
    def open_brackets(self) -> list[Token]:
        """The brackets open where the parse stopped, outermost first."""
        waiting: list[Token] = []
        for token in self.head:
            if token.kind in OPENERS:
                waiting.append(token)
            elif token.kind in CLOSERS and waiting:
                waiting.pop()
        return waiting

    @cached_property
    def opens(self) -> bool:
        """Whether a brace opens where the parse stopped or behind it."""
        return any(token.kind == "LBRACE" for token in self.tokens[self.at :])

    @property
    def in_rule(self) -> bool:
        """Whether the statement is a rule."""
        return bool(self.head) and self.head[0].kind in RULES | {"WAIVE"}

    @property
    def where(self) -> Span:
        """The token that does not fit, or the end of the last one."""
        if self.token is END:
            end = self.tokens[-1].end
            return Span(end, end)
        return span(self.token)

    def text(self, first: Token, last: Token) -> str:
        """The source from one token to another."""
        return self.source.text[first.start : last.end]

    def excerpt(self, start: int, end: int, longest: int = 60) -> str:
        """The source between two offsets as a help line can show it: whole where it is short, else `…`."""
        text = self.source.text[start:end].strip()
        return text if text and len(text) <= longest and "\n" not in text else "…"

    def touches(self, left: Token, right: Token) -> bool:
        """Whether nothing stands between two tokens."""
        return left.end == right.start

    def says(
        self,
        code: Code,
        message: str,
        where: Span | None = None,
        help: str | None = None,
        safe: Edit | tuple[Edit, ...] = (),
        unsafe: Edit | tuple[Edit, ...] = (),
        label: tuple[Span, str] | None = None,
    ) -> Diagnostic:
        """A diagnostic in this source, about the token that does not fit where no other place is named."""
        edits, is_safe = (safe, True) if safe else (unsafe, False)
        edits = (edits,) if isinstance(edits, Edit) else edits
        return Diagnostic(
            code,
            _line(message),
            Place(self.source, self.where if where is None else where),
            None if help is None else _line(help),
            () if label is None else (Label(Place(self.source, label[0]), label[1]),),
            Fix(edits, is_safe) if edits else None,
        )


def _line(text: str) -> str:
    """Words about the source on one line of a sensible length."""
    line = " ".join(text.split("\n")) if "\n" in text else text
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def span(token: Token) -> Span:
    """Where a token stands."""
    return Span(token.start, token.end)


def over(first: Token, last: Token) -> Span:
    """From one token to another."""
    return Span(first.start, max(first.end, last.end))


def gap(left: Token, right: Token) -> Span:
    """Between two tokens. One that was put in by a repair may stand a little before its turn."""
    return Span(left.end, max(left.end, right.start))


def insert(at: int, text: str) -> Edit:
    """Put text in."""
    return Edit(Span(at, at), text)


def replace(token: Token, text: str) -> Edit:
    """Put text in a token's place."""
    return Edit(span(token), text)


def remove(token: Token) -> Edit:
    """Take a token out."""
    return Edit(span(token), "")


def quoted(text: str) -> str:
    """Text as a string of the language."""
    for char, escape in (("\\", "\\\\"), ('"', '\\"'), ("\r", ""), ("\n", "\\n")):
        text = text.replace(char, escape)
    return f'"{text}"'
