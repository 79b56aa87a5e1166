"""Word lists that tell what kind of source a noun phrase names. English only, lower case, singular unless noted."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- function words -------------------------------------------------------------------------------------------------

PRONOUNS_SINGULAR = _words("he she")
PRONOUNS_PLURAL = _words("they these those both")
PRONOUNS_THING = _words("it this that")
PRONOUNS_SELF = _words("i we me us my our")
PRONOUNS_RELATIVE = _words("who which")
PRONOUNS = PRONOUNS_SINGULAR | PRONOUNS_PLURAL | PRONOUNS_THING | PRONOUNS_SELF | PRONOUNS_RELATIVE
POSSESSIVES = {"his": "he", "her": "she", "hers": "she", "their": "they", "theirs": "they", "its": "it"}
OBJECT_FORMS = {"him": "he", "her": "she", "them": "they", "himself": "he", "herself": "she"}
DETERMINERS = _words("the a an this that these those his her its their our my your same said")
DEFINITE = _words("the this that these those same")
NUMBERS = _words("two three four five six seven eight nine ten eleven twelve dozen dozens hundreds thousands scores")
INDEFINITE = NUMBERS | _words(
    "a an one another some several many few other others most multiple various both certain any every each no all half"
)
CONTAINERS = _words(
    """
    number group pair chain series set circle chorus handful couple majority minority string batch range collection
    trio quartet panel team crowd stack pile wave host kind sort member part section page volume
    """
)
"""Nouns whose "of" holds the noun that counts: "a group of scientists"."""
PREPOSITIONS = _words(
    """
    of for in at from with to on by about against near under over into through during before after inside outside
    across behind between among within without since until as via around close familiar involved aware responsible
    present resident based up out off away no now then so late speaking writing working here there to
    """
)
RELATIVES = _words("who whom whose which that where when i we he she they you it whether because while if although")
PARTICLES = _words(
    "al el bin bint ibn abu ben abd de da di del della dei der den dos das du la le van von ten ter y e af av zu st"
)
NAME_SUFFIXES = _words("jr sr ii iii iv kc qc mp msp mep md phd esq ret retd rn obe mbe")
NAME_STOP = _words(
    """
    the a an in on at but and or if when while after before for as it he she they we i this that these those
    there what who why how asked monday tuesday wednesday thursday friday saturday sunday january february
    march april may june july august september october november december yes no not last photo image caption
    by from to with so then now even still only later yet meanwhile also since until under over because although though
    your our my his her its their both some many most all one two three another such dear sir according like unlike
    did does do is was were are has have had will would should could can nor neither either here where which
    """
)
"""Words that begin sentences, and names of days and months: capitalised, yet no part of a name."""

# --- people ---------------------------------------------------------------------------------------------------------

MALE = _words(
    """
    mr sir lord father king prince spokesman chairman congressman councilman alderman businessman policeman
    fisherman anchorman son brother husband widower imam ayatollah sheikh emir man boy uncle grandfather nephew monk
    monsieur herr señor senor don signor gentleman dad grandson
    """
)
FEMALE = _words(
    """
    ms mrs miss dame lady mother queen princess spokeswoman chairwoman congresswoman councilwoman
    businesswoman policewoman daughter sister wife widow madam nun woman girl aunt grandmother niece landlady headmistress
    madame frau señora senora doña dona signora mum mom headteacheress granddaughter midwife
    """
)
MALE_NAMES = _words(
    """
    james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark
    donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary
    nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank patrick raymond jack dennis
    peter henry douglas adam nathan zachary walter kyle harold carl arthur roger keith jeremy lawrence sean christian
    albert mohammed muhammad mohamed ahmed ali hassan hussein omar ibrahim mustafa mahmoud khalid abdullah yusuf hamid
    reza mehdi carlos juan jose luis miguel pedro jorge antonio francisco manuel javier fernando diego pablo giovanni
    marco luca giuseppe hans klaus jurgen wolfgang stefan pierre michel philippe jacques françois vladimir sergei dmitri
    ivan mikhail andrei nikolai alexei boris viktor oleg hiroshi takashi rajesh sanjay arjun kwame kofi
    """
)
FEMALE_NAMES = _words(
    """
    mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley
    kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia dorothy amy
    kathleen angela shirley brenda emma anna pamela nicole samantha katherine christine helen debra rachel carolyn janet
    maria catherine heather diane olivia julie joyce victoria ruth virginia lauren kelly christina joan evelyn judith
    andrea hannah megan cheryl jacqueline martha madison teresa gloria sara janice ann kathryn sophia frances jean alice
    julia fatima aisha zainab khadija leila maryam amina yasmin nadia layla ana lucia carmen rosa isabel elena sofia
    francesca giulia chiara ingrid astrid sabine ursula heike claire sophie camille isabelle nathalie olga natalia
    tatiana irina svetlana ekaterina yuki yoko priya anjali sunita grace
    """
)
TITLES = {
    "mr": "", "mrs": "", "ms": "", "miss": "", "mx": "", "messrs": "", "hon": "", "dr": "doctor",
    "prof": "professor", "sen": "senator", "rep": "representative", "gov": "governor", "gen": "general",
    "col": "colonel", "lt": "lieutenant", "maj": "major", "capt": "captain", "cmdr": "commander", "cdr": "commander",
    "sgt": "sergeant", "adm": "admiral", "cllr": "councillor", "cr": "councillor", "amb": "ambassador",
    "pres": "president", "sec": "secretary", "rev": "reverend", "insp": "inspector", "supt": "superintendent",
    "det": "detective", "brig": "brigadier", "cpl": "corporal", "fr": "father", "st": "saint",
}  # fmt: skip
"""Abbreviated titles and the nouns that they stand for (none for mere forms of address)."""
HONORIFICS = frozenset(TITLES) | _words(
    """
    professor sir dame lord lady senator governor general colonel lieutenant major captain commander sergeant admiral
    judge justice president minister secretary ambassador congressman congresswoman councillor councilor mayor chief
    detective inspector superintendent sheriff imam sheikh ayatollah rabbi bishop archbishop cardinal father sister rev
    reverend pastor king queen prince princess chancellor premier prime deputy vice commissioner director chairman
    chairwoman chair spokesman spokeswoman spokesperson envoy analyst researcher coach manager attorney lawyer officer
    agent representative former then ex acting interim head speaker leader brigadier marshal corporal private constable
    magistrate assistant opposition majority minority doctor moderator host counsel assemblyman assemblywoman delegate
    member monsieur madame herr frau señor señora don doña dom maître maestro academician comrade mother brother uncle
    aunt surveyor chargé coordinator undersecretary foreign interior defence defense finance health state national
    security treasury senior lead under permanent outgoing incoming retired county city regional federal
    """
)
PORTFOLIOS = _words(
    """
    state defence defense interior finance health justice education energy trade labour labor transport transportation
    environment agriculture foreign affairs home homeland security treasury economy culture commerce staff house war
    information planning industry the and for
    """
)
"""What stands after "Secretary of" or "Minister for" when a name follows."""
UNNAMED = _words(
    """
    official source insider aide diplomat whistleblower informant informer witness defector person people man woman
    someone employee staffer someone somebody spook operative ex-official ex-employee
    """
)
PERSON = _words(
    """
    president minister secretary ambassador envoy delegate attaché chargé judge chief boss chair head governor mayor
    general admiral colonel captain major sergeant marshal brigadier magistrate chancellor premier candidate nominee
    attorney counsel expert analyst economist accountant consultant defendant plaintiff claimant assistant attendant
    commandant lieutenant merchant migrant participant tenant applicant immigrant resident agent student correspondent
    superintendent respondent opponent parent patient client dissident president correspondent agent recipient
    architect pilot host guest guard clerk cook chef nurse doctor surgeon physician priest bishop pastor imam rabbi
    monk nun cleric ayatollah sheikh emir prince princess king queen lord lady son daughter brother sister father mother
    husband wife widow widower uncle aunt cousin niece nephew grandfather grandmother neighbour neighbor friend
    colleague partner rival critic ally member mechanic coach captain athlete skipper mate bosun sailor fisherman
    farmer spokesperson spokesman spokeswoman chairperson representative deputy councillor councilor commissioner
    rector dean provost academic scholar scientist historian author columnist editor reporter journalist writer poet
    novelist critic blogger reader listener caller viewer user customer buyer seller trader dealer broker landlord
    landlady owner founder entrepreneur executive director manager treasurer auditor ombudsman inspector detective
    constable sheriff investigator prosecutor lawyer barrister solicitor notary coroner pathologist veteran rebel
    refugee survivor victim suspect prisoner inmate hostage spy translator interpreter moderator presenter anchor
    host champion winner boy girl child kid teenager gentleman lady guy chap fellow individual ranger warden undersecretary
    subdelegate coordinator co-ordinator negotiator mediator adviser advisor aide-de-camp headmistress headteacher
    sponsor donor activist campaigner organiser organizer volunteer congressman congresswoman lawmaker legislator
    premier statesman officer juror foreman chaplain caretaker bookkeeper counsellor warder electrician plumber
    phonetician statistician physicist chemist toxicologist virologist virologist physiotherapist midwife dentist vet
    prefect consul vicar pope cardinal treasurer commander leader speaker senator lieutenant-colonel professor lecturer
    graduate cadet private corporal soldier policeman policewoman courier driver guide waiter cashier cleaner baker
    butcher surveyor engineer welder operator-turned convert militant fighter jihadist preacher mullah elder comptroller
    controller mastermind fugitive passenger commuter cyclist pedestrian neighbor's heir heiress star striker keeper
    lead newcomer insider-turned protester demonstrator loyalist dissenter pensioner skeptic sceptic spokesperson
    justice principal trustee regular nominee detainee trainee interviewee evacuee returnee legate vizier curator umpire
    """
)
NOT_PERSONS = _words(
    """
    order paper number letter register center matter computer newspaper chapter power water weather winter summer
    border river offer answer folder poster server counter tower ledger disaster tender charter cover barrier carrier
    doctor's sector factor error mirror motor harbor harbour floor color colour labor labour parlor document centre
    corner dinner lunch supper fever cancer tumor tumour danger anger hunger tiger spider flower shower timber lumber
    rubber leather feather butter sugar silver copper fiber fibre filter meter metre litre liter theater theatre
    character quarter semester year chapter manner layer player-base trailer tanker steamer freighter cruiser destroyer
    bomber fighter-jet trawler ferry cluster hangar radar bar car war scar star calendar newsletter cellar pillar
    october november december september other another either neither her their over under after never ever whatever
    however rather further later former latter better wider bigger larger smaller longer brother-in-arms interior
    exterior superior inferior minor corridor door moor predator-drone generator reactor tractor detector conductor
    transistor capacitor indicator elevator escalator monitor sensor terror horror humor rumor rumour vapor favor favour
    flavor odor honor honour behaviour behavior endeavour vigor rigor tutor-system list assist mist fist twist
    checklist blacklist shortlist playlist whitelist guardian-paper median radian meridian pavilion million billion
    dossier atelier premier-league pier tier frontier soldier-ant carpenter-ant printer scanner charger router
    transformer container boiler cooler heater freezer locker drawer shutter scooter adapter trigger tracker
    amber ember chamber member-state lever river-bed liver clover gender agenda vendor retailer supplier employer insurer
    lender maker manufacturer developer operator provider carmaker regulator broadcaster publisher contractor producer
    processor importer exporter distributor shipper caterer bulletin-maker wafer breaker disclaimer reminder remainder
    surrender encounter shelter slaughter laughter thunder wonder blunder
    """
)
"""Words that end like those for persons ("-er", "-or", "-ist", "-ian") and name none."""

# --- things that speak ----------------------------------------------------------------------------------------------

ORGANISATION = _words(
    """
    ministry department agency office bureau council committee commission court tribunal parliament congress
    senate government administration authority service police army navy force guard union party company
    firm corporation corp inc ltd plc llc gmbh ag co bank university institute institution centre center foundation
    association federation league club hospital trust fund board mission embassy consulate house kremlin pentagon
    treasury coalition alliance network organisation organization charity campaign regime cabinet team laboratory lab
    watchdog regulator prosecution presidency secretariat directorate military judiciary opposition executive
    nation republic kingdom state airline school church college academy clinic observatory museum library
    city county province municipality shire borough town district region country railway operator developer manufacturer
    maker vendor retailer supplier insurer lender provider utility carmaker contractor publisher importer exporter
    employer producer brokerage consultancy chain group business giant startup start-up movement front brigade militia
    squad unit branch chamber guild society syndicate cooperative co-op consortium conglomerate subsidiary
    side management administration leadership command panel jury bench delegation caucus committee-room conference
    monitor monitors inquiry enquiry parish diocese monastery prison airport port hotel harbour federation mosque
    body ngo nonprofit non-profit think-tank thinktank tank coastguard intelligence headquarters staff-union
    defence defense commissariat ombudsperson-office customs crown assembly legislature chancellery bundestag knesset
    riksdag majlis bundesbank bloc faction wing section sector division desk registry-office society-club
    """
)
ORGANISATION_NAMES = _words(
    """
    qaeda qaida qaidah taliban hezbollah hizbullah hamas houthis isis isil daesh shabaab nato interpol europol opec
    unicef unesco kremlin pentagon microsoft google amazon facebook twitter meta tesla boeing airbus exxon shell bp
    therapeutics custody watch pharma pharmaceuticals energy holdings partners systems labs ventures capital
    initiative consulting engineering carbon motors steel mining logistics telecom mobile insurance assurance mutual
    shipping lines industries enterprises technologies solutions analytics robotics international global worldwide
    limited incorporated corps foods airways rail works aerospace dynamics electronics bulk dairies mills oil gas
    guards brothers-co nations services affairs authorities earthworks aquaculture biotech biosciences commons
    action rights greens democrats republicans conservatives labour tories socialists liberals front
    """
)
"""Words that make a capitalised name an organisation's."""
PLACES = _words(
    """
    tehran washington moscow beijing london paris berlin brussels ankara riyadh jerusalem kyiv kiev delhi islamabad
    kabul baghdad damascus iran russia china israel ukraine turkey türkiye pakistan syria iraq lebanon egypt jordan yemen
    oman qatar kuwait bahrain afghanistan india japan france germany britain england scotland wales ireland spain italy
    portugal greece poland sweden norway denmark finland iceland netherlands belgium switzerland austria hungary romania
    bulgaria serbia croatia slovenia slovakia estonia latvia lithuania belarus moldova georgia armenia azerbaijan
    kazakhstan uzbekistan kyrgyzstan tajikistan turkmenistan mongolia korea taiwan vietnam laos cambodia thailand
    myanmar malaysia singapore indonesia philippines australia canada mexico brazil argentina chile peru colombia
    venezuela bolivia ecuador paraguay uruguay cuba haiti nigeria ghana kenya ethiopia eritrea somalia sudan uganda
    tanzania rwanda congo angola zambia zimbabwe mozambique malawi madagascar morocco algeria tunisia libya mali niger
    chad senegal mauritania cameroon guinea liberia tunis tripoli rabat cairo amman beirut doha muscat manama hanoi
    vientiane pyongyang seoul tokyo canberra ottawa madrid rome lisbon vienna bern budapest warsaw prague bucharest
    sofia athens belgrade minsk tbilisi yerevan baku nairobi mogadishu khartoum pretoria abuja accra havana caracas
    bogotá bogota lima santiago brasilia jakarta manila bangkok dublin edinburgh oslo stockholm copenhagen helsinki
    europe america africa asia u.s us u.k uk u.n un eu usa uae u.a.e states kingdom
    """
)
DOCUMENT = _words(
    """
    report study document survey poll letter memo memorandum filing audit data transcript assessment paper
    statement analysis review indictment lawsuit complaint verdict ruling judgment judgement law bill treaty figure
    statistics finding email e-mail note record article book memoir post tweet thread video footage testimony
    affidavit cable file log logbook logs minute census index preprint briefing dossier communique communiqué release
    manifesto leaflet petition research evidence image photograph photo picture inventory ledger contract map dataset
    database editorial inquest investigation account annex appendix statute register registry rota placard
    flier flyer brochure bulletin model manifest cadastre lease patent writ brief motion order recording tape
    experiment sheet slide presentation entry diary notebook page questionnaire submission objection dissent
    opinion advisory notice guidance text chapter count sample test result message papers agreement
    resolution decree decision proposal plan guideline code constitution directive clause paragraph verdict graph chart
    table table-talk spreadsheet simulation projection forecast estimate summary preface obituary letterhead
    sign signboard caption summons warrant subpoena receipt invoice certificate will testament scan x-ray
    """
)
DOCUMENT_FAMILIES = (
    _words(
        "report study document survey paper analysis review research finding audit assessment investigation dossier"
    ),
    _words("document filing lawsuit complaint writ motion brief indictment suit"),
    _words("document letter memo memorandum email cable note message"),
    _words("document ruling judgment judgement verdict decision opinion"),
    _words("document file log record register registry ledger rota logbook account statement"),
)
"""Nouns of one line may stand for one another: "the document" for "a confidential letter"."""
SPEECH = _words("analysis view account assessment reading argument position estimate words opinion testimony telling")
"""With a possessive pronoun before it, what somebody says: the source is the somebody ("their analysis")."""
OUTLET = _words(
    "newspaper broadcaster magazine newswire daily weekly tabloid website blog podcast outlet channel media"
)
OUTLET_NAMES = _words(
    """
    reuters afp ap bbc cnn npr bloomberg irna tass xinhua times post herald guardian telegraph tribune gazette chronicle
    journal beacon courier mirror observer examiner dispatch globe mail sun star newspaper magazine
    tv television radio news daily weekly press wire ledger mercury bugle echo écho diário standard independent
    broadcasting bulletin inquirer register sentinel argus record clarion advertiser zeitung monde figaro
    """
)
"""Words that make a capitalised name an outlet's."""
COLLECTIVES = _words(
    """
    jury family crew public crowd opposition staff electorate community minority audience press-pack couple clergy
    everybody everyone nobody critics-circle population diaspora clan tribe
    """
)
"""Singular nouns that name a group of persons."""
COMPANY = _words(
    """
    company firm business corporation manufacturer maker developer operator vendor retailer supplier insurer lender
    utility carmaker contractor brokerage consultancy chain giant startup start-up importer exporter producer
    """
)
REPORTING_ON = _words("add continue go explain note recall insist stress also")
"""Cues with which a speaker goes on: "she added"."""
