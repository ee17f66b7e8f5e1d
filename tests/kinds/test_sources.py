"""Sources: what is read, and what is said about what cannot be read."""

from __future__ import annotations

import bz2
import csv
import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from ftspec.errors import CannotRun
from ftspec.kinds import find, keywords
from ftspec.kinds.sources import BadRow, RawRow, Source
from ftspec.kinds.sources.csv_ import Csv
from ftspec.kinds.sources.hub import HubData
from ftspec.kinds.sources.json_ import Json
from ftspec.kinds.sources.jsonl import Jsonl
from ftspec.kinds.sources.parquet import Parquet
from ftspec.kinds.sources.text import Text

ROWS = [{"a": "eins", "b": "Ü"}, {"a": "zwei\nZeilen", "b": "„x“"}]


def read(source: Source, root: Path) -> list[RawRow | BadRow]:
    return [row for file in source.files(root) for row in source.rows(file, source.shown(file, root))]


def good(source: Source, root: Path) -> list[dict[str, Any]]:
    found = read(source, root)
    assert all(isinstance(row, RawRow) for row in found), found
    return [row.fields for row in found if isinstance(row, RawRow)]


def bad(source: Source, root: Path) -> list[BadRow]:
    return [row for row in read(source, root) if isinstance(row, BadRow)]


def test_every_keyword_is_there() -> None:
    assert set(keywords("sources")) >= {"jsonl", "json", "csv", "parquet", "text", "hub"}
    assert find("sources", "json") is Json and find("sources", "hub") is HubData


def test_jsonl(tmp_path: Path) -> None:
    lines = [json.dumps(ROWS[0]), "", json.dumps(ROWS[1], ensure_ascii=False)]
    (tmp_path / "a.jsonl").write_text("\ufeff" + "\r\n".join(lines), "utf-8")
    assert good(Jsonl(path="a.jsonl"), tmp_path) == ROWS
    numbers = [row.number for row in read(Jsonl(path="a.jsonl"), tmp_path)]
    assert numbers == [1, 3]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"a": }', "is not JSON; expecting value at column 7"),
        ('{"a": NaN}', "is not JSON; it holds NaN"),
        ('{"a": ["\\ud800"]}', "holds half of a character"),
        ("{'a': 1}", "is not JSON"),
        ('"text"', "is a text, not an object"),
        ("[1]", "is a list, not an object"),
        ("null", "is null, not an object"),
        ("true", "is a truth value, not an object"),
        ("[" * 100_000, "is nested too deeply"),
    ],
)
def test_a_line_that_is_no_row(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "a.jsonl").write_text(f'{{"a": 1}}\n{line}\n{{"a": 2}}\n')
    [found] = bad(Jsonl(path="a.jsonl"), tmp_path)
    assert (found.file, found.number) == ("a.jsonl", 2) and found.help
    assert message in f"{found.message}; {found.detail}"
    assert len(read(Jsonl(path="a.jsonl"), tmp_path)) == 3


