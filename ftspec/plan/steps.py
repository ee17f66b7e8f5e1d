"""The steps of a plan. The preview explains them, the executor does them, and neither decides anything."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from ftspec.plan.facts import CleanFacts, FileFacts, TokenFacts
from ftspec.spec.types import Frozen, later

CallRecord = Mapping[str, Any]
"""A keyword and its arguments, as `Kind` serializes them: `{"name": "lora", "arguments": {…}}`."""


class FetchModel(Frozen):
    """Have a model's files at hand, in exactly the version that was planned."""

    kind: Literal["fetch_model"] = "fetch_model"
    id: str
    """`model.base`."""

    source: CallRecord
    quantization: CallRecord | None
    precision: Literal["fp32", "bf16", "fp16"]
    architecture: str
    model_type: str
    parameters: int
    chat_template: str | None = None
    """Jinja text that replaces the tokenizer's own."""

    has_chat_template: bool = False
    """Whether the tokenizer brings a chat template of its own."""

    added_tokens: tuple[str, ...] = ()
    rope_scaling: CallRecord | None = later(None)
    """How rotary positions are stretched."""

    files: tuple[FileFacts, ...] = ()


class PrepareData(Frozen):
    """Read, clean, split and render a data set."""

    kind: Literal["prepare_data"] = "prepare_data"
    id: str
    """`data.tickets`."""

    source: CallRecord | None
    mixture: Mapping[str, Any] | None = None
    format: str
    recognised: bool
    template: tuple[tuple[str, str], ...]
    """Turns as (role, Jinja text)."""

    template_source: str = ""
    trained_roles: tuple[str, ...]
    clean: Mapping[str, Any]
    """The `clean` block with every default."""

    split: Mapping[str, Any] | None
    """The `split` block with every default; None when the data is used whole."""

    augment: Mapping[str, Any] | None = None
    order: CallRecord | Literal["shuffled", "as_written"] = "shuffled"
    """In which order the rows train."""

    files: tuple[FileFacts, ...]
    rows_read: int
    rows: int
    cleaned: tuple[CleanFacts, ...]
    splits: Mapping[str, int]
    tokens: Mapping[str, int] = {}
    """Tokens by part, where the tokenizer of the plan's first model is at hand; for the preview."""

    labels: Mapping[str, Mapping[str, int]] = {}
    """By part: how often each answer occurs, where the answers are labels."""

    digest: str
    needs: tuple[str, ...] = ()

    @model_serializer(mode="wrap")
    def _usual_left_out(self, rest: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """An order is written where it is not the usual one: plans from before there were others keep their digest."""
        return {key: value for key, value in rest(self).items() if (key, value) != ("order", "shuffled")}


class PlannedUse(Frozen):
    """Rows that a step reads: the id of a `prepare_data` step and one of its parts (`all` for unsplit data)."""

    data: str
    split: str


class Generate(Frozen):
    """Have models write the rows of a data set, from the prompts of another one."""

    kind: Literal["generate"] = "generate"
    id: str
    """`generate.ranked`, after the first data set that reads it."""

    source: CallRecord
    prompts: PlannedUse
    makers: tuple[str, ...]
    """The ids of the steps whose models write or judge."""

    rows: int
    """How many rows are expected."""

    batch_tokens: int
    """Prompt tokens in one batch of generation, padding included."""

    augments: str | None = later(None)
    """The id of the data whose rows are put in other words; None where whole data sets are written."""

    held_out: tuple[PlannedUse, ...] = later(())
    """Rows that no paraphrase may come near: those that gates read, and those that watch a training."""

    needs: tuple[str, ...] = ()


class Adaptation(Frozen):
    """What a method makes trainable in a given model, resolved down to names and counts."""

    trainable: int
    """Trainable parameters."""

    added: int
    """Parameters that the method adds to the model's own."""

    modules: tuple[str, ...] = ()
    """Full names of the modules or parameters that are adapted or left trainable."""

    peft: Mapping[str, Any] | None = None
    """`{"config": "LoraConfig", "arguments": {…}}`: the PEFT config that does it, or None without PEFT."""

    note: str = ""
    """For the preview: `lora r16 α32 on 28 matrices`."""


class Train(Frozen):
    """Train one stage."""

    kind: Literal["train"] = "train"
    id: str
    """`train.router`."""

    model: str
    """The id of the `fetch_model` step at the root of this stage."""

    from_: str | None = Field(default=None, alias="from")
    """The id of the stage whose result it starts from."""

    continues_adapter: bool = False
    """Whether that stage's adapter itself goes on training."""

    data: PlannedUse
    validation: PlannedUse | None
    tokens: TokenFacts | None
    """The training rows as the tokenizer sees them; None when the tokenizer is not at hand."""

    objective: CallRecord
    outputs: int | None = None
    """The width of the model's new head; None where it keeps the head it has."""

    sequences: int = 1
    """Sequences of one row that go through the model together: two for a pair of answers."""

    reads_reference: bool = False
    """Whether log-probabilities of the model it starts from are taken once over all rows."""

    method: CallRecord
    adaptation: Adaptation
    epochs: float
    optimizer_steps: int
    warmup_steps: int
    batch_size: int
    micro_batch_size: int
    accumulation: int
    """Micro batches in one optimizer step: `batch_size = micro_batch_size × accumulation × devices`."""

    devices: int
    sharding: Literal["ddp", "zero1", "zero2", "zero3", "fsdp"] = "ddp"
    """What several devices share out of weights, gradients and optimizer state; nothing with `ddp`."""

    offload: bool = False
    """Whether each device's share of the weights waits in the machine's own memory."""

    learning_rate: float
    scheduler: CallRecord
    optimizer: CallRecord
    weight_decay: float
    max_grad_norm: float
    max_length: int
    """Longest row in tokens; longer ones are cut at the end."""

    packing: bool
    """Whether the rows of a micro batch lie in one sequence, each seeing only itself."""

    precision: Literal["fp32", "bf16", "fp16"]
    attention: Literal["eager", "sdpa", "flash_attention_2"]
    gradient_checkpointing: bool
    checkpoint_every: int
    """Optimizer steps."""

    early_stopping: CallRecord | None
    seed: int
    shuffled: bool = True
    """Whether each epoch has an order of its own, by a hash; else the rows train in the order of the data."""

    needs: tuple[str, ...] = ()

    @model_serializer(mode="wrap")
    def _usual_left_out(self, rest: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Shuffling is written where there is none: plans from before there was a choice keep their digest."""
        return {key: value for key, value in rest(self).items() if (key, value) != ("shuffled", True)}


MERGED = "merged"
"""The folder of whole weights inside that of the adapter they ship beside."""

GGUF = "gguf"
"""The folder of the GGUF file inside that of the weights it ships beside."""

INNER = (MERGED, GGUF)
"""Every folder that a further form may have for itself."""


class Export(Frozen):
    """Write the artefact that ships: the files that gates score and users load."""

    kind: Literal["export"] = "export"
    id: str
    """`export`, or `export.merged` and `export.gguf` for what ships beside it."""

    stage: str
    """The id of the train step whose result ships."""

    form: Literal["adapter", "merged", "full", "gguf"]
    """An adapter beside the name of its base, the adapter merged into whole weights, whole weights as trained, or one
    file for llama.cpp."""

    quantization: CallRecord | None = None
    """How the whole weights are stored."""

    compared_on: PlannedUse | None = None
    """The rows on which merged weights, or a GGUF file, must answer as the stage does; None where it ships as it is."""

    tolerance: float = 0.0
    """The share of trained tokens of these rows that the two may find another token likeliest for."""

    card: bool
    push: CallRecord | None = None
    gguf: str | None = None
    """The quantization of a GGUF file."""

    inside: str | None = later(None)
    """The folder inside `model/` that a further form has for itself; None for what lies in `model/`."""

    ship_on: Literal["pass", "always"] = later("pass")
    """Whether the artefact goes out against its gates too, which its card then says."""

    needs: tuple[str, ...] = ()


class Measurement(Frozen):
    """One value to measure: a metric over data on one model."""

    id: str
    """`accuracy(tickets.test)`, with `@baseline` or `@train.judge` for other subjects."""

    metric: CallRecord
    uses: tuple[PlannedUse, ...]
    subject: str
    """The id of the step whose model is scored: `export`, `model.base` (the baseline), `train.judge`."""


class Generation(Frozen):
    """How answers are generated: greedy, up to a length that leaves room beyond the longest expected answer."""

    max_new_tokens: int
    batch_tokens: int
    """Prompt tokens in one batch of generation, padding included."""


class Evaluate(Frozen):
    """Take every measurement; keep the score of every item."""

    kind: Literal["evaluate"] = "evaluate"
    id: str
    """`evaluate`."""

    measurements: tuple[Measurement, ...]
    generation: Generation
    samples: int
    """Rows kept with prompt, expected, before and after."""

    needs: tuple[str, ...] = ()


class Decide(Frozen):
    """Hold the gates against the measurements."""

    kind: Literal["decide"] = "decide"
    id: str
    """`decide`."""

    confidence: float | None
    correction: str
    seed: int
    draws: int = 2000
    """Bootstrap draws."""

    needs: tuple[str, ...] = ()


Step = Annotated[FetchModel | PrepareData | Generate | Train | Export | Evaluate | Decide, Field(discriminator="kind")]
