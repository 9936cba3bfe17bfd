"""Who issued a document, how high, and where it binds, from the names as they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CENTRAL = re.compile(
    r"^(?:中共中央|中央|全国人民代表大会|全国人大|国务院|最高人民|国家|中华人民共和国|全国社会保障|国管局)"
    r"|^(?:财政|教育|科学技术|科技|工业和信息化|公安|民政|司法|人力资源和?社会保障|自然资源|生态环境|住房和城乡建设"
    r"|交通运输|水利|农业农村|农业|商务|文化和旅游|文化|应急管理|退役军人事务|外交|国防|人事|建设|监察)部"
    r"|^(?:中国人民银行|审计署|海关总署|国务院\w*)"
)
PLACE = re.compile(
    r"^(?:中共|中国共产党)?([\u4e00-\u9fa5]{2,10}?(?:自治区|自治州|自治县|省|市|县|区|旗|盟))"
)
BELOW = re.compile(r"[\u4e00-\u9fa5]{1,6}(?:镇|乡|街道)(?:人民政府|办事处|党委|委员会|$)")
NO_PLACE = ("保税区", "社区", "园区", "校区", "地区", "灾区", "库区", "片区", "城市", "特区")
MUNICIPAL = ("北京市", "天津市", "上海市", "重庆市")
MINUTES = "纪要"
PARTY = re.compile(r"党委|县委|市委|省委|区委|常务?委员会会议|中共")
PROVINCE, CITY, COUNTY = 2, 4, 6


def place_of(issuer: str, title: str) -> str:
    """The region that a document names first: the issuer's, else the title's; central has none."""
    if CENTRAL.match(issuer):
        return ""
    for words in (issuer, title):
        if (found := PLACE.match(words)) and not found[1].endswith(NO_PLACE):
            return found[1]
    return ""


def level_of(issuer: str, title: str) -> str:
    """The issuer's level, a code of `issuer_level`; empty where the names do not tell."""
    named = issuer or title
    if CENTRAL.match(named) or (not issuer and title.startswith("中华人民共和国")):
        return "central"
    if BELOW.search(issuer):
        return "township"
    place = place_of(issuer, title)
    if not place:
        return ""
    if place.endswith(("省", "自治区")) or place in MUNICIPAL:
        return "province"
    return "city" if place.endswith(("市", "自治州", "盟")) else "county"


def rank_of(issuer: str, title: str, doc_no: str, level: str) -> str:
    """The document's rank in the policy index: law, regulation, rule, document or local."""
    if level != "central":
        return "local"
    if issuer.startswith("全国人民代表大会"):
        return "law"
    if "国务院令" in doc_no or doc_no.startswith("国令") or re.search(r"条例$", title):
        return "regulation"
    return "rule" if re.search(r"令第", doc_no) else "document"


def kind_of(title: str, issuer: str, rank: str, level: str) -> str:
    """What kind of basis the document is, a code of `basis_kind`; empty where unclear."""
    if rank in {"law", "regulation"}:
        return rank
    if MINUTES in title:
        party = PARTY.search(issuer + title) and "人民政府" not in issuer
        return "party_committee_minutes" if party else "government_minutes"
    if "批示" in title:
        return "instruction"
    if level in {"central", "province", "city"}:
        return "superior_document"
    if re.search(r"(?:规划|方案|计划)(?:的通知)?$", title):
        return "plan"
    return "department_document" if level else ""


def region_of(place: str, regions: Mapping[str, str]) -> str:
    """The code of a region by its name; empty where the list does not have it."""
    return regions.get(place, "")


def binds(issuing: str, place: str, level: str, region: str) -> bool | None:
    """Whether what a region issued binds another: itself and those below it; none if unclear.

    Args:
        issuing: code of the issuing region, empty where unknown.
        place: its name.
        level: the issuer's level; what the centre issues binds everywhere.
        region: code of the region that is asked about.
    """
    if level == "central":
        return True
    if not issuing or not place:
        return None
    width = {"province": PROVINCE, "city": CITY, "county": COUNTY, "township": COUNTY}.get(level)
    if width is None:
        return None
    return issuing[:width] == region[:width]
