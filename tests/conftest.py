"""What all tests share: `--bless`, hypothesis without a clock, and a cache of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# Machines that run tests are often busy, and a slow one is no finding.
settings.register_profile("ftspec", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("ftspec")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--bless` rewrites the files that hold expected outputs."""
    parser.addoption("--bless", action="store_true", help="write expected outputs anew instead of comparing with them")


@pytest.fixture(scope="session", autouse=True)
def cache_of_this_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests learn of the machine's pace is not the user's, and what others learn meanwhile not theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
