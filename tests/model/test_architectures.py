"""Every architecture gives exactly the tensors that transformers builds on the meta device."""

from __future__ import annotations

from typing import Any

import pytest

from ftspec.model.architectures import BadConfig, UnknownHead, build, find, known

SMALL = {
    "vocab_size": 1000,
    "hidden_size": 64,
    "intermediate_size": 112,
    "num_hidden_layers": 3,
    "num_attention_heads": 8,
    "num_key_value_heads": 2,
    "max_position_embeddings": 77,
}
VISION = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "image_size": 28,
    "patch_size": 14,
}
DROPPED = {
    "gpt2": {"num_key_value_heads"},
    "gpt_neox": {"num_key_value_heads"},
    "opt": {"num_key_value_heads"},
    "bert": {"num_key_value_heads"},
    "roberta": {"num_key_value_heads"},
    "xlm_roberta": {"num_key_value_heads"},
    "distilbert": {"num_key_value_heads"},
    "modernbert": {"num_key_value_heads"},
}
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("llama", {"attention_bias": True, "mlp_bias": True}),
    ("llama", {"tie_word_embeddings": True, "head_dim": 32}),
    ("llama", {"architectures": ["LlamaForSequenceClassification"], "id2label": {"0": "a", "1": "b", "2": "c"}}),
    ("llama", {"architectures": ["LlamaModel"]}),
    ("mistral", {"head_dim": 32}),
    ("mistral", {"architectures": ["MistralForSequenceClassification"]}),
    ("mixtral", {"num_local_experts": 5}),
    ("qwen2", {"tie_word_embeddings": True}),
    ("qwen2", {"architectures": ["Qwen2ForSequenceClassification"]}),
    ("qwen2_moe", {"mlp_only_layers": [1], "shared_expert_intermediate_size": 24, "moe_intermediate_size": 16}),
    ("qwen2_moe", {"decoder_sparse_step": 2, "num_experts": 6}),
    ("qwen3", {"head_dim": 32, "attention_bias": True}),
    ("qwen3", {"head_dim": 8, "tie_word_embeddings": True}),
    ("qwen3_moe", {"mlp_only_layers": [0], "moe_intermediate_size": 16, "num_experts": 6, "head_dim": 8}),
    ("gemma", {"head_dim": 16}),
    ("gemma2", {"head_dim": 16}),
    ("gemma3_text", {"head_dim": 16, "attention_bias": True}),
    ("phi", {"qk_layernorm": True}),
    ("phi", {"architectures": ["PhiForSequenceClassification"]}),
    ("phi3", {"tie_word_embeddings": True}),
    ("gpt2", {"tie_word_embeddings": False}),
    ("gpt2", {"n_inner": 100}),
    ("gpt2", {"architectures": ["GPT2ForSequenceClassification"]}),
    ("gpt2", {"architectures": ["GPT2Model"]}),
    ("gpt_neox", {"attention_bias": False}),
    ("gpt_neox", {"architectures": ["GPTNeoXForSequenceClassification"]}),
    ("falcon", {"bias": True, "multi_query": False, "parallel_attn": False}),
    ("falcon", {"new_decoder_architecture": True, "num_kv_heads": 4}),
    ("falcon", {"new_decoder_architecture": True, "num_kv_heads": 4, "num_ln_in_parallel_attn": 1}),
    ("falcon", {"alibi": True, "tie_word_embeddings": False}),
    ("falcon", {"architectures": ["FalconForSequenceClassification"]}),
    ("opt", {"word_embed_proj_dim": 32, "do_layer_norm_before": False}),
    ("opt", {"enable_bias": False, "layer_norm_elementwise_affine": False}),
    ("opt", {"_remove_final_layer_norm": True}),
    ("opt", {"architectures": ["OPTForSequenceClassification"], "word_embed_proj_dim": 32}),
    ("gemma3", {"vision_config": {**VISION, "vision_use_head": False}}),
    ("llama4_text", {"interleave_moe_layer_step": 2, "num_local_experts": 4, "intermediate_size_mlp": 40}),
    ("gpt_oss", {"num_local_experts": 4, "attention_bias": True}),
    ("olmo2", {"attention_bias": True}),
    ("starcoder2", {"use_bias": False}),
    ("stablelm", {"use_qkv_bias": True, "use_parallel_residual": True}),
    ("stablelm", {"qk_layernorm": True}),
    ("granite", {"attention_bias": True, "mlp_bias": True}),
    ("bert", {"architectures": ["BertForSequenceClassification"]}),
    ("bert", {"architectures": ["BertModel"]}),
    ("bert", {"architectures": ["BertForPreTraining"]}),
    ("bert", {"tie_word_embeddings": False}),
    ("roberta", {"architectures": ["RobertaForSequenceClassification"]}),
    ("roberta", {"architectures": ["RobertaModel"], "type_vocab_size": 1}),
    ("roberta", {"tie_word_embeddings": False}),
    ("distilbert", {"tie_word_embeddings": False}),
    ("xlm_roberta", {"architectures": ["XLMRobertaForSequenceClassification"]}),
    ("distilbert", {"architectures": ["DistilBertForSequenceClassification"]}),
    ("distilbert", {"architectures": ["DistilBertModel"]}),
    ("modernbert", {"architectures": ["ModernBertForSequenceClassification"]}),
    ("modernbert", {"norm_bias": True, "attention_bias": True, "mlp_bias": True, "classifier_bias": True}),
    ("modernbert", {"decoder_bias": False, "tie_word_embeddings": False}),
]


