"""`hub("org/name", revision = "…")`: a model of the Hugging Face hub, kept in the hub client's own cache."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from ftspec.errors import CannotRun
from ftspec.kinds.model_sources import ModelSource, missing_files

_NAME = r"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?$"
_WANTED = ("*.safetensors", "*.json", "*.jinja", "*.model", "*.txt")
"""Configuration, tokenizer and safetensors weights. Pickled weights and Python files are never fetched."""


def _cache() -> Path:
    """Where the hub client keeps models (`huggingface_hub/constants.py`); asked itself where it is imported already."""
    if client := sys.modules.get("huggingface_hub.constants"):
        return Path(str(client.HF_HUB_CACHE))
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if found := os.environ.get(name):
            return Path(os.path.expandvars(found)).expanduser()
    home = os.environ.get("HF_HOME") or str(Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface")
    return Path(os.path.expandvars(home)).expanduser() / "hub"


class HubModel(ModelSource):
    """A model repository at one revision. Only a commit, 40 hexadecimal digits, names the same weights for ever."""

    positional: ClassVar[tuple[str, ...]] = ("repository",)
    valid: ClassVar[tuple[str, ...]] = (
        'hub("meta-llama/Llama-3.1-8B", revision = "d04e592bb4f6aa9cfee91e2e20afa771667e1d4b")',
        'hub("gpt2")',
    )
    invalid: ClassVar[tuple[str, ...]] = ("hub()", 'hub("https://huggingface.co/gpt2")', 'hub("gpt2", revision = "")')

    repository: Annotated[str, Field(pattern=_NAME)]
    """The repository: `org/name`."""

    revision: Annotated[str, Field(pattern=r"^[\w./-]+$")] | None = None
    """A commit, a tag or a branch; by default `main` as it is now."""

    @property
    def pinned(self) -> bool:
        """Whether the revision is a commit."""
        return self.revision is not None and len(self.revision) == 40 and set(self.revision) <= set("0123456789abcdef")

    def folder(self, root: Path) -> Path | None:
        """The snapshot in the hub client's cache, or None. Never asks the network."""
        if not (_cache() / f"models--{self.repository.replace('/', '--')}").is_dir():
            return None  # without importing the client, which takes longer than all else of a compilation
        from huggingface_hub import try_to_load_from_cache

        config = try_to_load_from_cache(self.repository, "config.json", revision=self.revision)
        return Path(config).parent if isinstance(config, str) else None

    def fetch(self, root: Path) -> Path:
        """The complete snapshot, downloaded where a file of it is missing."""
        here = self.folder(root)
        if here is not None and self.pinned and not missing_files(here):
            return here
        folder = self._download()
        if missing := missing_files(folder):
            raise CannotRun(
                f"{self.title} has no {missing[0]} here",
                help="allow the hub to be reached, or choose a model with safetensors weights",
            )
        return folder

    def _download(self) -> Path:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError

        try:
            return Path(snapshot_download(self.repository, revision=self.revision, allow_patterns=list(_WANTED)))
        except GatedRepoError as error:
            help = "accept its licence on the hub and log in with `hf auth login`"
            raise CannotRun(f"the hub does not give {self.title} to this account", help=help) from error
        except LocalEntryNotFoundError as error:
            help = "allow the hub to be reached once, or copy the model and use path(…)"
            raise CannotRun(f"{self.title} is not in the cache, and the hub cannot be reached", help=help) from error
        except HfHubHTTPError as error:
            help = "check the repository's name and its revision"
            raise CannotRun(f"the hub has no {self.title}", help=help) from error

    @property
    def title(self) -> str:
        """The repository and the beginning of its revision."""
        return f"{self.repository} at {self.revision[:7] if self.pinned and self.revision else self.revision or 'main'}"
