"""The pages without a browser: what they say, what they refuse, and that nothing in them is taken for markup."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from tests.service.pages import shop as made
from validator.contract import Contract
from validator.reports import FORMATS
from validator.service import create_app
from validator.service.access import Access, new_token
from validator.service.pages.blueprint import POLICY
from validator.service.pages.files import FILES
from validator.service.pages.sign_in import own_path
from validator.service.session import COOKIE
from validator.service.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.service.conftest import JudgedClient
    from validator.judges import Judge

NDJSON = "application/x-ndjson"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"


class Markup(HTMLParser):
    """The elements of a page, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in {"td", "th", "li", "dt", "dd", "p", "option"}:
            self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def markup(response: TestResponse, status: int = 200) -> Markup:
    assert response.status_code == status, response.text
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == POLICY
    found = Markup(response.text)
    assert found.of("script") == [{"src": "/static/htmx.min.js", "defer": None}]
    assert found.of("style") == []
    for tag, attributes in found.elements:
        inline = [name for name in attributes if name.startswith(("on", "hx-on")) or name == "style"]
        assert not inline, (tag, attributes)
        for name in ("href", "src", "action"):
            assert re.match(r"(/(?!/)|#)|$", attributes.get(name) or ""), (tag, attributes)
    return found


def words(found: Markup) -> str:
    return " ".join(found.text.split())


@pytest.fixture
def kept(sqlite_url: str) -> Iterator[Store]:
    store = Store(sqlite_url)
    store.start()
    yield store
    store.database.close()


@pytest.fixture
def pages(kept: Store, own_judge: Judge) -> JudgedClient:
    return client(create_app(Contract.from_dict(made.SHOP), max_body=200_000, store=kept), own_judge)


@pytest.fixture
def without_store(own_judge: Judge) -> JudgedClient:
    return client(create_app(Contract.from_dict(made.SHOP)), own_judge)


def client(app: Any, judge: Judge, *, use_cookies: bool = False) -> JudgedClient:
    from tests.service.conftest import JudgedClient  # noqa: PLC0415 - a class of the conftest

    made = JudgedClient(app, use_cookies=use_cookies)
    made.judge = judge
    return made


def run_version(link: str) -> str:
    """The beginning of the version in an address."""
    return link.partition("version=")[2][:12]


def stored(client: FlaskClient, *exchanges: dict[str, Any], query: str = "") -> str:
    response = client.post(f"/v1/runs{query}", data=made.lines(*exchanges), content_type=NDJSON)
    assert response.status_code == 201, response.text
    return str(response.get_json()["id"])


def drop(client: FlaskClient, content: bytes, **fields: str) -> TestResponse:
    data = {"recording": (io.BytesIO(content), "recording.har"), **fields}
    return client.post("/judge/recording", data=data, content_type="multipart/form-data")


def paste(client: FlaskClient, **fields: str) -> TestResponse:
    sound = {"method": "GET", "url": "/items/1", "status": "200", "content_type": "application/json"}
    return client.post("/judge/response", data={**sound, "body": '{"id": 1, "name": "Tea"}', **fields})


