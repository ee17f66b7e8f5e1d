"""Pages on the library of data templates."""

from __future__ import annotations

from textwrap import wrap

from ftspec.data.library import library_names, library_summary, library_text

_INDENT = 20


def templates_page() -> str:
    """Every template of the library with what it is for."""
    lines = ["# templates, the library", "", "Name one in a `data` block: `template = alpaca`.", ""]
    for name in library_names():
        first, *rest = wrap(library_summary(name), 80 - _INDENT)
        lines += [f"- {f'`{name}`':<{_INDENT - 2}}{first}", *(f"{'':<{_INDENT}}{line}" for line in rest)]
    return "\n".join([*lines, "", "`ftspec explain NAME` shows one, to copy and change.", ""])


def template_page(name: str) -> str:
    """One template of the library as it is written."""
    return f"# {name}, a template of the library\n\n{library_text(name)}"
