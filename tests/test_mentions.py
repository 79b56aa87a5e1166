"""What a source mention says by itself."""

from __future__ import annotations

import pytest

from stance.attribution.mentions import MentionForm
from stance.attribution.names import TextNames, ends_with, initials, same_person
from stance.attribution.nouns import noun, singular
from stance.records import SourceKind

PERSON, GROUP, ORGANISATION = SourceKind.PERSON, SourceKind.GROUP, SourceKind.ORGANISATION
DOCUMENT, OUTLET, UNNAMED = SourceKind.DOCUMENT, SourceKind.OUTLET, SourceKind.UNNAMED

# mention, its name, its head, its kind
FORMS = [
    # --- persons with a name
    ("Dana Kell", "Dana Kell", "", PERSON),
    ("Rana Osei, who runs the port", "Rana Osei", "", PERSON),
    ("Teo Halvarsen, executive vice president of the Quill Institute", "Teo Halvarsen", "", PERSON),
    ("national security journalist Emre Dahl", "Emre Dahl", "journalist", PERSON),
    ("Secretary of State Ana Ruiz", "Ana Ruiz", "secretary", PERSON),
    ("Minister for Health Ana Ruiz", "Ana Ruiz", "minister", PERSON),
    ("Deputy Foreign Minister Ilse Brandt", "Ilse Brandt", "minister", PERSON),
    ("U.S. District Judge Corin Abasolo", "Corin Abasolo", "judge", PERSON),
    ("Gen. Moreau", "Moreau", "general", PERSON),
    ("Lt. Col. Piet de Vries", "Piet de Vries", "colonel", PERSON),
    ("Mr Nadon-Whitley", "Nadon-Whitley", "", PERSON),
    ("Efe Okoye Jr.", "Efe Okoye", "", PERSON),
    ("Obi, 54", "Obi", "", PERSON),
    ("Hanneke, who taught me", "Hanneke", "", PERSON),
    ("J. R. Okoye", "J. R. Okoye", "", PERSON),
    ("Łukasz Zając", "Łukasz Zając", "", PERSON),
    ("Sinéad O’Malley", "Sinéad O’Malley", "", PERSON),
    ("Inés de la Cruz", "Inés de la Cruz", "", PERSON),
    ("Van der Berg", "Van der Berg", "", PERSON),
    ("al-Masri", "al-Masri", "", PERSON),
    ("MS. HALVORSEN", "HALVORSEN", "", PERSON),
    ("DR. FUSEINI-COLE (Response Centre).", "FUSEINI-COLE", "doctor", PERSON),
    ("@kell", "@kell", "", PERSON),
    ("Dana Kell (@kell)", "Dana Kell", "", PERSON),
    ("the port’s chief executive, Lea Blum", "Lea Blum", "executive", PERSON),
    ("Lea Blum, chief executive of Norvik", "Lea Blum", "", PERSON),
    ("Giles Penrose KC, for the operator, Norvik Custody", "Giles Penrose", "", PERSON),
    ("its deputy head Marijke Roos", "Marijke Roos", "head", PERSON),
    # --- persons without one
    ("the deputy minister for security", "", "minister", PERSON),
    ("Osei’s spokesman", "", "spokesman", PERSON),
    ("Iran’s foreign minister", "", "minister", PERSON),
    ("a spokeswoman for the ministry", "", "spokeswoman", UNNAMED),
    ("a diplomat", "", "diplomat", UNNAMED),
    ("another official", "", "official", UNNAMED),
    ("a former official with knowledge of the talks", "", "official", UNNAMED),
    ("one of two engineers who left", "", "engineers", UNNAMED),
    ("two officials", "", "officials", UNNAMED),
    ("U.S. intelligence officials", "", "officials", UNNAMED),
    ("people familiar with the talks", "", "people", UNNAMED),
    # --- groups
    ("protesters", "", "protesters", GROUP),
    ("Economists at the bank", "", "economists", GROUP),
    ("some residents", "", "residents", GROUP),
    ("a group of scientists", "", "scientists", GROUP),
    ("the jury", "", "jury", GROUP),
    ("Dana Kell and Rana Osei", "", "and", GROUP),
    # --- organisations
    ("the defence ministry", "", "ministry", ORGANISATION),
    ("the minister’s office", "", "office", ORGANISATION),
    ("The Ministry of Health", "", "ministry", ORGANISATION),
    ("Tehran", "Tehran", "", ORGANISATION),
    ("the US", "US", "", ORGANISATION),
    ("WHO", "WHO", "", ORGANISATION),
    ("al-Qaeda", "al-Qaeda", "", ORGANISATION),
    ("the Quill Institute", "Quill Institute", "", ORGANISATION),
    ("the company Lineas Marinas", "Lineas Marinas", "company", ORGANISATION),
    ("Orbis Terra, which sold the image", "Orbis Terra", "", ORGANISATION),
    ("Two former Norvik employees", "", "employees", UNNAMED),
    ("the revolutionary guard", "", "guard", ORGANISATION),
    # --- documents and outlets
    ("a report by the audit office", "", "report", DOCUMENT),
    ("A court filing of 61 pages", "", "filing", DOCUMENT),
    ("Emails released under a new law", "", "emails", DOCUMENT),
    ("an invoice from the vendor, Kestrel Ridge", "", "invoice", DOCUMENT),
    ("the Free Ledger", "Free Ledger", "", OUTLET),
    ("Reuters", "Reuters", "", OUTLET),
    ("state media", "", "media", OUTLET),
    ("Qadr, the north’s news agency", "Qadr", "", OUTLET),
]


