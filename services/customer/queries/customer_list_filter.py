"""What narrows a list down, as SQL: on a customer ``c`` with its search row ``cs`` beside it, and on the inverted index of ``cs`` alone.

Which customers a view begins with is ``customer_list_view.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.customer.queries.customer_list_driver import SHARE_MAX, Beginning, beginning
from services.customer.rules.customer_list import Question
from services.customer.rules.field import Registry
from services.customer.rules.filter import And, Condition, Node
from services.customer.rules.search import Term
from services.customer.store.customer_condition import Asker, Compiler

_DEPARTMENT = """c.owner_id IN (SELECT m.member_id FROM department d JOIN member m ON m.department_id = d.department_id
    WHERE d.path @> ARRAY[%(department_id)s::uuid])"""
_SEARCH_ROW = "SELECT tokens, name_key, pinyin, digits FROM customer_search s WHERE s.customer_id = c.customer_id OFFSET 0"
_BESIDE = f" CROSS JOIN LATERAL ({_SEARCH_ROW}) cs"
TOLD_SHARE_MAX = 0.2  # of all customers; more are read through in order
_END = "\U0010ffff"


@dataclass(slots=True)
class Filter:
    """The parts of a filter.

    ``plain`` and ``tree`` (the chips in it) ask the customer itself, ``texts`` the search row beside it; ``by_name`` are the texts
    without phones, where phones make a difference. ``indexed`` asks the inverted index for texts and what it knows of the tree at once,
    with the rechecks it needs; ``told``: that is all that the tree asks. ``begun``: where else the hits of a tree begin.
    """

    plain: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    by_name: list[str] = field(default_factory=list)
    indexed: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    tree: str = ""
    told: bool = False
    begun: Beginning | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is narrowed down."""
        return not self.plain and not self.texts and not self.tree

    def is_empty_in(self, column: str) -> bool:
        """Whether nothing fits that has a value there."""
        return self.begun is not None and column in self.begun.empty

    @property
    def is_keyed(self) -> bool:
        """Whether the index that tells the hits of the tree tells their places in the order, too."""
        return self.begun is not None and self.begun.keyed

    @property
    def beside(self) -> str:
        """SQL: the search row beside ``c``, where texts need it, looked up for each row so that what ``c`` begins with stays so."""
        return _BESIDE if self.texts else ""

    def of_each(self, *, projected: str) -> str:
        """SQL: all that is asked of one customer, each after an AND; ``projected`` says where the pool hides fields from the viewer."""
        parts = [*self.plain, *self.texts, *([self.tree] if self.tree else [])]
        if self.by_name and projected != "false":
            parts.append(f"(NOT {projected} OR ({' AND '.join(self.by_name)}))")
        return "".join(f" AND {part}" for part in parts)

    def beyond_index(self, *, projected: str) -> tuple[str, str]:
        """SQL: what stands beside ``c`` and what is asked of it where the inverted index has answered already."""
        hides = bool(self.by_name) and projected != "false"
        parts = [*self.plain, *([f"(NOT {projected} OR ({' AND '.join(self.by_name)}))"] if hides else [])]
        parts += [self.tree] if self.tree and not self.told else []
        return _BESIDE if hides else "", "".join(f" AND {part}" for part in parts)

    def bounds(self, column: str) -> str:
        """SQL: from where to where a walk along ``column`` can meet hits, before an AND."""
        bounds = self.begun.bounds.get(column, ()) if self.begun is not None else ()
        return "".join(f"{bound} AND " for bound in bounds)

    def covered_ids(self, *, is_open: bool | None) -> str | None:
        """SQL: the ids of the hits as indexes of customers alone tell them, where they do."""
        if self.begun is None or self.begun.covered is None or is_open is None or self.plain or self.texts:
            return None
        return f"SELECT t.customer_id FROM ({self.begun.covered.among(is_open=is_open)}) t"

    def told_ids(self, *, is_open: bool | None) -> str | None:
        """SQL: ids among which all hits are, where indexes tell few."""
        ids = self.begun.ids if self.begun is not None and is_open is not None else None
        if ids is not None and ids.share <= TOLD_SHARE_MAX:
            return ids.among(is_open=bool(is_open))
        return self.hits(is_open=is_open, token=None) if is_open is not None else None

    def hits(self, *, is_open: bool | None, token: str | None) -> str | None:
        """SQL: ids that fit as an index alone tells them, whoever may see them, phones included; None where no index does."""
        if self.indexed:
            of = "cs.open" if is_open else "NOT cs.open"
            kept = [of, *([f"cs.tokens @@ '{token}'::tsquery"] if token else []), *self.indexed]
            return f"SELECT cs.customer_id FROM customer_search cs WHERE {' AND '.join(kept)}"
        return None


