"""The same exchanges, read from exchange lines, from a HAR and from a YAML cassette."""

from __future__ import annotations

import json
import tempfile
from collections import deque
from pathlib import Path

from measure import heading, ratio

from validator import read_recording

RECORDINGS = Path(__file__).parents[1] / "examples" / "recordings"
TIMES = 150


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines, har, cassette = (Path(folder) / name for name in ("a.ndjson", "a.har", "a.yaml"))
        log = json.loads((RECORDINGS / "webshop-order.har").read_bytes())
        log["log"]["entries"] *= TIMES
        har.write_text(json.dumps(log), encoding="utf-8")
        exchanges = list(read_recording(har))
        with lines.open("w", encoding="utf-8") as out, cassette.open("w", encoding="utf-8") as yaml:
            yaml.write("version: 1\ninteractions:\n")
            for one in exchanges:
                request = {"method": one.request.method, "url": one.request.url}
                body = (one.response.body or b"").decode()
                headers = dict(one.response.headers)
                response = {"status": one.response.status, "headers": headers, "body": body}
                out.write(json.dumps({"request": request, "response": response}) + "\n")
                told = {
                    "request": {"method": request["method"], "uri": request["url"], "body": None, "headers": {}},
                    "response": {
                        "status": {"code": response["status"], "message": ""},
                        "headers": {name: [value] for name, value in headers.items()},
                        "body": {"string": body},
                    },
                }
                yaml.write(f"- request: {json.dumps(told['request'])}\n  response: {json.dumps(told['response'])}\n")
        assert len(list(read_recording(lines))) == len(list(read_recording(cassette))) == len(exchanges)
        heading()
        ratio("YAML cassette / exchange lines", lambda: drain(cassette), lambda: drain(lines))
        ratio("HAR / exchange lines", lambda: drain(har), lambda: drain(lines))


def drain(path: Path) -> None:
    deque(read_recording(path), maxlen=0)


if __name__ == "__main__":
    main()
