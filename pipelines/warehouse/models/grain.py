"""Whether a SELECT proves by its own form that no two of its rows are alike in the grain.

Counting equal rows means computing a view once more and grouping millions of rows, so it is left out where the form
says the same: one row per partition, per group, or distinct rows. Only forms that surely prove it are known here; of
every other the rows are counted (checks.py). The tests hold look-alikes that prove nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

# What gives equal results for equal input: a row's partition is then told by the columns it selects.
_DETERMINISTIC = (
    exp.Column, exp.Identifier, exp.Coalesce, exp.Literal, exp.Case, exp.If, exp.EQ, exp.Cast, exp.DataType, exp.Paren,
)  # fmt: skip
# What may make several rows or columns of one.
_MULTIPLYING = (exp.UDTF, exp.Explode, exp.Anonymous)


def proves_grain(tree: exp.Query, grain: Sequence[str], unique: Mapping[str, Sequence[str]]) -> bool:
    """`unique` holds tables (schema.name) that are known to have one row per these columns, or expressions of them."""
    return bool(grain) and _proves(tree, frozenset(grain), {}, unique)


def _proves(
    tree: exp.Expr, grain: frozenset[str], outer: Mapping[str, exp.Expr], unique: Mapping[str, Sequence[str]]
) -> bool:
    if not isinstance(tree, exp.Select):
        return False
    selected = {one.alias_or_name.lower(): one.unalias() for one in tree.selects}
    if len(selected) != len(tree.selects) or not grain <= selected.keys():
        return False
    if any(one.is_star or one.find(*_MULTIPLYING) for one in selected.values()):
        return False
    ctes = {**outer, **{cte.alias: cte.this for cte in tree.ctes}}
    told = [selected[name] for name in sorted(grain)]
    return (
        _is_distinct(tree, selected.keys() <= grain)
        or _is_told(_one_per_partition(tree), told, selected)
        or _is_told(_one_per_group(tree), told, selected)
        or _source_proves(tree, told, ctes, unique)
    )


def _is_distinct(tree: exp.Select, is_all_of_grain: bool) -> bool:
    distinct = tree.args.get("distinct")
    return distinct is not None and distinct.args.get("on") is None and is_all_of_grain


def _is_told(keys: Sequence[exp.Expr], told: Sequence[exp.Expr], selected: Mapping[str, exp.Expr]) -> bool:
    """Every key is the whole of a selected column of the grain, and no alias gives a name within it another meaning."""
    for key in keys:
        if key not in told or not all(isinstance(node, _DETERMINISTIC) for node in key.walk()):
            return False
        for column in key.find_all(exp.Column):
            namesake = selected.get(column.name.lower())
            if namesake is not None and namesake != column and not column.table:
                return False
    return bool(keys)


def _one_per_partition(tree: exp.Select) -> Sequence[exp.Expr]:
    """The keys of a row_number() of which only the first row stays; empty when there is none."""
    qualify = tree.args.get("qualify")
    if qualify is None:
        return ()
    for condition in qualify.this.flatten() if isinstance(qualify.this, exp.And) else [qualify.this]:
        if (
            isinstance(condition, exp.EQ)
            and isinstance(condition.this, exp.Window)
            and isinstance(condition.this.this, exp.RowNumber)
            and condition.expression == exp.Literal.number(1)
        ):
            return condition.this.args.get("partition_by") or ()
    return ()


def _one_per_group(tree: exp.Select) -> Sequence[exp.Expr]:
    group = tree.args.get("group")
    if group is None or any(value for name, value in group.args.items() if name != "expressions"):
        return ()  # rollup, cube, grouping sets, all
    return group.expressions


def _source_proves(
    tree: exp.Select, told: Sequence[exp.Expr], ctes: Mapping[str, exp.Expr], unique: Mapping[str, Sequence[str]]
) -> bool:
    """One source and nothing that makes more rows of it: what is unique there stays so under other names."""
    source = tree.args.get("from_")
    if source is None or tree.args.get("joins") or tree.args.get("laterals"):
        return False
    table = source.this
    if not isinstance(table, exp.Table) or table.args.get("joins") or table.args.get("pivots"):
        return False
    if table.db:
        keys = unique.get(f"{table.db}.{table.name}", ())
        return bool(keys) and {*keys} <= {_unqualified(one).sql("duckdb", normalize_functions="lower") for one in told}
    names = [one.name for one in told if isinstance(one, exp.Column)]
    inner = ctes.get(table.name)
    if inner is None or len(names) != len(told):
        return False
    return _proves(inner, frozenset(names), {k: v for k, v in ctes.items() if k != table.name}, unique)


def _unqualified(key: exp.Expr) -> exp.Expr:
    key = key.copy()
    for column in key.find_all(exp.Column):
        column.set("table", None)
    return key
