"""Chinese names as they are read: syllables for sorting, and every likely reading for finding. Search tokens are in ``search.py``."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from opencc import OpenCC
from pypinyin import lazy_pinyin, load_phrases_dict

READINGS_MAX = 6

# Readings that the dictionary lacks or gets wrong in names of places and companies.
_PHRASES = {
    "朝阳": [["chao"], ["yang"]],
    "大厦": [["da"], ["sha"]],
    "厦门": [["xia"], ["men"]],
    "六安": [["lu"], ["an"]],
    "东莞": [["dong"], ["guan"]],
    "蚌埠": [["beng"], ["bu"]],
    "番禺": [["pan"], ["yu"]],
    "涡阳": [["guo"], ["yang"]],
    "长沙": [["chang"], ["sha"]],
    "长春": [["chang"], ["chun"]],
    "重庆": [["chong"], ["qing"]],
    "乐清": [["yue"], ["qing"]],
    "乐山": [["le"], ["shan"]],
    "单县": [["shan"], ["xian"]],
    "银行": [["yin"], ["hang"]],
    "长安": [["chang"], ["an"]],
    "长虹": [["chang"], ["hong"]],
    "长江": [["chang"], ["jiang"]],
    "长城": [["chang"], ["cheng"]],
    "会计": [["kuai"], ["ji"]],
    "朝晖": [["zhao"], ["hui"]],
}
load_phrases_dict(_PHRASES)

# Characters that people read in more than one way in names; the dictionary's choice for the phrase comes first, these are tried too.
_POLYPHONES = dict(
    entry.split(":")
    for entry in [
        "重:zhong,chong",
        "长:chang,zhang",
        "行:xing,hang",
        "乐:le,yue",
        "朝:chao,zhao",
        "曾:zeng,ceng",
        "厦:xia,sha",
        "单:dan,shan",
        "区:qu,ou",
        "查:cha,zha",
        "仇:chou,qiu",
        "解:jie,xie",
        "盖:gai,ge",
        "柏:bai,bo",
        "传:chuan,zhuan",
        "调:diao,tiao",
        "都:du,dou",
        "参:can,shen",
        "藏:cang,zang",
        "车:che,ju",
        "弹:dan,tan",
        "给:gei,ji",
        "会:hui,kuai",
        "奇:qi,ji",
        "贾:jia,gu",
        "降:jiang,xiang",
        "角:jiao,jue",
        "校:xiao,jiao",
        "觉:jue,jiao",
        "卡:ka,qia",
        "壳:ke,qiao",
        "六:liu,lu",
        "率:lv,shuai",
        "埔:pu,bu",
        "铺:pu",
        "圩:xu,wei",
        "蔚:wei,yu",
        "尉:wei,yu",
        "省:sheng,xing",
        "盛:sheng,cheng",
        "石:shi,dan",
        "宿:su,xiu",
        "提:ti,di",
        "系:xi,ji",
        "叶:ye,xie",
        "艾:ai,yi",
        "尾:wei,yi",
        "洗:xi,xian",
        "殷:yin,yan",
        "员:yuan,yun",
        "粘:nian,zhan",
        "折:zhe,she",
        "种:zhong,chong",
        "佛:fo,fu",
        "大:da,dai",
        "阿:a,e",
        "莞:guan,wan",
        "泌:mi,bi",
        "番:fan,pan",
        "涡:wo,guo",
        "枞:cong,zong",
        "秘:mi,bi",
        "歙:she,xi",
        "荥:xing,ying",
        "浒:hu,xu",
        "铅:qian,yan",
        "蚌:bang,beng",
        "翟:zhai,di",
        "晟:sheng,cheng",
        "茜:qian,xi",
        "娜:na,nuo",
        "颉:jie,xie",
        "任:ren",
        "覃:qin,tan",
        "朴:pu,piao",
        "万:wan,mo",
        "尼:ni",
        "召:zhao,shao",
        "露:lu,lou",
        "薄:bo,bao",
        "模:mo,mu",
        "薛:xue",
        "纪:ji",
        "塔:ta",
        "沈:shen,chen",
        "冠:guan",
        "强:qiang,jiang",
        "畜:chu,xu",
        "散:san",
        "绿:lv,lu",
        "女:nv,nu",
        "吕:lv,lu",
        "旅:lv,lu",
        "律:lv,lu",
        "铝:lv,lu",
        "屡:lv,lu",
        "略:lve,lue",
        "虐:nve,nue",
        "洞:dong",
        "炮:pao,bao",
        "壮:zhuang",
        "数:shu,shuo",
        "颤:chan,zhan",
        "嚼:jiao,jue",
        "熟:shu,shou",
        "血:xue,xie",
        "钥:yao,yue",
        "轧:ya,zha",
        "吓:xia,he",
        "落:luo,la",
        "曲:qu",
        "拓:tuo,ta",
        "台:tai",
        "适:shi",
        "亳:bo",
        "郝:hao",
    ]
)
_READINGS: dict[str, tuple[str, ...]] = {character: tuple(readings.split(",")) for character, readings in _POLYPHONES.items()}

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿𠀀-𪛟]")
_HAN_RUN = re.compile(f"({_HAN.pattern}+)")
_WORD = re.compile(r"[^\W_]", re.ASCII)


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def fold(text: str) -> str:
    """Full and half width, traditional and simplified, capital and small alike; runs of spaces become one."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not plain.isascii():
        plain = _simplifier().convert(plain)
    return " ".join(plain.split())


