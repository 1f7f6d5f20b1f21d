"""The checks of `katsuyo doctor`: is everything there that a daily run needs, and what is to be mended if not.

Each check is one generator in CHECKS that yields (mark, sentence); a KatsuyoError it raises is a thing to mend. Nothing
is stored: the answers of the services live in memory only. Asking, parsing and the rules of the files are the ones of
the daily run. No sentence holds a name, an address, an id or a secret: only counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl
from rich.table import Table
from rich.text import Text

from pipelines.commands import console
from pipelines.commands.checkup import REPORT, Checkup, Mark, Result
from pipelines.commands.doctor_folders import check_data_folder, check_messages, check_runs, check_secret, check_site
from pipelines.errors import ConfigurationError, KatsuyoError, RejectedAnswerError, SourceError
from pipelines.ingest import CONCEALED_NAMES
from pipelines.ingest.credentials import box_config, graph_config
from pipelines.privacy.places import OUTSIDE, UNKNOWN, Places
from pipelines.privacy.pseudonym import read_key
from pipelines.settings import Settings, SourceSwitch
from pipelines.sources.answer import Answer
from pipelines.sources.box.records import parse_events
from pipelines.sources.box.records import parse_users as parse_box_users
from pipelines.sources.graph.parse import parse_report
from pipelines.sources.graph.records import (
    parse_named_locations,
    parse_report_settings,
    parse_sign_ins,
    parse_users,
)
from pipelines.sources.org.accounts import match_accounts
from pipelines.sources.org.complaints import OrgFilesError
from pipelines.sources.org.networks import networks_of

REQUIRED = ("organisation_name", "tenant_id", "client_id", "org_dir")
REQUIRED_BY_BOX = ("box_client_id", "box_client_secret", "box_enterprise_id")
KEY_FILES = {"pseudonym_key_file": "KATSUYO_PSEUDONYM_KEY_FILE", "vault_key_file": "KATSUYO_VAULT_KEY_FILE"}
CLOCK_TOLERANCE_SECONDS = 300
READABLE_BY_OTHERS = 0o004
AT_WORK = ("office", "branch")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table. `FIX` has to be mended before a run can succeed; `-` could not be looked at."""

    mark: Mark
    subject: str
    text: str


def check_settings(checkup: Checkup) -> Iterator[Result]:
    settings = checkup.settings
    has_box = "box" not in settings.sources_off
    required = [
        *REQUIRED,
        *(["client_secret"] if settings.client_certificate_file is None else []),
        *(REQUIRED_BY_BOX if has_box and settings.box_jwt_file is None else []),
    ]
    questions = [partial(settings.required, name) for name in required]
    wrong: dict[str, None] = {}
    for ask in (*questions, partial(graph_config, settings), *([partial(box_config, settings)] if has_box else [])):
        try:
            ask()
        except ConfigurationError as error:
            wrong[str(error)] = None
    yield from (("FIX", sentence) for sentence in wrong)
    if not wrong:
        yield "OK", f"all {len(required)} settings without a default are set"
    if checkup.settings.as_of:
        yield "WARN", f"KATSUYO_AS_OF pins the clock to {checkup.settings.as_of}: unset it for scheduled runs"


def check_keys(checkup: Checkup) -> Iterator[Result]:
    keys = []
    for name, setting in KEY_FILES.items():
        try:
            keys.append(read_key(getattr(checkup.settings, name), setting))
        except ConfigurationError as error:
            yield "FIX", str(error)
            continue
        path: Path = getattr(checkup.settings, name)
        if path.resolve().is_relative_to(checkup.settings.home.resolve()):
            yield "FIX", f"The file of {setting} lies inside KATSUYO_HOME: keep it apart from the data it protects."
        if path.stat().st_mode & READABLE_BY_OTHERS:
            yield "WARN", f"the file of {setting} can be read by every account: take that away with chmod o-r"
    if len(keys) == len(KEY_FILES):
        if len(set(keys)) < len(keys):
            yield "FIX", "Both key files hold the same key: make another vault key with openssl rand -hex 32."
        else:
            yield "OK", "both keys are readable and different"
        try:
            checkup.workspace.require_own_keys()
        except ConfigurationError as error:
            yield "FIX", str(error)


def check_personnel(checkup: Checkup) -> Iterator[Result]:
    try:
        files = checkup.workspace.org_files
    except OrgFilesError as error:
        yield from (("FIX", str(complaint)) for complaint in error.complaints)
        return
    yield from (("WARN", f"left out, as accepted: {complaint}") for complaint in files.complaints)
    for dataset, columns in files.unknown_columns.items():
        yield "WARN", f"{dataset}.csv has columns that are not used: {', '.join(columns)}"
    tables = checkup.org_tables or {}
    rest = f"{tables['departments'].height} departments, {tables['networks'].height} networks"
    if "assignments" not in tables:
        yield "WARN", f"{rest}; without staff.csv and assignments.csv people belong where the directory says they do"
    elif people := tables["assignments"]["employee_number"].n_unique():
        yield "OK", f"{people} people on the rolls today, {rest}"
    else:
        yield "FIX", f"nobody on the rolls today, {rest}: write today's posts into assignments.csv"
    if not tables["networks"]["network_kind"].is_in(AT_WORK).any():
        yield "WARN", "networks.csv holds no office or branch of today: nobody can be seen in an office, so add them"


