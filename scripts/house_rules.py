"""Hold the rules of the house that no other checker knows; prints one line per breach, exit code 1 if there is any.

Python: now and today come from kernel.clock; no queryset.update() or bulk method on audited models; nothing marked safe; no
star fields in forms; the sizes; a docstring on every module. Templates: no inline style or script, no |safe, one
language mechanism. Stylesheets and scripts: their total sizes. Catalogues: nothing missing or fuzzy in Chinese.
"""

import ast
import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = {".venv", ".git", "var", "node_modules", "staticfiles", "__pycache__", ".cache"}
MAX_FILE, MAX_TEST_FILE, MAX_FUNCTION, MAX_TEMPLATE = 400, 600, 40, 150
APPS = ("config", "kernel", "organization", "catalog", "documents", "attendance", "customers", "contracts", "orders",
        "aftersales", "meetings", "expenses", "performance", "regulation")  # fmt: skip
CLOCKS = {("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"), ("datetime", "now"),
          ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}  # fmt: skip
# localtime(value) converts a moment; only localtime() asks the clock.
CONVERTERS = {"localdate", "localtime", "now"}
UNAUDITED_WRITES = {"update", "bulk_update", "bulk_create"}
# A line that must break a rule says which and why: `# house: bulk (rows are not audited)`.
ALLOWED = re.compile(r"#\s*house:\s*(\w+)\s*\(.{8,}\)")
TEMPLATE_RULES = [
    (re.compile(r"\sstyle\s*=", re.IGNORECASE), "inline style"),
    (re.compile(r"<style\b", re.IGNORECASE), "inline style sheet"),
    (re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE), "inline script"),
    (re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE), "script in an attribute"),
    (re.compile(r"\bhx-on\b|javascript:", re.IGNORECASE), "script in an attribute"),
    (re.compile(r"\|\s*safe(seq)?\b|\{%\s*autoescape\s+off"), "escaping switched off"),
    (re.compile(r"\{%\s*load\s+(i18n|static|ui)\b"), "a library that is built in is loaded"),
]


def files(pattern, *folders):
    """Yield the project's own files that match, outside of what is generated."""
    for folder in folders or (".",):
        for path in sorted((ROOT / folder).rglob(pattern)):
            if path.is_file() and not SKIPPED & set(path.relative_to(ROOT).parts):
                yield path


def called(node):
    """Return (owner, name) of a call: `timezone.now()` gives ("timezone", "now")."""
    function = node.func
    if isinstance(function, ast.Attribute):
        owner = function.value
        return getattr(owner, "id", getattr(owner, "attr", "")), function.attr
    return "", getattr(function, "id", "")


def unaudited_models():
    """Return the names of models without a history of their own: bulk writes on those lose nothing."""
    names = set()
    for path in files("*.py", *(app for app in APPS if (ROOT / app).exists())):
        if "models" in path.parts or path.name == "models.py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                bases = " ".join(map(ast.unparse, node.bases)) if isinstance(node, ast.ClassDef) else ""
                if "Model" in bases and "HistoricalRecords" not in ast.unparse(node):
                    names.add(node.name)
    return names


UNAUDITED = unaudited_models()


def first_word(node):
    """Return the name an expression starts with: `rows` of `rows.filter(a=1).first()`."""
    return re.split(r"\W", ast.unparse(node), maxsplit=1)[0]


def unaudited_names(tree):
    """Return the names that in this file only ever hold rows of unaudited models."""
    roots = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            roots.setdefault(node.targets[0].id, set()).add(first_word(node.value))
    return UNAUDITED | {name for name, found in roots.items() if found - {name} <= UNAUDITED}


def is_audited_queryset(node, unaudited):
    """Tell whether a call hangs on a manager or queryset of an audited model, or of one that cannot be known."""
    text = ast.unparse(node.func.value)
    if not re.search(r"\bobjects\b|_set\b|\.(filter|exclude|all|visible_to|using|select_for_update)\(", text):
        return False  # dict.update() and its kin
    return first_word(node.func.value) not in unaudited


