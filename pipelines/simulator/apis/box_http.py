"""The Box host: token endpoint (client credentials and signed assertion) and routes.

Bodies are made by box_streams.py and box_users.py.
"""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

import jwt

from pipelines.simulator.apis.answers import Answer, ServiceError, as_json, box_error
from pipelines.simulator.apis.clock import tokyo_day

if TYPE_CHECKING:
    from pipelines.simulator.apis.services import Asked, Services
    from pipelines.simulator.server_config import ServerConfig

AUDIENCE = "https://api.box.com/oauth2/token"
TOKEN_SECONDS = 4123  # not 3600: nobody may assume that
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def answer_box(services: Services, asked: Asked) -> Answer:
    """Route one request. Raises ServiceError with the body Box sends."""
    if asked.path == "/oauth2/token" and asked.method == "POST":
        return _token(services, asked.form)
    if not services.box_tokens.knows(asked.headers.get("authorization")):
        challenge = 'Bearer realm="Service", error="invalid_token", '
        challenge += 'error_description="The access token provided is invalid."'
        return Answer(401, b"", headers={"WWW-Authenticate": challenge})
    if asked.path == "/2.0/events" and asked.method == "GET":
        if not services.allows("manage_enterprise_properties"):
            message = "The request requires higher privileges than provided by the access token."
            raise box_error(403, "insufficient_scope", message)
        return Answer(200, services.box_streams.answer(asked.query, services.config))
    if asked.path == "/2.0/users" and asked.method == "GET":
        if not services.allows("manage_managed_users"):
            message = "Access denied - insufficient permission"
            raise box_error(403, "access_denied_insufficient_permissions", message)
        body = services.box_users.answer(asked.query, tokyo_day(services.now), services.config)
        return Answer(200, body)
    raise box_error(404, "not_found", "Not Found")


def _token(services: Services, form: dict[str, str]) -> Answer:
    config = services.config
    same_client = form.get("client_id") == config.box_client_id
    same_secret = secrets.compare_digest(form.get("client_secret", "").encode(), config.box_client_secret.encode())
    if not (same_client and same_secret):
        raise _refusal("invalid_grant", "Grant credentials are invalid")
    if form.get("grant_type") == "client_credentials":
        subject = (form.get("box_subject_type"), form.get("box_subject_id"))
    elif form.get("grant_type") == JWT_GRANT:
        subject = _assertion_subject(form.get("assertion", ""), config)
    else:
        raise _refusal("unsupported_grant_type", "Unsupported grant type")
    if subject != ("enterprise", config.box_enterprise_id):
        raise _refusal("invalid_grant", "Grant credentials are invalid")
    token = services.box_tokens.issue(TOKEN_SECONDS)
    document = {"access_token": token, "expires_in": TOKEN_SECONDS, "restricted_to": [], "token_type": "bearer"}
    return as_json(document)


def _assertion_subject(assertion: str, config: ServerConfig) -> tuple[str | None, str | None]:
    """Subject of an assertion that is signed by the key of the app that its header names."""
    try:
        key = config.box_public_keys[jwt.get_unverified_header(assertion)["kid"]]
        claims = jwt.decode(
            assertion,
            key,
            algorithms=["RS256", "RS384", "RS512"],
            audience=AUDIENCE,
            issuer=config.box_client_id,
            options={"require": ["exp", "jti", "sub"]},
        )
        if claims["exp"] > time.time() + 61:
            raise _refusal("invalid_grant", "Please check the 'exp' claim.")
        return claims["box_sub_type"], claims["sub"]
    except (jwt.InvalidAudienceError, jwt.InvalidIssuerError, jwt.ExpiredSignatureError):
        raise _refusal("invalid_grant", "Please check the 'aud', 'iss' and 'exp' claims.") from None
    except (KeyError, jwt.PyJWTError):
        raise _refusal("invalid_grant", "OAuth JWT signature verification failed") from None


def _refusal(error: str, description: str) -> ServiceError:
    return ServiceError(as_json({"error": error, "error_description": description}, 400))
