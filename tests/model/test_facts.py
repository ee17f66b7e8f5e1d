"""What is known of a model before it is loaded."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ftspec.kinds.model_sources.hub import HubModel
from ftspec.kinds.model_sources.path import LocalFolder
from ftspec.model import hashes
from ftspec.model.facts import config_facts, folder_facts, model_facts
from ftspec.plan.facts import ModelFacts
from ftspec.spec.model import Model
from ftspec.text.diagnostic import Diagnostic

CONFIG: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "vocab_size": 60,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 77,
    "tie_word_embeddings": True,
    "dtype": "float16",
}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Names and shapes as the config has them."""
    facts, _ = config_facts(config, "files")
    assert facts is not None
    return {tensor.name: tensor.shape for tensor in facts.tensors}


def write_weights(path: Path, tensors: dict[str, tuple[int, ...]], dtype: str = "F16") -> None:
    """A safetensors file of zeros, by the format's own description."""
    header, offset = {}, 0
    for name, shape in tensors.items():
        size = 2
        for each in shape:
            size *= each
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(offset))


def folder(root: Path, weights: bool = True, **changes: Any) -> Path:
    """A model folder; a change to None takes a key away."""
    config = {key: value for key, value in {**CONFIG, **changes}.items() if value is not None}
    made = root / "base"
    made.mkdir()
    (made / "config.json").write_text(json.dumps(config))
    (made / "tokenizer.json").write_text("{}")
    (made / "tokenizer_config.json").write_text(
        json.dumps(
            {"chat_template": "{{ x }}", "eos_token": {"content": "</s>"}, "pad_token": "<pad>", "bos_token": None}
        )
    )
    if weights:
        write_weights(made / "model.safetensors", shapes({**CONFIG, **changes}))
    return made


def facts_of(made: Path) -> ModelFacts:
    """The facts, without a word said."""
    facts, said = folder_facts(made, "base", "files")
    assert facts is not None and said == ()
    return facts


def refused(made: Path) -> Diagnostic:
    """The one diagnostic of a folder that gives no facts."""
    facts, said = folder_facts(made, "base", "files")
    assert facts is None
    [diagnostic] = said
    assert diagnostic.help and not diagnostic.message.endswith(".")
    return diagnostic


def test_a_whole_folder(tmp_path: Path) -> None:
    facts = facts_of(folder(tmp_path))
    assert (facts.architecture, facts.kind, facts.source) == ("LlamaForCausalLM", "llama", "files")
    assert (facts.layers, facts.hidden, facts.heads, facts.kv_heads, facts.head_dim) == (2, 16, 4, 2, 4)
    assert (facts.intermediate, facts.vocabulary, facts.context) == (24, 60, 77)
    assert (facts.tied, facts.dtype, facts.has_tokenizer, facts.gated) == (True, "float16", True, True)
    assert (facts.chat_template, facts.eos_token, facts.pad_token, facts.bos_token) == (
        "{{ x }}",
        "</s>",
        "<pad>",
        None,
    )
    assert [file.path for file in facts.files] == [
        "base/config.json", "base/model.safetensors", "base/tokenizer.json", "base/tokenizer_config.json"
    ]  # fmt: skip
    assert facts.parameters == 60 * 16 + 2 * (2 * 16 * 16 + 2 * 8 * 16 + 3 * 16 * 24 + 2 * 16) + 16


def test_a_chat_template_in_a_file_of_its_own(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "chat_template.jinja").write_text("{{ y }}")
    assert facts_of(made).chat_template == "{{ y }}"


def test_shards_by_the_index(tmp_path: Path) -> None:
    made = folder(tmp_path, weights=False)
    tensors = list(shapes(CONFIG).items())
    write_weights(made / "model-00001-of-00002.safetensors", dict(tensors[:5]), "BF16")
    write_weights(made / "model-00002-of-00002.safetensors", dict(tensors[5:]), "BF16")
    index = {name: f"model-0000{1 + (place >= 5)}-of-00002.safetensors" for place, (name, _) in enumerate(tensors)}
    (made / "model.safetensors.index.json").write_text(json.dumps({"weight_map": index}))
    assert facts_of(made).dtype == "bfloat16"
    (made / "model-00002-of-00002.safetensors").unlink()
    assert refused(made).code.id == "FT525"


