"""Going deeper: where answers of a new kind come from, more is tried; and nothing is left out for ever."""

from __future__ import annotations

from collections import Counter

from fuzz.breakage import Way
from fuzz.plan import Target
from fuzz.steering import Steering
from validator.exchange import Response

KINDS = ("text", "list", "huge")
TARGETS = [Target(operation, "wrong-type", tuple(Way(kind=kind) for kind in KINDS)) for operation in "abcd"]
SAME = Response(status=400, body=b'{"code": 1}')


def choices(steering: Steering, times: int) -> list[tuple[str, str]]:
    chosen = []
    for _ in range(times):
        target, way, _ = steering.choose(TARGETS)
        chosen.append((target.operation, way.kind))
    return chosen


def test_where_nothing_is_known_all_are_chosen_in_turn() -> None:
    assert set(Counter(choices(Steering(), 24)).values()) == {2}


def test_the_same_answers_give_the_same_choices() -> None:
    def chosen() -> list[tuple[str, str]]:
        steering = Steering()
        for number, operation in enumerate("abcdab"):
            steering.learn(operation, "wrong-type", KINDS[number % 3], Response(status=400 + number % 2))
        return choices(steering, 30)

    assert chosen() == chosen()


def test_an_operation_that_answers_in_new_ways_is_chosen_more_often() -> None:
    steering = Steering()
    for number in range(12):
        for operation in "abcd":
            response = Response(status=400 + number) if operation == "c" else SAME
            steering.learn(operation, "wrong-type", "text", response)
    often = Counter(operation for operation, _ in choices(steering, 40))
    assert often["c"] > 2 * max(often[other] for other in "abd")
    assert min(often[other] for other in "abd") > 0


def test_so_is_a_kind() -> None:
    steering = Steering()
    for number in range(12):
        for kind in KINDS:
            response = Response(status=400 + number) if kind == "huge" else SAME
            steering.learn("a", "wrong-type", kind, response)
    often = Counter(kind for _, kind in choices(steering, 40))
    assert often["huge"] > max(often["text"], often["list"])
    assert often["text"] > 0


def test_each_choice_says_how_often_it_was_made_before() -> None:
    steering = Steering()
    seen: Counter[tuple[str, str]] = Counter()
    for _ in range(30):
        target, way, before = steering.choose(TARGETS)
        assert before == seen[target.operation, way.kind]
        seen[target.operation, way.kind] += 1
