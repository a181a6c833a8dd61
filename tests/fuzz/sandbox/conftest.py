"""A client that speaks to a sandbox in this process."""

import base64
import json
from dataclasses import dataclass
from typing import Any

import pytest

from fuzz.sandbox import create_app

KEY = "sandbox-key"


@dataclass(frozen=True)
class Answer:
    """What came back, in full."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def code(self) -> int | None:
        """The error code, where the body is an error object; it must then be the whole documented object."""
        try:
            body = self.json
        except ValueError:
            return None
        if not isinstance(body, dict) or "error" not in body:
            return None
        assert body.keys() == {"error", "error_code", "error_message"}
        assert body["error"] is True
        assert isinstance(body["error_message"], str)
        return body["error_code"]

    @property
    def outcome(self) -> tuple[int, int | None]:
        return self.status, self.code


class Client:
    """`ask("POST /tags", {...})`; bytes are sent as they are."""

    def __init__(self, **options: Any) -> None:
        self._client = create_app(**options).test_client()

    def ask(
        self,
        request: str,
        body: Any = b"",
        *,
        authorization: str | None = None,
        content_type: str = "application/json",
    ) -> Answer:
        method, _, path = request.partition(" ")
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        credentials = authorization
        if credentials is None:
            credentials = "Basic " + base64.b64encode(f"{KEY}:x".encode()).decode()
        headers = {"Authorization": credentials, "Content-Type": content_type}
        if not credentials:
            del headers["Authorization"]
        answer = self._client.open(f"/api/v1{path}", method=method, data=raw, headers=headers)
        return Answer(answer.status_code, dict(answer.headers), answer.data)


@pytest.fixture
def sandbox() -> Client:
    """A new one: the state is as it was born."""
    return Client()


@pytest.fixture(scope="session")
def shared() -> Client:
    """One for all tests whose requests change nothing: starting a sandbox costs more than asking it."""
    return Client()


@pytest.fixture(scope="session")
def worn() -> Client:
    """One for all tests that do not mind what other tests have done to it."""
    return Client()


@pytest.fixture(scope="session")
def start() -> type[Client]:
    """Start a sandbox with options of one's own."""
    return Client
