"""Data as the files have it now: rows, parts, what cleaning did, tokens."""

from collections.abc import Mapping

from ftspec.spec.types import Frozen


class FileFacts(Frozen):
    """One input file. `path` is relative to the spec's folder, with forward slashes."""

    path: str
    sha256: str
    bytes: int


class Example(Frozen):
    """A row that a step touched: where it stands and the beginning of what it says."""

    file: str
    row: int
    """Counted from 1, in the file."""

    text: str


class CleanFacts(Frozen):
    """What one cleaning step did."""

    name: str
    """`drop_missing`, `deduplicate`, `redact`, …"""

    rows_in: int
    rows_out: int
    changed: int = 0
    """Rows kept in another form, such as redacted ones."""

    examples: tuple[Example, ...] = ()


class TokenFacts(Frozen):
    """The rows of one split as one tokenizer sees them, cut at `max_length`."""

    rows: int
    tokens: int
    trained_tokens: int
    longest: int
    """Tokens of the longest row before it is cut."""

    longest_answer: int = 0
    """Tokens of the longest trained part, the end token included."""

    truncated: int = 0
    answers_cut: int = 0
    """Truncated rows that lost trained tokens."""

    untrained: int = 0
    """Rows without one trained token left."""

    end_trained: bool = True
    """Whether the end token is among the trained tokens of every row that was not cut."""

    histogram: tuple[int, ...] = ()
    """Rows by length, in sixteen equal bins up to `longest`."""


class DataFacts(Frozen):
    """A data set as the files have it now."""

    files: tuple[FileFacts, ...]
    format: str
    recognised: bool
    """Whether the format was recognised rather than named."""

    template: tuple[tuple[str, str], ...] = ()
    """The turns that render a row, as (role, Jinja text)."""

    template_source: str = ""
    """Where the turns come from: `spec`, `library: alpaca`, `recognised: alpaca`, `rows`."""

    trained_roles: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    rows_read: int
    rows: int
    steps: tuple[CleanFacts, ...] = ()
    splits: Mapping[str, int]
    """Rows by part; `all` when the data is not split."""

    labels: Mapping[str, Mapping[str, int]] = {}
    """By split: how often each distinct answer occurs, when there are at most 64 distinct ones."""

    digest: str
    """SHA-256 over the prepared rows and their parts."""
