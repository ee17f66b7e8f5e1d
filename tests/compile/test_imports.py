"""Files that import files."""

from __future__ import annotations

from pathlib import Path

from ftspec.spec.types import Use
from tests.compile.helpers import load, said, spec_of, write

COMMON = """
    ftspec 1

    let size = 8

    model base {
      source = path("base")
    }

    data tickets {
      source = jsonl("data/tickets.jsonl")
    }

    data unused {
      source = jsonl("unused.jsonl")
    }

    train usual {
      model         = base
      data          = tickets.train
      learning_rate = 2e-4
      batch_size    = size
      method        = lora(rank = 16)
    }

    gates {
      require accuracy(tickets.test) >= 99%
    }
    """


def test_labels_of_an_imported_file_are_used_with_its_alias(tmp_path: Path) -> None:
    """`common.tickets.train` is a split of `tickets` in the imported file."""
    main = """
        ftspec 1

        import "shared/common.ft" as common

        train router {
          model      = common.base
          data       = common.tickets.train
          batch_size = common.size * 2
        }

        gates {
          require accuracy(common.tickets.test) >= 90%
        }
        """
    spec = spec_of(write(tmp_path, specs__main=main, specs__shared__common=COMMON))
    assert list(spec.trains) == ["router"]
    assert spec.trains["router"].data == Use(data="common.tickets", split="train")
    assert spec.trains["router"].batch_size == 16
    assert len(spec.gates.rules) == 1


def test_paths_of_an_imported_file_are_relative_to_that_file(tmp_path: Path) -> None:
    """They are rebased to the folder of the spec, which the plan's paths start from."""
    main = """
        ftspec 1

        import "../shared/common.ft" as common

        train router {
          model = common.base
          data  = common.tickets.train
        }
        """
    spec = spec_of(write(tmp_path, specs__main=main, shared__common=COMMON))
    assert spec.data["common.tickets"].source is not None
    assert spec.data["common.tickets"].source.arguments()["path"] == "../shared/data/tickets.jsonl"
    assert spec.models["common.base"].source.arguments()["path"] == "../shared/base"
    assert spec.root == tmp_path / "specs"


def test_what_nothing_names_takes_no_part(tmp_path: Path) -> None:
    """An imported stage that is only a parent is not trained; imported data that nothing reads is not there."""
    main = """
        ftspec 1

        import "common.ft" as common

        train router extends common.usual {
          learning_rate = 1e-4
        }
        """
    spec = spec_of(write(tmp_path, main=main, common=COMMON))
    assert list(spec.trains) == ["router"]
    assert list(spec.data) == ["common.tickets"]
    assert spec.trains["router"].model == "common.base"
    assert spec.trains["router"].batch_size == 8


def test_imported_stages_run_before_those_that_start_from_them(tmp_path: Path) -> None:
    """A stage named in `from` takes part, whichever file it stands in, and its own inputs with it."""
    main = """
        ftspec 1

        import "common.ft" as common

        train second {
          from = first
          data = common.tickets.train
        }

        train first {
          from = common.usual
          data = common.tickets.train
        }
        """
    spec = spec_of(write(tmp_path, main=main, common=COMMON))
    assert list(spec.trains) == ["common.usual", "first", "second"]


def test_imports_of_imports(tmp_path: Path) -> None:
    """Aliases chain: `outer.inner.base`."""
    train = "train t {\n  model = outer.inner.base\n  data = outer.inner.tickets.train\n}\n"
    main = f'ftspec 1\n\nimport "a/outer.ft" as outer\n\n{train}'
    outer = 'ftspec 1\n\nimport "b/inner.ft" as inner\n'
    spec = spec_of(write(tmp_path, main=main, a__outer=outer, a__b__inner=COMMON))
    assert spec.trains["t"].model == "outer.inner.base"
    assert spec.models["outer.inner.base"].source.arguments()["path"] == "a/b/base"


def test_one_file_under_two_names(tmp_path: Path) -> None:
    """A file may be imported by two files; it is read for each of them."""
    main = """
        ftspec 1

        import "left.ft" as left
        import "common.ft" as common

        train t {
          model = left.common.base
          data  = common.tickets.train
        }
        """
    left = 'ftspec 1\n\nimport "common.ft" as common\n'
    spec = spec_of(write(tmp_path, main=main, left=left, common=COMMON))
    assert set(spec.models) == {"left.common.base"} and set(spec.data) == {"common.tickets"}


def test_files_that_import_one_another(tmp_path: Path) -> None:
    """A circle is one error, at the import that closes it."""
    main = 'ftspec 1\n\nimport "a.ft" as a\n'
    a = 'ftspec 1\n\nimport "b.ft" as b\n'
    b = 'ftspec 1\n\nimport "main.ft" as main\n'
    path = write(tmp_path, main=main, a=a, b=b)
    assert said(path) == [("FT218", "`main.ft` imports this file in turn")]
    place = next(each.place for each in load(path).diagnostics if each.is_error)
    assert place is not None and place.source.path.endswith("b.ft")


