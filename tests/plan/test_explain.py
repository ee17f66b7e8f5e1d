"""The preview, the Markdown and the origins of plans built by hand."""

from __future__ import annotations

import pytest

from ftspec.plan.explain import markdown, origins, preview
from ftspec.plan.explain.data import data_lines
from ftspec.plan.explain.table import wrapped
from ftspec.plan.explain.words import duration, family, money, percent, rate, short, size_of
from ftspec.plan.facts import CleanFacts, FileFacts, Target
from ftspec.plan.plan import OriginRecord, Plan, SpecRecord
from ftspec.plan.steps import PlannedUse
from ftspec.text.display import columns
from tests.plan import goldens
from tests.plan.plans import (
    GIB,
    adapter,
    call,
    export,
    forgetting,
    gate,
    memory,
    model,
    plan,
    resources,
    tickets,
    tokens,
    train,
)

DEMOS = PlannedUse(data="data.tickets", split="train")


def three_stages() -> Plan:
    """A base, an imitation, a judge and a policy on a quantized model of the hub."""
    llama = model(
        source=call("hub", repository="meta-llama/Llama-3.1-8B", revision="d04e592bb4f6aa9cfee91e2e20afa771667e1d4b"),
        quantization=call("nf4", double=True),
        precision="bf16",
        parameters=8_030_261_248,
    )
    target = Target(
        name="rtx_4090",
        kind="cuda",
        title="NVIDIA GeForce RTX 4090, 24 GiB",
        memory_bytes=round(23.64 * GIB),
        flops=1.6e14,
        bandwidth=1e12,
        hourly_cost=0.69,
        price_source="usual on-demand price of GPU clouds, 2025",
    )
    stage = {"precision": "bf16", "tokens": None, "validation": None, "adaptation": adapter(83_886_080)}
    return plan(
        llama,
        train(id="train.router", **stage),
        train(id="train.judge", **{"from": "train.router"}, objective=call("reward"), optimizer_steps=60, **stage),
        train(
            id="train.policy",
            **{"from": "train.router"},
            objective=call("ppo", reward="judge", kl=0.05),
            needs=("model.base", "data.tickets", "train.router", "train.judge"),
            optimizer_steps=2000,
            epochs=0.0,
            gradient_checkpointing=True,
            **stage,
        ),
        export(stage="train.policy", form="merged", push=call("hub", repository="org/name", private=True)),
        spec=SpecRecord(name="policy", goal=None, kind=None),
        target=target,
        gates=(),
        budget=({"verb": "require", "rule": "memory <= 24 GiB", "holds": True, "because": None},
               {"verb": "require", "rule": "time <= 6 h", "holds": False, "because": None}),
        resources=resources(
            memory=memory(weights=5_700_000_000, adapter=335_544_320, activations=21 * GIB, runtime=600_000_000),
            time_seconds=30_000.0, time_range=(15_000.0, 60_000.0), time_source="a roofline of rtx_4090", cost=5.75,
        ),
    )  # fmt: skip


