"""The graph written from the weights of a packaged model against the traced one."""

import os
import subprocess
import sys

import numpy as np
import pytest

from jobfit.encoders.bert_graph import write_graph
from jobfit.encoders.folder import MINILM, find_model
from jobfit.encoders.graphs import GRAPH
from jobfit.encoders.model import load_model
from jobfit.encoders.openvino_backend import OpenVinoTokenEncoder, convert, resolve_precision
from jobfit.errors import InputError


@pytest.fixture(scope="module")
def traced(tmp_path_factory):
    folder = find_model(MINILM)
    model = load_model(folder)
    path = tmp_path_factory.mktemp("traced") / GRAPH
    convert(model.module, model.facts.tokenizer.get_vocab_size(), path, "f32")
    return path, model.facts


@pytest.mark.parametrize("precision", ["f32", "auto"])
def test_written_graph_gives_the_bits_of_the_traced_one(traced, tmp_path, precision):
    chosen = resolve_precision(precision)
    write_graph(find_model(MINILM).read(), tmp_path / GRAPH)
    ours, theirs = (OpenVinoTokenEncoder(path, chosen) for path in (tmp_path / GRAPH, traced[0]))
    rng = np.random.default_rng(0)
    for rows, length in ((1, 1), (1, 8), (5, 2), (7, 37), (3, 256), (1, 512)):
        ids = rng.integers(0, 30522, (rows, length))
        mask = (np.arange(length) < rng.integers(1, length + 1, rows)[:, None]).astype(np.int64)
        np.testing.assert_array_equal(ours.encode(ids, mask), theirs.encode(ids, mask))


def test_facts_are_those_of_sentence_transformers(traced):
    assert find_model(MINILM).read().facts.to_json() == traced[1].to_json()


def test_first_start_imports_no_torch_and_says_that_it_converts(tmp_path):
    code = (
        "import sys; from pathlib import Path; from jobfit.encoders.loading import load_encoder\n"
        "load_encoder(cache=Path(sys.argv[1]) / 'v.sqlite', backend='openvino', on_convert=print)\n"
        "print('torch' in sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": ":".join(filter(None, sys.path))}
    command = [sys.executable, "-c", code, tmp_path]
    run = [subprocess.run(command, env=environment, capture_output=True, text=True, check=True) for _ in range(2)]
    assert [result.stdout.split() for result in run] == [[MINILM, "jobfit-multilingual", "False"], ["False"]]


def test_graph_that_cannot_be_written_is_an_input_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="no converted model can be written"):
        write_graph(find_model(MINILM).read(), tmp_path / "file" / GRAPH)
