"""create_app and the face of the package."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import fuzz.sandbox
from fuzz.sandbox import DEFECTS, create_app

ROOT = Path(fuzz.sandbox.__file__).parent


def test_an_unknown_defect_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="no defect is named 'nope'; there are: accepts-trailing-comma"):
        create_app(defect="nope")


def test_every_defect_makes_an_app():
    for name in DEFECTS:
        assert create_app(defect=name)


def test_the_sandbox_shares_no_code_with_its_judge():
    """Neither the validator nor the fuzzer: a target that shares code with its judge shares its blind spots."""
    for source in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module or ""]
            for name in names:
                assert not name.startswith("validator"), source
                assert not name.startswith("fuzz") or name.startswith("fuzz.sandbox"), source


def test_importing_it_does_not_import_flask():
    program = "import sys, fuzz.sandbox; sys.exit('flask' in sys.modules or 'validator' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
