"""Who may change members, what an account and a name are made of, and the last admin's protection."""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pypinyin import lazy_pinyin

from services.common.problem import Kind, Problem, invalid
from services.customer.rules.pinyin import fold
from services.customer.rules.viewer import DEFAULT_RIGHTS, RIGHTS, Right, Role

ACCOUNT_LENGTH_MAX = 64

# Family names that are read otherwise than the same character elsewhere.
_SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "朴": "piao", "任": "ren", "盖": "ge", "覃": "qin",
    "翟": "zhai", "乐": "yue", "员": "yun", "缪": "miao", "种": "chong", "折": "she", "秘": "bi", "冼": "xian",
    "召": "shao", "繁": "po", "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameForms:
    """A name made ready for sorting and searching."""

    pinyin: str  # zhangsan
    sort: str  # zhang san⇥张三: by syllable, then by the characters (a tab comes before a space, so 仙 before 先生)
    initials: str  # zs


def name_forms(name: str) -> NameForms:
    """How ``name`` is sorted and found; anything that is not Chinese stays as it is, in small letters."""
    folded = fold(name)
    surname = next((folded[:length] for length in (2, 1) if folded[:length] in _SURNAMES), "")
    rest = [word for part in lazy_pinyin(folded[len(surname) :]) for word in part.split()]
    syllables = [*(_SURNAMES[surname].split() if surname else ()), *rest]
    return NameForms("".join(syllables), f"{' '.join(syllables)}\t{folded}", "".join(part[0] for part in syllables))


def name_columns(account: str, name: str) -> dict[str, str]:
    """The columns that follow from account and name; ``search`` holds nothing that other members may not see."""
    forms = name_forms(name)
    search = "\n".join((account_key(account), fold(name), forms.pinyin, forms.initials))
    return {"name": name, "name_pinyin": forms.pinyin, "name_sort": forms.sort, "search": search}


def account_key(account: str) -> str:
    """The form in which accounts are compared."""
    return unicodedata.normalize("NFKC", account).strip().casefold()


def check_account(account: str) -> str:
    """The account as it is stored; refuses spaces, control characters and extremes of length."""
    clean = unicodedata.normalize("NFKC", account).strip()
    if not 1 <= len(clean) <= ACCOUNT_LENGTH_MAX or any(not (c.isalnum() or c in "._-@+") for c in clean):
        raise invalid("/account", "account_malformed", "An account has 1 to 64 letters, digits or . _ - @ +")
    return clean


def rights_for(role: Role, given: Sequence[Right] | None) -> list[Right]:
    """The rights to store: those given, or the role's usual ones; an admin always has all."""
    chosen = DEFAULT_RIGHTS[role] if given is None or role == "admin" else given
    return [right for right in RIGHTS if right in chosen]


def loses_admin(role: Role, changes: Mapping[str, Any], *, active: bool) -> bool:
    """Whether the changes take an active admin away."""
    if role != "admin" or not active:
        return False
    return changes.get("role", role) != "admin" or changes.get("active", active) is False


def columns_after(account: str, role: Role, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that the changes of a member set, with everything that follows from them."""
    values = dict(changes)
    if "name" in values:
        values |= name_columns(account, values["name"])
    if "role" in values or "rights" in values:
        new_role = values.get("role", role)
        if new_role != role or "rights" in values:
            values["rights"] = rights_for(new_role, values.get("rights"))
    return values


def refuse_last_admin() -> Problem:
    """The refusal to leave an organisation without an admin."""
    message = "This is the last active admin. Make someone else an admin first."
    return Problem(Kind.CONFLICT, "last_admin", message, rule="last_admin")


def account_taken() -> Problem:
    """Another member, perhaps a disabled one, has the account."""
    return Problem(Kind.CONFLICT, "account_taken", "This account is taken. Choose another one.", errors=[
        {"pointer": "/account", "code": "account_taken", "detail": "This account is taken."}
    ])  # fmt: skip


def to_cursor(name_sort: str, member_id: UUID) -> str:
    """The opaque place after this member in the list by name."""
    return base64.urlsafe_b64encode(json.dumps([name_sort, str(member_id)]).encode()).decode()


def from_cursor(cursor: str) -> tuple[str, UUID]:
    """The place that ``to_cursor`` wrote, or 400."""
    try:
        name_sort, member_id = json.loads(base64.urlsafe_b64decode(cursor))
        return str(name_sort).replace("\0", ""), UUID(member_id)
    except (ValueError, TypeError, AttributeError) as error:
        raise Problem(Kind.MALFORMED, "cursor_malformed", "The cursor is not one that this list gave.") from error
