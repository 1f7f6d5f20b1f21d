"""What the webserver and the daemon of Dagster load: the system with the settings of this environment.

Nothing else belongs here, and nothing of ours imports it: it would read the settings and all models a second time.
"""

from pipelines.orchestration.system import build_definitions
from pipelines.settings import Settings

defs = build_definitions(Settings.from_env())
