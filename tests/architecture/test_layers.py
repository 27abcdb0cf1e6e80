"""The rules of the architecture that a machine can keep: layers, cycles, what may know protected attributes, bans."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "jobfit"

# The layer of each module or package. A module imports only from lower layers or from its own package.
LAYERS = {
    "errors": 0, "artifacts": 0, "settings": 0, "settings_file": 0, "ordering": 0, "records": 0, "runs": 0, "judged": 0,
    "shortlist": 0, "embeddings": 0, "home": 0, "folding": 0,
    "lexicon": 1,
    "groups": 1, "taxonomy": 1, "judgements": 1, "geo": 1, "llm": 1,
    "ingest": 2, "structure": 2, "documents": 2,
    "keyed_lines": 2.5,
    "encoders": 3, "reading": 3, "planted": 3, "scorers": 3.5, "caveats": 3.5,
    "retrieval": 4, "policy": 4, "evaluation": 4,
    "audit": 4.5,
    "simulation": 5, "preparation": 5, "training": 5, "damping": 5,
    "store": 6,
    "matcher": 7, "indexer": 7, "sourcing": 7, "report": 7, "experiments": 7,
    "app": 8,
    "cli": 9,
}  # fmt: skip
ORDER_WITHIN_LAYER_0 = (
    "errors",
    "artifacts",
    "settings",
    "settings_file",
    "ordering",
    "records",
    "runs",
    "judged",
    "embeddings",
    "shortlist",
    "home",
)
MAY_READ_GROUPS = {"groups", "audit", "simulation", "store", "app", "cli", "service"}
# Training measures by group when it is over; these hand the file on to what does. No loss, batch or step can see it,
# but through the one access object, which gives codes of groups and is open to the fairness term alone.
ACCESS, TERM = "training.group_access", "training.objectives.fairness"
GROUPS_IN_TRAINING = {"training.by_group", "training.stages", "training.rounds", ACCESS}
MAY_MAKE_ACCESS = {"experiments", "app"}
SEES_NO_GROUPS = ("training.loop", "training.losses", "training.objectives", "training.model", "training.data")


@pytest.fixture(scope="module")
def modules():
    """The syntax tree of each module, by its dotted name below ``jobfit``; that of the package itself is ``""``."""
    trees = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        trees[name.removesuffix("__init__").removesuffix(".")] = ast.parse(path.read_text(encoding="utf-8"))
    return trees


@pytest.fixture(scope="module")
def imports(modules):
    """(dotted name below ``jobfit``, names taken of it) of all that each module imports, also inside functions."""
    return {name: list(imported_by(tree)) for name, tree in modules.items()}


def imported_by(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"relative import: {ast.unparse(node)}"
            if node.module.split(".")[0] == "jobfit":
                yield node.module.removeprefix("jobfit").removeprefix("."), [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "jobfit":
                    yield alias.name.removeprefix("jobfit").removeprefix("."), []


@pytest.fixture(scope="module")
def graph(modules, imports):
    """The modules that each module imports."""
    graph = {}
    for name, imported in imports.items():
        found = set()
        for target, items in imported:
            submodules = {f"{target}.{item}" for item in items} & modules.keys()
            found |= submodules or {target} & modules.keys()
        graph[name] = found - {name}
    return graph


def test_every_module_has_a_layer(modules):
    assert {name.split(".")[0] for name in modules if name} <= set(LAYERS)


def test_modules_import_only_lower_layers(imports):
    wrong = []
    for name, imported in imports.items():
        own = name.split(".")[0]
        for target, _ in imported:
            top = target.split(".")[0]
            if not own or top == own:
                continue
            lower = top and LAYERS[top] < LAYERS[own]
            same = top and LAYERS[top] == LAYERS[own] == 0
            lower_in_0 = same and ORDER_WITHIN_LAYER_0.index(top) < ORDER_WITHIN_LAYER_0.index(own)
            if not (lower or lower_in_0):
                wrong.append(f"{name} (layer {LAYERS[own]}) imports {target or 'from the package root'}")
    assert not wrong


def test_imports_form_no_cycle(graph):
    done, path = set(), []

    def visit(name):
        assert name not in path, f"cycle: {' -> '.join([*path[path.index(name) :], name])}"
        if name in done:
            return
        path.append(name)
        for target in sorted(graph[name]):
            visit(target)
        path.pop()
        done.add(name)

    for name in graph:
        visit(name)


def reachable(start, graph):
    seen, todo = set(), [start]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo.extend(graph[name])
    return seen


NO_GROUPS = {
    "documents", "encoders", "scorers", "retrieval", "policy", "matcher", "structure", "ingest", "preparation",
}  # fmt: skip


def test_protected_attributes_are_out_of_reach_of_what_ranks(graph):
    for name in graph:
        top = name.split(".")[0]
        if top in NO_GROUPS:
            assert "groups" not in reachable(name, graph), f"{name} can reach protected attributes"
        if name.startswith(SEES_NO_GROUPS) and name != TERM:
            assert "groups" not in reachable(name, graph), f"{name} can reach protected attributes"
        if "groups" in graph[name]:
            assert top in MAY_READ_GROUPS or name in GROUPS_IN_TRAINING, f"{name} imports groups"
        if ACCESS in graph[name]:
            assert name == TERM or top in MAY_MAKE_ACCESS, f"{name} imports the access to groups"
    assert "groups" in reachable(TERM, graph)
    assert {target for target in graph[ACCESS] if target.startswith("training")} == {"training.data"}


BANNED = re.compile(
    r"\bimport pickle\b|\bpickle\.|\btorch\.load\(|allow_pickle\s*=\s*True|trust_remote_code\s*=\s*True|"
    r"\beval\(|\bexec\(|shell\s*=\s*True|yaml\.load\("
)


def test_nothing_runs_data_as_code():
    assert not [
        f"{path.relative_to(SOURCE)}: {line}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.lstrip().startswith(("#", '"', "``")) and BANNED.search(line.split("#")[0])
    ]


def test_import_jobfit_is_fast_and_light():
    probe = (
        "import sys, time; t = time.process_time(); import jobfit; s = time.process_time() - t;"
        "heavy = {'torch', 'fastapi', 'psycopg', 'transformers', 'openvino'} & set(sys.modules);"
        "print(s, heavy or '')"
    )
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=SOURCE.parent)
    seconds, _, heavy = ran.stdout.partition(" ")
    assert heavy.strip() == ""
    assert float(seconds) < 0.3


def test_public_names_are_at_most_thirty_and_all_there():
    import jobfit

    assert len(jobfit.__all__) <= 30
    assert sorted(jobfit.__all__) == jobfit.__all__
    assert all(getattr(jobfit, name) is not None for name in jobfit.__all__)


def test_functions_keep_their_size(modules):
    wrong = []
    for module, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines, parameters = node.end_lineno - node.lineno + 1, len(node.args.args)
                if lines > 60 or parameters > 7:
                    wrong.append(f"{module}.{node.name}: {lines} lines, {parameters} positional parameters")
    assert not wrong


# What a reading imports and what does not change it: input and output, and the use of language models.
READS_NOTHING = {"artifacts", "judgements", "llm", "ordering", "runs", "settings", "settings_file"}


def test_version_of_the_reader_covers_all_that_takes_part_in_reading(graph):
    from jobfit.ingest.reader import PARTS

    parts = tuple(part.removesuffix(".py").replace("/", ".") for part in PARTS)
    covered = {name for name in graph if name in parts or name.startswith(tuple(f"{part}." for part in parts))}
    used = {target for name in covered for target in reachable(name, graph)}
    assert {name for name in used - covered if name.split(".")[0] not in READS_NOTHING} == set()
