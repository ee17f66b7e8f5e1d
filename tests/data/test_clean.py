"""Cleaning: what leaves, what changes, and that every step says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftspec.data.checkdigits import is_iban, is_luhn
from ftspec.data.language import language_of
from ftspec.data.redact import redactor
from ftspec.data.unicode import repaired
from tests.data.specs import ROUTE, TICKETS, codes, messages, surveyed, write_rows


def cleaned(folder: Path, rows: list[dict[str, Any]], clean: str, template: bool = True) -> Any:
    """Facts and diagnostics of rows under a `clean` block."""
    write_rows(folder / "rows.jsonl", rows)
    named = "  template = route\n" if template else ""
    data, _, problems = surveyed(
        folder, f'{ROUTE}data rows {{\n  source = jsonl("rows.jsonl")\n{named}  clean {{\n{clean}\n  }}\n}}\n'
    )
    return data.get("rows"), problems


def account(facts: Any) -> list[tuple[str, int, int, int]]:
    return [(step.name, step.rows_in, step.rows_out, step.changed) for step in facts.steps]


def test_drop_missing(tmp_path: Path) -> None:
    odd = [
        {"subject": "a", "queue": "billing"},
        {"subject": "", "body": "b", "queue": "billing"},
        {"subject": "a", "body": " ", "queue": "billing"},
        {"subject": "a", "body": None, "queue": "billing"},
        {"subject": "a", "body": "b", "queue": "billing", "other": None},
    ]
    facts, _ = cleaned(tmp_path, [*TICKETS, *odd], "    drop_missing = true")
    assert account(facts) == [("drop_missing", 35, 31, 0)] and facts.rows == 31
    assert [(each.file, each.row) for each in facts.steps[0].examples] == [("rows.jsonl", n) for n in (31, 32, 33)]


def test_drop_missing_leaves_fields_that_may_be_empty(tmp_path: Path) -> None:
    rows = [{"instruction": "a", "input": "", "output": "b"}, {"instruction": "", "input": "", "output": "b"}]
    facts, _ = cleaned(tmp_path, rows, "    drop_missing = true", template=False)
    assert facts.template_source == "recognised: alpaca" and facts.rows == 1


def test_steps_come_in_one_order(tmp_path: Path) -> None:
    clean = """
    deduplicate  = exact
    max_tokens   = 60
    min_tokens   = 20
    keep         = "queue != 'general'"
    language     = ["en"]
    redact       = pii
    unicode      = true
    drop_missing = true"""
    facts, problems = cleaned(tmp_path, [*TICKETS, TICKETS[0]], clean)
    assert problems == []
    assert [step.name for step in facts.steps] == [
        "drop_missing", "unicode", "redact", "language", "keep", "min_tokens", "max_tokens", "deduplicate",
    ]  # fmt: skip
    rows = [step.rows_in for step in facts.steps] + [facts.rows]
    assert all(step.rows_out == after for step, after in zip(facts.steps, rows[1:], strict=True))


def test_everything_is_gone(tmp_path: Path) -> None:
    facts, problems = cleaned(tmp_path, TICKETS, "    keep = \"queue == 'sales'\"")
    assert facts is None and codes(problems) == ["FT337"]
    assert messages(problems) == "no row of `rows` is left of 30: `keep` dropped 30 of them"
    facts, problems = cleaned(tmp_path, [], "    drop_missing = true")
    assert codes(problems) == ["FT337"]


def test_keep_that_cannot_be_asked(tmp_path: Path) -> None:
    _, problems = cleaned(tmp_path, TICKETS, '    keep = "nothing > 1"')
    assert "FT341" in codes(problems) and "it has `subject`, `body`, `queue`" in messages(problems)


def test_token_limits_need_a_tokenizer(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [{"text": "a"}])
    text = 'data rows {\n  source = jsonl("rows.jsonl")\n  clean {\n    max_tokens = 5\n  }\n}\n'
    _, _, problems = surveyed(tmp_path, text, model=False)
    assert codes(problems) == ["FT348"]


def test_token_limits_count_what_trains(tmp_path: Path) -> None:
    rows = [{"text": "word " * n} for n in (1, 10, 100)]
    facts, _ = cleaned(tmp_path, rows, "    min_tokens = 8\n    max_tokens = 60", template=False)
    assert account(facts) == [("min_tokens", 3, 2, 0), ("max_tokens", 2, 1, 0)]


def test_exact_duplicates(tmp_path: Path) -> None:
    rows = [*TICKETS, {**TICKETS[0], "id": 7}, {**TICKETS[0], "queue": "general"}]
    facts, _ = cleaned(tmp_path, rows, "    deduplicate = exact")
    assert account(facts) == [("deduplicate", 32, 31, 0)] and facts.steps[0].examples[0].row == 31


def test_unicode() -> None:
    assert repaired("schÃ¶n – â€œGrÃ¼ÃŸeâ€\x9d") == "schön – “Grüße”"
    assert repaired("e\u0301") == "é" and repaired("plain") == "plain"
    assert repaired("“&amp;” ﬁ") == "“&amp;” ﬁ"


def test_unicode_counts_changes(tmp_path: Path) -> None:
    facts, _ = cleaned(tmp_path, [{"text": "schÃ¶n"}, {"text": "schön"}], "    unicode = true", template=False)
    assert account(facts) == [("unicode", 2, 2, 1)] and facts.steps[0].examples[0].text == "schön"


def test_languages(tmp_path: Path) -> None:
    texts = [
        "The invoice was sent to the wrong address, please send it once more.",
        "Die Rechnung ging an die falsche Adresse, bitte schickt sie noch einmal.",
        "La facture a été envoyée à la mauvaise adresse, merci de la renvoyer.",
        "ok",
    ]
    assert [language_of(text) for text in texts[:3]] == ["en", "de", "fr"]
    facts, _ = cleaned(tmp_path, [{"text": text} for text in texts], '    language = ["en", "de"]', template=False)
    assert account(facts) == [("language", 4, 3, 0)] and facts.steps[0].examples[0].row == 3


HIDDEN = {
    "Write to jane.doe+x@mail.example.co.uk today": "Write to [email] today",
    "müller@bücher.example": "[email]",
    "IBAN DE89 3704 0044 0532 0130 00.": "IBAN [iban].",
    "GB82WEST12345698765432": "[iban]",
    "card 4111 1111 1111 1111, exp 12/29": "card [card], exp 12/29",
    "5500-0000-0000-0004": "[card]",
    "call +49 (30) 1234-5678 or 00 44 20 7946 0958": "call [phone] or [phone]",
    "Tel. 030 / 901 820 12": "Tel. [phone]",
    "ring (312) 555-0142 now": "ring [phone] now",
    "from 192.168.0.12 it works": "from [ip] it works",
}
KEPT = [
    "order 4111 1111 1111 1112",
    "on 2026-05-01 at 10:30, 12.345,67 €",
    "version 1.2.3.4.5 and 999.1.1.1",
    "it put 6140 instead of 61,40; 1111 1111 1111 1111",
    "me@home and @handle",
    "error 0x80070643, build 20260501123456",
    "ISBN 978-3-16-148410-0",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_personal_data_is_hidden(text: str) -> None:
    assert redactor("pii")(text) == HIDDEN[text]


@pytest.mark.parametrize("text", KEPT)
def test_other_numbers_stay(text: str) -> None:
    assert redactor("pii")(text) == text


SECRETS = {
    "key AKIAIOSFODNN7EXAMPLE!": "key [secret]!",
    "ghp_" + "a1B2" * 9: "[secret]",
    "sk-proj-" + "abcD1234" * 4: "[secret]",
    "hf_" + "aB3" * 11: "[secret]",
    'my password: "hunter2!x" ok': 'my password: "[secret]" ok',
    "use api_key=abc123def456&x=1": "use api_key=[secret]&x=1",
    "postgres://user:s3cret@db/x": "postgres://[secret]@db/x",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----": "[private key]",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N": "[secret]",
}


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_hidden(text: str) -> None:
    assert redactor("secrets")(text) == SECRETS[text] == redactor("all")(text)


@pytest.mark.parametrize("text", ["I forgot my password again", "the secret: be kind", "a skeleton key", "sk-1"])
def test_words_about_secrets_stay(text: str) -> None:
    assert redactor("secrets")(text) == text


def test_check_digits() -> None:
    assert is_luhn("4111111111111111") and not is_luhn("4111111111111112") and not is_luhn("0" * 16)
    assert is_iban("NL91ABNA0417164300") and not is_iban("NL91ABNA0417164301") and not is_iban("NL91")


def test_what_is_hidden_is_hidden_in_the_account_too(tmp_path: Path) -> None:
    rows = [
        {"text": "mail jane@example.com about it", "note": ["see jane@example.com"]},
        {"text": "", "mail": "joe@example.com"},
        {"text": "nothing here"},
    ]
    facts, _ = cleaned(tmp_path, rows, "    drop_missing = true\n    redact = pii", template=False)
    assert account(facts) == [("drop_missing", 3, 2, 0), ("redact", 2, 2, 1)]
    assert "@example" not in facts.model_dump_json()
