from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.customers import columns, listed, sheet
from ivr.customers.listed import Entry
from ivr.errors import ImportFailed

ZH = "手机号,姓名,VIP,专属经理,标签,客户等级\n13800000001,张三,是,1001,金牌;老客户,A\n"


def entries(data: bytes | str, encoding: str = "") -> tuple[list[Entry], list[str]]:
    raw = data.encode() if isinstance(data, str) else data
    found, problems = listed.entries(sheet.read(raw, "list.csv", encoding), "list.csv")
    return found, list(map(str, problems))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_list_reads_the_same_in_whatever_encoding_it_was_saved(encoding: str) -> None:
    found, problems = entries(ZH.encode(encoding))
    assert problems == []
    assert found == [
        Entry(2, "", ("+8613800000001",), "张三", "", True, ("金牌", "老客户"), "1001", "", {"客户等级": "A"})
    ]


def test_an_encoding_that_only_a_person_knows_can_be_named() -> None:
    found, _ = entries(
        "電話,姓名\n".replace("電話", "phone").encode("big5") + "13800000001,許".encode("big5"), "big5"
    )
    assert found[0].name == "許"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_seen_in_the_headings(separator: str) -> None:
    found, problems = entries(f"phone{separator}name\n13800000001{separator}Li\n")
    assert (found[0].name, problems) == ("Li", [])


@pytest.mark.parametrize(
    "cell",
    ['"=""13800000001"""', "'13800000001", "138 0000 0001", "13800000001.0", "+86-138-0000-0001",
     "１３８０００００００１",
     "\u202d13800000001\u202c", "\xa013800000001 ", "0086 13800000001", "sip:13800000001@pbx"],
)  # fmt: skip
def test_a_number_is_known_in_whatever_dress_a_spreadsheet_gives_it(cell: str) -> None:
    found, problems = entries(f"phone\n{cell}\n")
    assert problems == []
    assert found[0].numbers == ("+8613800000001",)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("1.38E+10", "rounded it; format the column as text"),
        ("anonymous", "is no number anybody could be known by"),
        ("00000000", "is no number anybody could be known by"),
        ("hello", "is no number anybody could be known by"),
        ('""', "no number; every customer has one at least"),
    ],
)
def test_a_row_without_a_usable_number_is_told_by_its_line_with_a_way_out(cell: str, told: str) -> None:
    found, problems = entries(f"name,phone\nA,13800000001\nB,{cell}\n")
    assert len(found) == 1
    assert problems[0].startswith("line 3: ")
    assert told in problems[0]


def test_lines_are_counted_as_an_editor_does_through_texts_of_several_lines() -> None:
    _, problems = entries('sep=;\r\n"phone";"note"\r\n13800000001;"a\r\nb"\r\n\r\nwrong;x\r\n')
    assert problems[0].startswith("line 6: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("name,age\nLi,3\n", "no column of numbers among: name, age; call it"),
        ('phone,name\n13800000001,"Li\n', "cannot be read as CSV"),
    ],
)
def test_what_is_no_list_says_so(text: str, told: str) -> None:
    with pytest.raises(ImportFailed, match=told):
        entries(text)


def test_what_is_no_text_says_how_to_save_it() -> None:
    with pytest.raises(ImportFailed, match="save it as `CSV UTF-8`"):
        entries(b"\xff\x00\x81\xff\xff")


def test_odd_rows_cost_themselves_only() -> None:
    found, problems = entries(
        "phone,name,vip,language\n13800000001,A,maybe,\n13800000002,B,no,Klingon!\n13800000003,C,是,zh-CN,extra\n"
        f"13800000004,{'x' * 300},,\n13800000005\n13800000005,again,,\n13800000006,\0D\0,0,en-US,,,\n"
    )
    assert [(one.numbers[0][-1], one.name, one.vip) for one in found] == [("5", "", None), ("6", "D", False)]
    assert [problem.split(":")[0] for problem in problems] == [
        "line 2",
        "line 3",
        "line 4",
        "line 5",
        "line 7",
    ]
    assert "+8613800000005 is in line 6 already" in problems[-1]


def test_several_columns_and_cells_of_numbers_are_one_customers() -> None:
    found, _ = entries("电话1,电话 2,固话\n13800000001 / 13800000002,13800000001,010-66668888\n")
    assert found[0].numbers == ("+8613800000001", "+8613800000002", "+861066668888")


texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=20).map(
    lambda text: sheet._cleaned(text).strip()
)
tags = st.text("abcé金-+='@ ", min_size=1, max_size=8).map(sheet._cleaned).filter(bool)
customers = st.builds(
    Entry,
    line=st.just(2),
    id=texts,
    numbers=st.lists(st.integers(13800000000, 13899999999).map(lambda n: f"+86{n}"), min_size=1, max_size=3,
                     unique=True).map(tuple),
    name=texts, company=texts, vip=st.sampled_from([None, True, False]),
    tags=st.lists(tags, max_size=3, unique=True).map(tuple), agent=texts,
    language=st.sampled_from(["", "zh-CN", "en-US"]),
    attributes=st.dictionaries(st.sampled_from(["level", "=1+1", "城市"]), texts.filter(bool), max_size=3),
)  # fmt: skip


@given(customers)
def test_what_is_exported_comes_back_as_it_was(entry: Entry) -> None:
    stripped = Entry(
        **{**{name: getattr(entry, name) for name in Entry.__slots__}, "id": sheet._cleaned(entry.id)}
    )
    names = sorted(stripped.attributes)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*columns.NAMES, *map(sheet.armoured, names)])
    writer.writerow(listed.row(stripped, names))
    found, problems = entries(text.getvalue())
    assert problems == []
    assert found == [stripped]


@given(st.binary(max_size=300))
def test_no_file_does_harm(data: bytes) -> None:
    with suppress(ImportFailed):
        entries(data)


@given(st.lists(st.lists(st.text(max_size=12), max_size=5), max_size=6))
def test_no_table_does_harm(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["phone", "name", "vip"], *rows])
    with suppress(ImportFailed):
        entries(text.getvalue().encode("utf-8", "replace"))
