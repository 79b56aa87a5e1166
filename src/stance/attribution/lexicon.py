"""Closed word classes, titles, and the words of proper names. English only, lower case."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- function words -------------------------------------------------------------------------------------------------

PRONOUNS_SINGULAR = _words("he she")
PRONOUNS_PLURAL = _words("they these those both")
PRONOUNS_THING = _words("it this that")
PRONOUNS_SELF = _words("i we me us my our")
PRONOUNS_ADDRESS = _words("you")
PRONOUNS_RELATIVE = _words("who which")
PRONOUNS_PERSONAL = PRONOUNS_SINGULAR | PRONOUNS_SELF
PRONOUNS = PRONOUNS_PERSONAL | PRONOUNS_PLURAL | PRONOUNS_THING | PRONOUNS_ADDRESS | PRONOUNS_RELATIVE
POSSESSIVES = {"his": "he", "her": "she", "hers": "she", "their": "they", "theirs": "they", "its": "it"}
OBJECT_FORMS = {"him": "he", "her": "she", "them": "they", "himself": "he", "herself": "she"}
DETERMINERS = _words("the a an this that these those his her its their our my your same said")
DEFINITE = _words("the this that these those same")
NUMBERS = _words(
    """
    two three four five six seven eight nine ten eleven twelve dozen dozens hundreds thousands scores thirteen
    fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    hundred thousand
    """
)
INDEFINITE = NUMBERS | _words(
    """
    a an one another some several many few other others most multiple various both certain any every each no all
    half
    """
)
CONTAINERS = _words(
    """
    number group pair chain series set circle chorus handful couple majority minority string batch range collection
    trio quartet crowd stack pile wave sort
    """
)
"""Nouns whose "of" holds the noun that counts: "a group of scientists"."""
PREPOSITIONS = _words(
    """
    of for in at from with to on by about against near under over into through during before after inside outside
    across behind between among within without since until as via around close familiar involved aware responsible
    present based up out off away elsewhere along amid throughout towards toward despite beyond beneath above below
    beside besides except than like upon onto past versus opposite next such here there speaking writing working
    """
)
RELATIVES = _words("who whom whose which that where when i we he she they you it whether because while if although")
PARTICLES = _words(
    """
    al el bin bint ibn abu ben abd ould mint de da di del della dei der den dos das du la le van von ten ter y e af
    av zu st
    """
)
NAME_SUFFIXES = _words("jr sr ii iii iv kc qc mp msp mep md phd esq ret retd rn obe mbe")
NAME_STOP = _words(
    """
    the a an in on at but and or if when while after before for as it he she they we i this that these those there
    what who why how asked monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december yes no not last photo image caption by from to with so then
    now even still only later yet meanwhile also since until under over because although though your our my his her
    its their both some many most all one two three another such dear sir according like unlike did does do is was
    were are has have had will would should could can nor neither either here where which about told speaking
    writing next once given recent former local new old young critics contact media breaking update updated
    advertisement
    """
)
"""Words that begin sentences, and names of days and months: capitalised, yet no part of a name."""

# --- people ---------------------------------------------------------------------------------------------------------

MALE = _words(
    """
    mr sir lord father king prince spokesman chairman congressman councilman alderman businessman policeman
    fisherman anchorman son brother husband widower imam ayatollah sheikh emir man boy uncle grandfather nephew monk
    monsieur herr señor senor don signor gentleman dad grandson alhaji haji meneer
    """
)
FEMALE = _words(
    """
    ms mrs miss dame lady mother queen princess spokeswoman chairwoman congresswoman councilwoman businesswoman
    policewoman daughter sister wife widow madam nun woman girl aunt grandmother niece landlady headmistress madame
    frau señora senora doña dona signora mum mom headteacheress granddaughter midwife hajia mevrouw
    """
)
MALE_NAMES = _words(
    """
    james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark
    donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary
    nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank patrick raymond jack
    dennis peter henry douglas adam nathan zachary walter kyle harold carl arthur roger keith jeremy lawrence sean
    christian albert mohammed muhammad mohamed ahmed ali hassan hussein omar ibrahim mustafa mahmoud khalid abdullah
    yusuf hamid reza mehdi carlos juan jose luis miguel pedro jorge antonio francisco manuel javier fernando diego
    pablo giovanni marco luca giuseppe hans klaus jurgen wolfgang stefan pierre michel philippe jacques françois
    vladimir sergei dmitri ivan mikhail andrei nikolai alexei boris viktor oleg hiroshi takashi rajesh sanjay arjun
    kwame kofi fred rob pat jerome tom joe bob jim mike dave steve nick ben sam alex max dan jon tim greg phil pete
    ken ron bill fergus declan
    """
)
FEMALE_NAMES = _words(
    """
    mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley
    kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia dorothy amy
    kathleen angela shirley brenda emma anna pamela nicole samantha katherine christine helen debra rachel carolyn
    janet maria catherine heather diane olivia julie joyce victoria ruth virginia lauren kelly christina joan evelyn
    judith andrea hannah megan cheryl jacqueline martha madison teresa gloria sara janice ann kathryn sophia frances
    jean alice julia fatima aisha zainab khadija leila maryam amina yasmin nadia layla ana lucia carmen rosa isabel
    elena sofia francesca giulia chiara ingrid astrid sabine ursula heike claire sophie camille isabelle nathalie
    olga natalia tatiana irina svetlana ekaterina yuki yoko priya anjali sunita grace liz kate sue meg beth jen
    becky lucy ellen rosie peggy molly siobhan niamh
    """
)
GIVEN_NAMES = MALE_NAMES | FEMALE_NAMES
TITLES = {
    "mr": "", "mrs": "", "ms": "", "miss": "", "mx": "", "messrs": "", "hon": "", "dr": "doctor",
    "prof": "professor", "sen": "senator", "rep": "representative", "gov": "governor", "gen": "general",
    "col": "colonel", "lt": "lieutenant", "maj": "major", "capt": "captain", "cmdr": "commander", "cdr": "commander",
    "sgt": "sergeant", "adm": "admiral", "cllr": "councillor", "cr": "councillor", "amb": "ambassador",
    "pres": "president", "sec": "secretary", "rev": "reverend", "insp": "inspector", "supt": "superintendent",
    "det": "detective", "brig": "brigadier", "cpl": "corporal", "fr": "father",
}  # fmt: skip
"""Abbreviated titles and the nouns that they stand for (none for mere forms of address)."""
HONORIFICS = frozenset(TITLES) | _words(
    """
    professor sir dame lord lady senator governor general colonel lieutenant major captain commander sergeant
    admiral judge justice president minister secretary ambassador congressman congresswoman councillor councilor
    mayor chief detective inspector superintendent sheriff imam sheikh ayatollah rabbi bishop archbishop cardinal
    father sister rev reverend pastor king queen prince princess chancellor premier prime deputy vice commissioner
    director chairman chairwoman chair spokesman spokeswoman spokesperson envoy analyst researcher coach manager
    attorney lawyer officer agent representative former then ex acting interim head speaker leader brigadier marshal
    corporal private constable magistrate assistant opposition majority minority doctor moderator host counsel
    assemblyman assemblywoman delegate member monsieur madame herr frau señor señora don doña dom maître maestro
    alhaji haji hajia meneer mevrouw
    academician comrade mother brother uncle aunt administrator surveyor chargé coordinator undersecretary foreign
    interior defence defense finance health state national security treasury senior lead under permanent outgoing
    incoming retired county city regional federal
    """
)
PORTFOLIOS = _words(
    """
    state defence defense interior finance health justice education energy trade labour labor transport
    transportation environment agriculture foreign affairs home homeland security treasury economy culture commerce
    staff house war information planning industry the and for
    """
)
"""What stands after "Secretary of" or "Minister for" when a name follows."""

# --- proper names of things that speak -------------------------------------------------------------------------------

ORGANISATION_NAMES = _words(
    """
    qaeda qaida qaidah taliban hezbollah hizbullah hamas houthis isis isil daesh shabaab nato interpol europol opec
    unicef unesco kremlin pentagon microsoft google amazon facebook twitter meta tesla boeing airbus exxon shell bp
    transit construction marine invest fc sa ab nv bv oy spa il therapeutics custody watch pharma pharmaceuticals
    energy holdings partners systems labs ventures capital initiative consulting engineering carbon motors steel
    mining logistics telecom mobile insurance assurance mutual shipping lines industries enterprises technologies
    solutions analytics robotics international global worldwide limited incorporated corps foods airways rail works
    aerospace dynamics electronics bulk dairies mills oil gas guards nations services affairs authorities earthworks
    aquaculture biotech biosciences commons action rights greens democrats republicans conservatives labour tories
    socialists liberals front security
    """
)
"""Words that make a capitalised name an organisation's."""
PLACES = _words(
    """
    tehran washington moscow beijing london paris berlin brussels ankara riyadh jerusalem kyiv kiev delhi islamabad
    kabul baghdad damascus iran russia china israel ukraine turkey türkiye pakistan syria iraq lebanon egypt jordan
    yemen oman qatar kuwait bahrain afghanistan india japan france germany britain england scotland wales ireland
    spain italy portugal greece poland sweden norway denmark finland iceland netherlands belgium switzerland austria
    hungary romania bulgaria serbia croatia slovenia slovakia estonia latvia lithuania belarus moldova georgia
    armenia azerbaijan kazakhstan uzbekistan kyrgyzstan tajikistan turkmenistan mongolia korea taiwan vietnam laos
    cambodia thailand myanmar malaysia singapore indonesia philippines australia canada mexico brazil argentina
    chile peru colombia venezuela bolivia ecuador paraguay uruguay cuba haiti nigeria ghana kenya ethiopia eritrea
    somalia sudan uganda tanzania rwanda congo angola zambia zimbabwe mozambique malawi madagascar morocco algeria
    tunisia libya mali niger chad senegal mauritania cameroon guinea liberia tunis tripoli rabat cairo amman beirut
    doha muscat manama hanoi vientiane pyongyang seoul tokyo canberra ottawa madrid rome lisbon vienna bern budapest
    warsaw prague bucharest sofia athens belgrade minsk tbilisi yerevan baku nairobi mogadishu khartoum pretoria
    abuja accra havana caracas bogotá bogota lima santiago brasilia jakarta manila bangkok dublin edinburgh oslo
    stockholm copenhagen helsinki europe america africa asia u.s us u.k uk u.n un eu usa uae u.a.e states kingdom
    """
)
SPEECH = _words(
    """
    analysis view account assessment reading argument position estimate words opinion testimony telling
    """
)
"""With a possessive pronoun before it, what somebody says: the source is the somebody ("their analysis")."""
OUTLET_NAMES = _words(
    """
    reuters afp ap bbc cnn npr bloomberg irna tass xinhua times post herald guardian telegraph tribune gazette
    chronicle journal beacon courier mirror observer examiner dispatch globe mail sun star newspaper magazine tv
    television radio news daily weekly press wire ledger mercury bugle echo écho diário standard independent
    broadcasting bulletin inquirer register sentinel argus record clarion advertiser zeitung monde figaro jazeera
    """
)
"""Words that make a capitalised name an outlet's."""
GEOGRAPHY = _words(
    """
    street road avenue lane square river mount mountain lake hall park bridge station island islands bay valley hill
    hills coast beach desert forest sea ocean gulf strait north south east west central upper lower province prison
    building tower gate canal village heights peninsula
    """
)
"""Words that make a capitalised name a place's."""
ADVERBS = _words("again too also himself herself themselves itself myself then now alone once yesterday today")
"""What may follow a mention's last noun."""
NOT_NOMINAL = PREPOSITIONS | ADVERBS | _words("late formerly previously long no not both aged and or but as")
"""How an added segment begins that tells nothing of what the source is: "for the defence", "now in Sweden"."""
SURNAME_TITLES = _words(
    """
    king prince bishop major dean pope lord constable marshal cardinal justice head chair lead judge
    """
)
"""Titles that are also last names."""
