"""What all tests share: `--bless`, and hypothesis without a clock."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# Machines that run tests are often busy, and a slow one is no finding.
settings.register_profile("ftspec", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("ftspec")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--bless` rewrites the files that hold expected outputs."""
    parser.addoption("--bless", action="store_true", help="write expected outputs anew instead of comparing with them")
