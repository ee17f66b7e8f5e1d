"""The folder that the examples of `ftspec explain` are tried in: rows, texts, chat templates and models.

An example that is no whole spec is completed: what it does not say is said in the plainest way.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ftspec.resources import resource
from tests.review.repository import make

Row = Mapping[str, Any]

TICKETS = """\
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
"""What commands of a page mean by `tickets.ft`."""

_PLAIN = {
    "goal": 'goal "Try a page" {\n  kind = task\n}\n',
    "model": 'model base {\n  source = path("base")\n}\n',
    "data": 'data rows {\n  source = jsonl("rows.jsonl")\n}\n',
    "train": "train tuned {\n  data = DATA.train\n}\n",
}
"""What an example that leaves a block out means."""


def whole(example: str) -> str:
    """A spec of the blocks of an example and of plain ones for those that it leaves out."""
    if example.startswith("ftspec 1"):
        return example
    kinds = set(re.findall(r"^(\w+) .*\{$", example, re.M))
    blocks = [example] + [block for kind, block in _PLAIN.items() if kind not in kinds]
    data = re.findall(r"^data (\w+) \{$", "\n".join(blocks), re.M)
    return "\n".join(("ftspec 1\n", *blocks)).replace("DATA", data[-1] if data else "rows")


def lay_out(folder: Path) -> Path:
    """A repository with everything that a page may name; gives the folder of its specs."""
    specs = make(folder).parent
    shutil.rmtree(specs / "base")
    _models(specs)
    _rows(specs)
    _texts(specs)
    (specs / "tickets.ft").write_text(TICKETS, "utf-8")
    return specs


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """A file of JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def plain_rows() -> list[Row]:
    """The rows of a spec whose example says nothing about them."""
    queues = ("billing", "technical", "general")
    return [
        {"prompt": f"ticket {n}: look at my {queues[n % 3]} problem", "completion": queues[n % 3]} for n in range(200)
    ]


def padded(rows: Sequence[Row], count: int = 60) -> list[Row]:
    """Rows like those of an example, so that there are enough to train on."""
    return [_varied(rows[number % len(rows)], number) for number in range(count)]


def _varied(row: Row, number: int) -> Row:
    """The row with another text in its first field, or in its first message."""
    name, value = next(iter(row.items()))
    if isinstance(value, list):
        return {**row, name: [{**value[0], "content": f"{value[0]['content']} {number}"}, *value[1:]]}
    return {**row, name: f"{value} {number}"}


def _models(specs: Path) -> None:
    """A model that is right, and some that are not."""
    base = resource("specs") / "base"
    for name in ("base", "original", "plain", "other", "own-code", "unusual"):
        shutil.copytree(base, specs / name)
    config = json.loads((base / "config.json").read_text("utf-8"))
    _write_json(specs / "own-code" / "config.json", {**config, "model_type": "somebodys-own"})
    small = {"vocab_size": 4096, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    _write_json(
        specs / "unusual" / "config.json", {**small, "model_type": "codegen", "n_embd": 64, "n_layer": 2, "n_head": 4}
    )
    (specs / "unusual" / "model.safetensors").unlink()
    _write_json(specs / "adapter" / "adapter_config.json", {"peft_type": "LORA", "base_model_name_or_path": "base"})
    (specs / "other" / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes() + b"\n")
    (specs / "plain" / "chat_template.jinja").unlink()


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")


def _talk(question: str, answer: str) -> Row:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def _rows(specs: Path) -> None:
    """Rows of every kind that the pages speak of."""
    queues = ("billing", "technical", "general")
    tickets = [
        {"prompt": f"ticket {n}: the printer is out of {('order', 'toner')[n % 2]}", "completion": queues[n % 2]}
        for n in range(72)
    ]
    mixed = plain_rows()
    desk = [
        {"subject": f"A {queues[n % 3]} matter, number {n}", "body": f"Please help, case {n}.", "queue": queues[n % 3]}
        for n in range(120)
    ]
    desk[5]["body"] = desk[17]["body"] = None  # type: ignore[assignment]
    desk[7]["queue"] = "legal"
    files: dict[str, Iterable[Row]] = {
        "tickets": tickets,
        "answers": tickets,
        "some-tickets": tickets[:20],
        "forty": mixed[:45],
        "ten": mixed[:10],
        "billing-only": mixed[::3],
        "two-hundred": mixed,
        "texts": [{"amount": f"{7919 * n}", "queue": queues[n % 3]} for n in range(200)],
        "guessed-types": [
            {"amount": 7919 * n if n % 5 == 0 else f"{7919 * n}", "queue": queues[n % 3]} for n in range(200)
        ],
        "unasked": [{**row, "prompt": "" if n % 20 == 3 else row["prompt"]} for n, row in enumerate(mixed)],
        "shouted": [
            {**row, "completion": row["completion"].title() if n % 4 else row["completion"]}
            for n, row in enumerate(mixed)
        ],
        "undecided": [
            {"prompt": row["prompt"], "chosen": row["completion"], "rejected": "none" if n % 9 else row["completion"]}
            for n, row in enumerate(mixed)
        ],
        "one-sided": [
            {"prompt": row["prompt"], "chosen": f"This is for {row['completion']}.", "rejected": "No."} for row in mixed
        ],
        "rows": mixed,
        "desk": desk,
        "talks": [_talk(row["prompt"], row["completion"]) for row in tickets],
        "more-talks": [_talk(f"Again, {row['prompt']}", row["completion"]) for row in mixed],
        "prompts": mixed,
        "judged": [{**row, "label": n % 2 == 0} for n, row in enumerate(mixed)],
        "replies-with-blanks": [{**row, "completion": "" if n % 20 == 3 else "Done."} for n, row in enumerate(mixed)],
        "choices": [{"prompt": row["prompt"], "chosen": row["completion"], "rejected": "none"} for row in mixed],
        "alpaca": [{"instruction": f"Count to {n}.", "input": "", "output": f"{n} it is."} for n in range(120)],
        "threads": [
            {**row, "prompt": row["prompt"] + " and again" * (150 if n % 7 == 0 else 1)} for n, row in enumerate(mixed)
        ],
        "mail": [
            {
                "whole_thread": f"letter {n} " + "as I wrote before " * 160,
                "last_message": f"letter {n}",
                "queue": queues[n % 3],
            }
            for n in range(90)
        ],
        "several": [{**mixed[n // 2], "completion": f"{7919 * n} and {104729 * n % 977}"} for n in range(400)],
        "visits": [{**row, "ward": "ABCD"[n % 7 % 4], "patient": n // 2} for n, row in enumerate(mixed)],
        "manual": [{"title": f"chapter {n}", "text": f"Turn knob {n} to the left."} for n in range(90)],
    }
    for name, rows in files.items():
        write_rows(specs / f"{name}.jsonl", rows)
    (specs / "cut-short.parquet").write_bytes(b"PAR1" + bytes(100))


_TERMS = "As our terms say every refund is paid to the account that the money came from within ten working days."


def _texts(specs: Path) -> None:
    """Plain texts and chat templates."""
    letters = [
        f"Dear customer {n}, thank you for letter {n}. {_TERMS if n == 3 else 'We will look into it.'}"
        for n in range(80)
    ]
    others = [f"Answer {n}: " + " ".join(f"word{n}x{i}" for i in range(90)) for n in range(20)]
    texts = {
        "english": "A plain sentence.\n\nAnother one.\n",
        "letters": "\n\n".join(letters),
        "plain": "\n\n".join(others),
        "quoting": "\n\n".join([f"{others[0]} {_TERMS}", *others[1:]]),
    }
    for name, text in texts.items():
        (specs / f"{name}.txt").write_text(text, "utf-8")
    chat = (resource("specs") / "base" / "chat_template.jinja").read_text("utf-8")
    opened = "{{- '<|im_start|>assistant\\n' }}\n{%- endif %}"
    assert opened in chat
    templates = {
        "chat": chat,
        "endless": "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}",
        "broken": "{% for message in messages %}{{ message.content }}\n",
        "thinking": chat.replace(opened, "{{- '<|im_start|>assistant\\n<think>\\n' }}\n{%- endif %}"),
        "strict": "{% if messages[0].role == 'system' %}{{ raise_exception('no system turn') }}{% endif %}" + chat,
    }
    for name, text in templates.items():
        (specs / f"{name}.jinja").write_text(text, "utf-8")
