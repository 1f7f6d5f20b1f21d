"""The Entra login host: token endpoint (client credentials) and discovery document."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

import jwt
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate

from pipelines.simulator.apis.answers import Answer, as_json, entra_error, graph_error

if TYPE_CHECKING:
    from pipelines.simulator.apis.services import Asked, Services


ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def answer_login(services: Services, asked: Asked) -> Answer:
    """Route one request. Raises ServiceError with the body Entra sends."""
    tenant, _, rest = asked.path.strip("/").partition("/")
    if rest not in ("oauth2/v2.0/token", "v2.0/.well-known/openid-configuration"):
        raise graph_error(404, "NotFound", "Not found.", services.now)
    _check_tenant(services, tenant)
    if rest.endswith("openid-configuration"):
        return as_json(_discovery(services.urls["login"], tenant))
    if asked.method != "POST":
        text = "Endpoint only accepts POST requests. Received a GET request."
        raise entra_error(405, "invalid_request", 900561, text, services.now)
    return _token(services, tenant, asked.form)


def _check_tenant(services: Services, tenant: str) -> None:
    if tenant == services.config.tenant_id:
        return
    text = (
        f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud. Check with your subscription administrator, this may happen if there are no active "
        "subscriptions for the tenant."
    )
    raise entra_error(400, "invalid_request", 90002, text, services.now)


def _token(services: Services, tenant: str, form: dict[str, str]) -> Answer:
    config, client = services.config, form.get("client_id", "")
    if form.get("grant_type") != "client_credentials":
        text = "The app requested an unsupported grant type."
        raise entra_error(400, "unsupported_grant_type", 70003, text, services.now)
    if client != config.client_id:
        text = (
            f"Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if "
            "the application has not been installed by the administrator of the tenant or consented to by any user "
            "in the tenant. You may have sent your authentication request to the wrong tenant."
        )
        raise entra_error(400, "unauthorized_client", 700016, text, services.now)
    if form.get("client_assertion_type") == ASSERTION_TYPE:
        _check_assertion(services, tenant, form.get("client_assertion", ""))
    elif not secrets.compare_digest(form.get("client_secret", "").encode(), config.client_secret.encode()):
        text = (
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
            f"not the client secret ID, for a secret added to app '{client}'."
        )
        raise entra_error(401, "invalid_client", 7000215, text, services.now)
    if not form.get("scope", "").endswith("/.default"):
        text = f"The provided value for scope {form.get('scope', '')} is not valid."
        raise entra_error(400, "invalid_scope", 1002012, text, services.now)
    seconds = int(config.token_seconds)
    token = services.graph_tokens.issue(config.token_seconds)
    document = {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}
    return as_json(document, Cache_Control="no-store, no-cache")


def _check_assertion(services: Services, tenant: str, assertion: str) -> None:
    """Signed by the key of the uploaded certificate, which its header names, for this endpoint and this client."""
    config = services.config
    known = load_pem_x509_certificate(config.client_certificate) if config.client_certificate else None
    try:
        named = jwt.get_unverified_header(assertion).get("x5t#S256", "").rstrip("=")
        if known is None or named != urlsafe_b64encode(known.fingerprint(SHA256())).decode().rstrip("="):
            text = "The certificate with identifier used to sign the client assertion is not registered on application."
            raise entra_error(401, "invalid_client", 700027, text, services.now)
        claims = jwt.decode(
            assertion,
            known.public_key(),  # ty: ignore[invalid-argument-type]
            algorithms=["PS256", "RS256"],
            audience=f"{services.urls['login']}/{tenant}/oauth2/v2.0/token",
            issuer=config.client_id,
            options={"require": ["exp", "nbf", "jti", "sub"]},
        )
    except jwt.PyJWTError:
        text = "Client assertion failed signature validation."
        raise entra_error(401, "invalid_client", 700027, text, services.now) from None
    if claims["sub"] != config.client_id:
        text = "Client assertion contains an invalid subject."
        raise entra_error(401, "invalid_client", 700021, text, services.now)


def _discovery(base: str, tenant: str) -> dict[str, object]:
    root = f"{base}/{tenant}"
    return {
        "token_endpoint": f"{root}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{root}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": f"{root}/v2.0",
        "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
        "tenant_region_scope": "AS",
        "cloud_instance_name": "microsoftonline.com",
    }