PLANS = {
    "one_stage": lambda: plan(),
    "three_stages": three_stages,
    "long_words": lambda: plan(
        tickets(
            id="data.a_name_that_is_far_too_long_for_its_column",
            cleaned=(
                CleanFacts(name="deduplicate", rows_in=462, rows_out=461),
                CleanFacts(name="redact", rows_in=461, rows_out=461, changed=7),
            ),
            recognised=True,
            template_source="library: alpaca",
        ),
        gates=(gate(measurement="json_schema(tickets.test, schema = “a very long file name in several words”)"),),
        spec=SpecRecord(name="router", goal="A goal " * 20, kind="task"),
    ),
    "answers_cut": lambda: plan(
        train(tokens=tokens(longest=900, truncated=12, answers_cut=3, untrained=1, end_trained=False), max_length=512)
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_the_preview_reads_as_it_should(name: str, request: pytest.FixtureRequest) -> None:
    goldens.check(request, f"{name}.txt", preview(PLANS[name](), width=80))


@pytest.mark.parametrize("name", PLANS)
def test_the_markdown_reads_as_it_should(name: str, request: pytest.FixtureRequest) -> None:
    goldens.check(request, f"{name}.md", markdown(PLANS[name]()))


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    assert max(map(columns, preview(PLANS[name](), width=width).splitlines())) <= width


def test_colour_changes_nothing_but_colour() -> None:
    import re

    plain = preview(plan(), color=False)
    assert re.sub("\x1b\\[[0-9;]*m", "", preview(plan(), color=True)) == plain
    assert "\x1b" not in plain


def test_what_users_wrote_cannot_steer_a_terminal_or_a_comment() -> None:
    hostile = "\x1b[2J| </td> @everyone [x](http://evil) `rm` #1\u202e"
    made = plan(spec=SpecRecord(name=hostile, goal=hostile, kind="task"), gates=(forgetting(),))
    assert "\x1b" not in preview(made) and "\u202e" not in preview(made)
    text = markdown(made)
    assert "@everyone" not in text and "http://" not in text and "</td>" not in text
    assert "[x](" not in text and "#1" not in text
    assert all(line.count("|") - line.count("\\|") == 4 for line in text.splitlines() if line.startswith("| **goal**"))


def test_origins_say_where_values_come_from(request: pytest.FixtureRequest) -> None:
    records = {
        "model.base.source": OriginRecord(value="path(base)", by="spec", at="router.ft:9"),
        "train.router.batch_size": OriginRecord(value=16, by="default"),
        "train.router.learning_rate": OriginRecord(value=5e-4, by="--set", overrode=2e-4),
        "train.router.length": OriginRecord(
            value="5 steps", by="overlay smoke", at="router.ft:60", overrode="3 epochs"
        ),
        "train.router.max_length": OriginRecord(value=143, by="auto", reason="the longest row"),
    }
    goldens.check(request, "origins.txt", origins(plan(origins=records), width=80))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (short(147_456), "147,456"),
        (short(2_361_600), "2.4 M"),
        (short(8_030_261_248), "8.0 B"),
        (short(405_853_388_800), "406 B"),
        (percent(0.059), "5.9 %"),
        (percent(0.00012), "0.01 %"),
        (percent(0.0000001), "under 0.01 %"),
        (percent(0.0), "0.0 %"),
        (size_of(0), "0"),
        (size_of(3 << 10), "3 KiB"),
        (size_of(412 << 20), "412 MiB"),
        (size_of(24 << 30), "24.0 GiB"),
        (duration(0.2), "1 s"),
        (duration(40), "40 s"),
        (duration(600), "10 min"),
        (duration(12_000), "3 h 20 min"),
        (duration(100_000), "28 h"),
        (duration(200_000), "2 d 8 h"),
        (money(4.1), "4.10 USD"),
        (rate(2e-4), "2e-4"),
        (rate(1.5e-5), "1.5e-5"),
        (rate(0.01), "0.01"),
        (family("LlamaForCausalLM"), "Llama"),
        (family("GPT2LMHeadModel"), "GPT2"),
        (family("BertModel"), "Bert"),
    ],
)
def test_numbers_are_written_for_people(made: str, expected: str) -> None:
    assert made == expected


@pytest.mark.parametrize("text", ["", "short", "a · b · c", "x" * 300, "many words " * 30, "字" * 100])
@pytest.mark.parametrize("width", [10, 30, 60])
def test_wrapping_keeps_every_word(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(columns(line) <= width for line in lines)
    assert "".join("".join(lines).split()).replace("·", "") == "".join(text.split()).replace("·", "")


def test_files_behind_a_glob_are_listed_and_mixtures_say_what_repeats() -> None:
    files = tuple(FileFacts(path=f"data/{n}.jsonl", sha256="0" * 64, bytes=1) for n in range(9))
    step = tickets(source=call("jsonl", path="data/*.jsonl"), files=files)
    shown = "\n".join(text.text for text in data_lines(step, plan(step)))
    assert (
        "9 files: data/0.jsonl, data/1.jsonl, data/2.jsonl, data/3.jsonl, data/4.jsonl, data/5.jsonl and 3 more"
        in shown
    )
    one = tickets(source=call("jsonl", path="data/0.jsonl"), files=files[:1])
    assert "file" not in "\n".join(text.text for text in data_lines(one, plan(one)))
    parts = [{"use": {"data": name, "split": split}, "share": 0.9 - 0.8 * n} for n, (name, split) in enumerate(
        (("a", None), ("b", "train"))
    )]  # fmt: skip
    account = (
        CleanFacts(name="mixture a", rows_in=90, rows_out=60),
        CleanFacts(name="mixture b.train", rows_in=10, rows_out=42),
        CleanFacts(name="augment", rows_in=102, rows_out=150, changed=48),
    )
    blend = {"parts": parts, "temperature": 2.0, "order": "shuffled"}
    mixed = tickets(source=None, mixture=blend, files=(), cleaned=account, rows_read=100, rows=150)
    [first, *_] = data_lines(mixed, plan(mixed))
    assert first.text == (
        "mixture at temperature 2 of 75% a (written 90%), 25% b.train (written 10%): "
        "100 rows → 150: 60 of 90 of a, b.train 4.2 times, 48 changed copies added"
    )
