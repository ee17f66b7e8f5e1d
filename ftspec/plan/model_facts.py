"""A model without its weights: its tensors, its sizes, its tokenizer's settings."""

import re
from functools import cached_property
from math import prod

from ftspec.plan.data_facts import FileFacts
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

    added_tokens: tuple[str, ...] = ()
    """Terms that the spec adds to the tokenizer's vocabulary; the embeddings among `tensors` hold them."""

    added_ids: tuple[int, ...] = ()
    """Their ids."""

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

    reads_ahead: bool = False
    """Whether a token sees those after it: encoders, also with a head for the next word, unless the config says
    `is_decoder`."""

    norms_in_a_layer: int = 2
    """Norms over the residual stream."""

    experts: int = 0
    """Experts in a layer; 0 for a dense model."""

    active_experts: int = 0
    """Experts that one token passes through, shared ones aside."""

    expert_width: int = 0
    """The width of one expert."""

    positions: str | None = None
    """How rotary positions are scaled in the config, `default` where they are not; None for other positions."""

    window: int = 0
    """Tokens that a layer with a sliding window sees; 0 where every layer sees all, 1 where layers see chunks."""

    stored_quantization: str | None = None
    """How the stored weights are quantized already: `bitsandbytes`, `gptq`, `awq`, …"""

    @cached_property
    def parameters(self) -> int:
        """How many parameters the model has."""
        return sum(tensor.size for tensor in self.tensors)

    @cached_property
    def by_token(self) -> tuple[Tensor, ...]:
        """What holds a row for each token: the embedding, and a head that is not tied to it."""
        return tuple(tensor for tensor in self.tensors if tensor.shape == (self.vocabulary, self.hidden))

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
