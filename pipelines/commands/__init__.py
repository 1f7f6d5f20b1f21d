"""One module a command of `katsuyo`: what it asks the other rooms for, and how the answer looks on a terminal.

A command calls and prints. Fetching, loading, models and pages belong to their rooms; Dagster to orchestration/.
"""
