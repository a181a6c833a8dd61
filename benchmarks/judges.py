"""The compiled judge against openapi-core and against the bare cost of parsing the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
from measure import heading, ratio

from validator import Contract, Exchange, Response, read_recording
from validator.judges import make_judge

RECORDINGS = Path(__file__).parents[1] / "examples" / "recordings"


def workload() -> dict[str, Exchange]:
    """Three answers: an error of 73 bytes, an order of some 1.5 KB, a list of 18 KB."""
    recorded = [
        *read_recording(RECORDINGS / "webshop-order.har"),
        *read_recording(RECORDINGS / "documented-errors.ndjson"),
    ]
    order = next(one for one in recorded if one.request.url.endswith("/orders/1") and one.response.status == 200)
    products = next(one for one in recorded if "/products" in one.request.url)
    error = next(one for one in recorded if one.response.status == 404)
    row = json.loads(products.response.body or b"")[0]
    many = json.dumps([row] * (18_000 // len(json.dumps(row)))).encode()
    listed = Exchange(
        request=products.request,
        response=Response(status=200, headers=products.response.headers, body=many),
    )
    return {"error": error, "order": order, "list": listed}


def main() -> None:
    contract = Contract.load()
    compiled, reference = make_judge(contract, "compiled"), make_judge(contract, "reference")
    heading()
    for name, exchange in workload().items():
        body = exchange.response.body or b""
        assert compiled(exchange).valid, name
        times = max(1, 40_000 // len(body))

        def with_compiled(exchange: Exchange = exchange, times: int = times) -> None:
            for _ in range(times):
                compiled(exchange)

        def with_reference(exchange: Exchange = exchange, times: int = times) -> None:
            for _ in range(times):
                reference(exchange)

        def parsing(body: bytes = body, times: int = times) -> None:
            for _ in range(times):
                orjson.loads(body)

        ratio(f"{name} ({len(body)} bytes): reference judge / compiled judge", with_reference, with_compiled)
        ratio(f"{name} ({len(body)} bytes): compiled judge / orjson.loads", with_compiled, parsing)


if __name__ == "__main__":
    main()
