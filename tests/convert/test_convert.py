"""Configs of other tools: every key has one fate, and the spec says what the mapped ones said."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftspec.cli.commands.import_ import command
from ftspec.compile.load import load_spec
from ftspec.convert import FORMATS, Converted, Fate, axolotl, convert, llama_factory, trl
from ftspec.errors import CannotRun
from ftspec.spec.spec import Spec
from ftspec.syntax.format import format_source
from ftspec.text.source import Source
from tests.convert.configs import AXOLOTL, LLAMA_FACTORY, TRL
from tests.goldens import golden

CASES = Path(__file__).parents[1] / "cases" / "convert"
CONFIGS = {"axolotl": AXOLOTL, "llama-factory": LLAMA_FACTORY, "trl": TRL}
KEYS = {"axolotl": axolotl.KEYS, "llama-factory": llama_factory.KEYS, "trl": trl.KEYS}


def converted(form: str, text: str, folder: Path) -> Converted:
    path = folder / "tickets.yaml"
    path.write_text(text, "utf-8")
    return convert(form, path)


def spec_of(found: Converted, folder: Path) -> Spec:
    """The spec that was written; it has no error."""
    loaded = load_spec(Source("tickets.ft", found.text), folder / "tickets.ft")
    assert loaded.spec is not None, [each.message for each in loaded.diagnostics]
    return loaded.spec


@pytest.mark.parametrize("form", CONFIGS)
def test_the_whole_spec(form: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    found = converted(form, CONFIGS[form], tmp_path)
    lines = [f"{each.fate} {each.key}:{each.line}: {each.text}" for each in found.notes]
    golden(CASES / f"{form}.ft", found.text, request)
    golden(CASES / f"{form}.txt", "\n".join(lines) + "\n", request)


@pytest.mark.parametrize("form", CONFIGS)
def test_every_key_has_one_fate_on_its_line(form: str, tmp_path: Path) -> None:
    text = CONFIGS[form]
    keys = [(n, line.partition(":")[0]) for n, line in enumerate(text.splitlines(), 1) if line[:1] not in " #"]
    notes = [each for each in converted(form, text, tmp_path).notes if each.line]
    assert [(each.line, each.key) for each in notes] == keys
    assert all(each.text for each in notes)


@pytest.mark.parametrize("form", CONFIGS)
def test_the_spec_is_right_and_in_the_one_style(form: str, tmp_path: Path) -> None:
    found = converted(form, CONFIGS[form], tmp_path)
    spec_of(found, tmp_path)
    assert format_source(Source("tickets.ft", found.text)) == found.text


def test_what_axolotl_says(tmp_path: Path) -> None:
    spec = spec_of(converted("axolotl", AXOLOTL, tmp_path), tmp_path)
    train = spec.trains["tickets"]
    assert train.method is not None and train.method.keyword() == "qlora"
    arguments = train.method.arguments()
    assert (arguments["rank"], arguments["alpha"], arguments["dropout"]) == (32, 64.0, 0.05)
    assert (train.batch_size, train.micro_batch_size, train.max_length) == (8, 2, 2048)
    assert (train.learning_rate, str(train.length), train.packing) == (2e-4, "3 epochs", True)
    assert train.scheduler is not None and train.scheduler.arguments()["warmup"] == 0.1
    data = spec.data["tickets_2"]
    assert data.template == "alpaca" and data.split is not None and data.split.validation == 0.1


def test_a_warm_up_in_steps_becomes_a_share(tmp_path: Path) -> None:
    spec = spec_of(converted("trl", TRL, tmp_path), tmp_path)
    scheduler = spec.trains["tickets"].scheduler
    assert scheduler is not None and (scheduler.keyword(), scheduler.arguments()["warmup"]) == ("linear", 0.1)


@pytest.mark.parametrize(
    ("form", "line", "fate", "text"),
    [
        ("axolotl", "lora_rr: 8", Fate.SUSPICIOUS, "a similar one is `lora_r`"),
        ("axolotl", "trust_remote_code: true", Fate.SUSPICIOUS, "ftspec runs no code that a model brings along"),
        ("axolotl", "seed: seven", Fate.SUSPICIOUS, "is no value for it"),
        ("axolotl", "optimizer: muon", Fate.SUSPICIOUS, "ftspec has no optimizer `muon`"),
        ("axolotl", "num_epochs:", Fate.DROPPED, "it has no value"),
        ("axolotl", "wandb_anything: x", Fate.DROPPED, "every run keeps its record"),
        ("axolotl", "train_on_inputs: true", Fate.SUSPICIOUS, "prompts train too"),
        ("axolotl", "warmup_steps: 10", Fate.SUSPICIOUS, "write the warm-up as a share"),
        ("llama-factory", "quantization_bit: 3", Fate.SUSPICIOUS, "in 4 or 8 bits"),
        ("llama-factory", "template: qwen", Fate.SUSPICIOUS, "compare with `ftspec preview`"),
        ("trl", "learning_rate: 2e-5", Fate.MAPPED, "learning_rate = 2e-5"),
        ("trl", "use_rslora: true", Fate.MAPPED, "variant = rslora"),
        ("trl", "push_to_hub: true", Fate.SUSPICIOUS, 'output { push = hub("org/name") }'),
    ],
)
def test_the_fate_of_a_key(form: str, line: str, fate: Fate, text: str, tmp_path: Path) -> None:
    note = converted(form, f"{line}\n", tmp_path).notes[0]
    assert note.fate is fate and text in note.text, note


def test_a_key_given_twice(tmp_path: Path) -> None:
    notes = converted("trl", "seed: 1\nseed: 2\n", tmp_path).notes
    assert [each.text for each in notes if each.line == 2] == ["given twice; the first is on line 1"]


def test_an_argument_that_the_method_does_not_take(tmp_path: Path) -> None:
    notes = converted("llama-factory", "finetuning_type: full\nlora_rank: 8\n", tmp_path).notes
    assert "`full()`, the method, takes no `rank`: it is left out" in [each.text for each in notes]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[1, 2]", "no mapping"),
        (b"a: [", "not YAML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a: &a [b]\n" + b"".join(b"a%d: &a%d [*a, *a]\n" % (n, n) for n in range(3)), None),
        (b"x: " + b"[" * 500 + b"]" * 500, "not YAML"),
        (b"a: !!python/object/apply:os.system ['true']", "not YAML"),
    ],
)
def test_any_file(data: bytes, message: str | None, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    if message is None:
        assert convert("axolotl", path).notes
        return
    with pytest.raises(CannotRun, match=message) as raised:
        convert("axolotl", path)
    assert raised.value.help


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="cannot read"):
        convert("trl", tmp_path / "nowhere.yaml")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2e-5", "lora", "all"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["path", "type", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_values(data: st.DataObject, tmp_path: Path) -> None:
    """No value breaks it, and what it writes parses: what `check` still finds is listed."""
    form = data.draw(st.sampled_from(sorted(KEYS)))
    config = data.draw(st.dictionaries(st.sampled_from(sorted(KEYS[form])), VALUES, max_size=6))
    found = converted(form, yaml.safe_dump(config), tmp_path)
    loaded = load_spec(Source("tickets.ft", found.text), tmp_path / "tickets.ft")
    listed = {each.text.partition(";")[0] for each in found.notes if not each.line}
    assert {each.message.partition(";")[0] for each in loaded.diagnostics if each.is_error} <= listed
    assert {each.key for each in found.notes} >= set(config)


def test_the_command(tmp_path: Path) -> None:
    path, out = tmp_path / "a.yaml", tmp_path / "a.ft"
    path.write_text(TRL, "utf-8")
    shown = CliRunner().invoke(command, ["trl", str(path)], standalone_mode=False)
    assert shown.stdout.startswith("ftspec 1\n") and "mapped:" in shown.stderr
    written = CliRunner().invoke(command, ["trl", str(path), "-o", str(out)], standalone_mode=False)
    assert written.return_value == 0 and out.read_text("utf-8") == shown.stdout
    assert set(FORMATS) == {"axolotl", "llama-factory", "llamafactory", "trl"}
