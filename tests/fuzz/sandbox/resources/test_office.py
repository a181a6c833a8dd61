"""Tasks, statistics, fulfilment customers."""

import pytest


def test_a_deadline_is_sent_as_a_date_and_answered_with_a_time(sandbox):
    body = {"title": "Tellen", "deadline_date": "2026-04-01", "deadline_time": "16:30:00"}
    made = sandbox.ask("POST /tasks", body).json
    assert (made["deadline_date"], made["deadline_time"]) == ("2026-04-01 00:00:00", "16:30:00")
    assert sandbox.ask("PUT /tasks/3", {"title": "T"}).json["deadline_date"] == "2026-04-01 00:00:00"
    assert sandbox.ask("PUT /tasks/3", {"deadline_date": "2026-03-01"}).json["deadline_date"].startswith("2026-03-01")


def test_a_task_is_completed_and_opened_again(sandbox):
    assert sandbox.ask("POST /tasks/1/uncomplete").outcome == (400, 33)
    assert sandbox.ask("POST /tasks/1/complete").json["completed_by_iduser"] == 1
    assert sandbox.ask("POST /tasks/1/complete").outcome == (400, 33)
    assert [task["idtask"] for task in sandbox.ask("GET /tasks?completed=1").json] == [1]
    assert sandbox.ask("POST /tasks/1/uncomplete").json["completed_at"] is None
    assert sandbox.ask("DELETE /tasks/1").status == 204


@pytest.mark.parametrize(
    ("key", "request_line", "body"),
    [
        ("total-products", "POST /products", {"productcode": "P", "name": "P", "price": 1, "idvatgroup": 1}),
        ("inactive-products", "POST /products/1/inactivate", b""),
        ("closed-picklists-today", "POST /picklists/1/close", b""),
        ("new-customers-this-week", "POST /customers", {"name": "K"}),
    ],
)
def test_a_statistic_counts_what_there_is(sandbox, key, request_line, body):
    before = sandbox.ask(f"GET /stats/{key}").json["value"]
    sandbox.ask(request_line, body)
    assert sandbox.ask(f"GET /stats/{key}").json["value"] == before + 1


def test_every_statistic_that_is_listed_can_be_read(shared):
    stats = shared.ask("GET /stats").json
    assert len(stats) == 12
    for key in stats:
        assert isinstance(shared.ask(f"GET /stats/{key}").json["value"], int)
    assert shared.ask("GET /stats/nonsense").outcome == (404, 20)


def test_a_password_is_never_told(sandbox):
    path, secret = "/fulfilment/customers", {"password": "hush"}
    made = sandbox.ask(f"POST {path}", {"name": "F", "allowed_shipping_profiles": [2]} | secret)
    assert (made.status, made.json["allowed_shipping_profiles"]) == (201, [2])
    changed = sandbox.ask(f"PUT {path}/2", {"can_login": True} | secret)
    assert changed.json["can_login"] is True
    assert b"hush" not in made.data + changed.data + sandbox.ask(f"GET {path}").data


def test_a_report_is_of_a_period(shared):
    path = "/fulfilment/customers/1/report"
    report = shared.ask(f"GET {path}?start-date=2026-02-01&end-date=2026-02-28").json
    assert report["meta_data"] == {"start_date": "2026-02-01", "end_date": "2026-02-28"}
    assert report["storage_usage"]["stock_locations_in_use"][0]["total_items"] == "3"
    assert shared.ask(f"GET {path}?start-date=februari").outcome == (400, 35)