@pytest.mark.parametrize(("text", "name", "head", "kind"), FORMS)
def test_name_head_and_kind(text: str, name: str, head: str, kind: SourceKind) -> None:
    form = MentionForm(text)
    assert (" ".join(form.name), form.head, form.kind) == (name, head, kind)


@pytest.mark.parametrize(
    ("text", "pronoun"),
    [
        ("She", "she"),
        ("his", "he"),
        ("they also", "they"),
        ("I myself", "i"),
        ("Their analysis", "they"),
        ("her own account", "she"),
        ("Their lawyer", None),
        ("Its report", None),
        ("WHO", None),
        ("US", None),
        ("others", None),
    ],
)
def test_pronouns_and_whose_words_they_tell(text: str, pronoun: str | None) -> None:
    assert MentionForm(text).pronoun == pronoun


@pytest.mark.parametrize(
    ("text", "gender"),
    [
        ("Ms. Osei", "she"),
        ("Sir Alan Peck", "he"),
        ("the chairwoman", "she"),
        ("Maria Osei", "she"),
        ("Kell, the ministry’s spokesman", "he"),
        ("Dana Kell", None),
        ("the minister’s lawyer", None),
        ("two widows", None),
    ],
)
def test_gender_is_known_from_titles_nouns_and_common_names(text: str, gender: str | None) -> None:
    assert MentionForm(text).gender == gender


@pytest.mark.parametrize(
    ("text", "indefinite", "plural"),
    [
        ("an official", True, False),
        ("two officials", True, True),
        ("one of the officials", True, False),
        ("others", True, True),
        ("54 residents", True, True),
        ("the officials", False, True),
        ("the ministry", False, False),
        ("officials", False, True),
        ("Osei’s aides", False, True),
    ],
)
def test_indefinite_and_plural(text: str, indefinite: bool, plural: bool) -> None:
    form = MentionForm(text)
    assert (form.indefinite, form.plural) == (indefinite, plural)


@pytest.mark.parametrize("text", ["", ".", "—", "“”", "@", "the", "’s", "of the", "\n"])
def test_rubbish_has_a_kind_but_no_name(text: str) -> None:
    form = MentionForm(text)
    assert form.name == ()
    assert isinstance(form.kind, SourceKind)


def test_a_surname_that_is_also_a_trade_needs_the_text() -> None:
    names = TextNames("Gwen Baker runs the port. Yesterday Baker was away.")
    assert MentionForm("Baker", names.surnames).name == ("Baker",)
    assert MentionForm("Baker").name == ()


# --- names of a text


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("The mayor met Rana Osei and Ana de la Cruz.", {"Rana Osei", "Ana de la Cruz"}),
        ("Afterwards Kell left. When Dana Kell came back, it rained.", {"Dana Kell"}),
        ("Judge Lena Baker sat in Fenmarket Crown Court on Monday.", {"Lena Baker"}),
        ("The Quill Institute, Free Ledger and North Street.", set()),
        ("MAE HONG SON — It rained.", set()),
    ],
)
def test_full_names_in_a_text(text: str, full: set[str]) -> None:
    assert {" ".join(name) for name in TextNames(text).full} == full


def test_a_title_tells_the_gender_of_the_only_bearer() -> None:
    names = TextNames("Dana Kell spoke. Mr. Kell was brief. Ms. Osei was not, nor was Omar Osei or Rana Osei.")
    assert names.gender(("Dana", "Kell")) == "he"
    assert names.gender(("Osei",)) is None


def test_a_last_name_is_completed_when_one_person_bears_it() -> None:
    names = TextNames("Dana Kell met Omar Osei and Rana Osei.")
    assert names.complete(("Kell",)) == ("Dana", "Kell")
    assert names.complete(("Osei",)) == ("Osei",)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Dana Kell", "Dana R. Kell", True),
        ("D. Kell", "Dana Kell", True),
        ("Dana Kell", "Omar Kell", False),
        ("Dana Kell", "Dana Osei", False),
        ("Kell", "Dana Kell", False),
    ],
)
def test_whether_two_full_names_are_one_persons(one: str, other: str, same: bool) -> None:
    assert same_person(tuple(one.split()), tuple(other.split())) is same


@pytest.mark.parametrize(
    ("full", "last", "ends"),
    [
        ("Inés de la Cruz", "Cruz", True),
        ("Inés de la Cruz", "De la Cruz", True),
        ("Yusuf al-Masri", "Masri", True),
        ("Dana Kell", "Dana", False),
        ("Dana Kell", "Dana Kell", False),
        ("Dana Kell", "", False),
    ],
)
def test_last_names(full: str, last: str, ends: bool) -> None:
    assert ends_with(tuple(full.split()), tuple(last.split())) is ends


def test_initials_count_both_halves_of_a_double_name() -> None:
    assert initials(("Jasper", "Quaye-Holm")) == "JQH"


# --- nouns


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("ministry", ORGANISATION),
        ("chemist", PERSON),
        ("co-founder", PERSON),
        ("brother-in-law", PERSON),
        ("officials", UNNAMED),
        ("findings", DOCUMENT),
        ("newspaper", OUTLET),
        ("family", GROUP),
        ("river", None),
        ("table-cloth", None),
    ],
)
def test_what_a_noun_names(word: str, kind: SourceKind | None) -> None:
    found = noun(word)
    assert (found.kind if found else None) == kind


@pytest.mark.parametrize(
    ("plural", "one"),
    [("agencies", "agency"), ("women", "woman"), ("witnesses", "witness"), ("boss", "boss"), ("churches", "church")],
)
def test_singulars(plural: str, one: str) -> None:
    assert singular(plural) == one
