"""No spec, however made, breaks `check` or keeps it for a second."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ftspec.compile.load import load_spec
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.files import decode
from tests.compile.helpers import said, write

HEAD = "ftspec 1\n"
DATA = 'data t {\n  source = jsonl("a")\n}\n'
MANY = 190
LONG = 900_000


def numbered(pattern: str, count: int = MANY) -> str:
    """A pattern in which `#` is a number and `##` the next one."""
    return "".join(pattern.replace("##", str(n + 1)).replace("#", str(n)) for n in range(count))


HOSTILE = {
    "many blocks of one name": HEAD + "train a {\n}\n" * 18_000,
    "many blocks": HEAD + numbered('data d# {\n  source = jsonl("a")\n}\n', 20_000),
    "as many blocks as there may be": HEAD + numbered('data d# {\n  source = jsonl("a")\n}\n'),
    "a chain of parents": HEAD + numbered("train a# extends a## {\n  seed = 1\n}\n"),
    "a long chain of parents": HEAD + numbered("train a# extends a## {\n}\n", 20_000),
    "a chain of stages": HEAD + DATA + numbered("train a# {\n  data = t.train\n  from = a##\n}\n", MANY - 2),
    "a chain of constants": HEAD + numbered("let a# = a## + a##\n") + f"let a{MANY} = 1\n",
    "a long chain of constants": HEAD + numbered("let a# = a##\n", 50_000),
    "a chain of mixtures": HEAD + numbered("data d# {\n  mixture {\n    d##.train = 100%\n  }\n}\n"),
    "unknown attributes": HEAD + "train r {\n" + numbered("  learnign_rate# = 1\n", 990) + "}\n",
    "very many unknown attributes": HEAD + "train r {\n" + numbered("  learnign_rate# = 1\n", 30_000) + "}\n",
    "unknown names": HEAD + numbered("train a# {\n  data = b#\n}\n"),
    "wrong rules": HEAD + DATA + "gates {\n" + "  require acuracyy(tt.test) >= 90%\n" * 990 + "}\n",
    "overlays": HEAD + "train a {\n}\n" + numbered("overlay o# {\n  a.sed = 1\n}\n"),
    "as many overlays as there may be": HEAD + "train a {\n}\n" + numbered("overlay o# {\n  a.sed = 1\n}\n", 30),
    "a long list": HEAD + "train t {\n  method = lora(targets = [" + "1, " * 30_000 + "])\n}\n",
    "many arguments": HEAD + "train t {\n  method = lora(" + "a = 1, " * 20_000 + ")\n}\n",
    "a long name": HEAD + "train t {\n  " + "a" * LONG + " = 1\n}\n",
    "a long reference": HEAD + "train t {\n  data = " + "a." * 40_000 + "b\n}\n",
    "a long path": HEAD + 'data t {\n  source = jsonl("' + "../" * 200_000 + 'x")\n}\n',
    "a deep pattern": HEAD + 'data t {\n  source = jsonl("' + "**/" * 20 + 'x")\n}\n',
    "a long number": HEAD + "train t {\n  seed = " + "9" * LONG + "\n}\n",
    "huge exponents": HEAD + "train t {\n  seed = 1e999999999\n  learning_rate = 1e-99999999\n}\n",
    "many fields": HEAD + 'template t {\n  user "' + "{{ a }}" * 60_000 + '"\n}\n',
    "as many fields as there may be": HEAD + 'template t {\n  user "' + "{{ a }}" * 2_800 + '"\n}\n',
    "as many conditions as there may be": HEAD + 'template t {\n  user "' + "{% if a %}" * 1_900 + '"\n}\n',
    "many conditions": HEAD + 'template t {\n  user "' + "{% if a %}" * 20_000 + '"\n}\n',
    "a deep field": HEAD + 'template t {\n  user "{{ ' + "(" * 100_000 + ' }}"\n}\n',
    "a deep expression": HEAD + DATA.replace("\n}", '\n  clean {\n    keep = "' + "(" * 100_000 + '"\n  }\n}'),
    "a deep pattern of a metric": HEAD
    + DATA
    + 'gates {\n  require matches(t, pattern = "'
    + "(" * 50_000
    + '") >= 1\n}\n',
    "a string of ten million letters": HEAD + 'let a = "' + "x" * 10_000_000 + '"\n',
    "a million commas": HEAD + "let a = [" + "," * 1_000_000 + "]\n",
    "line ends of every kind": HEAD + "let a = 1\r\nlet b = 2\rlet c = 3\n" * 20_000,
}
ODD = {
    "nul": b"ftspec 1\n\0\n",
    "half a character": b'ftspec 1\nlet a = "\xed\xa0\x80"\n',
    "half a character, escaped": b'ftspec 1\nlet a = "\\ud800"\n',
    "a byte order mark": b"\xef\xbb\xbfftspec 1\nlet a = 1\n",
    "utf-16": "ftspec 1\n".encode("utf-16"),
    "every byte": bytes(range(256)) * 4_000,
    "nothing": b"",
}


def seconds(data: bytes, folder: Path) -> float:
    """How long the processor works on a file."""
    start = time.process_time()
    source = decode(data, "x.ft")
    if not isinstance(source, Diagnostic):
        load_spec(source, folder / "x.ft")
    return time.process_time() - start


@pytest.mark.parametrize("name", HOSTILE)
def test_within_a_second(name: str, tmp_path: Path) -> None:
    # A busy machine slows a process down too: of three tries one must be within the second.
    assert any(seconds(HOSTILE[name].encode(), tmp_path) < 1 for _ in range(3))


@pytest.mark.parametrize("name", ODD)
def test_odd_bytes(name: str, tmp_path: Path) -> None:
    assert seconds(ODD[name], tmp_path) < 1


def test_files_that_import_each_other_twice_over(tmp_path: Path) -> None:
    """Twenty files, each imported twice by the one before it, are a million to read one by one."""
    files = {f"a{n}": f'ftspec 1\n\nimport "a{n + 1}.ft" as x\nimport "a{n + 1}.ft" as y\n' for n in range(20)}
    path = write(tmp_path, **files, a20="ftspec 1\n\nlet a = 1\n")
    start = time.process_time()
    found = said(path)
    assert time.process_time() - start < 1
    assert ("FT107", "a spec imports at most 50 files, each counted as often as it is imported") in found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + numbered("let a# = 1\n", 201), "a spec has at most 200 blocks and constants"),
        (HEAD + numbered("overlay o# {\n}\n", 31), "a spec has at most 30 overlays"),
        (HEAD + "train a {\n" + numbered("  a# = 1\n", 1001) + "}\n", "a spec has at most 1,000 lines in its blocks"),
    ],
)
def test_a_bound_is_an_error_with_a_code(text: str, message: str, tmp_path: Path) -> None:
    assert said(write(tmp_path, a=text)) == [("FT107", message)]
