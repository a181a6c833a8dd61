"""Who a request says it is from: the user name in Basic credentials, which is where the API wants its key."""

from __future__ import annotations

import base64
import binascii


def user_of(authorization: str) -> str | None:
    """The user name in Basic credentials; None for whatever is not Basic credentials. The password does not count."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    user, colon, _ = decoded.partition(":")
    return user if colon else None
