"""The rating page: blind, kept at every click, closed to other pages, and usable without a script."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from ftspec.errors import CannotRun
from ftspec.evaluate import ratings
from ftspec.evaluate.ratings import Pair
from ftspec.report.rating import Task, task_of
from ftspec.report.rating.server import Server
from tests.report.browser import Browser
from tests.report.fixture_run import build

PAIRS = tuple(Pair(f"row{n}", f"Question {n} <b>?</b>", f"own {n}", f"over {n}") for n in range(8))
EQUAL = Pair("same", "Question", "one", " one ")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(Task(tmp_path, "human_preference(prompts.test)", (*PAIRS, EQUAL)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def get(server: Server, path: str, host: str | None = None) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def form_of(text: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))


def post(server: Server, form: dict[str, str]) -> int:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("POST", "/", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def press(server: Server, rater: str, button: str) -> dict[str, str]:
    form = form_of(get(server, f"/?rater={rater}")[1])
    assert post(server, {**form, "press": button}) == 303
    return form


def test_every_press_is_on_the_disk_before_the_next_page(server: Server) -> None:
    for done in range(1, 4):
        press(server, "ann", "a")
        assert len(ratings.read(server.task.run)["ann"]) == done
    again = Server(server.task)
    assert again.task.done("ann") == 3, "a new server goes on where the old one stopped"
    again.server_close()


def test_a_press_is_for_the_model_on_that_side(server: Server) -> None:
    for shown in server.task.order("ann"):
        page = get(server, "/?rater=ann")[1]
        assert form_of(page)["pair"] == shown.pair.id
        assert page.index('Answer A</h2><p dir="auto">' + shown.a) < page.index(shown.b)
        press(server, "ann", "a" if shown.own_first else "b")
    [choices] = ratings.finished(server.task.run, server.task.pairs).values()
    assert choices == ["own"] * len(PAIRS) + ["tie"]
    assert "Thank you, ann" in get(server, "/?rater=ann")[1]


def test_nothing_says_which_model_is_which(server: Server) -> None:
    sides = {shown.own_first for shown in server.task.order("ann")}
    assert sides == {True, False}
    orders = [[shown.pair.item for shown in server.task.order(name)] for name in ("ann", "bob")]
    assert orders[0] != orders[1]
    assert server.task.order("ann") == server.task.order("ann")


def test_the_last_press_can_be_taken_back(server: Server) -> None:
    first = press(server, "ann", "a")
    page = get(server, "/?rater=ann")[1]
    assert 'id="back" href="/?rater=ann&amp;pair=1"' in page
    back = get(server, "/?rater=ann&pair=1")[1]
    assert form_of(back)["pair"] == first["pair"]
    assert post(server, {**form_of(back), "press": "tie"}) == 303
    assert list(ratings.read(server.task.run)["ann"].values()) == ["tie"]


def test_several_people_have_files_of_their_own(server: Server) -> None:
    press(server, "ann", "a")
    press(server, "bob", "tie")
    assert server.task.raters == {"ann": 1, "bob": 1}


def test_what_models_wrote_is_text(server: Server) -> None:
    page = get(server, "/?rater=ann")[1]
    assert "&lt;b&gt;?&lt;/b&gt;" in page
    assert "<b>?" not in page


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"token": "x"}, 403),
        ({"token": "é"}, 403),
        ({"press": "c"}, 400),
        ({"rater": "../../etc"}, 400),
        ({"pair": "0" * 24}, 409),
    ],
)
def test_a_wrong_form_keeps_nothing(server: Server, change: dict[str, str], status: int) -> None:
    form = form_of(get(server, "/?rater=ann")[1])
    assert post(server, {**form, "press": "a", **change}) == status
    assert ratings.read(server.task.run) == {}


def test_other_sites_and_paths_are_turned_away(server: Server) -> None:
    assert get(server, "/?rater=ann", host="evil.example")[0] == 403
    assert get(server, "/plan.json")[0] == 404
    assert "up to 40 letters" in get(server, "/?rater=a%20b")[1]
    assert get(server, "/?rater=ann&pair=99999")[0] == 200


def test_a_run_that_asks_nobody_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="asks for no ratings"):
        task_of(build(tmp_path).path)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
@pytest.mark.parametrize("width", [360, 1200])
def test_a_browser_shows_the_whole_page(server: Server, width: int, tmp_path: Path) -> None:
    """At phone and desktop width, under the page's own content security policy."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},800", "--enable-logging=stderr"]
    done = subprocess.run(
        [*command, "--dump-dom", f"{server.address}?rater=ann"], capture_output=True, text=True, timeout=120, check=True
    )
    assert "Which answer is better?" in done.stdout
    assert "Content Security Policy" not in done.stderr


@pytest.fixture
def browser(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Browser]:
    browser = Browser(tmp_path / "profile", request.param)
    yield browser
    browser.close()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
@pytest.mark.parametrize("browser", [360, 1280], indirect=True, ids=["phone", "desktop"])
def test_a_person_rates_with_the_keyboard_alone(server: Server, browser: Browser) -> None:
    browser.open(server.address)
    for letter in "ann":
        browser.press(letter)
    browser.press("Enter")
    shown = server.task.order("ann")
    keys = ["1", "2", "0", "a", "b", "n", "1", "2"]
    for done, key in enumerate(keys):
        assert browser.value("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
        assert browser.value("document.querySelector('progress').value") == done
        browser.press(key)
        assert len(ratings.read(server.task.run)["ann"]) == done + 1, "kept at every press"
    assert browser.value("document.querySelector('h1').textContent") == "Thank you, ann"
    [choices] = ratings.finished(server.task.run, PAIRS).values()
    meant = {"1": "a", "a": "a", "2": "b", "b": "b", "0": "tie", "n": "tie"}
    for pair, choice in zip(PAIRS, choices, strict=True):
        place = next(n for n, each in enumerate(shown) if each.pair.id == pair.id)
        side = meant[keys[place]]
        assert choice == (side if side == "tie" else "own" if (side == "a") == shown[place].own_first else "over")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
@pytest.mark.parametrize("browser", [360], indirect=True, ids=["phone"])
def test_a_second_person_who_stops_half_way_is_unfinished(server: Server, browser: Browser) -> None:
    for rater, presses in (("ann", 8), ("bob", 3)):
        browser.open(f"{server.address}?rater={rater}")
        for _ in range(presses):
            browser.press("1")
    assert set(ratings.finished(server.task.run, PAIRS)) == {"ann"}
    assert ratings.unfinished(server.task.run, PAIRS) == {"bob": 5}
    browser.open(f"{server.address}?rater=bob")
    assert browser.value("document.querySelector('.foot span').textContent") == "3 of 8 rated as bob"
