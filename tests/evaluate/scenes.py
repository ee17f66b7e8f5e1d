"""What the tests of this folder stand on: a tiny random model, rows, measurements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer as Backend
from tokenizers import decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM

from ftspec.data import Row, Turn
from ftspec.data.row import content_hash
from ftspec.evaluate import Scores, Subject
from ftspec.model.tokenizer import load_tokenizer
from ftspec.plan.steps import Measurement, PlannedUse

# Rows of a few tokens are faster on one thread than on two, and far faster beside other tests.
torch.set_num_threads(1)

WORDS = "the bill is late and the app does not open please send a new one to my old address thank you kindly"
TEXT = WORDS.split(" ")
SPECIALS = ["<|pad|>", "<|im_start|>", "<|im_end|>"]
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tokenizer_folder(folder: Path, ends: Sequence[int] = ()) -> Path:
    """A byte-level BPE tokenizer with a chat template, its files written to `folder`."""
    backend = Backend(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=300, special_tokens=SPECIALS, initial_alphabet=alphabet)
    backend.train_from_iterator([WORDS], trainer)
    folder.mkdir(parents=True, exist_ok=True)
    backend.save(str(folder / "tokenizer.json"))
    config = {"eos_token": "<|im_end|>", "pad_token": "<|pad|>", "chat_template": TEMPLATE}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": [2, *ends]}))
    return folder


def tiny_model(seed: int = 0, context: int = 96) -> LlamaForCausalLM:
    """Two layers of random weights, large enough that different prompts get different answers."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=320,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        initializer_range=0.3,
    )
    return LlamaForCausalLM(config).eval()


def subject(folder: Path, seed: int = 0, ends: Sequence[int] = ()) -> Subject:
    """The tiny model with its tokenizer."""
    return Subject(tiny_model(seed), load_tokenizer(tokenizer_folder(folder, ends)), torch.device("cpu"))


def ask(text: str, answer: str, number: int = 1) -> Row:
    """A row of one question and its answer."""
    fields = {"text": text, "answer": answer, "number": number}
    turns = (Turn("user", text, False), Turn("assistant", answer, True))
    return Row(content_hash(fields), "rows.jsonl", number, fields, turns)


def prose(text: str, number: int = 1) -> Row:
    """A row of plain text."""
    fields = {"text": text, "number": number}
    return Row(content_hash(fields), "prose.txt", number, fields, (Turn("text", text, True),))


def sentence(generator: np.random.Generator, words: int) -> str:
    """Random words."""
    return " ".join(generator.choice(TEXT, words))


class Zoo:
    """`Subjects` over tiny models, which remembers what was opened."""

    def __init__(self, folder: Path, seeds: dict[str, int]) -> None:
        self.folder = folder
        self.seeds = seeds
        self.opened: list[str] = []

    @contextmanager
    def open(self, id: str) -> Iterator[Subject]:
        self.opened.append(id)
        yield subject(self.folder, self.seeds[id])

    def digest(self, id: str) -> str:
        return f"seed {self.seeds[id]}"


class Log:
    """A `Watcher` that keeps what it hears."""

    def __init__(self) -> None:
        self.measuring_: list[tuple[str, int, int]] = []
        self.measured_: dict[str, tuple[float | None, int, bool]] = {}

    def measuring(self, what: str, done: int, total: int) -> None:
        self.measuring_.append((what, done, total))

    def measured(self, id: str, value: float | None, n: int, seconds: float, reused: bool) -> None:
        self.measured_[id] = (value, n, reused)


def measurement(
    id: str, metric: str, subject: str = "export", data: str = "tickets.test", **arguments: Any
) -> Measurement:
    """A measurement as a plan has it."""
    name, _, split = data.partition(".")
    uses = (PlannedUse(data=f"data.{name}", split=split or "all"),)
    return Measurement(id=id, metric={"name": metric, "arguments": arguments}, uses=uses, subject=subject)


def scores(
    id: str, metric: str, columns: dict[str, Any], groups: Sequence[str | None] | None = None, **arguments: Any
) -> Scores:
    """Scores with given columns; the value is the metric's own."""
    from ftspec.kinds.registry import make

    arrays = {name: np.asarray(column) for name, column in columns.items()}
    n = len(next(iter(arrays.values())))
    record = measurement(id, metric, **arguments)
    return Scores(
        measurement=record,
        items=tuple(f"row {number}" for number in range(n)),
        groups=tuple(groups) if groups is not None else (None,) * n,
        parts=(0,) * n,
        columns=arrays,
        value=make("metrics", dict(record.metric)).point(arrays),  # type: ignore[attr-defined]
    )
