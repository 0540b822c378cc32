"""What a column of a list is, by its heading, in Chinese or English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "customerid", "customerno", "客户编号", "客户号", "客户id", "编号"),
    "number": (
        "number", "numbers", "phone", "phones", "mobile", "tel", "telephone", "cell", "phonenumber",
        "mobilenumber", "电话", "号码", "手机", "手机号", "手机号码", "电话号码", "联系电话", "联系方式",
        "座机", "固话",
    ),
    "name": (
        "name", "fullname", "customer", "customername", "姓名", "名称", "客户", "客户姓名", "客户名称",
        "联系人",
    ),
    "company": ("company", "organisation", "organization", "公司", "单位", "公司名称", "单位名称"),
    "vip": ("vip", "isvip", "vip客户", "贵宾", "重要客户", "是否vip"),
    "tags": ("tags", "tag", "labels", "标签", "客户标签"),
    "agent": (
        "agent", "ownagent", "owner", "accountmanager", "专属经理", "客户经理", "专属坐席", "坐席", "工号",
    ),
    "language": ("language", "lang", "语言", "语种"),
}  # fmt: skip
"""The columns of a customer, and how lists call them; spaces, case and numbers at the end do not matter."""

_FIELDS = {heading: field for field, headings in NAMES.items() for heading in headings}
_IDLE = re.compile(r"[\s_\-./:()（）【】]+")


def fields(headings: Sequence[str]) -> list[str]:
    """For each heading `id`, `number`, `name` …; or `attributes.<heading>`, or "" for none."""
    return [_field(heading) for heading in headings]


def _field(heading: str) -> str:
    plain = _IDLE.sub("", unicodedata.normalize("NFKC", heading)).lower()
    if not plain:
        return ""
    if plain in _FIELDS:
        return _FIELDS[plain]
    if plain.rstrip("0123456789") in NAMES["number"]:  # 电话1, phone 2
        return "number"
    return f"attributes.{heading.removeprefix('attributes.').strip()}"
