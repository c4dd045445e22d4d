"""YAML text to plain values with positions, and every way it can fail."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storyboard.story.findings import Position
from storyboard.story.yaml_document import MAX_BYTES, Document, read_yaml
from storyboard.story.yaml_values import Problem, UnreadableYamlError


def problem_in(text: str | bytes) -> Problem:
    with pytest.raises(UnreadableYamlError) as raised:
        read_yaml(text.encode() if isinstance(text, str) else text)
    return raised.value.problem


def value_of(text: str | bytes) -> object:
    return read_yaml(text.encode() if isinstance(text, str) else text).value


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefg", "bcdefgh", strict=True)
)

UNREADABLE = [
    ("a tab as indentation", "title: T\nscenes:\n\t- x\n", "yaml-tab", 3, 1),
    ("a brace without quotes", "title: T\nlist:\n  - {mira} winds the clock\n", "yaml-brace", 3, 5),
    ("a brace without quotes after a key", "title: T\naction: {mira} winds the clock\n", "yaml-brace", 2, 9),
    (
        "a dash without a space",
        "scenes:\n  - segments:\n    - she runs\n    -she falls\n    - up\n",
        "yaml-dash",
        4,
        5,
    ),
    ("a quote that is never closed", 'title: T\naction: "she runs\nb: 1\n', "yaml-quote", 2, 9),
    ("a single quote that is never closed", "title: T\naction: 'she runs\nb: 1\n", "yaml-quote", 2, 9),
    ("a colon inside a text", "title: T\nlogline: she says: run\n", "yaml-colon", 2, 18),
    ("a colon inside an item", "a:\n  - one: two: three\n", "yaml-colon", 2, 13),
    ("a backslash in double quotes", 'title: "C:\\keeper"\n', "yaml-escape", 1, 11),
    ("a line that fits nothing", "a:\n  - b\n c: d\n", "yaml-structure", 3, 2),
    ("a bracket that is never closed", "a: [b, c\nd: e\n", "yaml-structure", 2, 2),
    ("a text that begins with a percent sign", "a:\n  - %done\n", "yaml-character", 2, 5),
    ("a text that begins with an at sign", "a: @here\n", "yaml-character", 1, 4),
    ("an alias that names nothing", "a: *boss\n", "unknown-alias", 1, 4),
    ("an emphasis with asterisks", "a:\n  - *very* loud\n", "yaml-asterisk", 2, 5),
    ("an ampersand before a text", "a: & sons\n", "yaml-ampersand", 1, 4),
    ("an alias inside the value it names", "a: &a\n  - *a\n", "alias-in-itself", 2, 5),
    ("aliases that multiply", BOMB, "expands-too-far", 5, 44),
    ("a list for a key", "? [a]\n: b\n", "key-not-text", 1, 3),
    ("an alias to a list for a key", "a: &a [b]\n*a : c\n", "key-not-text", 2, 1),
    ("two documents", "a: b\n---\nc: d\n", "several-documents", 2, 1),
    ("a tag that runs code", "a: !!python/object/apply:os.system [ls]\n", "yaml-tag", 1, 4),
    ("a tag on a text", "a: !secret key\n", "yaml-tag", 1, 4),
    ("a tag on a key", "!!python/name:os.system a: b\n", "yaml-tag", 1, 1),
    ("a tag on a mapping", "a: !!set {b}\n", "yaml-tag", 1, 4),
    ("a tag that its text does not fit", "a: !!int many\n", "yaml-tag", 1, 4),
    ("a merge of a text", "a: 1\n<<: b\n", "merge-not-mapping", 2, 1),
    ("a control character", "title: éé\x01\n", "yaml-control-character", 1, 10),
    ("a null character", "a: 1\nb: \x00\n", "yaml-control-character", 2, 4),
    ("Latin-1", "title: é\naction: é".encode("latin-1"), "not-utf-8", 1, 8),
    ("Latin-1 below UTF-8", b"title: \xc3\xa9\naction: \xc3\xa9 \xe9\n", "not-utf-8", 2, 11),
    ("UTF-16 with its mark", "title: T\n".encode("utf-16"), "not-utf-8", 1, 1),
    ("UTF-16 without its mark", "title: T\n".encode("utf-16-le"), "yaml-control-character", 1, 2),
    ("a hundred thousand brackets", "[" * 100_000, "nested-too-deep", 1, 33),
    ("a hundred thousand dashes", "- " * 100_000, "nested-too-deep", 1, 65),
    ("a hundred thousand braces", "{" * 100_000, "key-not-text", 1, 2),
    ("a file that is far too large", b"#" * (MAX_BYTES + 1), "file-too-large", 1, 1),
    ("more values than any story has", "- a\n" * 100_001, "expands-too-far", 100_000, 3),
    ("a version of YAML that nobody has", "%YAML 9.9\n---\na: b\n", "yaml", 1, 1),
]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE]
)
def test_what_cannot_be_read_is_told_at_its_line_and_column(
    text: str | bytes, code: str, line: int, column: int
) -> None:
    problem = problem_in(text)
    assert (problem.code, problem.position) == (code, Position(line, column))


@pytest.mark.parametrize("text", [case[1] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE])
def test_what_cannot_be_read_is_told_at_once_and_in_a_few_words(text: str | bytes) -> None:
    began = time.process_time()
    problem = problem_in(text)
    assert time.process_time() - began < 2
    assert problem.message.endswith(".")
    assert len(problem.message) < 200
    assert "while scanning" not in problem.message


def test_a_position_counts_from_the_text_itself_below_a_byte_order_mark() -> None:
    assert problem_in(b"\xef\xbb\xbfa: *b\n").position == Position(1, 4)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_counts_the_same(line_break: str) -> None:
    document = read_yaml(line_break.join(["a: 1", "b: 2", "c:", "  - d"]).encode())
    assert document.locate(("c", 0)) == Position(4, 5)
    assert document.excerpt(4) == "  - d"


def test_the_line_that_is_shown_is_the_one_that_is_meant_even_with_unusual_line_separators() -> None:
    document = read_yaml("a: 'x\u2028 y'\nb: c\n".encode())
    assert document.excerpt(document.locate(("b",)).line) == "b: c"


def test_a_duplicate_key_is_told_at_the_second_and_the_first_one_holds() -> None:
    document = read_yaml(b"a: 1\nb:\n  c: 1\n  c: 2\na: 3\n")
    assert document.value == {"a": 1, "b": {"c": 1}}
    assert [(p.code, p.position) for p in document.problems] == [
        ("duplicate-key", Position(4, 3)),
        ("duplicate-key", Position(5, 1)),
    ]
    assert "the first stands on line 3" in document.problems[0].message


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "~\n", "\ufeff"])
def test_an_empty_file_is_nothing(text: str) -> None:
    assert value_of(text) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9", 9),
        ("4.5", 4.5),
        ("1:15", 75),
        ("010", 10),
        ("08", 8),
        ("-012", -12),
        ("0x10", 16),
        ("off", False),
        ("yes", True),
        ("null", None),
        ("", None),
        ("~", None),
        ("2026-11-23", "2026-11-23"),
        ("'9'", "9"),
        ("!!str 9", "9"),
        ("!!int '9'", 9),
        ("1280x720", "1280x720"),
        ("-12 dB", "-12 dB"),
        ("=", "="),
        ("0x_", "0x_"),
        ("9" * 5000, "9" * 5000),
        ("{b: 1}", {"b": 1}),
    ],
)
def test_a_plain_value_is_what_yaml_says_and_a_date_stays_the_text_it_is(written: str, meant: object) -> None:
    assert value_of(f"a: {written}\n") == {"a": meant}


def test_a_key_is_always_a_text() -> None:
    assert value_of("1: a\ntrue: b\n&k name: c\n'*': *k\n") == {"1": "a", "true": "b", "name": "c", "*": "name"}


def test_an_alias_stands_for_the_value_it_names() -> None:
    document = read_yaml(b"a: &fox a red fox\nb: [*fox, *fox]\n")
    assert document.value["b"] == ["a red fox", "a red fox"]
    assert document.locate(("b", 1)) == Position(2, 11)


def test_what_a_mapping_says_itself_comes_before_what_is_merged_into_it() -> None:
    document = read_yaml(b"a: &a {x: 1, y: 2}\nb: &b {z: 3, x: 9}\nc:\n  <<: [*a, *b]\n  y: 5\n")
    assert document.value["c"] == {"x": 1, "y": 5, "z": 3}
    assert document.locate(("c", "z")) == Position(2, 11)


def test_a_place_is_that_of_the_value_or_of_its_key_or_of_the_nearest_that_exists() -> None:
    document = read_yaml(b"a:\n  b: [1, 2]\n")
    assert document.locate(("a", "b", 1)) == Position(2, 10)
    assert document.locate(("a", "b"), key=True) == Position(2, 3)
    assert document.locate(("a", "nothing", 4)) == Position(2, 3)
    assert document.locate(()) == Position(1, 1)


def test_where_one_value_stands_for_a_list_of_one_its_first_item_is_that_value() -> None:
    assert read_yaml(b"a:\n  add: fog\n").locate(("a", "add", 0)) == Position(2, 8)


@given(st.text())
@example("? [a")
@example("!<")
@example("%TAG ! x\n--- !foo")
@example("- !!float .\n- !!int ''\n- !!bool perhaps")
@example("a: &a {<<: *a}")
@example('"\\x1')
@example("a: 'b\x85\x00")
def test_any_text_is_a_document_or_a_problem_with_a_place(text: str) -> None:
    check_any(text.encode("utf-8", "surrogatepass"))


SIGNS = [
    "abc",
    "0",
    "1.5",
    ":",
    "-",
    "?",
    ",",
    "[",
    "]",
    "{",
    "}",
    "&",
    "*",
    "!",
    "|",
    ">",
    "'",
    '"',
    "%",
    "@",
    "#",
    "\n",
    "\t",
    "~",
    "<<:",
    "&&",
    "--",
    "...",
]


@given(st.lists(st.sampled_from(SIGNS), max_size=40))
def test_any_row_of_yaml_signs_is_a_document_or_a_problem_with_a_place(signs: list[str]) -> None:
    check_any(" ".join(signs).encode())


@given(st.binary())
def test_any_bytes_are_a_document_or_a_problem_with_a_place(data: bytes) -> None:
    check_any(data)


def check_any(data: bytes) -> None:
    try:
        told: Document | Problem = read_yaml(data)
    except UnreadableYamlError as error:
        told = error.problem
    if isinstance(told, Problem):
        assert told.position.line >= 1
        assert told.position.column >= 1
        assert told.message.endswith(".")


names = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8", exclude_categories=["C"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(names, plain, min_size=1, max_size=4))
def test_what_pyyaml_writes_is_read_back_as_it_was(value: dict[str, object]) -> None:
    import yaml

    text = yaml.safe_dump(value, allow_unicode=True)
    expected = yaml.safe_load(text)
    assert value_of(text) == _keys_as_text(expected)


def _keys_as_text(value: object) -> object:
    if isinstance(value, dict):
        return {
            "null" if k is None else str(k).lower() if isinstance(k, bool) else str(k): _keys_as_text(v)
            for k, v in value.items()
        }
    return [_keys_as_text(each) for each in value] if isinstance(value, list) else value
