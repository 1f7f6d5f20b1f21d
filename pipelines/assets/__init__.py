"""What Dagster sees: every step of the way of the data as an asset, and nothing that the steps do themselves.

`fetching` lands answers, `loading` fills the raw tables, `modelling` builds the SQL models, `outputs` publishes and
renders. Only these modules use @dg.asset. They must not import annotations from __future__: Dagster reads them.
"""
