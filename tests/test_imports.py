"""A package imports only packages above it: the house has one way through (no code is run)."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "gspmc"

ORDER = (
    "skeleton",
    "pose",
    "data",
    "text",
    "describe",
    "models",
    "losses",
    "evaluate",
    "train",
    "experiments",
    "export",
    "recognize",
    "bench",
)
EVERYWHERE = {"errors", "files", "progress"}
BOTTOM = {"cli", "commands", "command_line", "quickstart", "__main__"}
"""May import everything; nothing else may import them."""
RECOGNITION = {"export", "recognize"}
NOT_FOR_RECOGNITION = {"describe", "losses", "train", "experiments"}
HEAVY = {
    *("lancedb", "sentence_transformers", "matplotlib", "lightning"),
    *("onnx", "onnxscript", "onnxruntime"),
    *("openai", "pypdf", "fastapi", "uvicorn"),
}


@dataclass(frozen=True)
class Import:
    """One imported module, absolute, as it is written in one line of one file."""

    importer: str  # gspmc.data.store
    target: str  # gspmc.pose.sequence.PoseSequence or numpy.linalg
    line: int
    at_import_time: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}"

    @property
    def packages(self) -> tuple[str, str]:
        """Top-level part of the house on both sides; '' is the root module itself."""
        return package_of(self.importer), package_of(self.target)


def package_of(module: str) -> str:
    names = module.split(".")
    return names[1] if len(names) > 1 else ""


def modules(root: Path) -> dict[str, Path]:
    """Dotted name -> file, of every module of a package folder."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        names = [root.name, *path.relative_to(root).with_suffix("").parts]
        found[".".join(names[:-1] if names[-1] == "__init__" else names)] = path
    return found


def imports_of(module: str, path: Path) -> Iterator[Import]:
    """Every import statement, inside functions too; those under TYPE_CHECKING never run."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]

    def visit(node: ast.AST, runs: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno, runs)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(module, f"{base}.{alias.name}", node.lineno, runs)
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for child in node.body:
                yield from visit(child, False)
            for child in node.orelse:
                yield from visit(child, runs)
        else:
            later = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            for child in ast.iter_child_nodes(node):
                yield from visit(child, runs and not later)

    yield from visit(ast.parse(path.read_text(encoding="utf-8")), True)


def all_imports(root: Path) -> list[Import]:
    return [found for module, path in modules(root).items() for found in imports_of(module, path)]


def inside(root: Path) -> list[Import]:
    return [found for found in all_imports(root) if found.target.split(".")[0] == root.name]


def against_the_order(root: Path) -> list[str]:
    """Edges that lead down the list, or to the bottom."""
    wrong = []
    for found in inside(root):
        importer, target = found.packages
        if importer == target or target in EVERYWHERE or importer in BOTTOM:
            continue
        if target == "__version__":  # from gspmc import __version__
            continue
        ranks = [ORDER.index(name) if name in ORDER else None for name in (importer, target)]
        if None in ranks or ranks[0] <= ranks[1]:  # type: ignore[operator]
            wrong.append(str(found))
    return wrong


def loaded_with(root: Path, module: str) -> set[str]:
    """Everything that importing a module imports, inside the house and outside."""
    known, edges = modules(root), {}
    for found in all_imports(root):
        if found.at_import_time:
            edges.setdefault(found.importer, set()).add(found.target)
    loaded: set[str] = set()
    waiting = [module]
    while waiting:
        target = waiting.pop()
        names = target.split(".")
        # Importing a.b.c runs a, then a.b; a.b.name may be a thing inside a.b, no module.
        for depth in range(1, len(names) + 1):
            name = ".".join(names[:depth])
            if names[0] == root.name and name not in known:
                continue
            if name not in loaded:
                loaded.add(name)
                waiting.extend(edges.get(name, ()))
    return loaded


def loaded_by_recognition(root: Path) -> list[str]:
    """What recognition must not need, and yet loads."""
    wrong = []
    for module in modules(root):
        if package_of(module) in RECOGNITION:
            loaded = loaded_with(root, module)
            wrong += [
                f"{module} loads {other}"
                for other in sorted(loaded)
                if other.startswith(f"{root.name}.") and package_of(other) in NOT_FOR_RECOGNITION
            ]
    return wrong


def named_by_recognition(root: Path) -> list[str]:
    """The same edges written anywhere in recognition's own files, inside functions too."""
    return [
        str(found)
        for found in inside(root)
        if found.packages[0] in RECOGNITION and found.packages[1] in NOT_FOR_RECOGNITION
    ]


