"""What the tests in a browser have in common: a service to look at, how wide the window is, and whether a page fits."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from selenium.common.exceptions import TimeoutException
from selenium.webdriver.support.ui import WebDriverWait
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from selenium import webdriver

    Driver = webdriver.Chrome

PATIENCE = 20
CULPRITS = """
return [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > arguments[0] && !one.closest('.scroll *, pre *'))
  .slice(-5).map(one => one.outerHTML.slice(0, 120) + ' ' + Math.round(one.getBoundingClientRect().right));
"""
"""What stands out, by script: the innermost last."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of the application, while it is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def shown(driver: Driver, *, width: int, scheme: str) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def fits(driver: Driver, width: int, path: str, *, when: str = "body") -> None:
    """The page needs no scrolling to the side once it is laid out, which may be after it is loaded.

    `when` selects what must be there first.
    """
    there = "return document.querySelector(arguments[0]) !== null"
    script = "return document.documentElement.scrollWidth <= arguments[0]"
    wait = WebDriverWait(driver, PATIENCE, poll_frequency=0.05)
    wait.until(lambda driver: driver.execute_script(there, when), f"{path}: there is no {when}")
    try:
        wait.until(lambda driver: driver.execute_script(script, width))
    except TimeoutException:
        culprits = driver.execute_script(CULPRITS, width)
        raise AssertionError(f"{path} is wider than {width} pixels: {culprits}") from None
