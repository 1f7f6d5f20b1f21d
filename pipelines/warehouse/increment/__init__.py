"""Incremental building: what changed from which day on, so that a morning costs what the new day costs, not history.

`change_log` records changes and says what is stale, `changed_range` compares two states of a table, `incremental_copy`
brings a copy in another file up to date.

Used by loading, models and publishing alike; none of their tables is named here.
"""
