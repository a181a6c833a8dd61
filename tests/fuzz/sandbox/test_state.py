"""State: bounded, and the same for the same seed."""

import threading

from fuzz.sandbox.state import MAX_CHILDREN, MAX_RECORDS, Record, State

TAG = {"title": "T", "color": "#112233", "inherit": False}


def test_the_oldest_made_records_go_first_and_born_ones_stay():
    state = State(0)
    state.add("tags", 1, Record(fields={}))
    state.mark_born()
    for number in range(2, MAX_RECORDS + 3):
        state.add("tags", number, Record(fields={}))
    assert len(state.all("tags")) == MAX_RECORDS
    assert state.find("tags", 1)
    assert not state.find("tags", 2)
    assert not state.find("tags", 3)
    assert state.find("tags", 4)


def test_a_full_list_below_a_record_keeps_its_first_item():
    record = Record(fields={})
    for number in range(MAX_CHILDREN + 1):
        record.add_below("comments", {"n": number})
    assert [item["n"] for item in record.below("comments")] == [0, *range(2, MAX_CHILDREN + 1)]


def test_items_are_found_below_whatever_record_they_hang():
    state = State(0)
    for number, name in enumerate(("tags", "hooks")):
        state.add(name, number, Record(fields={"n": number})).add_below("comments", {"of": name})
    assert [(record.fields["n"], item["of"]) for record, item in state.everywhere("comments")] == [
        (0, "tags"),
        (1, "hooks"),
    ]
    assert list(state.everywhere("images")) == []


def test_time_and_ids_go_on_by_one():
    state = State(0)
    assert (state.now(), state.now()) == ("2026-01-05 09:00:01", "2026-01-05 09:00:02")
    assert (state.next_id("a"), state.next_id("a"), state.next_id("b")) == (1, 2, 1)


def test_a_run_does_not_fill_the_memory(sandbox):
    for _ in range(MAX_RECORDS + 20):
        assert sandbox.ask("POST /tags", TAG).status == 201
    assert sandbox.ask("GET /tags/1").status == 200
    assert sandbox.ask("GET /tags/3").status == 404
    assert len(sandbox.ask("GET /tags").json) == 100
    assert len(sandbox.ask("GET /tags?offset=250").json) == MAX_RECORDS - 250


def test_the_same_seed_and_requests_give_the_same_answers(start):
    requests = [("POST /tags", TAG), ("GET /products", b""), ("POST /picklists/1/shipments", {"idshippingprofile": 1})]
    told = [[client.ask(*request).data for request in requests] for client in (start(seed=7), start(seed=7), start())]
    assert told[0] == told[1] != told[2]


def test_two_sandboxes_share_nothing(sandbox, start):
    other = start()
    sandbox.ask("DELETE /tags/1")
    assert sandbox.ask("GET /tags/1").status == 404
    assert other.ask("GET /tags/1").status == 200


def test_threads_do_not_lose_each_others_records(sandbox):
    def work():
        for _ in range(20):
            sandbox.ask("POST /tags", TAG)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [tag["idtag"] for page in ("0", "100") for tag in sandbox.ask(f"GET /tags?offset={page}").json]
    assert numbers == list(range(1, 103))


def test_what_was_stored_can_be_gone_back_to_more_than_once():
    state = State(0)
    record = state.add("tags", 1, Record(fields={"n": 1}, children={"notes": [{"m": 1}]}))
    stored = state.snapshot()
    for _ in range(2):
        record = state.get("tags", 1)
        record.fields["n"] = 2
        record.below("notes")[0]["m"] = 2
        record.tags.append(1)
        state.add("tags", 2, Record(fields={}))
        state.restore(stored)
        assert state.all("tags") == [Record(fields={"n": 1}, children={"notes": [{"m": 1}]})]


def test_an_id_is_known_where_anything_has_it():
    state = State(0)
    state.add("tags", 1, Record(fields={"idtag": 1}, children={"notes": [{"idnote": 7}]}))
    assert state.knows("idtag", 1)
    assert state.knows("idnote", 7)
    assert state.knows("key", None)
    assert not any(state.knows(*one) for one in (("idtag", 2), ("idtag", None), ("idnote", 1)))
