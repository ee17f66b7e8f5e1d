"""Memory, time and cost of plans: the calculator's own arithmetic, and published measurements."""

from __future__ import annotations

from typing import Any

import pytest

from ftspec.kinds import make
from ftspec.kinds.methods import Method
from ftspec.kinds.registry import find, keywords
from ftspec.model.catalogue import entry
from ftspec.model.facts import config_facts
from ftspec.plan.devices import find_device
from ftspec.plan.facts import Facts, ModelFacts, Target
from ftspec.plan.plan import Resources
from ftspec.plan.resources import estimate, train_memory
from ftspec.plan.resources.batch import largest_batch, longest_rows
from ftspec.plan.resources.forwards import kv_bytes_per_token
from ftspec.plan.resources.numbers import QUANTIZED_BITS, STATE_BYTES, linear_bits
from ftspec.plan.resources.training import PARTS
from ftspec.plan.resources.weights import is_quantizable, weight_bytes
from ftspec.plan.steps import Train
from tests.plan.plans import CPU, GIB, call, decide, evaluate, export, model, tickets, tokens, train

NF4 = call("nf4", double=True)


def facts_of(name: str) -> ModelFacts:
    """A model of the catalogue."""
    known = entry(name)
    assert known is not None
    facts, _ = config_facts(known.config, "catalogue")
    assert facts is not None
    return facts


def device(name: str, count: int = 1) -> Target:
    """A device of the catalogue."""
    target = find_device(name, count)
    assert isinstance(target, Target)
    return target


def stage(facts: ModelFacts, method: str, length: int = 512, **changes: Any) -> Train:
    """A stage on a model with the method's own adaptation."""
    name, _, rank = method.partition(" ")
    made = make("methods", call(name, **({"rank": int(rank)} if rank else {})))
    assert isinstance(made, Method)
    values = {"precision": "bf16", "max_length": length, "micro_batch_size": 1, "accumulation": 16, "packing": False}
    return train(method=made.model_dump(), adaptation=made.adaptation(facts), **{**values, **changes})


def total(step: Train, facts: ModelFacts, target: Target, quantization: Any = None) -> float:
    """GiB at the peak."""
    return sum(train_memory(step, facts, target, quantization).values()) / GIB


# Numbers that must agree with others


@pytest.mark.parametrize("name", keywords("quantizations"))
@pytest.mark.parametrize("double", [True, False])
def test_bits_are_those_of_the_quantizations(name: str, double: bool) -> None:
    kind = find("quantizations", name)
    assert kind is not None
    arguments = {"double": double} if "double" in kind.model_fields else {}
    made: Any = make("quantizations", call(name, **arguments))
    assert linear_bits(made.model_dump(), None, "bf16") == pytest.approx(made.bits) == QUANTIZED_BITS[name, double]


@pytest.mark.parametrize("name", keywords("optimizers"))
def test_states_are_those_of_the_optimizers(name: str) -> None:
    kind: Any = find("optimizers", name)
    assert STATE_BYTES[name] == kind.state_bytes


# Weights


def test_nf4_with_double_quantization_is_4_127_bits() -> None:
    assert linear_bits(NF4, None, "bf16") == pytest.approx(4.127, abs=5e-4)


def test_llama_70b_in_nf4() -> None:
    """35.3 GB of linear weights and 4.2 GB of embedding and head, before any activation."""
    facts = facts_of("meta-llama/Llama-3.1-70B")
    inside = sum(tensor.size for tensor in facts.tensors if is_quantizable(tensor))
    outside = facts.parameters - inside
    assert inside * linear_bits(NF4, None, "bf16") / 8 == pytest.approx(35.3e9, rel=0.002)
    assert outside * 2 == pytest.approx(4.2e9, rel=0.002)
    assert weight_bytes(facts, "bf16", NF4) == pytest.approx(39.5e9, rel=0.002)


