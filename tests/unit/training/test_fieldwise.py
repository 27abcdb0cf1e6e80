"""The field-wise encoder: what it reads, what a missing field does, and that it trains like the other."""

import numpy as np
import pytest
import torch

from jobfit.errors import InputError
from jobfit.training.fieldwise import FieldwiseEncoder, split_fields

NURSE = "Resume Content: section title:\nnurse\nResume Content: section skills:\nward a team\n"
COOK = "Resume Content: section title:\ncook\n"
OPENING = "Job Information: section title:\nnurse of ward\n"


@pytest.fixture
def fieldwise(encoder):
    return FieldwiseEncoder.for_texts(encoder(), [NURSE, COOK, OPENING])


def embed(model, *texts):
    found = model.tokenise({str(i): text for i, text in enumerate(texts)})
    return model.embed([found.tokens[str(i)] for i in range(len(texts))])


def test_fields_are_split_where_the_template_put_them_together():
    assert split_fields(NURSE) == ("Resume Content", {"title": "nurse", "skills": "ward a team"})
    with pytest.raises(InputError, match="template `confit`"):
        split_fields("A nurse.")


def test_vectors_are_the_formula_over_fields_that_were_encoded_apart(fieldwise):
    fieldwise.eval()
    found = fieldwise.backbone.tokenise({"skills": "ward a team", "title": "nurse"})
    h = torch.from_numpy(fieldwise.backbone.embed([found.tokens["skills"], found.tokens["title"]]))
    with torch.no_grad():
        merged = fieldwise.layer(h[None])[0].mean(dim=0)  # the merge starts as the mean of the two fields
    expected = (merged / merged.norm()).numpy()
    np.testing.assert_allclose(embed(fieldwise, NURSE)[0], expected, atol=1e-5)


def test_missing_field_is_masked_and_company_changes_nothing(fieldwise):
    together = embed(fieldwise, COOK, OPENING, NURSE)
    alone = np.concatenate([embed(fieldwise, text) for text in (COOK, OPENING, NURSE)])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(alone, axis=1), 1, atol=1e-6)


def test_unknown_field_is_refused_by_id(fieldwise):
    with pytest.raises(InputError, match=r"'0': unknown fields \['pay'\] of 'Job Information'"):
        embed(fieldwise, "Job Information: section pay:\nmuch\n")


def test_fieldwise_encoder_trains_in_the_same_loop(fieldwise, loss, tmp_path):
    from jobfit.judged import Pair
    from jobfit.training.data import TrainingSet
    from jobfit.training.loop.settings import TrainSettings
    from jobfit.training.loop.trainer import Trainer
    from jobfit.training.objectives.contrastive import ContrastiveObjective

    other = OPENING.replace("nurse", "cook")
    data = TrainingSet({"c0": NURSE, "c1": COOK}, {"v0": OPENING, "v1": other}, (Pair("c0", "v0"), Pair("c1", "v1")))
    settings = TrainSettings(epochs=20, learning_rate=1e-2, precision="f32", device="cpu", threads=1)
    before = embed(fieldwise, NURSE, OPENING)
    Trainer(fieldwise, ContrastiveObjective(data, loss), settings, tmp_path / "run", data_hash=data.hash).run()
    after = embed(fieldwise, NURSE, OPENING)
    wrong = embed(fieldwise, COOK)
    assert after[0] @ after[1] > wrong[0] @ after[1]
    assert not np.allclose(before, after)
