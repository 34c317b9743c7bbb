"""The verifier broken on purpose, one place at a time: what judges it has to notice each.

A mutant is a module of the verifier with one comparison turned round, one check left out, one `raise` gone.  It is loaded
beside the sound modules and judged; one that nobody notices is either a hole in the tests or changes nothing.
"""

import ast
import copy
import signal
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import yangguang.trail as package

FOLDER = Path(package.__file__).parent
ORDER = ("tlog", "note", "trust", "check")  # each imports only what stands before it
# Writing, and what only speaks to people, is not verification.
LEFT_OUT = {
    "tlog": {"append", "_bundles", "tiles_of", "inclusion", "consistency", "node", "span", "leaf_bytes", "path", "new"},
    "note": {"sign", "line", "__init__", "vkey"},
    "trust": {"load", "wanted", "_words", "met_by_names"},
    "check": {"_fetch", "reader"},
}
SWAPS: dict[type, type] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True)
class Mutant:
    """One broken module.  **Shape** `what`: function, the sound text and what became of it."""

    module: str
    what: str
    code: types.CodeType


def mutants(module: str, thorough: bool = False) -> Iterator[Mutant]:
    """Every mutant of a module; `thorough` adds those with another number or another half of an `and`."""
    source = (FOLDER / f"{module}.py").read_text("utf-8")
    sound, seen = ast.parse(source), Counter[str]()
    for path, node in _nodes(sound, ()):
        function = ".".join(path) or "(module)"
        if not path or path[-1] in LEFT_OUT[module]:
            continue
        for replaced in _broken(node, thorough):
            tree = copy.deepcopy(sound)
            target = next(other for _, other in _nodes(tree, ()) if _same(node, other))
            _replace(tree, target, replaced)
            was, now = ast.unparse(node).split("\n")[0], ast.unparse(replaced).split("\n")[0]
            what = f"{function}: {was}  →  {now}"
            seen[what] += 1
            what += f" #{seen[what]}" if seen[what] > 1 else ""
            yield Mutant(module, what, compile(ast.fix_missing_locations(tree), f"{module}.py", "exec"))


def _nodes(tree: ast.AST, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ast.AST]]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.keyword) and child.arg == "frozen":
            continue  # protects nobody but the writer of a program
        inside = path
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inside = (*path, child.name)
        if inside and isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield from _nodes(child, inside)
            continue
        yield inside, child
        yield from _nodes(child, inside)


def _same(one: ast.AST, other: ast.AST) -> bool:
    places = ("lineno", "col_offset", "end_lineno", "end_col_offset")
    return type(one) is type(other) and all(getattr(one, name, 0) == getattr(other, name, 1) for name in places)


def _replace(tree: ast.AST, target: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, new)
            elif isinstance(value, list) and target in value:
                value[value.index(target)] = new


def _broken(node: ast.AST, thorough: bool) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            for at, op in enumerate(ops):
                turned = [*ops[:at], SWAPS[type(op)](), *ops[at + 1 :]]
                yield ast.copy_location(ast.Compare(left, turned, others), node)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.Raise():
            yield ast.copy_location(ast.Pass(), node)
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="wrong" | "verify" | "insert"))):
            yield ast.copy_location(ast.Pass(), node)
        case ast.BoolOp(op=op, values=values):
            other: ast.boolop = ast.And() if isinstance(op, ast.Or) else ast.Or()
            yield ast.copy_location(ast.BoolOp(other, values), node)
            if thorough:
                for at in range(len(values)):
                    rest = [*values[:at], *values[at + 1 :]]
                    yield rest[0] if len(rest) == 1 else ast.copy_location(ast.BoolOp(op, rest), node)
        case ast.Constant(value=bool(value)):
            yield ast.copy_location(ast.Constant(not value), node)
        case ast.Constant(value=int(value)) if thorough:
            yield ast.copy_location(ast.Constant(value + 1), node)


# ---- loading and judging -----------------------------------------------------------------------------------------

_sound: dict[str, types.CodeType] = {}


@contextmanager
def loaded(mutant: Mutant | None) -> Iterator[types.SimpleNamespace]:
    """The verifier anew, with this one module broken."""
    made: dict[str, types.ModuleType] = {}
    with mock.patch.dict(sys.modules), mock.patch.multiple(package, create=True, **dict.fromkeys(ORDER)):
        for name in ORDER:
            module = types.ModuleType(f"{package.__name__}.{name}")
            sys.modules[module.__name__] = module
            setattr(package, name, module)
            if name not in _sound:
                _sound[name] = compile((FOLDER / f"{name}.py").read_text("utf-8"), f"{name}.py", "exec")
            exec(mutant.code if mutant and mutant.module == name else _sound[name], module.__dict__)
            made[name] = module
        yield types.SimpleNamespace(**made)


class TooLong(BaseException):
    """A mutant that does not come to an end is noticed, too."""


def noticed(mutant: Mutant | None, judge: Callable[[types.SimpleNamespace], None], seconds: float = 10) -> str:
    """What the judge says of it; empty where it finds nothing."""

    def ring(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        with loaded(mutant) as modules:
            judge(modules)
    except TooLong:
        return "没有结束"
    except Exception as error:  # noqa: BLE001  whatever breaks, the mutant was noticed
        return f"{type(error).__name__}: {error}"[:200] or "?"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return ""
