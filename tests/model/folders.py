"""Model folders with small tokenizers, made on the spot."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ftspec.model.chat import FIXED_DAY

CORPUS = [
    "The ticket was closed on Tuesday, after the customer had found the invoice in her spam folder.",
    "Printing works again. Restart the app twice, then sign in with the new password; it's slow at first.",
    "def total(prices):\n    return sum(price for price in prices if price > 0)\n",
    "Wo ist meine Rechnung vom März? Übermorgen läuft die Frist ab – bitte schnell antworten.",
    "Numbers such as 12, 345 and 6,789 stand here, with tabs\tand  double  spaces.\n\n",
]

_CONTROL = re.compile(r"<[|/]?[\w|：｜▁ /]+?[|]?>|\[/?[A-Z_]+\]|<\|[^|>]*\|>|<｜[^｜>]*｜>")


def control_tokens(chat_template: str) -> tuple[list[str], list[str]]:
    """What a chat template writes that looks like a control token: the special ones, and markup that is not."""
    found = set(_CONTROL.findall(chat_template)) - {"<|", "|>"}
    special = {text for text in found if "|" in text or "｜" in text or text.startswith(("<start", "<end", "["))}
    return sorted(special), sorted(found - special)


@cache
def _trained(kind: str) -> str:
    """A tokenizer of one family, trained on the corpus, as JSON."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    from ftspec.model.presplit import KNOWN

    split = pre_tokenizers.Split(Regex(KNOWN[1]), "isolated")
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made: dict[str, Any] = {
        "gpt2": (models.BPE(), pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel(), None),
        "llama3": (models.BPE(), pre_tokenizers.Sequence([split, byte_level]), decoders.ByteLevel(), None),
        "qwen": (models.BPE(), pre_tokenizers.Sequence([split, byte_level]), decoders.ByteLevel(), normalizers.NFC()),
        "mistral": (models.BPE(unk_token="<unk>"), pre_tokenizers.Metaspace(), decoders.Metaspace(), None),
    }
    model, splitter, decoder, normalizer = made[kind]
    found = Tokenizer(model)
    found.pre_tokenizer, found.decoder = splitter, decoder
    if normalizer is not None:
        found.normalizer = normalizer
    alphabet = [] if kind == "mistral" else pre_tokenizers.ByteLevel.alphabet()
    first = ["<unk>"] if kind == "mistral" else []
    trainer = trainers.BpeTrainer(vocab_size=500, special_tokens=first, initial_alphabet=alphabet, show_progress=False)
    found.train_from_iterator(CORPUS, trainer)
    return str(found.to_str())


def model_folder(folder: Path, chat_template: str | None = None, kind: str = "gpt2", **options: Any) -> Path:
    """A model folder with a tokenizer that knows the template's control tokens, saved by transformers."""
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    special, other = control_tokens(chat_template or "")
    arguments = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", **options}
    if kind == "mistral":
        arguments.setdefault("unk_token", "<unk>")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(_trained(kind)), additional_special_tokens=special, **arguments
    )
    tokenizer.add_tokens(other)
    tokenizer.chat_template = chat_template
    tokenizer.save_pretrained(folder)
    return folder


def stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give transformers' `strftime_now` the day that ftspec's has: ftspec never asks the clock."""

    class Fixed(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Fixed:
            return cls(FIXED_DAY.year, FIXED_DAY.month, FIXED_DAY.day)

    monkeypatch.setattr("transformers.utils.chat_template_utils.datetime", Fixed)
