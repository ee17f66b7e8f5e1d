"""The reference in `docs/` is what the models say now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ftspec.kinds import families, keywords
from ftspec.reference.__main__ import BY_HAND
from ftspec.reference.all_codes import all_codes
from ftspec.reference.book import chapters
from ftspec.reference.lookup import blocks, codes

DOCS = Path(__file__).parents[2] / "docs"
CHAPTERS = chapters()


@pytest.mark.parametrize("name", CHAPTERS)
def test_it_is_current(name: str) -> None:
    assert (DOCS / name).is_file() and (DOCS / name).read_text("utf-8") == CHAPTERS[name], "run `make docs`"


def test_nothing_else_lies_there() -> None:
    assert {path.name for path in DOCS.iterdir()} - BY_HAND == set(CHAPTERS)


def test_it_holds_everything() -> None:
    text = "".join(CHAPTERS.values())
    assert all(f"# {name} {{ … }}" in text for name in blocks())
    assert all(f"# {keyword}(…), one of the" in text for family in families() for keyword in keywords(family))
    assert all(f"\n| {code} | " in CHAPTERS["codes.md"] for code in codes())
    assert set(codes()) == set(all_codes())


def test_no_line_is_empty_of_meaning() -> None:
    for name, text in CHAPTERS.items():
        assert "None" not in re.sub(r"`[^`]*`", "", text) or name == "schema.json", name
        assert not re.search(r"^- `\w+` \([^)]*\):\s*$", text, re.M), name


def test_its_links_lead_somewhere() -> None:
    for name, text in CHAPTERS.items():
        for link in re.findall(r"\]\(([^)#:]+)\)", text):
            assert link in CHAPTERS, (name, link)
