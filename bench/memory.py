"""Predicted against measured peak memory of training, over sizes, methods, precisions, batches, lengths, checkpointing.

    python -m bench.memory [NAME …] [--json] [--probe]

Each combination trains for two optimizer steps in a process of its own, through ftspec's own executor on a model of
random weights. Measured is the growth of resident memory from before the model is loaded to the peak that the kernel
kept (`VmHWM` of `/proc/self/status`, reset before); predicted is what the plan says, without the process itself. With
`--probe` it is what three steps in another process have held, as `ftspec compile --probe` reads it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.row import Row

ROOT = Path(__file__).parent.parent
BASE = ROOT / "specs" / "base"
MIB = 1 << 20
WORDS = "the quick brown fox jumps over a lazy dog and then the morning comes back to the old town by the sea "


@dataclass(frozen=True)
class Size:
    """A Llama's dimensions."""

    hidden: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    vocabulary: int


SIZES = {
    "9M": Size(320, 896, 6, 5, 5, 4096),
    "19M": Size(384, 1024, 8, 6, 2, 8192),
    "38M": Size(512, 1408, 10, 8, 4, 8192),
}


@dataclass(frozen=True)
class Combination:
    """One training to measure."""

    size: str
    method: str
    precision: str
    micro: int
    accumulation: int
    length: int
    checkpointing: bool = False
    answers: bool = False
    """Whether only short answers train, not every token."""

    packing: bool = True

    @property
    def name(self) -> str:
        """`38M lora(rank = 16) fp32 4×2 of 256`."""
        extras = [
            word
            for word, on in (
                ("checkpointed", self.checkpointing), ("answers", self.answers), ("padded", not self.packing)
            )
            if on
        ]  # fmt: skip
        shape = f"{self.micro}×{self.accumulation} of {self.length}"
        return " ".join((self.size, self.method, self.precision, shape, *extras))


LORA, DROP, QLORA = "lora(rank = 16)", "lora(rank = 16, dropout = 5%)", "qlora(rank = 16)"
COMBINATIONS = (
    Combination("9M", LORA, "fp32", 8, 1, 128),
    Combination("9M", LORA, "fp32", 8, 2, 128, answers=True),
    Combination("9M", "full()", "fp32", 8, 1, 128),
    Combination("9M", DROP, "fp32", 8, 1, 128),
    Combination("9M", "full()", "bf16", 8, 1, 128),
    Combination("19M", LORA, "fp32", 4, 2, 128),
    Combination("19M", LORA, "fp32", 8, 1, 128),
    Combination("19M", LORA, "fp32", 16, 1, 64, answers=True),
    Combination("19M", LORA, "fp32", 1, 1, 1000),
    Combination("19M", LORA, "fp32", 1, 1, 1000, checkpointing=True),
    Combination("19M", LORA, "fp32", 8, 1, 128, packing=False),
    Combination("19M", LORA, "bf16", 8, 1, 128),
    Combination("19M", DROP, "fp32", 4, 1, 128),
    Combination("19M", QLORA, "fp32", 4, 1, 128),
    Combination("19M", "full()", "fp32", 4, 1, 128),
    Combination("19M", "full()", "fp32", 8, 2, 64),
    Combination("19M", "full()", "fp32", 8, 1, 128, checkpointing=True),
    Combination("19M", "full()", "bf16", 4, 1, 128),
    Combination("19M", "freeze(train = last(3))", "fp32", 8, 1, 128),
    Combination("38M", LORA, "fp32", 2, 2, 128),
    Combination("38M", LORA, "fp32", 4, 1, 256),
    Combination("38M", LORA, "fp32", 4, 1, 256, checkpointing=True, answers=True),
    Combination("38M", LORA, "bf16", 4, 1, 256),
    Combination("38M", QLORA, "bf16", 4, 1, 128),
    Combination("38M", "full()", "fp32", 2, 1, 128),
    Combination("38M", "full()", "fp32", 4, 2, 128, checkpointing=True),
    Combination("38M", "full()", "bf16", 2, 1, 256),
    Combination("38M", LORA, "fp32", 4, 1, 256, packing=False),
)


@dataclass(frozen=True)
class Measured:
    """One combination's figures in bytes; `process` is what the process held before the model was loaded."""

    name: str
    predicted: int
    measured: int
    process: int
    parts: dict[str, int]

    @property
    def error(self) -> float:
        """How much more, or less, the plan says than was used."""
        return self.predicted / self.measured - 1


def rows() -> list[Row]:
    """The worst and the median error of all combinations."""
    errors = [abs(each.error) for each in map(measure, COMBINATIONS)]
    return [
        Row(f"memory, worst error of {len(errors)}", 100 * max(errors), 15, at_most=True, unit="%"),
        Row("memory, median error", 100 * statistics.median(errors), 5, at_most=True, unit="%"),
    ]


def measure(combination: Combination, probed: bool = False) -> Measured:
    """Trains in a process of its own; `probed` predicts by a probe."""
    with tempfile.TemporaryDirectory() as folder:
        write_spec(combination, Path(folder))
        command = [sys.executable, "-m", "bench.memory", "--child", folder, *(["--probe"] if probed else [])]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        if done.returncode:
            raise SystemExit(f"{combination.name}: {done.stderr[-2000:]}")
        return Measured(combination.name, **json.loads(done.stdout.splitlines()[-1]))