class TestTheStartPage:
    def test_judges_a_recording_in_every_format(self, pages: FlaskClient) -> None:
        for content in (made.har(made.SOUND, made.WRONG_TYPE), made.lines(made.SOUND, made.WRONG_TYPE)):
            told = words(markup(drop(pages, content)))
            assert "1 of 2 exchanges breaks the contract" in told
            assert "expected integer, got string (1 character)" in told
            assert "/components/schemas/Item/properties/id/type" in told

    def test_judges_a_pasted_response(self, pages: FlaskClient) -> None:
        assert "Keeps the contract" in words(markup(paste(pages)))
        assert "Breaks the contract" in words(markup(paste(pages, body='{"id": 1}')))
        assert "Breaks the contract" in words(markup(paste(pages, url="https://shop.test/api/items/1", status="418")))

    def test_shows_the_form_as_it_was_sent(self, pages: FlaskClient) -> None:
        body = '{"id": 1}\n<b>'
        found = markup(paste(pages, body=body, url="/items/5", status="404", method="PUT", strictness="strict"))
        fields = {field.get("name"): field.get("value") for field in found.of("input")}
        assert (fields["url"], fields["status"]) == ("/items/5", "404")
        chosen = [option for option in found.of("option") if "selected" in option]
        assert {"value": "strict", "selected": None} in chosen
        assert body in found.text

    def test_takes_the_options(self, pages: FlaskClient) -> None:
        other = made.lines(made.exchange({"id": 1, "name": "Tea"}, url="http://localhost:9/v2/items/1"))
        refused = words(markup(drop(pages, other), 422))
        assert "Recorded against another address" in refused
        assert "Keeps the contract" in words(markup(drop(pages, other, server="http://localhost:9/v2")))
        extra = '{"id": 1, "name": "Tea", "colour": "red"}'
        assert "Keeps the contract" in words(markup(paste(pages, body=extra)))
        assert "Breaks the contract" in words(markup(paste(pages, body=extra, strictness="strict")))
        assert "Not as documented" in words(markup(paste(pages, body=extra, strictness="drift")))

    def test_judges_by_another_contract(self, pages: FlaskClient) -> None:
        assert pages.put("/v1/contracts/other", json={**made.SHOP, "servers": [{"url": "https://o.test"}]}).status_code
        found = markup(paste(pages, contract="other"))
        assert "GET https://o.test/items/1" in words(found)
        assert "Keeps the contract" in words(found)
        assert "There is no contract of this name" in words(markup(paste(pages, contract="none"), 404))

    def test_has_examples_that_are_what_they_say(self, pages: FlaskClient) -> None:
        found = markup(pages.get("/"))
        links = [link["href"] or "" for link in found.of("a") if "example=" in (link["href"] or "")]
        said = {}
        for link in links:
            told = words(markup(pages.get(link.partition("#")[0])))
            said[link] = re.findall("Keeps the contract|schema-violation|undocumented-[a-z-]+", told)
        assert said == {
            "/?example=sound#verdict": ["Keeps the contract"],
            "/?example=wrong-type#verdict": ["schema-violation"],
            "/?example=undocumented-status#verdict": ["undocumented-status"],
            "/?example=unknown-code#verdict": ["undocumented-error-code"],
        }

    @pytest.mark.parametrize(
        ("content", "status", "told"),
        [
            (b"", 422, "empty; expected a recording"),
            (b"nonsense", 422, "expected a recording"),
            (b"\x1f\x8b" + b"0" * 20, 415, "unpack it first"),
            (b"x" * 200_001, 413, "larger than the service takes"),
            (b'{"log": {"entries": []}}', 422, "No exchange of the recording"),
        ],
    )
    def test_says_what_is_wrong_with_a_file(self, pages: FlaskClient, content: bytes, status: int, told: str) -> None:
        assert told in words(markup(drop(pages, content), status))

    def test_says_what_is_wrong_with_a_form(self, pages: FlaskClient) -> None:
        assert "expected a file, got none" in words(
            markup(pages.post("/judge/recording", data={"server": ""}, content_type="multipart/form-data"), 400)
        )
        cut = pages.post("/judge/recording", data=b"x", headers={"Content-Type": "multipart/form-data; boundary=q"})
        assert "The form is not what the page sends" in words(markup(cut, 400))
        for field, value in (("status", "abc"), ("server", "http://a:b")):
            assert "Not judged" in words(markup(paste(pages, **{field: value}), 400 if field == "server" else 422))
        many = {f"field{index}": "x" for index in range(40)}
        sent = pages.post("/judge/recording", data=many, content_type="multipart/form-data")
        assert "more than 32 parts" in words(markup(sent, 413))

    def test_never_judges_a_form_that_was_cut_short(self, pages: FlaskClient) -> None:
        body = b'--q\r\nContent-Disposition: form-data; name="recording"; filename="a"\r\n\r\n' + made.lines(made.SOUND)
        headers = {"Content-Type": "multipart/form-data; boundary=q"}
        assert "The form is not" in words(markup(pages.post("/judge/recording", data=body, headers=headers), 400))
        environ = {"CONTENT_LENGTH": str(len(body) + 100)}
        cut = pages.post("/judge/recording", input_stream=io.BytesIO(body), headers=headers, environ_overrides=environ)
        assert "ended before its end" in words(markup(cut, 400))