def call_breaches(node, application, unaudited):
    """Yield (rule, text) for one call."""
    owner, name = called(node)
    asks = not node.args or name not in CONVERTERS or owner == "datetime"
    if application and (owner, name) in CLOCKS and asks and (name != "time" or owner == "time"):
        yield "clock", f"{owner}.{name}(): take now and today from kernel.clock"
    if (
        name in UNAUDITED_WRITES
        and isinstance(node.func, ast.Attribute)
        and application
        and is_audited_queryset(node, unaudited)
    ):
        yield "bulk", f".{name}() writes no history"
    if name in ("mark_safe", "SafeString", "format_html_safe"):
        yield "safe", f"{name}(): escape through format_html or a template"


def node_breaches(node, application, unaudited):
    """Yield (rule, line, text) for one node of a file's syntax tree."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        length = node.end_lineno - node.lineno + 1
        if application and length > MAX_FUNCTION:  # a journey told in a test may be as long as the journey
            yield "size", node.lineno, f"{node.name} has {length} lines; at most {MAX_FUNCTION}"
    elif isinstance(node, (ast.Assign, ast.keyword)) and ast.unparse(node).replace(" ", "") == "fields='__all__'":
        yield "fields", node.value.lineno, "fields are named one by one"
    elif isinstance(node, ast.Call):
        for rule, message in call_breaches(node, application, unaudited):
            yield rule, node.lineno, message


def python_breaches(path):
    """Yield (line, text) for one Python file."""
    text = path.read_text(encoding="utf-8")
    lines, tree = text.splitlines(), ast.parse(text)
    place = path.relative_to(ROOT).parts
    if "migrations" in place:
        return
    application = place[0] in APPS and place != ("kernel", "clock.py")
    if text.strip() and not ast.get_docstring(tree):
        yield 1, "no docstring"
    most = MAX_FILE if application else MAX_TEST_FILE
    if len(lines) > most:
        yield most, f"{len(lines)} lines; at most {most}"
    unaudited = unaudited_names(tree)
    for node in ast.walk(tree):
        for rule, line, message in node_breaches(node, application, unaudited):
            if rule not in ALLOWED.findall("\n".join(lines[line - 1 : getattr(node, "end_lineno", line)])):
                yield line, message


def template_breaches(path):
    """Yield (line, text) for one template."""
    text = path.read_text(encoding="utf-8")
    printed = "print" in path.parts  # a PDF's template carries its own style sheet; nothing there runs
    for pattern, message in TEMPLATE_RULES:
        if printed and message.startswith("inline style"):
            continue
        for match in pattern.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, message
    length = text.count("\n")
    if length > MAX_TEMPLATE:
        yield MAX_TEMPLATE, f"{length} lines; at most {MAX_TEMPLATE}"


def catalogue_breaches():
    """Yield (path, line, text) for entries without a finished translation: English keeps its own words."""
    for language in ("zh_Hant", "zh_Hans"):
        path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
        if not path.exists():
            yield path, 1, "the catalogue is missing"
            continue
        unfinished = [entry for entry in polib.pofile(str(path)) if not entry.obsolete and is_unfinished(entry)]
        for entry in unfinished[:10]:
            yield path, entry.linenum, f"{'fuzzy' if entry.fuzzy else 'untranslated'}: {entry.msgid[:60]!r}"
        if len(unfinished) > 10:
            yield path, 1, f"{len(unfinished)} entries are untranslated or fuzzy"


def is_unfinished(entry):
    """Tell whether an entry of a catalogue still waits for its translation."""
    return entry.fuzzy or not entry.translated()


def breaches():
    """Yield (path, line, text) for the whole project."""
    for path in files("*.py"):
        for line, text in python_breaches(path):
            yield path, line, text
    for path in files("*.html", "templates"):
        for line, text in template_breaches(path):
            yield path, line, text
    yield from catalogue_breaches()


def main():
    """Print every breach; the exit code says whether there was one."""
    found = [f"{path.relative_to(ROOT)}:{line}: {text}" for path, line, text in breaches()]
    print("\n".join(found[:200]))
    if len(found) > 200:
        print(f"... and {len(found) - 200} more")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
