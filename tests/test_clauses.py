"""The clause registry, the tests and the regulation hang together: each obligation is registered, checked and shown by a test."""

import ast
from pathlib import Path

from kernel.clauses import REGISTRY, SECTIONS

ROOT = Path(__file__).resolve().parents[1]
APPS = ("kernel", "organization", "catalog", "documents", "customers", "contracts", "orders", "aftersales")

# What the regulation obliges to, as far as its apps are there, and how the product holds it. A clause that is new stands
# here as well: its kind is what `check=` says in its app's clauses.py, and a test with its marker shows it.
WATCHED = """
1.2 1.3.2 1.3.4 2.1 2.2.2a 2.2.2c 2.2.2d 2.2.3a 2.2.3b 2.2.3c 2.2.3e 3.1.6b 3.2.1c 3.2.2b 3.2.3c
3.3.1a 3.3.2a 3.3.2c 3.3.3a 3.3.3c 3.3.4a 3.3.4b 3.3.5b 3.3.5c 3.3.6a 3.3.6b 3.3.6c
3.4.1c 3.4.2a 3.4.2b 3.4.2c 3.4.3a 3.4.3b 3.4.4a 3.4.4c 4.2.1c 4.2.2a
""".split()
ENFORCED = """
1.3.1 2.2.2b 3.1.1a 3.1.1b 3.1.2a 3.1.2b 3.1.2c 3.1.3a 3.1.3b 3.1.4a 3.1.4b 3.1.4c 3.1.5a 3.1.5b 3.1.5c 3.1.6a
3.2.1a 3.2.1b 3.2.2a 3.2.2c 3.2.3a 3.2.3b 3.3.1b 3.3.2b 3.3.3b 3.3.5a 3.4.1a 4.2.1a
""".split()
DESIGNED = "1.3.3 2.2.1b 2.2.3d 3.4.1b 3.4.4b 4.2.1b 4.2.2c".split()
KINDS_OF_CHECK = {
    **dict.fromkeys(WATCHED, "watched"),
    **dict.fromkeys(ENFORCED, "enforced"),
    **dict.fromkeys(DESIGNED, "designed"),
}


def marked():
    """Clause → the tests that bear its marker, read from the source so that one test alone finds them all."""
    found = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.clause":
                    for argument in mark.args:
                        name = f"{path.relative_to(ROOT)}::{node.name}"
                        found.setdefault(ast.literal_eval(argument), []).append(name)
    return found


def named_in_code():
    """Every clause that a step, guard, setting or promise names in the code of the apps, and where."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                for value in _clauses_of(node):
                    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                        yield value.value, f"{path.relative_to(ROOT)}:{value.lineno}"


def _clauses_of(node):
    if isinstance(node, ast.Call):
        yield from (k.value for k in node.keywords if k.arg == "clause")
        if ast.unparse(node.func) == "requirement" and node.args:
            yield node.args[0]
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "clause":
                yield value


def test_the_registry_is_the_list_of_the_regulation():
    registered = {id: clause.check.kind for id, clause in REGISTRY.items()}
    new, gone = sorted(set(registered) - set(KINDS_OF_CHECK)), sorted(set(KINDS_OF_CHECK) - set(registered))
    assert not new, f"add to WATCHED, ENFORCED or DESIGNED in {Path(__file__).name}: {new}"
    assert not gone, f"declare in the app's clauses.py, or take out of {Path(__file__).name}: {gone}"
    other = {id: kind for id, kind in registered.items() if kind != KINDS_OF_CHECK[id]}
    assert not other, f"checked otherwise than {Path(__file__).name} says: {other}"


def test_every_clause_is_shown_by_a_test():
    bare = sorted(set(REGISTRY) - set(marked()))
    assert not bare, f'put @pytest.mark.clause("…") on the test that shows the refusal or the violation of: {bare}'


def test_every_marker_names_a_clause_of_the_registry():
    unknown = {id: tests for id, tests in marked().items() if id not in REGISTRY}
    assert not unknown, f"these markers name no registered clause: {unknown}"


def test_every_clause_named_in_code_is_registered():
    unknown = [f"{id} at {where}" for id, where in named_in_code() if id not in REGISTRY and id not in SECTIONS]
    assert not unknown, f"register in the app's clauses.py, or name the clause that is meant: {unknown}"


def test_every_source_of_a_clause_is_said():
    wrong = {id for id, clause in REGISTRY.items() if clause.source not in ("regulation", "ours")}
    assert not wrong, f"source is regulation or ours: {wrong}"
