"""The plan of the run folder that the report's tests read."""

from __future__ import annotations

from hashlib import sha256

from ftspec.plan import canonical
from ftspec.plan.facts import CleanFacts, Example, FileFacts, Target, TokenFacts
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
    Step,
    Train,
)
from ftspec.spec.rules import Arithmetic, Comparison, Constant, Reading
from ftspec.spec.types import Dimension

MIB = 2**20
STEPS = 66
DEVICE = "cpu, 2 cores, 23 GiB"


def digest_of(name: str) -> str:
    """A SHA-256 to show."""
    return sha256(name.encode()).hexdigest()


def make_plan(goal: str, rule: str) -> Plan:
    plan = Plan(
        ftspec="0.1.0",
        spec=SpecRecord(name="tickets", goal=goal, kind="task", owner="support-ml"),
        target=Target(
            name="cpu", kind="cpu", title=DEVICE, memory_bytes=23 * 1024 * MIB, flops=9e10, bandwidth=2e10
        ),
        steps=_steps(),
        resources=Resources(
            memory=_memory(), tokens=85_230, optimizer_steps=STEPS, time_seconds=40.0,
            time_source="from this machine's last 3 runs", cost=None,
        ),
        gates=_gates(rule),
        origins=_origins(),
    )  # fmt: skip
    return canonical.sealed(plan)


def _memory() -> Memory:
    parts = {"weights": 10 * MIB, "adapter": 1 * MIB, "gradients": 1 * MIB, "optimizer": 1 * MIB}
    parts |= {"activations": 118 * MIB, "logits": 16 * MIB, "runtime": 260 * MIB}
    total = sum(parts.values())
    return Memory(
        total_bytes=total, parts=parts, step="train.router", device="cpu", available_bytes=23 * 1024 * MIB, fits=True
    )


def _steps() -> tuple[Step, ...]:
    return (
        _model(),
        _tickets(),
        _english(),
        _train(),
        _export(),
        evaluation(),
        Decide(id="decide", confidence=None, correction="none", seed=0),
    )


def _model() -> FetchModel:
    return FetchModel(
        id="model.base",
        source={"name": "path", "arguments": {"path": "base"}},
        quantization=None,
        precision="fp32",
        architecture="LlamaForCausalLM",
        model_type="llama",
        parameters=2_361_600,
        files=(FileFacts(path="base/model.safetensors", sha256=digest_of("model"), bytes=4_724_000),),
    )


def _tickets() -> PrepareData:
    missing = Example(file="data/tickets.jsonl", row=118, text="(no body) Re: Re: Fwd:")
    near = Example(
        file="data/tickets.jsonl",
        row=301,
        text="Since version 9 the export button is gone. Not under Reports, not under the dots.",
    )
    return PrepareData(
        id="data.tickets",
        source={"name": "jsonl", "arguments": {"path": "data/tickets.jsonl"}},
        format="prompt_completion",
        recognised=False,
        template=(("system", "One queue."), ("user", "{{ subject }}\n{{ body }}"), ("assistant", "{{ queue }}")),
        template_source="spec",
        trained_roles=("assistant",),
        clean={"drop_missing": True, "deduplicate": {"name": "near", "arguments": {"threshold": 0.9}}},
        split={"test": 0.15, "validation": 0.1, "stratify": "queue", "group": None, "by": None, "seed": 0},
        files=(FileFacts(path="data/tickets.jsonl", sha256=digest_of("tickets"), bytes=142_700),),
        rows_read=462,
        rows=458,
        cleaned=(
            CleanFacts(name="drop_missing", rows_in=462, rows_out=461, examples=(missing,)),
            CleanFacts(name="deduplicate", rows_in=461, rows_out=458, examples=(near,)),
            CleanFacts(name="redact", rows_in=458, rows_out=458, changed=7),
        ),
        splits={"train": 344, "validation": 46, "test": 68},
        tokens={"train": 28_410, "validation": 3_871, "test": 5_602},
        labels={
            "train": {"billing": 120, "general": 109, "technical": 115},
            "validation": {"billing": 15, "general": 16, "technical": 15},
            "test": {"billing": 23, "general": 22, "technical": 23},
        },
        digest=digest_of("prepared tickets"),
    )  # fmt: skip


def _english() -> PrepareData:
    return PrepareData(
        id="data.english",
        source={"name": "text", "arguments": {"path": "data/english.txt"}},
        format="text",
        recognised=True,
        template=(("text", "{{ text }}"),),
        trained_roles=("text",),
        clean={},
        split=None,
        files=(FileFacts(path="data/english.txt", sha256=digest_of("english"), bytes=28_796),),
        rows_read=212,
        rows=212,
        cleaned=(),
        splits={"all": 212},
        digest=digest_of("prepared english"),
    )


def _train() -> Train:
    histogram = (4, 12, 31, 52, 61, 55, 42, 31, 21, 14, 9, 5, 3, 2, 1, 1)
    tokens = TokenFacts(
        rows=344, tokens=28_410, trained_tokens=1_032, longest=143, longest_answer=4, histogram=histogram
    )
    return Train(
        id="train.router",
        model="model.base",
        data=PlannedUse(data="data.tickets", split="train"),
        validation=PlannedUse(data="data.tickets", split="validation"),
        tokens=tokens,
        objective={"name": "sft", "arguments": {}},
        method={"name": "lora", "arguments": {"rank": 16, "alpha": 32.0, "dropout": 0.0, "targets": "all_linear"}},
        adaptation=Adaptation(trainable=147_456, added=147_456, note="lora r16 α32 on 28 matrices"),
        epochs=3,
        optimizer_steps=STEPS,
        warmup_steps=2,
        batch_size=16,
        micro_batch_size=4,
        accumulation=4,
        devices=1,
        learning_rate=2e-4,
        scheduler={"name": "cosine", "arguments": {"warmup": 0.03}},
        optimizer={"name": "adamw", "arguments": {"betas": [0.9, 0.999]}},
        weight_decay=0.0,
        max_grad_norm=1.0,
        max_length=512,
        packing=True,
        precision="fp32",
        attention="sdpa",
        gradient_checkpointing=False,
        checkpoint_every=20,
        early_stopping=None,
        seed=0,
        needs=("model.base", "data.tickets"),
    )