def test_a_file_that_imports_itself(tmp_path: Path) -> None:
    """Also through another spelling of its path."""
    path = write(tmp_path, specs__main='ftspec 1\n\nimport "../specs/main.ft" as me\n')
    assert said(path) == [("FT218", "`../specs/main.ft` is this file itself")]


def test_mistakes_in_an_imported_file_are_shown_there(tmp_path: Path) -> None:
    """With its own path and line; what depends on it is not reported again."""
    main = 'ftspec 1\n\nimport "common.ft" as common\n\ntrain t {\n  data = common.rows.train\n}\n'
    common = 'ftspec 1\n\nmodel base {\n  source = pth("base")\n}\n\ndata rows {\n  source: jsonl("rows.jsonl")\n}\n'
    path = write(tmp_path, main=main, common=common)
    found = [each for each in load(path).diagnostics if each.is_error]
    assert [each.code.id for each in found] == ["FT204", "FT130"]
    assert {each.place.source.path.rpartition("/")[2] for each in found if each.place} == {"common.ft"}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """One error at the import; names under its alias are not called unknown as well."""
    train = "train t {\n  model = common.base\n  data = common.tickets.train\n}\n"
    main = f'ftspec 1\n\nimport "comon.ft" as common\n\n{train}'
    path = write(tmp_path, main=main, common=COMMON)
    (found,) = (each for each in load(path).diagnostics if each.is_error)
    assert found.code.id == "FT219" and "does not exist" in found.message
    assert found.help is not None and "common.ft" in found.help


def test_a_misspelt_label_of_an_import(tmp_path: Path) -> None:
    """The right one is named with its alias."""
    train = "train t {\n  model = common.bse\n  data = common.tickets.train\n}\n"
    main = f'ftspec 1\n\nimport "common.ft" as common\n\n{train}'
    (found,) = (each for each in load(write(tmp_path, main=main, common=COMMON)).diagnostics if each.is_error)
    assert found.message == "no model is called `common.bse`"
    assert found.help == "a similar name exists: `common.base`"


def test_an_alias_shares_the_namespace_of_labels(tmp_path: Path) -> None:
    """`import … as tickets` and `data tickets` cannot stand in one file."""
    main = 'ftspec 1\n\nimport "common.ft" as base\n\nmodel base {\n  source = path("base")\n}\n'
    assert said(write(tmp_path, main=main, common=COMMON)) == [("FT209", "`base` is defined twice")]


def test_paths_that_leave_the_repository(tmp_path: Path) -> None:
    """Through dots and through symlinks: of a file, of a folder, inside a folder, behind a pattern."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "rows.jsonl").write_text("{}\n")
    (outside / "other.ft").write_text("ftspec 1\n")
    repository = tmp_path / "repository"
    main = """
        ftspec 1

        import "linked.ft" as linked

        data dots {
          source = jsonl("../../outside/rows.jsonl")
        }

        data file {
          source = jsonl("linked.jsonl")
        }

        data folder {
          source = jsonl("folder/rows.jsonl")
        }

        data inside {
          source = jsonl("mixed")
        }

        data pattern {
          source = jsonl("mixed/*.jsonl")
        }

        data fine {
          source = jsonl("near.jsonl")
        }
        """
    path = write(repository, specs__main=main)
    specs = repository / "specs"
    (specs / "mixed").mkdir()
    (specs / "mixed" / "own.jsonl").write_text("{}\n")
    (specs / "mixed" / "rows.jsonl").symlink_to(outside / "rows.jsonl")
    (specs / "linked.ft").symlink_to(outside / "other.ft")
    (specs / "linked.jsonl").symlink_to(outside / "rows.jsonl")
    (specs / "folder").symlink_to(outside)
    (specs / "near.jsonl").symlink_to(specs / "mixed" / "own.jsonl")
    assert said(path) == [
        ("FT220", "`linked.ft` leads out of the repository through a symlink"),
        ("FT220", "`../../outside/rows.jsonl` leads out of the repository"),
        ("FT220", "`linked.jsonl` leads out of the repository through a symlink"),
        ("FT220", "`folder/rows.jsonl` leads out of the repository through a symlink"),
        ("FT220", "`mixed/rows.jsonl` leads out of the repository through a symlink"),
        ("FT220", "`mixed/rows.jsonl` leads out of the repository through a symlink"),
    ]


def test_a_circle_of_symlinks_is_a_missing_file(tmp_path: Path) -> None:
    """It leads nowhere, and nothing breaks."""
    path = write(tmp_path, main='ftspec 1\n\nimport "loop.ft" as loop\n')
    (tmp_path / "loop.ft").symlink_to(tmp_path / "loop.ft")
    assert [code for code, _ in said(path)] == ["FT219"]


def test_the_spec_itself_may_be_a_symlink(tmp_path: Path) -> None:
    """Its folder is the one it really lies in."""
    path = write(tmp_path, specs__main='ftspec 1\n\nmodel base {\n  source = path("base")\n}\n')
    (tmp_path / "link.ft").symlink_to(path)
    assert spec_of(tmp_path / "link.ft").root == tmp_path / "specs"