@pytest.mark.parametrize("map", ["../../etc/x.safetensors", "/etc/x.safetensors", "weights.bin", 7])
def test_an_index_cannot_leave_the_folder(tmp_path: Path, map: Any) -> None:
    made = folder(tmp_path, weights=False)
    (made / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"x": map}}))
    assert refused(made).code.id == "FT525"


def test_names_of_a_bare_body_are_known(tmp_path: Path) -> None:
    made = folder(tmp_path, weights=False)
    bare = {name.removeprefix("model."): shape for name, shape in shapes(CONFIG).items()}
    write_weights(made / "model.safetensors", {**bare, "rotary_emb.inv_freq": (2,)})
    assert facts_of(made).parameters == facts_of(made).parameters


def test_a_folder_without_weights_still_gives_a_plan(tmp_path: Path) -> None:
    facts, said = folder_facts(folder(tmp_path, weights=False), "base", "files")
    assert facts is not None and facts.parameters > 0
    assert [each.code.id for each in said] == ["FT529"] and not said[0].is_error


def test_pickles_are_never_opened(tmp_path: Path) -> None:
    made = folder(tmp_path, weights=False)
    (made / "pytorch_model.bin").write_bytes(b"\x80\x04cos\nsystem\n(S'false'\ntR.")
    diagnostic = refused(made)
    assert diagnostic.code.id == "FT524" and "pytorch_model.bin" in diagnostic.message


def test_no_config(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "config.json").unlink()
    assert refused(made).code.id == "FT521"
    (made / "adapter_config.json").write_text("{}")
    assert "adapter" in (refused(made).help or "")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "is empty" in refused(empty).message


