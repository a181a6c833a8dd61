"""Every page with long and hostile text in every place that a document or a recording can fill: shown, never obeyed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from selenium.webdriver.common.by import By

from tests.service.pages import shop as made
from tests.service.pages.browser import fits, served, shown
from validator.contract import Contract
from validator.service import create_app
from validator.service.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium import webdriver

    Driver = webdriver.Chrome

pytestmark = [pytest.mark.end_to_end, pytest.mark.usefixtures("quiet")]

SCRIPT = "<script>window.hit=1</script><img src=x onerror=window.hit=1>\"'><svg/onload=window.hit=1>"
LONG = "W" * 110
"""Nothing in it to break a line at."""

TEXT = f"{SCRIPT}{LONG}"
SEGMENT = f"{LONG}%3Cscript%3E"


def _answer(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {"description": TEXT, "content": {"application/json": {"schema": schema, "example": example}}}


ERROR = {
    "type": "object",
    "required": ["error", "error_code", "error_message"],
    "properties": {
        "error": {"const": True},
        "error_code": {"type": "string", "oneOf": [{"const": TEXT, "description": TEXT}]},
        "error_message": {"type": "string"},
    },
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": TEXT, "version": TEXT},
    "servers": [{"url": f"https://shop.test/{SEGMENT}"}],
    "tags": [{"name": TEXT, "description": TEXT}],
    "paths": {
        f"/{SEGMENT}/{{id}}": {
            "get": {
                "operationId": TEXT,
                "tags": [TEXT],
                "summary": TEXT,
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {
                    "200": _answer({"$ref": f"#/components/schemas/{LONG}"}, {TEXT: TEXT}),
                    "404": _answer(
                        {"$ref": "#/components/schemas/Error"},
                        {"error": True, "error_code": TEXT, "error_message": TEXT},
                    ),
                },
            }
        }
    },
    "webhooks": {
        TEXT: {
            "post": {
                "summary": TEXT,
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {"200": {"description": TEXT}},
            }
        }
    },
    "components": {
        "schemas": {
            LONG: {"type": "object", "required": [TEXT], "properties": {TEXT: {"enum": [TEXT], "description": TEXT}}},
            "Error": ERROR,
        }
    },
}
URL = f"https://shop.test/{SEGMENT}/{SEGMENT}/{SEGMENT}?{SEGMENT}={SEGMENT}"
EXCHANGES = (
    made.exchange({TEXT: TEXT}, url=URL),
    made.exchange({TEXT: f"{TEXT}?"}, url=URL),
    made.exchange({}, url=URL),
    made.exchange({}, url=URL, status=418),
    made.exchange({"error": True, "error_code": f"{TEXT}?", "error_message": TEXT}, url=URL, status=404),
    made.exchange({"error": True, "error_code": TEXT, "error_message": TEXT}, url=URL, status=404),
    made.exchange({}, url=f"https://{'w' * 60}.{'w' * 60}.test/{SEGMENT}"),
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'runs.db'}")
    store.start()
    app = create_app(Contract.from_dict(DOCUMENT), store=store)
    client = app.test_client()
    assert client.put(f"/v1/contracts/{'w' * 64}", json=DOCUMENT).status_code == 201
    for _ in range(2):
        body = made.lines(*EXCHANGES) + f'{{"{TEXT}'.encode() + b"\n"
        query = {"label": TEXT, "source": TEXT, "commit": TEXT}
        sent = client.post("/v1/runs", query_string=query, data=body, content_type="application/x-ndjson")
        assert sent.status_code == 201, sent.text
    with served(app) as address:
        yield address
    store.database.close()


def pages(driver: Driver, service: str) -> Iterator[str]:
    """The address of each page, with hostile words where it takes some."""
    driver.get(f"{service}/runs")
    yield str(driver.find_element(By.CSS_SELECTOR, "tbody th a").get_attribute("href"))
    examples = driver.get(f"{service}/") or driver.find_elements(By.CSS_SELECTOR, ".examples a")
    yield from [str(example.get_attribute("href")) for example in examples]
    yield from (
        f"{service}{path}" for path in ("/", "/runs", "/contract", "/contracts", "/contract/coverage", "/sign-in")
    )
    yield f"{service}/contract?contract={'w' * 64}"
    yield f"{service}/contract/coverage?label={SEGMENT}"
    yield f"{service}/runs?label={SEGMENT}&source={SEGMENT}&outcome=failed"
    yield f"{service}/runs/{SEGMENT}"
    yield f"{service}/?example={LONG}"
    yield f"{service}/runs?{SEGMENT}={SEGMENT}"


def obeys_nothing(driver: Driver) -> None:
    assert driver.find_elements(By.CSS_SELECTOR, "main img, main script, main svg[onload]") == []
    assert driver.execute_script("return window.hit") is None


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_is_wider_than_the_window_or_obeys(driver: Driver, service: str, width: int) -> None:
    shown(driver, width=width, scheme="light")
    addresses = list(dict.fromkeys(pages(driver, service)))
    assert len(addresses) > 12
    for address in addresses:
        driver.get(address)
        fits(driver, width, address)
        obeys_nothing(driver)


@pytest.mark.parametrize("width", [360, 1280])
def test_a_verdict_on_hostile_text_fits_too(driver: Driver, service: str, width: int, tmp_path: Path) -> None:
    shown(driver, width=width, scheme="dark")
    for name, content in (
        ("whole", made.lines(*EXCHANGES)),
        (LONG, TEXT.encode()),
        ("none", made.lines(EXCHANGES[-1])),
    ):
        recording = tmp_path / f"{name}.ndjson"
        recording.write_bytes(content)
        driver.get(f"{service}/")
        driver.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
        fits(driver, width, "the start page with its options")
        driver.find_element(By.ID, "recording").send_keys(str(recording))
        fits(driver, width, f"the verdict on {name}", when="#verdict:not(.empty)")
        obeys_nothing(driver)
    driver.get(f"{service}/")
    driver.find_element(By.ID, "url").send_keys(URL)
    driver.find_element(By.ID, "body").send_keys(json.dumps({TEXT: 1}))
    driver.find_element(By.ID, "paste-send").click()
    fits(driver, width, "the verdict on a response", when="#verdict:not(.empty)")
    obeys_nothing(driver)
