"""Applies fields.py to a parsed answer: what comes out may be written to the landing.

Nothing is read or written here. Raw identifiers enter, keys and plain facts leave.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from pipelines.privacy.fields import FIELDS, Key, Reduce, Rule
from pipelines.privacy.places import Places
from pipelines.privacy.pseudonym import Pseudonymiser

# The column that says when an address was seen, by dataset: its Tokyo day chooses the networks that were valid.
_SEEN_AT = {
    ("graph", "sign_ins"): "created_date_time",
    ("graph", "non_interactive_sign_ins"): "created_date_time",
    ("graph", "sign_in_summaries"): "first_sign_in_date_time",
    ("box", "events"): "created_at",
    ("box", "activity_report"): "created_at",
}
_EXTENSION = r"\.([0-9A-Za-z]{1,8})$"


@dataclass(frozen=True, slots=True)
class Minimised:
    """The table that may be stored, and in how many records a field was met that nobody has classified."""

    frame: pl.DataFrame = field(repr=False)
    dropped_fields: dict[str, int] = field(default_factory=dict)


class Minimiser:
    """Holds the pseudonym key and the table of networks; one object serves a whole run."""

    def __init__(self, pseudonymiser: Pseudonymiser, places: Places) -> None:
        self.pseudonymiser = pseudonymiser
        self.places = places

    def apply(self, frame: pl.DataFrame, source: str, dataset: str) -> Minimised:
        """Keep, key, reduce or drop every column of `frame`. Unlisted columns are dropped and counted."""
        rules = FIELDS[source, dataset]
        columns: list[pl.Series] = []
        dropped: dict[str, int] = {}
        for name in frame.columns:
            rule = rules.get(name)
            if rule is None:
                dropped[name] = frame.height
            else:
                columns += self._reduce(frame, name, rule, _SEEN_AT.get((source, dataset)))
        return Minimised(pl.DataFrame(columns), dropped)

    def _reduce(self, frame: pl.DataFrame, name: str, rule: Rule, seen_at: str | None) -> list[pl.Series]:
        values = frame[name]
        if isinstance(rule, Key):
            keys = self.pseudonymiser.keys_of(values, rule.kind).alias(f"{name}_key")
            return [keys, _domain_of(values, name)] if rule.domain else [keys]
        if rule is Reduce.KEEP:
            return [values]
        if rule is Reduce.EXTENSION:
            extension = values.str.extract(_EXTENSION, 1).str.to_lowercase()
            return [extension.alias(f"{name.removesuffix('_name')}_extension")]
        if rule is Reduce.PLACE and seen_at:
            places = self.places.places_of(values, _tokyo_day(frame[seen_at]))
            return [self.pseudonymiser.keys_of(values, "ip").alias("ip_key"), *places.get_columns()]
        return []


def _domain_of(addresses: pl.Series, name: str) -> pl.Series:
    return addresses.str.extract(r"@([^@\s]+)$", 1).str.to_lowercase().alias(f"{name}_domain")


def _tokyo_day(instants: pl.Series) -> pl.Series:
    """Tokyo has no summer time: nine hours ahead of UTC on every day."""
    utc = instants.str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
    return utc.dt.offset_by("9h").dt.date()
