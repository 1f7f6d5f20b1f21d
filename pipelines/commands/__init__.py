"""One module a command of `katsuyo`: what it asks the other rooms for, and how the answer looks on a terminal.

`cli.py` says the names and options. `console`, `options`, `summary` and `checkup` serve several commands.
A command calls and prints. Fetching, loading, models and pages belong to their rooms; Dagster to orchestration/.
"""
