"""What has changed since a spec was locked, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ftspec.compile.lock.codes import STALE_LOCK
from ftspec.compile.lock.entries import PACKAGES, entries
from ftspec.compile.lock.file import Line, lock_path, read
from ftspec.plan.facts import Facts
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic, Place
from ftspec.text.files import shown_path
from ftspec.text.source import Source, Span

_SHOWN = 19
"""Characters of a hash in a message: `sha256:` and twelve digits."""


def drift(path: Path, spec: Spec, facts: Facts, *, whole: bool = True) -> Iterator[Diagnostic]:
    """Every line of the lock beside the spec at `path` that is no longer so; nothing where there is no lock.

    Without `whole`, as with an overlay, inputs that only one side has are left out: the lock is of the spec itself.
    """
    if not lock_path(path).is_file():
        return
    locked = read(lock_path(path))
    if isinstance(locked, Diagnostic):
        yield locked
        return
    now = entries(spec, facts)
    command = f"ftspec lock {shown_path(path)}"
    absent = _absent(facts)
    for key in sorted({*locked, *now}):
        if _of_a_model(key) in absent:  # it is not here to be compared
            continue
        was, is_now = locked.get(key), now.get(key)
        if was is None and is_now is not None and whole:
            yield _new(key, lock_path(path), locked, command)
        elif was is not None and is_now is None and whole and key not in _packages():
            help = f"if that is meant, write the lock anew: `{command}`"
            yield Diagnostic(STALE_LOCK, f"{_title(key)} was locked, and is no input any more", was.place, help)
        elif was is not None and is_now is not None and was.value != is_now:
            yield _changed(key, was, is_now, command)


def kept(path: Path, facts: Facts) -> dict[str, str]:
    """The lines about models that are not here: what was locked of them stays as it is."""
    locked = read(lock_path(path)) if lock_path(path).is_file() else {}
    if isinstance(locked, Diagnostic):
        return {}
    return {key: line.value for key, line in locked.items() if _of_a_model(key) in _absent(facts)}


def _absent(facts: Facts) -> frozenset[str]:
    return frozenset(name for name, model in facts.models.items() if model.source in ("catalogue", "lock"))


def _of_a_model(key: str) -> str | None:
    """The model that a line is about."""
    kind, name = key.split(" ")[:2]
    return name if kind in ("chat_template", "commit", "config", "model", "tokenizer") else None


def _packages() -> frozenset[str]:
    # A package that is not installed changes nothing: without it nothing is trained either.
    return frozenset(f"package {name}" for name in PACKAGES)


def _changed(key: str, was: Line, is_now: str, command: str) -> Diagnostic:
    if key in _packages():
        name = key.partition(" ")[2]
        message = f"{name} is {is_now} here, and was {was.value} when this spec was locked"
        help = f"install it: `pip install {name}=={was.value}`; or write the lock anew: `{command}`"
        return Diagnostic(STALE_LOCK, message, was.place, help)
    message = f"{_title(key)} has changed since it was locked: now {_short(is_now)}"
    return Diagnostic(STALE_LOCK, message, was.place, f"if that is meant, write the lock anew: `{command}`")


def _new(key: str, lock: Path, locked: Mapping[str, Line], command: str) -> Diagnostic:
    first = next(iter(locked.values()), None)
    source = first.place.source if first else Source(shown_path(lock), "")
    help = f"if that is meant, write the lock anew: `{command}`"
    return Diagnostic(STALE_LOCK, f"{_title(key)} is not in the lock", Place(source, Span(0, 0)), help)


def _title(key: str) -> str:
    """What a key stands for, for people: the file, or the input by its kind and name."""
    kind, _, rest = key.partition(" ")
    name, _, path = rest.partition(" ")
    if path:
        return f"`{path.strip(chr(34))}`"
    return f"the {kind.replace('_', ' ')} of `{name}`" if kind != "package" else f"the package {name}"


def _short(value: str) -> str:
    head, at, commit = value.partition("@")
    return f"{head}@{commit[:12]}" if at else value[:_SHOWN]