@pytest.mark.parametrize("text", ["", "{", "[]", "nul\0", "\ufeff{}", '{"a":' * 3000])
def test_a_config_that_is_not_json(tmp_path: Path, text: str) -> None:
    made = folder(tmp_path)
    (made / "config.json").write_text(text)
    assert refused(made).code.id == "FT522"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hidden_size": -16}, "`hidden_size` is -16"),
        ({"hidden_size": 18}, "do not divide the hidden size 18"),
        ({"num_key_value_heads": 3}, "cannot share 3 key-value heads"),
        ({"num_hidden_layers": 10**12}, "outside 1 to 4096"),
        ({"vocab_size": "60"}, "not a whole number"),
        ({"model_type": None}, "`model_type` is missing"),
        ({"model_type": 7}, "`model_type` is missing"),
    ],
)
def test_a_config_that_lies(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    made = folder(tmp_path, weights=False)
    config = {key: value for key, value in {**CONFIG, **changes}.items() if value is not None}
    (made / "config.json").write_text(json.dumps(config))
    diagnostic = refused(made)
    assert diagnostic.code.id == "FT522" and words in diagnostic.message


def test_weights_of_another_model(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "config.json").write_text(json.dumps({**CONFIG, "vocab_size": 61}))
    diagnostic = refused(made)
    assert diagnostic.code.id == "FT526" and "60 × 16, the config says 61 × 16" in diagnostic.message


def test_weights_with_a_layer_missing(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "config.json").write_text(json.dumps({**CONFIG, "num_hidden_layers": 3}))
    diagnostic = refused(made)
    assert diagnostic.code.id == "FT526" and "model.layers.2." in diagnostic.message


@pytest.mark.parametrize("cut", [0, 4, 9, 200])
def test_weights_cut_short(tmp_path: Path, cut: int) -> None:
    made = folder(tmp_path)
    whole = (made / "model.safetensors").read_bytes()
    (made / "model.safetensors").write_bytes(whole[: len(whole) - 1] if cut == 200 else whole[:cut])
    assert refused(made).code.id == "FT525"


@pytest.mark.parametrize(
    "header", [b"[]", b"{", b'{"x": 1}', b'{"x": {"dtype": "F16", "shape": [-1], "data_offsets": [0, 0]}}',
               b'{"x": {"dtype": "F16", "shape": [1], "data_offsets": [0, 99]}}', b"\xff\xfe"],
)  # fmt: skip
def test_headers_that_cannot_be_believed(tmp_path: Path, header: bytes) -> None:
    made = folder(tmp_path)
    (made / "model.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    assert refused(made).code.id == "FT525"


def test_an_unknown_architecture(tmp_path: Path) -> None:
    diagnostic = refused(folder(tmp_path, weights=False, model_type="frobnicator", architectures=None))
    assert diagnostic.code.id == "FT523" and "frobnicator" in diagnostic.message


def test_transformers_is_asked_for_what_is_not_known_here(tmp_path: Path) -> None:
    changes = {"model_type": "helium", "architectures": ["HeliumForCausalLM"], "head_dim": 4}
    facts, said = folder_facts(folder(tmp_path, weights=False, **changes), "base", "files")
    assert facts is not None and facts.layers == 2 and facts.parameters > 0
    assert [each.code.id for each in said] == ["FT528", "FT529"]


def test_remote_code_is_never_run(tmp_path: Path) -> None:
    made = folder(tmp_path, weights=False, model_type="own", auto_map={"AutoConfig": "own.Own"})
    (made / "own.py").write_text("raise SystemExit(9)")
    assert refused(made).code.id == "FT523"


def test_stored_quantization_is_seen(tmp_path: Path) -> None:
    made = folder(tmp_path, weights=False, quantization_config={"quant_method": "gptq", "bits": 4})
    write_weights(made / "model.safetensors", {"model.layers.0.self_attn.q_proj.qweight": (2, 16)})
    assert facts_of(made).stored_quantization == "gptq"


def test_a_missing_folder_and_a_missing_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    facts, said = model_facts(Model(source=LocalFolder(path="nowhere")), tmp_path)
    assert facts is None and [each.code.id for each in said] == ["FT520"]
    facts, said = model_facts(Model(source=HubModel(repository="meta-llama/Lama-3.1-8B")), tmp_path)
    assert facts is None and [each.code.id for each in said] == ["FT527"]
    assert "`meta-llama/Llama-3.1-8B`" in (said[0].help or "")


def test_a_model_of_the_catalogue_needs_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HubModel, "folder", lambda self, root: None)
    facts, said = model_facts(Model(source=HubModel(repository="meta-llama/Llama-3.1-8B")), tmp_path)
    assert facts is not None and said == ()
    assert (facts.source, facts.parameters, facts.dtype, facts.files) == ("catalogue", 8_030_261_248, "bfloat16", ())


def test_files_of_the_hub_are_named_without_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = folder(tmp_path)
    monkeypatch.setattr(HubModel, "folder", lambda self, root: made)
    facts, _ = model_facts(Model(source=HubModel(repository="org/name")), tmp_path)
    assert facts is not None and facts.source == "cache"
    assert "config.json" in [file.path for file in facts.files]


def test_hashes_are_remembered_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashes, "_UNSETTLED", -1)
    file = tmp_path / "x"
    file.write_bytes(b"one")
    first = hashes.sha256(file)
    monkeypatch.setattr(hashes.hashlib, "file_digest", lambda *_: pytest.fail("read again"))
    assert hashes.sha256(file) == first
    monkeypatch.undo()
    file.write_bytes(b"two")
    assert hashes.sha256(file) != first


def test_a_file_just_written_is_not_remembered(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"one")
    hashes.sha256(file)
    assert not list(hashes._folder().glob("*"))


def test_a_damaged_or_unwritable_cache_only_costs_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashes, "_UNSETTLED", -1)
    file = tmp_path / "x"
    file.write_bytes(b"one")
    first = hashes.sha256(file)
    [entry] = hashes._folder().glob("*")
    entry.write_text("nonsense")
    assert hashes.sha256(file) == first
    (tmp_path / "plain").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "plain"))
    assert hashes.sha256(file) == first


def test_nothing_heavy_is_imported(tmp_path: Path) -> None:
    made = folder(tmp_path)
    code = (
        "import sys; from pathlib import Path; from ftspec.model.facts import folder_facts;"
        f"assert folder_facts(Path({str(made)!r}), 'base', 'files')[0] is not None;"
        "heavy = {'torch', 'transformers', 'numpy', 'safetensors'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
