"""Made-up people, companies and conversations for the demo; drawn from a fixed seed, so that a second run means the same ones."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

SEED = 20_261_123
DEPARTMENTS = ("华东销售部", "华北销售部", "华南销售部", "西部销售部")
MEMBERS_PER_DEPARTMENT = 5
COMPANIES = 2_000

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = ("伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "杰", "婷", "明", "超", "秀英", "建国", "晓燕", "志强", "海波")
_FIRST = "天华恒泰德信通达盛源金龙凤海江宏安新创永兴隆昌瑞丰和美康宁博远方圆正同嘉鼎卓越启航云帆锦程佳禾"
_SECOND = "科瑞诚邦晟泽润拓维思锐捷奥朗汇融景弘逸辰峰岳川铭轩宇翔腾骏达业"
_TRADES = (
    ("软件科技", "软件与信息服务"), ("智能装备", "机械设备"), ("电子", "电子与通信"), ("新材料", "原材料与冶金"),
    ("食品", "食品饮料"), ("医疗器械", "医药健康"), ("环保工程", "环保"), ("建设工程", "建筑工程"), ("供应链管理", "交通物流"),
    ("教育咨询", "教育培训"), ("文化传媒", "文化传媒"), ("商贸", "批发零售"), ("新能源", "能源电力"), ("纺织", "纺织服装"),
)  # fmt: skip
_PLACES = (
    ("上海", "上海市"), ("杭州", "浙江省"), ("宁波", "浙江省"), ("苏州", "江苏省"), ("南京", "江苏省"), ("北京", "北京市"),
    ("天津", "天津市"), ("青岛", "山东省"), ("深圳", "广东省"), ("广州", "广东省"), ("厦门", "福建省"), ("重庆", "重庆市"),
    ("成都", "四川省"), ("西安", "陕西省"),
    ("武汉", "湖北省"), ("长沙", "湖南省"), ("郑州", "河南省"), ("合肥", "安徽省"),
)  # fmt: skip
_SOURCES = ("客户转介绍", "官网", "展会", "电话开发", "微信", "市场活动", "主动来访")
_LEVELS = ("A 重点", "B 普通", "B 普通", "C 非优先", "C 非优先", "")
HEADERS = (
    "公司名称",
    "所属行业",
    "所在省份",
    "城市",
    "客户级别",
    "客户来源",
    "联系电话",
    "手机",
    "邮箱",
    "员工人数",
    "备注",
    "意向产品",
    "预计成交金额",
    "预计成交日期",
)

# Custom fields of the demo: (type, Chinese label, English label, options).
CUSTOM_FIELDS: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "choices",
        "意向产品",
        "Products of interest",
        (("云服务", "Cloud"), ("软件", "Software"), ("硬件", "Hardware"), ("实施服务", "Services")),
    ),
    ("number", "预计成交金额", "Expected amount", ()),
    ("date", "预计成交日期", "Expected closing date", ()),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One member to make."""

    account: str
    name: str
    role: str
    department: str


@dataclass(frozen=True, slots=True)
class Talk:
    """One follow-up to record."""

    method: str
    content: str
    status: str | None
    days_ago: float
    days_until_next: float | None


def people() -> list[Person]:
    """Four departments of five, the first of each its manager."""
    rng = random.Random(SEED)  # noqa: S311 - made-up data
    surnames = rng.sample(_SURNAMES, len(DEPARTMENTS) * MEMBERS_PER_DEPARTMENT)
    given = rng.sample(_GIVEN, len(surnames))
    return [
        Person(f"demo{number + 1:02d}", surname + name, "manager" if number % MEMBERS_PER_DEPARTMENT == 0 else "member", department)
        for number, (surname, name) in enumerate(zip(surnames, given, strict=True))
        for department in [DEPARTMENTS[number // MEMBERS_PER_DEPARTMENT]]
    ]


def companies(count: int = COMPANIES) -> bytes:
    """A table of made-up companies as a spreadsheet program would save it; a few rows are wrong, so that rejected ones can be seen."""
    rng = random.Random(SEED)  # noqa: S311 - made-up data
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(HEADERS)
    for number, name in zip(range(count), _names(rng), strict=False):
        table.writerow(_company(rng, number, *name))
    return text.getvalue().encode("utf-8-sig")


def _names(rng: random.Random) -> Iterator[tuple[str, str, str, str]]:
    seen = set()
    while True:
        (place, province), (trade, industry) = rng.choice(_PLACES), rng.choice(_TRADES)
        name = f"{place}{rng.choice(_FIRST)}{rng.choice(_SECOND)}{trade}有限公司"
        if name not in seen:
            seen.add(name)
            yield name, industry, province, place


def _company(rng: random.Random, number: int, name: str, industry: str, province: str, place: str) -> list[str]:
    mobile = f"13{rng.randint(100_000_000, 999_999_999)}"
    phone = f"0571-8{rng.randint(1_000_000, 9_999_999)}" if rng.random() < 0.4 else ""
    email = f"info@company{number}.example.com" if rng.random() < 0.5 else ""
    row = [name, industry, province, place, rng.choice(_LEVELS), rng.choice(_SOURCES), phone, mobile, email, str(rng.randint(10, 2000)), ""]
    row += _expected(rng)
    if number % 400 == 211:
        row[8] = "没有邮箱"
    if number % 400 == 311:
        row[0] = ""
    return row


def _expected(rng: random.Random) -> list[str]:
    """Products, amount and day of half of the companies."""
    if rng.random() < 0.5:
        return ["", "", ""]
    products = [label for label, _ in CUSTOM_FIELDS[0][3]]
    day = f"2027-{rng.randint(1, 6):02d}-{rng.randint(1, 28):02d}" if rng.random() < 0.7 else ""
    return ["、".join(rng.sample(products, rng.randint(1, 2))), str(rng.randint(2, 300) * 5_000), day]


_TALKS = (
    ("call", "电话介绍了产品，对方让先发一份资料到邮箱。", "contacted"),
    ("call", "回访资料收到情况，客户关心交付周期和售后。", "contacted"),
    ("wechat", "微信发送了案例集，约好下周演示。", "interested"),
    ("visit", "上门拜访，见到采购负责人和技术主管，需求基本明确。", "interested"),
    ("email", "已发送报价单，含三年维保。", "proposal"),
    ("video", "线上演示一小时，客户提出两处定制需求。", "proposal"),
    ("visit", "商务谈判，价格还差 5%，需要申请折扣。", "negotiating"),
    ("call", "合同已签，转交付团队跟进。", "won"),
    ("call", "客户今年预算已用完，明年一季度再联系。", None),
    ("event", "在行业展会上再次见面，介绍了新版本。", None),
)


def talks(rng: random.Random) -> list[Talk]:
    """One to four conversations with a customer over the last weeks, oldest first; most end with a plan."""
    first = rng.randrange(0, len(_TALKS) - 3)
    count = rng.randint(1, 4)
    days = sorted((rng.uniform(0.05, 30) for _ in range(count)), reverse=True)
    found = []
    for number, ago in enumerate(days):
        method, content, status = _TALKS[first + min(number, 3)]
        is_last = number == count - 1
        until = rng.choice((-2.0, 0.2, 1.0, 3.0, 7.0, 14.0)) if is_last and rng.random() < 0.8 else None
        found.append(Talk(method, content, status, ago, until))
    return found


REASONS = (
    ("no_interest", "明确表示暂无需求"), ("unreachable", "多次电话无人接听"), ("no_budget", "今年没有预算"),
    ("chose_competitor", "已与其他供应商签约"), ("other", "企业搬迁，等待消息"),
)  # fmt: skip
