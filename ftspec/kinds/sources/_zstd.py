"""Zstandard files. The package's own reader takes a torn file for a whole one, so the frames are followed here."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, Any

_BLOCK = 1 << 17


def open_zstd(path: Path) -> IO[bytes]:
    """The bytes of a `.zst` file. Reading raises EOFError where it is torn, OSError where it is none."""
    try:
        import zstandard
    except ImportError as error:
        raise OSError("reading `.zst` needs the package `zstandard`: pip install zstandard") from error
    return io.BufferedReader(_Frames(path, zstandard))


class _Frames(io.RawIOBase):
    """The content of every frame of a file, one after the other."""

    def __init__(self, path: Path, package: Any) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._package = package
        self._frame: Any = None
        self._waiting = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer)
        while not self._waiting:
            data = self._file.read(_BLOCK)
            if not data:
                if self._frame is not None:
                    raise EOFError("the file ends in the middle")
                return 0
            self._waiting = self._decompressed(data)
        count = min(len(view), len(self._waiting))
        view[:count] = self._waiting[:count]
        self._waiting = self._waiting[count:]
        return count

    def _decompressed(self, data: bytes) -> bytes:
        found = b""
        while data:
            if self._frame is None:
                self._frame = self._package.ZstdDecompressor().decompressobj()
            try:
                found += self._frame.decompress(data)
            except self._package.ZstdError as error:
                raise OSError(str(error)) from error
            data = self._frame.unused_data if self._frame.eof else b""
            self._frame = None if self._frame.eof else self._frame
        return found

    def close(self) -> None:
        self._file.close()
        super().close()
