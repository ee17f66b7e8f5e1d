"""`hub("org/name", private = true)`: a model repository of the Hugging Face hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from ftspec.errors import CannotRun
from ftspec.kinds.destinations import Destination


class HubRepository(Destination):
    """A model repository; made when it is not there. The login is the hub client's own, never the spec's."""

    positional: ClassVar[tuple[str, ...]] = ("repository",)
    valid: ClassVar[tuple[str, ...]] = ('hub("org/name")', 'hub("org/name", private = false)')
    invalid: ClassVar[tuple[str, ...]] = ("hub()", 'hub("a b")', 'hub("org/name", token = "secret")')

    repository: Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")]
    """The repository: `org/name`."""

    private: bool = True
    """Whether only its members see it."""

    def push(self, artefact: Path, message: str) -> str:
        """Upload the folder as one commit."""
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HfHubHTTPError

        api = HfApi()
        try:
            api.create_repo(self.repository, private=self.private, exist_ok=True)
            commit = api.upload_folder(repo_id=self.repository, folder_path=artefact, commit_message=message)
        except (HfHubHTTPError, OSError) as error:
            help = "log in with `hf auth login` as someone who may write there; the model stays in the run folder"
            raise CannotRun(f"the hub does not take {self.repository}: {error}", help=help) from error
        return str(commit.commit_url)

    @property
    def title(self) -> str:
        """The repository and who sees it."""
        return f"{self.repository} on the hub, {'private' if self.private else 'public'}"
