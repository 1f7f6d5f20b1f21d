"""Every setting of the system, read once from the environment. Nothing else reads the environment.

Values come from variables that begin with KATSUYO_, or from the file that KATSUYO_ENV_FILE names (KEY=VALUE lines,
kept outside the checkout because it holds secrets). Importing this module reads nothing; `Settings()` does.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pipelines.common.eras import TOKYO
from pipelines.common.setting_words import unknown_name, wrong_value
from pipelines.common.shipped import CODE_DIR, IS_CHECKOUT
from pipelines.errors import ConfigurationError

ENV_FILE_VARIABLE = "KATSUYO_ENV_FILE"
# What an organisation may do without; the datasets of each are in ingest/switches.py.
SourceSwitch = Literal["box", "sign_ins", "copilot", "named_locations"]
# What others read: dagster.yaml, and a dbt project made of the models.
OTHER_NAMES = (ENV_FILE_VARIABLE, "KATSUYO_DAGSTER_DIR", "KATSUYO_WAREHOUSE")
RETIRED_NAMES = {
    "KATSUYO_TARGETS": "write targets.csv in the folder of the organisation's files (katsuyo init has a template)"
}
# The umask of every process of ours: files 0640, folders 0750. Only the pages are for everybody.
OPEN_TO_NOBODY_ELSE = 0o027


def default_home() -> Path:
    """The folder of all data where no setting names one: var/ in a checkout, else in the platform's data folder."""
    return CODE_DIR / "var" if IS_CHECKOUT else _platform_folder() / "data"


def default_site() -> Path:
    """The folder of the pages where no setting names one, chosen like default_home."""
    return CODE_DIR / "site" if IS_CHECKOUT else _platform_folder() / "site"


def _platform_folder() -> Path:
    return user_data_path("katsuyo", appauthor=False)


