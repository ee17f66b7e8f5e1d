"""The parts that models are made of, as `(name, shape)` tensors under the names of transformers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ftspec.model.architectures._config import Config
from ftspec.plan.facts import Tensor

Tensors = Iterator[Tensor]
Part = Callable[[Config], Tensors]


def never(_: Config) -> bool:
    """For what no config switches on."""
    return False


def always(_: Config) -> bool:
    """For what no config switches off."""
    return True


@dataclass(frozen=True)
class Architecture:
    """How transformers builds one `model_type`."""

    default: str
    """The class that is meant when the config names none: `LlamaForCausalLM`."""

    prefix: str
    """Where the body sits inside a model with a head: `model`."""

    body: Part
    """The tensors of the body, without the prefix."""

    defaults: Mapping[str, Any]
    """What transformers' config class fills in, by common name."""

    heads: Mapping[str, Part]
    """By the ending of the class name (`ForCausalLM`): the tensors that are not in the body."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    """The architecture's own name for a common one: `{"hidden_size": "n_embd"}`."""

    gated: bool = True
    """Whether the feed-forward block multiplies two projections (GLU; Shazeer 2020)."""

    norm: str = "rms"
    """`rms` (Zhang and Sennrich 2019) or `layer`."""

    parallel: Callable[[Config], bool] = never
    """Whether attention and feed-forward stand side by side."""

    copies_heads: bool = False
    """Whether rotation leaves the heads in an order that the output projection has to undo by a copy."""

    position_offset: int = 0
    """Rows of the position embedding that no token uses: two in RoBERTa."""

    kv_heads: Callable[[Config], int] | None = None
    """Key and value heads, where the config does not simply say so."""

    sdpa: bool = True
    """Whether transformers computes its attention by PyTorch's `scaled_dot_product_attention`."""

    packs: bool = True
    """Whether rows in one sequence stay apart: its mask and its positions follow `position_ids`."""

    text: str | None = None
    """The section of the config that describes the language model, in models that also see or hear."""


def matrix(name: str, rows: int, columns: int) -> Tensors:
    """A weight of shape (rows, columns)."""
    yield Tensor.model_construct(name=f"{name}.weight", shape=(rows, columns))


def vector(name: str, size: int) -> Tensors:
    """One tensor of shape (size,), under its whole name."""
    yield Tensor.model_construct(name=name, shape=(size,))


def linear(name: str, inputs: int, outputs: int, bias: bool = False) -> Tensors:
    """`torch.nn.Linear`: weight of shape (outputs, inputs)."""
    yield from matrix(name, outputs, inputs)
    if bias:
        yield from vector(f"{name}.bias", outputs)


def conv1d(name: str, inputs: int, outputs: int) -> Tensors:
    """`transformers.pytorch_utils.Conv1D`, as GPT-2 has it: weight of shape (inputs, outputs), and a bias."""
    yield from matrix(name, inputs, outputs)
    yield from vector(f"{name}.bias", outputs)


def norm(name: str, size: int, bias: bool = False) -> Tensors:
    """A normalisation's scale, and with `bias` its shift."""
    yield from vector(f"{name}.weight", size)
    if bias:
        yield from vector(f"{name}.bias", size)


def under(prefix: str, tensors: Tensors) -> Tensors:
    """The same tensors inside a module called `prefix`."""
    for tensor in tensors:
        yield Tensor.model_construct(name=f"{prefix}.{tensor.name}", shape=tensor.shape)


def repeated(prefix: str, count: int, layer: Callable[[int], Tensors]) -> Tensors:
    """`layer(0)`, `layer(1)`, … inside `prefix.0`, `prefix.1`, …"""
    for index in range(count):
        yield from under(f"{prefix}.{index}", layer(index))


def nothing(_: Config) -> Tensors:
    """A class without tensors of its own."""
    yield from ()


def language_head(name: str = "lm_head", bias: bool = False) -> Part:
    """The projection to the vocabulary; nothing where it is tied to the embedding, except a bias."""

    def part(config: Config) -> Tensors:
        if not config.tied:
            yield from matrix(name, config.vocabulary, config.hidden)
        if bias:
            yield from vector(f"{name}.bias", config.vocabulary)

    return part


def score(config: Config) -> Tensors:
    """The classification head of transformers' decoder models: one projection without bias."""
    yield from linear("score", config.hidden, config.labels)


DECODER_HEADS: Mapping[str, Part] = {
    "ForCausalLM": language_head(),
    "ForSequenceClassification": score,
    "Model": nothing,
}
"""The heads that most decoders share."""
