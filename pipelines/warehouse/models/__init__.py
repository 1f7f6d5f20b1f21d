"""Model: reads sql/, orders the models, builds them, checks their constraints, traces their columns.

What does not belong here: SQL of a single model (sql/), from which day on something is stale (increment/), Dagster.
"""
