"""Diagnostics for other programs."""

from __future__ import annotations

import json as standard
from typing import Any

import pytest

from ftspec.text.diagnostic import Code, Diagnostic, Edit, Fix, Label, Place, Severity
from ftspec.text.formats import github, json, sarif, text
from ftspec.text.render import render
from ftspec.text.source import Source, Span

SOURCE = Source("specs/a b,c.ft", "ftspec 1\nlr = 2e-4\nx\n")
PLACE = Place(SOURCE, Span(9, 11))
ERROR = Diagnostic(
    Code("FT203", "other-name"),
    "`lr` is called `learning_rate` here: 100%",
    PLACE,
    "write it out\nin full",
    (Label(Place(SOURCE, Span(19, 20)), "and this"),),
    Fix((Edit(Span(9, 11), "learning_rate"),), safe=True),
)
WARNING = Diagnostic(Code("FT402", "small-gate", Severity.WARNING), "too few rows", None)
ODD = Diagnostic(Code("FT110", "unknown-character"), "`\ud800`", Place(Source("\udcff.ft", "\ud800\n"), Span(0, 2)))


def test_json() -> None:
    document = standard.loads(json.render([ERROR, WARNING]))
    position = {"start": {"line": 2, "column": 1, "offset": 9}, "end": {"line": 2, "column": 3, "offset": 11}}
    assert document == {
        "format": 1,
        "diagnostics": [
            {
                "code": "FT203",
                "name": "other-name",
                "severity": "error",
                "message": "`lr` is called `learning_rate` here: 100%",
                "file": "specs/a b,c.ft",
                "range": position,
                "labels": [
                    {
                        "file": "specs/a b,c.ft",
                        "range": {
                            "start": {"line": 3, "column": 1, "offset": 19},
                            "end": {"line": 3, "column": 2, "offset": 20},
                        },
                        "message": "and this",
                    }
                ],
                "help": "write it out\nin full",
                "fix": {"applicability": "safe", "edits": [{"range": position, "text": "learning_rate"}]},
            },
            {
                "code": "FT402",
                "name": "small-gate",
                "severity": "warning",
                "message": "too few rows",
                "file": None,
                "range": None,
                "labels": [],
                "help": None,
                "fix": None,
            },
        ],
    }


def test_github() -> None:
    assert github.render([ERROR, WARNING]).splitlines() == [
        "::error file=specs/a b%2Cc.ft,line=2,endLine=2,col=1,endColumn=3,title=FT203 other-name"
        "::`lr` is called `learning_rate` here: 100%25%0Ahelp: write it out%0Ain full",
        "::warning title=FT402 small-gate::too few rows",
    ]
    assert "col=" not in github.render([ODD])


def test_sarif() -> None:
    log: dict[str, Any] = standard.loads(sarif.render([ERROR, WARNING, ERROR]))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["FT203", "FT402"]
    assert [(each["ruleId"], each["ruleIndex"], each["level"]) for each in run["results"]] == [
        ("FT203", 0, "error"),
        ("FT402", 1, "warning"),
        ("FT203", 0, "error"),
    ]
    first = run["results"][0]
    physical = first["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "specs/a%20b%2Cc.ft"}
    assert physical["region"] == {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 3}
    assert first["relatedLocations"][0]["message"] == {"text": "and this"}
    (change,) = first["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "learning_rate"}
    assert run["results"][1]["locations"] == []


def test_text_is_the_terminals() -> None:
    assert text.render([ERROR, WARNING]) == render([ERROR, WARNING])


@pytest.mark.parametrize("form", [json, github, sarif])
def test_every_format_can_be_written_as_utf8(form: Any) -> None:
    assert form.render([ODD]).encode()
    assert form.render([]).encode() is not None
