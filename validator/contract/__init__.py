"""The contract: an OpenAPI document, loaded, checked and laid out for judging.

`Contract.load` and `Contract.from_dict` are the ways in. The document is checked once; what is behind `Contract` is
immutable and safe to share between threads. Schemas are compiled when first needed: a big document costs only what is
used of it.
"""

from __future__ import annotations

from validator.contract.contract import Contract
from validator.contract.document import Document
from validator.contract.error_catalogue import ErrorCatalogue
from validator.contract.operations import MediaType, Operation, Parameter, ResponseSpec
from validator.contract.promises import FaultPromise

__all__ = [
    "Contract",
    "Document",
    "ErrorCatalogue",
    "FaultPromise",
    "MediaType",
    "Operation",
    "Parameter",
    "ResponseSpec",
]
