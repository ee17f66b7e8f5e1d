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