def check_report_settings(checkup: Checkup) -> Iterator[Result]:
    settings = parse_report_settings(checkup.graph_answer("report_settings")).frame
    if "true" in settings["display_concealed_names"].to_list():
        raise RejectedAnswerError(CONCEALED_NAMES)
    how = "certificate" if checkup.settings.client_certificate_file else "client secret"
    yield "OK", f"signed in with the {how}; the reports show names"


def check_report(checkup: Checkup) -> Iterator[Result]:
    answer = checkup.graph_answer("report")
    try:
        frame = parse_report(REPORT)(answer).frame
    except RejectedAnswerError:
        if not _names_are_concealed(checkup):
            raise
        # The check before this one has said what to do.
        yield "-", "permission given; rows not compared, because names are concealed"
        return
    yield checkup.matched(f"{REPORT.label} of {answer.day}: {frame.height} rows", frame["user_principal_name"])


def _names_are_concealed(checkup: Checkup) -> bool:
    answer = checkup.graph_answers["report_settings"]
    return isinstance(answer, Answer) and b"true" in answer.body


def check_directory(checkup: Checkup) -> Iterator[Result]:
    users = parse_users(checkup.graph_answer("users")).frame
    mark, text = checkup.matched(f"{users.height} accounts", users["user_principal_name"], users["mail"])
    if checkup.staff is None:
        yield mark, text
        return
    found = match_accounts(checkup.staff, users)
    yield mark, f"{text}; {found.without_person} enabled accounts are of nobody in staff.csv and not counted as staff"
    if mark != "FIX" and (complaint := found.complaint()):  # when none fits, that has been said
        yield "WARN", str(complaint)


def check_sign_ins(checkup: Checkup) -> Iterator[Result]:
    answer = checkup.graph_answer("sign_ins")
    succeeded = parse_sign_ins(answer).frame.filter(pl.col("error_code") == "0")
    addresses = succeeded["ip_address"].unique()
    text = f"{answer.day}: {succeeded.height} sign-ins from {len(addresses)} addresses"
    if not succeeded.height:
        yield "WARN", f"{text} on a working day: see in the Entra admin centre whether that can be"
    elif checkup.org_tables is None:
        yield "OK", f"{text} (not compared with networks.csv, which cannot be used)"
    else:
        places = Places(networks_of(checkup.org_tables["networks"]))
        # The networks of today will do: the table is checked here, not the day.
        kinds = places.places_of(addresses, pl.Series([checkup.today] * len(addresses)))["ip_network_kind"]
        outside, unknown = (len(kinds.filter(kinds == kind)) for kind in (OUTSIDE, UNKNOWN))
        at_work, inside = len(kinds.filter(kinds.is_in(AT_WORK))), len(kinds) - outside - unknown
        text += f": {inside} in networks.csv ({at_work} in offices), {outside} outside, {unknown} unknown"
        advice = "the table probably lacks the addresses your offices go out by, so add them to networks.csv"
        yield ("OK", text) if at_work else ("WARN", f"{text}: {advice}")


def check_named_locations(checkup: Checkup) -> Iterator[Result]:
    locations = parse_named_locations(checkup.graph_answer("named_locations")).frame
    yield "OK", f"{locations.height} named locations"


def check_box_events(checkup: Checkup) -> Iterator[Result]:
    with checkup.workspace.box() as box:
        events = parse_events(box.events(checkup.working_day, checkup.now)).frame
    how = "key pair" if checkup.settings.box_jwt_file else "client secret"
    text = f"signed in with the {how}; {events.height} events on {checkup.working_day}"
    yield ("OK", text) if events.height else ("WARN", f"{text}, a working day: see whether it is the right enterprise")


def check_box_users(checkup: Checkup) -> Iterator[Result]:
    with checkup.workspace.box() as box:
        users = parse_box_users(box.users(checkup.now)).frame
    yield checkup.matched(f"{users.height} accounts", users["login"])


