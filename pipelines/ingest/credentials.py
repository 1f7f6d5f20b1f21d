"""How this application signs in: by exactly one way at each service, said by the settings.

A file that says it is read and checked by its source (sources/graph/certificate.py, sources/box/app_file.py).
"""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.errors import ConfigurationError
from pipelines.settings import Settings
from pipelines.sources.box.app_file import read_app_file
from pipelines.sources.box.config import BoxConfig
from pipelines.sources.graph.certificate import read_certificate
from pipelines.sources.graph.config import GraphConfig
from pipelines.sources.quota import Quota


def graph_config(settings: Settings) -> GraphConfig:
    """Raises ConfigurationError where a setting is missing, or secret and certificate are both there."""
    file, password = settings.client_certificate_file, settings.client_certificate_password
    secret = "" if file else settings.required("client_secret")
    if file and settings.client_secret is not None and settings.client_secret.get_secret_value():
        raise ConfigurationError(
            "KATSUYO_CLIENT_SECRET and KATSUYO_CLIENT_CERTIFICATE_FILE are both set: unset the one that is not in use."
        )
    opened = password.get_secret_value() if password else None
    if file:
        # A wrong file is told before a run begins. Whether it has ended is a matter of the real clock, as at Entra.
        read_certificate(file, opened, datetime.now(UTC))
    return GraphConfig(
        tenant_id=settings.required("tenant_id"),
        client_id=settings.required("client_id"),
        client_secret=secret,
        certificate_file=file,
        certificate_password=opened,
        authority=settings.authority,
        base_url=settings.graph_base_url,
        ca_file=settings.ca_file,
        max_retry_seconds=settings.max_retry_seconds,
        report_quota=Quota(settings.graph_report_requests_per_10_minutes, 600.0),
        sign_in_quota=Quota(settings.graph_sign_in_requests_per_10_seconds, 10.0),
        named_location_quota=Quota(settings.graph_named_location_requests_per_second, 1.0),
    )


def box_config(settings: Settings) -> BoxConfig:
    """Raises ConfigurationError where a setting is missing, or client secret and key file are both there."""
    file = settings.box_jwt_file
    if file and settings.box_client_secret is not None and settings.box_client_secret.get_secret_value():
        raise ConfigurationError(
            "KATSUYO_BOX_CLIENT_SECRET and KATSUYO_BOX_JWT_FILE are both set: unset the one that is not in use."
        )
    if file:
        read_app_file(file)
    return BoxConfig(
        client_id="" if file else settings.required("box_client_id"),
        client_secret="" if file else settings.required("box_client_secret"),
        enterprise_id="" if file else settings.required("box_enterprise_id"),
        jwt_file=file,
        base_url=settings.box_base_url,
        ca_file=settings.ca_file,
        max_retry_seconds=settings.max_retry_seconds,
        quota=Quota(settings.box_requests_per_minute, 60),
    )
