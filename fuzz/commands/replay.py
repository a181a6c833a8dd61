"""`picqer-fuzz replay`: recorded failing cases, sent again."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fuzz.commands.target import ALLOW_HOST, KEY_FILE, need_key, server_of
from validator.arguments import SPEC, ServerType
from validator.door import FINDINGS, FINE

if TYPE_CHECKING:
    from validator.door import Streams


@click.command("replay")
@click.argument("file", metavar="FILE")
@click.option("--base-url", type=ServerType(), help="Send them to this server.  [default: as recorded]")
@SPEC
@ALLOW_HOST
@KEY_FILE
@click.pass_obj
def replay_command(
    streams: Streams,
    *,
    file: str,
    base_url: str | None,
    spec: str | None,
    allowed: tuple[str, ...],
    api_key_file: str | None,
) -> int:
    """Send recorded failing cases again, and judge the answers anew.

    They go where they were recorded; cases of an embedded sandbox to a new one with the same defect; or, with
    --base-url, to another server.

    \b
    Examples:
      picqer-fuzz run --base-url http://127.0.0.1:8080/api/v1 --record failing.ndjson
      picqer-fuzz replay failing.ndjson

    Exit code: 0 none fails any more, 1 some still do, 2 nothing could be shown.
    """  # noqa: D301 - \b is a word to click: leave these lines as they are
    from fuzz.console import render_replay  # noqa: PLC0415 - help need not wait for all this
    from fuzz.replay import read_cases, send_again  # noqa: PLC0415
    from fuzz.transport import HttpTransport  # noqa: PLC0415
    from validator.contract import Contract  # noqa: PLC0415

    recorded = read_cases(file)
    first = recorded[0].origin
    contract = Contract.load(spec)
    embedded = base_url is None and first.sandbox
    with ExitStack() as stack:
        server = server_of(
            stack,
            None if embedded else base_url or first.base_url,
            allowed,
            api_key_file,
            first.defect if embedded else None,
            first.rate_limit if embedded else None,
        )
        need_key(contract, server)
        transport = stack.enter_context(HttpTransport(server.key))
        results = list(send_again(recorded, contract, transport, server.origin.base_url))
    failing = [failure for failure in results if failure is not None]
    render_replay(len(results) - len(failing), failing, Path(contract.document.source).name, streams.stdout)
    return FINDINGS if failing else FINE
