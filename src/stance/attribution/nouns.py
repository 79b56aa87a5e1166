"""What a common noun names: a person, several, an organisation, a document, an outlet.

The lists hold singulars, in lower case.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from stance.attribution import lexicon as lx
from stance.records import SourceKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


UNNAMED = _words(
    """
    official source insider aide diplomat whistleblower informant informer witness defector person people man woman
    someone employee staffer somebody spook operative ex-official ex-employee
    """
)
PERSON = _words(
    """
    president minister secretary ambassador envoy delegate attaché chargé judge chief boss chair head governor mayor
    general admiral colonel captain major sergeant marshal brigadier magistrate chancellor premier candidate nominee
    attorney counsel expert analyst economist accountant consultant defendant plaintiff claimant assistant attendant
    commandant lieutenant merchant migrant participant tenant applicant immigrant resident agent student
    correspondent superintendent respondent opponent parent patient client dissident recipient architect pilot host
    guest guard clerk cook chef nurse doctor surgeon physician priest bishop pastor imam rabbi monk nun cleric
    ayatollah sheikh emir prince princess king queen lord lady son daughter brother sister father mother husband
    wife widow widower uncle aunt cousin niece nephew grandfather grandmother neighbour neighbor friend colleague
    partner rival critic ally member mechanic coach athlete skipper mate bosun sailor fisherman farmer spokesperson
    spokesman spokeswoman chairperson representative deputy councillor councilor commissioner rector dean provost
    academic scholar scientist historian author columnist editor reporter journalist writer poet novelist blogger
    reader listener caller viewer user customer buyer seller trader dealer broker landlord landlady owner founder
    relative sympathiser sympathizer lad lass bloke quartermaster seamstress actress waitress pal informer peer
    entrepreneur executive director manager treasurer auditor ombudsman inspector detective constable sheriff
    investigator prosecutor lawyer barrister solicitor notary coroner pathologist veteran rebel refugee survivor
    victim suspect prisoner inmate hostage spy translator interpreter moderator presenter anchor champion winner boy
    girl child kid teenager gentleman guy chap fellow individual ranger warden undersecretary subdelegate
    coordinator co-ordinator negotiator mediator adviser advisor aide-de-camp headmistress headteacher sponsor donor
    activist campaigner organiser organizer volunteer congressman congresswoman lawmaker legislator statesman
    officer juror foreman chaplain caretaker bookkeeper counsellor warder electrician plumber phonetician
    statistician physicist chemist toxicologist virologist physiotherapist midwife dentist vet prefect consul vicar
    pope cardinal commander leader speaker senator lieutenant-colonel professor lecturer graduate cadet private
    corporal soldier policeman policewoman courier driver guide waiter cashier cleaner baker butcher surveyor
    engineer welder convert militant fighter jihadist preacher mullah elder comptroller controller mastermind
    fugitive passenger commuter cyclist pedestrian heir heiress star striker keeper lead newcomer protester
    demonstrator loyalist dissenter pensioner skeptic sceptic justice principal trustee regular detainee trainee
    interviewee evacuee returnee legate vizier curator umpire tutor fisher rider shopkeeper innkeeper diplomatist
    builder miner grower breeder singer player dancer actor painter lifeguard firefighter paramedic carer gp mp mep
    msp missus competitor restorer metallurgist chairman chairwoman
    """
)
PERSON_OR_COMPANY = _words("owner sponsor customer partner donor client buyer seller rival competitor")
NOT_PERSONS = _words(
    """
    order paper number letter register center matter computer newspaper chapter power water weather winter summer
    border river offer answer folder poster server counter tower ledger disaster tender charter cover barrier
    carrier sector factor error mirror motor harbor harbour floor color colour labor labour parlor document centre
    corner dinner lunch supper fever cancer tumor tumour danger anger hunger tiger spider flower shower timber
    lumber rubber leather feather butter sugar silver copper fiber fibre filter meter metre litre liter theater
    theatre character quarter semester year manner layer trailer tanker steamer freighter cruiser destroyer bomber
    trawler ferry cluster hangar radar bar car war scar star calendar newsletter cellar pillar october november
    december september other another either neither her their over under after never ever whatever however rather
    further later former latter better wider bigger larger smaller longer interior exterior superior inferior minor
    corridor door moor generator reactor tractor detector conductor transistor capacitor indicator elevator
    escalator sensor terror horror humor rumor rumour vapor favor favour flavor odor honor honour behaviour behavior
    endeavour vigor rigor list assist mist fist twist checklist blacklist shortlist playlist whitelist median radian
    meridian pavilion million billion dossier atelier pier tier frontier printer scanner charger router transformer
    container boiler cooler heater freezer locker drawer shutter scooter adapter trigger tracker amber ember chamber
    lever liver clover gender agenda vendor retailer supplier employer insurer lender maker manufacturer developer
    operator provider carmaker regulator broadcaster publisher contractor producer processor importer exporter
    distributor shipper caterer wafer breaker disclaimer reminder remainder surrender encounter shelter slaughter
    laughter thunder wonder blunder thermometer barometer kilometer kilometre diameter perimeter parameter timer
    dishwasher sticker banner
    """
)
"""Words that end like those for persons ("-er", "-or", "-ist", "-ian") and name none."""
ORGANISATION = _words(
    """
    ministry department agency office bureau council committee commission court tribunal parliament congress senate
    government administration authority service police army navy force union party company firm corporation corp inc
    ltd plc llc gmbh ag co bank university institute institution centre center foundation association federation
    league club hospital trust fund board mission embassy consulate house kremlin pentagon treasury coalition
    alliance network organisation organization charity campaign regime cabinet team laboratory lab watchdog
    regulator prosecution presidency secretariat directorate military judiciary opposition nation republic kingdom
    state airline school church college academy clinic observatory museum library city county province municipality
    shire borough town district region country railway operator developer manufacturer maker vendor retailer
    supplier insurer lender provider utility carmaker contractor publisher importer exporter employer producer
    brokerage consultancy chain group business giant startup start-up movement front brigade militia squad unit
    branch chamber guild society syndicate cross crescent cooperative co-op consortium conglomerate subsidiary side
    management leadership command panel jury bench delegation caucus conference inquiry enquiry parish diocese
    monastery prison airport port hotel mosque body ngo nonprofit non-profit think-tank thinktank tank coastguard
    intelligence headquarters defence defense commissariat customs crown assembly legislature chancellery bundestag
    knesset riksdag majlis bundesbank bloc faction sector division desk lobby refinery mill factory plant brewery
    dealership faculty estate cannery brand inspectorate
    """
)
DOCUMENT = _words(
    """
    report study document survey poll letter memo memorandum filing audit data transcript assessment paper statement
    analysis review indictment lawsuit complaint verdict ruling judgment judgement law bill treaty figure statistics
    finding email e-mail note record article book memoir post tweet thread video footage testimony affidavit cable
    file log logbook logs minute census index preprint briefing dossier communique communiqué release manifesto
    leaflet petition research evidence image photograph photo picture inventory ledger contract map dataset database
    editorial inquest investigation account annex appendix statute register registry rota placard flier flyer
    brochure bulletin model manifest cadastre lease patent writ brief motion order recording tape experiment sheet
    slide presentation entry diary notebook page questionnaire submission objection dissent opinion advisory notice
    guidance text chapter count sample test result message papers agreement resolution decree decision proposal plan
    guideline code constitution directive clause paragraph graph chart table spreadsheet simulation projection
    forecast estimate summary preface obituary poster radar sign signboard caption summons warrant subpoena receipt
    invoice certificate scan x-ray list chronicle software handbook archive tally protocol worksheet roster budget
    trial slip label gauge form reanalysis speech ad advert advertisement ballot reply act
    """
)
DOCUMENT_FAMILIES = tuple(
    _words(line)
    for line in (
        "report study survey paper analysis reanalysis review research finding audit assessment investigation dossier",
        "filing lawsuit complaint writ motion brief indictment suit",
        "letter memo memorandum email cable note message",
        "ruling judgment judgement verdict decision opinion",
        "file log record register registry ledger rota logbook",
    )
)
"""Nouns of one line may stand for one another: "the paper" for "a study of 4,000 patients"."""
OUTLET = _words(
    """
    newspaper journal radio broadcaster magazine newswire daily weekly tabloid website blog podcast outlet channel
    media newsletter television
    """
)
COLLECTIVES = _words(
    """
    jury family crew public crowd opposition staff electorate community minority audience couple clergy everybody
    everyone nobody population diaspora clan tribe
    """
)
"""Singular nouns that name a group of persons."""
COMPANY = _words(
    """
    company firm business corporation manufacturer maker developer operator vendor retailer supplier insurer lender
    utility carmaker contractor brokerage consultancy chain giant startup start-up importer exporter producer
    """
)
_KNOWN = 1 << 16  # words whose answer is kept: more than a language has in common use, and bounded
_AGENTS = ("ist", "ian", "man", "woman", "eer", "yst", "er", "or", "ologue")
_SAFE_AGENTS = ("ist", "ian", "man", "woman", "eer", "ologue")
_IRREGULAR = {"people": "person", "men": "man", "women": "woman", "children": "child", "wives": "wife", "data": "data"}
_SYNONYMS = {
    "spokesman": "spokesperson", "spokeswoman": "spokesperson", "chairman": "chair", "chairwoman": "chair",
    "chairperson": "chair", "congressman": "representative", "congresswoman": "representative",
    "councilor": "councillor", "adviser": "advisor", "memorandum": "memo",
    "judgement": "judgment", "communique": "communiqué", "organization": "organisation", "lab": "laboratory",
    "center": "centre", "defense": "defence",
}  # fmt: skip


class Noun(NamedTuple):
    """A common noun as a source."""

    kind: SourceKind
    plural: bool
    listed: bool
    """Whether the word itself is known, not only its ending."""
    sure: bool
    """Whether it is known, or ends like hardly anything else: "-man", "-ist"."""


@lru_cache(maxsize=_KNOWN)
def noun(word: str) -> Noun | None:
    """What a lower-case common noun names; None for words that tell nothing.

    ``SourceKind.UNNAMED`` stands for "official", "source" and the like, which stay without a name however definite.
    """
    if "-in-" in word:
        word = word.partition("-")[0]
    base = singular(word)
    plural = base != word
    for kind, members in (
        (SourceKind.UNNAMED, UNNAMED),
        (SourceKind.GROUP, COLLECTIVES),
        (SourceKind.DOCUMENT, DOCUMENT),
        (SourceKind.OUTLET, OUTLET),
        (SourceKind.ORGANISATION, ORGANISATION),
    ):
        if word in members or base in members:
            return Noun(kind, plural, listed=True, sure=True)
    if "-" in word and base not in PERSON:
        return noun(word.rpartition("-")[2])
    if base in PERSON or _ends_like_person(base):
        listed = base in PERSON
        return Noun(SourceKind.PERSON, plural, listed, sure=listed or base.endswith(_SAFE_AGENTS))
    return None


@lru_cache(maxsize=_KNOWN)
def singular(word: str) -> str:
    """The singular of a lower-case noun, by its ending."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("men") and len(word) > 4:
        return word[:-2] + "an"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def same_noun(word: str) -> str:
    """A form that nouns share which one person or thing can be called by ("spokeswoman", "spokesperson")."""
    return _SYNONYMS.get(word, word)


def _ends_like_person(base: str) -> bool:
    return len(base) > 4 and base.endswith(_AGENTS) and base not in NOT_PERSONS and base not in lx.PREPOSITIONS
