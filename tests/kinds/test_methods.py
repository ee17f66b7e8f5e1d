"""What each method makes trainable, held against the models that PEFT and transformers really build."""

from __future__ import annotations

from typing import Any

import pytest

from ftspec.kinds.methods import Method, Unfit
from ftspec.kinds.methods.adalora import AdaLora
from ftspec.kinds.methods.freeze import Freeze
from ftspec.kinds.methods.full import Full
from ftspec.kinds.methods.head import Head
from ftspec.kinds.methods.ia3 import Ia3
from ftspec.kinds.methods.loha import LoHa
from ftspec.kinds.methods.lora import Lora
from ftspec.kinds.methods.qlora import QLora
from ftspec.kinds.registry import make
from ftspec.kinds.selections.last import Last
from ftspec.plan.facts import Tensor
from tests.kinds.models import SMALL, facts_of, meta_model, trainable

METHODS: tuple[Method, ...] = (
    Lora(rank=4),
    Lora(rank=4, variant="dora"),
    Lora(rank=4, variant="rslora"),
    Lora(rank=3, targets="attention"),
    QLora(rank=2),
    Full(),
    Freeze(train=Last(layers=1)),
    Head(),
)


@pytest.mark.parametrize("kind", SMALL)
def test_planned_counts_are_those_of_the_real_model(kind: str) -> None:
    """Every method on every family: the plan's number is what PEFT or transformers ends up training."""
    for method in METHODS:
        model = meta_model(kind)
        adaptation = method.adaptation(facts_of(model))
        assert trainable(method.apply(model, adaptation)) == adaptation.trainable, method


@pytest.mark.parametrize("kind", [kind for kind in SMALL if kind != "mixtral"])
def test_all_linear_means_what_peft_means(kind: str) -> None:
    """Our resolved names are the modules that PEFT's own shorthand picks."""
    from peft import LoraConfig, get_peft_model

    model = meta_model(kind)
    planned = Lora(rank=2).adaptation(facts_of(model)).modules
    built: Any = get_peft_model(model, LoraConfig(r=2, target_modules="all-linear", task_type="CAUSAL_LM"))
    reached = {name for name, module in built.base_model.model.named_modules() if hasattr(module, "lora_A")}
    assert set(planned) == reached


def test_named_targets_reach_embeddings_and_heads() -> None:
    """A name may mean a module of the layers, the embedding or an untied head."""
    model = meta_model("qwen2")
    for method in (
        Lora(rank=2, targets=("q_proj", "lm_head")),
        Lora(rank=2, targets=("embed_tokens",), variant="dora"),
        Lora(rank=2, targets=("1.mlp.up_proj",)),
        Lora(rank=2, modules_to_save=("lm_head", "norm")),
        Lora(rank=2, modules_to_save=("q_proj",)),
    ):
        fresh = meta_model("qwen2")
        adaptation = method.adaptation(facts_of(model))
        assert trainable(method.apply(fresh, adaptation)) == adaptation.trainable, method


def test_short_target_names_are_used_only_where_they_are_exact() -> None:
    """`c_proj` ends two modules of GPT-2, so its attention alone needs full names."""
    facts = facts_of(meta_model("gpt2"))
    attention = Lora(targets="attention").adaptation(facts).peft
    everything = Lora().adaptation(facts).peft
    assert attention is not None and everything is not None
    assert "transformer.h.0.attn.c_proj" in attention["arguments"]["target_modules"]
    assert everything["arguments"]["target_modules"] == ["c_attn", "c_fc", "c_proj"]


@pytest.mark.parametrize(
    ("method", "message", "help"),
    [
        (Lora(targets=("query",)), "no module `query`", "q_proj, k_proj, v_proj, o_proj"),
        (Lora(targets=("lm_head",)), "tied to the embedding", "q_proj"),
        (Lora(targets=("input_layernorm",)), "not a linear module", "q_proj"),
        (Lora(modules_to_save=("score",)), "no module `score`", "q_proj"),
        (Freeze(train=("layers.9",)), "no part named layers.9", "embed_tokens"),
        (Freeze(train=("lm_head",)), "no part named lm_head", "tied"),
        (Lora(targets=("q_proj",), modules_to_save=("q_proj",)), "every target is in `modules_to_save`", "other"),
        (Lora(init="pissa", rank=4096), "a start from pissa finds no 4096 directions", "rank ="),
        (Lora(init="eva", rank=4096), "a start from eva finds no 4096 directions", "rank ="),
        (Lora(modules_to_save=("lm_head",)), "tied to the embedding", "name the embedding"),
        (Freeze(train=Last(layers=99)), "has 2 layers, and not 99", "last(2)"),
        (Ia3(targets=("k_proj",), feedforward=("down_proj",)), "none of the targets", "name it in both"),
    ],
)
def test_what_matches_nothing_names_what_exists(method: Method, message: str, help: str) -> None:
    """The message names the missing module, the help the modules there are."""
    with pytest.raises(Unfit) as caught:
        method.adaptation(facts_of(meta_model("llama")))
    assert message in caught.value.message
    assert help in caught.value.help


