"""What the provider says of its people, and the ways in which a test spoils its tokens."""

import json
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import PrivateKey
from django.conf import settings


class ProviderAdapter(DefaultOIDCAdapter):
    """Claims as «دولت من» names them, from a file; ``spoiled`` names what is wrong today."""

    def get_claims(self, purpose: str, user: Any, client: Any, scopes: Any, **kwargs: Any) -> dict:
        people = json.loads((settings.FOLDER / "people.json").read_text())
        return {"sub": self.get_user_sub(client, user), **people[user.username]}

    def populate_id_token(self, id_token: dict[str, Any], client: Any, scopes: Any, **kwargs: Any):
        spoiled = self._spoiled
        if spoiled == "expired":
            id_token["exp"] = id_token["iat"] - 3600
        elif spoiled == "nonce":
            id_token["nonce"] = "another"
        elif spoiled == "no nonce":
            id_token.pop("nonce", None)
        elif spoiled == "issuer":
            id_token["iss"] = "https://elsewhere.example"
        elif spoiled == "audience":
            id_token["aud"] = "another-client"

    def get_signing_key(self) -> PrivateKey:
        if self._spoiled == "signature":
            # The kid of the published key, the signature of another one.
            return PrivateKey(pem=(settings.FOLDER / "foreign.pem").read_text())
        return super().get_signing_key()

    @property
    def _spoiled(self) -> str:
        return (settings.FOLDER / "spoiled").read_text()
