"""Which claims are surely not English."""

import pytest

from stance.errors import InputError
from stance.language import check_language

ENGLISH = [
    "The northern harbour has been closed to all ships since Monday.",
    "Al Qaeda has a new home base in Iran.",
    "Prime Minister Sigurðardóttir resigned over the Húsavík land sale.",
    "São Paulo and Łódź signed a treaty on trams with Đà Nẵng.",
    "Muhammad bin Rashid ibn Yusuf al-Qahtani lives in Dhahran.",
    "Volkswagen, Bosch and Thyssenkrupp will close plants in Wolfsburg.",
    "The word Москва appears on every one of the forged permits.",
    "GDP fell by 3.4% in Q2 2021.",
]
NO_TELLING = ["", "2021: 3,4 %", "Ja, sicher.", "Casa Rosada", "C'est fini."]
FOREIGN = {
    "Der nördliche Hafen ist seit Montag für alle Schiffe gesperrt.": "in the language 'de'",
    "Le port du nord est fermé à tous les navires depuis lundi.": "in the language 'fr'",
    "El puerto del norte está cerrado a todos los barcos desde el lunes.": "in the language 'es'",
    "O porto do norte está fechado a todos os navios desde segunda-feira.": "in the language 'pt'",
    "De noordelijke haven is sinds maandag gesloten voor alle schepen.": "in the language 'nl'",
    "Północny port jest od poniedziałku zamknięty dla wszystkich statków.": "in the language 'pl'",
    "Kuzey limanı pazartesiden beri bütün gemilere kapalı.": "in the language 'tr'",
    "Северный порт закрыт для всех судов с понедельника.": "in another script",
    "الميناء الشمالي مغلق أمام جميع السفن منذ يوم الاثنين.": "in another script",
    "北港自周一起对所有船只关闭。": "in another script",
    "Порт закрыт.": "in another script",
}


@pytest.mark.parametrize("claim", ENGLISH)
def test_english_claims_pass(claim):
    check_language(claim)


@pytest.mark.parametrize("claim", NO_TELLING)
def test_claims_too_short_to_tell_pass(claim):
    check_language(claim)


@pytest.mark.parametrize(("claim", "found"), FOREIGN.items(), ids=FOREIGN.values())
def test_other_languages_are_refused_by_name_and_with_the_remedy(claim, found):
    remedy = r"; the models read English\. Translate it, or pass --any-language\.$"
    with pytest.raises(InputError, match=f"^the claim seems to be {found}{remedy}"):
        check_language(claim)