def fold_letters(letters: Sequence[str]) -> list[str]:
    """Each character folded alone, as one text, because that takes a moment for all there are."""
    joined = "\n".join(letters)  # line feeds keep neighbours apart
    for _ in range(2):  # what a fold leads to may be folded further
        joined = _simplifier().convert(unicodedata.normalize("NFKC", joined).casefold())
    return joined.split("\n")


def is_han(character: str) -> bool:
    """Whether this is a Chinese character."""
    return _HAN.match(character) is not None


def syllables(folded: str) -> list[str]:
    """The most likely reading of folded text: one entry per Chinese character, one per other letter or digit; the rest is left out."""
    found: list[str] = []
    for run in _HAN_RUN.split(folded):
        if run and is_han(run[0]):
            found.extend(reading for reading in lazy_pinyin(run, errors="ignore") if reading)
        else:
            found.extend(_plain_letters(run))
    return found


def _plain_letters(text: str) -> list[str]:
    decomposed = text if text.isascii() else unicodedata.normalize("NFD", text)
    return [letter for letter in decomposed if _WORD.match(letter)]


def readings(folded: str) -> list[list[str]]:
    """Every likely reading, the most likely first; at most ``READINGS_MAX``."""
    first = syllables(folded)
    letters = [letter for letter in folded if is_han(letter) or _WORD.match(letter)]
    if len(letters) != len(first) or not any(letter in _READINGS for letter in letters):
        return [first]
    choices = [
        (said, *(other for other in _READINGS.get(letter, ()) if other != said)) for letter, said in zip(letters, first, strict=True)
    ]
    return [list(reading) for reading in itertools.islice(itertools.product(*choices), READINGS_MAX)]


@lru_cache(maxsize=4096)
def type_ahead(name: str) -> str:
    """What a name in a short list is found by while typing: itself, every likely reading, their initials, one a line."""
    key = fold(name)
    spoken = [reading for reading in readings(key) if reading]
    return "\n".join(dict.fromkeys([key, *("".join(r) for r in spoken), *("".join(part[0] for part in r) for r in spoken)]))


def sort_key(name: str) -> str:
    """What names are ordered by, bytewise: the reading with a space after each Chinese syllable, then the folded name itself.

    Latin words and numbers stay whole, so 长沙 stands under ``chang sha`` and 3M under ``3m``.
    """
    folded = fold(name)
    parts: list[str] = []
    for run in _HAN_RUN.split(folded):
        if run and is_han(run[0]):
            parts.extend(lazy_pinyin(run))
        else:
            parts.extend(run.split())
    return f"{' '.join(parts)} {folded}"
