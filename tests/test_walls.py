"""Test the walls between the parts of the integration.

Nothing in the CTI client knows Home Assistant. Nothing outside of it knows how it looks
inside, builds its URLs or reads its answers, and few modules catch its errors.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

from custom_components import grandstream_gsc
from custom_components.grandstream_gsc import cti

PACKAGE = grandstream_gsc.__name__
CTI = cti.__name__
FOLDER = Path(grandstream_gsc.__file__).parent

CATCHERS = frozenset({"config_flow.py", "coordinator.py", "entity.py"})
CTI_ERRORS = frozenset(name for name in cti.__all__ if name.endswith("Error"))
HTTP_CLIENTS = frozenset(
    {"aiohttp", "http.client", "httpx", "requests", "socket", "urllib.request"}
)
URL_PARTS = ("cgi-bin", "passcode=")
READING = frozenset({"json", "read", "readany", "text"})

type Wall = Callable[[ast.Module], Iterator[str]]


def imports(tree: ast.Module, package: str) -> Iterator[str]:
    """Find the full name of everything that a module of a package imports."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module, names, level):
                base = resolve_name("." * level + (module or ""), package)
                yield from (f"{base}.{alias.name}" for alias in names)


def is_within(name: str, *packages: str) -> bool:
    """Tell whether a name is that of one of some packages, or of something in it."""
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


def foreign_imports(tree: ast.Module) -> Iterator[str]:
    """Find what the client imports from Home Assistant, or from the integration."""
    for name in imports(tree, CTI):
        if is_within(name, "homeassistant", PACKAGE) and not is_within(name, CTI):
            yield name


def inner_imports(tree: ast.Module) -> Iterator[str]:
    """Find imports of what the client does not offer."""
    for name in imports(tree, PACKAGE):
        if is_within(name, CTI) and name.removeprefix(f"{CTI}.") not in cti.__all__:
            yield name


def http_imports(tree: ast.Module) -> Iterator[str]:
    """Find imports of what can talk to a speaker."""
    for name in imports(tree, PACKAGE):
        if is_within(name, *HTTP_CLIENTS):
            yield name


def url_parts(tree: ast.Module) -> Iterator[str]:
    """Find texts that could become a part of a request to a speaker."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(str(text)) if any(part in text for part in URL_PARTS):
                yield text


def body_readings(tree: ast.Module) -> Iterator[str]:
    """Find the reading of a response's body."""
    for node in ast.walk(tree):
        match node:
            case ast.Await(ast.Call(ast.Attribute(attr=name))) if name in READING:
                yield ast.unparse(node)


def catches(tree: ast.Module) -> Iterator[str]:
    """Find handlers of the client's errors, be they named directly or by an alias."""
    errors = _aliases(tree)
    for node in ast.walk(tree):
        match node:
            case ast.ExceptHandler(type=ast.expr() as caught):
                yield from names_in(caught) & errors
            case ast.Call(ast.Name("suppress") | ast.Attribute(attr="suppress")):
                yield from names_in(node) & errors


def _aliases(tree: ast.Module) -> set[str]:
    """Find all names that a module has for errors of the client, or tuples of them."""
    names = set(CTI_ERRORS)
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=imported):
                names |= {item.asname or "" for item in imported if item.name in names}
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(
                ast.Name(name), value=ast.expr() as value
            ) if names_in(value) & names:
                names.add(name)
    return names


