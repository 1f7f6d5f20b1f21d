"""The organisation's own files: departments, staff accounts, assignments, absences, networks."""
