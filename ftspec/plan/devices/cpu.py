"""This machine's processor: the cores and the memory that this process may use, and what its vector units can do."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

from ftspec.plan.facts import Target

_GIB = 1 << 30

_RATES = (
    ("avx512f", 100e9),
    ("avx2", 50e9),
    ("asimd", 50e9),
    ("neon", 50e9),
)
"""fp32 operations a second of one core by its widest vector unit, as a large matrix product reaches them.

Measured with torch 2.13 on a Zen 5 core: 92 to 96 GFLOP/s in fp32, 420 in bf16. The others by the unit's width.
"""

_PLAIN_RATE = 10e9
_BF16_SPEEDUP = (("amx_bf16", 8.0), ("avx512_bf16", 4.0))
"""bf16 against fp32 in the same products; AMX by its width, AVX-512 BF16 as measured on that core."""

_BANDWIDTH_PER_CORE = 8e9
_BANDWIDTH_MOST = 60e9
"""A stream copy reaches about 8 GB/s for each core, until the memory channels of a small machine are full."""


def detect_cpu() -> Target:
    """The processor as a device; memory is what the operating system or the container grants, all of it."""
    cores, memory, features = core_count(), memory_bytes(), cpu_features()
    rate = next((rate for name, rate in _RATES if name in features), _PLAIN_RATE) * cores
    speedup = next((factor for name, factor in _BF16_SPEEDUP if name in features), None)
    noun = "core" if cores == 1 else "cores"
    return Target(
        name="cpu",
        kind="cpu",
        title=f"cpu, {cores} {noun}, {memory // _GIB} GiB",
        memory_bytes=memory,
        cores=cores,
        bf16=speedup is not None,
        flops=rate * (speedup or 1.0),
        flops_fp32=rate,
        bandwidth=min(_BANDWIDTH_PER_CORE * cores, _BANDWIDTH_MOST),
    )


def core_count(root: Path = Path("/sys/fs/cgroup")) -> int:
    """Cores this process may use: by its affinity, and by the quota of its control group."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota(root)
    return max(1, cores if quota is None else min(cores, round(quota)))


def memory_bytes(root: Path = Path("/sys/fs/cgroup")) -> int:
    """Memory this process may use: the machine's, or the limit of its control group where that is lower."""
    limits = [_number(root / "memory.max"), _number(root / "memory" / "memory.limit_in_bytes")]
    return min([_physical(), *(each for each in limits if each)])


def cpu_features(info: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """The instruction sets of the processor, under the kernel's names."""
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() in ("flags", "Features"):
                return frozenset(value.split())
    return frozenset({"neon"}) if platform.machine() in ("arm64", "aarch64") else frozenset()


def _quota(root: Path) -> float | None:
    """Cores' worth of time: version 2 keeps `quota period` in one file, version 1 in two."""
    words = _text(root / "cpu.max").split()
    if len(words) == 2 and words[0].isdigit() and int(words[1]) > 0:
        return int(words[0]) / int(words[1])
    quota, period = _number(root / "cpu" / "cpu.cfs_quota_us"), _number(root / "cpu" / "cpu.cfs_period_us")
    return quota / period if quota and period else None


def _physical() -> int:
    if sys.platform == "win32":
        return _physical_on_windows()
    if sys.platform == "darwin":
        return int(subprocess.run(["sysctl", "-n", "hw.memsize"], capture_output=True, check=True).stdout)
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _physical_on_windows() -> int:
    import ctypes

    kilobytes = ctypes.c_ulonglong()
    ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))  # type: ignore[attr-defined,unused-ignore]
    return kilobytes.value * 1024


def _number(path: Path) -> int | None:
    """The number in a control file; None where there is none, or the file says `max`."""
    text = _text(path).strip()
    return int(text) if text.isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
