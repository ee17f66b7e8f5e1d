"""GGUF files, by llama.cpp's own converter and quantizer (ggml-org/llama.cpp)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ftspec.errors import CannotRun

_CONVERTER, _QUANTIZER = "convert_hf_to_gguf.py", "llama-quantize"
_UNQUANTIZED = frozenset({"f32", "f16", "bf16", "q8_0"})
"""What the converter writes by itself."""


@dataclass(frozen=True)
class Tools:
    """Where llama.cpp's programs lie."""

    converter: str
    quantizer: str | None


def find_tools(quantization: str) -> Tools:
    """The programs that this quantization needs. Raises `CannotRun` when one is missing, before anything is trained."""
    converter, quantizer = shutil.which(_CONVERTER), shutil.which(_QUANTIZER)
    missing = [_CONVERTER] if converter is None else []
    if quantization.lower() not in _UNQUANTIZED and quantizer is None:
        missing.append(_QUANTIZER)
    if converter is None or missing:
        raise CannotRun(
            f"a GGUF file of {quantization} needs {' and '.join(missing)} on the PATH",
            help="install llama.cpp, or leave `gguf` out of `output`",
        )
    return Tools(converter, quantizer)


def gguf_file(folder: Path) -> Path:
    """The one GGUF file of a folder. Raises `CannotRun` where there is none, or more than one."""
    found = sorted(folder.glob("*.gguf"))
    if len(found) != 1:
        raise CannotRun(f"{folder} holds {len(found)} GGUF files, not one", help="run the spec again")
    return found[0]


def check_readable(model_type: str, labels: int | None) -> None:
    """Raises `CannotRun` where no gate could score the file, before anything is trained."""
    from transformers.modeling_gguf_pytorch_utils import GGUF_SUPPORTED_ARCHITECTURES
    from transformers.utils import is_gguf_available

    if labels is not None:
        raise CannotRun("a GGUF file holds a language model, and the last stage trains a classifier", help=_LEAVE_OUT)
    if not is_gguf_available():
        raise CannotRun("a GGUF file is read back to be scored, with a package that is not here", help=_INSTALL)
    plain = model_type.replace("_", "")
    if not any(plain.startswith(name.replace("_", "")) for name in GGUF_SUPPORTED_ARCHITECTURES):
        raise CannotRun(
            f"transformers reads no GGUF file of {model_type}, so that no gate could score it", help=_LEAVE_OUT
        )


_INSTALL = "install `ftspec[gguf]`"
_LEAVE_OUT = "leave `gguf` out of `output`"


def write_gguf(weights: Path, target: Path, quantization: str) -> Path:
    """Convert a folder of whole weights with its tokenizer into `target/model-<quantization>.gguf`."""
    tools = find_tools(quantization)
    file = target / f"model-{quantization.lower()}.gguf"
    if quantization.lower() in _UNQUANTIZED:
        _run([sys.executable, tools.converter, str(weights), "--outfile", str(file), "--outtype", quantization.lower()])
        return file
    assert tools.quantizer is not None
    with tempfile.TemporaryDirectory(dir=target) as folder:
        whole = Path(folder) / "whole.gguf"
        _run([sys.executable, tools.converter, str(weights), "--outfile", str(whole), "--outtype", "f16"])
        _run([tools.quantizer, str(whole), str(file), quantization.upper()])
    return file


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise CannotRun(
            f"llama.cpp cannot write the GGUF file: {lines[-1]}", help="see whether it knows the architecture"
        )
