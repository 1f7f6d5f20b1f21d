"""Which sources are switched off (KATSUYO_SOURCES_OFF), and what that means for the steps of a morning.

Nothing of such a source is asked and no setting of it is needed. Its days after the last one that came are absent:
neither missing nor zero. What came before stays. Which datasets are absent in the models is raw.switched_off.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.ingest.outcomes import Dataset, DayOutcome, Ingested
from pipelines.settings import Settings, SourceSwitch

# The datasets that the services give; files that somebody imports by hand are taken in whatever is switched off.
DATASETS_OF: dict[SourceSwitch, tuple[Dataset, ...]] = {
    "box": (("box", "events"), ("box", "users")),
    "sign_ins": (("graph", "sign_ins"), ("graph", "non_interactive_sign_ins"), ("graph", "sign_in_summaries")),
    "copilot": (("graph", "copilot_usage"),),
    "named_locations": (("graph", "named_locations"),),
}


def is_off(settings: Settings, dataset: Dataset) -> bool:
    return dataset in datasets_off(settings)


def datasets_off(settings: Settings) -> frozenset[Dataset]:
    """The datasets that nobody is asked for."""
    return frozenset(dataset for name in settings.sources_off for dataset in DATASETS_OF[name])


def absent(settings: Settings, datasets: Iterable[Dataset]) -> tuple[Ingested, ...]:
    """The outcome of those of the datasets that are switched off."""
    today = settings.now().date()
    return tuple(
        Ingested(*one, (DayOutcome(today, "absent", notice=f"{' '.join(one)} is switched off (KATSUYO_SOURCES_OFF)."),))
        for one in datasets
        if is_off(settings, one)
    )
