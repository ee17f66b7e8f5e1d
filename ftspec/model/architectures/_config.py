"""A model's `config.json` under the names and defaults that transformers gives it, with each value checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LARGEST = 1 << 40
_MOST_LAYERS = 4096
"""Far above any published model: what is larger is a typing error, and would only cost memory here."""


class BadConfig(Exception):
    """Raised where a config contradicts itself or names an impossible size; becomes a diagnostic."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class Config:
    """Read-only view of a config: the file's value, else the default of transformers' config class.

    `aliases` maps the common name (`hidden_size`) to the name this architecture uses (`n_embd`).
    """

    def __init__(self, values: Mapping[str, Any], defaults: Mapping[str, Any], aliases: Mapping[str, str]) -> None:
        self._values = values
        self._defaults = defaults
        self._aliases = aliases

    def key(self, name: str) -> str:
        """The name under which the file holds a value."""
        alias = self._aliases.get(name, name)
        return alias if alias in self._values or name not in self._values else name

    def get(self, name: str, default: Any = None) -> Any:
        """The value, unchecked."""
        value = self._values.get(self.key(name))
        if value is None:
            value = self._defaults.get(name)
        return default if value is None else value

    def has(self, name: str) -> bool:
        """Whether the file says anything of it, `null` included."""
        return self.key(name) in self._values

    def size(self, name: str, default: int | None = None) -> int:
        """A count of one or more. Raises `BadConfig` where the file has something else, or nothing."""
        value = self.get(name, default)
        if value is None:
            raise BadConfig(f"`{self.key(name)}` is missing from config.json", "copy the model's own config.json")
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadConfig(f"`{self.key(name)}` is {value!r}, not a whole number", "copy the model's own config.json")
        most = _MOST_LAYERS if name == "num_hidden_layers" else _LARGEST
        if not 1 <= value <= most:
            raise BadConfig(f"`{self.key(name)}` is {value}, outside 1 to {most}", "copy the model's own config.json")
        return value

    def share(self, name: str) -> float:
        """A number from 0 to 1, 0 where the config is silent. Raises `BadConfig` for anything else."""
        value = self.get(name, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            message = f"`{self.key(name)}` is {value!r}, not a number from 0 to 1"
            raise BadConfig(message, "copy the model's own config.json")
        return float(value)

    def flag(self, name: str) -> bool:
        """A yes or no."""
        return bool(self.get(name, False))

    def section(self, name: str, defaults: Mapping[str, Any], aliases: Mapping[str, str] | None = None) -> Config:
        """A config inside this one, such as `text_config`."""
        values = self._values.get(name)
        if values is not None and not isinstance(values, Mapping):
            raise BadConfig(f"`{name}` is {values!r}, not a section", "copy the model's own config.json")
        return Config(values or {}, defaults, aliases or {})

    @property
    def hidden(self) -> int:
        """The width of the residual stream."""
        return self.size("hidden_size")

    @property
    def layers(self) -> int:
        """How many layers there are."""
        return self.size("num_hidden_layers")

    @property
    def heads(self) -> int:
        """Query heads."""
        return self.size("num_attention_heads")

    @property
    def kv_heads(self) -> int:
        """Key and value heads; raises `BadConfig` where query heads cannot share them evenly."""
        count = self.size("num_key_value_heads", self.heads)
        if self.heads % count:
            raise BadConfig(
                f"{self.heads} attention heads cannot share {count} key-value heads",
                f"`{self.key('num_key_value_heads')}` must divide `{self.key('num_attention_heads')}`",
            )
        return count

    @property
    def head_dim(self) -> int:
        """The width of one head; raises `BadConfig` where the heads do not divide the hidden size."""
        if self.get("head_dim") is not None:
            return self.size("head_dim")
        if self.hidden % self.heads:
            raise BadConfig(
                f"{self.heads} attention heads do not divide the hidden size {self.hidden}",
                f"`{self.key('num_attention_heads')}` must divide `{self.key('hidden_size')}`",
            )
        return self.hidden // self.heads

    @property
    def intermediate(self) -> int:
        """The width of the feed-forward block; four times the hidden size where the config is silent."""
        return self.size("intermediate_size", 4 * self.hidden)

    @property
    def vocabulary(self) -> int:
        """Rows of the embedding."""
        return self.size("vocab_size")

    @property
    def tied(self) -> bool:
        """Whether the head is the embedding."""
        return self.flag("tie_word_embeddings")

    @property
    def labels(self) -> int:
        """Classes of a classification head: two unless the config says otherwise."""
        names = self._values.get("id2label")
        if isinstance(names, Mapping) and names:
            return len(names)
        return self.size("num_labels", 2)
