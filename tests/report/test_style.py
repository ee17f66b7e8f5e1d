"""The style sheet: its colours can be told apart by everyone, and it loads nothing."""

from __future__ import annotations

import re

import pytest

from ftspec.resources import resource

CSS = (resource("templates/report") / "style.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+):\s*#([0-9a-f]{6})\b", block)) for block in re.findall(r":root \{[^}]*\}", CSS)[:2]
)

PAIRS = [
    *((ink, ground) for ink in ("ink", "soft", "accent") for ground in ("paper", "raised")),
    *((name, "paper") for name in ("pass", "fail", "open", "second")),
    *((name, f"{name}-wash") for name in ("pass", "fail", "open")),
    ("ink", "pass-wash"),
    ("ink", "fail-wash"),
    ("ink", "open-wash"),
    ("ink", "cell-right"),
    ("ink", "cell-wrong"),
]


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(scheme: dict[str, str], ink: str, ground: str) -> None:
    light, dark = sorted((luminance(scheme[ink]), luminance(scheme[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_style_sheet_loads_nothing() -> None:
    assert not re.search(r"url\(|@import|@font-face|http", CSS)
