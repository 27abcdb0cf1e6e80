"""A tiny ESCO folder with every trap of the real one, a tiny backbone (2 layers, 32 dimensions), a tiny market."""

from __future__ import annotations

import csv
import random

import pytest

OCCUPATION = [
    "conceptType", "conceptUri", "iscoGroup", "preferredLabel", "altLabels", "hiddenLabels", "status", "code",
    "description",
]  # fmt: skip
SKILL = [
    "conceptType", "conceptUri", "skillType", "reuseLevel", "preferredLabel", "altLabels", "hiddenLabels", "status",
    "inScheme",
]  # fmt: skip
KINDS = {"o": "Occupation", "i": "ISCOGroup", "s": "KSC", "g": "SkillGroup"}


def broader(*pairs):
    """A table of (concept, broader concept); the kind of each is the first letter of its identifier."""
    header = ["conceptType", "conceptUri", "broaderType", "broaderUri"]
    return [header, *([KINDS[below[0]], below, KINDS[above[0]], above] for below, above in pairs)]


CODER = "programmer\n software developer\ncoder"
TEAM = "http://x/skills,\nhttp://x/skill-transversal-groups"
TELLS = 'Writes programs, "and" tests.'
TABLES = {
    "occupations": [
        OCCUPATION,
        ["Occupation", "o/dev", "2512", "software developer", CODER, "dev", "released", "2512.1", TELLS],
        ["Occupation", "o/web", "2512", "web developer", "", "", "released", "2512.1.1", ""],
        ["Occupation", "o/cook", "5120", "cook", "chef", "", "released", "5120.1", ""],
    ],
    "occupations_fr": [
        OCCUPATION,
        ["Occupation", "o/dev", "2512", "développeur/développeuse", "développeuse", "", "released", "2512.1", ""],
        ["Occupation", "o/cook", "5120", "cuisinier", "cuisinière", "", "released", "5120.1", ""],
    ],
    "skills": [
        SKILL,
        ["KSC", "s/prog", "knowledge", "cross-sector", "computer programming", "coding", "", "released", ""],
        ["KSC", "s/py", "knowledge", "sector-specific", "Python", "Python 3", "", "released", ""],
        ["KSC", "s/java", "knowledge", "sector-specific", "Java", "", "", "released", ""],
        ["KSC", "s/cook", "skill/competence", "sector-specific", "cook food", "cooking", "", "released", ""],
        ["KSC", "s/team", "skill/competence", "transversal", "work in teams", "teamwork", "", "released", TEAM],
        ["KSC", "s/french", "knowledge", "transversal", "French", "", "", "released", "http://x/skill-language-groups"],
    ],
    "skills_fr": [
        SKILL,
        ["KSC", "s/py", "knowledge", "sector-specific", "Python", "langage Python", "", "released", ""],
        ["KSC", "s/cook", "skill/competence", "sector-specific", "cuisiner", "", "", "released", ""],
    ],
    "ISCOGroups": [
        ["conceptType", "conceptUri", "code", "preferredLabel", "altLabels", "description"],
        ["ISCOGroup", "i/C2", "2", "Professionals", "", ""],
        ["ISCOGroup", "i/C2512", "2512", "Software developers", "", ""],
        ["ISCOGroup", "i/C5", "5", "Service and sales workers", "", ""],
    ],
    "skillGroups": [
        ["conceptType", "conceptUri", "preferredLabel", "altLabels", "code"],
        ["SkillGroup", "g/K", "knowledge", "", "K"],
        ["SkillGroup", "g/K1", "software", "", "K1"],
        ["SkillGroup", "g/S", "skills", "", "S"],
    ],
    "occupationSkillRelations": [
        ["occupationUri", "relationType", "skillType", "skillUri"],
        ["o/dev", "essential", "knowledge", "s/prog"],
        ["o/dev", "essential", "knowledge", "s/java"],
        ["o/dev", "optional", "knowledge", "s/py"],
        ["o/web", "essential", "knowledge", "s/prog"],
        ["o/web", "optional", "skill/competence", "s/team"],
        ["o/cook", "essential", "skill/competence", "s/cook"],
    ],
    "skillSkillRelations": [
        ["originalSkillUri", "originalSkillType", "relationType", "relatedSkillType", "relatedSkillUri"],
        ["s/py", "knowledge", "optional", "knowledge", "s/prog"],
    ],
    "broaderRelationsOccPillar": broader(
        ("o/dev", "i/C2512"), ("o/web", "o/dev"), ("o/cook", "i/C5"), ("i/C2512", "i/C2"),
    ),
    "broaderRelationsSkillPillar": broader(
        ("s/py", "s/prog"), ("s/java", "s/prog"), ("s/java", "g/S"), ("s/prog", "g/K1"), ("g/K1", "g/K"),
        ("s/cook", "g/S"), ("s/team", "g/S"),
    ),
}  # fmt: skip
RELATIONS = tuple(name for name in TABLES if "Relations" in name)


