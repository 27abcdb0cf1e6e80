import weakref

import pytest
import torch
from torch import nn

from jobfit.errors import InputError
from jobfit.training.losses.contrastive import two_sided_loss
from jobfit.training.losses.grad_cache import encode_in_chunks, split_features


def encoder(dropout=0.0, dtype=torch.float64):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Dropout(dropout), nn.Linear(32, 8)).to(dtype)


def texts(dtype=torch.float64):
    generator = torch.Generator().manual_seed(2)
    return tuple(torch.randn(10, 6, generator=generator, dtype=dtype) for _ in range(4))


def gradient(model, encode, sides):
    model.zero_grad()
    unit = [nn.functional.normalize(encode(side), dim=1) for side in sides]
    loss = two_sided_loss(*unit, temperature=0.05)
    loss.backward()
    return loss.item(), torch.cat([one.grad.flatten() for one in model.parameters()])


@pytest.mark.parametrize("size", [1, 3, 10, 99])
def test_gradient_in_chunks_equals_the_full_batch(size):
    model = encoder()
    loss, expected = gradient(model, model, texts())
    cached_loss, found = gradient(model, lambda side: encode_in_chunks(model, side.split(size)), texts())
    assert cached_loss == pytest.approx(loss, abs=1e-10)
    assert expected.abs().max() > 0.1
    torch.testing.assert_close(found, expected, atol=1e-10, rtol=0)
    single = encoder(dtype=torch.float32)
    sides = texts(torch.float32)
    _, expected = gradient(single, single, sides)
    _, found = gradient(single, lambda side: encode_in_chunks(single, side.split(size)), sides)
    assert (found - expected).abs().max() <= 1e-6 * expected.abs().max()


def test_dropout_drops_the_same_units_in_both_passes_and_leaves_the_generator_where_it_was():
    model = encoder(dropout=0.5)

    def plain(side):
        return torch.cat([model(chunk) for chunk in side.split(3)])

    torch.manual_seed(7)
    loss, expected = gradient(model, plain, texts())
    after = torch.rand(1)
    torch.manual_seed(7)
    cached_loss, found = gradient(model, lambda side: encode_in_chunks(model, side.split(3)), texts())
    assert cached_loss == loss
    torch.testing.assert_close(found, expected, atol=1e-10, rtol=0)
    assert torch.rand(1) == after
    torch.manual_seed(8)
    assert gradient(model, plain, texts())[0] != loss  # the seed does matter


def test_second_pass_runs_under_the_autocast_of_the_first_though_backward_is_called_outside():
    model, seen, gradients = encoder(dtype=torch.float32), [], []
    model[0].register_forward_hook(lambda _module, _given, result: seen.append(result.dtype))
    for encode in (encode_in_chunks, lambda _model, chunks: torch.cat([model(chunk) for chunk in chunks])):
        model.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            unit = [
                nn.functional.normalize(encode(model, side.split(5)).float(), dim=1) for side in texts(torch.float32)
            ]
            loss = two_sided_loss(*unit)
        loss.backward()
        gradients.append(torch.cat([one.grad.flatten() for one in model.parameters()]))
    assert seen == [torch.bfloat16] * (16 + 8)  # 4 sides, 2 chunks; 2 passes, then 1
    torch.testing.assert_close(gradients[0], gradients[1], atol=1e-6, rtol=0)


class Remembering(nn.Module):
    """Keeps a weak eye on its hidden layer, to count how many are alive at once."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.hidden, self.most = nn.Linear(6, 32), nn.Linear(32, 8), [], 0

    def forward(self, rows):
        hidden = self.first(rows).tanh()
        self.hidden.append(weakref.ref(hidden))
        self.most = max(self.most, self.alive())
        return self.second(hidden)

    def alive(self):
        return sum(one() is not None for one in self.hidden)


def test_no_more_than_one_chunk_of_activations_is_alive_at_a_time():
    torch.manual_seed(0)
    model = Remembering()
    rows = texts(torch.float32)[0]
    encode_in_chunks(model, rows.split(1)).sum()
    assert len(model.hidden) == 10
    vectors = encode_in_chunks(model, rows.split(1))
    assert model.alive() == 0
    vectors.square().sum().backward()
    assert len(model.hidden) == 30
    assert model.most == 1

    model.hidden, model.most = [], 0
    torch.cat([model(chunk) for chunk in rows.split(1)]).square().sum().backward()
    assert model.most == 10  # what an ordinary graph keeps


def test_gradient_in_chunks_over_accumulated_steps_adds_up():
    model = encoder()
    sides = texts()
    for encode in (model, lambda side: encode_in_chunks(model, side.split(4))):
        model.zero_grad()
        for part in (slice(0, 5), slice(5, 10)):
            unit = [nn.functional.normalize(encode(side[part]), dim=1) for side in sides]
            (two_sided_loss(*unit) / 2).backward()
        found = torch.cat([one.grad.flatten() for one in model.parameters()])
        if encode is model:
            expected = found
    torch.testing.assert_close(found, expected, atol=1e-12, rtol=1e-12)


def test_split_features_cuts_the_padding_that_a_chunk_does_not_need():
    features = {
        "input_ids": torch.tensor([[5, 0, 0, 0], [6, 7, 0, 0], [1, 2, 3, 0]]),
        "attention_mask": torch.tensor([[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0]]),
        "language": torch.tensor([1, 2, 3]),
        "task": "query",
    }
    first, second = split_features(features, 2)
    assert first["input_ids"].tolist() == [[5, 0], [6, 7]]
    assert second["input_ids"].tolist() == [[1, 2, 3]]
    assert second["attention_mask"].tolist() == [[1, 1, 1]]
    assert first["language"].tolist() == [1, 2]
    assert second["task"] == "query"


def test_split_features_keeps_padding_at_the_left():
    features = {"input_ids": torch.tensor([[0, 0, 5]]), "attention_mask": torch.tensor([[0, 0, 1]])}
    assert split_features(features, 8)[0]["input_ids"].tolist() == [[0, 0, 5]]


def test_nothing_to_encode_is_refused():
    with pytest.raises(InputError, match="no chunks"):
        encode_in_chunks(encoder(), [])
    with pytest.raises(InputError, match="at least 1 text"):
        split_features({"attention_mask": torch.ones(1, 1)}, 0)
