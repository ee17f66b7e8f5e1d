"""Mixtures: shares, what happens when a part runs out, and the same rows from the plan."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ftspec.data import Prepared, Row, Turn, prepare, survey
from ftspec.data.faults import Unusable
from ftspec.data.mixture import formats_of, mixed
from ftspec.data.surveying import data_sets
from ftspec.spec.data import Mixture, Part
from ftspec.spec.types import Use
from tests.data.specs import base_tokenizer, codes, spec_of, step_of, surveyed, write_rows


def rows(name: str, count: int, words: int = 5) -> list[Row]:
    return [
        Row(f"{name}{n:015x}", f"{name}.jsonl", n + 1, {}, (Turn("text", f"{name} {n} " + "word " * words, True),))
        for n in range(count)
    ]


SETS = {"a": rows("a", 90), "b": rows("b", 10)}


def mix(*shares: float, **options: Any) -> list[Row]:
    parts = tuple(Part(use=Use(data=name), share=share) for name, share in zip(SETS, shares, strict=True))
    return mixed(Mixture(parts=parts, **options), lambda name, split: SETS[name], None)[0]


def counts(found: list[Row]) -> dict[str, int]:
    return dict(Counter(row.file[0] for row in found))


def test_repeat_keeps_every_row() -> None:
    found = mix(0.75, 0.25)
    assert counts(found) == {"a": 90, "b": 30}
    assert len({row.item for row in found}) == 120
    assert {row.item for row in SETS["a"]} | {row.item for row in SETS["b"]} <= {row.item for row in found}


def test_what_repeats_and_what_is_left_out_is_told() -> None:
    parts = tuple(Part(use=Use(data=name), share=0.5) for name in SETS)
    for options, told in (
        ({}, [("mixture b", 10, 90)]),
        ({"when_exhausted": "stop"}, [("mixture a", 90, 10)]),
        ({"when_exhausted": "drop"}, []),
    ):
        _, account = mixed(Mixture(parts=parts, **options), lambda name, split: SETS[name], None)  # type: ignore[arg-type]
        assert [(each.name, each.rows_in, each.rows_out) for each in account] == told


def test_a_part_without_a_share_gives_nothing() -> None:
    for when in ("repeat", "stop", "drop"):
        assert counts(mix(0, 1, when_exhausted=when)) == {"b": 10}


def test_temperature_brings_shares_nearer_to_each_other() -> None:
    assert counts(mix(0.8, 0.2, when_exhausted="stop")) == {"a": 40, "b": 10}
    assert counts(mix(0.8, 0.2, when_exhausted="stop", temperature=2)) == {"a": 20, "b": 10}  # √0.8 : √0.2 = 2 : 1
    assert counts(mix(0.8, 0.2, when_exhausted="stop", temperature=100)) == {"a": 10, "b": 10}
    assert counts(mix(1, 0, when_exhausted="stop", temperature=2)) == {"a": 90}


def test_a_spec_names_the_temperature(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"prompt": f"What is {n}?", "completion": f"{n}"} for n in range(100)])
    write_rows(tmp_path / "b.jsonl", [{"prompt": f"Say {n}!", "completion": f"{n}"} for n in range(10)])
    spec = spec_of(tmp_path, SPEC.replace("mixture {", "mixture {\n    temperature = 2"))
    mixture = spec.data["blend"].mixture
    assert mixture is not None and mixture.temperature == 2 and len(mixture.parts) == 2


def test_stop_ends_with_the_first_part() -> None:
    found = mix(0.75, 0.25, when_exhausted="stop")
    assert counts(found) == {"a": 30, "b": 10} and len({row.item for row in found}) == 40


def test_drop_goes_on_without_it() -> None:
    found = mix(0.5, 0.5, when_exhausted="drop")
    assert counts(found) == {"a": 90, "b": 10}
    assert counts(found[:20]) == {"a": 10, "b": 10} and counts(found[20:]) == {"a": 80}


def test_every_stretch_holds_the_shares() -> None:
    found = mix(0.75, 0.25)
    for start in range(0, 120, 20):
        assert counts(found[start : start + 20])["b"] == pytest.approx(5, abs=1)


def test_as_written_is_a_curriculum() -> None:
    found = mix(0.75, 0.25, order="as_written")
    assert [row.file[0] for row in found] == ["a"] * 90 + ["b"] * 30


def test_the_same_twice() -> None:
    assert mix(0.6, 0.4) == mix(0.6, 0.4)


def test_by_tokens() -> None:
    sets = {"a": rows("a", 40, words=5), "b": rows("b", 40, words=50)}
    parts = tuple(Part(use=Use(data=name), share=0.5) for name in sets)
    tokenizer = base_tokenizer()
    found, _ = mixed(Mixture(parts=parts, by="tokens"), lambda name, split: sets[name], tokenizer)
    from ftspec.data.encoding import lengths

    sizes = Counter[str]()
    for row, size in zip(found, lengths(found, tokenizer), strict=True):
        sizes[row.file[0]] += size
    assert sizes["a"] == pytest.approx(sizes["b"], rel=0.05)
    with pytest.raises(Unusable, match="needs a tokenizer"):
        mixed(Mixture(parts=parts, by="tokens"), lambda name, split: sets[name], None)


def test_what_cannot_be_mixed() -> None:
    with pytest.raises(Unusable, match="has no rows"):
        mixed(Mixture(parts=(Part(use=Use(data="a"), share=1),)), lambda name, split: [], None)
    assert formats_of({"a": "chat", "b": "prompt_completion", "c": "text"}) == "chat"
    with pytest.raises(Unusable, match="`a` is chat, `b` is preference"):
        formats_of({"a": "chat", "b": "preference"})


SPEC = """
data blend {
  mixture {
    a.train = 75%
    b       = 25%
  }
}

