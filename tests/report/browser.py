"""A headless Chromium, driven over a pipe by the DevTools protocol: keys are pressed as a person would."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any


class Browser:
    """One page of a browser; `close` ends the process."""

    def __init__(self, profile: Path, width: int, height: int = 800) -> None:
        to_browser, from_us = os.pipe()
        to_us, from_browser = os.pipe()
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
        command += [f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"]

        def wire() -> None:
            os.dup2(to_browser, 3)
            os.dup2(from_browser, 4)

        self._process = subprocess.Popen(
            command, preexec_fn=wire, pass_fds=(3, 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_browser)
        os.close(from_browser)
        self._out, self._in = os.fdopen(from_us, "wb"), os.fdopen(to_us, "rb")
        self._number, self._session, self._rest = 0, None, b""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        phone = width < 600
        self._call("Page.enable")
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)

    def open(self, url: str) -> None:
        """Go to a page and wait for it."""
        self._call("Page.navigate", url=url)
        self.settle()

    def settle(self) -> None:
        """Wait until the page is loaded."""
        for _ in range(200):
            time.sleep(0.05)
            if self.value("document.readyState") == "complete":
                return
        raise TimeoutError("the page does not load")

    def value(self, script: str) -> Any:
        """What an expression gives on the page."""
        found = self._call("Runtime.evaluate", expression=script, returnByValue=True)
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """A key goes down and up again, and the page that it leads to is waited for."""
        code = {"Enter": 13, "Tab": 9, " ": 32}.get(key, ord(key[0].upper()))
        text = {"Enter": "\r", "Tab": ""}.get(key, key)
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if kind == "keyDown" and text else {}
            self._call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **more)
        time.sleep(0.2)
        self.settle()

    def close(self) -> None:
        """End the browser."""
        self._process.kill()
        self._process.wait(10)
        self._out.close()
        self._in.close()

    def _call(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        self._out.flush()
        while True:
            answer = json.loads(self._read())
            if answer.get("id") == self._number:
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def _read(self) -> bytes:
        while b"\0" not in self._rest:
            part = os.read(self._in.fileno(), 1 << 16)
            if not part:
                raise ConnectionError("the browser is gone")
            self._rest += part
        line, self._rest = self._rest.split(b"\0", 1)
        return line
