"""What shows the inside of a server, and what only looks as if it did."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.oracles.internals import SIGNS, leaks
from tests.fuzz.shop import DOCUMENT
from validator.contract import Contract
from validator.exchange import Exchange, Headers, Request, Response

OPERATION = Contract.from_dict(DOCUMENT).operation("updateOrder")
URL = "http://127.0.0.1/v1/orders/1"

INSIDES = {
    "a Python stack trace": [
        'Traceback (most recent call last):\n  File "app.py", line 3, in handle',
        'File "/srv/shop/handlers.py", line 118, in update',
    ],
    "a PHP error": [
        "Fatal error: Uncaught TypeError: strlen(): Argument #1 must be of type string in /var/www/shop/order.php:12",
        "<b>Warning</b>: Undefined array key 1 in <b>/home/shop/public/index.php</b> on line <b>9</b>",
        "PHP Notice:  Undefined variable $x in order.php on line 3",
        "#0 /var/www/shop/index.php(31): handle()",
    ],
    "a Java stack trace": [
        "at com.shop.orders.OrderController.update(OrderController.java:42)",
        'Exception in thread "main" java.lang.IllegalStateException',
        "java.lang.NullPointerException",
        "org.springframework.web.HttpMessageNotReadableException: JSON parse error",
    ],
    "a JavaScript stack trace": [
        "SyntaxError: Unexpected token\n    at JSON.parse (<anonymous>)\n    at parse (/app/lib/json.js:92:19)",
        "at Object.handle (file:///srv/shop/main.mjs:3:7)",
        "at /usr/src/shop/server.js:10:3",
        r"at update (C:\shop\server.js:10:3)",
    ],
    "a Ruby stack trace": [
        "app/controllers/orders_controller.rb:12:in `update'",
        "ActiveRecord::RecordNotFound",
    ],
    "a .NET stack trace": [
        r"at Shop.Orders.Update(Int32 id) in C:\build\Orders.cs:line 31",
        "System.NullReferenceException: Object reference not set to an instance of an object.",
    ],
    "a Go stack trace": [
        "goroutine 7 [running]:\nmain.update(0x0)",
        "panic: runtime error: invalid memory address or nil pointer dereference",
        "/build/orders.go:31 +0x1d",
    ],
    "a Rust panic": ["thread 'main' panicked at src/orders.rs:3:5"],
    "an error of a database": [
        "SQLSTATE[23000]: Integrity constraint violation",
        "You have an error in your SQL syntax; check the manual",
        "ORA-00933: SQL command not properly ended",
        'ERROR: relation "orders" does not exist',
        'duplicate key value violates unique constraint "orders_pkey"',
        "UNIQUE constraint failed: orders.reference",
        'sqlite3.OperationalError: near "FROM": syntax error',
        "Unknown column 'colour' in 'field list'",
        "Duplicate entry '7' for key 'orders.PRIMARY'",
        "Unclosed quotation mark after the character string 'x'.",
        "Incorrect integer value: 'x' for column 'amount' at row 1",
    ],
    "a statement in SQL": [
        "select failed: SELECT id, name FROM orders WHERE id = 7",
        "INSERT INTO orders (id, name) VALUES (1, 'x')",
        "UPDATE orders SET name = 'x' WHERE id = 1",
        "DELETE FROM orders WHERE id = 1",
    ],
    "a path of a file of the server": [
        "cannot open /var/www/shop/storage/orders",
        "failed in /srv/shop/orders.py",
        "see /etc/shop/database.yml",
        r"C:\inetpub\wwwroot\shop\web.config",
        "file:///srv/shop/orders",
    ],
    "the address of a database or a queue": [
        "Connection refused: mysql://shop:secret@10.0.0.7:3306/hooks",
        "could not connect to postgresql+psycopg://db.internal/shop",
    ],
    "a page of a debugger": [
        "<title>ValueError // Werkzeug Debugger</title>",
        "You're seeing this error because you have <code>DEBUG = True</code> in your settings",
        r"Symfony\Component\HttpKernel\Exception\NotFoundHttpException",
        r"Illuminate\Database\QueryException",
        "<h1>Whitelabel Error Page</h1>",
        "<span><H1>Server Error in '/shop' Application.</H1></span>",
    ],
}

HARMLESS = [
    "Traceback is not a word of ours",
    "The file is too big, line 3 of the address is too long",
    "Warning: this order was changed in the meantime",
    "at noon (12:30:15)",
    "You may select an order from the list where it stands",
    "Please update your address and set a country",
    "Delete from the list what you do not want",
    "insert into the box (left)",
    "SELECT one of the options",
    "/orders/1/products is not allowed",
    "https://shop.example/srv/app/order.php",
    "see https://shop.example/var/www/help",
    '<link href="/app/order.php"><script src="/usr/lib/jquery.ts">',
    "/app is down",
    "a path like /etc or /home",
    "com.shop.error.invalid",
    "urn:shop:errors:NotFoundException",
    "a 5' x 3' panel; thread 'M6' for screws",
    "order ORA-12345 is unknown",
    "The value 'x' is not an integer",
    "C:\\ is a drive",
    "panic: none",
    "System failure",
]


def answer(text: str, status: int = 500, kind: str = "text/plain", headers: Any = (), said: bytes = b"") -> Exchange:
    response = Response(status=status, headers=Headers([("Content-Type", kind), *headers]), body=text.encode())
    return Exchange(request=Request(method="PUT", url=URL, body=said), response=response)


def shown(exchange: Exchange) -> set[str]:
    return {str(finding.received) for finding in leaks(OPERATION, exchange)}


POSITIVES = [(name, text) for name, texts in INSIDES.items() for text in texts]


def test_each_sign_of_the_table_has_its_cases() -> None:
    assert [sign.name for sign in SIGNS] == list(INSIDES)


@pytest.mark.parametrize(("name", "text"), POSITIVES)
def test_what_shows_the_inside_is_told(name: str, text: str) -> None:
    assert name in shown(answer(text))
    assert name in shown(answer(json.dumps({"error": True, "detail": text}), kind="application/problem+json"))
    assert name in shown(answer(f"<pre>{html.escape(text)}</pre>", kind="text/html; charset=utf-8"))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_does_not_is_not(text: str) -> None:
    assert shown(answer(text, 400)) == set()
    assert shown(answer(json.dumps({"error_message": text}), 400, "application/json")) == set()


@pytest.mark.parametrize(("name", "text"), POSITIVES)
def test_an_echo_is_no_leak(name: str, text: str) -> None:
    """Whoever sends a stack trace may get it back."""
    body = json.dumps({"note": text})
    assert name not in shown(answer(json.dumps({"value": text}), 400, "application/json", said=body.encode()))


def test_a_success_may_bring_what_people_wrote() -> None:
    note = "moved to /var/www/shop/orders by SELECT id FROM orders WHERE id = 1"
    assert shown(answer(note, 200)) == set()
    assert shown(answer(note, 400)) == {"a statement in SQL", "a path of a file of the server"}
    assert shown(answer("SQLSTATE[HY000]", 200)) == {"an error of a database"}


def test_headers_are_looked_at_too() -> None:
    assert shown(answer("{}", 400, headers=[("X-Error", "java.lang.NullPointerException")])) == {"a Java stack trace"}
    assert shown(answer("{}", 200, headers=[("X-Debug-Token", "1a2b")])) == {"the header X-Debug-Token of a debugger"}
    assert shown(answer("{}", 302, headers=[("Location", "/app/orders.php")])) == set()


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "application/octet-stream"])
def test_what_is_no_text_is_not_searched(kind: str) -> None:
    assert shown(answer("SQLSTATE[23000]", 500, kind)) == set()


def test_each_sign_is_told_once() -> None:
    assert len(list(leaks(OPERATION, answer("SQLSTATE[23000] SQLSTATE[23001]\nORA-00933: x")))) == 1


@pytest.mark.property
@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_can_be_searched(text: str) -> None:
    assert shown(answer(text.encode("utf-8", "replace").decode(), 400)) <= set(INSIDES)


@pytest.mark.parametrize("piece", ["/", "a.", "at ", "SELECT ", "#1 ", "(", "\\", "\n", "'"])
def test_a_long_text_does_not_keep_us(piece: str) -> None:
    """Ends at all: a pattern that looks at each pair of places would not, within a test's life."""
    assert shown(answer(piece * 500_000, 500)) == set()
