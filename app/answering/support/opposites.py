"""Words that turn a statement round, such as before and after: two sides of one matter each. Pure data."""

# A statement on one side is not supported by a passage that has only the other.
_OPPOSITES = (
    ("permission", "allowed permitted may erlaubt gestattet autorisé permis permitido разрешено разрешается مسموح",
     "forbidden prohibited banned verboten untersagt interdit prohibido запрещено запрещается ممنوع"),
    ("duty", "mandatory required compulsory obligatory verpflichtend vorgeschrieben obligatoire obligatorio",
     "optional voluntary freiwillig facultatif voluntario"),
    ("inclusion", "included includes including inbegriffen enthalten compris incluido incluye", "excluded excludes excluding ausgeschlossen exclu excluido excluye"),
    ("often", "always often usually frequently mostly häufig oft meistens souvent siempre menudo immer toujours",
     "sometimes occasionally rarely seldom manchmal selten gelegentlich parfois rarement veces"),
    ("manner", "automatically automatic automatisch automatiquement automáticamente", "manually manuell händisch manuellement manualmente"),
    ("frequency", "always immer toujours siempre всегда دائما", "never nie niemals jamais nunca никогда"),
    ("all", "all every each everybody everyone alle allen jeder jede jedes sämtliche tous toutes todos todas tutti tutte alle wszyscy wszystkie wszystkich każdy все всех каждый جميع كل كافة",
     "some few einige manche wenige meisten certains quelques plupart algunos algunas mayoría alcuni alcune maggioranza alguns algumas maioria sommige meeste niektórzy niektóre większość некоторые некоторых большинство بعض معظم"),
    ("extent", "most maximum maximal plus höchst", "least minimum minimal moins mindest"),
    ("amount", "more mehr over above exceed exceeds más więcej ponad higher greater larger больше более выше أكثر",
     "less fewer weniger under below menos mniej lower smaller fewest меньше менее ниже أقل"),
    ("time", "before prior vor avant antes prima earlier przed до перед قبل", "after nach après después dopo depois po later после بعد"),
    ("rise", "increase increased increases increasing raise raises raised steigert steigern erhöhen rise rises rose risen grew grow grows growing growth steigt stieg gestiegen erhöht augmente augmenté aumenta aumentó вырос выросла выросли увеличился увеличилась увеличились ارتفع ارتفعت زاد زادت wzrósł wzrosła wzrosły wzrosło rośnie aumentaron augmentent stiegen",
     "decrease decreased decreases decreasing fall falls fell fallen decline declined declines drop dropped drops reduce reduces reduced lowers lowered shrank shrinks senkt senkte senken verringert verringern sinkt sank gesunken gefallen diminue diminué baisse disminuye disminuyó снизился снизилась снизились уменьшился уменьшилась уменьшились упал упала упали انخفض انخفضت spadł spadła spadły spadło maleje disminuyeron cayó cayeron baja bajó fielen fiel chute chuté"),
    ("order", "first erste ersten erster premier première primero primera pierwszy pierwsza первый первая", "last letzte letzten letzter dernier dernière último última ostatni ostatnia последний последняя"),
    ("quality", "best besser better mejor meilleur", "worst worse schlechter peor pire"), ("height", "highest höchste", "lowest niedrigste"),
    ("level", "high higher highest hoch hohe hohen hoher höher höhere höheren élevé élevée élevés alto alta altos altas wysoki wysoka высокий высокая высокие", "low lower lowest niedrig niedrige niedrigen niedriger faible faibles bajo baja bajos bajas niski niska низкий низкая низкие"),
    ("size", "largest biggest bigger größer größte", "smallest kleiner kleinste"), ("length", "longest longer länger", "shortest shorter kürzer"),
    ("age", "oldest older älter", "youngest younger newest newer jünger neueste neuesten"), ("speed", "faster fast fastest quicker schneller schnell rapide", "slower slow slowest langsamer langsam lent"),
    ("weight", "heavier heavy heaviest schwerer", "lighter lightest leichter"), ("price", "expensive dearer teurer cher caro", "cheaper cheap cheapest billiger günstiger barato"),
    ("strength", "stronger strong strongest stärker", "weaker weak weakest schwächer"), ("heat", "hot hotter warm warmer hottest", "cold colder cool cooler coldest"),
    ("width", "wider wide thicker thick", "narrower narrow thinner thin"), ("depth", "deeper deep", "shallower shallow"), ("ease", "easier easy simple simpler", "harder hard difficult"),
    ("direction", "upward upwards", "downward downwards"), ("latitude", "north northern norden nördlich", "south southern süden südlich"),
    ("longitude", "east eastern osten östlich", "west western westen westlich"), ("access", "open opens opened geöffnet ouvert ouverte ouverts ouvertes abierto abierta aperto otwarty otwarta otwarte открыт открыта открыты مفتوح", "closed closes close geschlossen fermé fermée fermés fermées cerrado cerrada chiuso zamknięty zamknięta zamknięte закрыт закрыта закрыты مغلق"),
    ("start", "start starts started begin begins began beginnt begann commence", "end ends ended finish finishes finished endet endete termine"),
    ("contest", "win won wins", "lose lost loses"), ("result", "profit profits gain gains gewinn", "loss losses verlust"), ("trade", "buy buys bought buyer acquire acquires acquired kauft kaufte gekauft käufer übernommen acheté achète racheté achetée compra compró comprado kupiła kupił kupiło купил купила купили اشترت اشترى", "sell sells sold seller verkauft verkaufte verkaufen verkäufer vendu vend vendue vendió vende vendido sprzedała sprzedał продал продала продали باعت باع"),
    ("border", "import imports imported", "export exports exported"), ("way", "input inputs enter enters entry", "output outputs exit exits"),
    ("place", "internal inside inner innen", "external outside outer außen"), ("outcome", "success successful succeeded", "failure failed unsuccessful"),
    ("openness", "public öffentlich", "private privat"), ("work", "enable enables enabled aktiviert", "disable disables disabled deaktiviert"),
    ("consent", "accept accepted accepts approve approved approves genehmigt", "reject rejected rejects refuse refused decline denied abgelehnt"),
    ("truth", "true", "false"), ("fill", "full voll", "empty leer"), ("sign", "positive", "negative"), ("sex", "male males man men boy boys", "female females woman women girl girls"), ("travel", "arrive arrives arrived arrival", "leaves departs departed departure"),
    ("company", "alone", "together jointly"), ("sum", "plus", "minus"), ("side", "left", "right rechts"),
    ("share", "majority mehrheit", "minority minderheit"), ("sequence", "previous preceding vorherigen vorigen vorangegangenen précédent précédente anterior poprzedni poprzednim предыдущий предыдущем", "following next subsequent folgenden nächsten suivant suivante siguiente następny następnym следующий следующем"),
    ("condition", "if falls wenn si jeśli jeżeli если", "unless chyba"), ("span", "since seit depuis desde", "until till bis jusqu jusqu'au hasta"),
    ("hour", "early früh", "late spät"), ("post", "employee employees arbeitnehmer", "employer employers arbeitgeber"),
    ("rent", "tenant tenants lessee mieter", "landlord landlords lessor vermieter"), ("loan", "lender lenders creditor creditors", "borrower borrowers debtor debtors"),
    ("teaching", "trainer trainers", "trainee trainees"), ("factor", "doubled doubles double verdoppelt", "halved halves half halbiert"),
    ("limit", "minimum mindestens minimo mínimo", "maximum höchstens máximo"),
)  # fmt: skip
# A passage seldom says these in other words: bounds of numbers, "only", "less", "least" and "fell".
MARKED = frozenset(
    (("bound", 0), ("bound", 1), ("limitation", 0), ("extent", 1), ("amount", 1), ("time", 0), ("time", 1), ("rise", 1), ("order", 1),
     ("quality", 1), ("height", 1), ("size", 1), ("length", 1))
)  # fmt: skip
# Of these "not" makes the other side: "not allowed" is forbidden. "Not higher" is on no side.
TURNED_BY_NOT = frozenset(("permission", "duty", "inclusion", "frequency"))
Side = tuple[str, int]
SIDES: dict[str, list[Side]] = {}
for _matter, *_pair in _OPPOSITES:
    for _side, _words in enumerate(_pair):
        for _word in _words.split():
            SIDES.setdefault(_word, []).append((_matter, _side))
SIDED = frozenset(SIDES)
# "Every", "most" and "some".
HOW_MANY = frozenset(word for word, sides in SIDES.items() if any(matter == "all" for matter, _ in sides))
RISING = frozenset(word for word, sides in SIDES.items() if any(matter == "rise" for matter, _ in sides))
UNSPACED_OPPOSITES = (
    (("至少", "最少", "以上", "少なくとも"), ("最多", "至多", "以下", "最大")), (("之前", "以前", "前に"), ("之后", "之後", "以后", "後に")),
    (("增加", "上升", "增长", "増加"), ("减少", "下降", "減少")), (("所有", "全部", "全体", "每个", "すべて", "全て", "全員"), ("大多数", "多数", "部分", "有些", "有的", "ほとんど", "一部")),
    (("必须", "必須", "なければな"), ("可以", "可选", "できる", "できます", "てもよい")), (("允许", "可以", "許可"), ("禁止", "不得")), (("高于", "多于"), ("低于", "少于")), (("までに",), ("以降",)),
)  # fmt: skip
