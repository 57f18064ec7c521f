"""The words by which questions about the documents themselves are known, in four languages. Folded: without accents."""

import re
from dataclasses import dataclass

# How a question asks how many pages a file has.
PAGE_COUNTS = re.compile(
    r"(?:how many (?:pages|slides) (?:has|have|does|do|are(?: there)? in|is)|how long is"
    r"|(?:what is )?the (?:page count|number of (?:pages|slides)) (?:of|in)|wie ?viele (?:seiten|folien) (?:hat|haben|umfasst|sind in)"
    r"|combien de (?:pages|diapositives) (?:a|ont|compte|contient|y a t il dans)|cuantas (?:paginas|diapositivas) (?:tiene|tienen|hay en))\b"
)
# "In which files is the ferry mentioned?" asks for a list, as "which files mention the ferry" does.
MENTIONED_IN = re.compile(
    r"in (?:which|what|welche[rmn]) (?:files?|documents?|docs?|dokument(?:en)?|datei(?:en)?) "
    r"(?:is|are|was|were|do you|does it|wird|werden|ist|sind) (?P<topic>.+?)"
    r" (?:mentioned|described|discussed|explained|covered|named|erwahnt|beschrieben|behandelt|genannt)$"
)
# What only opens a request.
COURTESY = re.compile(
    r"^(?:(?:hi|hello|hey|hallo|bonjour|hola|please|pls|bitte|svp|por favor|s il (?:te|vous) plait"
    r"|(?:can|could|would|will) you|i (?:want|would like|need) (?:you )?to|i d like (?:you )?to"
    r"|(?:kannst|konntest|wurdest) du|(?:konnen|konnten|wurden) sie|(?:peux|pourrais) tu|(?:pouvez|pourriez) vous"
    r"|(?:puedes|podrias|puede|podria)) )+"
)
# Kinds of files by the words for them; the plural of most is found by its beginning.
KINDS = {
    "pdf": ("pdf",), "pdfs": ("pdf",), "docx": ("docx", "doc"), "word": ("docx", "doc"), "excel": ("xlsx", "xls"), "xlsx": ("xlsx",),
    "spreadsheet": ("xlsx", "xls", "ods", "csv"), "spreadsheets": ("xlsx", "xls", "ods", "csv"), "csv": ("csv",), "csvs": ("csv",),
    "tabellen": ("xlsx", "xls", "ods", "csv"), "powerpoint": ("pptx", "ppt"), "pptx": ("pptx",), "presentation": ("pptx", "ppt", "odp"),
    "presentations": ("pptx", "ppt", "odp"), "prasentationen": ("pptx", "ppt", "odp"), "presentaciones": ("pptx", "ppt", "odp"),
    "slides": ("pptx", "ppt", "odp"), "txt": ("txt",), "text": ("txt", "md"), "markdown": ("md",), "md": ("md",), "html": ("html", "htm"),
    "email": ("eml", "msg", "mbox"), "emails": ("eml", "msg", "mbox"), "mails": ("eml", "msg", "mbox"), "json": ("json",), "epub": ("epub",), "epubs": ("epub",), "yaml": ("yaml", "yml"),
    "xml": ("xml",), "rtf": ("rtf",), "odt": ("odt",), "zip": ("zip",), "notebooks": ("ipynb",), "tabelle": ("xlsx", "xls", "ods", "csv"),
    **dict.fromkeys(("image", "images", "picture", "pictures", "photos", "bilder", "fotos", "scans"), ("png", "jpg", "jpeg", "tif", "tiff")),
}  # fmt: skip


# The suffixes by which a name in a question is known to be a file's.
SUFFIXES = frozenset(suffix for suffixes in KINDS.values() for suffix in suffixes)


# What stands between something and the file that speaks of it.
RELATIONS = frozenset(
    ["according", "as", "by", "for", "from", "in", "of", "on", "per", "to", "under", "with"]
)


def is_file_name(words: str) -> bool:
    """Whether words are a file's name alone. "How long is leave according to leave.txt?" asks what that file says."""
    *_, last = words.split() or [""]
    return last in SUFFIXES and RELATIONS.isdisjoint(words.split())


