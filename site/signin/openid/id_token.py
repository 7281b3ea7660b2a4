"""Validation of id tokens (OpenID Connect Core 1.0, 3.1.3.7).

django-allauth trusts the connection to the token endpoint and skips the signature, and
it sends no nonce. Both are checked here, always.
"""

from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.utils.crypto import constant_time_compare

from web.allauth_compat import verify_jti

# Signed with a key of which we know the public half; never "none", never a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
# Two clocks may differ by so many seconds.
LEEWAY = 30


def check_token(
    token: str, *, keys_url: str, issuer: str, audience: str, nonce: str
) -> dict[str, Any]:
    """The claims of ``token``; OAuth2Error when any of them cannot be believed."""
    try:
        claims = jwt.decode(
            token,
            key=_key_for(token, _published_keys(keys_url)),
            algorithms=list(ALGORITHMS),
            issuer=issuer,
            audience=audience,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as reason:
        raise OAuth2Error(f"The id token is refused: {reason}") from reason
    _check_who_for(claims, audience)
    if not nonce or not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise OAuth2Error("The id token answers another question: its nonce differs")
    verify_jti(claims)
    return claims


def _check_who_for(claims: Mapping[str, Any], client: str) -> None:
    """Of several audiences, the token must have been made for us (``azp``)."""
    party = claims.get("azp")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or party is not None) and party != client:
        raise OAuth2Error("The id token was made for somebody else")


def _published_keys(url: str) -> jwt.PyJWKSet:
    with get_adapter().get_requests_session() as session:
        answer = session.get(url)
        answer.raise_for_status()
        return jwt.PyJWKSet.from_dict(answer.json())


def _key_for(token: str, keys: jwt.PyJWKSet) -> jwt.PyJWK:
    name = jwt.get_unverified_header(token).get("kid")
    found = [key for key in keys.keys if name is None or key.key_id == name]
    if len(found) != 1:
        raise OAuth2Error("No key of the provider fits the id token")
    return found[0]
