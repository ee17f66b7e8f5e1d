"""Specs that tests start from: the contract's two examples, and a strategy that writes any valid file."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

CASES = Path(__file__).parents[1] / "cases"
EXAMPLES = {path.stem: path.read_text(encoding="utf-8") for path in sorted((CASES / "fmt").glob("example_*.ft"))}

NAMES = st.sampled_from(["a", "bb", "ccc", "learning_rate", "user", "text", "x1", "_y"])
STRINGS = st.sampled_from(
    ['""', '"x"', '"a \\"b\\" \\n \\u00e9"', '"""t\n   u\n  v\n"""', '"""one "two" line"""', '"# no"']
)
NUMBERS = st.sampled_from(
    ["1", "2.5", "2e-4", "15%", "24GiB", "3", "200ms", "3 epochs", "3epochs", "2M tokens", "10 USD", "2 %"]
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)
COMMENTS = st.sampled_from(["# one", "#two", '# "three" {', "# (four", "#"])


def gap(draw: st.DrawFn, inside: bool) -> str:
    """Space between two tokens; between brackets also lines and comments."""
    kinds = ["", " ", "\t", "  "] + (["\n", "\n\n  "] if inside else [])
    chosen: str = draw(st.sampled_from(kinds))
    if inside and draw(st.integers(0, 5)) == 0:
        return f"{chosen} {draw(COMMENTS)}\n"
    return chosen


@st.composite
def expressions(draw: st.DrawFn, depth: int = 2, inside: bool = False) -> str:
    """One expression without a comparison."""
    simple = st.one_of(NUMBERS, STRINGS, PATHS)
    if depth == 0:
        return draw(simple)
    match draw(st.integers(0, 6)):
        case 0:
            return f"- {draw(expressions(depth=depth - 1, inside=inside))}"
        case 1:
            left, right = (draw(expressions(depth=depth - 1, inside=inside)) for _ in range(2))
            return f"{left} {draw(st.sampled_from('+-*/'))}{gap(draw, inside)} {right}"
        case 2:
            return f"({gap(draw, True)}{draw(expressions(depth=depth - 1, inside=True))}{gap(draw, True)})"
        case 3:
            return f"{draw(NAMES)}({draw(_items(depth, named=True))})"
        case 4:
            return f"[{draw(_items(depth, named=False))}]"
    return draw(simple)


@st.composite
def _items(draw: st.DrawFn, depth: int, named: bool) -> str:
    count = draw(st.integers(0, 3))
    items = [draw(expressions(depth=depth - 1, inside=True)) for _ in range(count)]
    if named:
        items = (
            [items[0], *(f"{draw(NAMES)}{gap(draw, True)}={gap(draw, True)}{each}" for each in items[1:])]
            if items
            else []
        )
    text = "".join(f"{gap(draw, True)}{each}{gap(draw, True)}," for each in items)
    return text if draw(st.booleans()) else text.removesuffix(",") + gap(draw, True)


@st.composite
def statements(draw: st.DrawFn, depth: int) -> str:
    """One statement, a block with its body included."""
    value = draw(expressions())
    match draw(st.integers(0, 6)):
        case 0 | 1:
            return f"{draw(PATHS)}{gap(draw, False)}={gap(draw, False)}{value}"
        case 2:
            tail = draw(st.sampled_from(["", ' because "it must"', ' when goal.kind == domain because "it must"']))
            verb = draw(st.sampled_from(["require", "warn", "report"]))
            return f"{verb} {value} {draw(st.sampled_from(['>=', '<', '==', '!=', 'and', 'or']))} {value}{tail}"
        case 3:
            return f"{draw(st.sampled_from(['system', 'user', 'chosen']))} {draw(STRINGS)}"
        case 4:
            return draw(st.sampled_from(["let x = 1", 'import "a.ft" as a', 'waive pinned because "no"']))
    label = draw(st.sampled_from(["", " one", " one extends a.b", " extends c"]))
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return f"block{label} {{ {draw(st.sampled_from(['', 'a = 1 ']))}}}"
    return f"block{label}{gap(draw, False)}{{{draw(_ends())}{draw(bodies(depth - 1))}}}"


@st.composite
def _ends(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["\n", " \n", "\n\n", "\n\n\n", " # end\n"]))


@st.composite
def bodies(draw: st.DrawFn, depth: int) -> str:
    """Statements, comments and blank lines."""
    text = ""
    for _ in range(draw(st.integers(0, 4))):
        indent = draw(st.sampled_from(["", "  ", "\t"]))
        line = draw(st.one_of(COMMENTS, statements(depth), statements(depth)))
        text += indent + line + draw(_ends())
    return text


@st.composite
def files(draw: st.DrawFn) -> str:
    """A whole file that parses."""
    top = draw(st.sampled_from(["", "# top\n", "\ufeff"]))
    text = f"{top}ftspec 1{draw(_ends())}{draw(bodies(2))}"
    return text.replace("\n", "\r\n") if draw(st.integers(0, 5)) == 0 else text
