"""View data through the templates: escaped by default, the same bytes for the same run."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ftspec.report.escape import code, markdown, visible
from ftspec.resources import resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment

    from ftspec.report.view.report import Report


class Plain(str):
    """Markdown that is already safe: it is written as it is."""


def html(report: Report) -> str:
    """The page."""
    from ftspec import __version__

    page = _environment(True, _shown).get_template("report.html.jinja").render(report=report, version=__version__)
    return page + "\n"


def page(template: str, **values: Any) -> str:
    """Another HTML template: every string in it is escaped."""
    from ftspec import __version__

    return _environment(True, _shown).get_template(template).render(version=__version__, **values) + "\n"


def markdown_page(template: str, **values: Any) -> str:
    """A Markdown template: every string in it is escaped, but what is `Plain`."""
    return _environment(False, _escaped).get_template(template).render(**values).rstrip() + "\n"


@cache
def _environment(autoescape: bool, finalize: Callable[[Any], Any]) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(resource("templates/report")),
        autoescape=autoescape,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _code
    return environment


def _shown(value: Any) -> Any:
    """Text that someone wrote, with its control characters visible; what draws itself stays as it is."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _code(value: str) -> Plain:
    return Plain(code(value))


def _escaped(value: Any) -> Any:
    return markdown(value) if isinstance(value, str) and not isinstance(value, Plain) else value
