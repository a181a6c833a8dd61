"""What a contract holds, as one JSON object: nothing is shortened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validator.reports.writing import write_json

if TYPE_CHECKING:
    from typing import TextIO

    from validator.contract.overview import Listed, ListedCode, Overview


def render(shown: Overview, stream: TextIO, *, errors_only: bool) -> None:
    """Write it; in ASCII where the stream is not UTF-8. `errors_only`: without operations and webhooks."""
    told: dict[str, Any] = {
        "contract": {
            "title": shown.title,
            "version": shown.version,
            "source": shown.source,
            "sha256": shown.sha256,
        }
    }
    if not errors_only:
        told["operations"] = [
            {"resource": resource.name, **_operation(listed)}
            for resource in shown.resources
            for listed in resource.operations
        ]
        told["webhooks"] = [_operation(listed) for listed in shown.webhooks]
    told["error_codes"] = None if shown.error_codes is None else [_code(code) for code in shown.error_codes]
    write_json(told, stream)


def _operation(listed: Listed) -> dict[str, Any]:
    return {
        "operation": listed.operation.id,
        "method": listed.operation.method,
        "path": listed.operation.path,
        "summary": listed.summary,
        "tags": list(listed.operation.tags),
        "successes": list(listed.successes),
        "errors": list(listed.errors),
    }


def _code(code: ListedCode) -> dict[str, Any]:
    return {
        "code": code.code,
        "meaning": code.meaning,
        "statuses": list(code.statuses),
        "documented_by": list(code.documented_by),
        "named_by": [
            {
                "operation": naming.operation,
                "extension": naming.extension,
                "reason": naming.reason,
                "pointer": naming.pointer,
            }
            for naming in code.named_by
        ],
    }
