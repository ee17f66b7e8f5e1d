"""Previews under every chat template that TRL ships: which characters train, to the character, or why none can."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ftspec.data import Row, Turn
from ftspec.data.encoding import spanned
from ftspec.data.faults import Fault
from ftspec.data.preview import preview
from ftspec.model.tokenizer import Tokenizer, load_tokenizer
from tests.model.folders import model_folder

TRL = find_spec("trl")
assert TRL is not None and TRL.origin is not None
TEMPLATES = Path(TRL.origin).parent / "chat_templates"
NAMES = sorted(path.stem for path in TEMPLATES.glob("*.jinja"))

ANSWERS = ("In Asien – é 🇯🇵.", "Ja, 東京。\n\n👍🏽")
TURNS = (
    Turn("user", "Wo ist 日本? 👍🏽\tTab — 𝒳", False),
    Turn("assistant", ANSWERS[0], True),
    Turn("user", "Wirklich?", False),
    Turn("assistant", ANSWERS[1], True),
)
ONE, TWO = Row("a", "rows.jsonl", 1, {}, TURNS[:2]), Row("b", "rows.jsonl", 2, {}, TURNS)

DIFFERS = ("deepseek", "nemotron")
"""They open a thought for generation that training rows do not have."""

DIFFERS_LATER = ("qwen3_5_nothink", "qwen3_5_think", "qwen3_6")
"""They leave earlier thoughts out of a conversation of several turns."""

FOR_IMAGES = ("idefics3", "llava_next", "smolvlm")
"""They take lists of images and texts alone."""

OPEN = ("glm4moe",)
"""Its last answer has no end; the training variant of TRL gives it one."""

MISTRAL = (
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]"
    "{% else %} {{ m.content }}{{ eos_token }}{% endif %}{% endfor %}"
)


def shown(row: Row, tokenizer: Tokenizer) -> list[str]:
    """The stretches of text that train; every token lies where its text stands, and none is left out."""
    [found] = preview([row], tokenizer, 10_000).to_json()["rows"]
    text, tokens = found["text"], found["tokens"]
    for token in tokens:
        assert token["text"] == text[token["start"] : token["end"]]
    assert tokens[0]["start"] == 0 and tokens[-1]["end"] == len(text)
    assert all(a["start"] <= b["start"] <= a["end"] <= b["end"] for a, b in pairwise(tokens))
    return stretches(text, tokens)


def stretches(text: str, tokens: list[dict[str, Any]]) -> list[str]:
    """The text of each run of trained tokens."""
    found: list[tuple[int, int]] = []
    for before, token in pairwise([{"trained": False}, *tokens]):
        if token["trained"]:
            start = found.pop()[0] if before["trained"] else token["start"]
            found.append((start, token["end"]))
    return [text[start:end] for start, end in found]


def check(row: Row, tokenizer: Tokenizer, open_end: bool = False) -> None:
    """Each answer trains whole, with an end token behind it, and nothing that was asked does."""
    found = shown(row, tokenizer)
    said = [turn.text for turn in row.turns if turn.trains]
    assert len(found) == len(said)
    for number, (stretch, answer) in enumerate(zip(found, said, strict=True)):
        before, _, after = stretch.partition(answer)
        assert answer in stretch and not any(turn.text in before + after for turn in row.turns)
        is_control = tokenizer.backend.token_to_id(after) is not None
        assert is_control or (open_end and after == "" and number == len(said) - 1), after


def refusal(row: Row, tokenizer: Tokenizer) -> Fault:
    """Why a row cannot be written."""
    [found] = spanned([row], tokenizer)
    assert isinstance(found, Fault)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_trained_characters_are_exact_or_the_template_is_refused(name: str, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(model_folder(tmp_path, (TEMPLATES / f"{name}.jinja").read_text("utf-8")))
    plain = name.removesuffix("_training")
    if plain in FOR_IMAGES:
        assert refusal(ONE, tokenizer).code.id == refusal(TWO, tokenizer).code.id == "FT345"
        return
    for row in (ONE, TWO):
        if name.startswith(DIFFERS) or (name in DIFFERS_LATER and row is TWO):
            fault = refusal(row, tokenizer)
            _, training, generation = fault.detail.replace("generation has", "training has").split("training has ")
            assert fault.code.id == "FT344" and training.rstrip(", ") != generation and "<think>" in generation
        else:
            check(row, tokenizer, open_end=name in OPEN)


@pytest.mark.parametrize("kind", ["gpt2", "llama3", "qwen", "mistral"])
@pytest.mark.parametrize("name", ["llama3", "qwen2_5", "qwen3", "gemma", "phi3", "gptoss", "cohere"])
def test_characters_are_exact_whatever_splits_the_words(name: str, kind: str, tmp_path: Path) -> None:
    source = (TEMPLATES / f"{name}.jinja").read_text("utf-8")
    tokenizer = load_tokenizer(model_folder(tmp_path, source, kind=kind))
    check(ONE, tokenizer)
    check(TWO, tokenizer)


@pytest.mark.parametrize("kind", ["gpt2", "mistral"])
def test_a_template_shaped_like_mistrals(kind: str, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(model_folder(tmp_path, MISTRAL, kind=kind))
    check(ONE, tokenizer)
    check(TWO, tokenizer)
