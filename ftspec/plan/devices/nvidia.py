"""NVIDIA devices of this machine, through the driver's own library (NVML) or its command line."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass
from typing import Any

from ftspec.plan.devices.catalogue import GIB, records
from ftspec.plan.facts import Target

_CONTEXT = 0.985
"""The share of the board's memory that the driver leaves to programs (23.64 of 24 GiB on a GeForce RTX 4090)."""


@dataclass(frozen=True)
class Board:
    """One board as the driver names it."""

    name: str
    memory_bytes: int


def detect_nvidia(count: int | None = None) -> Target | None:
    """Visible boards of the first one's kind, all or `count`; None where there is no driver or no board."""
    boards = visible_boards(_by_library() or _by_command())
    if not boards:
        return None
    same = [board for board in boards if board.name == boards[0].name]
    return board_target(boards[0], count or len(same))


def board_target(board: Board, count: int) -> Target:
    """`count` such boards as a target, with the catalogue's rates where it has the board."""
    name, record = _known(board)
    memory = round(board.memory_bytes * _CONTEXT)
    title = f"{board.name}, {memory / GIB:.0f} GiB"
    return Target(
        name=name,
        kind="cuda",
        title=f"{count} × {title} each" if count > 1 else title,
        memory_bytes=memory,
        count=count,
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        bf16=record.get("bf16", True),
        flops=record["tflops"] * 1e12,
        flops_fp32=record["fp32_tflops"] * 1e12,
        bandwidth=record["bandwidth_gb"] * 1e9,
        link=record["link_gb"] * 1e9 if "link_gb" in record else None,
    )


_UNKNOWN: Mapping[str, Any] = {"tflops": 30.0, "fp32_tflops": 15.0, "bandwidth_gb": 400.0}
"""For a board that is not in the catalogue: a small one's rates, so that times are not promised too short."""


def _known(board: Board) -> tuple[str, Mapping[str, Any]]:
    """The catalogue's device with the same words in its title and the nearest memory."""
    words = _words(board.name)
    found = [
        (abs(record["memory_gib"] * GIB - board.memory_bytes), name, record)
        for name, record in records().items()
        if "device" not in record and record["kind"] == "cuda" and _same_model(words, _words(record["title"]))
    ]
    if not found:
        return "cuda", _UNKNOWN
    _, name, record = min(found, key=lambda each: each[:2])
    return name, record


_NOISE = {"nvidia", "geforce", "generation", "graphics", "gpu", "tesla", "quadro", "hbm3", "hbm3e", "hbm2e"}


def _words(name: str) -> frozenset[str]:
    """`NVIDIA A100-SXM4-80GB` → {a100, sxm4}: maker, sizes and memory kinds tell nothing."""
    parts = re.split(r"[\s\-_/,()]+", name.lower())
    return frozenset(part for part in parts if part and part not in _NOISE and not re.fullmatch(r"\d+gb", part))


def _same_model(board: frozenset[str], title: frozenset[str]) -> bool:
    """The driver may leave out the form factor (`H100 80GB HBM3` is the SXM5 board), never the model."""
    form = {"sxm2", "sxm4", "sxm5", "sxm", "pcie", "nvl", "blackwell", "server", "edition", "workstation"}
    return board - form == title - form and not ({"pcie", "nvl"} & (board ^ title))


def visible_boards(boards: list[Board]) -> list[Board]:
    """Those that `CUDA_VISIBLE_DEVICES` leaves, in its order; identifiers other than indices keep all."""
    setting = os.environ.get("CUDA_VISIBLE_DEVICES")
    if setting is None:
        return boards
    indices = [part.strip() for part in setting.split(",") if part.strip()]
    if not all(part.lstrip("-").isdigit() for part in indices):
        return boards[: len(indices)]
    kept = []
    for index in map(int, indices):
        if not 0 <= index < len(boards):
            break  # CUDA ignores everything after the first index it does not have
        kept.append(boards[index])
    return kept


class _Memory(ctypes.Structure):
    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


def _by_library() -> list[Board]:
    name = find_library("nvidia-ml") or "libnvidia-ml.so.1"
    try:
        library = ctypes.CDLL(name)
    except OSError:
        return []  # no driver on this machine
    with _session(library) as ready:
        return [_read(library, index) for index in range(_count(library))] if ready else []


@contextmanager
def _session(library: ctypes.CDLL) -> Iterator[bool]:
    ready = library.nvmlInit_v2() == 0
    try:
        yield ready
    finally:
        if ready:
            library.nvmlShutdown()


def _count(library: ctypes.CDLL) -> int:
    count = ctypes.c_uint()
    return count.value if library.nvmlDeviceGetCount_v2(ctypes.byref(count)) == 0 else 0


def _read(library: ctypes.CDLL, index: int) -> Board:
    handle, name, memory = ctypes.c_void_p(), ctypes.create_string_buffer(96), _Memory()
    library.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(handle))
    library.nvmlDeviceGetName(handle, name, 96)
    library.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory))
    return Board(name.value.decode(errors="replace"), int(memory.total))


def _by_command() -> list[Board]:
    query = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return []  # no driver on this machine
    return parse_boards(done.stdout)


def parse_boards(text: str) -> list[Board]:
    """Lines of `name, mebibytes` as `nvidia-smi` prints them; other lines are left out."""
    rows = [line.rpartition(",") for line in text.splitlines()]
    return [Board(name.strip(), int(size) << 20) for name, _, size in rows if size.strip().isdigit()]
