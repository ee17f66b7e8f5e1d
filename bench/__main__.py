"""`python -m bench [NAME …]`: runs the benches and prints their table."""

from __future__ import annotations

import sys
from importlib import import_module

from bench.row import Row, markdown

BENCHES = ("startup", "parse", "data", "train", "evaluate", "quickstart")


def main(names: tuple[str, ...]) -> int:
    """Prints the table; exits 1 when a figure misses its bound."""
    rows: list[Row] = []
    for name in names or BENCHES:
        print(f"measuring {name} …", file=sys.stderr)
        rows += import_module(f"bench.{name}").rows()
    print(markdown(rows), end="")
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:])))
