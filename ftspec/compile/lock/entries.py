"""Every input of a spec: model files, tokenizer, chat template, data files, commits, packages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from ftspec.compile.local_files import named_files
from ftspec.compile.lock.file import one_line
from ftspec.kinds.model_sources import ModelSource
from ftspec.kinds.sources import Source
from ftspec.plan.facts import DataFacts, Facts, FileFacts, ModelFacts
from ftspec.spec.spec import Spec

PACKAGES = (
    *("accelerate", "bitsandbytes", "ftspec", "peft", "safetensors"),
    *("tokenizers", "torch", "transformers", "trl"),
)
"""Packages whose version can change a trained model."""

_LARGEST_CONFIG = 100_000
"""Bytes of a config.json that a lock holds."""

_TOKENIZER = frozenset(
    (
        "tokenizer.json",
        "tokenizer.model",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "vocab.json",
        "merges.txt",
    )
)


def entries(spec: Spec, facts: Facts) -> dict[str, str]:
    """By key (`data tickets "data/tickets.jsonl"`) what the input is now: `sha256:…`, a commit, a version."""
    found: dict[str, str] = {}
    for name, model in facts.models.items():
        found.update(_model(spec, name, model))
    for name, data in facts.data.items():
        found.update(_data(spec, name, data))
    known = {each.path for model in facts.models.values() for each in model.files}
    known |= {each.path for data in facts.data.values() for each in data.files}
    found.update(_others(spec, known))
    found.update(packages())
    return found


def _model(spec: Spec, name: str, facts: ModelFacts) -> Iterator[tuple[str, str]]:
    commit = _commit(spec, name)
    if commit is not None:
        yield f"commit {name}", commit
    config = _config(spec, name)
    if config is not None:
        yield f"config {name}", config
    for file in facts.files:
        kind = "tokenizer" if file.path.rpartition("/")[2] in _TOKENIZER else "model"
        yield _hashed(kind, name, file)
    if facts.chat_template is not None:
        yield f"chat_template {name}", f"sha256:{hashlib.sha256(facts.chat_template.encode()).hexdigest()}"


def _commit(spec: Spec, name: str) -> str | None:
    """`org/name@commit` of a hub model that is pinned or in the cache."""
    source = spec.models[name].source
    arguments = source.arguments()
    if "repository" not in arguments or not isinstance(source, ModelSource):
        return None
    folder = source.folder(spec.root)
    commit = folder.name if folder is not None else arguments.get("revision")
    return f"{arguments['repository']}@{commit}" if commit else None


def _config(spec: Spec, name: str) -> str | None:
    """The `config.json` of a hub model on one line, so that a plan has its numbers where the model is not.

    A model of the repository has its own beside its weights.
    """
    source = spec.models[name].source
    if "repository" not in source.arguments() or not isinstance(source, ModelSource):
        return None
    folder = source.folder(spec.root)
    file = None if folder is None else folder / "config.json"
    if file is None or not file.is_file() or file.stat().st_size > _LARGEST_CONFIG:
        return None
    try:
        return one_line(json.loads(file.read_bytes()))
    except ValueError:
        return None


def _data(spec: Spec, name: str, facts: DataFacts) -> Iterator[tuple[str, str]]:
    source = spec.data[name].source
    pinned = source.pinned() if isinstance(source, Source) else None
    if pinned is not None:
        yield f"commit {name}", pinned
    for file in facts.files:
        yield _hashed("data", name, file)
    if source is not None and pinned is None and not facts.files:
        yield f"generated {name}", f"sha256:{facts.digest}"


def _others(spec: Spec, known: set[str]) -> Iterator[tuple[str, str]]:
    """Files that neither a model's nor a data set's facts hold: schemas of gates, templates, vocabularies."""
    from ftspec.model.hashes import sha256

    for named in named_files(spec):
        path = spec.root / named.path
        if named.path not in known and not named.is_pattern and path.is_file():
            yield _hashed("file", "-", FileFacts(path=named.path, sha256=sha256(path), bytes=path.stat().st_size))


def _hashed(kind: str, name: str, file: FileFacts) -> tuple[str, str]:
    return f"{kind} {name} {json.dumps(Path(file.path).as_posix(), ensure_ascii=False)}", f"sha256:{file.sha256}"


def packages() -> Iterator[tuple[str, str]]:
    """The packages that are installed, by their public versions: a build for another device is the same release."""
    from importlib.metadata import PackageNotFoundError, version

    for name in PACKAGES:
        try:
            yield f"package {name}", version(name).partition("+")[0]
        except PackageNotFoundError:
            continue
