"""Kinds of token that belong together."""

from __future__ import annotations

RULES = frozenset({"REQUIRE", "WARN", "REPORT"})
STRINGS = frozenset({"STRING", "TRIPLE"})
OPENERS = {"LPAR": ")", "LSQB": "]"}
"""The brackets that open, each with the text that closes it."""

CLOSERS = {"RPAR": "LPAR", "RSQB": "LSQB"}
"""The brackets that close, each with the kind it closes."""

COMPARISONS = frozenset({"LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL", "EQUAL", "NOT_EQUAL"})
OPERATORS = COMPARISONS | {"PLUS", "MINUS", "TIMES", "OVER", "AND", "OR"}
VALUE_ENDS = STRINGS | {"NAME", "NUMBER", "PERCENT", "RPAR", "RSQB"}
VALUE_STARTS = STRINGS | {"NAME", "NUMBER", "LSQB"}
SPLITS = frozenset({"train", "validation", "test"})
"""What may follow the name of data: `tickets.train`."""
