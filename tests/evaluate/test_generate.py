"""Batched generation and scoring give what one row at a time gives, and what transformers gives."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import GenerationConfig

from ftspec.data import prompts
from ftspec.evaluate import Subject, prefill
from ftspec.evaluate.batches import by_length, halving
from ftspec.evaluate.generate import generate
from ftspec.evaluate.observe.token_losses import windows
from ftspec.evaluate.scoring import Window, score
from tests.evaluate.scenes import ask, prose, sentence, subject, tiny_model


def some_prompts(opened: Subject, count: int = 24) -> list[list[int]]:
    generator = np.random.default_rng(0)
    rows = [ask(sentence(generator, int(generator.integers(1, 12))), "yes", n) for n in range(count)]
    return prompts(rows, opened.tokenizer)


def with_ends(folder: Path) -> Subject:
    """A model that ends some of its answers: two tokens that it likes to write count as end tokens."""
    opened = subject(folder)
    written, _ = generate(opened, some_prompts(opened), 12, 1)
    late = [answer.ids[place] for answer, place in zip(written[:2], (4, 7), strict=True)]
    return subject(folder, ends=late)


def by_transformers(opened: Subject, prompt: list[int], new_tokens: int) -> tuple[list[int], bool]:
    """The reference: `model.generate`, one prompt without padding."""
    ends = sorted(opened.tokenizer.ends)
    config = GenerationConfig(do_sample=False, max_new_tokens=new_tokens, eos_token_id=ends, pad_token_id=0)
    output = opened.model.generate(input_ids=torch.tensor([prompt]), generation_config=config)
    new = output[0, len(prompt) :].tolist()
    return ([*new[:-1]], True) if new[-1] in ends else (new, False)


def test_batches_give_the_tokens_of_transformers_one_by_one(tmp_path: Path) -> None:
    opened = with_ends(tmp_path)
    asked = some_prompts(opened)
    written, batches = generate(opened, asked, 12, 200)
    assert len(batches) < len(asked) / 3, "several prompts share a batch"
    assert len({len(prompt) for prompt in asked}) > 5, "and are of unequal length"
    assert {answer.finished for answer in written} == {True, False}
    for prompt, answer in zip(asked, written, strict=True):
        assert (list(answer.ids), answer.finished) == by_transformers(opened, prompt, 12)


def test_the_size_of_the_batch_changes_nothing(tmp_path: Path) -> None:
    opened = with_ends(tmp_path)
    asked = some_prompts(opened)
    results = [generate(opened, asked, 12, batch_tokens)[0] for batch_tokens in (1, 150, 100_000)]
    assert results[0] == results[1] == results[2]


def test_rows_read_in_groups_and_taken_out_when_they_end_get_the_same_tokens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = with_ends(tmp_path)
    asked = some_prompts(opened)
    whole, _ = generate(opened, asked, 12, 10_000)
    seen: list[tuple[int, ...]] = []
    opened.model.lm_head.register_forward_hook(lambda module, inputs, output: seen.append(tuple(inputs[0].shape)))
    monkeypatch.setitem(prefill._LEAST, "cpu", 1)
    written, _ = generate(opened, asked, 12, 10_000)
    assert written == whole
    read = [rows for rows, _, _ in seen[:-11]]
    assert len(read) > 2 and sum(read) == len(asked), "each prompt is read once, in several groups"
    ended = sum(answer.finished and len(answer.ids) < 11 for answer in written)
    assert 0 < ended <= len(asked) and seen[-1][0] < len(asked) - ended // 2, "and those that ended are not written on"


@given(st.lists(st.integers(1, 300), min_size=1, max_size=60), st.integers(1, 600))
def test_groups_hold_every_row_with_little_padding(lengths: list[int], least: int) -> None:
    lengths.sort(reverse=True)
    cuts = prefill.grouped(lengths, least)
    assert cuts == sorted(set(cuts)) and (cuts[0], cuts[-1]) == (0, len(lengths))
    for start, end in pairwise(cuts):
        group = lengths[start:end]
        close = [length for length in group if length >= 0.85 * group[0]]
        assert len(close) == len(group) or group[0] * len(close) < least


def test_no_end_token_is_part_of_an_answer(tmp_path: Path) -> None:
    opened = with_ends(tmp_path)
    written, _ = generate(opened, some_prompts(opened), 12, 500)
    assert not any(token in opened.tokenizer.ends for answer in written for token in answer.ids)


def test_generation_that_never_ends_is_cut_and_says_so(tmp_path: Path) -> None:
    opened = subject(tmp_path)
    [answer], _ = generate(opened, some_prompts(opened)[:1], 5, 100)
    assert (len(answer.ids), answer.finished, answer.new_tokens) == (5, False, 5)


def test_a_prompt_that_fills_the_context_gets_no_answer(tmp_path: Path) -> None:
    opened = subject(tmp_path)
    context = opened.model.config.max_position_embeddings
    asked = [[5] * context, [5] * (context - 3), [5, 6, 7], []]
    written, _ = generate(opened, asked, 8, 10_000)
    assert [len(answer.ids) for answer in written] == [0, 3, 8, 0]
    assert written[0].finished is False
    assert list(written[2].ids) == by_transformers(opened, [5, 6, 7], 8)[0], "beside a row at the end of its context"


def test_batches_account_for_every_prompt_and_token(tmp_path: Path) -> None:
    opened = with_ends(tmp_path)
    heard: list[int] = []
    written, batches = generate(opened, some_prompts(opened), 12, 200, heard.append)
    assert sorted(place for batch in batches for place in batch.places) == list(range(24))
    assert sum(batch.new_tokens for batch in batches) == sum(answer.new_tokens for answer in written)
    assert heard == sorted(heard) and heard[-1] == 24


def test_a_batch_too_large_for_the_device_is_halved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = subject(tmp_path)
    asked = some_prompts(opened, 8)
    expected, _ = generate(opened, asked, 4, 10_000)
    forward = type(opened.model).forward
    monkeypatch.setattr(torch.accelerator, "empty_cache", lambda: None)

    def small(self: object, input_ids: torch.Tensor, **more: object) -> object:
        if len(input_ids) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(self, input_ids=input_ids, **more)

    small.__signature__ = __import__("inspect").signature(forward)  # type: ignore[attr-defined]
    monkeypatch.setattr(type(opened.model), "forward", small)
    written, batches = generate(opened, asked, 4, 10_000)
    assert written == expected
    assert max(len(batch.places) for batch in batches) == 2


def test_a_single_row_too_large_is_an_error() -> None:
    def work(batch: list[int]) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(torch.OutOfMemoryError):
        list(halving([1], work))


def test_batches_are_long_first_within_their_tokens() -> None:
    lengths = [3, 9, 4, 9, 1, 30]
    batches = by_length(lengths, 18)
    assert batches == [[5], [1, 3], [2, 0, 4]]
    assert by_length(lengths, 18, padded=False) == [[5], [1, 3], [2], [0], [4]]
    assert by_length([], 18) == []


def reference_losses(opened: Subject, ids: list[int]) -> list[float]:
    """The loss of every token after the first, from the whole logits of one row."""
    with torch.inference_mode():
        logits = opened.model(input_ids=torch.tensor([ids])).logits[0, :-1].float()
    return torch.nn.functional.cross_entropy(logits, torch.tensor(ids[1:]), reduction="none").tolist()


def test_batched_losses_are_those_of_one_row_at_a_time(tmp_path: Path) -> None:
    opened = subject(tmp_path)
    generator = np.random.default_rng(0)
    rows = [generator.integers(5, 300, int(n)).tolist() for n in generator.integers(2, 60, 15)]
    chosen = [
        tuple(sorted(generator.choice(range(1, len(row)), min(4, len(row) - 1), replace=False).tolist()))
        for row in rows
    ]
    split = [Window(n, tuple(row), scored) for n, (row, scored) in enumerate(zip(rows, chosen, strict=True))]
    for batch_tokens in (1, 200, 100_000):
        for row, scored, found in zip(rows, chosen, score(opened, split, batch_tokens), strict=True):
            expected = reference_losses(opened, row)
            assert found.nll == pytest.approx([expected[at - 1] for at in scored], abs=1e-4)


def test_the_head_is_applied_to_the_last_places_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = subject(tmp_path)
    seen: list[tuple[int, ...]] = []
    opened.model.lm_head.register_forward_hook(lambda module, inputs, output: seen.append(tuple(output.shape)))
    rows = [Window(n, tuple(range(5, 45)), (38, 39)) for n in range(3)]
    score(opened, rows, 10_000)
    assert seen == [(3, 3, 320)]


def test_a_model_that_gives_all_logits_is_read_right(tmp_path: Path) -> None:
    opened = subject(tmp_path)

    class Whole(torch.nn.Module):
        """A model whose forward knows neither `position_ids` nor `logits_to_keep`."""

        config = opened.model.config

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, use_cache: bool) -> object:
            positions = (attention_mask.cumsum(1) - 1).clamp(min=0)
            return opened.model(input_ids=input_ids, attention_mask=attention_mask, position_ids=positions)

    whole = Subject(Whole(), opened.tokenizer, opened.device)  # type: ignore[arg-type]
    rows = [Window(0, tuple(range(5, 25)), (3, 18)), Window(1, tuple(range(60, 69)), (8,))]
    for one, two in zip(score(opened, rows, 1000), score(whole, rows, 1000), strict=True):
        assert one.nll == pytest.approx(two.nll, abs=1e-5) and one.greedy == two.greedy


@pytest.mark.parametrize(("length", "context"), [(1, 8), (5, 8), (8, 8), (9, 8), (16, 8), (50, 8), (51, 7), (3, 1)])
def test_windows_score_every_trained_token_once(length: int, context: int) -> None:
    split = list(windows(0, list(range(length)), [True] * length, context))
    scored = [window.ids[at] for window in split for at in window.scored]
    assert scored == (list(range(1, length)) if context > 1 else scored)
    assert all(len(window.ids) <= context for window in split)
    for window in split[1:]:
        assert not window.scored or window.scored[0] >= context // 2, "half a window stands before it"


def test_windows_leave_out_what_does_not_train() -> None:
    [window] = windows(0, [7, 8, 9, 10], [True, False, True, True], 8)
    assert window.scored == (2, 3)


def test_adapters_with_virtual_tokens_answer_as_one_by_one(tmp_path: Path) -> None:
    from peft import PromptTuningConfig, get_peft_model

    opened = subject(tmp_path)
    adapted = get_peft_model(tiny_model(), PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)).eval()
    prompted = Subject(adapted, opened.tokenizer, opened.device)  # type: ignore[arg-type]
    asked = some_prompts(prompted, 12)
    written, batches = generate(prompted, asked, 6, 10_000)
    assert max(len(batch.places) for batch in batches) > 1, "prompts of equal length share a batch"
    for prompt, answer in zip(asked, written, strict=True):
        [alone], _ = generate(prompted, [prompt], 6, 1)
        assert answer == alone
    plain, _ = generate(opened, asked, 6, 10_000)
    assert plain != written, "the virtual tokens count"


def test_losses_with_virtual_tokens_are_those_of_the_adapted_model(tmp_path: Path) -> None:
    from peft import PromptTuningConfig, get_peft_model

    opened = subject(tmp_path)
    adapted = get_peft_model(tiny_model(), PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)).eval()
    ids = list(range(5, 25))
    with torch.inference_mode():
        logits = adapted(input_ids=torch.tensor([ids])).logits[0, 4:-1].float()
    expected = torch.nn.functional.cross_entropy(logits, torch.tensor(ids[1:]), reduction="none").tolist()
    prompted = Subject(adapted, opened.tokenizer, opened.device)  # type: ignore[arg-type]
    [found] = score(prompted, [Window(0, tuple(ids), tuple(range(1, 20)))], 100)
    assert found.nll == pytest.approx(expected, abs=1e-4)


def test_prose_is_plain_text(tmp_path: Path) -> None:
    from ftspec.evaluate.observe.token_losses import sequences

    [encoded] = sequences([prose("the bill is late")], subject(tmp_path).tokenizer)
    assert all(encoded.trained)
