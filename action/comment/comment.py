"""Posts one comment on a pull request, or updates the one that is there. Standard library alone."""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

MARK = "<!-- ftspec: what this change means -->"
MOST_PAGES = 50
SECONDS = 30


def main() -> int:
    """Reads the comment from a file and everything else from the environment; gives the exit code."""
    body = Path(os.environ["FTSPEC_COMMENT"]).read_text("utf-8")
    number = os.environ["FTSPEC_PULL_REQUEST"]
    if not body.startswith(MARK) or not number.isdigit():
        print("error: this is no comment that ftspec wrote, or no pull request is named", file=sys.stderr)
        return 1
    comments = f"repos/{os.environ['GITHUB_REPOSITORY']}/issues/{number}/comments"
    try:
        own = own_comment(comments)
        if own is None:
            call("POST", comments, {"body": body})
        elif own["body"] != body:
            call("PATCH", f"repos/{os.environ['GITHUB_REPOSITORY']}/issues/comments/{own['id']}", {"body": body})
    except urllib.error.HTTPError as error:
        print(f"error: GitHub says {error.code} {error.reason}; is `pull-requests: write` allowed?", file=sys.stderr)
        return 1
    return 0


def own_comment(comments: str) -> dict[str, Any] | None:
    """The comment that begins with our mark and was written by a bot: a user cannot put another one in its place."""
    for page in range(1, MOST_PAGES + 1):
        found = call("GET", f"{comments}?per_page=100&page={page}")
        for each in found:
            if str(each.get("body", "")).startswith(MARK) and each.get("user", {}).get("type") == "Bot":
                return dict(each)
        if len(found) < 100:
            return None
    return None


def call(method: str, path: str, body: dict[str, str] | None = None) -> Any:
    """One request to GitHub's interface; the answer as JSON. Raises `HTTPError`."""
    request = urllib.request.Request(
        f"{os.environ.get('GITHUB_API_URL', 'https://api.github.com')}/{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={
            "Authorization": f"Bearer {os.environ['FTSPEC_TOKEN']}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main())