def test_llama_70b_does_not_fit_one_card_of_24_gib() -> None:
    facts, card = facts_of("meta-llama/Llama-3.1-70B"), device("rtx_4090")
    parts = train_memory(stage(facts, "qlora 16", gradient_checkpointing=True), facts, card, NF4)
    assert sum(parts.values()) > card.memory_bytes and parts["weights"] > card.memory_bytes


@pytest.mark.parametrize(
    ("name", "expected"),
    [("meta-llama/Llama-2-7b-hf", 3.60), ("meta-llama/Llama-3.1-8B", 5.31), ("mistralai/Mistral-7B-v0.1", 3.84)],
)
def test_weights_in_nf4(name: str, expected: float) -> None:
    """GiB by hand: linear weights × 4.127 bits, embedding and head × 16."""
    assert weight_bytes(facts_of(name), "bf16", NF4) / GIB == pytest.approx(expected, abs=0.02)


def test_stacked_experts_are_not_quantized() -> None:
    facts = facts_of("mistralai/Mixtral-8x7B-v0.1")
    assert weight_bytes(facts, "bf16", NF4) > 0.95 * weight_bytes(facts, "bf16")


def test_embeddings_heads_and_routers_are_never_quantized() -> None:
    for name in (
        "Qwen/Qwen1.5-MoE-A2.7B",
        "openai-community/gpt2",
        "facebook/opt-350m",
        "google-bert/bert-base-uncased",
    ):
        outside = [tensor.name for tensor in facts_of(name).tensors if not is_quantizable(tensor)]
        assert any("emb" in each or "wte" in each for each in outside)
    moe = facts_of("Qwen/Qwen1.5-MoE-A2.7B")
    quantized = {tensor.name for tensor in moe.tensors if is_quantizable(tensor)}
    assert "model.layers.0.mlp.shared_expert.gate_proj.weight" in quantized
    assert "model.layers.0.mlp.gate.weight" not in quantized


# Published measurements


@pytest.mark.parametrize(
    ("name", "method", "quantization", "most"),
    [
        # QLoRA (Dettmers et al. 2023, abstract): a 65B model finetunes on a single 48 GB GPU; LLaMA-Factory's table of
        # estimated memory: 7B in 4 bits 6 GB, LoRA in 16 bits 16 GB; 13B 12 and 32 GB.
        ("meta-llama/Llama-2-7b-hf", "qlora 16", NF4, 6.5),
        ("meta-llama/Llama-2-13b-hf", "qlora 16", NF4, 12),
        ("meta-llama/Llama-2-70b-hf", "qlora 16", NF4, 48),
        ("meta-llama/Llama-2-7b-hf", "lora 16", None, 16.5),
        ("meta-llama/Llama-2-13b-hf", "lora 16", None, 32),
    ],
)
def test_published_sizes_hold(name: str, method: str, quantization: Any, most: float) -> None:
    facts = facts_of(name)
    step = stage(facts, method, gradient_checkpointing=True)
    needed = total(step, facts, device("a100_80gb"), quantization)
    assert 0.6 * most < needed < most


def test_full_training_takes_sixteen_bytes_a_parameter() -> None:
    """Weights, gradients and two moments in fp32 (Rajbhandari et al. 2020, ZeRO, section 3.1), before activations."""
    facts = facts_of("meta-llama/Llama-3.2-1B")
    parts = train_memory(stage(facts, "full", gradient_checkpointing=True), facts, device("a100_80gb"))
    held = parts["weights"] + parts["gradients"] + parts["optimizer"]
    assert held == pytest.approx(16 * facts.parameters, rel=0.001)


# What memory depends on


def test_a_wider_batch_takes_more_and_checkpointing_less() -> None:
    facts, card = facts_of("meta-llama/Llama-3.1-8B"), device("h100_sxm")
    one, four = (total(stage(facts, "lora 16", micro_batch_size=size), facts, card) for size in (1, 4))
    recomputed = total(stage(facts, "lora 16", micro_batch_size=4, gradient_checkpointing=True), facts, card)
    assert one < four and recomputed < four - 5


