"""Model sources: folders beside the spec, and the hub client's cache as the hub client lays it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.errors import CannotRun
from ftspec.kinds.model_sources.hub import HubModel
from ftspec.kinds.model_sources.path import LocalFolder

COMMIT = "d04e592bb4f6aa9cfee91e2e20afa771667e1d4b"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty hub cache, and no network."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.file_download.HF_HUB_CACHE", str(tmp_path), raising=False)
    return tmp_path


def _snapshot(cache: Path, *files: str) -> Path:
    repository = cache / "models--org--name"
    folder = repository / "snapshots" / COMMIT
    folder.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    for name in files:
        (folder / name).write_text("{}")
    return folder


def test_a_cached_snapshot_is_found_by_commit_and_by_branch(cache: Path) -> None:
    """Both names lead to the one folder."""
    folder = _snapshot(cache, "config.json", "model.safetensors")
    assert HubModel(repository="org/name", revision=COMMIT).folder(cache) == folder
    assert HubModel(repository="org/name").folder(cache) == folder
    assert HubModel(repository="org/name", revision=COMMIT).fetch(cache) == folder
    assert HubModel(repository="org/other").folder(cache) is None


def test_a_snapshot_without_weights_is_not_complete(cache: Path) -> None:
    """The compiler may read the config, but the run refuses to start."""
    _snapshot(cache, "config.json")
    model = HubModel(repository="org/name", revision=COMMIT)
    assert model.folder(cache) is not None
    with pytest.raises(CannotRun, match=r"org/name at d04e592"):
        model.fetch(cache)


def test_what_is_not_cached_cannot_run_offline(cache: Path) -> None:
    """One sentence, with the way out, and no traceback of the client's."""
    with pytest.raises(CannotRun) as caught:
        HubModel(repository="org/name", revision=COMMIT).fetch(cache)
    assert "is not in the cache" in caught.value.message
    assert caught.value.help is not None and "path(" in caught.value.help


def test_a_folder_needs_config_and_every_shard(tmp_path: Path) -> None:
    """The first missing file is named."""
    source = LocalFolder(path="base")
    with pytest.raises(CannotRun, match="no model folder base"):
        source.fetch(tmp_path)
    (tmp_path / "base").mkdir()
    with pytest.raises(CannotRun, match=r"no config\.json"):
        source.fetch(tmp_path)
    (tmp_path / "base" / "config.json").write_text("{}")
    (tmp_path / "base" / "model.safetensors.index.json").write_text('{"weight_map": {"a": "1.safetensors"}}')
    with pytest.raises(CannotRun, match=r"no 1\.safetensors"):
        source.fetch(tmp_path)
    (tmp_path / "base" / "1.safetensors").write_text("")
    assert source.fetch(tmp_path) == tmp_path / "base"
