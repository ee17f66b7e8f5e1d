"""What is known before anything is decided: the model, the data, the device.

Facts are gathered by `ftspec.model` and `ftspec.data`, cached by content, and handed to the compiler,
which itself reads nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import prod

from ftspec.spec.types import Frozen


class Tensor(Frozen):
    """One parameter tensor: its name as the model's `state_dict` has it, and its shape."""

    name: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many parameters it holds."""
        return prod(self.shape)

    @property
    def module(self) -> str:
        """The module that owns it: `model.layers.0.self_attn.q_proj`."""
        return self.name.rpartition(".")[0]


class FileFacts(Frozen):
    """One input file. `path` is relative to the spec's folder, with forward slashes."""

    path: str
    sha256: str
    bytes: int


class ModelFacts(Frozen):
    """A model without its weights."""

    architecture: str
    """`LlamaForCausalLM`."""

    kind: str
    """`model_type` of the config: `llama`."""

    tensors: tuple[Tensor, ...]
    """Every parameter once; a head tied to the embedding is not listed a second time."""

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocabulary: int
    context: int
    """The longest sequence in tokens."""

    tied: bool = False
    dtype: str = "float32"
    """The number format of the stored weights."""

    chat_template: str | None = None
    """The Jinja text of the tokenizer's chat template."""

    pad_token: str | None = None
    eos_token: str | None = None
    bos_token: str | None = None
    files: tuple[FileFacts, ...] = ()
    """Local files with their hashes; empty for a hub model that is not in the cache."""

    source: str = "files"
    """Where the facts come from: `files`, `cache`, `catalogue`, `lock`."""

    has_tokenizer: bool = False

    gated: bool = True
    """Whether the feed-forward block multiplies two projections, as SwiGLU does."""

    norm: str = "rms"
    """`rms` or `layer`."""

    activation: str = "silu"
    """The config's `hidden_act`."""

    qk_norm: bool = False
    """Whether queries and keys are normalised, as in Qwen 3."""

    dropout: float = 0.0
    """The share of the residual stream's numbers that training drops."""

    attention_dropout: float = 0.0
    """The share of attention weights that training drops."""

    parallel: bool = False
    """Whether attention and feed-forward read the same residual stream, side by side."""

    copies_heads: bool = False
    """Whether the heads' outputs are copied into one vector before the output projection."""

    sdpa: bool = True
    """Whether transformers computes its attention by PyTorch's `scaled_dot_product_attention`."""

    packs: bool = True
    """Whether several rows in one sequence stay apart in it."""

    norms_in_a_layer: int = 2
    """Norms over the residual stream."""

    experts: int = 0
    """Experts in a layer; 0 for a dense model."""

    active_experts: int = 0
    """Experts that one token passes through, shared ones aside."""

    expert_width: int = 0
    """The width of one expert."""

    window: int = 0
    """Tokens that a layer with a sliding window sees; 0 where every layer sees all, 1 where layers see chunks."""

    stored_quantization: str | None = None
    """How the stored weights are quantized already: `bitsandbytes`, `gptq`, `awq`, …"""

    @cached_property
    def parameters(self) -> int:
        """How many parameters the model has."""
        return sum(tensor.size for tensor in self.tensors)

    @cached_property
    def linears(self) -> tuple[Tensor, ...]:
        """The weight matrices of the layers' linear modules: neither embeddings nor the head."""
        return tuple(t for t in self.tensors if is_linear(t))

    @cached_property
    def quantizable(self) -> int:
        """Parameters in the linear modules that quantization replaces."""
        return sum(tensor.size for tensor in self.tensors if is_quantizable(tensor))

    @cached_property
    def largest_quantizable(self) -> int:
        """Parameters of the largest weight that is dequantized at a time."""
        return max((tensor.size for tensor in self.tensors if is_quantizable(tensor)), default=0)

    @cached_property
    def in_experts(self) -> int:
        """Parameters of experts that are stacked in one tensor."""
        return sum(tensor.size for tensor in self.tensors if ".experts." in tensor.name)

    @cached_property
    def first_layer(self) -> tuple[Tensor, ...]:
        """The tensors of layer 0."""
        return tuple(tensor for tensor in self.tensors if (m := _LAYER.search(tensor.name)) and m.group(1) == "0")

    @cached_property
    def largest_outside(self) -> int:
        """Parameters of the largest tensor outside of the layers: the embedding or the head."""
        return max((tensor.size for tensor in self.tensors if not _LAYER.search(tensor.name)), default=0)


_LAYER = re.compile(r"\.(\d+)\.")
_NOT_LINEAR = ("embed", "wte", "wpe", "lm_head", "embed_out", "norm", "score", "classifier", "pooler", "shared")


