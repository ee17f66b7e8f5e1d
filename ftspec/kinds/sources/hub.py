"""`hub("org/set", revision = "…")`: a data set of the Hugging Face hub, read from the hub client's own cache."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from ftspec.errors import CannotRun
from ftspec.kinds.sources import BadRow, RawRow, Source
from ftspec.kinds.sources._codes import NOT_IN_CACHE
from ftspec.kinds.sources._files import FileSource, opened, plain_suffix
from ftspec.kinds.sources.csv_ import Csv
from ftspec.kinds.sources.json_ import Json
from ftspec.kinds.sources.jsonl import Jsonl
from ftspec.kinds.sources.parquet import Parquet
from ftspec.kinds.sources.text import Text

_NAME = r"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?$"


class NotInCache(CannotRun):
    """Raised when a data set of the hub is not on this machine."""

    code = NOT_IN_CACHE


class HubData(Source):
    """A data repository at one revision, as far as it is in the cache: compiling and running never download data.

    `datasets` finds the files of a configuration and split; their rows are read like those of any other source.
    """

    positional: ClassVar[tuple[str, ...]] = ("repository",)
    valid: ClassVar[tuple[str, ...]] = (
        'hub("tatsu-lab/alpaca", revision = "dce01c9b08f87459cf36a430d809084718273017")',
        'hub("openai/gsm8k", config = "main", split = "test")',
    )
    invalid: ClassVar[tuple[str, ...]] = ("hub()", 'hub("https://huggingface.co/datasets/a")', 'hub("a/b", split = "")')

    repository: Annotated[str, Field(pattern=_NAME)]
    """The repository: `org/name`."""

    revision: Annotated[str, Field(pattern=r"^[\w./-]+$")] | None = None
    """A commit, tag or branch; by default `main` as the cache has it. Only a commit names the same rows for ever."""

    config: Annotated[str, Field(min_length=1)] | None = None
    """The configuration, for repositories that have several."""

    split: Annotated[str, Field(min_length=1)] = "train"
    """The split of the repository that is read; ftspec then shares it out itself."""

    def pinned(self) -> str | None:
        """The repository and the commit that the cache has, or None when it has none."""
        folder = self._snapshot()
        return f"{self.repository}@{folder.name}" if folder is not None else None

    def files(self, root: Path) -> tuple[Path, ...]:
        """The files of the split. Raises `NotInCache`, and `CannotRun` where there is no such split."""
        folder = self._snapshot()
        if folder is None:
            revision = f" --revision {self.revision}" if self.revision else ""
            help = f"fetch it: hf download {self.repository} --repo-type dataset{revision}"
            raise NotInCache(f"the data set {self.title} is not in the cache", help)
        splits = self._splits(folder)
        if self.split not in splits:
            known = ", ".join(f"`{name}`" for name in splits) or "none"
            raise CannotRun(f"the data set {self.title} has no split `{self.split}`", f"it has {known}")
        return tuple(Path(file) for file in splits[self.split])

    def rows(self, file: Path, name: str) -> Iterator[RawRow | BadRow]:
        """The rows of one file, by its suffix."""
        reader = _reader(file)
        if reader is None:
            yield BadRow(name, 0, "is of a kind that is not read", "use JSON Lines, JSON, CSV, Parquet or text")
        else:
            yield from reader.rows(file, name)

    def shown(self, file: Path, root: Path) -> str:
        """`org/name@d04e592/data/train.parquet`."""
        folder = self._snapshot()
        inside = file.relative_to(folder).as_posix() if folder and file.is_relative_to(folder) else file.name
        return f"{self.repository}@{folder.name[:7] if folder else ''}/{inside}"

    @property
    def title(self) -> str:
        """The repository and the beginning of its revision."""
        return f"{self.repository} at {(self.revision or 'main')[:12]}"

    def _snapshot(self) -> Path | None:
        """The folder of the revision in the cache, laid out as the hub client does it."""
        base = cache_folder() / f"datasets--{self.repository.replace('/', '--')}"
        revision = self.revision or "main"
        ref = base / "refs" / revision
        commit = ref.read_text("utf-8").strip() if ref.is_file() else revision
        folder = base / "snapshots" / commit
        return folder if folder.is_dir() else None

    def _splits(self, folder: Path) -> dict[str, list[str]]:
        from datasets import load_dataset_builder
        from datasets.exceptions import DatasetNotFoundError

        try:
            builder = load_dataset_builder(str(folder), name=self.config)
        except (ValueError, FileNotFoundError, DatasetNotFoundError) as error:
            self._check_configuration(folder)
            help = "check `config`, and that the whole repository is in the cache"
            raise CannotRun(f"the data set {self.title} cannot be read: {error}", help) from error
        return {str(split): [str(file) for file in files] for split, files in (builder.config.data_files or {}).items()}

    def _check_configuration(self, folder: Path) -> None:
        """Raises `CannotRun` where the configuration is to blame."""
        names = _configurations(folder)
        if not names or self.config in names:
            return
        known = ", ".join(f"`{name}`" for name in names)
        if self.config is not None:
            raise CannotRun(f"the data set {self.title} has no configuration `{self.config}`", f"it has {known}")
        help = f'name one of {known}: `config = "{names[0]}"`'
        raise CannotRun(f"the data set {self.title} has several configurations", help)


def _configurations(folder: Path) -> list[str]:
    from datasets import get_dataset_config_names
    from datasets.exceptions import DatasetNotFoundError

    try:
        return list(get_dataset_config_names(str(folder)))
    except (ValueError, FileNotFoundError, DatasetNotFoundError):
        return []


def cache_folder() -> Path:
    """Where the hub client keeps what it fetched: `HF_HUB_CACHE`, or `hub` under `HF_HOME`."""
    asked = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if asked:
        return Path(asked).expanduser()
    home = os.environ.get("HF_HOME") or os.path.join(os.environ.get("XDG_CACHE_HOME", "~/.cache"), "huggingface")
    return Path(home).expanduser() / "hub"


def _reader(file: Path) -> FileSource | None:
    suffix = plain_suffix(file)
    if suffix == ".json" and not _is_list(file):
        return Jsonl(path=file.name)
    kinds: tuple[type[FileSource], ...] = (Jsonl, Json, Parquet, Text, Csv)
    kind = next((kind for kind in kinds if suffix in kind.suffixes), None)
    if kind is None:
        return None
    return Csv(path=file.name, delimiter="\t") if suffix == ".tsv" else kind.model_validate({"path": file.name})


def _is_list(file: Path) -> bool:
    """Whether a `.json` file is one JSON list, rather than an object a line."""
    with opened(file) as stream:
        return stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"["
