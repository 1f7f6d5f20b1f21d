"""The warehouse: answers become rows, rows become models, models become the published file.

`raw/` loads the landing, `models/` runs sql/, `increment/` says what changed from which day on, `publish/` writes what
leaves the warehouse; `connection` opens it, `unmatched` reads the accounts that belong to nobody. Nothing here asks a
service, knows Dagster or words a sentence for a page.
"""
