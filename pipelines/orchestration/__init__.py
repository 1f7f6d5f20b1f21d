"""The morning as Dagster runs it: definitions, jobs, schedule, partitions, runs that were killed.

With assets/ the only folder that knows Dagster. What a step does belongs in ingest/, warehouse/ and pages/.
"""
