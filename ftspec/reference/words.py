"""The words of the language itself, and the part of its chapter that explains each."""

from __future__ import annotations

from ftspec.compile.read.units import SCALES, UNITS

PARTS: dict[str, tuple[str, ...]] = {
    "Form": (
        *("ftspec", "require", "warn", "report", "because", "and", "or", "baseline", "shipped"),
        *("system", "user", "assistant", "text", "prompt", "chosen", "rejected"),
    ),
    "Numbers and units": (*UNITS, *SCALES),
    "Names": ("let", "import", "as", "extends", "overlay"),
    "Policies": ("policy", "waive", "when"),
    "The lock": ("lock",),
}
"""Words by the heading under which they are explained."""

WORDS = tuple(word for words in PARTS.values() for word in words)


def word_page(word: str) -> str | None:
    """The part of the language's chapter that explains a word of it."""
    from ftspec.reference.book import language

    heading = next((heading for heading, words in PARTS.items() if word in words), None)
    if heading is None:
        return None
    lines = language().splitlines()
    start = lines.index(f"## {heading}")
    stop = next((at for at in range(start + 1, len(lines)) if lines[at].startswith("#")), len(lines))
    return "\n".join((f"# {word}", "", *lines[start + 2 : stop])).rstrip() + "\n"
