"""Where each value was set, and what it overrode."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.spec.spec import Origin, Spec
from tests.compile.helpers import said, spec_of, write

MAIN = """
    ftspec 1

    import "common.ft" as common

    let rate = 1e-4

    train router extends common.usual {
      learning_rate = rate
    }

    data tickets extends common.rows {
      split {
        test = 25%
      }
    }

    overlay smoke {
      router.length         = 5 steps
      router.learning_rate  = 3e-4
      tickets.split.test    = 50%
      tickets.clean.unicode = true
      output.card           = false
    }
    """
COMMON = """
    ftspec 1

    model base {
      source = path("base")
    }

    data rows {
      source = jsonl("rows.jsonl")

      clean {
        drop_missing = true
      }

      split {
        test       = 15%
        validation = 5%
      }
    }

    train usual {
      model         = base
      data          = rows.train
      learning_rate = 2e-4
      seed          = 7
    }
    """


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A spec that extends blocks of an imported file."""
    return write(tmp_path, main=MAIN, common=COMMON)


def line(origin: Origin) -> str:
    """`main.ft:12`."""
    assert origin.place is not None
    source = origin.place.source
    return f"{source.path.rpartition('/')[2]}:{source.position(origin.place.span.start).line}"


def told(spec: Spec, name: str) -> tuple[str, str, str | None]:
    """Who set a value, where, and what it overrode."""
    origin = spec.origins[name]
    return origin.by, line(origin), origin.overrode


def test_parents(path: Path) -> None:
    """Scalars replace, nested blocks merge by label, and what is not said comes from the parent."""
    spec = spec_of(path)
    router, split = spec.trains["router"], spec.data["tickets"].split
    assert (router.learning_rate, router.seed) == (1e-4, 7)
    assert split is not None and (split.test, split.validation) == (0.25, 0.05)
    assert spec.data["tickets"].clean.drop_missing
    assert told(spec, "train.router.learning_rate") == ("spec", "main.ft:8", "2e-4")
    assert told(spec, "train.router.seed") == ("extends common.usual", "common.ft:24", None)
    assert told(spec, "data.tickets.split.test") == ("spec", "main.ft:13", "15%")
    assert told(spec, "data.tickets.split.validation") == ("extends common.rows", "common.ft:16", None)
    assert told(spec, "data.tickets.clean.drop_missing") == ("extends common.rows", "common.ft:11", None)


def test_overlay(path: Path) -> None:
    """An overlay overrides what the spec or its parent says, and creates nested blocks."""
    spec = spec_of(path, overlay="smoke")
    router, data = spec.trains["router"], spec.data["tickets"]
    assert str(router.length) == "5 steps" and router.learning_rate == 3e-4
    assert data.split is not None and data.split.test == 0.5 and data.clean.unicode and data.clean.drop_missing
    assert not spec.output.card
    assert told(spec, "train.router.length") == ("overlay smoke", "main.ft:18", None)
    assert told(spec, "train.router.learning_rate") == ("overlay smoke", "main.ft:19", "rate")
    assert told(spec, "data.tickets.split.test") == ("overlay smoke", "main.ft:20", "25%")


def test_set(path: Path) -> None:
    """The command line has the last word, and the last of its settings over the others."""
    settings = ["router.seed=1", "router.learning_rate = 4e-4", "router.seed=2", 'goal.owner="me"']
    spec = spec_of(path, "smoke", settings[:-1])
    assert (spec.trains["router"].seed, spec.trains["router"].learning_rate) == (2, 4e-4)
    assert told(spec, "train.router.learning_rate") == ("--set", "--set:1", "3e-4")
    assert told(spec, "train.router.seed") == ("--set", "--set:1", "1")
    assert said(path, "smoke", settings) == [("FT223", "no block is called `goal`")]


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("router.seed", "FT132"),
        ("router.seed=", "FT132"),
        ("", "FT222"),
        ("router.seed=1\n}\ngates {", "FT222"),
        ("router.seed=1 2", "FT1"),
        ("seed=1", "FT223"),
        ("router=1", "FT223"),
        ("ruoter.seed=1", "FT223"),
        ("router.sed=1", "FT201"),
        ("router.seed=one", "FT210"),
        ("router.method.rank=8", "FT217"),
        ('tickets.source=jsonl("../../x.jsonl")', "FT220"),
    ],
)
def test_settings_that_set_nothing(path: Path, setting: str, code: str) -> None:
    """Each is one mistake, shown on the command line's own text."""
    found = said(path, None, [setting])
    assert len(found) == 1, found
    assert found[0][0].startswith(code), found


def test_unknown_overlay(path: Path) -> None:
    """The overlays that there are, or the similar one, are named."""
    assert said(path, "smok") == [("FT203", "no overlay is called `smok`")]


def test_overlays_are_checked_without_being_chosen(tmp_path: Path) -> None:
    """`check` sees what is wrong with an overlay, and which rules break with it."""
    text = """
        ftspec 1

        model base {
          source       = path("base")
          quantization = nf4()
        }

        data rows {
          source = jsonl("rows.jsonl")
        }

        train router {
          data   = rows.train
          method = qlora()
        }

        overlay full {
          router.method = full()
        }

        overlay broken {
          router.lenght = 3 epochs
        }
        """
    assert said(write(tmp_path, main=text)) == [
        ("FT303", "`full` trains weights that are quantized"),
        ("FT201", "`train` has no attribute `lenght`"),
    ]


def test_a_block_that_the_file_does_not_have_can_be_overridden(tmp_path: Path) -> None:
    """`hardware`, `output` and `gates` mean something without being written."""
    text = 'ftspec 1\n\nmodel base {\n  source = path("base")\n}\n'
    spec = spec_of(write(tmp_path, main=text), None, ["hardware.gpu=cpu", "gates.confidence=95%"])
    assert spec.hardware is not None and spec.hardware.gpu == "cpu"
    assert spec.gates.confidence == 0.95


def test_templates_inherit_turns_with_their_own_places(tmp_path: Path) -> None:
    """A turn of a parent is shown in the parent's file."""
    mine = "template mine extends common.route {\n  train = [user, assistant]\n}\n"
    main = f'ftspec 1\n\nimport "common.ft" as common\n\n{mine}'
    common = 'ftspec 1\n\ntemplate route {\n  user      "{{ a }}"\n  assistant "{{ b }}"\n}\n'
    spec = spec_of(write(tmp_path, main=main, common=common))
    assert [turn.text for turn in spec.templates["mine"].turns] == ["{{ a }}", "{{ b }}"]
    assert told(spec, "template.mine.turns.1") == ("extends common.route", "common.ft:5", None)
