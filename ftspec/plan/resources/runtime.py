"""What a process holds before it loads anything, and what its allocator adds."""

from __future__ import annotations

from ftspec.plan.facts import Target

_MIB = 1 << 20

LIBRARIES = 540 * _MIB
"""Resident memory of a Python process that has imported torch, transformers, trl and peft: see `bench/memory.py`."""

FIRST_USE = 40 * _MIB
"""What the first training step adds to it: code that was not touched before, threads, tables of the math libraries."""

HOLES_OF_ADAPTERS = 2.0
HOLES_OF_PADDED = 1.0
HOLES = 0.5
"""Heap that is held for a byte in small blocks beside the byte itself: where fp32 adapters train, where they do
on padded rows, whose heap holds larger blocks, and elsewhere.

Fitted to the ten combinations of `bench/memory.py` that have such blocks: between 1.6 and 2.7, and 0.05 and 0.9; for
padded rows to its two combinations, 0.8 each, and to `specs/reward.ft` and `specs/classify.ft`: 1.1 and 1.2."""

KERNELS_OF_A_LENGTH = 9 * _MIB
"""Kernels that oneDNN compiles in bf16 for one length of a micro batch, and keeps.

Of the quickstart's Llama: 280 MiB more than before the first step after 31 lengths."""

LEFT_OVER = 50 * _MIB
"""What training leaves in the heap of the process that then evaluates, beside the kernels it compiled."""

_CUDA_CONTEXT = 500 * _MIB
"""CUDA's own context with its kernels, and cuBLAS's workspace: 400 to 600 MiB on the cards of the last ten years."""

_BLOCK = 2 * _MIB
"""PyTorch's CUDA allocator asks for memory in blocks of 2 MiB (c10/cuda/CUDACachingAllocator.cpp)."""

_FRAGMENTS = 0.03
"""What stays unusable between blocks, of all that is held."""


def runtime_bytes(target: Target, held: int) -> int:
    """Memory that is neither weights nor activations."""
    if target.kind == "cpu":
        return LIBRARIES + FIRST_USE
    return _CUDA_CONTEXT + round(held * _FRAGMENTS)


def rounded(size: int, target: Target) -> int:
    """A size as the device's allocator grants it."""
    return size if target.kind == "cpu" or size == 0 else -(-size // _BLOCK) * _BLOCK