def test_methods_differ_as_they_should() -> None:
    facts, card = facts_of("meta-llama/Llama-3.2-1B"), device("h100_sxm")
    full, lora = (total(stage(facts, method), facts, card) for method in ("full", "lora 16"))
    qlora = total(stage(facts, "qlora 16"), facts, card, NF4)
    head = total(stage(facts, "freeze"), facts, card) if "freeze" not in keywords("methods") else 0
    assert qlora < lora < full / 2 and head < full


def test_only_padding_and_short_windows_need_a_mask() -> None:
    facts, card = facts_of("meta-llama/Llama-3.1-8B"), device("h100_sxm")

    def needed(facts: ModelFacts, kind: str, packing: bool) -> float:
        step = stage(facts, "lora 16", attention=kind, packing=packing, micro_batch_size=16)
        return total(step, facts, card)

    assert needed(facts, "sdpa", True) == needed(facts, "flash_attention_2", True)
    # 16 rows of 512 tokens: key and value heads repeated for each query head, and a mask of 8 MiB a layer.
    assert needed(facts, "sdpa", False) - needed(facts, "flash_attention_2", False) > 1
    # 8,192 tokens under one mask: 128 MiB for each of 32 layers.
    narrow = facts.model_copy(update={"window": 128})
    assert needed(narrow, "sdpa", True) - needed(narrow, "flash_attention_2", True) > 4


def test_gradients_wait_only_where_batches_are_accumulated() -> None:
    facts, card = facts_of("meta-llama/Llama-3.2-1B"), device("h100_sxm")
    long = {"micro_batch_size": 8, "max_length": 2048}
    once = train_memory(stage(facts, "full", accumulation=1, **long), facts, card)
    twice = train_memory(stage(facts, "full", accumulation=2, **long), facts, card)
    assert once["gradients"] == 0 and twice["gradients"] > 4 * facts.parameters * 0.99


def test_paged_optimizers_leave_while_activations_need_the_room() -> None:
    facts, card = facts_of("meta-llama/Llama-3.1-8B"), device("rtx_4090")
    paged = stage(facts, "qlora 64", optimizer=call("paged_adamw_32bit"), gradient_checkpointing=True)
    plain = stage(facts, "qlora 64", optimizer=call("adamw"), gradient_checkpointing=True)
    assert total(paged, facts, card, NF4) < total(plain, facts, card, NF4)


def test_every_part_is_a_whole_number_of_bytes() -> None:
    facts = facts_of("Qwen/Qwen3-30B-A3B")
    parts = train_memory(stage(facts, "lora 8", gradient_checkpointing=True), facts, device("h200_sxm"))
    assert all(isinstance(size, int) and size >= 0 for size in parts.values())
    assert set(parts) == set(PARTS)


# Batches


def test_the_largest_batch_holds_the_longest_rows() -> None:
    known = tokens(rows=100, longest=160, histogram=(0,) * 8 + (40, 30, 20, 5, 2, 1, 1, 1))
    assert longest_rows(known, 4, 512) == [160, 150, 140, 130]
    assert longest_rows(known, 4, 145) == [145, 145, 140, 130]
    assert longest_rows(None, 3, 512) == [512] * 3
    assert len(longest_rows(tokens(rows=2, longest=16, histogram=(0,) * 15 + (2,)), 5, 512)) == 5


def test_packed_rows_lie_in_one_sequence() -> None:
    known = tokens(rows=100, longest=100)
    packed = largest_batch(train(tokens=known, micro_batch_size=4, max_length=100))
    padded = largest_batch(train(tokens=known, micro_batch_size=4, max_length=100, packing=False))
    narrow = largest_batch(train(tokens=known, micro_batch_size=4, max_length=100), window=64)
    assert (packed.tokens, packed.attended, packed.masked) == (400, 40_000, False)
    assert (narrow.tokens, narrow.attended, narrow.masked) == (400, 160_000, True)
    assert (padded.tokens, padded.attended) == (400, 40_000)
    assert packed.scored == padded.scored == 16


