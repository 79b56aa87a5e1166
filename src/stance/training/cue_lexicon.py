"""Words that attribute, for ``parse_rules``: lemmas of verbs and nouns, by what they take as their content."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text in a set."""
    return frozenset(text.split())


CLAUSAL = words(
    """
    acknowledge add admit advise agree allege announce answer argue ask assert assume assure believe boast caution
    chant charge cheer cite claim clarify comment complain concede conclude confess confirm contend counter cry
    declare demand deny disclose doubt elaborate emphasise emphasize estimate exclaim expect explain fear find
    forecast hint hope imply indicate inform inquire insist insinuate joke lament learn maintain mention muse note
    notify object observe opine pledge point pray predict proclaim promise propose protest question quip realise
    realize reason recall reckon recognise recognize recommend recount reiterate remark remember remind repeat reply
    report request respond retort reveal rule say scream shout show signal speculate state stress suggest suspect swear
    tell testify think tweet underscore understand urge vow warn wonder worry whisper write yell
    """
)
"""Verbs whose content is a clause or a quotation."""
NOMINAL = words(
    """
    accept acknowledge admit advocate allege announce applaud back blast cite claim condemn confirm contest criticise
    criticize decry defend demand denounce deny describe discuss dismiss dispute doubt emphasise emphasize endorse
    explain expect express favor favour fear hail highlight label mention mock note offer oppose outline predict prefer
    promise propose question reaffirm recall recommend refute regret reiterate reject repeat report reveal ridicule seek
    slam stress suggest support tout underscore urge want welcome
    """
)
"""Verbs whose content may also be a noun phrase."""
TO_DO = words(
    """
    agree claim decide decline demand expect hope intend plan pledge promise propose refuse swear threaten vow want wish
    """
)
"""Verbs whose content may be an infinitive."""
TO_DO_WITH_PERSON = words("advise ask beg encourage implore press remind tell urge")
"""Verbs whose object does what the infinitive says: "asked | the families to wait"."""
WITH_PERSON = words("accuse blame call congratulate criticise criticize praise thank")
"""Verbs whose object belongs to the content together with what follows it: "accused | the board of hiding it"."""
PREPOSITIONS = {
    "advocate": "for", "agree": "with", "argue": "for against", "boast": "about of", "call": "for on",
    "campaign": "against for", "comment": "on", "complain": "about of", "disagree": "with", "hint": "at",
    "insist": "on", "joke": "about", "object": "to", "point": "to", "push": "for", "respond": "to",
    "speak": "about of", "talk": "about of", "warn": "about against of", "worry": "about",
}  # fmt: skip
"""Prepositions that go with a verb's cue and open its content: "warned of | a shortage"."""
NOUNS = words(
    """
    accusation admission allegation announcement argument assertion assumption belief charge claim complaint conclusion
    concern demand denial expectation fear finding hint hope idea impression insistence notion opinion pledge
    prediction promise proposal report rumor rumour speculation statement suggestion suspicion testimony theory threat
    view vow warning
    """
)
"""Nouns that are cues where a clause with "that" or "to" depends on them."""
CATENATIVE = words("appear begin come continue decline go refuse seem start try")
"""Verbs that join the cue of the verb that they govern: "went on to say"."""
