"""Plans for tests, built step by step as the compiler would, on a tiny random model."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ftspec.data.prepared import build, data_facts
from ftspec.data.read import file_facts
from ftspec.data.recipe import from_step
from ftspec.kinds.methods import Method
from ftspec.kinds.registry import make
from ftspec.plan.canonical import sealed
from ftspec.plan.facts import FileFacts, ModelFacts, Target, Tensor
from ftspec.plan.plan import Memory, Plan, Resources, SpecRecord
from ftspec.plan.steps import (
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
from ftspec.spec.data import Clean, Split

COLOURS = ("red", "green", "blue")
WORDS = ("apple", "grass", "river", "stone", "cloud", "paper", "night", "bread", "glass", "metal", "house", "light")


def write_world(root: Path, rows: int = 40, **config: Any) -> None:
    """A spec's folder: `base`, a random two-layer Llama with its tokenizer, and `data/colours.jsonl`.

    Each row asks for the colour that its last word names, so a little training learns it.
    """
    (root / "data").mkdir(parents=True)
    generator = random.Random(0)
    lines = []
    for number in range(rows):
        colour = COLOURS[number % 3]
        said = " ".join(generator.choices(WORDS, k=generator.randint(2, 12)))
        lines.append(json.dumps({"messages": [
            {"role": "user", "content": f"{said} {colour}"},
            {"role": "assistant", "content": colour},
        ]}))  # fmt: skip
    (root / "data" / "colours.jsonl").write_text("\n".join(lines) + "\n")
    write_model(root / "base", **config)


def write_model(folder: Path, seed: int = 0, **config: Any) -> None:
    """A random two-layer Llama, 32 wide, with a byte-level BPE tokenizer of its own and a chat template."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = _tokenizer()
    tokenizer.save_pretrained(folder)
    torch.manual_seed(seed)
    settings = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 128,
        "tie_word_embeddings": True,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    } | config
    LlamaForCausalLM(LlamaConfig(**settings)).save_pretrained(folder)


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    specials = ["<pad>", "<bos>", "<start>", "<end>"]
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=specials,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator([" ".join((*WORDS, *COLOURS, "user", "assistant"))] * 4, trainer)
    template = (
        "{{ bos_token }}{% for m in messages %}<start>{{ m.role }}\n{{ m.content }}<end>\n{% endfor %}"
        "{% if add_generation_prompt %}<start>assistant\n{% endif %}"
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, bos_token="<bos>", eos_token="<end>", pad_token="<pad>", chat_template=template
    )


def facts_of(folder: Path) -> ModelFacts:
    """The facts of a model folder that the methods ask for."""
    from safetensors import safe_open

    config = json.loads((folder / "config.json").read_text())
    with safe_open(folder / "model.safetensors", "pt") as file:
        tensors = tuple(Tensor(name=n, shape=tuple(file.get_slice(n).get_shape())) for n in sorted(file.keys()))
    return ModelFacts(
        architecture=config["architectures"][0],
        kind=config["model_type"],
        tensors=tensors,
        layers=config["num_hidden_layers"],
        hidden=config["hidden_size"],
        heads=config["num_attention_heads"],
        kv_heads=config["num_key_value_heads"],
        head_dim=config["hidden_size"] // config["num_attention_heads"],
        intermediate=config["intermediate_size"],
        vocabulary=config["vocab_size"],
        context=config["max_position_embeddings"],
        tied=config["tie_word_embeddings"],
    )


CPU = Target(name="cpu", kind="cpu", title="cpu, 2 cores", memory_bytes=4 << 30, flops=1e10, bandwidth=1e10)


def call(name: str, **arguments: Any) -> dict[str, Any]:
    """A keyword as a plan records it."""
    return {"name": name, "arguments": arguments}


def fetch_step(root: Path, name: str = "base", **changes: Any) -> FetchModel:
    """`model.base` from the folder `base`."""
    folder, facts = root / name, facts_of(root / name)
    values = {
        "id": f"model.{name}",
        "source": call("path", path=name),
        "quantization": None,
        "precision": "fp32",
        "architecture": facts.architecture,
        "model_type": facts.kind,
        "parameters": facts.parameters,
        "files": tuple(
            FileFacts(path=f"{name}/{path.name}", sha256=_sha256(path), bytes=path.stat().st_size)
            for path in sorted(folder.iterdir())
        ),
    } | changes
    return FetchModel.model_validate(values)


