"""Pages on attributes and keywords, made from the models."""

from __future__ import annotations

import pytest

from ftspec.compile.vocabulary import HIDDEN
from ftspec.data.library import library_names
from ftspec.errors import FtspecError
from ftspec.kinds import families, find, keywords
from ftspec.reference import index, page
from ftspec.reference.fields import documented
from ftspec.reference.lookup import blocks
from ftspec.reference.words import WORDS
from ftspec.spec.kind import Kind

KINDS = [kind for family in families() for keyword in keywords(family) if (kind := find(family, keyword)) is not None]


@pytest.mark.parametrize("name", blocks())
def test_every_attribute_is_documented(name: str) -> None:
    model = blocks()[name]
    assert set(model.model_fields) - set(HIDDEN.get(name, ())) <= set(documented(model))
    assert all(text.strip() and text != "None" for text in documented(model).values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.family()}-{kind.keyword()}")
def test_every_argument_is_documented(kind: type[Kind]) -> None:
    assert set(documented(kind)) == set(kind.model_fields)


def test_an_attribute_says_what_it_is_and_what_may_be_written() -> None:
    text = page("learning_rate")
    assert "# learning_rate, in train" in text
    assert "The peak rate; by default the one the method is known to work with." in text
    assert "a number or `auto`; above 0, below 10; default `auto`" in text


def test_a_keyword_lists_its_arguments_with_units_and_limits() -> None:
    text = page("lora")
    assert "- `rank` (a whole number; at least 1; default `16`): The width of the thin matrices." in text
    assert "- `dropout` (a share such as `15%`; at least 0, below 1; default `0%`):" in text
    assert "    lora(rank = 16, alpha = 32" in text


def test_a_field_of_a_parent_class_is_documented_too() -> None:
    assert "rank" in documented(find("methods", "qlora") or Kind)


def test_a_name_that_nothing_has() -> None:
    with pytest.raises(FtspecError) as raised:
        page("learnign_rate")
    assert raised.value.help == "a similar name exists: `learning_rate`"


def test_the_index_names_everything() -> None:
    text = index()
    assert all(each in text for each in ("lora", "accuracy", "FT201 unknown-attribute", "gates"))


def test_the_library_of_templates_is_listed_and_shown() -> None:
    text = page("templates")
    assert all(f"- `{name}` " in text for name in library_names()) and max(map(len, text.splitlines())) <= 80
    assert all(name in index() for name in library_names())
    shown = page("alpaca")
    assert "# alpaca, a template of the library" in shown and 'assistant "{{ output }}"' in shown


def test_the_words_of_the_language_have_pages() -> None:
    for word in WORDS:
        assert page(word).count(word) > 1, word
    assert "waive gate(perplexity)" in page("policy")
    assert page("train.learning_rate") == page("learning_rate")
    assert page("lora.rank") == page("lora")
    with pytest.raises(FtspecError) as raised:
        page("overlya")
    assert raised.value.help == "a similar name exists: `overlay`"