def test_keys_and_values_of_llama_3_8b() -> None:
    """128 KiB a token in 16 bits: 2 × 32 layers × 8 heads × 128 × 2 bytes."""
    assert kv_bytes_per_token(facts_of("meta-llama/Llama-3.1-8B"), "bf16") == 131_072


# Whole plans


def whole(step: Train, facts: ModelFacts, target: Target, quantization: Any = None) -> Resources:
    """The estimate of a plan of one stage."""
    steps = (model(quantization=quantization), tickets(), step, export(), evaluate(), decide())
    known = {("tickets", part, "base"): tokens(rows=68) for part in ("train", "test")}
    known[("english", "all", "base")] = tokens(rows=212, longest=60, trained_tokens=17_000)
    return estimate(steps, Facts(target, {"base": facts}, tokens=known), target)


def test_the_worst_step_counts() -> None:
    facts = facts_of("openai-community/gpt2")
    light = whole(stage(facts, "lora 8", length=32, precision="fp32"), facts, CPU)
    heavy = whole(stage(facts, "full", length=1024, precision="fp32", micro_batch_size=4), facts, CPU)
    assert light.memory.step == "evaluate" and heavy.memory.step == "train.router"
    assert sum(heavy.memory.parts.values()) == heavy.memory.total_bytes
    assert heavy.memory.fits and heavy.memory.available_bytes == CPU.memory_bytes


def test_tokens_and_steps_are_counted() -> None:
    facts = facts_of("openai-community/gpt2")
    found = whole(stage(facts, "lora 8", tokens=tokens()), facts, CPU)
    assert found.optimizer_steps == 66 and found.tokens == 3 * 344 * 83


def test_time_and_cost() -> None:
    facts = facts_of("meta-llama/Llama-3.1-8B")
    step = stage(facts, "lora 16", length=2048, micro_batch_size=4, accumulation=4, optimizer_steps=1000)
    fast, slow = (whole(step, facts, device(name)) for name in ("h100_sxm", "rtx_3090"))
    assert 2 < slow.time_seconds / fast.time_seconds < 20
    assert fast.cost == pytest.approx(fast.time_seconds / 3600 * 2.99, abs=0.01)
    assert whole(step, facts, CPU).cost is None
    low, high = fast.time_range or (0, 0)
    assert low < fast.time_seconds < high


def test_an_8b_lora_takes_what_others_measure() -> None:
    """8B with LoRA trains at 4,000 to 12,000 tokens a second on an H100, as torchtune and Axolotl report."""
    facts = facts_of("meta-llama/Llama-3.1-8B")
    step = stage(facts, "lora 16", length=2048, micro_batch_size=4, accumulation=4, optimizer_steps=1000)
    seconds = whole(step, facts, device("h100_sxm")).time_seconds
    assert 4000 < 16 * 2048 * 1000 / seconds < 12_000


def test_past_runs_narrow_the_time() -> None:
    facts = facts_of("openai-community/gpt2")
    step = stage(facts, "lora 8", tokens=tokens())
    fresh = whole(step, facts, CPU)
    known = whole(step, facts, CPU.model_copy(update={"pace": 2.0, "pace_runs": 3}))
    assert known.time_seconds == pytest.approx(2 * fresh.time_seconds, rel=0.01)
    assert known.time_source == "from this machine's last 3 runs"
    assert fresh.time_range and known.time_range
    assert known.time_range[1] / known.time_range[0] < fresh.time_range[1] / fresh.time_range[0]


def test_the_same_plan_gives_the_same_numbers() -> None:
    facts = facts_of("openai-community/gpt2")
    step = stage(facts, "lora 8", tokens=tokens())
    assert whole(step, facts, CPU) == whole(step, facts, CPU)
