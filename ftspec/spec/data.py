"""`data NAME { … }`: rows, how they are cleaned, and how they are split."""

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from ftspec.spec.kind import Kind
from ftspec.spec.types import AsGiven, Bare, FieldName, FilePath, Frozen, Of, Share, To, TokenCount, Use, later

Format = Literal["prompt_completion", "chat", "preference", "unpaired", "prompt", "text", "labels"]


class Clean(Frozen):
    """What is taken out of the data before anything else sees it. Every step reports rows in and out."""

    drop_missing: bool = False
    """Drop rows in which a field that the template uses is missing or empty."""

    deduplicate: Literal["exact"] | Annotated[Kind, Of("duplicates")] | None = None
    """`exact`, or `near(0.9)`: MinHash similarity of the rendered text at or above the threshold."""

    unicode: bool = False
    """Repair mis-decoded text and normalise it to NFC."""

    language: tuple[str, ...] | None = None
    """Keep rows in these languages (ISO 639-1 codes)."""

    redact: Literal["pii", "secrets", "all"] | None = None
    """Replace personal data, secrets, or both, by a placeholder that names what stood there."""

    redact_names: str | None = None
    """Replace names of people by `[name]`: the installed spaCy pipeline by which presidio finds them, such as
    `"en_core_web_sm"`. Needs `ftspec[presidio]`."""

    min_tokens: TokenCount | None = None
    """Drop rows whose rendered text has fewer tokens."""

    max_tokens: TokenCount | None = None
    """Drop rows whose rendered text has more tokens."""

    keep: str | None = None
    """A Jinja expression over the row's fields; rows for which it is false are dropped."""

    @model_serializer(mode="wrap")
    def _unused_left_out(self, rest: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """`redact_names` is written where it is used: plans from before it was there keep their digest."""
        return {key: value for key, value in rest(self).items() if (key, value) != ("redact_names", None)}


class Split(Frozen):
    """How rows are shared out. A row's part follows from a hash of its content, so it stays when rows are added."""

    train: Share | None = None
    """By default the rest."""

    validation: Share = 0.1
    """The share that is held out to watch the training."""

    test: Share = 0.1
    """The share that the gates read."""

    stratify: FieldName | None = None
    """Keep the shares within each value of this field."""

    group: FieldName | None = None
    """Rows with the same value of this field stay in one part."""

    by: FieldName | None = None
    """The field that names the part of a row itself: `train`, `validation` or `test`."""

    time: FieldName | None = None
    """Order rows by this field: the newest are the test part, those before it the validation part."""

    seed: int = Field(default=0, ge=0)
    """Another seed, another split."""


class Augment(Frozen):
    """Changed copies of training rows; validation and test rows are never touched."""

    noise: Share | None = None
    """The share of characters of the prompt that are swapped, dropped or doubled."""

    case: bool = False
    """Add a lower-case copy of each prompt."""

    synonyms: FilePath | None = None
    """A text file of synonym lists, one comma-separated list a line."""

    copies: int = Field(default=1, ge=1)
    """How many copies changed by noise and synonyms each training row gets."""

    paraphrase: Annotated[Kind, Of("paraphrases")] | None = later(None)
    """Have a model put each training row in other words while the plan runs: `prompted(rewriter)`."""

    seed: int = Field(default=0, ge=0)
    """The seed of the changes."""


class Part(Frozen):
    """One part of a mixture."""

    use: Use
    share: Share


class Mixture(Frozen):
    """Several data sets in given shares; each attribute is `NAME.split = share`."""

    parts: tuple[Part, ...]
    """The parts, in the order written."""

    by: Literal["rows", "tokens"] = "rows"
    """What the shares count."""

    temperature: float = Field(default=1.0, ge=1, le=100)
    """Above 1, small shares come nearer to large ones: each share is raised to 1/temperature (Conneau et al., 2020)."""

    when_exhausted: Literal["repeat", "stop", "drop"] = "repeat"
    """When a part runs out: start it again, end the mixture, or go on without it."""

    order: Literal["shuffled", "as_written"] = "shuffled"
    """`as_written` trains one part after the other: a curriculum. `order` of the data itself goes before it."""


class Data(Frozen):
    """A data set."""

    source: Annotated[Kind, Of("sources")] | None = None
    """Where the rows are: `jsonl("data/tickets.jsonl")`, `csv(…)`, `parquet(…)`, `text(…)`, `hub(…)`."""

    mixture: Annotated[Mixture, AsGiven()] | None = None
    """In place of a source: other data in given shares."""

    format: Format | None = None
    """The shape of the rows; recognised from their fields when it is not named."""

    template: Annotated[str, To("template")] | Annotated[str, Bare()] | None = None
    """The template that renders a row: one of this file, or one of the library by its name."""

    clean: Annotated[Clean, AsGiven()] = Field(default_factory=Clean)
    """What is taken out first."""

    split: Annotated[Split, AsGiven()] | None = None
    """How rows are shared out; 80/10/10 when a split is used and this block is not there."""

    augment: Annotated[Augment, AsGiven()] | None = None
    """Changed copies of training rows."""

    order: Literal["shuffled", "as_written"] | Annotated[Kind, Of("curricula")] = "shuffled"
    """In which order rows train: anew by chance in each epoch, as the file has them, or by a field or their length:
    `ascending(difficulty)`, `descending()`."""