def test_a_json_list_in_a_jsonl_file_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('[\n{"a": 1}\n]\n')
    assert "use `json(…)`" in bad(Jsonl(path="a.jsonl"), tmp_path)[0].help


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('{"a": "schön"}'.encode("cp1252"), "byte 0xf6 at position 11"),
        ('{"a": 1}'.encode("utf-16"), "is UTF-16 text"),
        ('{"a": 1}'.encode("utf-32"), "is UTF-32 text"),
        (b"\x80\x81", "byte 0x80 at position 1"),
    ],
)
def test_wrong_encodings(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(data)
    found = bad(Jsonl(path="a.jsonl"), tmp_path)[0]
    assert message in f"{found.message}; {found.detail}" and "save the file as UTF-8" in found.help


def test_a_windows_file_shows_what_it_meant(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("a,b\nschön,1\n".encode("cp1252"))
    assert "“schön,1”" in bad(Csv(path="a.csv"), tmp_path)[0].help


def test_lines_that_are_too_long_are_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftspec.kinds.sources._files.MAX_LINE", 1 << 20)
    with (tmp_path / "a.jsonl").open("wb") as file:
        file.write(b'{"a": 1}\n{"a": "')
        for _ in range(5):
            file.write(b"x" * (1 << 20))
        file.write(b'"}\n{"a": 2}\n')
    found = read(Jsonl(path="a.jsonl"), tmp_path)
    assert [row.number for row in found] == [1, 2, 3]
    assert isinstance(found[1], BadRow) and found[1].message == "is longer than 1 MiB"


def test_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(ROWS))
    (tmp_path / "b.json").write_text(json.dumps({"version": 1, "data": ROWS}))
    assert good(Json(path="a.json"), tmp_path) == ROWS
    assert good(Json(path="b.json", field="data"), tmp_path) == ROWS
    [found] = bad(Json(path="b.json", field="version"), tmp_path)
    assert found.message == "has no list of rows under `version`"
    [found] = bad(Json(path="b.json"), tmp_path)
    assert found.number == 0 and 'field = "data"' in found.help


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ('{"a": 1}\n{"a": 2}\n', "is not JSON: extra data on line 2", "`jsonl(…)`"),
        ('{\n "a": 1\n}\n{\n "a": 2\n}', "is not JSON: extra data on line 4", "a list of them"),
        ('{"a": [1, 2], "b": [3]}', "its columns do not match", "a list of the same length"),
        ('{"train": [{"a": 1}], "test": [{"a": 2}]}', "is not a JSON list of rows", 'field = "train"'),
        ("3", "is not a JSON list of rows", "list of objects"),
        ('[{"a": Infinity}]', "is not JSON: it holds Infinity", "null"),
        ("", "is not JSON", "check the file"),
    ],
)
def test_a_json_file_that_is_no_list(tmp_path: Path, text: str, message: str, help: str) -> None:
    (tmp_path / "a.json").write_text(text)
    [found] = bad(Json(path="a.json"), tmp_path)
    assert message in found.message and help in found.help


def test_a_json_object_of_columns(tmp_path: Path) -> None:
    columns = {name: [row[name] for row in ROWS] for name in ROWS[0]}
    (tmp_path / "a.json").write_text(json.dumps(columns))
    (tmp_path / "b.json").write_text(json.dumps({"messages": [[{"role": "user"}], []], "id": [1, 2]}))
    assert good(Json(path="a.json"), tmp_path) == ROWS
    assert good(Json(path="b.json"), tmp_path) == [{"messages": [{"role": "user"}], "id": 1}, {"messages": [], "id": 2}]


def test_a_row_in_a_json_list_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"a": 1}, 2]')
    [found] = bad(Json(path="a.json"), tmp_path)
    assert found.number == 2 and found.message == "is a number, not an object"


def test_csv(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, ["a", "b"])
        writer.writeheader()
        writer.writerows(ROWS)
    (tmp_path / "b.tsv").write_text("a\t b \n1\t2\n")
    assert good(Csv(path="a.csv"), tmp_path) == ROWS
    assert good(Csv(path="b.tsv", delimiter="\t"), tmp_path) == [{"a": "1", "b": "2"}]