data a {
  source = jsonl("a.jsonl")
}

data b {
  source = jsonl("b.jsonl")
}

train t {
  data   = blend
  length = 1 epochs
}

gates {
  require loss(a.test) <= 9
}
"""


def test_a_mixture_in_a_spec(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"prompt": f"What is {n}?", "completion": f"{n}"} for n in range(100)])
    write_rows(tmp_path / "b.jsonl", [{"prompt": f"Say {n}!", "completion": f"{n}"} for n in range(10)])
    data, tokens, problems = surveyed(tmp_path, SPEC)
    assert [each for each in problems if each.is_error] == []
    blend, train = data["blend"], data["a"].splits["train"]
    assert blend.format == "prompt_completion" and blend.splits == {"all": train + round(train / 3)}
    assert tokens["blend", "all", "base"].rows == blend.rows
    assert surveyed(tmp_path, SPEC, cache=True)[0] == data == surveyed(tmp_path, SPEC, cache=True)[0]


def test_the_plan_makes_the_same_mixture(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"prompt": f"What is {n}?", "completion": f"{n}"} for n in range(100)])
    write_rows(tmp_path / "b.jsonl", [{"prompt": f"Say {n}!", "completion": f"{n}"} for n in range(10)])
    spec = spec_of(tmp_path, SPEC)
    data, _, _ = survey(spec, cache=False)
    made: dict[str, Prepared] = {}
    for name in data_sets(spec):
        made[f"data.{name}"] = prepare(step_of(spec, name, data[name]), tmp_path, others=made)
        assert made[f"data.{name}"].digest == data[name].digest
    assert list(made) == ["data.a", "data.b", "data.blend"]


def test_a_mixture_of_broken_data_is_said_once(tmp_path: Path) -> None:
    write_rows(tmp_path / "b.jsonl", [{"prompt": "a", "completion": "b"}])
    data, _, problems = surveyed(tmp_path, SPEC)
    assert codes(problems) == ["FT501"] and list(data) == ["b"]
