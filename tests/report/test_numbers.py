"""Numbers as people read them."""

from __future__ import annotations

import pytest

from ftspec.report import numbers


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (numbers.plain(58.17), "58.2"),
        (numbers.plain(0.01234), "0.0123"),
        (numbers.plain(3140.4), "3,140"),
        (numbers.plain(-2.5), "\u22122.5"),
        (numbers.plain(0.0), "0"),
        (numbers.plain(2e-5), "2e-5"),
        (numbers.plain(float("nan")), "nan"),
        (numbers.scientific(2e-4), "2e-4"),
        (numbers.count(147456), "147,456"),
        (numbers.many(2_509_056), "2.51\u202fM"),
        (numbers.many(8_030_000_000), "8.03\u202fB"),
        (numbers.share(0.926), "92.6\u202f%"),
        (numbers.share(1.0), "100\u202f%"),
        (numbers.points(-0.125), "\u221212.5"),
        (numbers.step(0.5), "+50"),
        (numbers.step(0.0), "0"),
        (numbers.size(452 * 2**20), "452\u202fMiB"),
        (numbers.size(0.4 * 2**30), "410\u202fMiB"),
        (numbers.size(2**30), "1\u202fGiB"),
        (numbers.size(512), "512\u202fB"),
        (numbers.duration(0.0841), "84\u202fms"),
        (numbers.duration(43.66), "43.7\u202fs"),
        (numbers.duration(125), "2\u202fmin 5\u202fs"),
        (numbers.duration(12_000), "3\u202fh 20\u202fmin"),
        (numbers.duration(59.97), "60\u202fs"),
    ],
)
def test_numbers(written: str, read: str) -> None:
    assert written == read
