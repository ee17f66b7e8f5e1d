"""The schema describes what specs really say: every shipped spec and every valid call, and nothing that is misspelt."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from ftspec.cli.commands.schema import command
from ftspec.compile.vocabulary import BLOCKS
from ftspec.pipeline import load
from ftspec.reference.form import json_form
from ftspec.reference.schema import spec_schema
from ftspec.resources import resource

SPECS = sorted(resource("specs").glob("*.ft"))


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return spec_schema()


def form_of(path: Path) -> dict[str, Any]:
    loaded = load(path)
    assert loaded.spec is not None
    form: dict[str, Any] = json.loads(json.dumps(json_form(loaded.spec)))
    return form


def test_it_is_a_schema(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    assert set(BLOCKS) <= set(schema["properties"])
    rate = schema["$defs"]["train"]["properties"]["learning_rate"]
    assert rate["description"].startswith("The peak rate") and rate["default"] == "auto"
    assert {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10} in rate["anyOf"]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_shipped_spec_fits(path: Path, schema: dict[str, Any]) -> None:
    problems = list(Draft202012Validator(schema).iter_errors(form_of(path)))
    assert not problems, problems[0]


@pytest.mark.parametrize(
    "place",
    [
        ("train", "router", "learnign_rate", 1),
        ("train", "router", "learning_rate", -1),
        ("train", "router", "batch_size", 0.5),
        ("train", "router", "method", {"name": "lorra", "arguments": {}}),
        ("train", "router", "method", {"name": "lora", "arguments": {"rnak": 8}}),
        ("train", "router", "length", {"count": 3, "unit": "weeks"}),
    ],
    ids=lambda place: f"{place[-2]}={place[-1]}",
)
def test_what_is_wrong_does_not_fit(place: tuple[Any, ...], schema: dict[str, Any]) -> None:
    form = deepcopy(form_of(resource("specs") / "tickets.ft"))
    *way, name, value = place
    inner = form
    for each in way:
        inner = inner[each]
    inner[name] = value
    assert list(Draft202012Validator(schema).iter_errors(form))


def test_the_command_prints_both() -> None:
    printed = CliRunner().invoke(command, [], standalone_mode=False)
    assert json.loads(printed.output)["$schema"].startswith("https://json-schema.org/")
    form = CliRunner().invoke(command, [str(resource("specs") / "tickets.ft")], standalone_mode=False)
    assert json.loads(form.output)["name"] == "tickets"
