"""Where Dagster keeps its records of runs: its own SQLite files, with one SQLAlchemy engine per file.

Dagster makes an engine for every statement, which then compiles the statement anew: 1 to 2 s of a run. Nothing else is
changed, the files are the same; dagster.yaml names the class. What does not belong here: what is recorded.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SQLITE_BUSY_TIMEOUT_SECONDS, SqliteEventLogStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, NullPool, create_engine

# Of the files of single runs a few are in use at once, whoever looks at them.
_ENGINES = 16


@lru_cache(_ENGINES)
def _engine(address: str) -> Engine:
    """It holds no connection: each is opened when it is needed, and closed again."""
    return create_engine(address, poolclass=NullPool, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})


class EventLog(SqliteEventLogStorage):
    """The event log of Dagster, whose engines stay."""

    @contextmanager
    def _connect(self, shard: str) -> Generator[Connection]:
        with self._db_lock:
            engine = _engine(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection


class RunRecords(DagsterSqliteStorage):
    """The storage of Dagster with that event log."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = EventLog(str(Path(base_dir) / "history" / "runs" / ""))

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Any) -> RunRecords:
        return cls(inst_data=inst_data, **config_value)
