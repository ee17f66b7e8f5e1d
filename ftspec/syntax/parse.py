"""A file to a tree, whatever is in the file.

The grammar decides what is right. What is wrong is taken one statement at a time: the mistake is explained, the fix
that it offers is tried at once so that the rest of the statement is read too, and where there is none the statement
is dropped. Braces always count, so that a broken line never moves what stands below it into another block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from ftspec.syntax import braces, checks, dashes, foreign, header, wrapped_strings
from ftspec.syntax.build import Start
from ftspec.syntax.collection import uncollected
from ftspec.syntax.engine import Engine, Snapshot
from ftspec.syntax.lexer import Token, tokens
from ftspec.syntax.limits import MAX_DIAGNOSTICS, MAX_MENDED, MAX_REPAIRS
from ftspec.syntax.lines import Line, split
from ftspec.syntax.plain import is_plain
from ftspec.syntax.repair import repaired
from ftspec.syntax.statements import Statement, Statements
from ftspec.syntax.tree import File
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Place, in_order
from ftspec.text.files import MAX_BYTES
from ftspec.text.frozen import frozen
from ftspec.text.source import Source, Span


@frozen
class Parsed:
    """What could be read of a file, and what was wrong with it."""

    file: File
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """Whether it holds no error."""
        return not any(each.is_error for each in self.diagnostics)

    def is_broken(self, span: Span) -> bool:
        """Whether an error lies within `span`, so that what seems missing there may only be unreadable."""
        places = [each.place.span for each in self.diagnostics if each.is_error and each.place is not None]
        return any(span.start <= place.start <= span.end for place in places)


@uncollected
def parse(source: Source) -> Parsed:
    """Read a file. Every mistake becomes a diagnostic; no text makes this fail."""
    if len(source.text) > MAX_BYTES:
        return _refused(source, Diagnostic(codes.TOO_LARGE, "the file is larger than 1 MiB", Place(source, Span(0, 0))))
    found = tokens(source.text)
    problems = [*_first(checks.characters(source)), *_first(checks.tokens(source, found))]
    lines = split(found, source.text)
    alien = foreign.recognize(source, lines)
    if alien is not None:
        return _refused(source, alien)
    first = header.read(source, lines)
    lines, wrapped = wrapped_strings.gather(source, first.lines)
    lines, listed = dashes.gather(source, lines)
    lines, mismatched = braces.balance(source, lines)
    reader = _Reader(source, lines)
    start = reader.read(first.number)
    problems += [*first.diagnostics, *wrapped, *listed, *reader.found]
    problems += _elsewhere(mismatched, problems)
    version = None if first.number is None else start.version
    file = File(source, version, start.statements, span=Span(0, len(source.text)))
    problems += _first(checks.tree(file))
    return Parsed(file, _shown(source, problems))


def _elsewhere(braces: list[Diagnostic], problems: list[Diagnostic]) -> list[Diagnostic]:
    """Mistakes with braces on lines without another: on the same line they are mostly the same mistake."""
    taken = {_line_of(each) for each in problems}
    return [each for each in braces if _line_of(each) not in taken]


def _line_of(problem: Diagnostic) -> int:
    place = problem.place
    return 0 if place is None else place.source.position(place.span.start).line


def _refused(source: Source, why: Diagnostic) -> Parsed:
    return Parsed(File(source, None, (), span=Span(0, len(source.text))), (why,))


def _first(problems: Iterator[Diagnostic]) -> list[Diagnostic]:
    return list(islice(problems, MAX_DIAGNOSTICS + 1))


def _shown(source: Source, problems: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    ordered = in_order(problems)
    if len(ordered) <= MAX_DIAGNOSTICS:
        return tuple(ordered)
    end = Place(source, Span(len(source.text), len(source.text)))
    note = Diagnostic(codes.TOO_MANY_ERRORS, "there are more mistakes than are shown", end, "mend the first ones")
    return (*ordered[:MAX_DIAGNOSTICS], note)


@dataclass(slots=True)
class _Reader:
    """Drives the engine over the statements of a file."""

    source: Source
    lines: list[Line]
    engine: Engine = field(default_factory=Engine)
    found: list[Diagnostic] = field(default_factory=list)

    def read(self, number: Token | None) -> Start:
        """Every statement, below a header that is right."""
        self.engine.feed("FTSPEC", None, 0, 0)
        token = number or Token("NUMBER", header.VERSION, 0, 0)
        self.engine.feed("NUMBER", token, token.start, token.end)
        self.engine.feed("_NEWLINE", None, token.end, token.end)
        statements = Statements(self.lines)
        at = 0
        while at < len(self.lines):
            statement = statements.at(at)
            if len(self.found) > MAX_DIAGNOSTICS:
                self._keep_braces(Statement(at, len(self.lines)))
                break
            self._statement(statement)
            at = statement.stop
        start = self.engine.finish()
        assert isinstance(start, Start), "balanced braces leave a whole file"
        return start

    def _statement(self, statement: Statement) -> None:
        before = self.engine.snapshot()
        deep = checks.depth(self.source, self.lines[statement.first : statement.stop])
        if deep is not None:
            self.found.append(deep)
        elif self._take(statement, before):
            return
        self.engine.restore(before)
        self._keep_braces(statement)

    def _take(self, statement: Statement, before: Snapshot) -> bool:
        """Read a statement, mending it where that is known how; False if it cannot be read."""
        tokens = [token for line in self.lines[statement.first : statement.stop] for token in line.tokens]
        last: Diagnostic | None = None
        for _ in range(MAX_REPAIRS):
            problem = self._problem(tokens, self.lines[statement.first].indent)
            if problem is None:
                return True
            if last is not None and not _stands_alone(problem, last):
                return False
            self.found.append(problem)
            last = problem
            if problem.fix is None or len(tokens) > MAX_MENDED or len(self.found) > MAX_DIAGNOSTICS:
                return False
            mended = repaired(tokens, problem.fix)
            if mended is None:
                return False
            tokens = mended
            self.engine.restore(before)
        return False

    def _problem(self, tokens: list[Token], indent: int) -> Diagnostic | None:
        """Feed the tokens of a statement; what is wrong with the first of them that is wrong."""
        if not tokens:
            return None
        if not is_plain(tokens):
            from ftspec.syntax.mistakes import Trouble, suspect

            doubt = suspect(Trouble(self.source, tuple(tokens), 0, self.engine, indent))
            if doubt is not None:
                return doubt
        at = self._feed(tokens)
        if at is None:
            return None
        from ftspec.syntax.mistakes import Trouble, explain

        return explain(Trouble(self.source, tuple(tokens), at, self.engine, indent))

    def _feed(self, tokens: list[Token]) -> int | None:
        """The index of the token that does not fit, their number if the statement ends too early, or None."""
        for at, token in enumerate(tokens):
            if not self.engine.feed(token.kind, token, token.start, token.end):
                return at
        end = tokens[-1].end
        return None if self.engine.feed("_NEWLINE", None, end, end) else len(tokens)

    def _keep_braces(self, statement: Statement) -> None:
        """Open and close what a dropped statement would have; what stands in its blocks is read as usual."""
        opened: list[Token] = []
        for line in self.lines[statement.first : statement.stop]:
            for token in line.tokens:
                if token.kind == "LBRACE":
                    opened.append(token)
                elif token.kind == "RBRACE" and opened:
                    opened.pop()
                elif token.kind == "RBRACE":
                    self.engine.feed("RBRACE", token, token.start, token.end)
        for token in opened:
            nameless = Token("NAME", "", token.start, token.start)
            self.engine.feed("_NEWLINE", None, token.start, token.start)
            self.engine.feed("NAME", nameless, token.start, token.start)
            self.engine.feed("LBRACE", token, token.start, token.end)
        self.engine.feed("_NEWLINE", None, 0, 0)


def _stands_alone(problem: Diagnostic, last: Diagnostic) -> bool:
    """Whether a mistake is more than an echo of the one before it in its statement, or of the way that was mended."""
    if last.code is codes.MAP_LITERAL and problem.code is codes.WRONG_ASSIGNMENT:
        return False
    sure = last.fix is not None and last.fix.safe and problem.code is not codes.UNEXPECTED
    return sure and problem.order > last.order
