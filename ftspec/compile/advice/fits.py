"""FT552: a plan that does not fit the device it is made for."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import DOES_NOT_FIT
from ftspec.plan.plan import Plan
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

GIB = 2**30


def check(spec: Spec, plan: Plan) -> Iterator[Diagnostic]:
    """The peak of the worst step against the memory of one device."""
    memory = plan.resources.memory
    if memory.fits:
        return
    largest = sorted(memory.parts.items(), key=lambda each: -each[1])[:3]
    parts = " + ".join(f"{name} {size / GIB:.1f}" for name, size in largest)
    message = (
        f"{memory.step} needs {memory.total_bytes / GIB:.1f} GiB ({parts}, …), "
        f"and {memory.device} has {memory.available_bytes / GIB:.1f} GiB"
    )
    help = "try `gradient_checkpointing = true`, a smaller `batch_size`, `qlora()`, or another `--device`"
    yield Diagnostic(DOES_NOT_FIT, message, spec.place(memory.step), help)
