"""Tables: which operations a row of data gives, and what a record made from it holds."""

from fuzz.sandbox.model import Call
from fuzz.sandbox.problems import NOT_FOUND, WRONG_STATUS, Problem
from fuzz.sandbox.resources.tables import Action, Below, Table, now, numbered, of
from fuzz.sandbox.shapes import Member, shape
from fuzz.sandbox.state import Record, State

WHEEL = shape(size="integer!", idmaker=Member(kind="id", to="makers"))
WHEELS = Below(
    name="wheels",
    id="idwheel",
    fields={"size": 1, "maker": of("makers", "idmaker", "name")},
    takes=WHEEL,
    changes=shape(size="integer"),
    deletes=True,
)
CARTS = Table(
    name="carts",
    id="idcart",
    path="/carts",
    fields={"cartid": numbered("C-{}"), "name": "", "status": "new", "secret": 7, "created": now},
    shown={"wheels": lambda _, cart: cart.below("wheels")},
    hidden=frozenset({"secret"}),
    alone=frozenset({"wheels"}),
    takes=shape(name="text!", wheels=Member(each=WHEEL)),
    changes=shape(name="text"),
    deletes=True,
    actions=(Action(name="roll", allowed=frozenset({"new"}), becomes="rolling"),),
    below=(WHEELS,),
    comments="cartid",
)
BARE = Table(name="bare", id="idbare", path="/bare", fields={}, reads=False)


class Yard:
    """Requests to the operations of CARTS, past the checks of their bodies."""

    def __init__(self):
        self.state = State(0)
        self.state.add("makers", 1, Record(fields={"name": "Smid"}))
        self._operations = {operation.name: operation for operation in CARTS.operations()}

    def ask(self, name, body=(), **ids):
        call = Call(state=self.state, ids=ids, query={}, body=dict(body))
        return self._operations[name].run(call)

    def refusal(self, name, **ids):
        try:
            self.ask(name, **ids)
        except Problem as problem:
            return problem.code
        return None


def test_a_row_gives_the_operations_that_it_names():
    one = "/carts/<idcart>"
    assert [operation.name for operation in CARTS.operations()] == [
        "GET /carts",
        "POST /carts",
        f"GET {one}",
        f"PUT {one}",
        f"DELETE {one}",
        f"POST {one}/roll",
        f"GET {one}/wheels",
        f"POST {one}/wheels",
        f"PUT {one}/wheels/<idwheel>",
        f"DELETE {one}/wheels/<idwheel>",
        f"GET {one}/comments",
        f"POST {one}/comments",
    ]
    assert [operation.name for operation in BARE.operations()] == ["GET /bare"]


def test_a_record_is_made_of_what_was_sent_and_what_the_table_adds():
    made = Yard().ask("POST /carts", {"name": "Kar", "wheels": [{"size": 3, "idmaker": 1}]})
    assert (made.status, made.value) == (
        201,
        {
            "idcart": 1,
            "cartid": "C-10001",
            "name": "Kar",
            "status": "new",
            "created": "2026-01-05 09:00:01",
            "wheels": [{"idwheel": 1, "size": 3, "maker": "Smid", "idmaker": 1}],
            "comment_count": 0,
        },
    )


def test_what_the_shape_does_not_name_is_not_kept():
    yard = Yard()
    made = yard.ask("POST /carts", {"name": "Kar", "status": "gold", "secret": 8}).value
    assert made["status"] == "new"
    changed = yard.ask("PUT /carts/<idcart>", {"name": "Wagen", "status": "gold", "idcart": 9}, idcart=1).value
    assert changed == made | {"name": "Wagen"}


def test_a_row_of_a_list_holds_less_than_the_record_alone():
    yard = Yard()
    alone = yard.ask("POST /carts", {"name": "Kar"}).value
    (row,) = yard.ask("GET /carts").value
    assert alone == row | {"wheels": []}


def test_an_action_is_done_in_the_statuses_that_allow_it():
    yard = Yard()
    yard.ask("POST /carts")
    assert yard.ask("POST /carts/<idcart>/roll", idcart=1).value["status"] == "rolling"
    assert yard.refusal("POST /carts/<idcart>/roll", idcart=1) == WRONG_STATUS


def test_an_item_below_is_made_changed_and_deleted():
    yard = Yard()
    yard.ask("POST /carts")
    item = "/carts/<idcart>/wheels/<idwheel>"
    assert yard.ask("POST /carts/<idcart>/wheels", {"size": 2}, idcart=1).status == 201
    assert yard.ask(f"PUT {item}", {"size": 5, "maker": "?"}, idcart=1, idwheel=1).value == {
        "idwheel": 1,
        "size": 5,
        "maker": None,
    }
    assert yard.ask(f"DELETE {item}", idcart=1, idwheel=1).status == 204
    assert yard.refusal(f"DELETE {item}", idcart=1, idwheel=1) == NOT_FOUND


def test_what_is_deleted_is_gone():
    yard = Yard()
    yard.ask("POST /carts")
    assert yard.ask("DELETE /carts/<idcart>", idcart=1).status == 204
    assert yard.refusal("GET /carts/<idcart>", idcart=1) == NOT_FOUND
