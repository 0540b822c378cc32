"""The expression language: what it means, what it refuses, and that nothing in it can grow."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ivr.errors import CallEnded, ExpressionError
from ivr.flow import expressions, phrases
from ivr.flow.expressions import FILTERS, FUNCTIONS, parse

SCOPE: dict[str, Any] = {
    "amount": Decimal("12.50"),
    "rate": 0.1,
    "tries": 3,
    "account": "0123456789",
    "nothing": None,
    "items": [{"month": 5, "amount": Decimal("2.5")}, {"month": 6, "amount": Decimal(4)}],
    "caller": {"vip": True, "tags": ["gold", "vip"], "_id": 7, "first name": "Ada"},
    "now": datetime(2026, 11, 23, 10, 30, tzinfo=UTC),
}


def money(value: Any, currency: str = "CNY") -> str:
    return f"{value} {currency}"


def result(source: str, **more: Any) -> Any:
    return parse(source).evaluate({**SCOPE, **more}, {}, {"money": money})


def refusal(source: str, **more: Any) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        result(source, **more)
    assert caught.value.code in expressions.CODES
    return caught.value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3 - 4", 3),
        ("(1 + 2) * 3", 9),
        ("10 / 4", Decimal("2.5")),
        ("7 // 2", 3),
        ("-7 // 2", -4),
        ("-7.0 // 2", -4),
        ("-7 % 3", 2),
        ("-7.5 % 3", Decimal("1.5")),
        ("amount * 2 + 1", 26),
        ("rate * 3", Decimal("0.3")),
        ("-tries", -3),
        ("+amount", Decimal("12.5")),
        ("'0' + account", "00123456789"),
        ("[1, 2] + [3]", [1, 2, 3]),
        ("1 if caller.vip else 0", 1),
        ("1 < tries <= 3 < 4", True),
        ("tries != 3 or not nothing", True),
        ("nothing or 'you'", "you"),
        ("tries and account", "0123456789"),
        ("'gold' in caller.tags", True),
        ("'silver' not in caller.tags", True),
        ("'234' in account", True),
        ("'vip' in caller", True),
        ("'x' in nothing", False),
        ("items[1].amount", 4),
        ("items[-1]['month']", 6),
        ("account[0] == '0'", True),
        ("now.hour * 60 + now.minute", 630),
        ("now.weekday", 1),
        ("date(now) - date('2026-11-20')", 3),
        ("date('2026-11-20') < date(now)", True),
        ("date('2026-12-01T23:00+08:00')", date(2026, 12, 1)),
        ("null == None and true == True and false == False", True),
        ("'a\u3000b'", "a\u3000b"),
        ("tries\n  + 1", 4),
    ],
)
def test_an_expression_means_what_it_says(source: str, expected: object) -> None:
    assert result(source) == expected


def test_numbers_are_decimal() -> None:
    assert result("0.1 + 0.2 == 0.3")
    assert result("rate + 0.2 == 0.3")
    assert result("amount == 12.5")
    assert str(result("amount + 1")) == "13.50"
    assert str(result("x * 2", x=Decimal("1E+3"))) == "2000"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("amount + 1 | money", "13.50 CNY"),
        ("'A' == 'a' | upper", True),
        ("tries if caller.vip else account | upper | money", 3),
        ("-tries | abs", 3),
        ("not nothing | default(true)", False),
        ("nothing | default('x') in 'xyz'", True),
        ("account | last(4) | money('HKD')", "6789 HKD"),
        ("1 + (2 | money | length)", 6),
    ],
)
def test_a_filter_binds_looser_than_sums_and_tighter_than_comparisons(source: str, expected: object) -> None:
    assert result(source) == expected


@pytest.mark.parametrize(
    "source", ["caller.phone.home[0].x", "nothing.x", "nothing['x']", "items[2]", "account[99]"]
)
def test_what_is_not_there_is_null_and_so_is_every_part_of_it(source: str) -> None:
    assert result(source) is None


def test_an_attribute_is_an_item_of_a_mapping_whatever_its_name() -> None:
    assert result("caller._id") == 7
    assert result("caller['first name']") == "Ada"
    assert result("caller.keys") is None


@pytest.mark.parametrize(
    "source",
    [
        "account == 123456789",
        "tries == '3'",
        "true == 1",
        "1 == true",
        "'' == nothing",
        "0 == false",
        "1 in ['1']",
    ],
)
def test_kinds_are_never_equal_to_each_other(source: str) -> None:
    assert result(source) is False


def test_lists_and_mappings_are_compared_by_content_with_decimal_numbers() -> None:
    assert result("x == [1, 0.1, [null]]", x=(1, 0.1, [None]))
    assert not result("x == y", x={"a": 1}, y={"a": True})
    assert result("0.1 in x", x=[0.1])


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        ("nothing > 1", "E012", 1),
        ("1 + (account < 5)", "E012", 6),
        ("true + 1", "E012", 1),
        ("'a' + 1", "E012", 1),
        ("'a' * 3", "E012", 1),
        ("[1] * 3", "E012", 1),
        ("-nothing", "E012", 1),
        ("date(now) < now", "E012", 1),
        ("caller < caller", "E012", 1),
        ("items.amount", "E012", 1),
        ("account.amount", "E012", 1),
        ("tries[0]", "E012", 1),
        ("1 in 'a'", "E012", 1),
        ("1 / 0", "E013", 1),
        ("0 / 0", "E013", 1),
        ("0.0 // 0", "E013", 1),
        ("0 % 0", "E013", 1),
        ("1.0 // 0", "E013", 1),
        ("1 % 0.0", "E013", 1),
        ("tries + ghost", "E010", 9),
        ("  ghost", "E010", 3),
        ("您好 + 幽灵", "E010", 1),
        ("'a' + '您' + ghost", "E010", 13),
        ("ghost(1)", "E011", 1),
        ("1 | ghost", "E011", 5),
        ("money(1)", "E011", 1),
        ("1 + length(1, 2)", "E014", 5),
        ("tries | default", "E014", 9),
        ("things", "E016", 1),
        ("things.__len__", "E006", 8),
    ],
)
def test_a_failure_names_its_column(source: str, code: str, column: int) -> None:
    error = refusal(source, things=object())
    assert (error.code, error.column) == (code, column)


@pytest.mark.parametrize(
    ("source", "code", "column", "hint"),
    [
        ("", "E001", 1, ""),
        ("(1 + 2", "E001", 1, ")"),
        ("1 + 2)", "E001", 6, ""),
        ("1 +", "E001", 4, "end"),
        ("1 2", "E001", 3, "operator"),
        ("tries AND amount", "E001", 7, "small"),
        ("1 if tries", "E001", 1, "else"),
        ("'abc", "E001", 1, "close"),
        ("'a' 'b'", "E001", 5, "+"),
        ("tries = 3", "E003", 7, "=="),
        ("tries && 3", "E003", 7, "and"),
        ("tries || 3", "E003", 7, "or"),
        ("!tries", "E003", 1, "not"),
        ("tries is 3", "E003", 7, "=="),
        ("2 ** 3", "E003", 3, "multiply"),
        ("2 ^ 3", "E003", 3, ""),
        ("tries ? 1 : 2", "E003", 7, "else"),
        ("{{ tries }}", "E003", 1, "braces"),
        ("account == “12”", "E003", 12, "full-width"),
        ("tries＞3", "E003", 6, "full-width"),
        ("'a\\n'", "E001", 1, ""),
        ("0123 == account", "E003", 1, "quotes"),
        ("1e9", "E003", 1, "quotes"),
        ("1_000", "E003", 1, "quotes"),
        ("f'{tries}'", "E003", 1, "delete"),
        ("b'x'", "E003", 1, "delete"),
        ("lambda: 1", "E003", 1, ""),
        ("[x for x in items]", "E003", 4, ""),
        ("x := 1", "E003", 3, "set"),
        ("items[0:1]", "E003", 8, ""),
        ("max(*items)", "E003", 5, ""),
        ("1, 2", "E003", 1, "["),
        ("1 << 2", "E003", 3, ""),
        ("json.from", "E003", 6, '["from"]'),
        ("import os", "E003", 1, ""),
        ("account.upper()", "E004", 1, "| upper"),
        ("caller.tags.append(1)", "E004", 1, ""),
        ("max(1)(2)", "E004", 1, ""),
        ("null()", "E004", 1, ""),
        ("tries | 1", "E005", 9, "left to right"),
        ("tries | caller.x", "E005", 9, ""),
        ("tries | (upper | lower)", "E005", 10, ""),
        ("caller.__class__", "E006", 8, ""),
        ("__import__('os')", "E006", 1, ""),
        ("1" * 1001, "E002", 0, "set"),
        ("-" * 900 + "1", "E002", 51, "set"),
        ("1" + " + 1" * 200, "E002", 0, "set"),
        ("(" * 400 + "1" + ")" * 400, "E001", 201, ""),
        ("9" * 41, "E013", 1, ""),
    ],
)
def test_what_the_language_does_not_have_is_refused_with_a_hint(
    source: str, code: str, column: int, hint: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    assert caught.value.code == code
    assert caught.value.column == column or not column
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "source",
    [
        "long + long",
        "many + many",
        "join(many, long)",
        "replace(long, 'x', long)",
        "upper(longer)",
        "'a' in longest",
        "sum(longest_list)",
        "'x' in longest_list",
        "longest_list == longest_list",
        "deep == deeper",
    ],
)
def test_nothing_grows_beyond_its_bound(source: str) -> None:
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    more: dict[str, Any] = {
        "long": "x" * 9_000,
        "longer": "x" * 20_000,
        "longest": "x" * 1_000_000,
        "many": ["x"] * 900,
    }
    more |= {"longest_list": [1] * 100_000, "deep": deep, "deeper": [deep]}
    assert refusal(source, **more).code == "E015"


@pytest.mark.parametrize(
    "value",
    [10**40, -(10**40), Decimal("1e999999"), Decimal("NaN"), Decimal("Infinity"), float("inf"), 1e300],
)
def test_numbers_beyond_bounds_do_not_come_in(value: Any) -> None:
    assert refusal("x", x=value).code == "E013"
    assert refusal("x[0] + 1", x=[value]).code == "E013"


def test_results_beyond_bounds_do_not_come_out() -> None:
    assert refusal("x * x * x", x=10**20).code == "E013"
    assert refusal("x * x", x=Decimal("1e39")).code == "E013"


def test_times_with_and_without_a_zone_have_no_order() -> None:
    assert refusal("now < x", x=SCOPE["now"].replace(tzinfo=None)).code == "E012"
    assert refusal("1 in tries").code == "E012"


def test_a_number_too_small_to_matter_is_zero() -> None:
    assert result("x + 1", x=Decimal("1e-999999")) == 1


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, b"x", int, len, 1j, SystemExit, test_numbers_are_decimal]
)
def test_only_plain_values_come_in(value: Any) -> None:
    assert refusal("x", x=value).code == "E016"
    assert refusal("x.y", x={"y": value}).code == "E016"
    assert refusal("first(x)", x=[value]).code == "E016"


def test_a_message_names_kinds_but_never_a_value() -> None:
    for source in (
        "pin > 1",
        "pin + 1",
        "int(pin)",
        "decimal(pin)",
        "date(pin)",
        "pin.x",
        "round(pin)",
        "pin[pin]",
    ):
        assert "s3cret" not in str(refusal(source, pin="s3cret"))


def test_names_functions_and_filters_are_known_before_any_call() -> None:
    expression = parse("available('billing') > 0 and caller.vip or amount | money(rate) == null")
    assert expression.names == {"caller", "amount", "rate"}
    assert expression.functions == {"available"}
    assert expression.filters == {"money"}


def test_a_function_and_a_variable_may_share_a_name() -> None:
    assert result("text(text) | length", text="abc") == 3


def test_functions_of_the_caller_come_before_the_built_in() -> None:
    assert parse("max(1, 2) | text").evaluate({}, {"max": lambda *_: 9}, {"text": str}) == "9"


def test_a_function_that_breaks_is_named_without_its_words() -> None:
    def broken(_value: Any) -> None:
        raise ValueError("could not read s3cret")

    with pytest.raises(ExpressionError) as caught:
        parse("1 + broken(2)").evaluate({}, {"broken": broken})
    assert (caught.value.code, caught.value.column) == ("E014", 5)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "said", "revealing"),
    [
        (
            "eta | date",
            "eta is not a date such as 2026-12-01",
            'eta is "noon", not a date such as 2026-12-01',
        ),
        ("eta | money", "eta is not an amount such as 12.50", 'eta is "noon", not an amount such as 12.50'),
        ("eta | number", "eta is not a number such as 12.5", 'eta is "noon", not a number such as 12.5'),
        ("eta | time", "eta is not a time such as 15:05", 'eta is "noon", not a time such as 15:05'),
        (
            "last(eta, 2) | duration",
            "last(eta, 2) is not a length of time in seconds",
            'last(eta, 2) is "on", not a length of time in seconds',
        ),
        ("none | month", "none is nothing (null), not a month such as 5 or 2026-05", ""),
        ("5 | money('DOLLARS')", '"DOLLARS" is not a currency that can be spoken', ""),
        ("today | date('brief')", '"brief" is not a form of date: long or short', ""),
    ],
)
def test_what_a_filter_refuses_is_told_by_how_it_is_written_and_apart_by_its_value(
    source: str, said: str, revealing: str
) -> None:
    scope = {"eta": "noon", "none": None, "today": "2026-12-01"}
    with pytest.raises(ExpressionError) as caught:
        parse(source).evaluate(scope, {}, phrases.filters("en-US"))
    assert (caught.value.code, caught.value.message, caught.value.revealing) == ("E014", said, revealing)
    assert "noon" not in str(caught.value)


def test_the_end_of_the_call_inside_a_function_is_not_hidden() -> None:
    def gone() -> None:
        raise CallEnded

    with pytest.raises(CallEnded):
        parse("gone()").evaluate({}, {"gone": gone})


def test_the_results_of_functions_are_plain_too() -> None:
    assert parse("f()").evaluate({}, {"f": lambda: 0.1}) == Decimal("0.1")
    with pytest.raises(ExpressionError, match="E016"):
        parse("f()").evaluate({}, {"f": object})


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    assert refusal("acount").hint == 'did you mean "account"?'
    assert refusal("lenght(account)").hint == 'did you mean "length"?'


def test_an_expression_is_parsed_once() -> None:
    assert parse("tries + 1") is parse("tries + 1")


def test_evaluating_changes_neither_scope_nor_expression() -> None:
    scope = {"items": [1, 2]}
    expression = parse("items + [3]")
    assert [expression.evaluate(scope) for _ in range(2)] == [[1, 2, 3]] * 2
    assert scope == {"items": [1, 2]}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("abs(-2.5)", Decimal("2.5")),
        ("decimal('12.50') * 2", 25),
        ("int('007') + int(2.9) + int(-2.9)", 7),
        ("default('', 'x') + default(nothing, 'y')", "xy"),
        ("0 | default(1)", 0),
        ("starts_with(account, '01') and ends_with(account, '89')", True),
        ("starts_with(nothing, '+86')", False),
        ("first(account) + last(account)", "09"),
        ("first(account, 3) + last(account, 2)", "01289"),
        ("last(account, 0)", ""),
        ("first(items).month", 5),
        ("first([])", None),
        ("last(nothing)", None),
        ("join(['a', 1, 2.50, null], '-')", "a-1-2.5-"),
        ("length(items) + length(account) + length(nothing) + length(caller)", 16),
        ("upper('a') + lower('B')", "Ab"),
        ("trim('  a ')", "a"),
        ("replace('13-8', '-', '')", "138"),
        ("max(1, 2.5, 2)", Decimal("2.5")),
        ("min(['b', 'a'])", "a"),
        ("min('b', 'a')", "a"),
        ("max([])", None),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(amount, 1) | text", "12.5"),
        ("round(2.345, 2) | text", "2.35"),
        ("round(10000000000000000000000000000000000000, 2)", 10**37),
        ("sum([1, 2.5])", Decimal("3.5")),
        ("sum([])", 0),
        ("text(true) + text(1.50) + text(nothing) + text(date(now))", "true1.52026-11-23"),
    ],
)
def test_built_in_functions(source: str, expected: object) -> None:
    assert result(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "int('1.5')",
        "int('')",
        "decimal('1,5')",
        "length(1)",
        "upper(1)",
        "first(1)",
        "join('abc')",
        "sum(['1'])",
        "round('1')",
        "round(1, 99)",
        "round(1, true)",
        "max(1, 'a')",
        "date('soon')",
        "replace('a', '', 'b')",
        "first('abc', -1)",
        "abs(nothing)",
        "text([1])",
        "starts_with(1, '1')",
    ],
)
def test_built_in_functions_say_what_they_cannot_use(source: str) -> None:
    assert refusal(source).code == "E012"


def test_every_built_in_function_says_in_one_line_what_it_does() -> None:
    for name, function in {**FUNCTIONS, **FILTERS}.items():
        assert (function.__doc__ or "").partition("\n")[0].endswith("."), name
