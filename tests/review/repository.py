"""A git repository with a spec that compiles in no time, and the changes that tests make to it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from ftspec.resources import resource

SPEC = """\
ftspec 1

goal "Route every ticket" {
  kind  = task
  owner = "support"
}

model base {
  source = path("base")
}

template route {
  user      "{{ body }}"
  assistant "{{ queue }}"
}

data tickets {
  source   = jsonl("data/tickets.jsonl")
  template = route
}

data english {
  source = text("data/english.txt")
}

train router {
  data          = tickets.train
  method        = lora(rank = 8)
  length        = 2 epochs
  learning_rate = 1e-3
  batch_size    = 4
}

gates {
  require accuracy(tickets.test) >= 50% because "agents count on it"
  require perplexity(english) <= 1.5 * baseline
}
"""


def git(folder: Path, *arguments: str) -> str:
    """Runs git without the settings of this machine."""
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **plain}, capture_output=True, text=True, check=True)
    return done.stdout


def rows(count: int) -> str:
    """Tickets, a third of each queue."""
    queues = ("billing", "technical", "general")
    return "".join(
        json.dumps({"body": f"ticket {n}: please look at my {queues[n % 3]} problem", "queue": queues[n % 3]}) + "\n"
        for n in range(count)
    )


def make(folder: Path, spec: str = SPEC) -> Path:
    """A repository with one commit; gives the spec's path, `specs/router.ft`."""
    specs = folder / "specs"
    (specs / "data").mkdir(parents=True)
    # Without weights a plan stands all the same, and git has less to keep.
    shutil.copytree(resource("specs") / "base", specs / "base", ignore=shutil.ignore_patterns("*.safetensors"))
    (specs / "router.ft").write_text(spec, "utf-8")
    (specs / "data" / "tickets.jsonl").write_text(rows(120), "utf-8")
    (specs / "data" / "english.txt").write_text(
        "\n\n".join(f"A plain sentence, number {n}." for n in range(30)), "utf-8"
    )
    git(folder, "init", "--quiet")
    commit(folder, "begin")
    return specs / "router.ft"


def commit(folder: Path, message: str) -> None:
    """Everything in the folder, committed."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def change(path: Path, **replaced: str) -> None:
    """Replaces texts of a file, given as `a="old -> new"`."""
    text = path.read_text("utf-8")
    for each in replaced.values():
        old, new = each.split(" -> ")
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
