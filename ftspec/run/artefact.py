"""The artefact that ships: weights, tokenizer and what says where they come from, in one folder that loads anywhere."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ftspec.evaluate.results import Agreement, Artefact
from ftspec.model.hashes import sha256
from ftspec.plan.steps import INNER, Export, FetchModel
from ftspec.text.files import write_atomic

ORIGIN = "ftspec.json"
"""Where the artefact comes from; beside the weights, and like the card no part of what is hashed."""

_NOT_HASHED = frozenset({ORIGIN, "README.md"})
_TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template.jinja",
    "chat_template.json",
    "generation_config.json",
    "tokenizer.model",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
)


def digest(folder: Path) -> str:
    """SHA-256 over the names and hashes of all files; card and origin aside, and the artefacts inside it."""
    return hashlib.sha256(json.dumps(_listing(folder)).encode()).hexdigest()


def _listing(folder: Path) -> list[tuple[str, str]]:
    """Name and SHA-256 of each file that is hashed, sorted by path.

    A link to a folder or to nothing, and what else is no file, counts with a word: who copies the folder follows it.
    """
    inner = {folder / name for name in _inner(folder)}
    files = sorted(
        path
        for path in folder.rglob("*")
        if (path.is_symlink() or not path.is_dir()) and path.name not in _NOT_HASHED and inner.isdisjoint(path.parents)
    )
    return [(path.relative_to(folder).as_posix(), sha256(path) if path.is_file() else "no file") for path in files]


def changed_files(folder: Path) -> Iterator[str]:
    """The files of an artefact, and of the forms inside it, that are not as they were written, by name."""
    for home in (folder, *(folder / name for name in _inner(folder))):
        try:
            told = dict(json.loads((home / ORIGIN).read_text("utf-8"))["files"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        now = dict(_listing(home))
        names = sorted(name for name in told.keys() | now.keys() if told.get(name) != now.get(name))
        yield from ((home / name).relative_to(folder).as_posix() for name in names)


def copy_tokenizer(base: Path, model: FetchModel, target: Path) -> None:
    """The tokenizer's files as the base model has them, with the plan's chat template and tokens in place."""
    from ftspec.model.tokenizer import load_tokenizer

    for name in _TOKENIZER_FILES:
        if (base / name).is_file() and not (target / name).exists():
            shutil.copyfile(base / name, target / name)
    if model.chat_template is not None:
        write_atomic(target / "chat_template.jinja", model.chat_template)
    if model.added_tokens:
        load_tokenizer(base, None, model.added_tokens).backend.save(str(target / "tokenizer.json"))


def settle_adapter_config(folder: Path, model: FetchModel) -> None:
    """The adapter's config with its base by the name that the spec has for it, and in one order of keys and sets."""
    path = folder / "adapter_config.json"
    config: dict[str, Any] = json.loads(path.read_text("utf-8"))
    arguments = model.source["arguments"]
    inside = "/".join(each for each in (arguments.get("package"), arguments.get("path")) if each)
    config["base_model_name_or_path"] = arguments.get("repository") or inside
    config["revision"] = arguments.get("revision")
    if config.get("tokenizer_name_or_path") is not None:
        config["tokenizer_name_or_path"] = config["base_model_name_or_path"]
    # PEFT writes sets in the order of their hashes, which differs from process to process.
    for key in ("target_modules", "target_parameters", "modules_to_save", "feedforward_modules", "exclude_modules"):
        if isinstance(config.get(key), list):
            config[key] = sorted(config[key])
    write_atomic(path, json.dumps(config, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def write_origin(
    folder: Path,
    spec: str,
    plan: str,
    stage: str,
    step: Export,
    model: FetchModel,
    agreement: Agreement | None = None,
) -> Artefact:
    """Write `ftspec.json` into the folder and give what a verdict says of it."""
    path = "model" if step.inside is None else f"model/{step.inside}"
    artefact = Artefact(path=path, sha256=digest(folder), form=step.form, agreement=agreement)
    origin = {
        "artefact": artefact.model_dump(mode="json"),
        "spec": spec,
        "plan": plan,
        "stage": stage,
        "files": dict(_listing(folder)),
        "base": {"source": dict(model.source), "precision": model.precision, "quantization": model.quantization},
    }
    write_atomic(folder / ORIGIN, json.dumps(origin, indent=2, sort_keys=True, ensure_ascii=False, default=dict) + "\n")
    return artefact


def found(folder: Path, path: str = "model") -> Artefact | None:
    """The artefact as its files are now, whatever was written down; None where there is none.

    A folder that no run wrote is an adapter where it has an adapter's config, else whole weights.
    """
    is_adapter = (folder / "adapter_config.json").is_file()
    if not is_adapter and not (folder / "config.json").is_file():
        return None
    try:
        told = Artefact.model_validate(json.loads((folder / ORIGIN).read_text("utf-8"))["artefact"])
    except (OSError, ValueError, KeyError, TypeError):
        told = Artefact(path=path, sha256="", form="adapter" if is_adapter else "full")
    return told.model_copy(update={"path": path, "sha256": digest(folder)})


def found_inside(folder: Path, path: str = "model") -> tuple[Artefact, ...]:
    """The further forms of the artefact in a folder, as their files are now."""
    forms = (found(folder / name, f"{path}/{name}") for name in _inner(folder))
    return tuple(each for each in forms if each is not None)


def _inner(folder: Path) -> tuple[str, ...]:
    """The names of the folders in which further forms lie."""
    return tuple(name for name in INNER if (folder / name / ORIGIN).is_file())


def kept(folder: Path, stage: str) -> Artefact | None:
    """The artefact in a folder when it is the result of `stage` (a digest) and its files are as they were written."""
    try:
        origin = json.loads((folder / ORIGIN).read_text("utf-8"))
        artefact = Artefact.model_validate(origin["artefact"])
    except (OSError, ValueError, KeyError):
        return None
    return artefact if origin.get("stage") == stage and digest(folder) == artefact.sha256 else None
