"""Gates that could never have a value are refused before anything is trained."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ftspec.errors import Rejected
from ftspec.pipeline import compile

SPECS = Path(__file__).parents[2] / "specs"
SPEC = """ftspec 1

model base {
  source = path("base")
}

template route {
  user      "{{ body }}"
  assistant "{{ queue }}"
}

data tickets {
  source   = jsonl("tickets.jsonl")
  template = route
}

data none {
  source   = jsonl("tickets.jsonl")
  template = route

  split {
    test = 0%
  }
}

data english {
  source = text("english.txt")
}

train router {
  data   = tickets.train
  method = lora(rank = 2)
  length = 1 steps
}

gates {
  RULE
}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("specs")
    shutil.copytree(SPECS / "base", home / "base")
    rows = [{"body": f"ticket {n}", "queue": ("billing", "general")[n % 2], "origin": "ab"[n % 2]} for n in range(60)]
    (home / "tickets.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (home / "english.txt").write_text("A line.\n\nAnother one.\n")
    (home / "words.txt").write_text("fool\n")
    return home


def found(folder: Path, rule: str, spec: str = SPEC) -> tuple[int, list[str]]:
    """The exit code and the errors."""
    (folder / "spec.ft").write_text(spec.replace("RULE", rule))
    try:
        compile(folder / "spec.ft")
    except Rejected as rejected:
        errors = [each for each in rejected.diagnostics if each.is_error]
        return rejected.exit_code, [f"{each.code.id} {each.message} | {each.help}" for each in errors]
    return 0, []


REFUSED = {
    "require exact_match(none.test) >= 50%": "FT322 `none.test` has no rows | give it a share: `split { test = 15% }`",
    "warn bias_gap(tickets.test, group = orign) <= 5%": "FT322 the rows of `tickets` have no field `orign` | write",
    "require accuracy(english) >= 9%": "FT322 `accuracy` compares answers, and `english` is plain text",
    "report rouge_l(english)": "FT322 `rouge_l` compares answers",
    "require preference_accuracy(tickets.test) >= 60%": "FT322 `preference_accuracy` reads pairs",
    "require f1(tickets.test, label = bills) >= 9%": "FT322 no row of `tickets` expects `bills` |",
    "report mean_reward(tickets.test, judge = router)": "FT327 `router` gives no rewards",
    "require answer_cost(tickets.test) <= 1 USD": "FT551 no price is known for cpu",
    'require toxicity(tickets.test, words = "word.txt") <= 1%': "FT553 there is no `word.txt` | `words.txt` is there",
    'report json_schema(tickets.test, schema = "s.json")': "FT553 there is no `s.json`",
}


@pytest.mark.parametrize("rule", REFUSED)
def test_what_has_no_value_is_refused(folder: Path, rule: str) -> None:
    code, [error] = found(folder, rule)
    assert error.startswith(REFUSED[rule])
    assert code == (3 if error.startswith("FT5") else 1)


@pytest.mark.parametrize(
    "rule",
    [
        "require bias_gap(tickets.test, group = origin) <= 5%",
        "require f1(tickets.test, label = general) >= 9%",
        "require answer_cost(tickets.test, hourly_cost = 2 USD) <= 1 USD",
        "report answer_cost(tickets.test)",
        'require toxicity(tickets.test, words = "words.txt") <= 1%',
        "require perplexity(english) <= 2 * baseline",
        "report refusal_rate(english)",
    ],
)
def test_what_has_one_is_planned(folder: Path, rule: str) -> None:
    assert found(folder, rule) == (0, [])


@pytest.mark.parametrize("architecture", ["BertForMaskedLM", "BertLMHeadModel"])
def test_encoders_have_no_value_before_training(tmp_path: Path, architecture: str) -> None:
    """Neither for words nor for classes; nor is a head for the next word one where every token sees those after it."""
    import transformers

    from ftspec.model.facts import folder_facts

    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = transformers.BertConfig(vocab_size=4096, **sizes)
    getattr(transformers, architecture)(config).save_pretrained(tmp_path / "base")
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(SPECS / "base" / name, tmp_path / "base")
    facts, _ = folder_facts(tmp_path / "base", "base", "files")
    assert facts is not None and facts.architecture == architecture
    rows = [{"body": f"ticket {n}", "queue": ("billing", "general")[n % 2]} for n in range(60)]
    (tmp_path / "tickets.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "english.txt").write_text("A line.\n\nAnother one.\n")
    method = "method = lora(rank = 2)"
    spec = SPEC.replace(method, f"{method}\n  objective = classify(labels = [billing, general])")
    assert found(tmp_path, "require accuracy(tickets.test) >= 60%", spec) == (0, [])
    for rule in ("require accuracy(tickets.test) >= baseline", "report perplexity(tickets.test, of = base)"):
        _, [error] = found(tmp_path, rule, spec)
        assert error.startswith("FT322") and "of `base` can have no value before training" in error
