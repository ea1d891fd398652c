"""The built stylesheet and script: small, whole, and usable under the strict content policy."""

import re
from pathlib import Path

from scripts.build_assets import MAX_CSS, MAX_JS, STATIC, script, shorten_css, shorten_js, stylesheet

HTMX = 51_500  # bytes of the minified htmx 2 that the pages load


def test_css_loses_comments_and_space_but_no_meaning():
    assert shorten_css("a  :hover { color : red ; /* x */ margin: 0 1px; }\n") == "a :hover{color : red;margin: 0 1px}"
    assert shorten_css('.x::after { content: "  ; } /* kept */ " }') == '.x::after{content: "  ; } /* kept */ "}'
    assert shorten_css("@media (width < 40rem) { .a > .b, .c { d: calc(1px + 2px) } }") == (
        "@media (width < 40rem){.a > .b,.c{d: calc(1px + 2px)}}"
    )


def test_js_keeps_every_line_break():
    assert shorten_js("// note\n  const a = 1;\n\n  b('// no note');\n") == "const a = 1;\nb('// no note');"


def test_built_files_keep_their_size():
    assert len(stylesheet().encode()) <= MAX_CSS
    assert len(script().encode()) <= MAX_JS
    assert len(script().encode()) + HTMX <= 60 * 1024


def test_every_brace_closes_and_every_rule_lies_in_a_layer():
    for path in (STATIC / "css").rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert text.count("{") == text.count("}"), path
        assert re.search(r"@layer (reset|tokens|base|components|pages|utilities) \{", text), path


def test_scripts_need_no_eval_and_no_inline_style():
    text = script()
    assert not re.search(r"\beval\(|new Function|\.style\b|setAttribute\('style|innerHTML", text)


def test_icons_named_in_templates_are_drawn():
    sprite = (STATIC / "icons" / "sprite.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([im]-[a-z]+)"', sprite))
    templates = Path(STATIC.parent / "templates").rglob("*.html")
    named = {f"i-{n}" for t in templates for n in re.findall(r'{% icon "([a-z]+)"', t.read_text(encoding="utf-8"))}
    assert named <= drawn