def is_linear(tensor: Tensor) -> bool:
    """Whether a tensor is the weight of a linear module inside a layer."""
    if not tensor.name.endswith(".weight") or len(tensor.shape) != 2:
        return False
    return not any(part in tensor.module for part in _NOT_LINEAR)


_KEPT = ("embed", "wte", "wpe", "lm_head", "score", "classifier", "decoder.weight", "shared.weight", "router")
"""Never quantized: embeddings, heads and routers are no linear modules, or bitsandbytes leaves them alone."""


def is_quantizable(tensor: Tensor) -> bool:
    """Whether a tensor is the weight of a linear module that quantization replaces."""
    if len(tensor.shape) != 2 or not tensor.name.endswith(".weight"):
        return False
    if tensor.module.endswith("mlp.gate"):
        return False  # a router of experts
    return not any(part in tensor.name for part in _KEPT)


class Example(Frozen):
    """A row that a step touched: where it stands and the beginning of what it says."""

    file: str
    row: int
    """Counted from 1, in the file."""

    text: str


class CleanFacts(Frozen):
    """What one cleaning step did."""

    name: str
    """`drop_missing`, `deduplicate`, `redact`, …"""

    rows_in: int
    rows_out: int
    changed: int = 0
    """Rows kept in another form, such as redacted ones."""

    examples: tuple[Example, ...] = ()


class TokenFacts(Frozen):
    """The rows of one split as one tokenizer sees them, cut at `max_length`."""

    rows: int
    tokens: int
    trained_tokens: int
    longest: int
    """Tokens of the longest row before it is cut."""

    longest_answer: int = 0
    """Tokens of the longest trained part, the end token included."""

    truncated: int = 0
    answers_cut: int = 0
    """Truncated rows that lost trained tokens."""

    untrained: int = 0
    """Rows without one trained token left."""

    end_trained: bool = True
    """Whether the end token is among the trained tokens of every row that was not cut."""

    histogram: tuple[int, ...] = ()
    """Rows by length, in sixteen equal bins up to `longest`."""


class DataFacts(Frozen):
    """A data set as the files have it now."""

    files: tuple[FileFacts, ...]
    format: str
    recognised: bool
    """Whether the format was recognised rather than named."""

    template: tuple[tuple[str, str], ...] = ()
    """The turns that render a row, as (role, Jinja text)."""

    template_source: str = ""
    """Where the turns come from: `spec`, `library: alpaca`, `recognised: alpaca`, `rows`."""

    trained_roles: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    rows_read: int
    rows: int
    steps: tuple[CleanFacts, ...] = ()
    splits: Mapping[str, int]
    """Rows by part; `all` when the data is not split."""

    labels: Mapping[str, Mapping[str, int]] = {}
    """By split: how often each distinct answer occurs, when there are at most 64 distinct ones."""

    digest: str
    """SHA-256 over the prepared rows and their parts."""


class Target(Frozen):
    """The device a plan is made for."""

    name: str
    """`cpu`, or a catalogue name such as `h100_sxm`."""

    kind: str
    """`cpu` or `cuda`."""

    title: str
    """For people: `cpu, 2 cores, 23 GiB`."""

    memory_bytes: int
    """Memory of one device."""

    count: int = 1
    nodes: int = 1
    cores: int = 1
    bf16: bool = False
    """Whether bf16 arithmetic is native."""

    flops: float
    """Dense floating point operations a second of one device in the precision it is used in."""

    bandwidth: float
    """Bytes a second between the device and its memory."""

    hourly_cost: float | None = None
    """USD an hour for one machine."""

    price_source: str | None = None
    """Where the price comes from: a list price of the catalogue with its date, or `spec`."""

    flops_fp32: float | None = None
    """The same rate in plain fp32, where that differs."""

    link: float | None = None
    """Bytes a second from one device to a neighbour, one way; None where it is not known."""

    pace: float | None = None
    """Measured against reckoned time of the finished runs on this very machine; None where there are none."""

    pace_runs: int = 0
    """How many runs that rests on."""

    pace_spread: tuple[float, float] = (1.0, 1.0)
    """The least and the most of them, as shares of the pace."""

    pace_quiet: bool = True
    """Whether these runs had the machine to themselves."""


class Probe(Frozen):
    """What a few training steps of a stage at its longest batch took on a device."""

    device: str
    """The target's title."""

    peak_bytes: int
    step_seconds: float
    """One optimizer step."""


@dataclass(frozen=True)
class Facts:
    """All that the compiler may know."""

    target: Target
    models: Mapping[str, ModelFacts]
    data: Mapping[str, DataFacts] = field(default_factory=dict)
    tokens: Mapping[tuple[str, str, str], TokenFacts] = field(default_factory=dict)
    """By data, split (`all` for unsplit data) and model."""

    probes: Mapping[str, Probe] = field(default_factory=dict)
    """Readings that `compile --probe` has kept, by `ftspec.plan.resources.probed.probe_key`."""
