"""What would make a plan fit, and what devices share."""

from __future__ import annotations

from ftspec.plan.facts import ModelFacts
from ftspec.plan.plan import Way
from ftspec.plan.resources import Sharding, train_memory, ways_to_fit
from ftspec.plan.resources.duration import training_seconds
from ftspec.plan.resources.training import Training, sharding_of
from ftspec.plan.steps import Train
from tests.plan.plans import CPU, GIB
from tests.plan.test_resources import NF4, device, facts_of, stage

LLAMA_8B, LLAMA_70B = "meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-70B"


def settings(ways: tuple[Way, ...]) -> list[str]:
    """What each would add to the command line."""
    return [" ".join(way.settings) for way in ways]


def large(name: str, method: str = "qlora 16", **changes: object) -> tuple[Train, ModelFacts]:
    """A stage that asks for much."""
    facts = facts_of(name)
    return stage(facts, method, **changes), facts


# Ways


def test_70b_on_one_card_of_24_gib_needs_a_second() -> None:
    step, facts = large(LLAMA_70B, gradient_checkpointing=True)
    ways = ways_to_fit(step, facts, device("rtx_4090"), NF4)
    two = next(way for way in ways if way.settings == ("--count 2",))
    assert "FSDP" in two.words and two.devices == 2 and two.fits
    assert any(way.settings[0].startswith("--device") for way in ways)


def test_every_way_fits_and_says_what_it_costs() -> None:
    step, facts = large(LLAMA_8B, "lora 16", length=4096, micro_batch_size=8, accumulation=2)
    card = device("rtx_4090")
    assert sum(train_memory(step, facts, card).values()) > card.memory_bytes
    ways = ways_to_fit(step, facts, card)
    assert ways and all(way.fits and way.slower > 0 for way in ways)
    assert len(settings(ways)) == len(set(settings(ways)))
    assert all(each.startswith(("--set", "--count", "--device")) for way in ways for each in way.settings)


def test_recomputing_comes_before_another_device() -> None:
    step, facts = large(LLAMA_8B, length=8192, micro_batch_size=2, accumulation=8)
    first, *_ = ways_to_fit(step, facts, device("rtx_4090"), NF4)
    assert all(each.startswith("--set router.") for each in first.settings) and first.same_result


def test_a_limit_is_met_on_the_same_device() -> None:
    step, facts = large(LLAMA_8B, length=2048, micro_batch_size=4, accumulation=4)
    ways = ways_to_fit(step, facts, device("h100_sxm"), NF4, limit=12 * GIB)
    assert ways and all(way.total_bytes <= 12 * GIB for way in ways)
    assert not any("--device" in each for each in settings(ways))


def test_what_the_rest_of_the_plan_takes_cannot_be_mended_here() -> None:
    step, facts = large(LLAMA_8B, length=8192, micro_batch_size=2)
    ways = ways_to_fit(step, facts, device("rtx_4090"), NF4, floor=lambda _: 100 * GIB)
    assert not any(each.startswith("--set") for each in settings(ways))


def test_a_processor_is_alone() -> None:
    step, facts = large(LLAMA_8B, "full", length=1024)
    assert not any("--count" in each or "--device" in each for each in settings(ways_to_fit(step, facts, CPU)))


# Sharing


def test_zero_shares_stage_by_stage() -> None:
    """ZeRO (Rajbhandari et al. 2020), figure 1: optimizer, then gradients too, then weights too."""
    step, facts = large("meta-llama/Llama-3.2-1B", "full", gradient_checkpointing=True)
    card, parts = device("a100_80gb"), ("optimizer", "gradients", "weights")
    whole = Training(step, facts, card)
    sizes = dict(zip(parts, (whole.optimizer, whole.gradients, whole.weights), strict=True))
    for kind, shared in (("ddp", 0), ("zero1", 1), ("zero2", 2), ("zero3", 3), ("fsdp", 3)):
        sharding = Sharding(kind, 8)  # type: ignore[arg-type]
        left = {part: sharding.share(part, size) / size for part, size in sizes.items()}
        assert [round(left[part], 3) for part in parts] == [0.125] * shared + [1.0] * (3 - shared)


def test_zero_of_a_model_of_7_5b_parameters_on_64_devices() -> None:
    """The same figure's numbers: 120 GB alone, 31.4, 16.6 and 1.9 GB a device (mixed precision, K = 12)."""
    psi, devices = 7.5e9, 64
    sizes = {"weights": 2 * psi, "gradients": 2 * psi, "optimizer": 12 * psi}
    found = [sum(Sharding(kind, devices).share(p, round(s)) for p, s in sizes.items()) / 1e9
             for kind in ("ddp", "zero1", "zero2", "zero3")]  # fmt: skip
    assert [round(each, 1) for each in found] == [120.0, 31.4, 16.6, 1.9]


def test_offloaded_weights_leave_what_is_gathered() -> None:
    step, facts = large(LLAMA_70B, gradient_checkpointing=True, sharding="fsdp", devices=2, offload=True)
    assert sharding_of(step) == Sharding("fsdp", 2, offload=True)
    parts = train_memory(step, facts, device("rtx_4090", 2), NF4)
    head = facts.vocabulary * facts.hidden * 2
    assert head < parts["weights"] < 1.5 * head and parts["optimizer"] == parts["gradients"] == 0


def test_traffic_between_devices_takes_its_time() -> None:
    step, facts = large(LLAMA_70B, gradient_checkpointing=True, devices=2, sharding="fsdp", accumulation=16, length=64)
    slow = device("rtx_4090", 2).model_copy(update={"link": 1e9})
    fast = device("rtx_4090", 2).model_copy(update={"link": 1e12})
    assert training_seconds(step, facts, slow, NF4) > 2 * training_seconds(step, facts, fast, NF4)
