"""Where help is needed, in what people really type."""

import pytest
from bot.conversation.knowledge import Knowledge
from bot.understanding.places import find_place
from hypothesis import given
from hypothesis import strategies as st

MEANT = [
    ("need lawyer no papers, Austin", "Austin, TX"),
    ("I need a lawyer in Austin, no papers", "Austin, TX"),  # "in" is not Indiana
    ("i live in springfield il", "Springfield, IL"),
    ("Dallas TX", "Dallas, TX"),
    ("houston texas", "Houston, TX"),
    ("in 78702", "Austin, TX"),
    ("my zip is 10451", "Bronx, NY"),
    ("I'm from Honduras, in Houston now", "Houston, TX"),
    ("soy de guatemala y vivo en los angeles", "Los Angeles, CA"),
    ("je viens du Sénégal, j'habite à Montreuil", "Montreuil, France"),
    ("vivo en Nueva York", "New York City, NY"),
    ("near huston", "Houston, TX"),  # a nickname that is a misspelling
    ("i live in Seatle", "Seattle, WA"),
    ("dans le 93", "Île-de-France, France"),
    ("Bouches-du-Rhône", "Bouches-du-Rhône, France"),
    ("je suis à Lyon", "Lyon, France"),
    ("Pine Ridge rez", "Pine Ridge, SD"),
    ("on the navajo nation", "Navajo Nation, AZ"),
    ("Harris County", "Harris, TX"),
    ("stationed at Fort Hood", "Texas"),
    ("he is on Rikers Island", "New York"),
    ("tengo visa u en California", "California"),
    ("Carolina del Norte", "North Carolina"),
    ("en Californie", "California"),
    ("Londres", "London, United Kingdom"),
    ("Paris", "Paris, France"),
    ("i am in ny", "New York"),
    ("ATL", "Atlanta, GA"),
    ("philly", "Philadelphia, PA"),
    ("Toronto", "Toronto, Ontario, Canada"),
    ("cdmx", "Mexico City, Ciudad de México, Mexico"),
]

NOT_MEANT = [
    "he took our son to Mexico",
    "he lives in Texas",
    "deported to Honduras",
    "my friend Jordan",
    "my sister Victoria told me",
    "this is nice",
    "I was reading a book",
    "my mobile is broken",
    "the co watches me shower",
    "help me or I will lose it",
    "ok",
    "hi",
    "la",
    "de",
    "my boss owes me $75000",
    "soy hondureña",
    "I speak French",
    "u visa",
    "md",
    "I hope so",
    "he hit me 10451 times",
    "the police came",
    "same as always",
    "I need help in me",
    "chad hit me",
    "call me 5125550100",
]


IN_ITS_LANGUAGE = [
    ("en", "78702 counseling", "Austin, TX"),
    ("en", "need a lawyer 10001", "New York, NY"),
    ("en", "need a lawyer TX", "Texas"),
    ("en", "SF shelter", "San Francisco, CA"),
    ("en", "student at UCLA, my TA", "California"),
    ("en", "I moved from Chicago to Denver", "Denver, CO"),
    ("es", "vivo en el DF", "Ciudad de México, Mexico"),
    ("pt", "moro em São Paulo", "São Paulo, Brazil"),
    ("ht", "mwen nan Miami", "Miami, FL"),
    ("ru", "я в Бруклине", "Brooklyn, NY"),
    ("ru", "я из Украины, сейчас в Варшаве", "Warsaw, Poland"),
    ("ru", "живу в Москве", "Moscow, Russia"),
    ("uk", "живу в Берліні", "Berlin, Germany"),
    ("ar", "أنا من سوريا ساكنة في ديترويت", "Detroit, MI"),
    ("zh", "我是中国人，现在住在旧金山", "San Francisco, CA"),
    ("zh", "我在紐約", "New York City, NY"),
    ("ko", "인천에 살아요", "Incheon, South Korea"),
    ("ko", "뉴욕에 살고 있어요", "New York City, NY"),
    ("hi", "मैं दिल्ली में रहती हूँ", "Delhi, India"),
    ("hi", "main Mumbai mein rehti hoon", "Mumbai, India"),
    ("ur", "میں لاہور میں رہتی ہوں", "Lahore, Pakistan"),
    ("tl", "nakatira ako sa Maynila", "Manila, Philippines"),
    ("vi", "em đang ở Houston", "Houston, TX"),
]


@pytest.mark.parametrize(("language", "words", "place"), IN_ITS_LANGUAGE)
def test_a_place_is_found_in_every_script_and_with_every_small_word(
    knowledge: Knowledge, language: str, words: str, place: str
) -> None:
    found = find_place(words, gazetteer=knowledge.gazetteer, usage=knowledge.lexicon.usage, language=language)
    assert found is not None
    assert found.place is not None
    assert knowledge.gazetteer.place_name(found.place, "en").startswith(place.split(",")[0])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "он уехал в Мексику с сыном"),
        ("ru", "меня хотят депортировать в Гондурас"),
        ("zh", "他把孩子带回墨西哥"),
        ("zh", "老公被遣返回中国"),
        ("pt", "ele mora em Boston"),
        ("tl", "umuwi sa Maynila ang asawa ko"),
        ("en", "VA counseling"),
        ("en", "I have 50000 dollars of debt"),
    ],
)
def test_a_place_of_somebody_else_is_not_the_persons(knowledge: Knowledge, language: str, words: str) -> None:
    assert (
        find_place(words, gazetteer=knowledge.gazetteer, usage=knowledge.lexicon.usage, language=language)
        is None
    )


@pytest.mark.parametrize(("words", "place"), MEANT)
def test_the_place_of_the_person_is_found(knowledge: Knowledge, words: str, place: str) -> None:
    found = find_place(words, gazetteer=knowledge.gazetteer, usage=knowledge.lexicon.usage)
    assert found is not None and found.place is not None
    assert knowledge.gazetteer.place_name(found.place, "en") == place


@pytest.mark.parametrize("words", NOT_MEANT)
def test_no_place_is_invented(knowledge: Knowledge, words: str) -> None:
    found = find_place(words, gazetteer=knowledge.gazetteer, usage=knowledge.lexicon.usage)
    assert found is None, found


@pytest.mark.parametrize("words", ["Springfield", "portland", "I am in Georgia", "the DMV area"])
def test_an_ambiguous_name_is_a_choice(knowledge: Knowledge, words: str) -> None:
    found = find_place(words, gazetteer=knowledge.gazetteer, usage=knowledge.lexicon.usage)
    assert found is not None and found.place is None
    assert 2 <= len(found.choices) <= 4


def test_home_only_decides_between_namesakes(knowledge: Knowledge) -> None:
    found = find_place(
        "I am in Georgia", gazetteer=knowledge.gazetteer, usage=knowledge.lexicon.usage, home="US"
    )
    assert found is not None and found.place is not None and found.place.region == "GA"


@pytest.mark.parametrize("words", ["austin", "austin tx", "78702", "texas", "huston", "paris"])
def test_when_the_bot_has_asked_a_bare_name_is_enough(knowledge: Knowledge, words: str) -> None:
    found = find_place(words, gazetteer=knowledge.gazetteer, usage=knowledge.lexicon.usage, expecting=True)
    assert found is not None and found.place is not None


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(knowledge: Knowledge, text: str) -> None:
    for expecting in (False, True):
        found = find_place(
            text, gazetteer=knowledge.gazetteer, usage=knowledge.lexicon.usage, expecting=expecting
        )
        if found is not None:
            start, end = found.span
            assert text[start:end] == found.evidence != ""
