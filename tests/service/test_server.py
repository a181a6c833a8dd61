"""Binding, and patience with slow clients; what a running service does is in tests/end_to_end/test_service.py."""

from __future__ import annotations

import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from validator.errors import Obstacle, StoreError
from validator.service import server
from validator.service.access import new_token
from validator.service.server import _access, _address, _is_loopback, _listen, _PatientSocket, _Worker
from validator.service.store import Store
from validator.service.upload import PIECE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, _PatientSocket]]:
    client, ours = socket.socketpair()
    with client, ours:
        yield client, _PatientSocket(ours)


class TestListening:
    @pytest.mark.parametrize(
        ("host", "address"), [("127.0.0.1", "http://127.0.0.1:"), ("localhost", "http://"), ("::1", "http://[::1]:")]
    )
    def test_on_loopback(self, host: str, address: str) -> None:
        try:
            listener = _listen(host, 0)
        except Obstacle as obstacle:
            pytest.skip(f"this machine has no such address: {obstacle}")
        with listener:
            assert _is_loopback(listener)
            assert _address(listener).startswith(address)
            assert not _address(listener).endswith(":0")

    def test_on_every_address_is_not_loopback(self) -> None:
        with _listen("0.0.0.0", 0) as listener:
            assert not _is_loopback(listener)

    def test_where_something_listens_is_an_obstacle(self) -> None:
        with _listen("127.0.0.1", 0) as listener:
            port = listener.getsockname()[1]
            with pytest.raises(Obstacle) as caught:
                _listen("127.0.0.1", port)
        assert caught.value.place == f"127.0.0.1:{port}"
        assert caught.value.mend

    @pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("127.0.0.1", -1), ("no.such.host.invalid", 0)])
    def test_where_nothing_can_listen_is_an_obstacle(self, host: str, port: int) -> None:
        with pytest.raises(Obstacle):
            _listen(host, port)


class TestWhoMayListenWhere:
    def test_without_a_token_on_every_address_is_an_obstacle(self, sqlite_url: str) -> None:
        store = Store(sqlite_url)
        store.start()
        with _listen("0.0.0.0", 0) as listener, pytest.raises(Obstacle, match="there are no tokens"):
            _access(store, listener)

    def test_without_a_token_on_loopback_everybody_is_let_in(self, sqlite_url: str) -> None:
        store = Store(sqlite_url)
        store.start()
        with _listen("127.0.0.1", 0) as listener:
            access = _access(store, listener)
        assert not access.is_closed
        assert access.identify(None).may("admin")

    def test_with_a_token_nobody_without_one_is_let_in_anywhere(self, sqlite_url: str) -> None:
        store = Store(sqlite_url)
        store.start()
        text, digest = new_token()
        store.tokens.add(digest, name="ci", scope="read", expires_at=None)
        for host in ("0.0.0.0", "127.0.0.1"):
            with _listen(host, 0) as listener:
                access = _access(store, listener)
            assert access.is_closed
            assert not access.identify(None).may("read")
            assert access.identify(text).may("read")
        store.database.close()

    def test_while_the_database_is_down_nobody_is_let_in(self, tmp_path: Path) -> None:
        store = Store(f"sqlite:///{tmp_path / 'none' / 'runs.db'}")
        for host in ("0.0.0.0", "127.0.0.1"):
            with _listen(host, 0) as listener:
                access = _access(store, listener)
            assert access.is_closed
            with pytest.raises(StoreError):
                access.identify("any")


class TestPatience:
    def test_what_came_is_read(self, pair: tuple[socket.socket, _PatientSocket]) -> None:
        client, patient = pair
        client.sendall(b"abc")
        assert patient.recv(10) == b"abc"

    def test_what_came_is_read_piece_by_piece(self, pair: tuple[socket.socket, _PatientSocket]) -> None:
        """Gunicorn asks for a MiB at a time, and copies what it does not need yet again and again."""
        client, patient = pair
        client.sendall(bytes(PIECE + 10))
        assert len(patient.recv(1024 * 1024)) <= PIECE

    def test_ends_when_nothing_comes(
        self, pair: tuple[socket.socket, _PatientSocket], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server, "IDLE_TIME", 0.05)
        with pytest.raises(TimeoutError):
            pair[1].recv(10)

    def test_ends_when_it_drips(
        self, pair: tuple[socket.socket, _PatientSocket], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server, "HEAD_TIME", 0.2)
        client, patient = pair

        def drip() -> None:
            for _ in range(500):
                client.sendall(b"x")
                patient.recv(10)
                time.sleep(0.01)

        with pytest.raises(TimeoutError):
            drip()

    def test_has_more_of_it_for_a_body_than_for_a_head(
        self, pair: tuple[socket.socket, _PatientSocket], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server, "HEAD_TIME", 0.05)
        client, patient = pair
        client.sendall(b"head")
        patient.recv(10)
        patient.wait_for_body()
        time.sleep(0.1)
        client.sendall(b"body")
        assert patient.recv(10) == b"body"
        patient.start_afresh()
        client.sendall(b"h")
        patient.recv(10)
        time.sleep(0.1)
        client.sendall(b"ead")
        with pytest.raises(TimeoutError):
            patient.recv(10)

    def test_begins_afresh_with_each_request(
        self, pair: tuple[socket.socket, _PatientSocket], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server, "HEAD_TIME", 0.1)
        client, patient = pair
        for _ in range(3):
            patient.start_afresh()
            client.sendall(b"x")
            assert patient.recv(10) == b"x"
            time.sleep(0.06)

    def test_ends_with_a_client_that_does_not_read(
        self, pair: tuple[socket.socket, _PatientSocket], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(server, "REQUEST_TIME", 0.05)
        with pytest.raises(TimeoutError):
            pair[1].sendall(bytes(10_000_000))

    def test_keeps_the_timeout_that_the_server_set(self, pair: tuple[socket.socket, _PatientSocket]) -> None:
        client, patient = pair
        client.sendall(b"x")
        patient.settimeout(3)
        patient.recv(1)
        assert patient.gettimeout() == 3


def test_a_worker_that_is_told_to_quit_while_it_gives_a_request_to_a_thread_does_not_wait_for_itself() -> None:
    """A signal may come in any moment of the thread that hears it: in that one, it holds the lock of the pool."""
    ended: list[object] = []

    def quit_while_holding(pool: ThreadPoolExecutor) -> None:
        worker = object.__new__(_Worker)
        worker.tpool, worker.alive, worker.cfg = pool, True, SimpleNamespace(worker_int=lambda _: None)
        try:
            with pool._shutdown_lock:
                worker.handle_quit(signal.SIGQUIT, None)
        except SystemExit as end:
            ended.append(end.code)

    thread = threading.Thread(target=quit_while_holding, args=[ThreadPoolExecutor(1)], daemon=True)
    thread.start()
    thread.join(timeout=10)
    assert ended == [0]
