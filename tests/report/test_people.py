"""How far raters agree is shown beside their gate."""

from __future__ import annotations

from typing import Any

from ftspec.report.view.people import agreement


def line(*votes: float, given: str = "one", over: str = "two") -> dict[str, Any]:
    return {"given": given, "over": over, "raters": [f"r{n}" for n in range(len(votes))], "votes": list(votes)}


def test_two_raters_who_agree() -> None:
    assert agreement([line(1, 1), line(0, 0), line(0.5, 0.5)]) == "2 raters, Krippendorff's α 1.00"


def test_two_raters_who_do_not() -> None:
    # Krippendorff's own arithmetic: n 4, two units apart, totals 2 and 2, so 1 - 3 * 4 / (16 - 8)
    assert agreement([line(1, 0), line(0, 1)]) == "2 raters, Krippendorff's α -0.50"


def test_equal_answers_were_shown_to_nobody() -> None:
    assert agreement([line(1, 1), line(0, 0), line(0.5, 1, over=" one ")]) == "2 raters, Krippendorff's α 1.00"
    assert agreement([line(0.5, 0.5, over="one")]) == ""


def test_one_rater_and_raters_of_one_mind() -> None:
    assert agreement([line(1), line(0)]) == "1 rater"
    assert "cannot be computed" in agreement([line(1, 1), line(1, 1)])
    assert agreement([{"item": "a", "given": "x"}]) == ""
