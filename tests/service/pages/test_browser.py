"""The pages in headless Chromium: forms, files, the keyboard, both colour schemes, a phone; no error in the console."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests.service.pages import shop as made
from tests.service.pages.browser import PATIENCE, fits, served, shown
from validator.contract import Contract
from validator.service import create_app
from validator.service.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selenium.webdriver.remote.webelement import WebElement

    Driver = webdriver.Chrome

pytestmark = [pytest.mark.end_to_end, pytest.mark.usefixtures("quiet")]

AXE = Path(__file__).parent / "axe" / "axe.min.js"
HOSTILE = "<script>window.hit=1</script><img src=x onerror=window.hit=1>"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that has runs already."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'runs.db'}")
    store.start()
    app = create_app(Contract.from_dict(made.SHOP), store=store)
    client = app.test_client()
    hostile = made.exchange({HOSTILE: 1, "id": "1"}, url=f"https://shop.test/api/items/{HOSTILE}")
    for label, exchanges in (
        ("nightly", [made.SOUND, made.WRONG_TYPE, made.UNDOCUMENTED, made.UNKNOWN_CODE, made.KNOWN_CODE]),
        ("nightly", [made.SOUND] * 3),
        (HOSTILE, [hostile, made.WRONG_TYPE]),
    ):
        query = {"label": label, "source": "proxy"}
        response = client.post(
            "/v1/runs", query_string=query, data=made.lines(*exchanges), content_type="application/x-ndjson"
        )
        assert response.status_code == 201, response.text
    with served(app) as address:
        yield address
    store.database.close()


def at(driver: Driver, css: str) -> WebElement:
    found: WebElement = driver.find_element(By.CSS_SELECTOR, css)
    return found


def said(driver: Driver, words: str, css: str = "#verdict") -> str:
    """The text of an element, once the words are in it."""

    def look(driver: Driver) -> str | bool:
        text = str(driver.execute_script("return document.querySelector(arguments[0])?.innerText ?? ''", css))
        return text if words in text else False

    return str(WebDriverWait(driver, PATIENCE, poll_frequency=0.05).until(look, f"expected {words!r} in {css}"))


def focused(driver: Driver) -> str:
    return str(driver.execute_script("return document.activeElement.id || document.activeElement.className"))


def latest(service: str, driver: Driver, index: int = 0) -> str:
    driver.get(f"{service}/runs")
    return str(driver.find_elements(By.CSS_SELECTOR, "tbody th a")[index].get_attribute("href"))


def test_a_file_that_is_chosen_is_judged_at_once(driver: Driver, service: str, tmp_path: Path) -> None:
    recording = tmp_path / "session.har"
    recording.write_bytes(made.har(made.SOUND, made.WRONG_TYPE))
    driver.get(f"{service}/")
    driver.execute_script("window.same = true")
    at(driver, "#recording").send_keys(str(recording))
    text = said(driver, "1 of 2 exchanges breaks the contract")
    assert "schema-violation" in text
    assert '"type": "integer"' in text
    assert said(driver, "1 finding in 2 exchanges", "#said")
    assert driver.execute_script("return window.same"), "the page was loaded anew"
    assert driver.current_url == f"{service}/"


def test_a_file_that_is_dropped_is_judged_at_once(driver: Driver, service: str, tmp_path: Path) -> None:
    recording = tmp_path / "exchanges.ndjson"
    recording.write_bytes(made.lines(made.SOUND, made.SOUND))
    driver.get(f"{service}/")
    box = at(driver, "#recording").rect
    where = {"x": box["x"] + box["width"] - 20, "y": box["y"] + 10}
    data = {"items": [], "files": [str(recording)], "dragOperationsMask": 1}
    for step in ("dragEnter", "dragOver", "drop"):
        driver.execute_cdp_cmd("Input.dispatchDragEvent", {"type": step, **where, "data": data})
    assert "2 valid, 0 invalid" in said(driver, "2 exchanges keep the contract")


def test_what_cannot_be_judged_is_told(driver: Driver, service: str, tmp_path: Path) -> None:
    recording = tmp_path / "notes.txt"
    recording.write_text("nothing")
    driver.get(f"{service}/")
    at(driver, "#recording").send_keys(str(recording))
    assert "exchange lines" in said(driver, "Not judged")


def test_a_response_is_pasted_with_the_keyboard_alone(driver: Driver, service: str) -> None:
    driver.get(f"{service}/")
    keys = webdriver.ActionChains(driver)
    keys.send_keys(Keys.TAB).perform()
    assert focused(driver) == "skip"
    assert at(driver, ".skip").rect["y"] >= 0, "the link is seen where it has the focus"
    keys.send_keys(Keys.ENTER).perform()
    assert focused(driver) == "main"
    order = []
    for _ in range(20):
        keys.send_keys(Keys.TAB).perform()
        order.append(focused(driver))
        outline = driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", order
        if order[-1] == "url":
            break
    assert order[-2:] == ["method", "url"]
    keys.send_keys("/items/5", Keys.TAB, Keys.TAB, Keys.TAB, '{"id": "5"}', Keys.TAB, Keys.TAB).perform()
    assert focused(driver) == "paste-send"
    keys.send_keys(Keys.ENTER).perform()
    text = said(driver, "Breaks the contract")
    assert "GET https://shop.test/api/items/5 → 200" in text
    assert "expected integer, got string" in text
    assert at(driver, "#body").get_attribute("value") == '{"id": "5"}'


def test_an_example_is_one_click(driver: Driver, service: str) -> None:
    driver.get(f"{service}/")
    driver.find_element(By.LINK_TEXT, "A member of another type").click()
    assert "expected integer" in said(driver, "Breaks the contract")
    assert '"many"' in str(at(driver, "#body").get_attribute("value"))


def test_without_a_script_the_forms_load_the_page(driver: Driver, service: str) -> None:
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(f"{service}/")
        at(driver, "#url").send_keys("/items/1")
        at(driver, "#body").send_keys('{"id": 1}')
        at(driver, "#paste-send").click()
        WebDriverWait(driver, PATIENCE).until(lambda driver: "/judge/response" in driver.current_url)
        assert "Breaks the contract" in at(driver, "#verdict").text
        assert at(driver, "#body").get_attribute("value") == '{"id": 1}'
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_runs_are_filtered_in_place(driver: Driver, service: str) -> None:
    driver.get(f"{service}/runs")
    assert said(driver, "3 runs", "#runs")
    assert len(driver.find_elements(By.CSS_SELECTOR, "figure > svg")) == 2
    assert len(driver.find_elements(By.CSS_SELECTOR, "rect.bar")) == 2
    Select(at(driver, "#label")).select_by_visible_text("nightly")
    assert said(driver, "2 runs, label nightly", "#runs")
    assert "label=nightly" in driver.current_url
    Select(at(driver, "#outcome")).select_by_visible_text("passed")
    assert "✓ passed" in said(driver, "1 run, label nightly, passed", "#runs")
    driver.back()
    assert said(driver, "2 runs, label nightly", "#runs")


def test_a_run_shows_what_came_beside_what_is_documented(driver: Driver, service: str) -> None:
    driver.get(latest(service, driver, 2))
    assert "3 findings in 5 exchanges" in said(driver, "failed", ".outcome")
    came, documented = driver.find_elements(By.CSS_SELECTOR, ".cause .side")[:2]
    assert came.rect["y"] == documented.rect["y"]
    assert came.rect["x"] + came.rect["width"] <= documented.rect["x"] + 1
    marks = [mark.text for mark in driver.find_elements(By.TAG_NAME, "mark")]
    assert '"type": "integer"' in marks
    assert [link.text for link in driver.find_elements(By.CSS_SELECTOR, "a[download]")][:2] == ["text", "json"]


def test_the_contract_says_when_a_code_was_seen(driver: Driver, service: str) -> None:
    driver.get(f"{service}/contract")
    rows = [row.text for row in driver.find_elements(By.CSS_SELECTOR, "#codes ~ div tbody tr")]
    assert [row.split()[0] for row in rows] == ["1", "2", "77"]
    assert time.strftime("%Y-", time.gmtime()) in rows[0]
    assert rows[1].endswith("never")
    assert "not documented" in rows[2]


def test_the_matrix_tells_seen_from_never_and_undocumented(driver: Driver, service: str) -> None:
    driver.get(f"{service}/contract/coverage")
    head = [cell.text for cell in driver.find_elements(By.CSS_SELECTOR, ".matrix thead th")]
    row = driver.find_element(By.XPATH, "//tr[th/code='getItem']")
    cells = [cell.text.replace("\n", "") for cell in row.find_elements(By.CSS_SELECTOR, "th, td")]
    told = {status: cell for status, cell in zip(head, cells, strict=True) if cell and status != "Operation"}
    assert {status: cell[0] for status, cell in told.items()} == {"200": "✓", "404": "✓", "418": "!"}
    assert len(driver.find_elements(By.CSS_SELECTOR, ".matrix td.never")) == 11


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_is_accessible_and_fits(driver: Driver, service: str, width: int, scheme: str) -> None:
    paths = {
        latest(service, driver),
        *(f"{service}{path}" for path in ("/", "/?example=wrong-type", "/runs", "/contract", "/contracts", "/sign-in")),
        f"{service}/contract/coverage",
        f"{service}/runs/none",
    }
    shown(driver, width=width, scheme=scheme)
    grounds = set()
    for path in sorted(paths):
        driver.get(path)
        fits(driver, width, path)
        grounds.add(driver.execute_script("return getComputedStyle(document.body).backgroundColor"))
        assert serious(driver) == [], path
    (ground,) = grounds
    assert (sum(map(int, ground.strip("rgb()").split(","))) > 3 * 128) == (scheme == "light")


def serious(driver: Driver) -> list[str]:
    """What axe-core finds, with the elements."""
    driver.execute_script(AXE.read_text())
    found: list[dict[str, Any]] = driver.execute_async_script(
        "const done = arguments[0]; axe.run({resultTypes: ['violations']}).then(found => done(found.violations))"
    )
    return [
        f"{one['id']}: {one['help']}: {json.dumps([node['html'][:200] for node in one['nodes'][:3]])}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


def test_what_is_not_accessible_would_be_found(driver: Driver, service: str) -> None:
    driver.get(f"{service}/")
    driver.execute_script("document.querySelector('label[for=url]').remove()")
    driver.execute_script("document.querySelector('#url').removeAttribute('placeholder')")
    assert "label" in [found.partition(":")[0] for found in serious(driver)]


def test_a_script_in_the_page_would_not_run_and_be_told(driver: Driver, service: str) -> None:
    driver.get(f"{service}/")
    driver.execute_script(
        "const script = document.createElement('script'); script.textContent = 'window.hit = 1';"
        "document.body.append(script)"
    )
    (told,) = driver.get_log("browser")
    assert "Content Security Policy" in told["message"]


def test_hostile_values_are_shown_as_text(driver: Driver, service: str) -> None:
    driver.get(f"{service}/runs")
    assert HOSTILE in at(driver, "#runs").text
    driver.get(latest(service, driver))
    assert HOSTILE in at(driver, "main").text
    driver.get(f"{service}/")
    at(driver, "#url").send_keys("/items/1?", HOSTILE)
    at(driver, "#body").send_keys(json.dumps({HOSTILE: HOSTILE, "id": HOSTILE}))
    at(driver, "#paste-send").click()
    assert "window.hit" in said(driver, "Breaks the contract")
    driver.get(f"{service}/contract/coverage?label={HOSTILE}")
    assert HOSTILE in at(driver, "main").text
    assert driver.find_elements(By.CSS_SELECTOR, "main img, main script") == []