def test_freeze_counts_layers_from_the_output() -> None:
    """`last(1)` of two layers is layer 1, and `layers.1` does not mean `layers.11`."""
    facts = facts_of(meta_model("llama"))
    last = Freeze(train=Last(layers=1)).adaptation(facts)
    assert last.modules and all(name.startswith("model.layers.1.") for name in last.modules)
    assert Freeze(train=("layers.1",)).adaptation(facts) == last
    twelve = facts.model_copy(update={"tensors": tuple(Tensor(name=f"layers.{i}.w", shape=(2,)) for i in range(12))})
    assert Freeze(train=("layers.1",)).adaptation(twelve).modules == ("layers.1.w",)


def test_an_untied_head_leaves_the_features_alone() -> None:
    """Training the head of a tied model must not move the embedding."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(vocab_size=32, hidden_size=16, intermediate_size=16, num_hidden_layers=1,
                         num_attention_heads=2, tie_word_embeddings=True)  # fmt: skip
    torch.manual_seed(0)
    model = LlamaForCausalLM(config)
    before = model.model.embed_tokens.weight.detach().clone()
    head = Head()
    adaptation = head.adaptation(facts_of(model))
    tuned = head.apply(model, adaptation)
    assert adaptation.added == adaptation.trainable == 32 * 16
    optimizer = torch.optim.SGD([p for p in tuned.parameters() if p.requires_grad], lr=1.0)
    ids = torch.arange(8)[None]
    tuned(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    assert torch.equal(model.model.embed_tokens.weight, before)
    assert not torch.equal(model.lm_head.weight, before)


def test_a_plan_gives_the_method_back() -> None:
    """A method, its nested selection included, survives the journey through a plan."""
    for method in (*METHODS, Freeze(train=("norm",))):
        assert make("methods", method.model_dump(mode="json")) == method


def test_qlora_brings_quantization_and_optimizer() -> None:
    """Both are calls that the registry knows."""
    method = QLora(quant_type="fp4", double=False)
    quantization, optimizer = method.quantization(), method.optimizer()
    assert make("quantizations", dict(quantization)).model_dump() == quantization
    assert make("optimizers", dict(optimizer)).model_dump() == optimizer


def test_rank_above_the_width_is_named() -> None:
    """Of the narrowest target, here keys of two heads in four; a rank of its own mends it."""
    facts = facts_of(meta_model("llama"))
    message, help, argument = Lora(rank=20).idle(facts) or ("", "", "")
    assert "`k_proj`, 32 × 16, has no rank above 16, and 20 is paid for" in message
    assert "`rank = 16` or less" in help and "at(k_proj, rank = 16)" in help and argument == "rank"
    narrow = tuple(
        make("patterns", {"name": "at", "arguments": {"module": m, "rank": 16}}) for m in ("k_proj", "v_proj")
    )
    assert Lora(rank=20, patterns=narrow).idle(facts) is None
    assert Lora(rank=16).idle(facts) is None
    assert (AdaLora(init_rank=20).idle(facts) or ("",) * 3)[2] == "init_rank"
    assert LoHa(rank=20).idle(facts) is not None and LoHa().idle(facts) is None
    assert Full().idle(facts) is None


def test_scales_are_alpha_over_rank() -> None:
    """With rsLoRA over its square root; a pattern counts with what it changes."""
    own = make("patterns", {"name": "at", "arguments": {"module": "k_proj", "rank": 4}})
    assert Lora(rank=16, alpha=8, patterns=(own,)).scales == (0.5, 2.0)
    assert Lora(rank=16, alpha=8, variant="rslora").scales == (2.0,)
    assert AdaLora(init_rank=16, alpha=8).scales == (0.5,) and LoHa(rank=4, alpha=8).scales == (2.0,)
    assert Full().scales == ()
