"""Every published config builds, with as many parameters as its publisher's files hold."""

from __future__ import annotations

from collections import Counter

import pytest

from ftspec.model.architectures import build, find
from ftspec.model.catalogue import Entry, entries, entry, names
from ftspec.model.facts import config_facts


@pytest.mark.parametrize("known", entries(), ids=lambda each: each.repositories[0])
def test_an_entry_has_the_published_number_of_parameters(known: Entry) -> None:
    architecture = find(known.config["model_type"])
    assert architecture is not None
    assert sum(tensor.size for tensor in build(architecture, known.config).tensors) == known.parameters


@pytest.mark.parametrize("known", entries(), ids=lambda each: each.repositories[0])
def test_an_entry_gives_whole_facts(known: Entry) -> None:
    facts, said = config_facts(known.config, "catalogue")
    assert facts is not None and said == () and facts.source == "catalogue"
    assert facts.parameters == known.parameters and facts.linears
    assert facts.heads % facts.kv_heads == 0 and facts.context >= 512


@pytest.mark.slow
@pytest.mark.parametrize("known", entries(), ids=lambda each: each.repositories[0])
def test_transformers_builds_the_same_modules(known: Entry) -> None:
    """Name by name and shape by shape; the tensor that a tie shares may stand under either of its names."""
    import torch
    import transformers
    from transformers import CONFIG_MAPPING

    architecture = find(known.config["model_type"])
    assert architecture is not None
    values = {key: value for key, value in known.config.items() if key not in ("architectures", "model_type")}
    config = CONFIG_MAPPING[known.config["model_type"]](**values)
    with torch.device("meta"):
        model = getattr(transformers, known.config["architectures"][0])(config)
    theirs = Counter((name, tuple(each.shape)) for name, each in model.named_parameters())
    ours = Counter((tensor.name, tensor.shape) for tensor in build(architecture, known.config).tensors)
    only_theirs, only_ours = theirs - ours, ours - theirs
    assert sorted(shape for _, shape in only_theirs) == sorted(shape for _, shape in only_ours)
    assert len(only_theirs) <= 1, "only a tied tensor may have another name"


def test_no_name_stands_twice() -> None:
    assert [name for name, count in Counter(name.lower() for name in names()).items() if count > 1] == []


def test_names_are_found_whatever_their_case() -> None:
    assert entry("META-LLAMA/llama-3.1-8b") is entry("meta-llama/Llama-3.1-8B") is not None
    assert entry("meta-llama/Llama-9") is None


def test_the_models_that_people_tune_are_there() -> None:
    wanted = (
        "meta-llama/Llama-2-70b-hf", "meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.2-1B",
        "meta-llama/Llama-3.3-70B-Instruct", "meta-llama/Llama-4-Scout-17B-16E", "google/gemma-3-27b-it",
        "Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen3-0.6B", "Qwen/Qwen3-30B-A3B", "mistralai/Mistral-7B-v0.1",
        "mistralai/Mixtral-8x7B-v0.1", "google/gemma-2-9b", "google/gemma-3-1b-it", "microsoft/phi-4",
        "openai-community/gpt2",
        "EleutherAI/pythia-1.4b", "tiiuae/falcon-7b", "facebook/opt-125m", "google-bert/bert-base-uncased",
    )  # fmt: skip
    assert [name for name in wanted if entry(name) is None] == []
