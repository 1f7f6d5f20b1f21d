"""What Dagster's daemon looks after between runs: every ten minutes administrators are told what is wrong.

It also tells of what no run knows: days that are about to be lost, a full disk. That the daemon itself is gone it
cannot tell; `katsuyo status` and the next `katsuyo run` do.
"""

import dagster as dg

from pipelines.errors import KatsuyoError
from pipelines.orchestration.expiry import refresh_expiries
from pipelines.orchestration.health import is_going
from pipelines.orchestration.looking import look
from pipelines.orchestration.telling import channels, tell
from pipelines.settings import Settings

INTERVAL_SECONDS = 600
SENSOR = "messages"


def message_sensor(settings: Settings) -> dg.SensorDefinition:
    """On by default: it is idle until a channel of messages is set."""

    @dg.sensor(
        name=SENSOR,
        minimum_interval_seconds=INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells administrators by webhook and mail what is wrong, once a cause, and when it is over.",
    )
    def messages(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        try:
            if not channels(settings):
                return dg.SkipReason("No channel is set: KATSUYO_WEBHOOK_URL or KATSUYO_SMTP_HOST.")
            refresh_expiries(settings)
            found = look(settings, context.instance)
            if is_going(found.facts.runs.last):
                return dg.SkipReason("A run is going: what is wrong is told when it has ended.")
            telling = tell(settings, found)
        except KatsuyoError as error:
            return dg.SkipReason(str(error))
        failures = "".join(f" {failure}" for failure in telling.failures)
        return dg.SkipReason(f"State: {found.state}; messages delivered: {telling.sent}.{failures}")

    return messages
