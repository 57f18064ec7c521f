"""Words that say how sure something is: what must, should or may be, what is planned, claimed, untrue or so under a condition. Pure data."""

from app.answering.support.polarity import word_set

MUST = word_set(
    "must shall muss müssen müsste doit doivent debe deben deberá devono musi muszą należy должен должна должны необходимо "
    "обязан обязаны يجب moet moeten"
)
MAY = word_set(
    "may can could might kann können könnte darf dürfen peut peuvent puede pueden podrá può possono pode podem może mogą "
    "można может могут можно يمكن kan kunnen"
)
SHOULD = word_set(
    "should ought recommended advised sollte sollten soll sollen devrait devraient debería deberían dovrebbe dovrebbero deveria deveriam powinien powinna powinni следует"
)
FORCES = MUST | MAY | SHOULD
HAVE = word_set("have has had")
# Their verb stands at the end of the clause.
VERB_LAST = word_set(
    "muss müssen müsste kann können könnte darf dürfen moet moeten kan kunnen voraussichtlich planen "
    "beabsichtigt erwartet erwarten"
)
# With "to" they speak of what may come; the others do so alone.
PLANS_TO = word_set(
    "plan plans planned planning intend intends intended scheduled "
    "expect expects expected likely proposed proposes forecast predicted "
    "want wants wanted hope hopes hoped try tries tried trying attempt attempts attempted aim aims aimed offer offers offered promise "
    "promised promises threaten threatened threatens seek seeks sought agree agreed wish wished asked ordered urged"
)
# So do these, which mean something else without "to".
READY_TO = word_set("ready about set")
# What follows is in the future. In German its verb stands at the end of the clause.
COMING = word_set("will wird werden soll sollen va vont")
VERB_LAST_COMING = word_set("wird werden soll sollen")
COMING_TO = word_set("going due")
# It was so once.
FORMERLY = word_set(
    "formerly previously originally früher ehemals einst vormals autrefois jadis anciennement auparavant antiguamente "
    "anteriormente originalmente precedentemente"
)
# What is claimed, and what would have been, is no fact. These speak of what stands right behind.
CLAIMS = word_set(
    "claim claims claimed claiming allege alleges alleged allegedly supposedly rumored rumoured rumours rumors "
    "consider considers considered considering angeblich behauptet behaupten behauptete prétend prétendent alega alegan"
)
THAT = word_set("that dass que che")
_PROPOSED = "proposé proposa proposait propuso propusieron proponen propuesto proposto proporre"
# What is believed, argued or proposed is no fact either, to the end of the sentence: the word → those of which one must follow, if any.
HEARSAY: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        word_set(
            "claim claims claimed allege alleges alleged allegedly reportedly supposedly purportedly rumored rumoured "
            "angeblich behauptet behaupten behauptete behaupteten vermeintlich mutmaßlich prétend prétendent prétendument "
            "supuestamente presuntamente presumibilmente "
            f"{_PROPOSED}"
        ),
        frozenset[str](),
    ),
    **dict.fromkeys(
        word_set(
            "believe believes believed think thinks thought argue argues argued suspect suspects suspected speculate speculates "
            "speculated fear fears feared propose proposes proposed suggested suggest recommend recommended demand demanded "
            "glauben glaubt meinen meint vermuten vermutet befürchten befürchtet affirme affirment soutient soutiennent "
            "pense pensent estime estiment croient propose afirman creen"
        ),
        THAT,
    ),
    **dict.fromkeys(word_set("schlug schlägt schlugen schlagen"), word_set("vor")),
}
SOURCES_OF = word_set("according selon laut según secondo")
DOUBTERS = word_set(
    "critics opponents supporters rumours rumors skeptics sceptics kritikern kritiker gegnern gegner gerüchten critiques "
    "détracteurs opposants rumeurs críticos rumores"
)
# A statement with one of these says that it is what somebody says.
REPORTED = HEARSAY.keys() | SOURCES_OF | DOUBTERS
UNTRUE = word_set("false untrue wrong incorrect myth misconception falsch unwahr faux falso falsa")
# "Nearly destroyed" is not destroyed; "nearly 500" is a number.
NEARLY = word_set("almost nearly beinahe presque casi quasi")
PERHAPS = word_set("may might could")
PLANS = word_set(
    f"{_PROPOSED} "
    "voraussichtlich planen beabsichtigt erwartet erwarten prévoit prévoient envisage envisagent "
    "planea planean prevé prevén prevede prevedono intende intendono planuje planują zamierza zamierzają планирует планируют "
    "намерен намерена намерены ожидается تعتزم يعتزم تخطط يخطط"
)
PLANS_UNSPACED = ("计划", "预计", "打算", "予定", "見込み")
# A statement with one of these speaks of no fact either.
NO_FACTS = (
    PLANS_TO
    | PLANS
    | CLAIMS
    | UNTRUE
    | NEARLY
    | MAY
    | word_set(
        "possible possibly possibility potential potentially perhaps maybe "
        "would shall should going soon future plans wird werden geplant will wollen soll sollen sollte aim aims hope hopes want wants va vont prévu prévue previsto prevista "
        "będzie będą будет будут سوف"
    )
)
NO_FACTS_UNSPACED = (*PLANS_UNSPACED, "将", "會", "会")
# They begin a condition. In other languages some of them mean something else: "falls" in English, "si" in Italian.
CONDITIONS = {
    "eng": word_set("if unless"),
    "deu": word_set("wenn falls sofern"),
    "fra": word_set("si s'il s'ils"),
    "spa": word_set("si"),
    "ita": word_set("se"),
    "nld": word_set("indien"),
    "pol": word_set("jeśli jeżeli"),
    "rus": word_set("если"),
}
# So do these phrases.
CONDITION_PHRASES = {
    "eng": (
        "provided that", "providing that", "assuming that", "on condition that", "on the condition that", "as long as", "so long as",
        "only when", "only where", "in the event", "in case",
    ),
    "deu": ("vorausgesetzt dass", "unter der bedingung", "nur dann wenn"),
    "fra": ("à condition", "pourvu que", "dans le cas où"),
    "spa": ("siempre que", "a condición de"),
}  # fmt: skip
# A sentence that begins with one of these and is no question begins with a condition: "should it rain, ...".
INVERSIONS = {
    "eng": word_set("should had were"),
    "deu": word_set("sollte sollten wird werden wäre wären hätte hätten ist sind hat haben kann können"),
}
CONDITIONS_UNSPACED = ("如果", "假如", "要是", "除非", "倘若", "もし")
# "Even if it rains" is no condition.
ANYWAY = word_set("even as auch selbst als même comme incluso aun como anche come nawet даже")
# Behind a noun without a comma they say which ones are meant.
RELATIVES = {
    "eng": word_set("who whose whom that which"),
    "fra": word_set("qui dont"),
}
# A sentence without any of them, and without Chinese or Japanese, tells a fact of today.
DOUBTING = (
    PLANS
    | PLANS_TO
    | READY_TO
    | COMING
    | COMING_TO
    | CLAIMS
    | HEARSAY.keys()
    | SOURCES_OF
    | UNTRUE
    | NEARLY
    | PERHAPS
    | FORMERLY
    | {"would", "used", "once"}
)
