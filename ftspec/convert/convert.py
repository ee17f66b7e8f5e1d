"""A config becomes a spec, key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from ftspec.convert.draft import Draft, label_of, left_over, text_of
from ftspec.convert.fate import Fate, Handler, Note, Said, dropped, suspicious
from ftspec.convert.settings import Setting, read_settings
from ftspec.text.source import Source
from ftspec.text.suggest import similar

FORMATS = {"axolotl": "axolotl", "llama-factory": "llama_factory", "llamafactory": "llama_factory", "trl": "trl"}
"""By the name of a tool: the module that knows its keys."""


@dataclass(frozen=True)
class Converted:
    """A spec, and what became of each key."""

    text: str
    notes: tuple[Note, ...]

    def of(self, fate: Fate) -> tuple[Note, ...]:
        """The keys of one fate, in the order of the config."""
        return tuple(each for each in self.notes if each.fate is fate)


def convert(form: str, path: Path) -> Converted:
    """The spec that says what the config at `path` said. Raises `CannotRun` where it cannot be read."""
    module = import_module(f"ftspec.convert.{FORMATS[form]}")
    settings = read_settings(path)
    draft = Draft({each.key: each.value for each in settings}, _title(path))
    module.prepare(draft)
    prefixes: Mapping[str, Handler] = getattr(module, "PREFIXES", {})
    notes = [_note(each, draft, module.KEYS, prefixes, form) for each in settings]
    notes = [*_twice(settings, notes), *_unused(draft)]
    if not draft.data:
        source = draft.add_data("rows", 'jsonl("data/rows.jsonl")').source
        notes.append(Note("data", 0, Fate.SUSPICIOUS, f"the config names no data: `{source}` stands for it"))
    text, more = _formatted(text_of(draft), path)
    return Converted(text, (*notes, *more))


def _title(path: Path) -> str:
    name = label_of(path)
    return name if name not in ("base", "all", "rows", "train") else f"{name}_stage"


def _note(
    setting: Setting, draft: Draft, keys: Mapping[str, Handler], prefixes: Mapping[str, Handler], form: str
) -> Note:
    handler = keys.get(setting.key) or next((prefixes[each] for each in prefixes if setting.key.startswith(each)), None)
    if setting.value is None:
        said = dropped("it has no value")
    elif handler is None:
        said = _unknown(setting.key, keys, form)
    else:
        said = _handled(handler, draft, setting)
    return Note(setting.key, setting.line, said.fate, said.text)


def _handled(handler: Handler, draft: Draft, setting: Setting) -> Said:
    try:
        return handler(draft, setting.value)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return suspicious(f"`{setting.value!r:.60}` is no value for it")


def _unknown(key: str, keys: Mapping[str, Handler], form: str) -> Said:
    nearest = similar(key, keys)
    if nearest is not None:
        return suspicious(f"ftspec knows no such key of {form}; a similar one is `{nearest}`")
    return suspicious(f"ftspec knows no such key of {form}: nothing takes its place")


def _twice(settings: Sequence[Setting], notes: Sequence[Note]) -> Iterator[Note]:
    seen: dict[str, int] = {}
    for setting, note in zip(settings, notes, strict=True):
        if setting.key in seen:
            text = f"given twice; the first is on line {seen[setting.key]}"
            yield Note(setting.key, setting.line, Fate.SUSPICIOUS, text)
        else:
            yield note
        seen.setdefault(setting.key, setting.line)


def _unused(draft: Draft) -> Iterator[Note]:
    """Arguments that the chosen keyword does not take, such as a rank without an adapter."""
    for attribute, keyword, name in left_over(draft):
        yield Note(name, 0, Fate.SUSPICIOUS, f"`{keyword}()`, the {attribute}, takes no `{name}`: it is left out")


def _formatted(text: str, path: Path) -> tuple[str, list[Note]]:
    """The text in the one formatting, with what `check` finds wrong in it."""
    from ftspec.compile.load import load_spec
    from ftspec.syntax.format import format_source

    source = Source(f"{path.stem}.ft", text)
    formatted = format_source(source)
    text = formatted if isinstance(formatted, str) else text
    found = load_spec(Source(source.path, text), path.with_suffix(".ft")).diagnostics
    return text, [
        Note(each.code.name, 0, Fate.SUSPICIOUS, f"{each.message}" + (f"; {each.help}" if each.help else ""))
        for each in found
        if each.is_error
    ]
