"""What scripts and style sheets lose on their way out: words for readers, and nothing a browser reads."""

from __future__ import annotations

import pytest

from hub.lean import lean


def test_comments_and_indentation_of_a_script_are_left_out() -> None:
    source = (
        '/**\n * What it is.\n */\nimport { a } from "./a.js";\n\n// Why.\nfunction go() {\n  /** How. */\n  a();\n}\n'
    )

    assert lean(source, ".js") == 'import { a } from "./a.js";\nfunction go() {\na();\n}\n'


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('const api = "https://support.example/*path*/";', id="slashes-in-a-string"),
        pytest.param("const end = /[/*]\\/\\//g; // kept: it shares a line with code", id="pattern"),
        pytest.param("a(); /* first */ b();", id="comment-beside-code"),
        pytest.param("const both = `${one}  /* two */`;", id="template"),
    ],
)
def test_line_with_code_stays_as_it_is(line: str) -> None:
    assert lean(f"  {line}\n", ".js") == f"{line}\n"


def test_script_with_a_template_over_several_lines_is_left_alone() -> None:
    source = "  const text = `one\n  // two\n  three`;\n"

    assert lean(source, ".js") == source


def test_comment_before_code_on_one_line_is_left_alone() -> None:
    assert lean("/* one */ a();\n/* two */\nb();\n", ".js") == "/* one */ a();\nb();\n"


def test_comments_and_indentation_of_a_style_sheet_are_left_out() -> None:
    source = '/* Panel */\n[part="panel"] {\n  content: "//";\n\n  & p {\n    margin: 0;\n  }\n}\n'

    assert lean(source, ".css") == '[part="panel"] {\ncontent: "//";\n& p {\nmargin: 0;\n}\n}\n'
