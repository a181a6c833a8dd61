"""An independent imitation of the Picqer API, in memory, with defects that can be switched on one at a time.

It shares no code with the validator or the fuzzer, and does not read the contract: a target that shares code with its
judge shares its blind spots.
"""

from fuzz.sandbox.defects import DEFECTS, Defect
from fuzz.sandbox.factory import create_app
from fuzz.sandbox.server import SandboxServer

__all__ = ["DEFECTS", "Defect", "SandboxServer", "create_app"]
