"""A browser for the tests of this folder; no error in its console after any of them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.service.pages.browser import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    Driver = webdriver.Chrome

BROWSER = "/usr/bin/chromium"
DRIVER = "/usr/bin/chromedriver"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    """A browser with an empty profile, for all tests of a file."""
    if not (shutil.which(BROWSER) and shutil.which(DRIVER)):
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=Service(DRIVER, log_output=os.devnull))
    yield found
    found.quit()


@pytest.fixture
def quiet(driver: Driver) -> Iterator[None]:
    """After each test: nothing in the console, which tells of violations of the policy and of our script, too."""
    shown(driver, width=1280, scheme="light")
    driver.get_log("browser")
    yield
    told = [entry for entry in driver.get_log("browser") if entry["level"] in {"WARNING", "SEVERE"}]
    # The browser itself tells of every answer that is no success; some tests ask for one.
    assert [entry for entry in told if "server responded with a status of 4" not in entry["message"]] == []
    assert driver.execute_script("return window.hit") is None