def _export() -> Export:
    return Export(id="export", stage="train.router", form="adapter", card=True, needs=("train.router",))


TEST = PlannedUse(data="data.tickets", split="test")
TRAIN = PlannedUse(data="data.tickets", split="train")
ENGLISH = PlannedUse(data="data.english", split="all")


def evaluation() -> Evaluate:
    latency = {"name": "latency", "arguments": {"percentile": 95}}
    f1 = {"name": "f1", "arguments": {"average": "macro", "label": None}}
    measured = (
        ("accuracy(tickets.test)", {"name": "accuracy", "arguments": {}}, TEST, "export"),
        ("f1(tickets.test, average = macro)", f1, TEST, "export"),
        ("f1(tickets.test, average = macro)@baseline", f1, TEST, "model.base"),
        ("perplexity(english)", {"name": "perplexity", "arguments": {}}, ENGLISH, "export"),
        ("perplexity(english)@baseline", {"name": "perplexity", "arguments": {}}, ENGLISH, "model.base"),
        ("memorization(tickets.train)", {"name": "memorization", "arguments": {"tokens": 50}}, TRAIN, "export"),
        ("latency(tickets.test, percentile = 95)", latency, TEST, "export"),
    )  # fmt: skip
    return Evaluate(
        measurements=tuple(Measurement(id=i, metric=m, uses=(use,), subject=s) for i, m, use, s in measured),
        generation=Generation(max_new_tokens=12, batch_tokens=4096),
        samples=10,
        id="evaluate",
    )


def _gates(rule: str) -> tuple[Gate, ...]:
    def read(id: str) -> Reading:
        return Reading(measurement=id)

    def share(value: float) -> Constant:
        return Constant(value=value, dimension=Dimension.SHARE)

    acc, f1 = "accuracy(tickets.test)", "f1(tickets.test, average = macro)"
    ppl, mem = "perplexity(english)", "memorization(tickets.train)"
    lat = "latency(tickets.test, percentile = 95)"
    better = Arithmetic(operator="+", left=read(f"{f1}@baseline"), right=share(0.1))
    kept = Arithmetic(operator="*", left=Constant(value=1.05), right=read(f"{ppl}@baseline"))
    return (
        Gate(verb="require", rule=rule or f"{acc} >= 90%", measurement=acc, baseline=None, because=None,
             condition=Comparison(operator=">=", left=read(acc), right=share(0.9))),
        Gate(verb="require", rule=f"{f1} >= baseline + 10%", measurement=f1, baseline=f"{f1}@baseline", because=None,
             condition=Comparison(operator=">=", left=read(f1), right=better)),
        Gate(verb="require", rule=f"{ppl} <= 1.05 * baseline", measurement=ppl, baseline=f"{ppl}@baseline",
             because="general English must survive", condition=Comparison(operator="<=", left=read(ppl), right=kept)),
        Gate(verb="warn", rule=f"{mem} <= 2%", measurement=mem, baseline=None, because=None,
             condition=Comparison(operator="<=", left=read(mem), right=share(0.02))),
        Gate(verb="report", rule=lat, measurement=lat, baseline=None, because=None, condition=None),
    )  # fmt: skip


def _origins() -> dict[str, OriginRecord]:
    reason = "28,410 tokens an epoch in rows of up to 143: four of them fill the cores"
    lora = {"name": "lora", "arguments": {"rank": 16, "alpha": 32.0, "targets": "all_linear"}}
    return {
        "train.router.learning_rate": OriginRecord(value=2e-4, by="--set", overrode=5e-4),
        "train.router.method": OriginRecord(value=lora, by="spec", at="tickets.ft:38"),
        "train.router.length": OriginRecord(value="3 epochs", by="spec", at="tickets.ft:39"),
        "train.router.batch_size": OriginRecord(value=16, by="spec", at="tickets.ft:41"),
        "train.router.micro_batch_size": OriginRecord(value=4, by="auto", reason=reason),
        "train.router.packing": OriginRecord(value=True, by="auto", reason="sft packs, and rows are short"),
        "train.router.precision": OriginRecord(value="fp32", by="auto", reason="this cpu has no native bf16"),
        "train.router.weight_decay": OriginRecord(value=0.0, by="default"),
        "train.router.max_grad_norm": OriginRecord(value=1.0, by="default"),
        "train.router.seed": OriginRecord(value=0, by="default"),
        "data.tickets.source": OriginRecord(value=_tickets().source, by="spec", at="tickets.ft:20"),
        "data.tickets.split.test": OriginRecord(value=0.15, by="spec", at="tickets.ft:29"),
        "data.tickets.split.stratify": OriginRecord(value="queue", by="spec", at="tickets.ft:31"),
        "data.tickets.split.seed": OriginRecord(value=0, by="default"),
        "model.base.source": OriginRecord(value=_model().source, by="spec", at="tickets.ft:9"),
        "model.base.precision": OriginRecord(value="fp32", by="auto", reason="this cpu has no native bf16"),
    }
