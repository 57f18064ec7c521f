"""Words that tell who does what to whom, from where to where, and since when. Pure data."""

from app.answering.support.polarity import word_set

BE = word_set(
    "am is are was were be been being gets got est sont était étaient été fut es son era fue fueron sido è sono stato stata ist sind war waren"
)
BY = word_set("by par por da dal dalla")
FROM = word_set("from von vom de desde da dal из с от")
TO = word_set("to auf zu zum zur nach bis à a hasta до на в")
# What goes from one to another is now the other.
CHANGES = word_set(
    "moved changed raised increased rose risen fell fallen dropped reduced cut lowered renamed switched extended postponed rescheduled shifted grew "
    "grown declined upgraded went gone erhöht erhöhte gesenkt senkte stieg gestiegen sank gesunken verschoben verlegt geändert verlängert umbenannt "
    "déménagé passé passée augmenté baissé déplacé déplacée transféré transférée renommé trasladó trasladado trasladada pasó aumentó bajó subió cambió "
    "spostato spostata trasferito trasferita aumentato sceso"
)
# They say that it was so once.
ONCE = word_set(
    "was were had been did formerly previously originally initially before until used earlier old former ago once from "
    "war waren hatte hatten wurde wurden früher ursprünglich bisher zuvor vorher alte alten von"
)
PARTS = word_set(
    "half third quarter quarters thirds most some many few none part majority hälfte drittel viertel moitié mitad"
)
# "Some of the members" are not the members.
SOME = word_set(
    "half third quarter quarters thirds most some many few percent several majority minority hälfte drittel viertel prozent mehrheit einige manche viele "
    "wenige mehrere moitié tiers quart certains certaines quelques plupart plusieurs mitad mayoría algunos algunas varios varias metà maggioranza alcuni alcune"
)
# Who says one of these does not speak of all.
NOT_ALL = (
    SOME
    | PARTS
    | word_set(
        "certain various numerous partly partially sometimes each both einiger mancher vieler teilweise beide partie parte"
    )
)
OF = word_set("of von der des de del di из z van")
AND = word_set("and und et y e i и och og en")
OR = word_set("or oder ou o lub или")
EITHER = word_set("either entweder soit")
# Where they stand, either may be true of both.
OPEN = word_set(
    "may can could might if whether any each every kann können darf dürfen ob wenn peut peuvent si puede pueden"
)
ONLY = word_set("only nur seulement solo sólo solamente soltanto tylko только")
RESPECTIVELY = word_set(
    "respectively jeweils beziehungsweise respectivement respectivamente rispettivamente odpowiednio соответственно"
)
# Who is one of these is not what stands behind it.
LESSER = word_set(
    "former formerly ex late ehemaliger ehemalige ehemaligen früherer frühere ancien ancienne antiguo deputy vice assistant acting honorary "
    "stellvertretende stellvertretender stellvertretenden adjoint adjointe"
)
WAS = word_set("was were had former formerly war waren ehemaliger ehemalige était fue era")
OPENS = word_set(
    "open opens opened opening start starts started begin begins began öffnet beginnt ouvre commence abre empieza"
)
CLOSES = word_set(
    "close closes closed closing end ends ended finish finishes schließt endet ferme termine finit cierra"
)
# Who speaks stands on either side of them.
SPEECH = word_set(
    "said says say wrote writes added adds explained explains noted notes asked told argues argued sagt sagte dit dijo"
)
# Who is one of the largest, or the second largest, is not the largest.
AMONG = word_set("one among some eine einer eines un une uno una")
ORDINAL = word_set(
    "second third fourth fifth first last other every zweite zweiten zweiter dritte dritten ersten erste letzten deuxième premier première segundo primer primero"
)
SUPERLATIVES = word_set(
    "best worst most least größte größten beste besten wichtigste wichtigsten höchste höchsten mayor mejor meilleur meilleure"
)
# What is said of somebody's son is not said of somebody.
HEADS = word_set(
    "son sons daughter daughters wife husband mother father parents parent brother sister child children friend friends "
    "assistant secretary rival rivals competitor competitors subsidiary supplier suppliers customer customers predecessor successor widow "
    "colleague opponent opponents critic critics sohn tochter frau mann mutter vater eltern bruder schwester nachfolger vorgänger "
    "fils fille femme mari mère père hijo hija esposa madre padre"
)
WEEKDAYS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo"
)
BY_AND_TO = (("by", "to"), ("to", "by"), ("um", "auf"), ("auf", "um"))
# They begin with "un", and deny nothing.
NOT_UN = word_set("until unless union unit united units under unter university unternehmen like unlike uns")
# From when, and until when.
STARTS = word_set("from since ab seit depuis partir desde dal с")
ENDS = word_set("until till bis jusqu'au jusqu'à jusqu'en hasta fino до")
# Who says one of these speaks of all there are.
ALL = word_set("all alle allen aller sämtliche sämtlichen tous toutes todos todas tutti tutte")
# Behind a noun they say which ones are meant.
LIMITING = word_set(
    "of on with in from over under aged without for at mit ohne ab unter über aus von avec sans con sin"
)
# Behind them stands who gives, or where it begins, and who gets, or where it ends.
SOURCES = word_set("by from von par por da od")
GOALS = word_set("to an nach zu à au aux a al for für pour para")
# How a number is told: as it is, or as a bound or an estimate.
EXACT = word_set("exactly precisely genau exakt exactement précisément exactamente esattamente ровно")
BOUNDED = word_set(
    "least most up about around approximately roughly nearly almost over under than minimum maximum mindestens höchstens "
    "maximal average durchschnittlich durchschnitt moyenne promedio etwa rund ungefähr fast knapp bis über unter moins plus environ presque menos más unos almeno"
)