def small(model_type: str) -> dict[str, Any]:
    """A config of little sizes, with the names that the architecture uses."""
    architecture = find(model_type)
    assert architecture is not None
    names = {key: value for key, value in SMALL.items() if key not in DROPPED.get(model_type, ())}
    if architecture.text is not None:
        seeing = {**VISION, "vision_output_dim": 48, "projector_input_dim": 40, "projector_output_dim": 24}
        return {"text_config": {**names, "head_dim": 8}, "vision_config": seeing if "llama4" in model_type else VISION}
    if model_type == "falcon":
        return {"hidden_size": 64, "num_hidden_layers": 3, "num_attention_heads": 8, "vocab_size": 1000}
    return {architecture.aliases.get(key, key): value for key, value in names.items()}


def _on_meta(model_type: str, values: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Names and shapes as transformers builds them, a tied tensor under its first name."""
    import torch
    import transformers
    from transformers import CONFIG_MAPPING

    hub_name = model_type if model_type in CONFIG_MAPPING else model_type.replace("_", "-")
    config = CONFIG_MAPPING[hub_name](**{"pad_token_id": None, **values} if values else {})
    architecture = find(model_type)
    assert architecture is not None
    name = (values.get("architectures") or [architecture.default])[0]
    with torch.device("meta"):
        model = getattr(transformers, name)(config)
    return {name: tuple(each.shape) for name, each in model.named_parameters()}


def _agrees(model_type: str, values: dict[str, Any]) -> None:
    architecture = find(model_type)
    assert architecture is not None
    ours = {tensor.name: tensor.shape for tensor in build(architecture, values).tensors}
    theirs = _on_meta(model_type, values)
    assert _untied(ours) == _untied(theirs)
    assert len(ours) == len(build(architecture, values).tensors), "a tensor is listed twice"


def _untied(tensors: dict[str, tuple[int, ...]]) -> list[tuple[str, tuple[int, ...]]]:
    """Sorted; the tensor that a tie shares may be listed under either of its names."""
    shared = ("lm_head.decoder.weight", "roberta.embeddings.word_embeddings.weight")
    return sorted(("<tied>" if name in shared else name, shape) for name, shape in tensors.items())


@pytest.mark.parametrize("model_type", known())
def test_the_defaults_are_those_of_transformers(model_type: str) -> None:
    _agrees(model_type, {})


@pytest.mark.parametrize("model_type", known())
def test_a_small_config_gives_the_same_tensors(model_type: str) -> None:
    _agrees(model_type, small(model_type))


@pytest.mark.parametrize(("model_type", "changes"), VARIANTS, ids=lambda each: str(each)[:40])
def test_every_switch_gives_the_same_tensors(model_type: str, changes: dict[str, Any]) -> None:
    _agrees(model_type, {**small(model_type), **changes})


def test_a_class_that_is_not_known_says_so() -> None:
    llama = find("llama")
    assert llama is not None
    with pytest.raises(UnknownHead, match="LlamaForQuestionAnswering"):
        build(llama, {"architectures": ["LlamaForQuestionAnswering"]})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden_size": -64}, "`hidden_size` is -64"),
        ({"num_attention_heads": 7}, "7 attention heads"),
        ({"num_key_value_heads": 3}, "cannot share 3"),
        ({"num_hidden_layers": 10**9}, "outside 1 to 4096"),
        ({"vocab_size": "many"}, "'many', not a whole number"),
        ({"vocab_size": True}, "True, not a whole number"),
        ({"intermediate_size": 2.5}, "2.5, not a whole number"),
    ],
)
def test_a_config_that_lies_is_refused(changes: dict[str, Any], message: str) -> None:
    llama = find("llama")
    assert llama is not None
    with pytest.raises(BadConfig, match=message):
        build(llama, {**small("llama"), **changes})


@pytest.mark.parametrize("name", ["", "../llama", "_decoder", "Llama", "no_such", "llama.py"])
def test_only_real_architectures_are_found(name: str) -> None:
    assert find(name) is None
