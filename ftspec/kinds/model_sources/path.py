"""`path("dir")`: a model folder beside the spec."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from ftspec.errors import CannotRun
from ftspec.kinds.model_sources import ModelSource, missing_files
from ftspec.spec.types import InRepository


def _relative(path: str) -> str:
    if PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
        raise ValueError("the folder must be relative to the spec, so that the spec means the same on every machine")
    return path


class LocalFolder(ModelSource):
    """A folder with `config.json`, a tokenizer and safetensors weights."""

    positional: ClassVar[tuple[str, ...]] = ("path",)
    valid: ClassVar[tuple[str, ...]] = ('path("base")', 'path("../models/base")')
    invalid: ClassVar[tuple[str, ...]] = ("path()", 'path("")', 'path("/models/base")')

    path: Annotated[str, InRepository(), Field(min_length=1), AfterValidator(_relative)]
    """The folder, relative to the spec."""

    def folder(self, root: Path) -> Path | None:
        """The folder, or None when there is none."""
        folder = root / self.path
        return folder if folder.is_dir() else None

    def fetch(self, root: Path) -> Path:
        """The folder; nothing is downloaded."""
        folder = self.folder(root)
        if folder is None:
            raise CannotRun(f"there is no model folder {self.path}", help="put it there or correct `source`")
        if missing := missing_files(folder):
            raise CannotRun(
                f"the model folder {self.path} has no {missing[0]}",
                help="save the model with save_pretrained(): config.json and safetensors weights are read",
            )
        return folder

    @property
    def title(self) -> str:
        """The folder as written."""
        return self.path
