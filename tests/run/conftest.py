"""A spec's folder with a tiny model, made once; tests work on copies of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.run.plans import write_world


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as it is made."""
    folder = tmp_path_factory.mktemp("world") / "spec"
    write_world(folder)
    return folder


@pytest.fixture(scope="session")
def wide_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with matrices that hold whole blocks of 64 weights, as quantization wants them."""
    folder = tmp_path_factory.mktemp("wide") / "spec"
    write_world(folder, hidden_size=64, intermediate_size=64)
    return folder


@pytest.fixture
def wide_world(wide_original: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(wide_original, tmp_path / "wide"))


@pytest.fixture
def world(original: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(original, tmp_path / "spec"))