@dataclass(frozen=True, slots=True)
class Language:
    """One language's words: `nouns` name documents or all of them, `asks` open a question for a list, `fillers` say no more."""

    nouns: frozenset[str]
    asks: frozenset[str]
    fillers: frozenset[str]
    about: str
    summaries: re.Pattern[str]
    contents: re.Pattern[str]
    comparisons: re.Pattern[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = Language(
    nouns=_words(
        "file files filenames document documents doc docs upload uploads source sources paper papers library collection knowledge new news "
        "changed"
    ),
    asks=_words(
        "which what whats list show enumerate display many count number give tell when have there see any anything inventory"
    ),
    fillers=_words(
        "the a an all of your my our this these those that me us do does did you we i have has had got hold holds contain contains in into "
        "from at is are was were be been there exist exists available accessible here now currently so far right moment store stored vector "
        "base library collection index indexed database system server disk uploaded added loaded ingested imported saved search "
        "searchable searched read see know use using access answer answers and it them total altogether overall any other different kind kinds "
        "type types sort sorts names titles list full complete entire every each single sizes dates s ve re d "
        "with who in by out up which what format formats on most about ask i did something only just sort by"
    ),
    about=r"(?:talk|speak)(?:s|ing)? (?:about|of)|discuss(?:es|ing)?|describ(?:es?|ing)|explain(?:s|ing)?|covers?|refers? to|about|called|named|regarding|concerning|covering|mention(?:s|ing)?|contain(?:s|ing)?|related to|deal(?:ing)? with|on",
    summaries=re.compile(
        r"^(?:summari[sz]e|sum up|outline|recap|condense|tl ?dr)\b|^(?:summary|overview|gist|synopsis)\b"
        r"|\b(?:summary|overview|synopsis|gist|outline|recap|main points|key points|(?:key )?takeaways|highlights) (?:of|for|from|about|on)\b"
        r"|^(?:give|write|make|show|get|provide|create|prepare|i need|i want)(?: me| us)?(?: an?| the| some)?(?: \w+){0,2} "
        r"(?:summary|overview|synopsis|gist|outline|recap|main points|key points|(?:key )?takeaways|highlights)\b"
    ),
    contents=re.compile(
        r"^what (?:topics?|subjects?|themes?) (?:do|does|are|is) (.+?)(?: cover(?:ed in)?| about| deal with| contain)?$"
        r"|^(?:what can you )?tell (?:me|us)(?: something| more)? about (.+)$|^what (?:is|are|s) (.+) about$|^what (?:does|do) (.+) (?:say|contain|cover|describe|deal with)$"
        r"|^what (?:is|s|stands) (?:written )?in (.+)$|^(?:describe|explain) (.+)$"
    ),
    comparisons=re.compile(
        r"^(?:compare|contrast)\b|\bdifferences? between\b|\bdiffers?\b|\b(?:versus|vs)\b"
    ),
)
_GERMAN = Language(
    nouns=_words(
        "datei dateien dokument dokumente dokumenten unterlagen quellen wissensbasis wissensdatenbank sammlung bibliothek neu neues geandert "
        "dateitypen dateiformate dateinamen dateiliste"
    ),
    asks=_words(
        "welche welches welcher was wann sag sage liste zeige zeig nenne nenn viele gib auflisten gibt hast wieviele anzahl zahle dateiliste"
    ),
    fillers=_words(
        "die der das den dem des alle aller allen von deine deiner deinen meine meiner meinen unsere ihre diese dieser es gibt sind ist war "
        "hast haben habe hat du sie ich wir dir mir uns in im hier jetzt zurzeit aktuell derzeit insgesamt verfugbar vorhanden gespeichert "
        "hochgeladen hinzugefugt geladen durchsuchen suchen lesen sehen kennst auf an und zugriff nutzen enthalten drin liegen wurden "
        "wurde speicher datenbank so bisher da namen art arten ein eine hinzugekommen dazugekommen zugreifen mal bitte fur liegen vor am "
        "etwas nutzt benutzt verwendest enthalt insgesamt worden"
    ),
    about=r"uber|namens|erwahnt|behandelt|handelt von|enthalt|mit (?:dem )?namen|zu|zum|zur|betreffend|erwahnen|enthalten|behandeln|handeln von",
    summaries=re.compile(
        r"^fass(?:e|t|en sie)?\b.*\bzusammen\b|\bzusammenfassen\b|\bzusammenfassung\b|\bkurzfassung\b|\binhaltsangabe\b"
        r"|\b(?:uberblick|ubersicht|kernaussagen|hauptpunkte|kernpunkte)\b"
    ),
    contents=re.compile(
        r"^welche themen (?:decken|behandeln|enthalten) (.+?)(?: ab)?$|^worum geht(?: es| s)? i[nm] (.+)$|^was steht i[nm] (.+)$|^wovon handel[tn] (.+)$|^(?:beschreibe|erklare) (.+)$"
    ),
    comparisons=re.compile(r"^vergleich(?:e|en sie)?\b|\bunterschiede? zwischen\b|\bunterscheide[nt]\b"),
)
_FRENCH = Language(
    nouns=_words(
        "fichier fichiers document documents source sources bibliotheque collection base nouveau neuf nouveaux"
    ),
    asks=_words(
        "quels quelles quel quelle que quand dis quoi y liste lister listez montre montrez donne donnez combien nomme as avez"
    ),
    fillers=_words(
        "les le la l des de du d tous toutes tes vos mes nos ces ce cette sont un une est ete etait y a t il as tu avez vous j ai nous moi en dans "
        "disponible disponibles presents actuellement maintenant ici au total connais connaissez chercher consulter lire voir acces stockes "
        "charges telecharges ajoutes ajoute importes enregistres connaissances et qu on qui noms titres plus possedes possedez as ont "
        "sais rechercher peut c bibliotheque collection base"
    ),
    about=r"sur|parl(?:ent|e|ant) d(?:u|es)|nomme(?:s|es?)?|intitule(?:s|es?)?|concernant|a propos de|mentionn(?:ent|ant)|parl(?:ent|ant) de|traitant de|contiennent",
    summaries=re.compile(
        r"^(?:resume[zr]?|synthetise[zr]?)\b|\b(?:resume|synthese|apercu|vue d ensemble|points (?:cles|principaux)) (?:de|du|des|d|sur)\b"
        r"|^(?:donne|fais|ecris|faites|donnez)(?: moi| nous)? (?:un|une|les) (?:\w+ )?(?:resume|synthese|apercu|vue d ensemble)\b"
    ),
    contents=re.compile(
        r"^quels sujets (?:abordent|traitent|couvrent) (.+)$|^de quoi (?:parle(?:nt)?|traite(?:nt)?) (.+)$|^que (?:contient|contiennent|dit|disent) (.+)$|^qu y a t il dans (.+)$|^decri[ts]|^explique[zr]? (.+)$"
    ),
    comparisons=re.compile(r"^compare[zr]?\b|\bdifferences? entre\b"),
)
_SPANISH = Language(
    nouns=_words("archivo archivos fichero ficheros documento documentos fuente fuentes biblioteca coleccion base nuevo nuevos novedades"),
    asks=_words("que cuales cual cuando dime lista listar enumera muestra muestrame dame cuantos cuantas nombra tienes tiene hay"),
    fillers=_words(
        "los las el la de del todos todas un una algun alguna algunos tus sus mis nuestros estos esos hay tienes tiene tenemos tengo es son en al me nos tu usted aqui "
        "ahora actualmente disponibles disponible total conoces buscar leer ver acceso acceder guardados almacenados subidos subido cargados "
        "anadidos anadido agregados agregado conocimiento conocimientos y se han ha he hemos puede existen nombres titulos mas lista a biblioteca coleccion base lo"
    ),
    about=r"sobre|menciona|trata de|habla de|contiene|llamad[oa]s?|titulad[oa]s?|acerca de|relacionad[oa]s con|mencionan|tratan de|hablan de|contienen",
    summaries=re.compile(
        r"^(?:resume|resumeme|resuma|resumir|resumen|sintetiza)\b|\b(?:resumen|sintesis|vision general|panorama|puntos (?:clave|principales)) (?:de|del|sobre)\b"
        r"|^(?:dame|haz|hazme|escribe|da)(?: me)? (?:un|una|los) (?:\w+ )?(?:resumen|sintesis|vision general)\b"
    ),
    contents=re.compile(r"^que temas (?:cubren|tratan|abordan) (.+)$|^(?:de|sobre) que (?:trata[n]?|habla[n]?|va[n]?) (.+)$|^que (?:contiene|contienen|dice|dicen) (.+)$|^que hay en (.+)$|^(?:describe|explica) (.+)$"),
    comparisons=re.compile(r"^compar[ae]r?\b|\bdiferencias? entre\b"),
)  # fmt: skip
# Plain questions for the list in more languages: Italian, Portuguese, Dutch, Polish, Swedish, Russian, Chinese, Japanese.
LISTS_ELSEWHERE = re.compile(
    r"^(?:quali|che|quanti|elenca|mostra(?:mi)?)(?: tutti)?(?: i)? (?:file|documenti)(?: (?:hai|abbiamo|conosci|ci sono|sono (?:disponibili|caricati)))?$"
    r"|^(?:quais|que|quantos|liste|mostre)(?: sao)?(?: todos)?(?: os)? (?:arquivos|ficheiros|documentos)(?: (?:voce tem|tens|tem|temos|existem|ha|(?:estao )?disponiveis))?$"
    r"|^(?:welke|hoeveel|toon|geef)(?: alle)? (?:bestanden|documenten)(?: (?:heb je|heeft u|hebben we|zijn er|zijn beschikbaar))?$"
    r"|^(?:jakie|wymien|pokaz|ile)(?: wszystkie)?(?: masz| sa| jest)? (?:pliki|plikow|dokumenty|dokumentow)(?: (?:masz|mamy|sa|jest|sa dostepne))?$"
    r"|^(?:vilka|hur manga|visa|lista)(?: alla)? (?:filer|dokument)(?: (?:har du|finns(?: det)?))?$"
    r"|^(?:какие|сколько|покажи|перечисли)(?: все)? (?:фаилы|фаилов|документы|документов)(?: (?:у (?:тебя|вас|нас) есть|есть|загружены|загружено|доступны|ты знаешь))?$"
    r"|^(?:请)?(?:你)?(?:有|列出|显示|一共有)?(?:哪些|什么|所有|全部|多少个?)(?:的)?(?:文件|文档|资料)$"
    r"|^(?:とのような|とんな|全ての|すへての)?(?:ファイル|文書|トキュメント)(?:か|は)?(?:ありますか|何かありますか|いくつありますか|一覧|の一覧)$"
)
COUNTS_ELSEWHERE = re.compile(r"^(?:quanti|quantos|hoeveel|ile|hur manga|сколько)\b|多少|いくつ")
# Which document a question means by its number, beside the first, which is the oldest.
ORDINALS = {
    word: number
    for number, words in enumerate(("second zweite zweiten deuxieme second segundo", "third dritte dritten troisieme tercer", "fourth vierte vierten quatrieme cuarto"), 1)
    for word in words.split()
}  # fmt: skip
LANGUAGES = (_ENGLISH, _GERMAN, _FRENCH, _SPANISH)

NEWEST = _words("changed geandert neue neuer newest latest recent recently lately last new neueste neuesten neuestes neuste neu neues zuletzt letzte letzten recent recents dernier derniers nouveaux nouveau neuf ultimo ultimos reciente recientes nuevo nuevos novedades news")  # fmt: skip
OLDEST = _words(
    "oldest first earliest alteste altesten erste ersten ancien anciens premier premiers antiguo antiguos primero primeros"
)
LARGEST = _words(
    "sizes largest biggest longest grosste grossten langste plus grand gros grande grandes mayor mayores"
)
SMALLEST = _words("smallest shortest kleinste kleinsten kurzeste petit petits pequeno pequenos menor menores")
COUNTS = re.compile(
    r"\b(?:many|number of|count|viele|wieviele|anzahl|combien|nombre de|cuant[oa]s|numero de)\b"
)
# Verbs and glue of requests for summaries: no file is meant by them.
GLUE = _words(
    "summarise summarize summary summaries sum up outline recap condense tldr overview gist synopsis main key points takeaways highlights give write "
    "make show get provide create prepare need want short brief briefly concise quick detailed please for about on for with to compare contrast "
    "difference differences between differ differs vs versus how say says word term text phrase our contents content in sentence sentences paragraph paragraphs line lines everything all words bullet bullets one two three four five "
    "fasse fass zusammen zusammenfassen zusammenfassung kurzfassung kurz kurze uberblick ubersicht kernaussagen hauptpunkte inhalt inhalts gib "
    "vergleiche vergleich unterschied unterschiede zwischen worum geht steht mit fur und oder thema wort erstelle schreibe satz satzen alles "
    "resume resumer resumez synthese apercu vue ensemble points cles principaux fais faites ecris compare comparez entre quoi parle un une moi nous et tout phrase phrases "
    "stands stehen sagt dice dicen dit contient einen einer einem eines uber zu zum zur sur sobre acerca tl dr "
    "resumen resumir resumeme sintesis vision general puntos clave dame haz hazme todo frase frases compara comparar diferencia diferencias entre trata un una o y"
)
FILLERS = frozenset[str]().union(*(language.fillers | language.asks for language in LANGUAGES)) | GLUE
# Words for all documents together, and those of more than one.
WHEN = _words("when wann quand cuando")
UPLOADED = _words(
    "uploaded upload added hochgeladen hinzugefugt hinzugekommen dazugekommen ajoute ajoutes subido subidos anadido anadidos agregado"
)
COLLECTIONS = _words(
    "library collection knowledge store database wissensbasis wissensdatenbank sammlung bibliothek bibliotheque biblioteca coleccion base"
)
PLURALS = _words(
    "files documents docs uploads sources dateien dokumente dokumenten fichiers archivos ficheros documentos"
)
NOUNS = frozenset[str]().union(*(language.nouns for language in LANGUAGES))
# Whoever asks for a list of files uses one of these words.
OF_FILES = NOUNS | UPLOADED | KINDS.keys()
