"""What a pull request means: one Markdown comment on every spec that it touches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ftspec.errors import FtspecError, Rejected
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.plan import diff, explain
from ftspec.plan.explain.escape import code, escaped
from ftspec.plan.explain.words import plural
from ftspec.review.git import Revision
from ftspec.review.inputs import inputs
from ftspec.review.sides import plan_at
from ftspec.text.render import render

MARK = "<!-- ftspec: what this change means -->"
"""By this line the comment is found again, so that it is updated in place."""

LONGEST = 60_000
"""Characters of a comment; GitHub takes 65,536."""

_LONGEST_TROUBLE = 6_000


@dataclass(frozen=True)
class Section:
    """What is said about one spec."""

    text: str
    is_broken: bool = False


def review(base: Revision, root: Path, specs: Sequence[Path], options: Options = Options()) -> tuple[str, bool]:
    """The comment on everything between `base` and the working tree, and whether a spec does not compile.

    `specs` are files below `root`, the repository. A spec is touched when it, a file that it imports, or a file that it
    reads differs.
    """
    changed = base.changed_since()
    sections = [_section(base, root, each, options) for each in specs if _is_touched(each, root, changed)]
    present = {each.resolve() for each in specs}
    gone = [each for each in changed if each.endswith(".ft") and (root / each).resolve() not in present]
    sections += [Section(f"### {escaped(each)}: removed\n") for each in gone if each in base.files]
    return _comment(sections), any(each.is_broken for each in sections)


def _is_touched(spec: Path, root: Path, changed: frozenset[str]) -> bool:
    own = inputs(spec, root)
    return any(file == each or file.startswith(f"{each}/") for each in own for file in changed)


def _section(base: Revision, root: Path, spec: Path, options: Options) -> Section:
    path = spec.resolve().relative_to(root.resolve()).as_posix()
    try:
        # A lock that does not fit is trouble of its own; what the change means is said all the same.
        plan = compile_spec(spec, replace(options, locked=False)).plan
    except FtspecError as error:
        return Section(_trouble(path, error), is_broken=not _is_about_inputs(error))
    if path not in base.files:
        return Section(_titled(path, "new", explain.markdown(plan)))
    try:
        before = plan_at(base, path, options)
    except FtspecError as error:
        said = f"It did not compile at {code(base.name)}, so there is nothing to compare with.\n\n"
        return Section(_titled(path, "compiles again", said + _fenced(_words(error))))
    return Section(_named(path, diff.markdown(diff.difference(before, plan))))


def _is_about_inputs(error: FtspecError) -> bool:
    """Data or a model that is not on this machine is not the spec's fault."""
    return error.exit_code == 3


def _trouble(path: str, error: FtspecError) -> str:
    title = "needs what is not here" if _is_about_inputs(error) else "does not compile"
    return _titled(path, title, _fenced(_words(error)))


def _words(error: FtspecError) -> str:
    if isinstance(error, Rejected):
        return render(each for each in error.diagnostics if each.is_error)
    return f"{error.message}\n" + (f"help: {error.help}\n" if error.help else "")


def _fenced(text: str) -> str:
    """Text in a code block that nothing in it can close."""
    if len(text) > _LONGEST_TROUBLE:
        text = text[:_LONGEST_TROUBLE].rpartition("\n")[0] + "\n…\n"
    runs = max((len(run) for run in _backticks(text)), default=0)
    fence = "`" * max(3, runs + 1)
    return f"{fence}text\n{text}{fence}\n"


def _backticks(text: str) -> Iterable[str]:
    return re.findall(r"`+", text)


def _titled(path: str, title: str, body: str) -> str:
    return f"### {escaped(path)}: {title}\n\n{body}"


def _named(path: str, markdown: str) -> str:
    """The difference under the path of its spec, since two specs may have one name."""
    title, _, rest = markdown.partition("\n")
    return f"### {escaped(path)}:{title.rpartition(':')[2]}\n{rest}"


def _comment(sections: Sequence[Section]) -> str:
    if not sections:
        return f"{MARK}\nNo spec is touched by this change.\n"
    kept = list(_fitting(sections))
    left = len(sections) - len(kept)
    tail = [f"… and {plural(left, 'more spec')}: the comment is full\n"] if left else []
    return "\n".join((MARK, *kept, *tail))


def _fitting(sections: Sequence[Section]) -> Iterator[str]:
    """Whole sections, those of broken specs first, as long as they fit."""
    size = len(MARK)
    for each in sorted(sections, key=lambda section: not section.is_broken):
        size += len(each.text.encode()) + 1
        if size > LONGEST:
            return
        yield each.text
