"""The user name of Basic credentials, which is where the key stands."""

from base64 import b64encode

import pytest

from fuzz.sandbox.credentials import user_of


@pytest.mark.parametrize(("credentials", "user"), [("key:", "key"), ("key:x:y", "key"), (":", ""), ("é:", "é")])
def test_the_user_name_is_what_precedes_the_colon(credentials, user):
    encoded = b64encode(credentials.encode()).decode()
    assert user_of(f"Basic {encoded}") == user_of(f"bAsIc  {encoded}") == user


@pytest.mark.parametrize("authorization", ["", "Basic", "Basic !", "Basic a2V5", "Bearer a2V5Og==", "Basic //79Og=="])
def test_whatever_else_has_none(authorization):
    assert user_of(authorization) is None
