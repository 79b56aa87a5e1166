"""Word lists that tell what kind of source a noun phrase names. English only, lower case."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PRONOUNS_SINGULAR = _words("he she")
PRONOUNS_PLURAL = _words("they these those both some others")
PRONOUNS_THING = _words("it this that")
PRONOUNS_SELF = _words("i we me us")
PRONOUNS = PRONOUNS_SINGULAR | PRONOUNS_PLURAL | PRONOUNS_THING | PRONOUNS_SELF | {"who", "which"}
POSSESSIVES = {"his": "he", "her": "she", "their": "they", "its": "it"}
DETERMINERS = _words("the a an this that these those his her its their our my")
INDEFINITE = _words(
    """
    a an one another some several many two three four five few other others most dozens hundreds thousands
    multiple various both
    """
)
PARTICLES = _words(
    """
    al el bin bint ibn abu abd de da di del della der den dos du la le van von ten ter y e af av zu st
    """
)
MALE = _words(
    """
    mr sir lord father king prince spokesman chairman congressman councilman alderman businessman policeman
    fisherman anchorman son brother husband widower imam ayatollah sheikh emir
    """
)
FEMALE = _words(
    """
    ms mrs miss dame lady mother queen princess spokeswoman chairwoman congresswoman councilwoman
    businesswoman policewoman daughter sister wife widow madam nun
    """
)
HONORIFICS = _words(
    """
    mr mrs ms miss dr prof professor sir dame lord lady sen senator rep gov governor gen general col colonel
    lt lieutenant maj major capt captain cmdr commander sgt sergeant adm admiral judge justice president
    minister secretary ambassador congressman congresswoman councillor councilor cllr mayor chief detective
    inspector superintendent sheriff imam sheikh ayatollah rabbi bishop archbishop father sister rev reverend
    pastor king queen prince princess chancellor premier prime foreign deputy vice commissioner director
    chairman chairwoman chair spokesman spokeswoman spokesperson envoy analyst researcher coach manager
    attorney lawyer officer agent representative the former then ex acting interim mp mep hon amb pres sec
    state of and defence defense interior finance health security national treasury senior lead head speaker
    leader brigadier marshal corporal private constable magistrate assistant under permanent opposition
    majority minority congress
    """
)
ORGANISATION = _words(
    """
    ministry department agency office bureau council committee commission court tribunal parliament congress
    senate government administration authority authorities service services police army navy force forces
    guard guards union party company firm corporation corp inc ltd plc llc gmbh ag group bank university
    institute institution centre center foundation association federation league club hospital trust fund
    board mission embassy consulate house kremlin pentagon treasury coalition alliance nato network
    organisation organization charity campaign regime cabinet team laboratory lab watchdog regulator
    prosecution defence defense tehran washington moscow beijing london paris berlin brussels ankara riyadh
    jerusalem kyiv delhi islamabad kabul baghdad damascus iran russia china israel ukraine turkey pakistan
    syria qaeda qaida taliban hezbollah hamas nations republic kingdom states airline airlines school church
    city county railway operator developer manufacturer maker unit squad movement front brigade militia
    secretariat directorate
    """
)
DOCUMENT = _words(
    """
    report study document documents survey poll letter memo memorandum filing audit data transcript assessment
    paper statement analysis review indictment lawsuit complaint verdict ruling judgment judgement law bill
    treaty figures statistics findings email emails note notes records record article book memoir post tweet
    video footage testimony affidavit cable cables file files log logs minutes census index preprint briefing
    dossier communique communiqué press release manifesto leaflet petition research evidence images
    photographs inventory ledger contract map dataset database editorial inquiry inquest investigation reports
    studies polls surveys accounts
    """
)
OUTLET = _words(
    """
    reuters afp ap bbc cnn npr bloomberg times post herald guardian telegraph tribune gazette chronicle
    journal beacon courier mirror observer examiner dispatch globe mail sun star newspaper newspapers magazine
    broadcaster television tv radio news media newswire daily weekly website blog podcast outlet outlets press
    irna tass xinhua wire channel tabloid tabloids paper's
    """
)
UNNAMED = _words(
    """
    official officials source sources insider insiders aide aides diplomat diplomats whistleblower informant
    informants witness witnesses defector person people man woman someone employee employees
    """
)
GROUP = _words(
    """
    experts analysts critics supporters opponents lawmakers scientists researchers economists residents
    protesters activists campaigners prosecutors investigators lawyers historians doctors nurses parents
    teachers students workers farmers families relatives neighbours neighbors voters senators members
    observers commentators scholars advisers advisors leaders republicans democrats conservatives politicians
    ministers inspectors engineers monitors regulators allies rivals fans owners users villagers refugees
    migrants veterans officers soldiers rebels journalists reporters governments states countries agencies
    unions companies firms banks groups traders investors managers patients clinicians authors colleagues
    staff crew public crowd americans iranians russians europeans
    """
)
NAME_STOP = _words(
    """
    the a an in on at but and or if when while after before for as it he she they we i this that these those
    there what who why how asked monday tuesday wednesday thursday friday saturday sunday january february
    march april may june july august september october november december yes no not last photo image caption
    by from to with
    """
)