def write_spec(combination: Combination, folder: Path) -> None:
    """A model of random weights, rows of the wanted length, and the spec that trains the one on the other."""
    _write_model(SIZES[combination.size], folder / "base")
    count = combination.micro * combination.accumulation * 2
    # A row whose answer is cut away trains nothing, so prompts stay well below the length.
    text = WORDS * (combination.length // 40 if combination.answers else combination.length // 16 + 2)
    fields = {"question": text, "answer": "billing"} if combination.answers else {"text": text}
    lines = (json.dumps({name: f"{n} {value}" if name != "answer" else value for name, value in fields.items()})
             for n in range(count))  # fmt: skip
    (folder / "rows.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    turns = ('user "{{ question }}"', 'assistant "{{ answer }}"') if combination.answers else ('text "{{ text }}"',)
    (folder / "memory.ft").write_text(_spec(combination, turns), encoding="utf-8")


def _spec(combination: Combination, turns: tuple[str, ...]) -> str:
    batch = combination.micro * combination.accumulation
    return f"""ftspec 1

model base {{
  source    = path("base")
  precision = {combination.precision}
}}

template plain {{
  {chr(10).join(turns)}
}}

data rows {{
  source   = jsonl("rows.jsonl")
  template = plain
}}

train bench {{
  data                   = rows
  method                 = {combination.method}
  length                 = 2 steps
  batch_size             = {batch}
  micro_batch_size       = {combination.micro}
  max_length             = {combination.length}
  packing                = {str(combination.packing).lower()}
  precision              = {combination.precision}
  gradient_checkpointing = {str(combination.checkpointing).lower()}
}}
"""


def _write_model(size: Size, folder: Path) -> None:
    import shutil

    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        hidden_size=size.hidden, intermediate_size=size.inner, num_hidden_layers=size.layers,
        num_attention_heads=size.heads, num_key_value_heads=size.kv_heads, vocab_size=size.vocabulary,
        max_position_embeddings=2048, tie_word_embeddings=False, bos_token_id=1, eos_token_id=3, pad_token_id=0,
    )  # fmt: skip
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(BASE / name, folder / name)


def child(folder: Path, probed: bool) -> None:
    """Compiles the spec, trains, and prints what was predicted and measured as one line of JSON."""
    from ftspec.pipeline import compile as compile_spec
    from ftspec.plan.resources import train_memory
    from ftspec.plan.resources.runtime import LIBRARIES
    from ftspec.plan.steps import FetchModel, Train
    from ftspec.run.probe import probe

    compiled = compile_spec(folder / "memory.ft")
    [step], [model] = compiled.plan.of(Train), compiled.plan.of(FetchModel)
    parts = train_memory(step, _facts(compiled, folder), compiled.plan.target, model.quantization)
    readings = probe(compiled.plan, folder) if probed else {}
    before, peak = _trained(compiled.plan, step, folder)
    predicted = next((each.peak_bytes - before for each in readings.values()), sum(parts.values()) - LIBRARIES)
    print(json.dumps({"predicted": predicted, "measured": peak - before, "process": before, "parts": parts}))


def _facts(compiled: Any, folder: Path) -> Any:
    from ftspec.model.facts import model_facts

    facts, _ = model_facts(compiled.spec.models["base"], folder)
    return facts


def _trained(plan: Any, step: Any, folder: Path) -> tuple[int, int]:
    """Resident bytes before the model is loaded, and the most up to the last optimizer step."""
    import peft
    import transformers
    import trl

    from ftspec.plan.devices import keep_allocations_apart
    from ftspec.run.events import Events
    from ftspec.run.folder import RunFolder
    from ftspec.run.record import Record
    from ftspec.run.session import Session, digests_of
    from ftspec.run.signals import Stopper
    from ftspec.run.stages import Stages
    from ftspec.run.steps.train import train

    _ = (peft, transformers.Trainer, trl.SFTTrainer)
    run = RunFolder(folder / "runs" / "memory" / "x")
    run.path.mkdir(parents=True)
    watcher = Watcher()
    events = Events(Record(run.record), watcher)
    session = Session(plan, folder, run, events, Stopper(), Stages(run.stages), digests_of(plan))
    keep_allocations_apart()
    Path("/proc/self/clear_refs").write_text("5")
    before = status("VmRSS")
    train(step, session)
    return before, watcher.peak


class Watcher:
    """Reads the kernel's peak after each optimizer step, before anything is saved."""

    peak = 0

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None

    def training(self, point: Any) -> None:
        """One optimizer step is done."""
        self.peak = status("VmHWM")


def status(key: str) -> int:
    """A field of this process's status, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{key}:"))


def main(arguments: list[str]) -> int:
    """Prints a table; exits 1 when an error is above 15 %."""
    if arguments[:1] == ["--child"]:
        child(Path(arguments[1]), "--probe" in arguments)
        return 0
    wanted = [word for word in arguments if not word.startswith("--")]
    found = []
    print("| training | predicted MiB | measured MiB | error |\n| --- | --- | --- | --- |", flush=True)
    for combination in COMBINATIONS:
        if wanted and not any(word in combination.name for word in wanted):
            continue
        each = measure(combination, probed="--probe" in arguments)
        found.append(each)
        figures = f"{each.predicted / MIB:,.0f} | {each.measured / MIB:,.0f} | {100 * each.error:+.1f} %"
        print(f"| {each.name} | {figures} |", flush=True)
    if "--json" in arguments:
        print(json.dumps([asdict(each) for each in found], indent=1))
    errors = [abs(each.error) for each in found]
    process = statistics.median(each.process for each in found)
    print(f"\nworst {100 * max(errors):.1f} %, median {100 * statistics.median(errors):.1f} %, "
          f"process itself {process / MIB:,.0f} MiB")  # fmt: skip
    return 0 if max(errors) <= 0.15 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