def heavier_than_numpy(root: Path) -> list[str]:
    light = {root.name, "numpy"} | set(sys.stdlib_module_names)
    written = [
        str(found)
        for found in all_imports(root)
        if package_of(found.importer) == "skeleton" and found.target.split(".")[0] not in light
    ]
    loaded = {
        name
        for name in loaded_with(root, f"{root.name}.skeleton")
        if name.split(".")[0] not in light
    }
    return written + sorted(loaded)


def heavy_at_the_start(root: Path) -> list[str]:
    """Libraries that the command line would load before it knows what it is asked for."""
    return sorted(HEAVY & loaded_with(root, f"{root.name}.cli"))


CHECKS = (
    against_the_order,
    named_by_recognition,
    loaded_by_recognition,
    heavier_than_numpy,
    heavy_at_the_start,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house(check) -> None:
    assert not check(SOURCE), "\n".join(check(SOURCE))


def test_every_package_has_its_place() -> None:
    names = {package_of(module) for module in modules(SOURCE)} - {""}
    assert "skeleton" in names
    assert names <= {*ORDER, *EVERYWHERE, *BOTTOM}, "a package that DESIGN does not name"


def house(folder: Path, files: dict[str, str]) -> Path:
    """A small package of that name, its files given without `.py`."""
    root = folder / "house"
    for name, text in files.items():
        path = root / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        for parent in path.relative_to(root).parents:
            init = root / parent / "__init__.py"
            if not init.exists():
                init.touch()
    return root


@pytest.mark.parametrize(
    ("check", "files"),
    [
        (against_the_order, {"skeleton/a": "import house.data"}),
        (against_the_order, {"pose/a": "from house.data import store"}),
        (against_the_order, {"pose/a": "from house import data", "data/b": ""}),
        (against_the_order, {"pose/a": "from ..data.store import Store"}),
        (against_the_order, {"pose/a": "def f():\n    from house.train import loop"}),
        (against_the_order, {"data/a/b": "class A:\n    import house.text"}),
        (against_the_order, {"models/a": "import house.cli"}),
        (against_the_order, {"models/a": "import house.utils"}),
        (against_the_order, {"utils": "import house.models"}),
        (against_the_order, {"errors": "import house.models"}),
        (named_by_recognition, {"export/a": "def f():\n    import house.losses"}),
        (named_by_recognition, {"recognize/a": "from house.describe import run"}),
        (loaded_by_recognition, {"recognize/a": "from house import train", "train/a": ""}),
        (
            loaded_by_recognition,
            {
                "recognize/a": "from house.evaluate.scores import Scores",
                "evaluate/scores": "from house.models.registry import build",
                "models/registry": "",
                "models/__init__": "try:\n    import house.losses.term\nfinally:\n    pass",
                "losses/term": "",
            },
        ),
        (heavier_than_numpy, {"skeleton/a": "def f():\n    import torch"}),
        (
            heavier_than_numpy,
            {"skeleton/__init__": "from house.files import x", "files": "import torch"},
        ),
        (
            heavy_at_the_start,
            {"cli": "from house.text import encoder", "text/encoder": "import lancedb.db"},
        ),
    ],
)
def test_the_walk_finds(tmp_path: Path, check, files: dict[str, str]) -> None:
    assert check(house(tmp_path, files))


def test_the_walk_allows(tmp_path: Path) -> None:
    root = house(
        tmp_path,
        {
            "errors": "",
            "files": "from house.errors import E",
            "cli": "import house.recognize.run\ndef f():\n    import house.train.loop, matplotlib",
            "quickstart": "import house.cli\nfrom house import __version__",
            "skeleton/a": "import numpy.linalg, json\nfrom house.files import atomic_path",
            "pose/a": "from house.skeleton import a\nfrom . import b\nfrom .b import c",
            "pose/b": "from ..skeleton.a import d\nimport torch",
            "losses/a": "",
            "evaluate/b": "def f():\n    import house.losses.a",
            "recognize/run": "if TYPE_CHECKING:\n    import house.pose.b\nimport house.evaluate.b",
        },
    )
    for check in CHECKS:
        assert check(root) == []