class Settings(BaseSettings):
    """The whole configuration, immutable. Paths are made absolute; secrets never show in repr or logs."""

    model_config = SettingsConfigDict(
        env_prefix="KATSUYO_",
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        env_file_encoding="utf-8",
        hide_input_in_errors=True,
    )

    home: Path = Field(
        default_factory=default_home,
        description="Folder of all data: landing, vault, warehouse, published. Outside a checkout: in the platform's "
        "data folder, on Linux `~/.local/share/katsuyo/data`.",
    )
    site: Path = Field(
        default_factory=default_site,
        description="Folder the pages are written to. Outside a checkout: on Linux `~/.local/share/katsuyo/site`.",
    )
    organisation_name: str = Field(default="", description="Name printed on the pages.")

    tenant_id: str | None = Field(default=None, description="Microsoft Entra tenant id.")
    client_id: str | None = Field(default=None, description="Application (client) id of the app registration.")
    client_secret: SecretStr | None = Field(default=None, description="Client secret of the app registration.")
    client_certificate_file: Path | None = Field(
        default=None,
        description="PEM file with the RSA key and the certificate of the app registration, instead of the secret.",
    )
    client_certificate_password: SecretStr | None = Field(default=None, description="Password of that key, if any.")
    authority: str = Field(default="https://login.microsoftonline.com", description="Entra authority, always https.")
    graph_base_url: str = Field(default="https://graph.microsoft.com/v1.0", description="Graph root with its version.")
    ca_file: Path | None = Field(default=None, description="Extra CA bundle, for proxies that inspect TLS.")
    graph_report_requests_per_10_minutes: int = Field(
        default=14, ge=1, description="How often each usage report may be asked for; Graph allows one application 14."
    )
    graph_sign_in_requests_per_10_seconds: int = Field(
        default=5, ge=1, description="How often pages of sign-ins may be asked for; Graph allows 5."
    )
    graph_named_location_requests_per_second: int = Field(
        default=1, ge=1, description="How often named locations may be asked for; Graph allows 1."
    )
    non_interactive_sign_ins: bool = Field(
        default=False,
        description="Also fetch non-interactive sign-ins from the beta version of Graph; many, so they take long.",
    )
    sign_in_summaries: bool = Field(
        default=False,
        description="Also fetch non-interactive sign-ins added up by user, app and address, from the beta version of "
        "Graph: few, but they tell offices only.",
    )
    row_floor_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Share of the licensed accounts a day's report must list; 0 if it lists active accounts only.",
    )
    control_tolerance: float = Field(
        default=0.1, ge=0, le=1, description="How far a day's report may be from the totals of the tenant, as a share."
    )

    box_client_id: str | None = Field(default=None, description="Client id of the Box custom app.")
    box_client_secret: SecretStr | None = Field(default=None, description="Client secret of the Box custom app.")
    box_jwt_file: Path | None = Field(
        default=None,
        description="JSON file of the Box developer console for an app with a key pair (JWT), instead of id, secret "
        "and enterprise id.",
    )
    box_enterprise_id: str | None = Field(default=None, description="Box enterprise id.")
    box_base_url: str = Field(default="https://api.box.com", description="Box API root.")

    box_requests_per_minute: int = Field(
        default=1000, ge=1, description="Calls to Box in any minute; Box allows about 1000 to an app."
    )
    box_backfill_runs: int = Field(
        default=0,
        ge=0,
        le=364,
        description="Daily runs over which the year of history that Box keeps is fetched, oldest days first; 0: not.",
    )
    box_backfill_requests: int = Field(
        default=20_000, ge=1, description="Calls to Box after which one run's share of the history ends."
    )

    sources_off: Annotated[tuple[SourceSwitch, ...], NoDecode] = Field(
        default=(),
        description="Sources that the organisation does without, comma separated: box, sign_ins, copilot, "
        "named_locations. Nothing of them is asked, and their figures are absent, not zero.",
    )

    org_dir: Path | None = Field(default=None, description="Folder of the personnel and network files.")
    accept_partial: bool = Field(
        default=False, description="Go on with the good lines of the organisation's files; the others are counted."
    )
    own_domains: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Mail domains of the organisation, comma separated."
    )

    own_holidays: Annotated[tuple[tuple[date, str], ...], NoDecode] = Field(
        default=(),
        description="Closing days of the organisation's own, comma separated: 2026-10-01 or 2026-10-01=開庁記念日.",
    )

    pseudonym_key_file: Path | None = Field(
        default=None,
        description="File with the pseudonym key: 64 hex digits, kept apart from the data.",
    )
    vault_key_file: Path | None = Field(
        default=None, description="File with the vault key: 64 hex digits, kept apart from the data."
    )
    vault_days: int = Field(default=35, ge=1, description="Days the exact answers are kept encrypted.")

    min_group: int = Field(default=10, ge=5, description="Smallest group whose figures are published.")
    mail_limit_bytes: int = Field(
        default=7_300_000, gt=0, description="Largest file a 10 MB mail could carry (base64)."
    )
    telework_pc_ceiling: int = Field(
        default=200, ge=0, description="Former number of telework PCs, a line on the chart."
    )

    webhook_url: SecretStr | None = Field(
        default=None, description="Address of the Teams flow that takes messages about what is wrong; it is a secret."
    )
    smtp_host: str | None = Field(default=None, description="Mail relay for messages about what is wrong.")
    smtp_port: int = Field(default=25, ge=1, le=65535, description="Port of the mail relay.")
    smtp_tls: Literal["none", "starttls", "tls"] = Field(
        default="none", description="How the connection to the mail relay is protected: none, starttls or tls."
    )
    smtp_user: str | None = Field(default=None, description="User of the mail relay, if it asks for one.")
    smtp_password: SecretStr | None = Field(default=None, description="Password of that user.")
    smtp_sender: str | None = Field(default=None, description="Address that the mails come from.")
    smtp_recipients: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Addresses that get the mails, comma separated."
    )
    smtp_timeout_seconds: float = Field(default=30.0, gt=0, description="Longest wait for the mail relay.")

    first_day: date = Field(default=date(2026, 1, 1), description="First UTC day that can be asked for.")
    refetch_days: int = Field(
        default=10, ge=1, le=28, description="Newest days of Box that the first run asks for; its history comes apart."
    )
    as_of: datetime | None = Field(default=None, description="The instant that counts as now; default: the clock.")
    max_retry_seconds: float = Field(default=900.0, gt=0, description="Longest time spent on one call, waits included.")

    @field_validator("own_domains", mode="before")
    @classmethod
    def _split_domains(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().lower() for part in value.split(",") if part.strip())
        return value

    @field_validator("sources_off", mode="before")
    @classmethod
    def _known_sources(cls, value: object) -> object:
        names = value.split(",") if isinstance(value, str) else value
        if not isinstance(names, (list, tuple)):
            return value
        known = get_args(SourceSwitch)
        found = tuple(dict.fromkeys(name.strip().lower() for name in names if name.strip()))
        if not set(found) <= set(known):
            raise ValueError(f"it may hold {', '.join(known)} only")
        return found

    @field_validator("smtp_recipients", mode="before")
    @classmethod
    def _split_recipients(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("own_holidays", mode="before")
    @classmethod
    def _split_holidays(cls, value: object) -> object:
        if isinstance(value, str):
            pairs = (part.partition("=") for part in value.split(",") if part.strip())
            return tuple((day.strip(), name.strip() or "独自の休日") for day, _, name in pairs)
        return value

    @field_validator(
        *("home", "site", "org_dir", "ca_file", "pseudonym_key_file", "vault_key_file"),
        *("client_certificate_file", "box_jwt_file"),
    )
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator("home", "site")
    @classmethod
    def _apart_from_the_package(cls, value: Path) -> Path:
        if not IS_CHECKOUT and value.resolve().is_relative_to(CODE_DIR):
            raise ValueError("the folder lies inside the installed package, which the next version replaces")
        return value

    @field_validator("graph_base_url", "box_base_url", "authority")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("as_of")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("needs a time zone, for example 2026-07-06T06:00:00+09:00")
        return value

    @classmethod
    def from_env(cls, **overrides: Any) -> Settings:
        """Read the environment (and the file KATSUYO_ENV_FILE names). Raises ConfigurationError in one sentence."""
        env_file = os.environ.get(ENV_FILE_VARIABLE)
        if env_file and not Path(env_file).is_file():
            raise ConfigurationError(f"The file that {ENV_FILE_VARIABLE} names does not exist: check the variable.")
        if sentence := cls._unknown_name(env_file):
            raise ConfigurationError(sentence)
        try:
            return cls(_env_file=env_file, **overrides)
        except ValidationError as error:
            first = error.errors()[0]
            purpose = cls.model_fields[str(first["loc"][0])].description or ""
            raise ConfigurationError(wrong_value(first, purpose)) from None

    @classmethod
    def _unknown_name(cls, env_file: str | None) -> str | None:
        """A misspelt name would be ignored, and its default hold: a smaller group could be published than was meant."""
        known = {*OTHER_NAMES, *(f"KATSUYO_{name.upper()}" for name in cls.model_fields)}
        in_file: Mapping[str, str | None] = {}
        if env_file:
            try:
                in_file = dotenv_values(env_file, encoding="utf-8")
            except (OSError, UnicodeError):
                raise ConfigurationError(
                    f"The file that {ENV_FILE_VARIABLE} names cannot be read as UTF-8 text by this account: give it "
                    "the right to read it, or correct the file."
                ) from None
        return unknown_name(os.environ, in_file, known, RETIRED_NAMES)

    def now(self) -> datetime:
        """The present instant in UTC, or the pinned one: every step asks here, so a past run can be repeated."""
        return (self.as_of or datetime.now(UTC)).astimezone(UTC)

    def today_tokyo(self) -> date:
        return self.now().astimezone(TOKYO).date()

    def required(self, name: str) -> str:
        """The text of a setting that has no default. Raises ConfigurationError naming it when it is not set."""
        value = getattr(self, name)
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if not value:
            purpose = (type(self).model_fields[name].description or "").rstrip(".")
            raise ConfigurationError(f"KATSUYO_{name.upper()} is not set ({purpose}): set it and run again.")
        return str(value)

    @property
    def folders(self) -> dict[str, Path]:
        """By its role, each folder that something may be wrong with; the words stand in sentences."""
        named = {
            "the data folder (KATSUYO_HOME)": self.home,
            "the landing (KATSUYO_HOME/landing)": self.landing_dir,
            "the vault (KATSUYO_HOME/vault)": self.vault_dir,
            "the published files (KATSUYO_HOME/published)": self.published_dir,
            "Dagster's records (KATSUYO_HOME/dagster)": self.dagster_dir,
            "the warehouse (KATSUYO_HOME/warehouse.duckdb)": self.warehouse_file,
            "the site (KATSUYO_SITE)": self.site,
        }
        return named | ({"the organisation's files (KATSUYO_ORG_DIR)": self.org_dir} if self.org_dir else {})

    @property
    def landing_dir(self) -> Path:
        return self.home / "landing"

    @property
    def vault_dir(self) -> Path:
        return self.home / "vault"

    @property
    def warehouse_file(self) -> Path:
        return self.home / "warehouse.duckdb"

    @property
    def published_dir(self) -> Path:
        return self.home / "published"

    @property
    def published_file(self) -> Path:
        return self.published_dir / "katsuyo.duckdb"

    @property
    def analysts_file(self) -> Path:
        return self.published_dir / "analysts.duckdb"

    @property
    def dagster_dir(self) -> Path:
        return self.home / "dagster"
