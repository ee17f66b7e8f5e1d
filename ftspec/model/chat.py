"""Chat templates, rendered as transformers renders them, in a sandbox that knows no clock and no files.

The environment follows `transformers.utils.chat_template_utils` (Apache-2.0): trimmed blocks, loop controls,
`raise_exception`, `tojson`, `{% generation %}`. Two things differ: `strftime_now` answers with a fixed day, so
that the same rows give the same tokens tomorrow, and `*`, `**` and `%` cannot build endless strings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment, Template

FIXED_DAY = date(2024, 7, 26)
"""What `strftime_now` answers with: the day that Llama 3's own template falls back to."""

PLAIN = """\
{%- if bos_token %}{{- bos_token }}{% endif %}
{%- for message in messages %}
    {%- if message.role == 'system' %}
        {{- message.content + '\\n\\n' }}
    {%- elif message.role == 'assistant' %}
        {{- 'Assistant:\\n' + message.content + eos_token + '\\n\\n' }}
    {%- else %}
        {{- message.role | capitalize + ':\\n' + message.content + '\\n\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- 'Assistant:\\n' }}{% endif %}
"""
"""How turns are written for a model without a chat template: a role's name, its words, an empty line."""

BARE = """\
{%- if bos_token %}{{- bos_token }}{% endif %}
{%- for message in messages %}
    {{- message.content }}
    {%- if message.role == 'assistant' %}{{- eos_token }}{% endif %}
{%- endfor %}
"""
"""How a prompt and its completion are written for a model without a chat template: one after the other."""

_LONGEST = 1 << 24
"""The longest string that an operator of a template may build, in characters."""

_FAULTS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
"""What Jinja lets through when a template does what its values cannot."""

_WIDE = re.compile(r"\d{4}|\*")
"""A width in a `%` format that no chat template needs."""

_REASONING = ("reasoning_content", "thinking", "reasoning")


class TemplateFault(Exception):
    """Raised when a template is not valid Jinja, refuses the messages, or names what is not there."""


class ChatTemplate:
    """A compiled chat template with the special tokens it writes."""

    def __init__(self, source: str, specials: Mapping[str, str]) -> None:
        """Compile `source`; `specials` gives `bos_token`, `eos_token`, … Raises `TemplateFault`."""
        self.source = source
        self._specials = dict(specials)
        self._template = _compiled(source)

    def render(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Any] | None = None,
        generation_prompt: bool = False,
    ) -> str:
        """The text of a conversation. Raises `TemplateFault` with the template's own words."""
        try:
            return self._template.render(
                messages=[_message(each) for each in messages],
                tools=list(tools) if tools else None,
                documents=None,
                add_generation_prompt=generation_prompt,
                **self._specials,
            )
        except Exception as error:
            if isinstance(error, _faults()):
                raise TemplateFault(str(error)) from error
            raise

    @property
    def literals(self) -> str:
        """Every piece of text that the template itself writes, joined with NUL."""
        return _literals(self.source)


def _message(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """A message as transformers hands it over: no null keys, reasoning under each of its names."""
    empty = None in message.values()
    kept = {key: value for key, value in message.items() if value is not None} if empty else message
    if kept.keys().isdisjoint(_REASONING):
        return kept
    reasoning = next(kept[name] for name in _REASONING if name in kept)
    return {"thinking": reasoning, **kept, "reasoning_content": reasoning}


@cache
def _faults() -> tuple[type[Exception], ...]:
    from jinja2 import TemplateError

    return (TemplateError, *_FAULTS)


@cache
def _compiled(source: str) -> Template:
    from jinja2 import TemplateError

    try:
        template = environment().from_string(source)
    except TemplateError as error:
        raise TemplateFault(f"line {getattr(error, 'lineno', 1)}: {error}") from error
    template.globals = dict(template.globals)  # Jinja copies them for every rendering, a chain of maps slowly
    return template


@cache
def _literals(source: str) -> str:
    from jinja2 import nodes

    tree = environment().parse(source)
    texts = {node.data for node in tree.find_all(nodes.TemplateData)}
    texts |= {node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)}
    return "\0".join(sorted(texts))


@cache
def environment() -> Environment:
    """The sandbox of chat templates."""
    from jinja2.ext import loopcontrols

    found = _sandbox()(trim_blocks=True, lstrip_blocks=True, extensions=[_generation_tag(), loopcontrols])
    del found.filters["random"], found.globals["lipsum"]  # the same rows give the same tokens
    found.filters["tojson"] = _tojson
    found.globals["raise_exception"] = _raise
    found.globals["strftime_now"] = FIXED_DAY.strftime
    return found


@cache
def _sandbox() -> type[Environment]:
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """Jinja's immutable sandbox, with a bound on what operators build."""

        intercepted_binops = frozenset({"*", "**", "%"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if _is_endless(operator, left, right):
                raise SecurityError(f"`{operator}` would build a value that is too large")
            return super().call_binop(context, operator, left, right)

    return Sandbox


def sandbox(**options: Any) -> Environment:
    """A sandboxed environment with Jinja's own `options`."""
    return _sandbox()(**options)


def _is_endless(operator: str, left: Any, right: Any) -> bool:
    match operator, left, right:
        case "%", str(), _:
            return _WIDE.search(left) is not None
        case "*", (str() | list() | tuple()), int():
            return len(left) * right > _LONGEST
        case "*", int(), (str() | list() | tuple()):
            return len(right) * left > _LONGEST
        case "**", int() | float(), int() | float():
            return abs(right) > 64
        case _:
            return False


@cache
def _generation_tag() -> type[Any]:
    from jinja2 import nodes
    from jinja2.ext import Extension
    from jinja2.parser import Parser

    class Generation(Extension):
        """`{% generation %}`: marks what the assistant says for other tools; here it stands for its body."""

        tags = {"generation"}  # noqa: RUF012, the base class has it so

        def parse(self, parser: Parser) -> nodes.Node:
            line = next(parser.stream).lineno
            body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
            return nodes.Scope(body, lineno=line)

    return Generation


def _raise(message: str) -> None:
    from jinja2 import TemplateError

    raise TemplateError(message)


def _tojson(
    value: Any, ensure_ascii: bool = False, indent: int | None = None, separators: Any = None, sort_keys: bool = False
) -> str:
    # Jinja's own filter escapes characters for HTML.
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)
