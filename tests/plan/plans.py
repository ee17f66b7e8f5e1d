"""Plans and steps built by hand, for tests of what a plan says and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftspec.plan.canonical import sealed
from ftspec.plan.facts import CleanFacts, FileFacts, Target, TokenFacts
from ftspec.plan.plan import Gate, Memory, OriginRecord, Plan, Resources, SpecRecord
from ftspec.plan.steps import (
    Adaptation,
    Decide,
    Evaluate,
    Export,
    FetchModel,
    Generation,
    Measurement,
    PlannedUse,
    PrepareData,
    Train,
)
from ftspec.spec.rules import Arithmetic, Comparison, Constant, Reading
from ftspec.spec.types import Dimension

GIB = 1 << 30
MIB = 1 << 20
TEST = PlannedUse(data="data.tickets", split="test")
ENGLISH = PlannedUse(data="data.english", split="all")

CPU = Target(
    name="cpu",
    kind="cpu",
    title="cpu, 2 cores, 23 GiB",
    memory_bytes=23 * GIB,
    cores=2,
    flops=3.2e11,
    flops_fp32=8e10,
    bandwidth=1.6e10,
)


def call(name: str, **arguments: Any) -> dict[str, Any]:
    """A keyword as a plan records it."""
    return {"name": name, "arguments": arguments}


def tokens(rows: int = 344, longest: int = 143, **changes: Any) -> TokenFacts:
    """Rows as a tokenizer sees them."""
    values: dict[str, Any] = {
        "rows": rows,
        "tokens": rows * 83,
        "trained_tokens": rows * 3,
        "longest": longest,
        "longest_answer": 4,
        **changes,
    }
    return TokenFacts(**values)


def model(**changes: Any) -> FetchModel:
    """A small Llama in a folder."""
    values: dict[str, Any] = {
        "id": "model.base",
        "source": call("path", path="base"),
        "quantization": None,
        "precision": "fp32",
        "architecture": "LlamaForCausalLM",
        "model_type": "llama",
        "parameters": 2_361_600,
        "has_chat_template": True,
        "files": (FileFacts(path="base/model.safetensors", sha256="a" * 64, bytes=4_724_000),),
        **changes,
    }
    return FetchModel(**values)


def tickets(**changes: Any) -> PrepareData:
    """Tickets, cleaned and split."""
    values: dict[str, Any] = {
        "id": "data.tickets",
        "source": call("jsonl", path="data/tickets.jsonl"),
        "format": "prompt_completion",
        "recognised": False,
        "template": (("user", "{{ subject }}\n{{ body }}"), ("assistant", "{{ queue }}")),
        "template_source": "spec",
        "trained_roles": ("assistant",),
        "clean": {"drop_missing": True, "deduplicate": call("near", threshold=0.9)},
        "split": {"train": None, "validation": 0.1, "test": 0.15, "stratify": "queue", "seed": 0},
        "files": (FileFacts(path="data/tickets.jsonl", sha256="b" * 64, bytes=142_700),),
        "rows_read": 462,
        "rows": 458,
        "cleaned": (
            CleanFacts(name="drop_missing", rows_in=462, rows_out=461),
            CleanFacts(name="deduplicate", rows_in=461, rows_out=458),
        ),
        "splits": {"train": 344, "validation": 46, "test": 68},
        "digest": "c" * 64,
        **changes,
    }
    return PrepareData(**values)


def english(**changes: Any) -> PrepareData:
    """Prose that is scored whole."""
    values: dict[str, Any] = {
        "id": "data.english",
        "source": call("text", path="data/english.txt"),
        "format": "text",
        "recognised": False,
        "template": (("text", "{{ text }}"),),
        "trained_roles": ("text",),
        "clean": {},
        "split": None,
        "files": (FileFacts(path="data/english.txt", sha256="d" * 64, bytes=28_796),),
        "rows_read": 212,
        "rows": 212,
        "cleaned": (),
        "splits": {"all": 212},
        "tokens": {"all": 8140},
        "digest": "e" * 64,
        **changes,
    }
    return PrepareData(**values)


def train(**changes: Any) -> Train:
    """A LoRA stage; any field can be given."""
    values: dict[str, Any] = {
        "id": "train.router",
        "model": "model.base",
        "data": PlannedUse(data="data.tickets", split="train"),
        "validation": PlannedUse(data="data.tickets", split="validation"),
        "tokens": None,
        "objective": call("sft"),
        "method": call("lora", rank=16, alpha=32),
        "adaptation": adapter(147_456),
        "epochs": 3.0,
        "optimizer_steps": 66,
        "warmup_steps": 2,
        "batch_size": 16,
        "micro_batch_size": 4,
        "accumulation": 4,
        "devices": 1,
        "learning_rate": 2e-4,
        "scheduler": call("cosine", warmup=0.03),
        "optimizer": call("adamw", betas=[0.9, 0.999], eps=1e-8),
        "weight_decay": 0.0,
        "max_grad_norm": 1.0,
        "max_length": 143,
        "packing": True,
        "precision": "fp32",
        "attention": "sdpa",
        "gradient_checkpointing": False,
        "checkpoint_every": 10,
        "early_stopping": None,
        "seed": 0,
        "needs": ("model.base", "data.tickets"),
        **changes,
    }
    return Train.model_validate(values)


def adapter(size: int = 147_456, **arguments: Any) -> Adaptation:
    """LoRA on every linear module."""
    peft = {"config": "LoraConfig", "arguments": {"r": 16, **arguments}}
    return Adaptation(trainable=size, added=size, peft=peft, note="lora r16 α32 on 28 matrices")


def export(**changes: Any) -> Export:
    """The adapter ships."""
    return Export(**{"id": "export", "stage": "train.router", "form": "adapter", "card": True, **changes})


def gate(
    comparator: str = ">=",
    threshold: float = 0.9,
    measurement: str = "accuracy(tickets.test)",
    verb: str = "require",
    because: str | None = None,
) -> Gate:
    """A measurement against a share."""
    return Gate(
        verb=verb,
        rule=f"{measurement} {comparator} {100 * threshold:g}%",
        condition=Comparison(
            operator=comparator,
            left=Reading(measurement=measurement),
            right=Constant(value=threshold, dimension=Dimension.SHARE),
        ),
        measurement=measurement,
        baseline=None,
        because=because,
    )


def forgetting(factor: float = 1.05) -> Gate:
    """Perplexity against its baseline."""
    measurement = "perplexity(english)"
    base = f"{measurement} @ model.base"
    product = Arithmetic(operator="*", left=Constant(value=factor), right=Reading(measurement=base))
    return Gate(
        verb="require",
        rule=f"{measurement} <= {factor:g} * baseline",
        condition=Comparison(operator="<=", left=Reading(measurement=measurement), right=product),
        measurement=measurement,
        baseline=base,
        because="general English must survive",
    )


def evaluate(**changes: Any) -> Evaluate:
    """Accuracy on the test tickets, perplexity on the prose, before and after."""
    values: dict[str, Any] = {
        "id": "evaluate",
        "measurements": (
            Measurement(id="accuracy(tickets.test)", metric=call("accuracy"), uses=(TEST,), subject="export"),
            Measurement(id="perplexity(english)", metric=call("perplexity"), uses=(ENGLISH,), subject="export"),
            Measurement(
                id="perplexity(english) @ model.base", metric=call("perplexity"), uses=(ENGLISH,), subject="model.base"
            ),
        ),
        "generation": Generation(max_new_tokens=12, batch_tokens=4096),
        "samples": 10,
        **changes,
    }
    return Evaluate(**values)


def decide(**changes: Any) -> Decide:
    """The point estimate decides."""
    return Decide(**{"id": "decide", "confidence": None, "correction": "none", "seed": 0, **changes})


def memory(**parts: int) -> Memory:
    """Parts in bytes on the processor."""
    held = parts or {"weights": 10 * MIB, "activations": 118 * MIB, "runtime": 272 * MIB}
    total = sum(held.values())
    return Memory(
        total_bytes=total,
        parts=held,
        step="train.router",
        device="cpu",
        available_bytes=23 * GIB,
        fits=total < 23 * GIB,
    )


def resources(**changes: Any) -> Resources:
    """Forty seconds on a processor."""
    values: dict[str, Any] = {
        "memory": memory(),
        "tokens": 85_230,
        "optimizer_steps": 66,
        "time_seconds": 40.0,
        "time_source": "this machine's last 3 runs",
        "cost": None,
        **changes,
    }
    return Resources(**values)


def origins(**values: Any) -> Mapping[str, OriginRecord]:
    """Values by dotted path, a dot written as two underscores."""
    return {
        path.replace("__", "."): OriginRecord(value=value, by="spec", at="router.ft:34")
        for path, value in values.items()
    }


def plan(*replaced: Any, without: tuple[str, ...] = (), **changes: Any) -> Plan:
    """A whole plan; `replaced` steps take the place of those with their ids, or are added before the export."""
    own = [model(), tickets(), english(), train(tokens=tokens())]
    by_id = {step.id: step for step in own} | {step.id: step for step in replaced if step.id not in _LAST}
    last = {step.id: step for step in (export(), evaluate(), decide())} | {s.id: s for s in replaced if s.id in _LAST}
    values: dict[str, Any] = {
        "ftspec": "0.1.0",
        "spec": SpecRecord(name="router", goal="Route every ticket", kind="task", owner="support-ml"),
        "target": CPU,
        "steps": tuple(step for step in (*by_id.values(), *last.values()) if step.id not in without),
        "resources": resources(),
        "gates": (gate(), forgetting()),
        "origins": {},
        **changes,
    }
    return sealed(Plan(**values))


_LAST = ("export", "evaluate", "decide")
