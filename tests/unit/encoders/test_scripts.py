"""The oracle is the tokenizer: a text that it cuts into unknown pieces says nothing to the encoder."""

import pytest

from jobfit.encoders.e5 import e5_model
from jobfit.encoders.scripts import knows_script

TEXTS = {
    "Latin": "Pflegefachkraft für die Nachtschicht, garde-malade à domicile",
    "Greek": "νοσηλεύτρια νυχτερινής βάρδιας",
    "Cyrillic": "медсестра в ночную смену",
    "Arabic": "ممرضة للنوبة الليلية",
    "Hebrew": "אחות למשמרת לילה",
    "Devanagari": "रात की पाली के लिए नर्स",
    "Tamil": "இரவு நேர செவிலியர்",
    "Thai": "พยาบาลกะกลางคืน",
    "Georgian": "ღამის ცვლის ექთანი",
    "Amharic": "የሌሊት ፈረቃ ነርስ",
    "Khmer": "គិលានុបដ្ឋាកយប់",
    "Hangul": "야간 근무 간호사",
    "Japanese": "夜勤の看護師",
    "Chinese": "夜班护士",
    "Tibetan": "མཚན་ལས་ནད་གཡོག",
    "Cherokee": "ᏓᏂᏏᎲᏍᎩ ᏧᏂᏁᏍᎩ",
    "N'Ko": "ߘߊߣߊߕߍ߰ߟߊ ߛߎߘߐ߫",
    "Tifinagh": "ⵜⴰⵎⵙⵙⵓⵊⵊⵉⵜ ⵏ ⵢⵉⴹ",
    "Thaana": "ރޭގަނޑުގެ ނަރުހެއް",
}


@pytest.fixture(scope="module")
def tokenizer():
    return e5_model().read().facts.tokenizer


@pytest.mark.parametrize("script", TEXTS)
def test_known_is_what_the_tokenizer_has_pieces_for(tokenizer, script):
    ids = tokenizer.encode(TEXTS[script], add_special_tokens=False).ids
    unknown = sum(number == tokenizer.token_to_id("<unk>") for number in ids)
    words = len(TEXTS[script].split())
    assert knows_script(TEXTS[script]) == (unknown < words / 2)


@pytest.mark.parametrize("text", ["", "  \n", "2019 - 2023", "🙂🙂", "C++", "½ ㎏"])
def test_what_has_no_letters_is_nothing_unknown(text):
    assert knows_script(text)


def test_most_letters_decide():
    assert knows_script("Night nurse, " + TEXTS["Cherokee"][:5])
    assert not knows_script("SAP " + TEXTS["Cherokee"])
