"""Bounds that keep any text, however made, within a second. Each is far beyond what a spec needs."""

from __future__ import annotations

MAX_TOKENS = 150_000
"""Tokens of a file, spaces and comments included. The rest of a longer file is not read."""

MAX_DEPTH = 64
"""Blocks within blocks, and brackets within brackets."""

MAX_OPERATORS = 64
"""Operators of one expression, those of the brackets around it included."""

MAX_DIAGNOSTICS = 100
"""Mistakes of one file that are shown."""

MAX_REPAIRS = 6
"""Mistakes that are looked for in one statement."""

MAX_MENDED = 2_000
"""Tokens of a statement that is read on after its first mistake."""