class TestRuns:
    def test_are_listed_with_their_trend(self, pages: FlaskClient) -> None:
        stored(pages, made.SOUND, query="?label=nightly")
        stored(pages, made.WRONG_TYPE, made.UNDOCUMENTED, query="?label=nightly&source=proxy&commit=abc")
        stored(pages, made.WRONG_TYPE, query="?label=other")
        found = markup(pages.get("/runs"))
        assert "3 runs" in words(found)
        assert len(found.of("rect")) == 2
        assert len(found.of("circle")) == 1
        labels = [drawing["aria-label"] for drawing in found.of("svg") if "aria-label" in drawing]
        assert labels[0] is not None
        assert "at most 2, in the last 1" in labels[0]
        assert "2 runs, label nightly" in words(markup(pages.get("/runs?label=nightly&source=&outcome=")))
        assert "1 run, label nightly, passed" in words(markup(pages.get("/runs?label=nightly&outcome=passed")))
        assert "No run" in words(markup(pages.get("/runs?source=none")))

    def test_tell_what_was_found_in_all_of_them(self, pages: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
        stored(pages, made.WRONG_TYPE, made.UNDOCUMENTED, query="?label=nightly")
        stored(pages, made.WRONG_TYPE, query="?label=nightly")
        told = words(markup(pages.get("/runs?label=nightly"))).partition("What was found in all of these runs")[2]
        often, once = told.index("schema-violation"), told.index("undocumented-status")
        assert often < once  # it was seen last
        assert re.search(r"schema-violation .+ 2 2 \d{4}-", told[often:once])
        assert re.search(r"undocumented-status .+ 1 1 \d{4}-", told[once:])
        monkeypatch.setattr("validator.service.pages.runs.CAUSES", 1)
        assert "the rest is left out" in words(markup(pages.get("/runs")))
        stored(pages, made.SOUND, query="?label=sound")
        assert "What was found" not in words(markup(pages.get("/runs?label=sound")))

    def test_are_paged(self, pages: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("validator.service.pages.runs.LIMIT", 2)
        ids = [stored(pages, made.SOUND, query="?label=a%26b") for _ in range(5)]
        seen, address = [], "/runs?label=a%26b"
        while address:
            found = markup(pages.get(address))
            links = [link["href"] or "" for link in found.of("a")]
            seen += [link.removeprefix("/runs/") for link in links if link.startswith("/runs/")]
            address = next((link["href"] or "" for link in found.of("a") if link.get("rel") == "next"), "")
        assert seen == ids[::-1]

    def test_show_findings_beside_the_document(self, pages: FlaskClient) -> None:
        run = stored(pages, *[made.WRONG_TYPE] * 7, made.UNDOCUMENTED, made.UNKNOWN_CODE, made.SOUND)
        found = markup(pages.get(f"/runs/{run}"))
        told = words(found)
        assert "failed: 9 findings in 10 exchanges" in told
        assert told.index("schema-violation") < told.index("undocumented-status")
        assert "7 times" in told
        assert "and 2 more" in told
        assert '"id": { "type": "integer" }' in told
        assert len(found.of("mark")) == 3

    def test_name_the_document_by_which_they_were_judged(self, pages: FlaskClient) -> None:
        first = {**made.SHOP, "servers": [{"url": "https://o.test/api"}]}
        assert pages.put("/v1/contracts/other", json=first).status_code == 201
        broken = made.exchange({"id": "1", "name": "Tea"}, url="https://o.test/api/items/1")
        run = stored(pages, broken, query="?contract=other")
        changed = json.loads(json.dumps(first).replace('"integer"', '"number"'))
        assert pages.put("/v1/contracts/other", json=changed).status_code == 200
        found = markup(pages.get(f"/runs/{run}"))
        assert '"type": "integer"' in words(found)
        (link,) = (link["href"] for link in found.of("a") if (link["href"] or "").startswith("/contract?"))
        assert run_version(str(link)) in words(markup(pages.get(str(link))))

    def test_can_be_saved_in_every_format(self, pages: FlaskClient) -> None:
        run = stored(pages, made.WRONG_TYPE)
        links = [link["href"] or "" for link in markup(pages.get(f"/runs/{run}")).of("a") if "download" in link]
        assert [link.rpartition("/")[2] for link in links] == list(FORMATS)
        for link, known in zip(links, FORMATS.values(), strict=True):
            response = pages.get(link)
            assert response.mimetype == known.media_type
            assert response.headers["Content-Disposition"].startswith(f'attachment; filename="run-{run[:8]}.')
        assert "expected one of the formats" in words(markup(pages.get(f"/runs/{run}/reports/none"), 404))

    @pytest.mark.parametrize("run", ["none", "0" * 32, "%3Cscript%3E"])
    def test_that_are_not_there_are_told(self, pages: FlaskClient, run: str) -> None:
        assert "there is no run" in words(markup(pages.get(f"/runs/{run}"), 404))


class TestContracts:
    def test_show_codes_with_when_they_were_seen(self, pages: FlaskClient) -> None:
        stored(pages, made.KNOWN_CODE, made.KNOWN_CODE, made.UNKNOWN_CODE)
        told = words(markup(pages.get("/contract")))
        assert re.search(r"1 No such item .{0,120} 2 20\d\d-", told)
        assert re.search(r"2 The item is locked .{0,120}never", told)
        assert re.search(r"77 ! not documented 1 20\d\d-", told)

    def test_show_operations_by_resource(self, pages: FlaskClient) -> None:
        told = words(markup(pages.get("/contract")))
        assert "items 1 operation What is sold" in told
        assert "getItem GET /items/{id} One item 200 404" in told

    def test_show_coverage(self, pages: FlaskClient) -> None:
        stored(pages, made.SOUND, made.SOUND, made.UNDOCUMENTED, query="?label=nightly")
        found = markup(pages.get("/contract/coverage"))
        assert "1 of 13 documented answers were seen in stored runs, and 1 undocumented one." in words(found)
        assert "✓seen 2" in words(found)
        assert "!not documented, seen 1" in words(found)
        assert len([cell for cell in found.of("td") if "never" in (cell.get("class") or "")]) == 12
        assert "0 of 13" in words(markup(pages.get("/contract/coverage?label=other")))

    def test_work_without_a_store(self, without_store: FlaskClient) -> None:
        for path in ("/", "/contract", "/contract/coverage", "/contracts"):
            markup(without_store.get(path))
        assert "without a database" in words(markup(without_store.get("/runs"), 503))

    def test_are_listed_with_their_versions(self, pages: FlaskClient) -> None:
        for version in ("1", "2"):
            pages.put("/v1/contracts/other", json={**made.SHOP, "info": {"title": "O", "version": version}})
        told = words(markup(pages.get("/contracts")))
        assert re.search(r"other O 2 \S+ .* of other other, before O 1 ", told)

    def test_that_are_not_there_are_told(self, pages: FlaskClient) -> None:
        for query in ("contract=none", "version=" + "0" * 64):
            assert "There is no contract" in words(markup(pages.get(f"/contract?{query}"), 404))


class TestHostileValues:
    def test_in_every_field_of_a_recording_are_text(self, pages: FlaskClient) -> None:
        hostile = {
            "request": {
                "method": "GET",
                "url": f"https://shop.test/api/items/{HOSTILE}?{HOSTILE}={HOSTILE}",
                "headers": {"x-<script>": HOSTILE},
                "body": HOSTILE,
            },
            "response": {
                "status": 200,
                "headers": {"content-type": f"text/{HOSTILE}"},
                "body": json.dumps({HOSTILE: HOSTILE, "id": {HOSTILE: [HOSTILE]}, "name": HOSTILE}),
            },
            "recorded_at": HOSTILE,
        }
        typed = {**hostile, "response": {**hostile["response"], "headers": {"content-type": "application/json"}}}
        code = made.exchange({"error": True, "error_code": HOSTILE, "error_message": HOSTILE}, status=404)
        elsewhere = made.exchange({}, url=f"https://{HOSTILE}/")
        everything = [hostile, typed, code, elsewhere, made.SOUND]
        text = made.lines(*everything) + f'{{"request": "{HOSTILE[:20]}"}}\n'.encode()
        assert "<script>" in words(markup(drop(pages, text, server="", strictness="strict")))
        names = dict.fromkeys(("label", "source", "commit"), HOSTILE)
        response = pages.post("/v1/runs", query_string=names, data=text, content_type=NDJSON)
        assert response.status_code == 201
        run = response.get_json()["id"]
        for path in (f"/runs/{run}", "/runs", "/contract", "/contract/coverage"):
            markup(pages.get(path))
        assert HOSTILE in markup(pages.get("/runs")).text
        assert HOSTILE in markup(pages.get("/runs", query_string={"label": HOSTILE, "source": HOSTILE})).text

    def test_in_the_form_are_text(self, pages: FlaskClient) -> None:
        for name in ("method", "url", "status", "content_type", "body", "server", "contract", "strictness"):
            response = paste(pages, **{name: HOSTILE})
            markup(response, response.status_code)
        found = markup(paste(pages, body=f"</textarea>{HOSTILE}"))
        assert f"</textarea>{HOSTILE}" in found.text

    def test_in_a_contract_are_text(self, pages: FlaskClient) -> None:
        document = json.dumps(made.SHOP)
        for word in ("Shop", "One item", "What is sold", "No such item", "getItem", "The item is locked"):
            document = document.replace(f'"{word}"', json.dumps(HOSTILE + word))
        document = document.replace('"maxLength": 40', f'"maxLength": 1, "description": {json.dumps(HOSTILE)}')
        assert pages.put("/v1/contracts/bad", data=document, content_type="application/json").status_code == 201
        run = stored(pages, made.SOUND, query="?contract=bad")
        for path in ("/contract?contract=bad", "/contract/coverage?contract=bad", "/contracts", f"/runs/{run}"):
            assert "alert(1)" in markup(pages.get(path)).text

    def test_in_an_address_are_text(self, pages: FlaskClient) -> None:
        for path in ("/?example=", "/runs?cursor=", "/runs?label=", "/contract?version=", "/?", "/sign-in?next="):
            response = pages.get(path + HOSTILE)
            markup(response, response.status_code)

    def test_in_a_report_from_elsewhere_are_text(self, pages: FlaskClient) -> None:
        report = pages.post(
            "/v1/validate", data=made.lines(made.WRONG_TYPE, made.SOUND), content_type=NDJSON
        ).get_json()
        del report["read"]
        text = json.dumps(report).replace("string (1 character)", json.dumps(HOSTILE)[1:-1])
        media_type = "application/vnd.picqer-contract.report+json"
        sent = pages.post("/v1/runs", data=text.replace('"/id"', json.dumps(HOSTILE)), content_type=media_type)
        assert sent.status_code == 201, sent.text
        assert HOSTILE in markup(pages.get(f"/runs/{sent.get_json()['id']}")).text


class TestForms:
    @pytest.mark.parametrize(
        ("headers", "is_taken"),
        [
            ({}, True),
            ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, True),
            ({"Sec-Fetch-Site": "none"}, True),
            ({"Origin": "http://localhost"}, True),
            ({"Sec-Fetch-Site": "cross-site"}, False),
            ({"Sec-Fetch-Site": "same-site"}, False),
            ({"Origin": "https://evil.test"}, False),
            ({"Origin": "http://localhost:81"}, False),
            ({"Origin": "null"}, False),
            ({"Origin": "http://["}, False),
            ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ],
    )
    @pytest.mark.parametrize("path", ["/judge/recording", "/judge/response", "/sign-in", "/sign-out"])
    def test_of_other_sites_are_refused(
        self, pages: FlaskClient, path: str, headers: dict[str, str], is_taken: bool
    ) -> None:
        content_type = "multipart/form-data" if path == "/judge/recording" else "application/x-www-form-urlencoded"
        response = pages.post(path, data={"token": "x"}, headers=headers, content_type=content_type)
        assert (response.status_code != 403) == is_taken
        if not is_taken:
            assert "sent by a page of another site" in words(markup(response, 403))


class TestSigningIn:
    @pytest.fixture
    def token(self, kept: Store) -> str:
        text, hashed = new_token()
        assert kept.tokens.add(hashed, name="me", scope="read", expires_at=None) is not None
        return text

    @pytest.fixture
    def browser(self, kept: Store, own_judge: Judge) -> JudgedClient:
        app = create_app(Contract.from_dict(made.SHOP), store=kept, access=Access(kept, is_open=False))
        return client(app, own_judge, use_cookies=True)

    @pytest.mark.usefixtures("token")
    def test_is_asked_for_where_there_are_tokens(self, browser: FlaskClient) -> None:
        for path in ("/", "/runs", "/contract", "/contract/coverage", "/contracts", "/runs/x"):
            found = markup(browser.get(path), 401)
            assert {"type": "hidden", "name": "next", "value": path} in found.of("input")
        assert markup(paste(browser), 401)
        assert browser.get("/static/style.css").status_code == 200

    def test_opens_the_pages_and_nothing_else(self, browser: FlaskClient, token: str) -> None:
        response = browser.post("/sign-in", data={"token": f" {token} ", "next": "/runs?label=a"})
        assert (response.status_code, response.headers["Location"]) == (303, "/runs?label=a")
        cookie = response.headers["Set-Cookie"]
        assert cookie.startswith(f"{COOKIE}=")
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
        assert "Keeps the contract" in words(markup(paste(browser)))
        assert token not in browser.get("/").text
        assert browser.get("/v1/runs").status_code == 401
        assert browser.post("/v1/validate", json=made.SOUND).status_code == 401

    def test_ends(self, browser: FlaskClient, token: str) -> None:
        browser.post("/sign-in", data={"token": token})
        markup(browser.get("/"))
        assert browser.post("/sign-out").headers["Location"] == "/sign-in"
        markup(browser.get("/"), 401)

    @pytest.mark.parametrize("wrong", ["", "x", "pct_" + "a" * 43, HOSTILE, "ü"])
    def test_with_something_else_is_refused(self, browser: FlaskClient, wrong: str) -> None:
        response = browser.post("/sign-in", data={"token": wrong})
        assert "Not signed in" in words(markup(response, 401))
        assert "Set-Cookie" not in response.headers
        assert wrong not in response.text or wrong in {"", "x"}

    def test_behind_tls_keeps_the_cookie_from_plain_connections(self, browser: FlaskClient, token: str) -> None:
        response = browser.post("/sign-in", data={"token": token}, headers={"Origin": "https://localhost"})
        assert "Secure" in response.headers["Set-Cookie"]

    def test_is_not_needed_where_there_are_no_tokens(self, pages: FlaskClient) -> None:
        response = pages.post("/sign-in", data={"token": "any"})
        assert response.status_code == 303
        assert "Set-Cookie" not in response.headers

    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("/runs?label=a", "/runs?label=a"),
            ("", "/"),
            ("//evil.test", "/"),
            ("/\\evil.test", "/"),
            ("https://evil.test", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("javascript:alert(1)", "/"),
        ],
    )
    def test_leads_to_our_own_pages_only(self, text: str, path: str) -> None:
        assert own_path(text) == path