def data_step(root: Path, name: str = "colours", split: Split | None = Split(validation=0.2, test=0.2)) -> PrepareData:
    """`data.colours` from `data/colours.jsonl`."""
    empty = PrepareData(
        id=f"data.{name}",
        source=call("jsonl", path=f"data/{name}.jsonl"),
        format="chat",
        recognised=False,
        template=(),
        trained_roles=("assistant",),
        clean=Clean().model_dump(mode="json"),
        split=split.model_dump(mode="json") if split else None,
        files=(),
        rows_read=0,
        rows=0,
        cleaned=(),
        splits={},
        digest="",
    )
    recipe = from_step(empty)
    facts = data_facts(build(recipe, root), tuple(file_facts(recipe.source, root)))
    return empty.model_copy(
        update={
            "files": facts.files,
            "rows_read": facts.rows_read,
            "rows": facts.rows,
            "cleaned": facts.steps,
            "splits": facts.splits,
            "digest": facts.digest,
        }
    )


def train_step(root: Path, method: Method | None = None, name: str = "colourist", **changes: Any) -> Train:
    """A short LoRA stage on the training part of the colours; any field can be given."""
    method = method or _lora()
    values = {
        "id": f"train.{name}",
        "model": "model.base",
        "data": PlannedUse(data="data.colours", split="train"),
        "validation": PlannedUse(data="data.colours", split="validation"),
        "tokens": None,
        "objective": call("sft"),
        "method": method.model_dump(mode="json"),
        "adaptation": method.adaptation(facts_of(root / "base")),
        "epochs": 2.0,
        "optimizer_steps": 6,
        "warmup_steps": 1,
        "batch_size": 8,
        "micro_batch_size": 4,
        "accumulation": 2,
        "devices": 1,
        "learning_rate": 1e-2,
        "scheduler": call("cosine", warmup=0.03),
        "optimizer": call("adamw", betas=[0.9, 0.999], eps=1e-8),
        "weight_decay": 0.0,
        "max_grad_norm": 1.0,
        "max_length": 64,
        "packing": True,
        "precision": "fp32",
        "attention": "sdpa",
        "gradient_checkpointing": False,
        "checkpoint_every": 2,
        "early_stopping": None,
        "seed": 0,
        "needs": ("model.base", "data.colours"),
    } | changes
    return Train.model_validate(values)


def whole(
    root: Path, *trains: Train, form: str = "adapter", measured: Sequence[Measurement] = (), **model: Any
) -> Plan:
    """A sealed plan: the base model, the colours, the stages, an export and an evaluation."""
    last = trains[-1].id
    steps: tuple[Step, ...] = (
        fetch_step(root, **model),
        data_step(root),
        *trains,
        Export(id="export", stage=last, form=form, card=False, needs=(last,)),  # type: ignore[arg-type]
        Evaluate(
            id="evaluate",
            measurements=tuple(measured),
            generation=Generation(max_new_tokens=6, batch_tokens=512),
            samples=2,
            needs=("export", "model.base", "data.colours"),
        ),
        Decide(id="decide", confidence=None, correction="none", seed=0, draws=100, needs=("evaluate",)),
    )
    return sealed(
        Plan(
            ftspec="0",
            spec=SpecRecord(name="colours", goal=None, kind=None),
            target=CPU,
            steps=steps,
            resources=_RESOURCES,
            gates=(),
            origins={},
        )
    )


def loss_of(subject: str, split: str = "test") -> Measurement:
    """The loss on one part of the colours."""
    suffix = "" if subject == "export" else f"@{subject}"
    use = PlannedUse(data="data.colours", split=split)
    return Measurement(id=f"loss(colours.{split}){suffix}", metric=call("loss"), uses=(use,), subject=subject)


_RESOURCES = Resources(
    memory=Memory(total_bytes=1, parts={}, step="train.colourist", device="cpu", available_bytes=2, fits=True),
    tokens=0,
    optimizer_steps=0,
    time_seconds=1.0,
    time_source="a test",
    cost=None,
)


def _lora() -> Method:
    method = make("methods", call("lora", rank=4))
    assert isinstance(method, Method)
    return method


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def ran(plan: Plan, root: Path, name: str = "run") -> Path:
    """Run a plan in a folder of its own and give its run directory; stages are shared between runs of one root."""
    from ftspec.run.executor import execute
    from ftspec.run.progress import Silent

    return execute(plan, root, root / "runs" / name, Silent()).folder


def events(run: Path, event: str) -> list[dict[str, Any]]:
    """The events of one kind in a run's record."""
    lines = (json.loads(line) for line in (run / "record.jsonl").read_text("utf-8").splitlines())
    return [line for line in lines if line["event"] == event]


def losses(run: Path) -> list[float]:
    """The training losses of a run, step by step."""
    return [line["loss"] for line in events(run, "log")]


def weights(folder: Path) -> dict[str, Any]:
    """The tensors of a stage or an artefact."""
    from safetensors.torch import load_file

    [file] = folder.glob("*.safetensors")
    return load_file(file)


def stage_folder(run: Path, plan: Plan, id: str = "train.colourist") -> Path:
    """Where a run keeps the result of a stage."""
    from ftspec.run.session import digests_of

    return run.parent / "stages" / digests_of(plan)[id][:12]