def names_in(tree: ast.AST) -> set[str]:
    """Return all names in an expression, those of attributes included."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    attributes = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    return names | attributes


CLIENT_MODULES = {*(FOLDER / "cti").rglob("*.py")}
OTHER_MODULES = {*FOLDER.rglob("*.py")} - CLIENT_MODULES
CATCHING_MODULES = {FOLDER / name for name in CATCHERS}


def breaches(wall: Wall, modules: Iterable[Path]) -> dict[str, list[str]]:
    """Return what some modules do that a wall forbids."""
    trees = {module: ast.parse(module.read_text("utf-8")) for module in modules}
    found = {module.name: list(wall(tree)) for module, tree in trees.items()}
    return {name: things for name, things in found.items() if things}


@pytest.mark.parametrize(
    ("wall", "modules"),
    [
        (foreign_imports, CLIENT_MODULES),
        (inner_imports, OTHER_MODULES),
        (http_imports, OTHER_MODULES),
        (url_parts, OTHER_MODULES),
        (body_readings, OTHER_MODULES),
        (catches, OTHER_MODULES - CATCHING_MODULES),
    ],
)
def test_walls(wall: Wall, modules: set[Path]) -> None:
    """Keep each part on its side of the walls."""
    assert modules
    assert breaches(wall, modules) == {}


@pytest.mark.parametrize(
    ("wall", "modules", "names"),
    [
        (http_imports, CLIENT_MODULES, {"client.py"}),
        (body_readings, CLIENT_MODULES, {"client.py"}),
        (url_parts, CLIENT_MODULES, {"protocol.py"}),
        (catches, CATCHING_MODULES, CATCHERS),
    ],
)
def test_other_side(wall: Wall, modules: set[Path], names: set[str]) -> None:
    """Find what is forbidden where it belongs: the walls are not blind."""
    assert breaches(wall, modules).keys() == names


@pytest.mark.parametrize(
    ("wall", "source", "found"),
    [
        (foreign_imports, "import homeassistant", ["homeassistant"]),
        (
            foreign_imports,
            "def f():\n from homeassistant.core import HomeAssistant",
            ["homeassistant.core.HomeAssistant"],
        ),
        (foreign_imports, "from ..const import DOMAIN", [f"{PACKAGE}.const.DOMAIN"]),
        (foreign_imports, "from .. import const", [f"{PACKAGE}.const"]),
        (foreign_imports, "from .errors import CtiError\nimport aiohttp", []),
        (foreign_imports, "import homeassistants", []),
        (inner_imports, "from .cti.client import x", [f"{CTI}.client.x"]),
        (inner_imports, "from .cti import client", [f"{CTI}.client"]),
        (inner_imports, "from .cti import *", [f"{CTI}.*"]),
        (inner_imports, "from . import cti", [CTI]),
        (inner_imports, f"import {CTI}.models as m", [f"{CTI}.models"]),
        (
            inner_imports,
            f"if TYPE_CHECKING:\n from {CTI}.errors import CtiError",
            [f"{CTI}.errors.CtiError"],
        ),
        (inner_imports, "from .cti import CtiClient, Track", []),
        (http_imports, "import aiohttp", ["aiohttp"]),
        (http_imports, "from aiohttp import web", ["aiohttp.web"]),
        (
            http_imports,
            "from urllib.request import urlopen",
            ["urllib.request.urlopen"],
        ),
        (http_imports, "from http import client", ["http.client"]),
        (http_imports, "from http import HTTPStatus\nimport urllib.parse", []),
        (
            http_imports,
            "from homeassistant.helpers.aiohttp_client import async_get_clientsession",
            [],
        ),
        (url_parts, "x = f'{host}/cgi-bin/{name}'", ["/cgi-bin/"]),
        (url_parts, "x = '?passcode=' + y", ["?passcode="]),
        (url_parts, "passcode = 'passcode'", []),
        (body_readings, "async def f():\n await r.json()", ["await r.json()"]),
        (
            body_readings,
            "async def f():\n return len(await (await g()).content.read())",
            ["await (await g()).content.read()"],
        ),
        (body_readings, "async def f():\n await r.stop()\n r.read()", []),
        (catches, "try: f()\nexcept CtiError: g()", ["CtiError"]),
        (
            catches,
            "def f():\n try: g()\n except (ValueError, CtiTimeoutError) as e: h(e)",
            ["CtiTimeoutError"],
        ),
        (catches, "try: f()\nexcept cti.CtiRefusedError: g()", ["CtiRefusedError"]),
        (catches, "try: f()\nexcept* CtiError: g()", ["CtiError"]),
        (
            catches,
            "A: tuple = (CtiError,)\nB = (*A, OSError)\ntry: f()\nexcept B: g()",
            ["B"],
        ),
        (
            catches,
            "from .cti import CtiError as E, Track as T\ntry: f()\nexcept E: g(T)",
            ["E"],
        ),
        (catches, "with suppress(CtiError): f()", ["CtiError"]),
        (catches, "with contextlib.suppress(CtiError): f()", ["CtiError"]),
        (catches, "try: f()\nexcept ValueError: g(CtiError)\nexcept: h()", []),
        (catches, "def f(e: CtiError): return isinstance(e, CtiError)", []),
    ],
)
def test_walls_can_be_breached(wall: Wall, source: str, found: list[str]) -> None:
    """Find what is forbidden, and nothing else."""
    assert list(wall(ast.parse(source))) == found
