"""A model's tokenizer as a survey knows it: by its hash first, loaded only when it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ftspec.data import codes
from ftspec.data.pairs import context_of
from ftspec.kinds.model_sources import ModelSource
from ftspec.kinds.rope_scalings import RopeScaling
from ftspec.model.tokenizer_files import tokenizer_hash
from ftspec.model.vocabulary import added_terms
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

if TYPE_CHECKING:
    from ftspec.model.tokenizer import Tokenizer


@dataclass(frozen=True, eq=False)
class LocalModel:
    """A model of the spec, as far as its tokenizer goes."""

    spec: Spec
    name: str

    @cached_property
    def folder(self) -> Path | None:
        """Where its files are, or None when they are not here."""
        source = self.spec.models[self.name].source
        found = source.folder(self.spec.root) if isinstance(source, ModelSource) else None
        return found if found is not None and (found / "tokenizer.json").is_file() else None

    @cached_property
    def hash(self) -> str | None:
        """The tokenizer's hash, or None when it is not at hand."""
        if self.folder is None or self.problem is not None:
            return None
        return tokenizer_hash(self.folder, *self._arguments)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer of a model whose hash is known. Raises UnusableTokenizer."""
        if self.folder is None:
            raise AssertionError("a model without a folder has no tokenizer to load")
        from ftspec.model.tokenizer import load_tokenizer

        return load_tokenizer(self.folder, *self._arguments)

    @cached_property
    def context(self) -> int:
        """The longest sequence that the model takes, in tokens."""
        if self.folder is None:
            raise AssertionError("a model without a folder has no known context")
        scaling, context = self.spec.models[self.name].rope_scaling, context_of(self.folder)
        return scaling.stretched(context) if isinstance(scaling, RopeScaling) else context

    @cached_property
    def problem(self) -> Diagnostic | None:
        """What is wrong with the files that the `model` block itself names."""
        place = self.spec.place(f"model.{self.name}")
        try:
            _ = self._arguments
        except FileNotFoundError as error:
            message = f"there is no `{Path(str(error.filename)).name}`"
            return Diagnostic(codes.MISSING_FILE, message, place, "paths are relative to the spec's folder")
        except (OSError, UnicodeDecodeError) as error:
            return Diagnostic(codes.UNREADABLE_DATA, f"cannot be read: {error}", place, "save it as UTF-8 text")
        return None

    @cached_property
    def _arguments(self) -> tuple[str | None, tuple[str, ...]]:
        """The chat template that replaces the model's own, and the terms to add."""
        model = self.spec.models[self.name]
        template = None if model.chat_template is None else (self.spec.root / model.chat_template).read_text("utf-8")
        if model.vocabulary is None:
            return template, ()
        return template, added_terms(self.spec.root / model.vocabulary.add)
