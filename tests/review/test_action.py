"""The action's scripts, run in a real repository with two branches and against a server that answers like GitHub's."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from ftspec.resources import resource
from tests.goldens import golden
from tests.review.repository import change, commit, git, make, rows

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "review"
DEVICE = "rtx_4090"
"""A device of the catalogue, so that the comment is the same on every machine."""


def review(folder: Path, **more: str) -> tuple[int, str, str]:
    """Runs the action's script on the branch that is checked out; its exit code, its comment, what it prints."""
    settings = {"FTSPEC_PYTHON": sys.executable, "FTSPEC_BASE": "main", "FTSPEC_DEVICE": DEVICE, **more}
    done = subprocess.run(
        ["bash", str(ROOT / "action" / "review.sh")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    comment = folder / settings.get("FTSPEC_OUTPUT", "ftspec-review.md")
    assert comment.is_file(), done.stderr
    text = comment.read_text("utf-8")
    comment.unlink()
    return done.returncode, text, done.stdout + done.stderr


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A spec on a branch of its own."""
    path = make(tmp_path)
    git(tmp_path, "checkout", "--quiet", "-b", "change")
    return path


def test_three_changes_of_the_ticket_spec(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The comment on a pull request that changes three things in `specs/tickets.ft`, whole."""
    specs = tmp_path / "specs"
    specs.mkdir()
    for name in ("data", "base"):
        shutil.copytree(resource("specs") / name, specs / name)
    shutil.copy(resource("specs") / "tickets.ft", specs)
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "begin")
    git(tmp_path, "checkout", "--quiet", "-b", "change")
    text = (specs / "tickets.ft").read_text("utf-8")
    for old, new in (
        (r"learning_rate = \S+", "learning_rate = 5e-4"),
        (r"batch_size    = 16", "batch_size    = 32"),
        (r"(accuracy\(tickets\.test\) >=) \d+%", r"\1 40%"),
    ):
        text, count = re.subn(old, new, text)
        assert count == 1
    (specs / "tickets.ft").write_text(text, "utf-8")
    commit(tmp_path, "three things")
    code, comment, _ = review(tmp_path)
    assert code == 0
    golden(CASES / "three_changes.md", comment, request)


def test_only_what_the_branch_touches_is_said(spec: Path) -> None:
    root = spec.parents[1]
    (spec.parent / "other.ft").write_text("ftspec 1\n\nlet rate = 1e-3\n", "utf-8")
    (root / "README.md").write_text("words\n", "utf-8")
    commit(root, "words")
    code, comment, _ = review(root, FTSPEC_PATHS="specs/router.ft")
    assert code == 0
    assert comment.endswith("No spec is touched by this change.\n")


def test_a_change_of_the_base_is_not_the_branch_s(spec: Path) -> None:
    root = spec.parents[1]
    git(root, "checkout", "--quiet", "main")
    change(spec, rate="1e-3 -> 9e-3")
    commit(root, "meanwhile")
    git(root, "checkout", "--quiet", "change")
    change(spec, owner='"support" -> "sales"')
    commit(root, "another owner")
    _, comment, _ = review(root)
    assert "metadata only" in comment and "learning_rate" not in comment


def test_data_alone_touches_the_spec(spec: Path) -> None:
    (spec.parent / "data" / "tickets.jsonl").write_text(rows(140), "utf-8")
    commit(spec.parents[1], "more rows")
    code, comment, _ = review(spec.parents[1])
    assert code == 0 and "### specs/router.ft: retrain" in comment and "tickets content" in comment


def test_a_new_spec_is_shown_whole_and_a_removed_one_named(spec: Path) -> None:
    shutil.copy(spec, spec.with_name("second.ft"))
    spec.unlink()
    commit(spec.parents[1], "rename")
    code, comment, _ = review(spec.parents[1])
    assert code == 0
    assert "### specs/second.ft: new\n" in comment and "### specs/router.ft: removed\n" in comment


def test_a_spec_that_is_wrong_fails_after_the_comment_is_written(spec: Path) -> None:
    change(spec, rate="learning_rate -> learnign_rate")
    commit(spec.parents[1], "slip")
    code, comment, printed = review(spec.parents[1])
    assert code == 1
    assert "### specs/router.ft: does not compile\n\n```text\nerror[FT201 unknown-attribute]" in comment
    assert re.search(r"^::error file=specs/router\.ft,line=\d+,.*FT201", printed, re.M)


def test_what_users_write_is_not_markup(spec: Path) -> None:
    nasty = 'because "@all <img src=x> | [a](http://b) ``` `"'
    change(spec, gate='because "agents count on it" -> ' + nasty, number=">= 50% -> >= 40%")
    text = spec.read_text("utf-8").replace('"Route every ticket"', '"![x](http://b) <b>| ` @me"')
    spec.write_text(text, "utf-8")
    commit(spec.parents[1], "mischief")
    _, comment, _ = review(spec.parents[1])
    outside = re.sub(r"(`+)(?:(?!\1).)*\1", "", comment)
    assert "<img" not in outside and "<b>" not in outside
    assert not re.search(r"(?<!\\)\]\(http", outside)


def test_a_policy_is_held(spec: Path) -> None:
    root = spec.parents[1]
    (root / "org.ft").write_text("ftspec 1\n\npolicy {\n  require why\n}\n", "utf-8")
    change(spec, rate="1e-3 -> 2e-3")
    commit(root, "faster")
    code, comment, printed = review(root, FTSPEC_POLICY="org.ft", FTSPEC_PATHS="specs")
    assert code == 1 and "FT320" in printed and "retrain" in comment


def test_nothing_in_its_inputs_is_run(spec: Path) -> None:
    root = spec.parents[1]
    base = "main; touch pwned #"
    done = subprocess.run(
        ["bash", str(ROOT / "action" / "review.sh")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "FTSPEC_PYTHON": sys.executable, "FTSPEC_BASE": base},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0 and not (root / "pwned").exists()


def test_no_python_file_of_the_repository_is_run(spec: Path) -> None:
    root = spec.parents[1]
    for name in ("click", "json", "ftspec", "sitecustomize", "pydantic"):
        (root / f"{name}.py").write_text("open('pwned', 'w').close()\n", "utf-8")
    code, comment, _ = review(root, FTSPEC_PATHS="specs")
    assert (code, comment != "") == (0, True) and not (root / "pwned").exists()


def test_the_action_and_the_hooks_are_well_formed() -> None:
    for path in (ROOT / "action.yml", ROOT / "action" / "comment" / "action.yml"):
        action = yaml.safe_load(path.read_text("utf-8"))
        assert action["runs"]["using"] == "composite"
        for step in action["runs"]["steps"]:
            assert step["shell"] == "bash" and "${{" not in step["run"]
            named = re.search(r"\$GITHUB_ACTION_PATH/(\S+?)\"", step["run"])
            assert named is not None and (path.parent / named[1]).is_file()
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [each["id"] for each in hooks] == ["ftspec-fmt", "ftspec-check"]
    assert all(re.search(each["files"], "specs/a.ft") for each in hooks)


def test_the_light_installation_is_enough(tmp_path: Path) -> None:
    """What compiling imports, with nothing in any cache, is what `action/requirements.txt` brings."""
    code = (
        "import sys; begun = set(sys.modules); from pathlib import Path; "
        "from importlib.metadata import packages_distributions as p; "
        "from ftspec.pipeline import compile; import ftspec.review.pull_request; compile(Path(sys.argv[1])); "
        "known = p(); print(*{name for each in set(sys.modules) - begun for name in known.get(each, ())})"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(make(tmp_path))], env=env, capture_output=True, text=True, check=True
    )
    lines = (ROOT / "action" / "requirements.txt").read_text("utf-8").splitlines()
    listed = {re.split(r"\W", line.replace("-", "_"))[0].lower() for line in lines if line[:1] not in ("#", "")}
    brought = {
        "annotated_types",
        "interegular",
        "markupsafe",
        "pydantic_core",
        "typing_extensions",
        "typing_inspection",
    }
    assert {name.lower().replace("-", "_") for name in done.stdout.split()} <= listed | brought | {"ftspec"}


class GitHub(BaseHTTPRequestHandler):
    """Comments of one pull request, kept in memory."""

    comments: list[dict[str, Any]]
    seen: list[str]

    def do_GET(self) -> None:
        page = int(re.search(r"page=(\d+)$", self.path)[1])  # type: ignore[index]
        self._answer(self.comments[100 * (page - 1) : 100 * page])

    def do_POST(self) -> None:
        self.comments.append({"id": len(self.comments) + 1, "user": {"type": "Bot"}, **self._body()})
        self._answer(self.comments[-1])

    def do_PATCH(self) -> None:
        comment = next(each for each in self.comments if self.path.endswith(f"/{each['id']}"))
        comment.update(self._body())
        self._answer(comment)

    def _body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return found

    def _answer(self, value: Any) -> None:
        self.seen.append(f"{self.command} {self.headers['Authorization']}")
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing."""


@pytest.fixture
def github() -> Iterator[tuple[str, type[GitHub]]]:
    """The address of a server, and what it holds."""
    handler = type("Handler", (GitHub,), {"comments": [], "seen": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", handler
        server.shutdown()


def post(folder: Path, address: str, body: str, number: str = "7") -> int:
    """Runs the second step."""
    file = folder / "comment.md"
    file.write_text(body, "utf-8")
    settings = {"FTSPEC_COMMENT": str(file), "FTSPEC_PULL_REQUEST": number, "FTSPEC_TOKEN": "secret"}
    return subprocess.run(
        [sys.executable, str(ROOT / "action" / "comment" / "comment.py")],
        env={**os.environ, "GITHUB_API_URL": address, "GITHUB_REPOSITORY": "org/name", **settings},
        check=False,
    ).returncode


MARK = "<!-- ftspec: what this change means -->\n"


def test_one_comment_that_is_updated_in_place(tmp_path: Path, github: tuple[str, type[GitHub]]) -> None:
    address, server = github
    server.comments += [{"id": n, "body": "words", "user": {"type": "User"}} for n in range(1000, 1120)]
    server.comments.append({"id": 5000, "body": MARK + "mine, says a user", "user": {"type": "User"}})
    assert post(tmp_path, address, MARK + "one") == 0
    assert post(tmp_path, address, MARK + "two") == 0
    assert post(tmp_path, address, MARK + "two") == 0
    own = [each["body"] for each in server.comments if each["user"]["type"] == "Bot"]
    assert own == [MARK + "two"]
    assert [each.split()[0] for each in server.seen].count("PATCH") == 1
    assert {each.partition(" ")[2] for each in server.seen} == {"Bearer secret"}


@pytest.mark.parametrize(("body", "number"), [("words", "7"), (MARK, "7; rm -rf"), (MARK, "")])
def test_it_posts_nothing_else(body: str, number: str, tmp_path: Path, github: tuple[str, type[GitHub]]) -> None:
    address, server = github
    assert post(tmp_path, address, body, number) == 1
    assert not server.seen


def test_the_mark_is_the_same_on_both_sides() -> None:
    from ftspec.review.pull_request import MARK as written

    assert written == MARK.strip()
    assert f'MARK = "{written}"' in (ROOT / "action" / "comment" / "comment.py").read_text("utf-8")