def compile_filter(question: Question, asker: Asker, registry: Registry) -> Filter:
    """The filter of a question for whoever asks it; its values are bound by name."""
    made = Filter()
    tree = _tree(question)
    if tree is not None:
        compiler = Compiler(registry, asker, made.values)
        made.tree = compiler.sql(tree)
        made.begun = beginning(tree, compiler, question.sort.column)
        made.values |= {f"chip_{name}": values for name, values in made.begun.choices.items()}
    if question.owner_id is not None:
        made.plain.append("c.owner_id = %(owner_id)s")
        made.values["owner_id"] = question.owner_id
    if question.department_id is not None:
        made.plain.append(_DEPARTMENT)
        made.values["department_id"] = question.department_id
    if question.search.beginning is not None:
        made.plain.append("c.name_sort >= %(beginning)s AND c.name_sort < %(beginning_end)s")
        made.values |= {"beginning": question.search.beginning, "beginning_end": question.search.beginning + _END}
    terms = question.search.terms
    made.texts = [_of_row(term, index, made.values, phones=True) for index, term in enumerate(terms)]
    if any(term.by_phone is not None for term in terms):
        made.by_name = [_of_row(term, index, made.values, phones=False) for index, term in enumerate(terms)]
    if made.begun is not None:
        _add_tokens(made, question, made.begun)
    elif terms:
        _add_indexed(made, question, [])
    return made


def _tree(question: Question) -> Node | None:
    """The tree with the chips in it: together they may have a better beginning."""
    chips = [Condition(name, "any_of", values) for name, values in question.chips.items()]
    nodes = (*chips, *([question.filter] if question.filter is not None else []))
    return And(nodes) if nodes else None


def _add_tokens(made: Filter, question: Question, begun: Beginning) -> None:
    """What the inverted index knows of a tree, if it is worth asking."""
    tokens = begun.tokens
    worth = tokens is not None and tokens.positive and (tokens.exact or tokens.share <= SHARE_MAX)
    if tokens is not None and (worth or question.search.terms):
        made.told = tokens.exact
        _add_indexed(made, question, [tokens.query])
    elif question.search.terms:
        _add_indexed(made, question, [])


def _add_indexed(made: Filter, question: Question, others: Sequence[str]) -> None:
    terms = question.search.terms
    parts = [f"({t.by_name}) | ({t.by_phone})" if t.by_phone else t.by_name for t in terms]
    made.values["indexed"] = " & ".join(f"({part})" for part in [*parts, *others])
    rechecks = [_recheck(term, index, made.values, phones=True) for index, term in enumerate(terms)]
    made.indexed = ["cs.tokens @@ %(indexed)s::tsquery", *(check for check in rechecks if check)]


def _of_row(term: Term, index: int, values: dict[str, Any], *, phones: bool) -> str:
    """SQL: whether a search row fits a term, told without its tokens where the name alone can tell."""
    if term.contains is not None:
        values[f"contains_{index}"] = term.contains
        return f"cs.name_key LIKE %(contains_{index})s"
    by_phone = phones and term.by_phone is not None
    key = f"term_{index}" if by_phone else f"term_by_name_{index}"
    values[key] = f"({term.by_name}) | ({term.by_phone})" if by_phone else term.by_name
    recheck = _recheck(term, index, values, phones=phones)
    return f"cs.tokens @@ %({key})s::tsquery" + (f" AND {recheck}" if recheck else "")


def _recheck(term: Term, index: int, values: dict[str, Any], *, phones: bool) -> str:
    """SQL for what the inverted index alone cannot tell, empty where it tells all; what is cheap to ask comes first."""
    by_phone = phones and term.by_phone is not None
    if term.like is None and term.regex is None and not by_phone:
        return ""
    alternatives = []
    if term.like is not None:
        values[f"like_{index}"] = term.like
        alternatives.append(f"cs.name_key LIKE %(like_{index})s")
    if by_phone:
        values[f"phone_{index}"] = term.phone_like
        alternatives.append(f"cs.digits LIKE %(phone_{index})s")
    if term.regex is not None:
        values[f"regex_{index}"] = term.regex
        alternatives.append(f"cs.pinyin ~ %(regex_{index})s")
    if term.exact is not None:
        values[f"exact_{index}"] = term.exact
        alternatives.append(f"cs.tokens @@ %(exact_{index})s::tsquery")
    return f"({' OR '.join(alternatives)})"
