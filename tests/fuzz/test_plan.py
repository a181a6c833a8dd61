"""The order in which ways are tried: nothing is lost, and a small budget sees a bit of everything."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.breakage import Way
from fuzz.case import Tried
from fuzz.families import ways
from fuzz.faults import (
    BAD_CREDENTIALS,
    INVALID_QUERY,
    INVALID_VALUE,
    MADE,
    MALFORMED_JSON,
    MISSING_PARAMETER,
    NO_CREDENTIALS,
    UNKNOWN_REFERENCE,
    UNKNOWN_RESOURCE,
    UNSUPPORTED_MEDIA_TYPE,
    UNSUPPORTED_METHOD,
    VALID,
    WRONG_TYPE,
)
from fuzz.plan import AT_A_TIME, Layer, Step, Target, kind_of, plan
from validator.contract import Contract

WAYS = st.builds(
    Way,
    place=st.sampled_from(["", "/a", "/b", "/c/*"]),
    kind=st.sampled_from(["", "text", "list", "null", "huge"]),
    schema=st.sampled_from([None, "/x", "/y", "/z"]),
)
TARGETS = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["one", "two", UNSUPPORTED_METHOD])),
    st.lists(WAYS, min_size=1, max_size=12, unique=True),
    max_size=12,
).map(lambda made: [Target(operation, fault, tuple(ways)) for (operation, fault), ways in made.items()])
OFFSETS = st.integers(0, 2**32)


def named(step: Step) -> tuple[str, str, Way]:
    return step.operation, step.fault, step.way


def schema(operation: str, way: Way) -> str:
    return way.schema or (f"{operation} {way.place}" if way.place else "")


@pytest.fixture(scope="module")
def picqer() -> list[Target]:
    """All of the Picqer contract, but for the faults whose ways take seconds to find."""
    contract = Contract.load()
    faults = [fault for fault in MADE if fault not in {MISSING_PARAMETER, INVALID_VALUE, UNKNOWN_REFERENCE}]
    made = [
        (one.id, fault, ways(contract, one, fault), one.path.split("/")[1])
        for one in contract.operations
        for fault in faults
    ]
    return [Target(*target) for target in made if target[2]]


@pytest.mark.property
@given(TARGETS, OFFSETS)
def test_each_way_is_in_it_once(targets: list[Target], offset: int) -> None:
    steps = plan(targets, offset=offset)
    assert Counter(map(named, steps)) == Counter(
        (target.operation, target.fault, way) for target in targets for way in target.ways
    )


@pytest.mark.property
@given(TARGETS, OFFSETS)
def test_the_same_offset_gives_the_same_order(targets: list[Target], offset: int) -> None:
    assert plan(targets, offset=offset) == plan(targets, offset=offset)


@pytest.mark.property
@given(TARGETS, OFFSETS)
def test_all_kinds_come_first_and_then_the_layers_of_each_fault(targets: list[Target], offset: int) -> None:
    steps = plan(targets, offset=offset)
    late = [step.layer is not Layer.KINDS for step in steps]
    assert late == sorted(late)
    for fault in {target.fault for target in targets}:
        layers = [step.layer for step in steps if step.fault == fault]
        assert layers == sorted(layers)


@pytest.mark.property
@given(TARGETS, OFFSETS)
def test_what_a_layer_is_for_is_done_at_its_end(targets: list[Target], offset: int) -> None:
    steps = plan(targets, offset=offset)
    everything = [(target.operation, target.fault, way) for target in targets for way in target.ways]

    def until(layer: Layer) -> list[tuple[str, str, Way]]:
        return [named(step) for step in steps if step.layer <= layer]

    def kinds(some: list[tuple[str, str, Way]]) -> set[object]:
        return {(fault, way.kind) for _, fault, way in some}

    def places(some: list[tuple[str, str, Way]]) -> set[object]:
        return {(operation, fault, way.place) for operation, fault, way in some}

    def schemas(some: list[tuple[str, str, Way]]) -> set[object]:
        return {(fault, schema(operation, way)) for operation, fault, way in some}

    def kinds_at(some: list[tuple[str, str, Way]]) -> set[object]:
        return {(fault, schema(operation, way), way.kind) for operation, fault, way in some}

    assert kinds(until(Layer.KINDS)) == kinds(everything)
    assert places(until(Layer.PLACES)) == places(everything)
    assert schemas(until(Layer.PLACES)) == schemas(everything)
    assert kinds_at(until(Layer.KINDS_AT_PLACES)) == kinds_at(everything)


@pytest.mark.property
@given(TARGETS, OFFSETS)
def test_no_step_of_a_layer_is_there_for_nothing(targets: list[Target], offset: int) -> None:
    """Each kind once, and no more; each step after it shows an operation, a schema or a place for the first time."""
    steps = plan(targets, offset=offset)
    kinds = [(step.fault, step.way.kind) for step in steps if step.layer is Layer.KINDS]
    assert len(kinds) == len(set(kinds))
    seen: set[tuple[str, ...]] = set()
    for step in steps:
        now = {
            ("operation", step.fault, step.operation),
            ("schema", step.fault, schema(step.operation, step.way)),
            ("place", step.fault, step.operation, step.way.place),
        }
        if step.layer is Layer.PLACES:
            assert now - seen
        seen |= now


@pytest.mark.property
@given(TARGETS, OFFSETS)
def test_within_a_fault_operations_come_before_schemas_and_these_before_places(
    targets: list[Target], offset: int
) -> None:
    steps = plan(targets, offset=offset)
    for fault in {step.fault for step in steps}:
        operations, schemas, news = set(), set(), []
        for step in (step for step in steps if step.fault == fault and step.layer <= Layer.PLACES):
            if step.layer is Layer.PLACES:
                new_schema = schema(step.operation, step.way) not in schemas
                news.append(0 if step.operation not in operations else 1 if new_schema else 2)
            operations.add(step.operation)
            schemas.add(schema(step.operation, step.way))
        assert news == sorted(news)


def test_operations_have_their_places_in_turn() -> None:
    """A budget that ends early has seen the first members of all, and not all members of the first."""
    targets = [
        Target(name, WRONG_TYPE, tuple(Way(place=f"/{place}", kind="k", schema=f"/{name}/{place}") for place in "uvw"))
        for name in "abc"
    ]
    steps = plan(targets)
    for count in (1, 2, 3):
        assert set(Counter(step.operation for step in steps[: 3 * count]).values()) == {count}


def test_what_tries_all_places_comes_before_what_tries_one() -> None:
    """A hundred members are shown to a server by one request, as far as it takes it."""
    broad = [Way(kind=kind, broad=True) for kind in ("least", "edges")]
    single = [Way(place=f"/{name}", kind="null") for name in "abc"]
    targets = [Target(operation, VALID, (*broad, *single)) for operation in "xyz"]
    steps = plan([*targets, Target("w", VALID, (Way(kind="plain"),))])
    after = [step for step in steps if step.layer is not Layer.KINDS]
    tried = [step for step in steps if step.way.broad]
    assert len(tried) == 6
    assert [step.way.broad for step in after if step.operation != "w"] == [True] * 4 + [False] * 8


def test_a_wrong_value_is_tried_as_a_body_as_a_member_and_as_an_item() -> None:
    """A server may look at members, and not into lists."""
    places = ("", "/list", "/list/*", "/other", "/other/*")
    ways = tuple(Way(place=place, kind="text") for place in places)
    for fault, count in ((WRONG_TYPE, 3), (MISSING_PARAMETER, 1)):
        steps = [step for step in plan([Target("a", fault, ways)]) if step.layer is Layer.KINDS]
        assert len(steps) == count


def test_members_of_all_operations_come_before_their_bodies_as_a_whole() -> None:
    """What a server makes of a list in place of a body is decided in one place, and seen by each kind of it once."""
    ways = {
        name: tuple(Way(place=place, kind="k", schema=f"/{name}{place}") for place in ("", "/u", "/v"))
        for name in "abc"
    }
    steps = plan([Target(name, WRONG_TYPE, own) for name, own in ways.items()])
    later = [step.way.place for step in steps if step.layer is Layer.PLACES]
    assert later == sorted(later, key=lambda place: not place)
    assert later.count("") == 2


def test_each_operation_is_asked_without_a_key_in_the_plainest_way() -> None:
    kinds = ("absent", "empty-header", "scheme-alone")
    targets = [Target(f"op{number}", NO_CREDENTIALS, tuple(Way(kind=one) for one in kinds)) for number in range(9)]
    steps = plan(targets, offset=4)
    first = {step.operation: step.way.kind for step in reversed(steps)}
    assert Counter(first.values())["absent"] == 9 - (len(kinds) - 1)


def test_a_wrong_key_is_tried_early_with_each_method() -> None:
    """Whom a server lets in, it may ask for each method on its own."""
    known = (Way(kind="unknown-key"), Way(kind="empty-user"))
    methods = ["GET", "POST", "PUT", "DELETE"]
    targets = [
        Target(f"{method}{number}", BAD_CREDENTIALS, known, method=method) for method in methods for number in range(5)
    ]
    first = [step for step in plan(targets) if step.layer is Layer.KINDS]
    assert Counter(step.way.kind for step in first) == {"unknown-key": len(methods), "empty-user": 1}
    assert {step.operation[:-1] for step in first if step.way.kind == "unknown-key"} == set(methods)


@pytest.mark.parametrize("fault", [MALFORMED_JSON, UNSUPPORTED_MEDIA_TYPE])
def test_a_likely_slip_is_tried_early_with_each_method(fault: str) -> None:
    """What changes may be read by other code than what is made."""
    known = (Way(kind="trailing-comma", likely=True), Way(kind="odd"))
    methods = ["POST", "PUT", "PATCH"]
    targets = [Target(f"{method}{number}", fault, known, method=method) for method in methods for number in range(5)]
    first = [step for step in plan(targets) if step.layer is Layer.KINDS]
    assert Counter(step.way.kind for step in first) == {"trailing-comma": len(methods), "odd": 1}
    assert {step.operation[:-1] for step in first if step.way.likely} == set(methods)


def test_a_bound_is_first_tried_by_what_it_forbids() -> None:
    """That less than nothing is refused is for each operation to see; how large numbers are read is not."""
    kinds = ("negative", "no-machine-number")
    ways = tuple(Way(place=f"/{place}", kind=kind, schema=f"/{place}") for place in "uvw" for kind in kinds)
    steps = [step for step in plan([Target("a", INVALID_VALUE, ways)]) if step.layer is not Layer.KINDS]
    at_new_places = [step.way.kind for step in steps if step.layer is Layer.PLACES]
    assert at_new_places == ["negative"] * len(at_new_places)


@pytest.mark.property
@given(st.integers(1, 8), st.permutations(["other-text", "empty", "other-case", "cut", "more-behind"]), OFFSETS)
def test_what_several_places_share_is_shown_another_kind_at_each(places: int, kinds: list[str], offset: int) -> None:
    """A country is checked by one piece of code: that it lets lower case pass shows at the third of its places."""
    at = [("/country", "/c"), ("/language", "/l")]
    ways = tuple(Way(place=place, kind=kind, schema=schema) for place, schema in at for kind in kinds)
    steps = plan([Target(f"op{number}", INVALID_VALUE, ways) for number in range(places)], offset=offset)
    for _, shared in at:
        shown = [one.way.kind for one in steps if one.way.schema == shared and one.layer <= Layer.PLACES]
        assert len(shown) >= places
        assert len(set(shown)) == min(len(shown), len(kinds))


def test_what_is_through_with_its_places_goes_deeper_while_others_have_some_left() -> None:
    """Members that have a type are many; the few parameters of a query need not wait for all of them."""
    members = tuple(Way(place=f"/{number}", kind="text", schema=f"/{number}") for number in range(200))
    kinds = tuple(Way(place="query/offset", kind=kind, schema="/offset") for kind in ("negative", "text", "huge"))
    targets = [Target("a", WRONG_TYPE, members), *(Target(name, INVALID_QUERY, kinds) for name in "bcdef")]
    steps = plan(targets)
    deeper = [index for index, step in enumerate(steps) if step.fault == INVALID_QUERY and step.layer > Layer.PLACES]
    places = [index for index, step in enumerate(steps) if step.layer is Layer.PLACES]
    assert deeper[-1] < places[-1] / 2


def test_likely_slips_come_to_each_operation_before_the_rest() -> None:
    kinds = (*(Way(kind=f"odd{number}") for number in range(9)), Way(kind="unclosed", likely=True))
    steps = plan([Target(name, MALFORMED_JSON, kinds) for name in "abcd"])
    early = [step for step in steps if step.layer is Layer.KINDS_AT_PLACES]
    assert {step.way.kind for step in early} == {"unclosed"}
    assert len(early) >= 2


def test_of_the_places_of_an_operation_those_with_a_likely_slip_come_first() -> None:
    """A number in quotes is taken more often than a number for a text."""
    texts = tuple(Way(place=f"/text{number}", kind="number-for-string", schema=f"/t{number}") for number in range(9))
    number = Way(place="/price", kind="number-as-text-for-number", schema="/price", likely=True)
    steps = plan([Target("a", WRONG_TYPE, (*texts, number))])
    assert number in [step.way for step in steps[:4]]


def test_an_empty_plan_has_no_steps() -> None:
    assert plan([]) == []


def test_no_fault_waits_for_the_others(picqer: list[Target]) -> None:
    """Each has its turn until it has nothing new; at its turn, as many steps as it is worth."""
    steps = [step for step in plan(picqer, offset=5) if step.layer is Layer.PLACES]
    total, first = Counter(step.fault for step in steps), Counter(step.fault for step in steps[:200])
    sizes = {fault: AT_A_TIME.get(fault, 1) for fault, count in first.items() if count < total[fault]}
    assert len(sizes) >= 8
    had = [first[fault] / size for fault, size in sizes.items()]
    next_one = [(first[fault] + 1) / size for fault, size in sizes.items()]
    assert max(had) - min(next_one) <= 1, "a fault that has a step every fourth turn has had the last"


def test_a_plan_for_the_whole_contract_comes_to_most_within_two_thousand_requests(picqer: list[Target]) -> None:
    steps = plan(picqer, offset=1)[:2000]
    assert {(step.fault, *kind_of(step.fault, step.way)) for step in steps} == {
        (target.fault, *kind_of(target.fault, way)) for target in picqer for way in target.ways
    }
    assert {step.operation for step in steps[:1200]} == {target.operation for target in picqer}
    # Wrong keys, methods and media types are read in one place by most servers: a few operations show what it does.
    shared = {BAD_CREDENTIALS, UNSUPPORTED_METHOD, UNSUPPORTED_MEDIA_TYPE}
    pairs = {(step.operation, step.fault) for step in steps if step.fault not in shared}
    assert len(pairs) >= 0.95 * sum(target.fault not in shared for target in picqer)


def test_all_that_can_be_read_is_read_once_as_it_is(picqer: list[Target]) -> None:
    """What is wrong with an answer shows in no request that has to be refused."""
    contract = Contract.load()
    breaking = [one for one in picqer if one.fault != VALID or contract.operation(one.operation).method == "GET"]
    reads = {one.operation for one in breaking if one.fault == VALID}
    steps = plan(breaking, offset=1)[:1000]
    plain = {step.operation for step in steps if (step.fault, step.way.name) == (VALID, "plain")}
    assert len(reads) > 100
    assert len(plain) >= 0.9 * len(reads)


def test_kinds_are_spread_over_operations(picqer: list[Target]) -> None:
    """A server that reads one body in its own way is met early."""
    steps = [step for step in plan(picqer, offset=0) if step.fault == MALFORMED_JSON and step.layer is Layer.KINDS]
    operations = Counter(step.operation for step in steps)
    able = sum(target.fault == MALFORMED_JSON for target in picqer)
    assert len(operations) == min(able, len(steps))
    assert max(operations.values()) - min(operations.values()) <= 1


@pytest.mark.property
@given(TARGETS, OFFSETS, st.data())
def test_what_was_tried_comes_after_what_was_not(targets: list[Target], offset: int, data: st.DataObject) -> None:
    """Each kind once, whatever was tried; then what is new; then the rest, what was tried longest ago first."""
    known = [Tried(*named(step)[:2], step.way.name) for step in plan(targets, offset=offset)]
    covered = data.draw(st.dictionaries(st.sampled_from(known), st.integers(1, 3))) if known else {}
    steps = plan(targets, offset=offset, covered=covered)
    assert Counter(map(named, steps)) == Counter(map(named, plan(targets, offset=offset)))
    if not covered:
        return
    layers = [step.layer for step in steps]
    assert layers == sorted(layers)
    later = [step for step in steps if step.layer is not Layer.KINDS]
    last = [covered.get(Tried(step.operation, step.fault, step.way.name), 0) for step in later]
    assert last == sorted(last)
    pairs = {(one.operation, one.fault) for one in covered}
    new = [
        (step.layer, (step.operation, step.fault) in pairs)
        for step, number in zip(later, last, strict=True)
        if not number
    ]
    assert new == sorted(new), "of what was never tried, faults that the operation never had come first"


@pytest.mark.parametrize("fault", [NO_CREDENTIALS, UNKNOWN_RESOURCE, WRONG_TYPE])
def test_each_place_gets_the_plainest_whatever_else_was_tried_there(fault: str) -> None:
    """Who takes the id of nothing takes the one that looks like any other, too."""
    kinds = ["plain", *(f"odd{number}" for number in range(12))]
    ways = tuple(Way(place=place, kind=kind) for place in ("/u", "/v") for kind in kinds)
    targets = [Target(operation, fault, ways) for operation in "abc"]
    early = [step for step in plan(targets) if step.layer <= Layer.PLACES]
    plain = {(step.operation, step.way.place) for step in early if step.way.kind == "plain"}
    assert plain == {(operation, place) for operation in "abc" for place in ("/u", "/v")}
    assert len(early) < len(kinds) * 2 + 6
