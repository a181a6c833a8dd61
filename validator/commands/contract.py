"""`picqer-contract contract`: what the contract holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from validator.arguments import SPEC, near
from validator.door import FINE
from validator.listing import LISTINGS, write_listing

if TYPE_CHECKING:
    from validator.door import Streams


@click.command("contract")
@SPEC
@click.option("--format", "form", type=click.Choice(list(LISTINGS)), default="text", show_default=True)
@click.option("--errors", "errors_only", is_flag=True, help="The table of error codes only.")
@click.option("--resource", metavar="NAME", help="What belongs to one resource (tag) only.")
@click.pass_obj
def contract_command(streams: Streams, *, spec: str | None, form: str, errors_only: bool, resource: str | None) -> int:
    """Show what the contract holds: operations, webhooks, error codes.

    An error code is shown with the statuses on which the responses allow it, and with the operations that the document
    names for it (x-fault-responses, x-error-codes; "any": at the document's root). Where it names none, with those
    whose responses allow it. In JSON both are told in full, with the reasons. Of one resource, the codes that are named
    for others only are left out.

    \b
    Examples:
      picqer-contract contract
      picqer-contract contract --resource orders
      picqer-contract contract --spec my-openapi.yaml --errors --format markdown
    """  # noqa: D301 - \b is a word to click: leave these lines as they are
    from validator.contract import Contract  # noqa: PLC0415 - help need not wait for it
    from validator.contract.overview import overview, resources_of  # noqa: PLC0415

    contract = Contract.load(spec)
    known = resources_of(contract)
    if resource is not None and resource not in known:
        told = f"expected one of {', '.join(known)}" if known else "the document has no tags"
        raise click.UsageError(f"--resource: there is no resource {resource!r}{near(resource, known)}; {told}")
    write_listing(overview(contract, resource), form, streams.stdout, errors_only=errors_only)
    return FINE
