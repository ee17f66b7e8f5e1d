"""What string literals mean."""

from __future__ import annotations

import pytest

from ftspec.syntax.strings import bad_escapes, value


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ('""', ""),
        ('"a\\n\\t\\"\\\\b"', 'a\n\t"\\b'),
        ('"\\u00e9"', "é"),
        ('"\\ud83d\\ude00"', "😀"),
        ('"""one line"""', "one line"),
        ('"""\n  a\n    b\n  """', "a\n  b\n"),
        ('"""\r\n  a\r\n  b"""', "a\nb"),
        ('"""\n\ta\n\n\tb\n"""', "a\n\nb\n"),
        ('"""\n  a\\n  b\n"""', "a\n  b\n"),
        ('"""say \\"hi\\""""', 'say "hi"'),
    ],
)
def test_value(literal: str, text: str) -> None:
    assert value(literal) == text


@pytest.mark.parametrize(
    ("literal", "found"),
    [
        ('"\\n\\u0041"', []),
        ('"\\q"', [(1, "\\q")]),
        ('"a\\d\\w"', [(2, "\\d"), (4, "\\w")]),
        ('"\\u12"', [(1, "\\u")]),
        ('"\\ud800"', [(1, "\\ud800")]),
        ('"\\ude00\\ud83d"', [(1, "\\ude00"), (7, "\\ud83d")]),
    ],
)
def test_bad_escapes(literal: str, found: list[tuple[int, str]]) -> None:
    assert list(bad_escapes(literal)) == found
