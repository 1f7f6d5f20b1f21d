"""The errors a person may see. Each is one sentence that names the thing and the remedy.

What does not belong here: retry rules (sources/retry.py) and wording for the command line (cli.py).
No message may hold a person's name, an address, a file name from a file service, or a secret.
"""

from __future__ import annotations


class KatsuyoError(Exception):
    """Something a person has to mend; str() is one sentence saying what and how."""


class ConfigurationError(KatsuyoError):
    """A setting is missing or wrong; nothing was asked of any service."""


class SourceError(KatsuyoError):
    """A service did not give an answer."""


class PermanentSourceError(SourceError):
    """Asking again cannot help: wrong credentials, missing permission, a date the service no longer keeps."""


class AccessRefusedError(PermanentSourceError):
    """The service refuses this application as a whole: it alone spreads from one question to the ones after it."""


class DayGoneError(PermanentSourceError):
    """The service no longer keeps that day: it alone is out of reach, the days after it are not concerned."""


class StreamPositionError(PermanentSourceError):
    """The service no longer knows the stored position in its stream: ask for the days since then by date."""


class PageExpiredError(PermanentSourceError):
    """The address of a listing's next page is no longer good: the listing begins again at its first page."""


class NotYetAvailableError(SourceError):
    """The service has no report for that day yet: the day stays missing and is asked for again on the next run."""


class TransientSourceError(SourceError):
    """Asking again later may help: throttled, unreachable, broken off. Raised only after the retry budget is spent."""


class RejectedAnswerError(KatsuyoError):
    """An answer arrived but is not what was asked for; it is kept aside with this reason and replaces nothing."""


class InputFileError(KatsuyoError):
    """A file given by the organisation (personnel, networks, an export) cannot be used as it is."""


class UnusableWarehouseError(KatsuyoError):
    """The warehouse is damaged, is no DuckDB file, or belongs to another landing: only `katsuyo rebuild` goes on."""


class DoneWithGapsError(KatsuyoError):
    """The work is done and published, but for parts that str() names: the command ends with exit code 3."""


CONCEALED_NAMES = (
    "The tenant conceals names in its usage reports, so no figure can be given to a department: whether to show them "
    "is a policy decision, made in the Microsoft 365 admin centre under Settings > Org settings > Reports "
    "(displayConcealedNames)."
)
"""Said wherever it matters: before asking, while reading, after asking, before publishing."""