def check_clock(checkup: Checkup) -> Iterator[Result]:
    """Tokens are dated, and the day that a run asks for follows from the clock."""
    apart = {name: ahead for name, ahead in checkup.clocks.items() if ahead is not None}
    wrong = {name: ahead for name, ahead in apart.items() if abs(ahead) > CLOCK_TOLERANCE_SECONDS}
    if not apart:
        yield "-", "not compared: neither service said what time it is"
    elif not wrong:
        yield "OK", f"within {CLOCK_TOLERANCE_SECONDS // 60} minutes of the clock of {' and '.join(apart)}"
    else:
        far = max(wrong.values(), key=abs)
        way = "behind" if far > 0 else "ahead of"
        yield (
            "FIX",
            f"The clock of this machine is {abs(far) / 60:.0f} minutes {way} that of {' and '.join(wrong)}: set it by "
            "a time server (NTP), because tokens and the days to fetch depend on it.",
        )


def check_domains(checkup: Checkup) -> Iterator[Result]:
    own = checkup.settings.own_domains
    if not own:
        yield "WARN", "KATSUYO_OWN_DOMAINS is not set: set it, or colleagues may count as outside partners"
    elif checkup.staff is None:
        yield "-", "not compared with staff.csv, which cannot be used"
    else:
        domains = checkup.staff["address"].str.to_lowercase().str.extract(r"@([^@]+)$")
        strange = len(domains) - domains.is_in(own).sum()
        text = f"{strange} of {len(domains)} addresses of staff.csv are of no domain in KATSUYO_OWN_DOMAINS"
        yield ("WARN", f"{text}: add their domain, or correct the addresses") if strange else ("OK", text)


# What is not checked where the source is switched off, by subject.
SWITCHED_BY: dict[str, SourceSwitch] = {
    "AuditLog.Read.All, Entra ID P1": "sign_ins",
    "Policy.Read.All": "named_locations",
    "Box, enterprise events": "box",
    "Box, managed users": "box",
}
CHECKS: tuple[tuple[str, Callable[[Checkup], Iterable[Result]]], ...] = (
    ("settings", check_settings),
    ("key files", check_keys),
    ("data folder", check_data_folder),
    ("site", check_site),
    ("personnel files", check_personnel),
    ("Entra, ReportSettings.Read.All", check_report_settings),
    ("Reports.Read.All", check_report),
    ("User.Read.All", check_directory),
    ("AuditLog.Read.All, Entra ID P1", check_sign_ins),
    ("Policy.Read.All", check_named_locations),
    ("Box, enterprise events", check_box_events),
    ("Box, managed users", check_box_users),
    ("client secret", check_secret),
    ("clock", check_clock),
    ("own domains", check_domains),
    ("messages", check_messages),
    ("runs", check_runs),
)


def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order of CHECKS. One cause is reported once, however many checks it stops."""
    checkup = Checkup(settings)
    findings: list[Finding] = []
    causes: set[str] = set()
    for subject, check in CHECKS:
        if (switch := SWITCHED_BY.get(subject)) in settings.sources_off:
            text = f"{switch} is switched off (KATSUYO_SOURCES_OFF): not asked for, its figures are absent"
            findings.append(Finding("-", subject, text))
            continue
        try:
            for mark, text in check(checkup):
                causes.add(text)
                findings.append(Finding(mark, subject, text))
        except KatsuyoError as error:
            is_new = _cause(error) not in causes
            causes.add(_cause(error))
            text = str(error) if is_new else "not checked: stopped by a cause named above"
            findings.append(Finding("FIX" if is_new else "-", subject, text))
        except PermissionError:
            text = "A file may not be read by this account: give the account that runs katsuyo the right to read it."
            findings.append(Finding("FIX", subject, text))
    return findings


def _cause(error: KatsuyoError) -> str:
    """The sentence without what differs from call to call: what was asked for, attempts, request ids."""
    text = str(error)
    unreachable = re.search(r"[\w.:-]+ cannot be reached", text)
    if unreachable:
        return unreachable[0]
    return re.sub(r" \([^)]*\)", "", text.partition(": ")[2]) if isinstance(error, SourceError) else text


def doctor() -> int:
    """Print every finding; returns how many things have to be mended."""
    settings = Settings.from_env()
    with console.err.status("Asking the services; a day of a large office may take some minutes"):
        findings = examine(settings)
    console.out.print(findings_table(findings))
    console.out.print(verdict(findings), markup=False)
    return to_mend(findings)


def to_mend(findings: list[Finding]) -> int:
    return sum(finding.mark == "FIX" for finding in findings)


def findings_table(findings: list[Finding]) -> Table:
    """One line per finding."""
    table = Table(title="FIX: to be mended; WARN: worth a look; -: could not be checked", title_justify="left")
    for name in ("", "checked"):
        table.add_column(name, no_wrap=True)
    table.add_column("finding, and what to do")
    for finding in findings:
        table.add_row(finding.mark, finding.subject, Text(finding.text))
    return table


def verdict(findings: list[Finding]) -> str:
    """The last line."""
    count, warnings = to_mend(findings), sum(finding.mark == "WARN" for finding in findings)
    things = {0: "Nothing has", 1: "1 thing has"}.get(count, f"{count} things have")
    return f"{things} to be mended; {warnings} worth a look."
