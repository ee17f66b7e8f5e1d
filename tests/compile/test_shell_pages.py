"""Pages whose examples are commands: run as they stand, the wrong one shows the code and the right one does not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ftspec
from ftspec.compile.lock import codes as lock_codes
from ftspec.compile.policy import codes as policy_codes
from ftspec.text.diagnostic import Code
from tests.review.repository import make

CODES = [each for module in (lock_codes, policy_codes) for each in vars(module).values() if isinstance(each, Code)]
SPEC = """\
ftspec 1

goal "Route every ticket" {
  kind = task
}

model base {
  source = path("base")
}

data tickets {
  source = jsonl("tickets.jsonl")
}

train router {
  data = tickets.train
}

gates {
  require accuracy(tickets.test) >= 50%
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with `tickets.ft` and all that it names."""
    specs = make(tmp_path).parent
    (specs / "tickets.ft").write_text(SPEC, "utf-8")
    tickets = [{"prompt": f"ticket {n}", "completion": ("billing", "general")[n % 2]} for n in range(60)]
    (specs / "tickets.jsonl").write_text("".join(json.dumps(each) + "\n" for each in tickets), "utf-8")
    return specs


@pytest.mark.parametrize("code", CODES, ids=str)
@pytest.mark.parametrize("which", ["Wrong", "Right"])
def test_what_the_page_shows_is_so(code: Code, which: str, folder: Path) -> None:
    text = (Path(ftspec.__file__).parent / "text" / "explain" / f"{code.id}.md").read_text("utf-8")
    assert text.startswith(f"# {code}\n")
    example = dict(re.findall(r"^(Wrong|Right):\n```sh\n(.*?)^```$", text, re.S | re.M))[which]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", example], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    output = done.stdout + done.stderr
    assert (f"[{code}]" in output) == (which == "Wrong"), output
    assert done.returncode == 0 or (which == "Wrong" and f"error[{code}]" in output), output
