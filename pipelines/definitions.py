"""What the webserver and the daemon of Dagster load: the system with the settings of this environment.

Nothing else belongs here, and nothing of ours imports it: it would read the settings and all models a second time.
"""

import os

from pipelines.orchestration.system import build_definitions
from pipelines.settings import OPEN_TO_NOBODY_ELSE, Settings

# The processes of the daemon make files, too: what they make is for their owner and group.
os.umask(OPEN_TO_NOBODY_ELSE)

defs = build_definitions(Settings.from_env())
