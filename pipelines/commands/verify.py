"""`katsuyo verify`: every stored answer is read and compared with its hash."""

from __future__ import annotations

from pipelines.commands import console
from pipelines.errors import DoneWithGapsError, KatsuyoError
from pipelines.ingest.verify import verify_landing
from pipelines.ingest.workspace import Workspace
from pipelines.settings import Settings


def verify() -> None:
    """Print what was read. Raises DoneWithGapsError naming what was damaged; KatsuyoError where nothing has landed."""
    workspace = Workspace(Settings.from_env())
    if not workspace.landing.datasets():
        raise KatsuyoError("Nothing has landed yet, so there is nothing to verify: run `katsuyo run` first.")
    workspace.require_own_keys()
    with console.shown_progress():
        found = verify_landing(workspace)
    whole = found.read - len(found.lost) - len(found.healed)
    console.out.print(f"{found.read} stored answers read, {whole} of them as they were written.", markup=False)
    for one in found.healed:
        console.out.print(f"{one}: damaged, made again from the vault", markup=False)
    for one in found.lost:
        console.out.print(f"{one}: damaged, moved to landing/.damaged", markup=False)
    if found.lost:
        raise DoneWithGapsError(
            f"{len(found.lost)} stored answers are damaged: put their files back from a backup of the landing, or run "
            "`katsuyo run`, which asks again for the days that the services still keep."
        )
    if found.healed:
        raise DoneWithGapsError(
            f"{len(found.healed)} stored answers were damaged and were made again from the vault: look after the disk."
        )