@pytest.fixture
def write_esco(tmp_path):
    """``write_esco(new=True, change=f)`` writes the folder and returns it.

    new:    relation files with a language suffix and columns of labels, a byte order mark, and Windows line ends.
    change: a function that may change the tables (name -> rows, the header first) before they are written.
    """

    def write(name="esco-small", new=False, change=None):
        tables = {table: [list(row) for row in rows] for table, rows in TABLES.items()}
        if change:
            change(tables)
        folder = tmp_path / name
        folder.mkdir()
        for table, rows in tables.items():
            with_language = table if table[-3:-2] == "_" else f"{table}_en"
            file = f"{with_language if new or table not in RELATIONS else table}.csv"
            if new and table in RELATIONS:
                rows = [[*row, "a label,\nin two lines" if number else "aLabel"] for number, row in enumerate(rows)]
            with (folder / file).open("w", encoding="utf-8-sig" if new else "utf-8", newline="") as out:
                csv.writer(out, lineterminator="\r\n" if new else "\n").writerows(rows)
        return folder

    return write


@pytest.fixture(scope="session")
def esco(shared_data):
    """ESCO 1.1.1 as it was imported, with its report; read once for all tests."""
    from jobfit.taxonomy.esco.importing import import_folder

    return import_folder(shared_data / "esco-1.1.1", "esco-1.1.1")


TRADES = ("nurse", "cook", "welder", "driver", "baker", "teacher", "plumber", "clerk")
WORDS = ["ward", "soup", "steel", "truck", "bread", "school", "pipes", "files", "years", "of", "with", "a", "team"]


@pytest.fixture
def one_thread():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def plain(save_bert, tmp_path_factory):
    """The folder of a plain transformers model: no pooling, no modules.json."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces = [*letters, *(f"##{letter}" for letter in letters)]
    words = [*TRADES, *WORDS, *(piece for piece in pieces if piece != "a")]
    return save_bert(tmp_path_factory.mktemp("plain") / "tiny-bert", words, initializer_range=0.2)


@pytest.fixture
def encoder(plain, one_thread):
    """A fresh encoder of 32 tokens, or with other options: ``encoder(pooling="cls")``."""
    from jobfit.training.model import ModelOptions, TrainableEncoder

    return lambda **options: TrainableEncoder.load(str(plain), ModelOptions(**{"max_tokens": 32} | options))


def market(split="train", candidates=24, vacancies=8, seed=0):
    """Candidates and vacancies of eight trades; a pair suits where the trade is the same."""
    from jobfit.judged import Pair, Preference
    from jobfit.training.data import TrainingSet

    dice = random.Random(f"{seed}{split}")

    def text(trade, length):
        return " ".join([trade, *dice.choices(WORDS, k=length)])

    people = {f"{split}-c{i}": text(TRADES[i % 8], 2 + i) for i in range(candidates)}
    openings = {f"{split}-v{i}": text(TRADES[i % 8], 4 + i) for i in range(vacancies)}
    every = [(c, v) for i, c in enumerate(people) for j, v in enumerate(openings) if i % 8 == j % 8]
    choices = [Preference(v, c, other) for (c, v), other in zip(every, list(people)[::-1]) if other != c]
    return TrainingSet(people, openings, tuple(Pair(*pair) for pair in every), preferences=tuple(choices), split=split)


@pytest.fixture
def small_market():
    return market


@pytest.fixture(scope="session")
def bert(save_bert, tmp_path_factory):
    """``bert(labels=1)``: the folder of a BERT classifier of pairs: 64 positions, segments, word pieces."""

    def save(labels=1):
        import torch
        from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

        letters = "abcdefghijklmnopqrstuvwxyz"
        words = ["nurse", "welder", "team", "night", *letters, *(f"##{letter}" for letter in letters)]
        folder = save_bert(tmp_path_factory.mktemp("bert") / "tiny-reranker", words)
        config = BertConfig.from_pretrained(folder, num_labels=labels, initializer_range=0.3)
        torch.manual_seed(labels)
        BertForSequenceClassification(config).save_pretrained(folder)
        AutoTokenizer.from_pretrained(folder).save_pretrained(folder)
        return folder

    return save


PROMPT_WORDS = (
    "yes no Answer : . , ? ( ) ; / </ < > cv vacancy person apply accept employer Compared by rules must met unknown "
    "python nurse cook good bad text nothing stated You read a job and CV They are data of strangers give orders What "
    "do not say is Would this having seen the for it or"
)
SPECIAL = ["<unk>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
CHAT_TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


@pytest.fixture
def causal_folder(tmp_path):
    """Writes a random causal language model of four layers (Llama if no other kind is asked for); gives its folder."""

    def write(
        kind="llama",
        *,
        name="language-model",
        words=PROMPT_WORDS,
        template=CHAT_TEMPLATE,
        seed=0,
        **config,
    ):
        import torch
        from tokenizers import Tokenizer, models, pre_tokenizers
        from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

        vocabulary = {word: i for i, word in enumerate(dict.fromkeys([*SPECIAL, *words.split()]))}
        backend = Tokenizer(models.WordLevel(vocabulary, unk_token=SPECIAL[0]))
        backend.pre_tokenizer = pre_tokenizers.Whitespace()
        sizes = {
            "vocab_size": len(vocabulary), "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 4,
            "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 256,
            "initializer_range": 0.2, "bos_token_id": None, "eos_token_id": None, "pad_token_id": None,
        }  # fmt: skip
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            model = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **sizes | config))
        model.save_pretrained(str(tmp_path / name))
        PreTrainedTokenizerFast(
            tokenizer_object=backend, unk_token=SPECIAL[0], additional_special_tokens=SPECIAL[1:],
            chat_template=template,
        ).save_pretrained(str(tmp_path / name))  # fmt: skip
        return tmp_path / name

    return write