def test_ragged_csv(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n3\n4,5,6\n7,8\n")
    found = read(Csv(path="a.csv"), tmp_path)
    assert [(row.number, isinstance(row, BadRow)) for row in found] == [(1, False), (2, True), (3, True), (4, False)]
    faults = bad(Csv(path="a.csv"), tmp_path)
    assert {each.message for each in faults} == {"does not have one value for each of the 2 fields"}
    assert [each.detail for each in faults] == ["it has 1", "it has 3"]


def test_a_csv_of_another_encoding_is_counted_in_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("a,b\n1,2\nschön,3\n4,5\n6,größer\n".encode("cp1252"))
    found = read(Csv(path="a.csv"), tmp_path)
    assert [(row.number, isinstance(row, BadRow)) for row in found] == [(1, False), (2, True), (3, False), (4, True)]


def test_a_row_of_several_lines_of_another_encoding_is_one_row(tmp_path: Path) -> None:
    text = 'a,b\n1,"schön\ngrößer ""so"", x"\n3,4\n5,"6\nä"\n7,8\n'
    (tmp_path / "a.csv").write_bytes(text.encode("cp1252"))
    found = read(Csv(path="a.csv"), tmp_path)
    assert [(row.number, isinstance(row, BadRow)) for row in found] == [(1, True), (2, False), (3, True), (4, False)]
    assert {each.message for each in bad(Csv(path="a.csv"), tmp_path)} == {"is not UTF-8"}


def test_utf_16_is_one_fault(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n' * 5, "utf-16")
    [found] = read(Jsonl(path="a.jsonl"), tmp_path)
    assert isinstance(found, BadRow) and (found.number, found.message) == (0, "is UTF-16 text")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("a;b\n1;2\n", "has a header of one field"),
        ("a,a\n1,2\n", "has two fields called `a`"),
        ('a,b\n"1,2\n', "opens a quote that nothing closes"),
        ('a,b\n"1"x,2\n', "is not CSV"),
        ("ä,b\n1,2\n", "is not UTF-8"),
        ("a,b\r1,2\r3,4", "has lines that end in a carriage return alone"),
        ("a, a\n1,2\n", "has two fields called `a`"),
    ],
)
def test_a_csv_file_that_is_none(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(text, "cp1252")
    assert message in bad(Csv(path="a.csv"), tmp_path)[0].message


def test_parquet(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [*ROWS, {"a": None, "b": "z"}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    assert good(Parquet(path="a.parquet"), tmp_path) == rows
    (tmp_path / "b.parquet").write_bytes(b"PAR1 no")
    [found] = bad(Parquet(path="b.parquet"), tmp_path)
    assert found.message.startswith("is not Parquet")


def test_parquet_fills_nothing_into_conversations(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def call(**arguments: Any) -> list[dict[str, Any]]:
        return [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]}]

    rows = [
        {"messages": call(city="Rome"), "tools": [{"a": 1}], "meta": {"a": 1, "b": None}},
        {"messages": call(day=3), "tools": [{"b": {"c": [None, 2]}}], "meta": {"a": None, "b": 2}},
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet")
    assert good(Parquet(path="a.parquet"), tmp_path) == rows


def test_parquet_values_are_those_of_other_sources(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    nan = float("nan")
    columns = {
        "score": pa.array([nan, 1.5]),
        "deep": pa.array([{"s": [nan, 2.0]}, None]),
        "map": pa.array([[("a", nan)], None], pa.map_(pa.string(), pa.float64())),
        "kind": pa.array(["x", None]).dictionary_encode(),
        "json": pa.array(['{"a": null}', None], pa.string()).cast(pa.json_()),
        "list": pa.array([['{"a": null}', "[1]"], []], pa.list_(pa.string())).cast(pa.list_(pa.json_())),
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    first = {"score": None, "deep": {"s": [None, 2.0]}, "map": {"a": None}, "kind": "x"}
    second = {"score": 1.5, "deep": None, "map": None, "kind": None, "json": None, "list": []}
    assert good(Parquet(path="a.parquet"), tmp_path) == [
        {**first, "json": {"a": None}, "list": [{"a": None}, [1]]},
        second,
    ]


def test_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\ntwo\n\n \nthree\n")
    texts = {
        by: [row["text"] for row in good(Text(path="a.txt", by=by), tmp_path)] for by in ("paragraph", "line", "file")
    }
    assert texts == {
        "paragraph": ["one\ntwo", "three"],
        "line": ["one", "two", "three"],
        "file": ["one\ntwo\n\n \nthree"],
    }
    (tmp_path / "b.txt").write_bytes(b"good\n\nb\xffd\n\nfine\n")
    found = read(Text(path="b.txt"), tmp_path)
    assert [isinstance(row, BadRow) for row in found] == [False, True, False]


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst"])
def test_compressed_files(tmp_path: Path, suffix: str) -> None:
    data = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    path = tmp_path / f"a.jsonl{suffix}"
    match suffix:
        case ".gz":
            path.write_bytes(gzip.compress(data))
        case ".bz2":
            path.write_bytes(bz2.compress(data))
        case ".xz":
            path.write_bytes(lzma.compress(data))
        case _:
            path.write_bytes(pytest.importorskip("zstandard").compress(data))
    assert good(Jsonl(path=path.name), tmp_path) == ROWS
    path.write_bytes(path.read_bytes()[:20])
    assert bad(Jsonl(path=path.name), tmp_path)[0].number == 0
    path.write_bytes(b"not compressed at all")
    assert "cannot be read" in bad(Jsonl(path=path.name), tmp_path)[0].message


def test_folders_and_globs(tmp_path: Path) -> None:
    for name in ("rows/b.jsonl", "rows/a.jsonl.gz", "rows/deep/c.ndjson", "rows/.hidden.jsonl", "rows/readme.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(b'{"a": 1}') if name.endswith(".gz") else b'{"a": 1}')
    shown = [Jsonl(path="rows").shown(file, tmp_path) for file in Jsonl(path="rows").files(tmp_path)]
    assert shown == ["rows/a.jsonl.gz", "rows/b.jsonl", "rows/deep/c.ndjson"]
    assert [file.name for file in Jsonl(path="rows/*.jsonl").files(tmp_path)] == [".hidden.jsonl", "b.jsonl"] or [
        file.name for file in Jsonl(path="rows/*.jsonl").files(tmp_path)
    ] == ["b.jsonl"]
    assert [row.file for row in read(Jsonl(path="rows"), tmp_path)] == shown


@pytest.mark.parametrize("path", ["none.jsonl", "none/*.jsonl", "empty"])
def test_nothing_there(tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError) as caught:
        Jsonl(path=path).files(tmp_path)
    assert caught.value.args[0] == ("empty/**/*.jsonl" if path == "empty" else path)


COMMIT = "a" * 40


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data repository in a cache that is laid out as the hub client lays it out."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    base = tmp_path / "hub" / "datasets--org--set"
    folder = base / "snapshots" / COMMIT
    (folder / "data").mkdir(parents=True)
    (base / "refs").mkdir()
    (base / "refs" / "main").write_text(COMMIT)
    (folder / "data" / "train-00000.jsonl").write_text('{"a": "1"}\n')
    (folder / "data" / "test-00000.jsonl").write_text('{"a": "2"}\n')
    return folder


def test_hub_reads_the_cache(hub: Path, tmp_path: Path) -> None:
    pinned = HubData(repository="org/set", revision=COMMIT)
    assert pinned.pinned() == f"org/set@{COMMIT}" == HubData(repository="org/set").pinned()
    assert good(pinned, tmp_path) == [{"a": "1"}]
    assert good(HubData(repository="org/set", split="test"), tmp_path) == [{"a": "2"}]
    assert [row.file for row in read(pinned, tmp_path)] == ["org/set@aaaaaaa/data/train-00000.jsonl"]


def test_hub_reads_configurations(hub: Path, tmp_path: Path) -> None:
    (hub / "README.md").write_text(
        "---\nconfigs:\n- config_name: one\n  data_files: one.csv\n- config_name: two\n  data_files: two.json\n---\n"
    )
    (hub / "one.csv").write_text("a,b\n1,2\n")
    (hub / "two.json").write_text('{"a": 3}\n{"a": 4}\n')
    assert good(HubData(repository="org/set", config="one"), tmp_path) == [{"a": "1", "b": "2"}]
    assert good(HubData(repository="org/set", config="two"), tmp_path) == [{"a": 3}, {"a": 4}]


@pytest.mark.parametrize(
    ("config", "message", "help"),
    [
        (None, "has several configurations", 'name one of `one`, `two`: `config = "one"`'),
        ("three", "has no configuration `three`", "it has `one`, `two`"),
    ],
)
def test_hub_names_the_configurations(config: str | None, message: str, help: str, hub: Path, tmp_path: Path) -> None:
    (hub / "README.md").write_text(
        "---\nconfigs:\n- config_name: one\n  data_files: one.csv\n- config_name: two\n  data_files: two.csv\n---\n"
    )
    for name in ("one", "two"):
        (hub / f"{name}.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CannotRun, match=message) as caught:
        HubData(repository="org/set", config=config).files(tmp_path)
    assert caught.value.help == help


def test_hub_says_what_is_not_there(hub: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="is not in the cache") as caught:
        HubData(repository="org/other", revision="b" * 40).files(tmp_path)
    assert "hf download org/other --repo-type dataset" in str(caught.value.help)
    with pytest.raises(CannotRun, match="has no split `dev`") as caught:
        HubData(repository="org/set", split="dev").files(tmp_path)
    assert "`train`" in str(caught.value.help)


@pytest.mark.parametrize("keyword", ["jsonl", "json", "csv", "parquet", "text", "hub"])
def test_the_documented_calls_are_right(keyword: str, tmp_path: Path) -> None:
    from tests.data.specs import load_text

    kind = find("sources", keyword)
    assert kind is not None and kind.valid and kind.invalid
    for call in kind.valid:
        assert load_text(tmp_path, f"data rows {{\n  source = {call}\n}}\n") == [], call
    for call in kind.invalid:
        assert load_text(tmp_path, f"data rows {{\n  source = {call}\n}}\n"), call


@pytest.mark.parametrize("row", ['{"a": 1, "a": 2}', '{"a": {"b": 1, "c": 2, "b": 3}}', '{"a": [{"b": 1, "b": 1}]}'])
def test_a_key_that_is_there_twice_is_named(row: str, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(f'{{"a": 0}}\n{row}\n')
    (tmp_path / "rows.json").write_text(f'[{{"a": 0}}, {row}]')
    for source in (Jsonl(path="rows.jsonl"), Json(path="rows.json")):
        [file] = source.files(tmp_path)
        first, second = source.rows(file, file.name)
        assert isinstance(first, RawRow) and isinstance(second, BadRow)
        assert second.number == 2 and "twice" in second.message


@pytest.mark.parametrize(
    ("start", "what", "remedy"),
    [
        (gzip.compress(b"{}"), "is compressed with gzip", ".gz"),
        (bz2.compress(b"{}"), "is compressed with bzip2", ".bz2"),
        (lzma.compress(b"{}"), "is compressed with xz", ".xz"),
        (b"PK\x03\x04" + bytes(60), "is a ZIP archive or an Excel workbook", "CSV"),
        (b"PAR1" + bytes(60), "is Parquet", "parquet(…)"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is a pointer of Git LFS", "git lfs pull"),
        (b"<!DOCTYPE html>\n<html>", "is a web page", "the file itself"),
    ],
)
@pytest.mark.parametrize(("source", "name"), [(Jsonl, "rows.jsonl"), (Csv, "rows.csv"), (Text, "rows.txt")])
def test_a_file_of_another_kind_says_which(
    start: bytes, what: str, remedy: str, source: type[Source], name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(start)
    [found] = bad(source(path=name), tmp_path)
    assert found.number == 0 and found.message.startswith(what) and remedy in found.help


def test_a_text_may_begin_like_a_number_and_a_json_row_like_a_page(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("BZ is not bzip2.\n", "utf-8")
    assert len(good(Text(path="a.txt"), tmp_path)) == 1


@pytest.mark.parametrize(
    ("line", "message", "remedy"),
    [
        ('{"a": 1},', "is not JSON", "leave out the comma"),
        ('[{"a": 1}, {"a": 2}]', "is a list, not an object", "json(…)"),
        ('{"a": ' + "9" * 5000 + "}", "holds a number of thousands of digits", "as text"),
    ],
)
def test_what_would_mend_a_line_is_said(line: str, message: str, remedy: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(line + "\n", "utf-8")
    [found] = bad(Jsonl(path="a.jsonl"), tmp_path)
    assert found.message == message and remedy in found.help


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "rows.jsonl")
    with pytest.raises(CannotRun, match="neither a file nor a folder"):
        Jsonl(path="rows.jsonl").files(tmp_path)
