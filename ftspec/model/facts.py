"""What is known of a model before it is loaded: its tensors, its sizes, its files, its tokenizer's settings.

Reads a local folder or the hub client's cache; for a hub model that is in neither, the config that the spec's lock
holds, or a shipped catalogue of published configs. Never opens a pickle, never imports torch for an architecture that
has a file in `architectures/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.model import codes
from ftspec.model.agreement import disagreement, missing
from ftspec.model.architectures import BadConfig, UnknownHead, build, find
from ftspec.model.catalogue import entry, names
from ftspec.model.describe import described
from ftspec.model.folder import BadFile, file_facts, pickles, read_json, tokenizer_facts
from ftspec.model.headers import BadWeights, Stored, number_format, stored_tensors, weight_files
from ftspec.plan.facts import ModelFacts
from ftspec.text.diagnostic import Code, Diagnostic
from ftspec.text.suggest import similar

if TYPE_CHECKING:
    from ftspec.kinds.model_sources import ModelSource
    from ftspec.spec.model import Model

Found = tuple[ModelFacts | None, tuple[Diagnostic, ...]]
"""The facts, or None where an error stands in the way; and what there is to say about them."""


Recorded = Callable[[], Mapping[str, Any] | None]
"""Looks for a config.json where it was written down."""


def model_facts(model: Model, root: Path, recorded: Recorded = lambda: None) -> Found:
    """The facts of a `model` block of a spec in the folder `root`. The diagnostics carry no place.

    `recorded` is asked for the config of a model that is not here: the spec's lock holds those of hub models.
    """
    from ftspec.kinds.model_sources import ModelSource

    source = model.source
    assert isinstance(source, ModelSource)
    folder = source.folder(root)
    is_beside = source.keyword() == "path"
    shown, origin = (source.title, "files") if is_beside else ("", "cache")
    facts, said = _not_here(source, recorded) if folder is None else folder_facts(folder, shown, origin)
    return (facts if facts is None else _as_changed(facts, model, root, folder)), said


def _as_changed(facts: ModelFacts, model: Model, root: Path, folder: Path | None) -> ModelFacts:
    """The facts with the chat template and the terms that the spec puts in place.

    Files that cannot be read are reported where the data is surveyed.
    """
    from ftspec.model.vocabulary import added_terms, with_terms

    try:
        if model.chat_template is not None:
            template = (root / model.chat_template).read_text("utf-8")
            facts = facts.model_copy(update={"chat_template": template})
        if model.vocabulary is not None:
            facts = with_terms(facts, folder, added_terms(root / model.vocabulary.add))
    except (OSError, UnicodeDecodeError):
        return facts
    return facts


def folder_facts(folder: Path, shown: str, source: str) -> Found:
    """The facts of a model folder; `shown` is its name in the plan, empty for a snapshot of the hub."""
    title = shown or folder.name
    if not (folder / "config.json").is_file():
        return _no_config(folder, title)
    try:
        values = read_json(folder / "config.json")
        facts, said = config_facts(values, source)
        if facts is None:
            return None, said
        stored = stored_tensors(weight_files(folder))
        settings = tokenizer_facts(folder)
        files = file_facts(folder, shown)
    except BadFile as error:
        return _stop(codes.BROKEN_CONFIG, f"{error} in the model folder `{title}`", "copy the model's files again")
    except BadWeights as error:
        return _stop(codes.BROKEN_WEIGHTS, f"{error}, in the model folder `{title}`", "copy the model's files again")
    except (OSError, UnicodeDecodeError) as error:
        return _stop(codes.BROKEN_CONFIG, f"the model folder `{title}` cannot be read: {error}", "check its files")
    if problem := _weights_problem(folder, title, facts, stored):
        return None, (*said, problem)
    updated = facts.model_copy(
        update={
            "dtype": number_format(stored) or facts.dtype,
            "chat_template": settings.chat_template,
            "pad_token": settings.pad,
            "eos_token": settings.eos,
            "bos_token": settings.bos,
            "has_tokenizer": settings.present,
            "files": files,
        }
    )
    return updated, (*said, *_absent(stored, title))


def config_facts(values: Mapping[str, Any], source: str) -> Found:
    """The facts that follow from a `config.json`, wherever it was recorded: without files and tokenizer."""
    kind = values.get("model_type")
    architecture = find(kind) if isinstance(kind, str) else None
    try:
        if architecture is not None:
            return described(build(architecture, values), values, source), ()
    except BadConfig as error:
        return _stop(codes.BROKEN_CONFIG, error.message, error.help)
    except UnknownHead:
        pass  # transformers may know the class
    return _by_transformers(values, source)


def _by_transformers(values: Mapping[str, Any], source: str) -> Found:
    from ftspec.model.meta import on_meta_device

    kind = values.get("model_type")
    if not isinstance(kind, str):
        return _stop(
            codes.BROKEN_CONFIG, "`model_type` is missing from config.json", "copy the model's own config.json"
        )
    try:
        facts = on_meta_device(values, source)
    except BadConfig as error:
        return _stop(codes.BROKEN_CONFIG, error.message, error.help)
    if facts is None:
        return _stop(
            codes.UNKNOWN_ARCHITECTURE,
            f"the installed transformers knows no model type `{kind}`",
            "ftspec runs no code that a model brings along; choose a model that transformers itself has",
        )
    message = f"`{facts.architecture}` has no entry here, so transformers was asked: compiling takes seconds"
    return facts, (
        Diagnostic(codes.SLOW_ARCHITECTURE, message, help="the numbers are exact; nothing needs to be done"),
    )


def _not_here(source: ModelSource, recorded: Recorded) -> Found:
    arguments = source.arguments()
    if "package" in arguments:
        help = f"`pip install {str(arguments['package']).replace('_', '-')}`"
        return _stop(codes.MISSING_MODEL, f"the package `{arguments['package']}` is not installed", help)
    if "repository" not in arguments:
        return _stop(codes.MISSING_MODEL, f"there is no model folder `{arguments['path']}`", "correct `source`")
    name = str(arguments["repository"])
    config = recorded()
    if config is not None:
        return config_facts(config, "lock")
    found = entry(name)
    if found is not None:
        return config_facts(found.config, "catalogue")
    near = similar(name, names())
    help = f"`{near}` is known without its files" if near else "run `ftspec run` or `hf download` once with the network"
    return _stop(codes.UNKNOWN_MODEL, f"`{name}` is neither in the hub's cache nor in the catalogue", help)


def _no_config(folder: Path, title: str) -> Found:
    if not any(folder.iterdir()):
        return _stop(codes.MISSING_CONFIG, f"the model folder `{title}` is empty", "save the model there")
    help = "a model folder holds config.json, tokenizer.json and model.safetensors: `save_pretrained()` writes them"
    if (folder / "adapter_config.json").is_file():
        help = "this is an adapter: name the model it was trained on"
    return _stop(codes.MISSING_CONFIG, f"the model folder `{title}` has no config.json", help)


def _weights_problem(folder: Path, title: str, facts: ModelFacts, stored: Mapping[str, Stored]) -> Diagnostic | None:
    if not stored:
        found = pickles(folder)
        return _pickled(found, title) if found else None
    if facts.stored_quantization:
        return None  # packed weights have other names and shapes
    architecture = find(facts.kind)
    prefix = architecture.prefix if architecture else "model"
    problem = disagreement(facts.tensors, stored, prefix)
    if problem is None and (absent := missing(facts.tensors, stored, prefix)):
        problem = f"`{absent[0]}` is in no weight file" + (f", nor are {len(absent) - 1} more" if absent[1:] else "")
    if problem is None:
        return None
    help = "config.json and the weights must come from the same model"
    return Diagnostic(codes.WEIGHTS_DISAGREE, f"{problem}, in the model folder `{title}`", help=help)


def _pickled(names: Sequence[str], title: str) -> Diagnostic:
    message = f"the weights in `{title}` are pickles (`{names[0]}`), which can run code when they are opened"
    return Diagnostic(
        codes.PICKLED_WEIGHTS, message, help="convert them with `save_pretrained()` on a machine you trust"
    )


def _absent(stored: Mapping[str, Stored], title: str) -> tuple[Diagnostic, ...]:
    if stored:
        return ()
    message = f"the model folder `{title}` has no weights: the plan stands, but it cannot run"
    return (Diagnostic(codes.MISSING_WEIGHTS, message, help="put model.safetensors beside config.json"),)


def _stop(code: Code, message: str, help: str) -> Found:
    return None, (Diagnostic(code, message, help=help),)
