"""Exchange lines from disk to verdicts, as a share of the speed of less: bare parsing, and a bare schema check.

`parsing` is orjson.loads on each line and on each body; `parsing and schema` asks a ready jsonschema-rs validator as
well; neither looks at a status, a content type or a header, and neither can say what is wrong. 1.00: as fast as that.
"""

from __future__ import annotations

import tempfile
from collections import Counter, deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import workload
from measure import heading, ratio

from validator import Contract, read_recording
from validator.judges import make_judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from validator.judges import Judge

LINES = 8_000
SAMPLE = 100
"""Lines for the reference judge."""

SPEC = Path(__file__).parents[1] / "tests" / "spec"


def parsing(path: Path) -> None:
    loads = orjson.loads
    with path.open("rb") as lines:
        for line in lines:
            body = loads(line)["response"]["body"]
            try:
                loads(body)
            except ValueError:
                continue


def parsing_and_schema(path: Path, validators: dict[tuple[str, int], Any]) -> None:
    loads = orjson.loads
    with path.open("rb") as lines:
        for line in lines:
            recorded = loads(line)
            response = recorded["response"]
            try:
                value = loads(response["body"])
            except ValueError:
                continue
            url = recorded["request"]["url"]
            validator = validators.get((recorded["request"]["method"], url.count("/"), response["status"]))
            if validator is not None:
                validator.is_valid(value)


def ready_validators(contract: Contract) -> dict[tuple[str, int], Any]:
    """By method, number of slashes and status: in the workload this tells the schema."""
    return {
        (operation.method, (workload.HOST + operation.path).count("/"), int(response.status)): contract.validator(
            response.content[0].schema or ""
        )
        for operation in contract.operations
        for response in operation.responses
    }


def judging(judge: Judge, path: Path) -> None:
    deque(map(judge, read_recording(path)), maxlen=0)


def outcomes(judge: Judge, path: Path) -> Counter[str]:
    return Counter(verdict.outcome.value for verdict in map(judge, read_recording(path)))


def generated(folder: Path) -> None:
    contract = Contract.from_dict(workload.contract())
    judge = make_judge(contract)
    validators = ready_validators(contract)
    mixed = {f"mixed, {broken:.0%} broken": (broken, workload.MIX) for broken in (0.05, 0.5)}
    sizes = {f"{kind} only, 5% broken": (0.05, {kind: 1.0}) for kind in workload.MIX}
    for name, (broken, mix) in (mixed | sizes).items():
        path = folder / "lines.ndjson"
        number = LINES if len(mix) > 1 else LINES // 20 if "20 KB" in mix else LINES // 2
        wrong = workload.write(path, number, broken=broken, mix=mix)
        assert outcomes(judge, path) == {"valid": number - wrong, "invalid": wrong}, name

        ours: Callable[[], None] = lambda path=path: judging(judge, path)  # noqa: E731
        ratio(f"{name}: of parsing", lambda path=path: parsing(path), ours)
        if len(mix) > 1:
            ratio(f"{name}: of parsing and schema", lambda path=path: parsing_and_schema(path, validators), ours)
    workload.write(path, SAMPLE)
    reference = make_judge(contract, "reference")
    ratio("mixed: times the reference judge", lambda: judging(reference, path), lambda: judging(judge, path))


def bundled(folder: Path) -> None:
    """The samples of the Picqer contract, bodies as text, many times over."""
    judge = make_judge(Contract.load())
    path = folder / "picqer.ndjson"
    recorded = [orjson.loads(line) for line in (SPEC / "samples.ndjson").read_bytes().splitlines()]
    for line in recorded:
        for message in (line["request"], line["response"]):
            if "json" in message:
                message["body"] = orjson.dumps(message.pop("json")).decode()
    answers = [line for line in recorded if line["response"].get("body") and "picqer.com" in line["request"]["url"]]
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in answers) * (LINES // len(answers)))
    assert set(outcomes(judge, path)) == {"valid"}
    ratio("the Picqer contract, its samples: of parsing", lambda: parsing(path), lambda: judging(judge, path))


def main() -> None:
    heading("exchange lines to verdicts: our speed as a share of")
    with tempfile.TemporaryDirectory() as folder:
        generated(Path(folder))
        bundled(Path(folder))


if __name__ == "__main__":
    main()
