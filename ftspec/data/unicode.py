"""Unicode repair, with ftfy (Speer, "ftfy", 2019, https://doi.org/10.5281/zenodo.2591652)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftfy import TextFixerConfig


def repaired(text: str) -> str:
    """Mis-decoded text (`schÃ¶n`) decoded again, control characters taken out, the rest in NFC.

    Quotes, ligatures and HTML entities stay as they are: they are what the author wrote.
    """
    from ftfy import fix_text

    return text if text.isascii() and text.isprintable() else fix_text(text, _config())


@cache
def _config() -> TextFixerConfig:
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=True,
        normalization="NFC",
        explain=False,
    )
