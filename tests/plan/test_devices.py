"""The catalogue of devices, and what is found on a machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.plan.devices import detect, device_names, find_device
from ftspec.plan.devices.cpu import core_count, cpu_features, memory_bytes
from ftspec.plan.devices.nvidia import Board, board_target, parse_boards, visible_boards
from ftspec.plan.facts import Target
from ftspec.text.diagnostic import Diagnostic

GIB = 1 << 30


def found(name: str, **options: float) -> Target:
    """The target, which must be there."""
    target = find_device(name, **options)  # type: ignore[arg-type]
    assert isinstance(target, Target)
    return target


def refused(name: str, count: int = 1, nodes: int = 1) -> Diagnostic:
    """The diagnostic, which must be there."""
    target = find_device(name, count, nodes)
    assert isinstance(target, Diagnostic)
    return target


@pytest.mark.parametrize("name", device_names())
def test_every_entry_is_a_device_that_could_exist(name: str) -> None:
    target = found(name)
    assert target.kind in ("cpu", "cuda", "mps") and target.title
    assert 4 * GIB <= target.memory_bytes <= 512 * GIB
    assert 1e10 <= target.flops <= 3e15 and 1e9 <= target.bandwidth <= 1e13
    assert target.flops_fp32 and target.flops_fp32 <= target.flops
    # A device moves a byte for every 5 to 500 operations; a slip of a unit would fall outside.
    assert 1 <= target.flops / target.bandwidth <= 700
    assert (target.hourly_cost is None) == (target.price_source is None)
    assert target.hourly_cost is None or 0.1 <= target.hourly_cost / target.count <= 20


@pytest.mark.parametrize(
    ("name", "tflops", "gigabytes"),
    [("rtx_4090", 165.2, 1008), ("a100_80gb", 312, 2039), ("h100_sxm", 989.4, 3350), ("h200_sxm", 989.4, 4800),
     ("l4", 121, 300), ("t4", 65, 300), ("rtx_3090", 71, 936), ("mi300x", 1307.4, 5300)],
)  # fmt: skip
def test_rates_are_those_of_the_data_sheets(name: str, tflops: float, gigabytes: float) -> None:
    target = found(name)
    assert (target.flops, target.bandwidth) == (pytest.approx(tflops * 1e12), pytest.approx(gigabytes * 1e9))


def test_old_cards_have_no_bf16() -> None:
    assert [name for name in ("t4", "v100_32gb", "rtx_2080_ti", "a100_40gb") if found(name).bf16] == ["a100_40gb"]


def test_a_machine_of_a_cloud_brings_its_devices_and_its_price() -> None:
    target = found("aws_p5_48xlarge", nodes=2)
    assert (target.count, target.nodes, target.hourly_cost) == (8, 2, 55.04)
    assert target.memory_bytes == found("h100_sxm").memory_bytes


def test_several_devices_cost_several_times_as_much() -> None:
    one, four = found("rtx_4090"), found("rtx_4090", count=4)
    assert one.hourly_cost and four.hourly_cost == pytest.approx(4 * one.hourly_cost)
    assert four.title == "4 × NVIDIA GeForce RTX 4090, 24 GiB each"


def test_a_price_in_the_spec_replaces_the_catalogues() -> None:
    target = found("rtx_4090", hourly_cost=0.5)
    assert (target.hourly_cost, target.price_source) == (0.5, "spec")
    assert found("cpu", hourly_cost=0.1).hourly_cost == 0.1


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("rtx4090", "`rtx_4090`"),
        ("RTX_4090", "`rtx_4090`"),
        ("h100", "`h100_pcie`"),
        ("a100_80g", "`a100_80gb`"),
        ("quantum", "ftspec explain hardware"),
        ("", "ftspec explain hardware"),
    ],
)
def test_an_unknown_name_is_answered_with_similar_ones(name: str, help: str) -> None:
    diagnostic = refused(name)
    assert diagnostic.code.id == "FT540" and help in (diagnostic.help or "")


@pytest.mark.parametrize(("count", "nodes"), [(0, 1), (-1, 1), (1, 0)])
def test_no_devices_are_refused(count: int, nodes: int) -> None:
    assert refused("h100_sxm", count, nodes).code.id == "FT541"


def test_a_cloud_machine_has_its_own_count() -> None:
    assert refused("aws_p5_48xlarge", 4).code.id == "FT542"


def test_this_machine_is_found() -> None:
    target = detect()
    assert target.cores >= 1 and target.memory_bytes > GIB // 2
    assert target.flops > 1e9 and target.bandwidth > 1e9
    assert detect() == target


def test_a_container_grants_less_than_the_machine_has(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    (tmp_path / "memory.max").write_text(f"{GIB}\n")
    assert core_count(tmp_path) <= 2
    assert memory_bytes(tmp_path) == GIB


def test_a_container_without_limits(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert core_count(tmp_path) == core_count(tmp_path / "nowhere")
    assert memory_bytes(tmp_path) == memory_bytes(tmp_path / "nowhere")


def test_the_older_control_groups(tmp_path: Path) -> None:
    for folder, name, value in (("cpu", "cpu.cfs_quota_us", 100_000), ("cpu", "cpu.cfs_period_us", 100_000),
                                ("memory", "memory.limit_in_bytes", GIB)):  # fmt: skip
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text(f"{value}\n")
    assert core_count(tmp_path) == 1 and memory_bytes(tmp_path) == GIB


def test_instruction_sets_are_read(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor : 0\nflags\t\t: fpu avx2 avx512f amx_bf16\n")
    assert {"avx512f", "amx_bf16"} <= cpu_features(info)
    info.write_text("processor : 0\nFeatures : fp asimd bf16\n")
    assert "asimd" in cpu_features(info)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("NVIDIA H100 80GB HBM3, 81559", "h100_sxm"),
        ("NVIDIA H100 PCIe, 81559", "h100_pcie"),
        ("NVIDIA H100 NVL, 95830", "h100_nvl"),
        ("NVIDIA H200, 143771", "h200_sxm"),
        ("NVIDIA A100-SXM4-40GB, 40960", "a100_40gb"),
        ("NVIDIA A100-SXM4-80GB, 81920", "a100_80gb"),
        ("NVIDIA A100 80GB PCIe, 81920", "a100_pcie_80gb"),
        ("Tesla T4, 15360", "t4"),
        ("Tesla V100-SXM2-32GB, 32768", "v100_32gb"),
        ("NVIDIA GeForce RTX 4090, 24564", "rtx_4090"),
        ("NVIDIA GeForce RTX 3080 Ti, 12288", "rtx_3080_ti"),
        ("NVIDIA L40S, 46068", "l40s"),
        ("NVIDIA A10G, 23028", "a10g"),
        ("NVIDIA RTX 6000 Ada Generation, 49140", "rtx_6000_ada"),
        ("NVIDIA RTX PRO 6000 Blackwell Server Edition, 97887", "rtx_pro_6000"),
        ("NVIDIA GeForce RTX 4070 Ti SUPER, 16376", "cuda"),
    ],
)
def test_boards_are_recognised_by_the_drivers_name(line: str, name: str) -> None:
    [board] = parse_boards(line)
    target = board_target(board, 1)
    assert target.name == name and target.kind == "cuda"
    assert 0.97 * board.memory_bytes < target.memory_bytes < board.memory_bytes
    known = found(name) if name != "cuda" else target
    assert target.memory_bytes == pytest.approx(known.memory_bytes, rel=0.02)


def test_other_lines_are_no_boards() -> None:
    assert parse_boards("No devices were found\n\nFailed, [N/A]\n") == []


BOARDS = [Board("a", GIB), Board("b", GIB), Board("c", GIB)]


@pytest.mark.parametrize(
    ("setting", "names"),
    [(None, "abc"), ("", ""), ("1", "b"), ("2,0", "ca"), ("-1", ""), ("0,9,1", "a"), ("GPU-x,GPU-y", "ab")],
)
def test_visible_devices_are_those_of_cuda(setting: str | None, names: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if setting is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", setting)
    assert "".join(board.name for board in visible_boards(BOARDS)) == names
