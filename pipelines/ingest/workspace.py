"""The workspace: everything a step needs besides its data, made from the settings when it is first asked for.

No fetching, no SQL and no Dagster here. Making a Workspace touches nothing outside; using one may raise
ConfigurationError or InputFileError in one sentence.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import polars as pl

from pipelines.errors import ConfigurationError
from pipelines.ingest.credentials import box_config, graph_config
from pipelines.landing.intake import Intake
from pipelines.landing.key_ring import KeyRing, read_key_ring, write_key_ring
from pipelines.landing.store import Landing
from pipelines.privacy.minimise import Minimiser
from pipelines.privacy.places import Places
from pipelines.privacy.pseudonym import Pseudonymiser, key_fingerprint, read_key
from pipelines.privacy.vault import Vault
from pipelines.settings import Settings
from pipelines.sources.answer import Answer
from pipelines.sources.box.client import BoxConfig, BoxSource
from pipelines.sources.graph.client import GraphConfig
from pipelines.sources.graph.limits import GraphLimits
from pipelines.sources.org import checks, files
from pipelines.sources.org.networks import networks_of
from pipelines.sources.quota import Limiter


def _not_its_key(setting: str) -> str:
    return (
        f"The file of {setting} holds another key than the one that the data in KATSUYO_HOME were made with, so nobody "
        "would be recognised in them: put the former key file back from its backup, or name another KATSUYO_HOME to "
        "begin anew; nothing was changed."
    )


class Workspace:
    """One object per run: landing, vault, keys, networks and the configurations of the two services."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def check(self) -> None:
        """Make sure, before anything is asked of anybody, that settings, keys and the organisation's files are usable.

        Raises ConfigurationError or InputFileError in one sentence.
        """
        assert self.graph_config
        if "box" not in self.settings.sources_off:
            assert self.box_config
        assert self.vault
        assert self.intake
        self.settings.required("organisation_name")

    @cached_property
    def landing(self) -> Landing:
        return Landing(self.settings.landing_dir)

    @cached_property
    def vault(self) -> Vault:
        key = read_key(self.settings.vault_key_file, "KATSUYO_VAULT_KEY_FILE")
        return Vault(self.settings.vault_dir, key)

    @cached_property
    def intake(self) -> Intake:
        """Ready to take answers in. Needs both keys, which must be those of the landing, and the table of networks."""
        key = read_key(self.settings.pseudonym_key_file, "KATSUYO_PSEUDONYM_KEY_FILE")
        self.require_own_keys(note=True)
        places = Places(networks_of(self.org_tables["networks"]))
        return Intake(self.landing, self.vault, Minimiser(Pseudonymiser(key), places))

    def require_own_keys(self, *, note: bool = False) -> None:
        """Raises ConfigurationError where a key is not the one that the landing was made with.

        `note`: write down the fingerprints where there are none yet. What an older release landed tells its vault key
        only, and that only as long as the vault holds an answer.
        """
        settings, root = self.settings, self.settings.landing_dir
        known = read_key_ring(root)
        if known is None and not note:
            return
        present = KeyRing(
            pseudonym_key=key_fingerprint(read_key(settings.pseudonym_key_file, "KATSUYO_PSEUDONYM_KEY_FILE")),
            vault_key=key_fingerprint(read_key(settings.vault_key_file, "KATSUYO_VAULT_KEY_FILE")),
        )
        if known is None and not self.vault.opens_with_this_key():
            raise ConfigurationError(_not_its_key("KATSUYO_VAULT_KEY_FILE"))
        if known is not None:
            for name in ("pseudonym_key", "vault_key"):
                if getattr(known, name) != getattr(present, name):
                    raise ConfigurationError(_not_its_key(f"KATSUYO_{name.upper()}_FILE"))
        elif note:
            write_key_ring(root, present)

    @cached_property
    def org_answers(self) -> list[Answer]:
        folder = Path(self.settings.required("org_dir"))
        now = self.settings.now()
        return files.read_answers(folder, now.date(), now)

    @cached_property
    def org_files(self) -> checks.OrgFiles:
        """The organisation's files, checked. Raises InputFileError listing everything that is wrong with them."""
        return checks.check(self.org_answers, accept_partial=self.settings.accept_partial)

    @property
    def org_tables(self) -> dict[str, pl.DataFrame]:
        """The good lines of the organisation's files by dataset, typed."""
        return self.org_files.tables

    @cached_property
    def graph_config(self) -> GraphConfig:
        return graph_config(self.settings)

    @cached_property
    def graph_limits(self) -> GraphLimits:
        """Shared by all steps of a run: the service counts across them."""
        return GraphLimits(self.graph_config)

    @cached_property
    def box_config(self) -> BoxConfig:
        return box_config(self.settings)

    def box(self) -> BoxSource:
        """A connection to Box, used with `with`; all connections of a run keep to one quota together."""
        return BoxSource(self.box_config, limiter=self._box_limiter)

    @cached_property
    def _box_limiter(self) -> Limiter:
        return Limiter(self.box_config.quota)
