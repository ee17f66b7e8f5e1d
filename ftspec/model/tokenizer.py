"""The one tokenizer of ftspec, at compile and at run: what is counted is what trains.

It reads a model folder's `tokenizer.json` with the `tokenizers` package and gives the same ids as
`transformers.AutoTokenizer`; a value of the data never becomes a control token (`marks.py` of this folder).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.model.chat import BARE, PLAIN, ChatTemplate, TemplateFault
from ftspec.model.marks import Marks
from ftspec.model.tokenizer_codes import BAD_CHAT_TEMPLATE, BAD_TOKENIZER, NO_END_TOKEN, UnusableTokenizer
from ftspec.model.tokenizer_config import (
    bad,
    chat_templates,
    generation_ends,
    read_config,
    special_names,
    special_texts,
)
from ftspec.model.tokenizer_files import tokenizer_hash
from ftspec.model.vocabulary import add_terms

if TYPE_CHECKING:
    from tokenizers import Encoding
    from tokenizers import Tokenizer as Backend


@dataclass(frozen=True, slots=True)
class Special:
    """A special token and its id."""

    text: str
    id: int


@dataclass(frozen=True, eq=False)
class Tokenizer:
    """A tokenizer with its chat template."""

    backend: Backend
    sha256: str
    """Over every file and argument that decides about tokens."""

    specials: Mapping[str, str]
    """What chat templates know special tokens by: `bos_token`, `eos_token`, …"""

    chat_template: ChatTemplate | None
    """The model's own, or the one that the spec puts in its place; None for a base model without one."""

    tool_template: ChatTemplate | None
    """A second template for conversations with tools, where the model has one."""

    bos: Special | None
    eos: Special
    pad: Special
    """The end token where the model has no pad token: padding is masked by position, never by id."""

    ends: frozenset[int]
    """Every id that ends a generation: the end token and those of `generation_config.json`."""

    control_names: tuple[str, ...] | None
    """`chat_control_tokens` of the config: added tokens that count as control tokens though they are not special."""

    def encode_batch(self, texts: Sequence[str], special: bool = False) -> list[Encoding]:
        """Ids and offsets of each text; control tokens in it are control tokens.

        Args:
            texts: Trusted text, such as rendered chat templates. Text from data goes through `encode_values`.
            special: Add what the tokenizer puts around every text, such as a begin token.
        """
        return self.backend.encode_batch(list(texts), add_special_tokens=special)

    def encode_values(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text, every character of which is ordinary text."""
        return [list(each.ids) for each in self.marks.encode_batch([self.marks.value(text) for text in texts])]

    def decode(self, ids: Sequence[int], skip_special: bool = True) -> str:
        """The text of some ids."""
        return self.backend.decode(list(ids), skip_special_tokens=skip_special)

    def decode_batch(self, batch: Sequence[Sequence[int]], skip_special: bool = True) -> list[str]:
        """The text of each sequence of ids."""
        return self.backend.decode_batch([list(ids) for ids in batch], skip_special_tokens=skip_special)

    def __len__(self) -> int:
        return self.backend.get_vocab_size(with_added_tokens=True)

    @cached_property
    def marks(self) -> Marks:
        """What keeps values apart from control tokens."""
        template = self.chat_template or self.plain
        return Marks(self.backend, template.literals, self.control_names)

    @cached_property
    def special_ids(self) -> frozenset[int]:
        """The ids of every special token."""
        return frozenset(i for i, token in self.backend.get_added_tokens_decoder().items() if token.special)

    @property
    def unknown_id(self) -> int | None:
        """The id that stands for what the vocabulary does not have; None for a tokenizer that has everything."""
        model = self.backend.model
        text = getattr(model, "unk_token", None) or self.specials.get("unk_token")
        return self.backend.token_to_id(text) if isinstance(text, str) else None

    @cached_property
    def around(self) -> tuple[list[int], list[int]]:
        """The ids that the tokenizer puts before and after every text, such as a begin token."""
        [encoding] = self.encode_batch(["a"], special=True)
        inside = [i for i, special in enumerate(encoding.special_tokens_mask) if not special]
        return encoding.ids[: inside[0]], encoding.ids[inside[-1] + 1 :]

    @cached_property
    def plain(self) -> ChatTemplate:
        """How turns are written when the model has no chat template (`chat.PLAIN`)."""
        return ChatTemplate(PLAIN, self._plain_specials)

    @cached_property
    def bare(self) -> ChatTemplate:
        """How a prompt and its completion are written when the model has no chat template (`chat.BARE`)."""
        return ChatTemplate(BARE, self._plain_specials)

    @property
    def _plain_specials(self) -> dict[str, str]:
        starts_with_bos = self.bos is not None and self.around[0][:1] == [self.bos.id]
        return {"eos_token": self.eos.text, "bos_token": self.bos.text if self.bos and starts_with_bos else ""}


def load_tokenizer(folder: Path, chat_template: str | None = None, added_tokens: Iterable[str] = ()) -> Tokenizer:
    """The tokenizer of a model folder.

    Args:
        folder: Where `tokenizer.json` lies.
        chat_template: Jinja text that replaces the model's own.
        added_tokens: Terms to add to the vocabulary, in order; those it has already are left as they are.

    Raises:
        UnusableTokenizer: a file is missing or broken, or the tokenizer has no end token.
    """
    added = tuple(added_tokens)
    config = read_config(folder)
    backend = _backend(folder, config, added)
    specials = special_names(config)
    ends = generation_ends(folder)
    eos = _end_token(folder, backend, specials, ends)
    templates = {"default": chat_template} if chat_template is not None else chat_templates(folder, config)
    names = {**{key: value for key, value in specials.items() if isinstance(value, str)}, "eos_token": eos.text}
    if "bos_token" not in names and "cls_token" in names:
        names["bos_token"] = names["cls_token"]  # what an encoder begins every text with
    return Tokenizer(
        backend=backend,
        sha256=tokenizer_hash(folder, chat_template, added),
        specials=names,
        chat_template=_template(templates.get("default"), names, folder),
        tool_template=_template(templates.get("tool_use"), names, folder),
        bos=_special(backend, names.get("bos_token")),
        eos=eos,
        pad=_special(backend, names.get("pad_token")) or eos,
        ends=frozenset({eos.id, *ends}),
        control_names=tuple(config["chat_control_tokens"]) if config.get("chat_control_tokens") is not None else None,
    )


def _backend(folder: Path, config: Mapping[str, Any], added: Sequence[str]) -> Backend:
    from tokenizers import AddedToken
    from tokenizers import Tokenizer as Backend

    path = folder / "tokenizer.json"
    if not path.is_file():
        raise _missing(folder)
    try:
        backend = Backend.from_file(str(path))
    except Exception as error:  # the package raises bare Exception for every fault in the file
        raise bad(folder, f"`tokenizer.json` cannot be read: {error}") from error
    backend.no_truncation()
    backend.no_padding()
    known = [AddedToken(text, special=True, normalized=False) for text in special_texts(config)]
    backend.add_special_tokens([token for token in known if backend.token_to_id(token.content) is not None])
    add_terms(backend, added)
    return backend


def _missing(folder: Path) -> UnusableTokenizer:
    slow = [name for name in ("tokenizer.model", "vocab.json", "vocab.txt") if (folder / name).is_file()]
    help = "save one with `AutoTokenizer.from_pretrained(…).save_pretrained(…)`"
    if slow:
        help = f"`{slow[0]}` is there: " + help
    return UnusableTokenizer(BAD_TOKENIZER, f"the model folder `{folder.name}` has no `tokenizer.json`", help)


def _end_token(folder: Path, backend: Backend, specials: Mapping[str, Any], ends: Sequence[int]) -> Special:
    # An encoder ends every text with its separator.
    named = _special(backend, specials.get("eos_token")) or (
        None if ends else _special(backend, specials.get("sep_token"))
    )
    if named is not None:
        return named
    text = backend.id_to_token(ends[0]) if ends else None
    if text is None:
        raise UnusableTokenizer(
            NO_END_TOKEN,
            f"the tokenizer in `{folder.name}` has no end token",
            "name one of its tokens as `eos_token` in `tokenizer_config.json`",
        )
    return Special(text, ends[0])


def _special(backend: Backend, text: str | None) -> Special | None:
    number = backend.token_to_id(text) if text else None
    return None if text is None or number is None else Special(text, number)


def _template(source: str | None, names: Mapping[str, str], folder: Path) -> ChatTemplate | None:
    if not source:
        return None
    try:
        return ChatTemplate(source, names)
    except TemplateFault as fault:
        raise UnusableTokenizer(
            BAD_CHAT_TEMPLATE,
            f"the chat template of `{folder.name}` is not valid: {str(fault).rstrip('.')}",
            "name a working one with `chat_template` in the `model` block",
        ) from fault
