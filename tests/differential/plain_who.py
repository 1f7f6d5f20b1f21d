"""Raw tables as frames, and which key of an account or address belongs to whom.

Who is who is simple here: an account is the person's whose number it carries, else the one's whose address it has.
"""

from __future__ import annotations

import duckdb
import polars as pl


class Raw:
    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def table(self, name: str) -> pl.DataFrame:
        return self._con.sql(f"select * from raw.{name}").pl()

    def newest(self, name: str) -> pl.DataFrame:
        """The rows of the last reading of a file."""
        rows = self.table(name)
        return rows.filter(pl.col("_day") == pl.col("_day").max())

    def report(self, name: str, account: list[str]) -> pl.DataFrame:
        """One row per account and day: of several the last that was fetched."""
        rows = self.table(name).sort("_fetched_at", nulls_last=False)
        return rows.unique(["_day", *account], keep="last", maintain_order=True)


class Who:
    """Keys of accounts and addresses -> person."""

    def __init__(self, raw: Raw, numbers: pl.Series) -> None:
        staff = raw.table("org_staff").drop_nulls("address_key")
        self._addresses = dict(staff.select("address_key", "employee_number_key").iter_rows())
        known = set(numbers)
        accounts = raw.table("graph_users").filter(pl.col("user_type").fill_null("") != "Guest")
        self._entra: dict[str, str] = {}
        for row in accounts.iter_rows(named=True):
            person = row["employee_id_key"] if row["employee_id_key"] in known else None
            person = person or self._addresses.get(row["user_principal_name_key"])
            if person:
                self._entra[row["id_key"]] = person
        for row in accounts.iter_rows(named=True):  # every address an account ever had
            if row["id_key"] in self._entra:
                for address in {row["user_principal_name_key"], row["mail_key"]} - {None}:
                    self._addresses.setdefault(address, self._entra[row["id_key"]])
        logins = raw.table("box_users").select("id_key", "login_key").iter_rows()
        self._box = {key: self._addresses[login] for key, login in logins if login in self._addresses}

    def licensed(self, raw: Raw) -> frozenset[str]:
        """Who has an account with a licence. In these wards nobody gains or loses one."""
        accounts = raw.table("graph_users").filter(pl.col("assigned_license_count").cast(pl.Int64) > 0)
        return frozenset(self._entra[key] for key in accounts["id_key"] if key in self._entra)

    def with_box(self, raw: Raw) -> frozenset[str]:
        users = raw.table("box_users").filter(pl.col("account_kind") == "person")
        return frozenset(self._box[key] for key in users["id_key"] if key in self._box)

    def of_entra(self, key: str, address: str) -> pl.Expr:
        return pl.coalesce(_looked_up(key, self._entra), _looked_up(address, self._addresses))

    def of_box(self, key: str, address: str) -> pl.Expr:
        return pl.coalesce(_looked_up(key, self._box), _looked_up(address, self._addresses))

    def of_address(self, address: str) -> pl.Expr:
        return _looked_up(address, self._addresses)


def _looked_up(column: str, table: dict[str, str]) -> pl.Expr:
    return pl.col(column).replace_strict(table, default=None, return_dtype=pl.String)
