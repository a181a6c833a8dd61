"""A document that was checked is remembered; whatever the cache holds, the contract is that of the document."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import VALUES, documents
from validator.contract import Contract, remembered
from validator.contract import document as loading
from validator.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = """
openapi: 3.1.0
info: {title: t, version: "1"}
x-any: [1, 1.0, -0.0, 1e300, 4294967296, "é", null, true]
paths: {/things: {get: {operationId: getThings, responses: {200: {description: ""}}}}}
"""


class Checked(Exception):  # noqa: N818 - reads as what happened
    """The document was checked, rather than recalled."""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "picqer-contract" / "documents"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "openapi.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@contextmanager
def no_checks() -> Iterator[None]:
    """Whoever checks a document here is caught."""

    def caught(*_: object) -> None:
        raise Checked

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "check_openapi", caught)
        yield


def is_recalled(path: Path) -> bool:
    with no_checks():
        try:
            contract = Contract.load(path)
        except Checked:
            return False
    assert contract.operations[0].id == "getThings"
    return True


def entry(cache: Path) -> Path:
    (only,) = cache.iterdir()
    return only


def test_a_document_is_checked_once(cache: Path, spec: Path) -> None:
    assert not is_recalled(spec)
    Contract.load(spec)
    assert is_recalled(spec)
    spec.write_text(SMALL + "x-other: 1\n", encoding="utf-8")
    assert not is_recalled(spec)


def test_what_is_remembered_is_for_its_owner_alone(cache: Path, spec: Path) -> None:
    Contract.load(spec)
    assert (cache.stat().st_mode & 0o777, entry(cache).stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_document_that_fails_its_check_is_never_remembered(cache: Path, spec: Path) -> None:
    spec.write_text(SMALL.replace("description", "descriptoin"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(DocumentError, match="not valid OpenAPI"):
            Contract.load(spec)
    assert not cache.exists()


def test_a_document_of_several_files_is_not_remembered(cache: Path, spec: Path) -> None:
    spec.write_text(SMALL + "components: {schemas: {A: {$ref: 'a.yaml'}}}", encoding="utf-8")
    (spec.parent / "a.yaml").write_text("type: string", encoding="utf-8")
    assert Contract.load(spec).document.at("/x-bundled-files/a.yaml/type") == "string"
    assert not cache.exists()
    (spec.parent / "a.yaml").write_text("type: integer", encoding="utf-8")
    assert Contract.load(spec).document.at("/x-bundled-files/a.yaml/type") == "integer"


def test_the_name_of_the_file_counts_since_a_document_may_refer_to_itself_by_it(cache: Path, spec: Path) -> None:
    spec.write_text(SMALL + "components: {schemas: {A: {$ref: 'openapi.yaml#/components/schemas/B'}, B: {}}}")
    assert Contract.load(spec).document.at("/components/schemas/A/$ref") == "#/components/schemas/B"
    assert is_recalled(spec)
    with pytest.raises(DocumentError):
        Contract.load(spec.rename(spec.with_name("other.yaml")))


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[:40],
        lambda data: data[:64],
        lambda data: data[:-1],
        lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
        lambda data: data + b" ",
        lambda data: b"0" * 64 + data[64:],
        lambda data: b"\x80" + data[1:],
        lambda data: data[64:],
        lambda _: b'{"openapi": "3.1.0"}',
    ],
)
def test_a_damaged_cache_is_ignored_and_remade(cache: Path, spec: Path, damage: Any) -> None:
    Contract.load(spec)
    kept = entry(cache).read_bytes()
    entry(cache).write_bytes(damage(kept))
    assert not is_recalled(spec)
    Contract.load(spec)
    assert entry(cache).read_bytes() == kept


@pytest.mark.parametrize(
    "text", ["null", "5", "{}", '{"openapi": "2.0"}', f'{{"openapi": "3.1.0", "x": {"[" * 250}{"]" * 250}}}', "{"]
)
def test_what_is_no_document_is_ignored_however_whole_it_is(cache: Path, spec: Path, text: str) -> None:
    Contract.load(spec)
    payload = text.encode()
    entry(cache).write_bytes(hashlib.sha256(payload).hexdigest().encode() + payload)
    assert not is_recalled(spec)


def test_the_cache_of_another_version_is_ignored(cache: Path, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Contract.load(spec)
    monkeypatch.setattr(remembered, "_checker", lambda: "another")
    assert not is_recalled(spec)
    monkeypatch.setattr(remembered, "_checker", lambda: None)
    assert not is_recalled(spec)
    Contract.load(spec)


def test_a_library_of_another_version_is_another_checker(monkeypatch: pytest.MonkeyPatch) -> None:
    checker = remembered._checker()
    remembered._checker.cache_clear()
    monkeypatch.setattr(remembered, "_version", lambda library: f"{library}-9")
    assert remembered._checker() not in {checker, None}
    remembered._checker.cache_clear()
    monkeypatch.setattr(remembered, "_version", lambda _: None)
    assert remembered._checker() is None
    remembered._checker.cache_clear()


def test_the_version_of_every_library_is_found() -> None:
    assert all(remembered._version(library) for library in remembered._LIBRARIES)
    assert remembered._version("no_such_library") is None


def test_what_another_user_put_there_is_ignored(cache: Path, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Contract.load(spec)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert not is_recalled(spec)


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_what_is_no_file_is_ignored(cache: Path, spec: Path, kind: str) -> None:
    Contract.load(spec)
    kept = entry(cache)
    data = kept.read_bytes()
    kept.unlink()
    if kind == "folder":
        kept.mkdir()
    elif kind == "link":
        (spec.parent / "elsewhere").write_bytes(data)
        kept.symlink_to(spec.parent / "elsewhere")
    else:
        os.mkfifo(kept)
    assert not is_recalled(spec)
    Contract.load(spec)


def test_without_a_folder_for_caches_documents_are_checked_each_time(
    tmp_path: Path, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    Contract.load(spec)
    assert not is_recalled(spec)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_read(cache: Path, spec: Path) -> None:
    Contract.load(spec)
    cache.chmod(0o500)
    assert is_recalled(spec)
    spec.write_text(SMALL + "x-other: 1\n", encoding="utf-8")
    Contract.load(spec)
    assert not is_recalled(spec)
    cache.chmod(0o700)


def test_a_folder_that_cannot_be_written_to_is_no_obstacle(
    cache: Path, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.mkdir(parents=True)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    Contract.load(spec)
    assert list(cache.iterdir()) == []


def test_the_folder_is_where_the_user_says_if_that_is_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert remembered._folder() == Path("/caches/picqer-contract/documents")
    for no_place in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", no_place)
        assert remembered._folder() == Path("/home/me/.cache/picqer-contract/documents")

    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    assert remembered._folder() is None
    assert remembered.recall("key") is None
    remembered.remember("key", {})


def test_no_more_than_so_many_are_remembered_and_the_oldest_gives_way(cache: Path, spec: Path) -> None:
    Contract.load(spec)
    first = entry(cache)
    os.utime(first, (1, 1))
    (cache / ".unfinished").write_text("left by a process that was killed")
    os.utime(cache / ".unfinished", (2, 2))
    assert is_recalled(spec)  # which makes it the newest
    for number in range(remembered.MAX_DOCUMENTS - 1):
        spec.write_text(SMALL + f"x-number: {number}\n", encoding="utf-8")
        Contract.load(spec)
    kept = list(cache.iterdir())
    assert len(kept) == remembered.MAX_DOCUMENTS
    assert first in kept
    assert cache / ".unfinished" not in kept


def test_what_is_too_big_is_not_remembered(cache: Path, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MAX_BYTES", 1000)
    spec.write_text(SMALL + f"x-long: {'a' * 1000}\n", encoding="utf-8")
    Contract.load(spec)
    spec.write_text(SMALL + f"x-a: &a [{'a' * 300}]\nx-b: &b [*a, *a]\nx-c: [*b, *b]\n", encoding="utf-8")
    Contract.load(spec)
    spec.write_text(SMALL + 'x-long: "' + "\\x01" * 200 + '"\n', encoding="utf-8")  # six bytes each in JSON
    Contract.load(spec)
    assert not cache.exists()


@pytest.mark.end_to_end
def test_two_processes_at_once_do_not_disturb_each_other(cache: Path, spec: Path) -> None:
    load = "import sys; from validator import Contract; print(Contract.load(sys.argv[1]).title)"
    running = [
        subprocess.Popen([sys.executable, "-c", load, spec], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert [one.communicate(timeout=60) for one in running] == [("t\n", "")] * 4
    assert not entry(cache).name.startswith(".")
    assert is_recalled(spec)


def described(contract: Contract) -> str:
    """All that a contract was made of; as text, since 1 == 1.0 == True in Python."""
    document = contract.document
    root = json.dumps(document.root)
    return repr((root, document.version, document.sha256, document.source, contract.operations, contract.webhooks))


def outcome(path: Path) -> str:
    try:
        return described(Contract.load(path))
    except DocumentError as refused:
        return f"refused: {refused}"


@pytest.mark.property
class TestTheCacheIsNotSeen:
    """A contract is the same, whether its document was checked or recalled."""

    @settings(max_examples=60)
    @given(given_document=documents(), extra=st.one_of(VALUES, st.floats(allow_nan=False, allow_infinity=False)))
    def test_of_generated_documents(
        self, given_document: dict[str, Any], extra: Any, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        folder = tmp_path_factory.mktemp("cache")
        path = folder / "openapi.json"
        path.write_text(json.dumps({**given_document, "x-extra": extra}))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_CACHE_HOME", "/dev/null")
            plain = outcome(path)
            patch.setenv("XDG_CACHE_HOME", str(folder))
            assert outcome(path) == plain
            if plain.startswith("refused:"):
                assert not (folder / "picqer-contract").exists()
            else:
                with no_checks():
                    assert outcome(path) == plain

    @pytest.mark.usefixtures("cache")
    def test_of_the_bundled_document(self) -> None:
        first = described(Contract.load())
        with no_checks():
            assert described(Contract.load()) == first

    @pytest.mark.parametrize("value", [str(2**70), '"\\ud800"', "&a [1, *b]"])
    def test_of_values_that_json_does_not_give_back(self, cache: Path, spec: Path, value: str) -> None:
        spec.write_text(SMALL + f"x-b: &b [2]\nx-odd: {value}\n", encoding="utf-8")
        try:
            first = described(Contract.load(spec))
        except DocumentError:
            assert not cache.exists()
        else:
            assert described(Contract.load(spec)) == first
