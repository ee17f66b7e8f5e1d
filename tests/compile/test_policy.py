"""A policy asks, a spec keeps or waives, and a reviewer sees which."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from ftspec.cli.commands.check import command
from ftspec.compile.policy import hold, read_policy
from ftspec.kinds import keywords
from ftspec.pipeline import Options, load
from ftspec.pipeline import compile as compile_spec
from ftspec.plan import diff
from ftspec.plan.explain import preview
from ftspec.text.diagnostic import Diagnostic
from tests.review.repository import SPEC, make


def write(path: Path, *rules: str) -> Path:
    path.write_text("ftspec 1\n\npolicy {\n" + "".join(f"  {each}\n" for each in rules) + "}\n", "utf-8")
    return path


def found(folder: Path, *rules: str, spec: str = SPEC) -> list[tuple[str, str]]:
    """Code and message of everything that a policy of these rules says about a spec."""
    return [(each.code.id, each.message) for each in diagnostics(folder, *rules, spec=spec)]


def diagnostics(folder: Path, *rules: str, spec: str = SPEC) -> list[Diagnostic]:
    path = folder / "router.ft"
    path.write_text(spec, "utf-8")
    policy = read_policy(write(folder / "org.ft", *rules))
    assert not policy.diagnostics, [each.message for each in policy.diagnostics]
    loaded = load(path)
    assert loaded.spec is not None, [each.message for each in loaded.diagnostics]
    return list(hold(policy, loaded.spec, path))


HUB = SPEC.replace('path("base")', 'hub("org/name")')
PUSHED = SPEC + '\noutput {\n  push = hub("org/name", private = false)\n}\n'
BOUNDED = SPEC + "\nbudget {\n  require memory <= 24GiB\n}\n"
CLEANED = SPEC.replace("  template = route\n}", "  template = route\n\n  clean {\n    redact = pii\n  }\n}")
UNOWNED = SPEC.replace('  owner = "support"\n', "")

BREACHES = {
    "pinned": ("require pinned", HUB, SPEC, "`org/name` is not pinned to a commit"),
    "gate": ("require gate(bleu)", SPEC, SPEC.replace("accuracy", "bleu"), "no required gate measures `bleu`"),
    "budget": ("require budget(memory)", SPEC, BOUNDED, "no budget bounds the memory"),
    "redact": ("require redact", SPEC, CLEANED, "`tickets` trains without redaction"),
    "owner": ("require owner", UNOWNED, SPEC, "nobody answers for this model"),
    "why": (
        "require why",
        SPEC,
        SPEC.replace("kind  = task", 'kind  = task\n  why   = "prompting is not enough"'),
        "this spec does not say why a model is trained",
    ),
    "private": (
        "require private",
        PUSHED,
        PUSHED.replace(", private = false", ""),
        "this model is pushed to a public repository",
    ),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_requirement(name: str, tmp_path: Path) -> None:
    rule, breaking, keeping, message = BREACHES[name]
    assert found(tmp_path, rule, spec=breaking) == [("FT320", message)]
    assert found(tmp_path, rule, spec=keeping) == []


def test_a_lock_may_be_asked_for(tmp_path: Path) -> None:
    assert found(tmp_path, "require locked") == [("FT320", "this spec has no lock")]
    (tmp_path / "router.ft.lock").write_text("ftspec-lock 1\n", "utf-8")
    assert found(tmp_path, "require locked") == []


def test_every_requirement_is_tested() -> None:
    assert set(BREACHES) | {"locked"} == set(keywords("requirements"))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("require train.batch_size >= 8", "`train.router.batch_size` is `4`"),
        ("require train.method == qlora", "`train.router.method` is `lora(rank = 8, dropout = 0"),
        ("require gates.confidence >= 90%", "`gates.confidence` is not set"),
        ('require goal.owner == "sales"', "`goal.owner` is `support`"),
        ("require train.learning_rate <= 1e-4 and train.batch_size <= 8", "`train.router.learning_rate` is `0.001`"),
        ("require output.card == false", "`output.card` is `true`"),
    ],
)
def test_an_attribute_may_be_compared(rule: str, message: str, tmp_path: Path) -> None:
    [(code, said)] = found(tmp_path, rule)
    assert code == "FT320" and said.startswith(message)


@pytest.mark.parametrize(
    "rule",
    [
        "require train.batch_size <= 8",
        "require train.method == lora",
        "require train.method == qlora or train.learning_rate <= 1e-2",
        "require redact when goal.kind == domain",
        "require train.data != english",
        "require data.clean.redact == pii when goal.kind == domain and goal.owner == legal",
    ],
)
def test_a_rule_that_is_kept(rule: str, tmp_path: Path) -> None:
    assert found(tmp_path, rule) == []


def test_a_condition_that_applies(tmp_path: Path) -> None:
    assert found(tmp_path, "require redact when goal.kind == task") != []


def test_the_reason_is_shown_at_the_rule(tmp_path: Path) -> None:
    [each] = diagnostics(tmp_path, 'require why because "training is the last resort"')
    assert [label.message for label in each.labels] == ["the policy asks for it: training is the last resort"]
    assert each.labels[0].place.source.path.endswith("org.ft")
    assert each.help is not None and 'or say why not: `waive why because "…"`' in each.help


def test_a_warning_stops_nothing(tmp_path: Path) -> None:
    [each] = diagnostics(tmp_path, "warn why")
    assert each.code.id == "FT414" and not each.is_error


def test_a_waiver_needs_a_rule_that_is_broken(tmp_path: Path) -> None:
    waived = SPEC + '\nwaive why because "an experiment"\nwaive owner because "none"\nwaive pinned because "none"\n'
    assert found(tmp_path, "require why", "require owner", spec=waived) == [
        ("FT412", "`why` is waived: an experiment"),
        ("FT413", "`owner` is waived, and this spec keeps it"),
        ("FT413", "the policy has no rule `pinned` to waive"),
    ]


def test_a_waiver_names_the_rule_in_any_layout(tmp_path: Path) -> None:
    waived = SPEC + '\nwaive gate( bleu ) because "no reference texts"\n'
    assert found(tmp_path, "require gate(bleu)", spec=waived) == [
        ("FT412", "`gate(bleu)` is waived: no reference texts")
    ]


@pytest.mark.parametrize(
    ("rule", "code", "help"),
    [
        ("require pined", "FT204", "write `pinned`"),
        ("require gate(perplexitty)", "FT213", "a similar metric exists: `perplexity`"),
        ("require budget(money)", "FT215", "`memory`"),
        ("require redact when goal.knd == task", "FT201", "a similar attribute exists: `kind`"),
        ("require redact when gaol.kind == task", "FT202", "a similar block exists: `goal`"),
        ("require redact when goal", "FT222", "write it as in `goal.kind == domain`"),
        ("report pinned", "FT217", "write `require`"),
        ("require 3", "FT222", "write a requirement such as `pinned`"),
        ("kind = task", "FT217", "write `policy {` with rules"),
    ],
)
def test_a_mistake_in_a_policy(rule: str, code: str, help: str, tmp_path: Path) -> None:
    policy = read_policy(write(tmp_path / "org.ft", rule))
    assert [each.code.id for each in policy.diagnostics] == [code], policy.diagnostics
    assert help in (policy.diagnostics[0].help or "")


def test_a_policy_is_a_file_like_any_other_to_check(tmp_path: Path) -> None:
    path = write(tmp_path / "org.ft", "require pinned", 'require gate(perplexity) because "English"')
    assert not load(path).diagnostics
    write(path, "require pined")
    assert [each.code.id for each in load(path).diagnostics] == ["FT204"]


def test_a_file_that_trains_nothing_keeps_every_policy(tmp_path: Path) -> None:
    (tmp_path / "shared.ft").write_text("ftspec 1\n\nlet rate = 1e-4\n", "utf-8")
    policy = read_policy(write(tmp_path / "org.ft", "require owner"))
    spec = load(tmp_path / "shared.ft").spec
    assert spec is not None and not list(hold(policy, spec, tmp_path / "shared.ft"))


def test_check_exits_by_the_policy(tmp_path: Path) -> None:
    path = make(tmp_path)
    org = write(tmp_path / "org.ft", "require why")
    broken = CliRunner().invoke(command, [str(path), "--policy", str(org)], standalone_mode=False)
    assert broken.return_value == 1 and "FT320 breaks-policy" in broken.stdout
    write(org, "require owner")
    assert CliRunner().invoke(command, [str(path), "--policy", str(org)], standalone_mode=False).return_value == 0


def test_the_plan_and_the_diff_show_a_waiver(tmp_path: Path) -> None:
    path = make(tmp_path)
    before = compile_spec(path, Options(device="cpu")).plan
    path.write_text(SPEC + '\nwaive why because "an experiment"\n', "utf-8")
    after = compile_spec(path, Options(device="cpu")).plan
    assert before.digest == after.digest
    assert "waives why" in preview(after)
    found = diff.difference(before, after)
    assert found.effect is diff.Effect.METADATA
    assert "| ⚠ policy `why` |  | an experiment | **rule waived** |" in diff.markdown(found)
    assert [each.alarm for each in diff.difference(after, before).changes] == [None]
