"""`picqer-contract contract`, as a user opens it."""

from __future__ import annotations

import json

import pytest

from tests.listing.test_listing import SMALL
from tests.test_cli import run
from validator.door import FINE, OBSTACLE


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "small.json"
    path.write_text(json.dumps(SMALL.document.root))
    return path


def test_the_picqer_contract_is_the_default():
    done = run("contract")
    assert (done.code, done.err) == (FINE, "")
    assert done.out.startswith("Picqer API ")
    assert "  GET     /orders  " in done.out


@pytest.mark.parametrize(
    ("options", "there", "not_there"),
    [
        ([], ["/one", "/two", "done", "Meaning 1"], []),
        (["--errors"], ["Meaning 1"], ["/one", "done"]),
        (["--resource", "orders"], ["/one", "Meaning 3"], ["/two", "done", "Meaning 4"]),
        (["--resource", "orders", "--errors"], ["Meaning 3"], ["/one", "Meaning 4"]),
        (["--format", "markdown"], ["| POST | `/one` |"], []),
        (["--format", "json"], ['"path": "/one"'], []),
    ],
)
def test_what_is_asked_for_is_shown(spec, options, there, not_there):
    done = run("contract", "--spec", spec, *options)
    assert (done.code, done.err) == (FINE, "")
    assert all(part in done.out for part in there)
    assert not any(part in done.out for part in not_there)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--resource", "order"], "there is no resource 'order', did you mean 'orders'?; expected one of orders"),
        (["--format", "xml"], "'xml' is not one of 'text', 'json', 'markdown'"),
        (["more"], "unexpected extra argument (more)"),
    ],
)
def test_a_slip_on_the_command_line_is_told(spec, options, told):
    done = run("contract", "--spec", spec, *options)
    assert (done.code, done.out) == (OBSTACLE, "")
    assert told in done.err


def test_a_document_without_tags_has_no_resources(tmp_path):
    spec = tmp_path / "plain.json"
    spec.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}}))
    assert "the document has no tags" in run("contract", "--spec", spec, "--resource", "orders").err
    assert run("contract", "--spec", spec).out.startswith("T 1 (plain.json): 0 operations\n")


def test_an_error_code_that_is_not_documented_is_an_obstacle_with_its_place(tmp_path):
    spec = tmp_path / "slip.json"
    spec.write_text(json.dumps({**SMALL.document.root, "x-error-codes": {"9": "No."}}))
    done = run("contract", "--spec", spec)
    assert (done.code, done.out) == (OBSTACLE, "")
    assert "slip.json: /x-error-codes/9: expected one of the documented error codes, got '9'" in done.err