class TestFiles:
    @pytest.mark.parametrize("name", FILES)
    def test_are_asked_for_again_only_when_they_changed(self, pages: FlaskClient, name: str) -> None:
        response = pages.get(f"/static/{name}")
        assert response.mimetype == FILES[name]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        again = pages.get(f"/static/{name}", headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")

    @pytest.mark.parametrize("name", ["none.css", "..", "htmx.LICENSE", "%2e%2e%2fblueprint.py", "..%2Fblueprint.py"])
    def test_are_these_only(self, pages: FlaskClient, name: str) -> None:
        assert pages.get(f"/static/{name}").status_code == 404


def test_programs_get_problem_documents_as_before(pages: FlaskClient) -> None:
    for path in ("/v1/runs/none", "/v1/contracts/none", "/none"):
        response = pages.get(path, headers={"Accept": "text/html"})
        assert response.status_code in {404, 406}
        assert response.content_type == "application/problem+json"


def test_a_database_that_is_down_is_told_as_a_page(pages: FlaskClient, kept: Store, monkeypatch: Any) -> None:
    from validator.errors import StoreError  # noqa: PLC0415 - of this test alone

    def fail(*_: object, **__: object) -> None:
        raise StoreError("the disk is full", place="/secret/place", mend="make room")

    markup(pages.get("/"))  # who may do what is known by now
    monkeypatch.setattr(kept.database, "read", fail)
    response = pages.get("/runs")
    assert "the disk is full" in words(markup(response, 503))
    assert "/secret/place" not in response.text
    assert int(response.headers["Retry-After"]) > 0
    assert "Keeps the contract" in words(markup(paste(pages)))


def test_our_own_fault_is_a_page_without_what_happened(pages: FlaskClient, monkeypatch: Any) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a value of the recording")

    monkeypatch.setattr("validator.service.judging.read_stream", fail)
    response = paste(pages)
    assert "The service failed" in words(markup(response, 500))
    assert "a value of the recording" not in response.text
