"""Numbers that are written as words, and the names of months and units, in many languages. Pure data."""

from collections.abc import Mapping
from typing import TypeVar

from app.core.months import MONTH_OF

_Meaning = TypeVar("_Meaning")

_SPELLED = {
    2: "two zwei deux dos due dois duas twee två to две два двух اثنان two dwa dwie dwóch",
    3: "three drei trois tres tre três drie tre три трёх трех ثلاثة ثلاث trzy trzech",
    4: "four vier quatre cuatro quattro quatro vier fyra fire четыре четырёх أربعة أربع cztery czterech",
    5: "five fünf cinq cinco cinque vijf fem пять пяти خمسة خمس pięć pięciu",
    6: "six sechs seis sei zes sex seks шесть шести ستة ست sześć sześciu",
    7: "seven sieben sept siete sette sete zeven sju syv семь семи سبعة سبع siedem siedmiu",
    8: "eight acht huit ocho otto oito åtta otte åtte восемь восьми ثمانية ثماني osiem ośmiu",
    9: "nine neun neuf nueve nove negen nio ni девять девяти تسعة تسع dziewięć dziewięciu",
    10: "ten zehn dix diez dieci dez tien tio ti десять десяти عشرة عشر dziesięć dziesięciu",
    11: "eleven elf onze once undici onze elva elleve одиннадцать jedenaście",
    12: "twelve zwölf douze doce dodici doze twaalf tolv двенадцать двенадцати dwanaście dwunastu",
    13: "thirteen dreizehn treize trece tredici treze dertien tretton trzynaście",
    14: "fourteen vierzehn quatorze catorce quattordici veertien fjorton четырнадцать czternaście czternastu",
    15: "fifteen fünfzehn quinze quince quindici vijftien femton пятнадцать piętnaście",
    16: "sixteen sechzehn seize dieciséis sedici zestien sexton szesnaście",
    17: "seventeen siebzehn diecisiete diciassette zeventien sjutton siedemnaście",
    18: "eighteen achtzehn dieciocho diciotto achttien arton osiemnaście",
    19: "nineteen neunzehn diecinueve diciannove negentien nitton dziewiętnaście",
    20: "twenty zwanzig vingt veinte venti vinte twintig tjugo двадцать двадцати عشرون عشرين dwadzieścia dwudziestu",
    30: "thirty dreißig trente treinta trenta trinta dertig trettio тридцать тридцати ثلاثون ثلاثين trzydzieści trzydziestu",
    40: "forty vierzig quarante cuarenta quaranta quarenta veertig сорок أربعون أربعين czterdzieści",
    50: "fifty fünfzig cinquante cincuenta cinquanta cinquenta vijftig пятьдесят خمسون خمسين pięćdziesiąt",
    60: "sixty sechzig soixante sesenta sessanta sessenta zestig шестьдесят ستون ستين sześćdziesiąt",
    70: "seventy siebzig setenta settanta zeventig семьдесят سبعون سبعين siedemdziesiąt",
    80: "eighty achtzig ochenta ottanta oitenta tachtig восемьдесят ثمانون ثمانين osiemdziesiąt",
    90: "ninety neunzig noventa novanta negentig девяносто تسعون تسعين dziewięćdziesiąt",
    100: "hundred hundert cent cien cento cem honderd hundra сто مئة مائة sto",
}
_SCALES = {
    1e2: "hundred hundert honderd",
    1e3: "thousand tausend mille mil mila duizend tusen тысяч тысячи тысяча тыс k ألف tysiąc tysiące tysięcy tys",
    1e6: "million millions millionen mio millón millones milione milioni milhão milhões miljoen miljoner mln млн миллион "
    "миллиона миллионов m mn milion miliony milionów مليون",
    1e9: "billion billions milliarde milliarden mrd milliard milliards miljard млрд миллиард миллиарда миллиардов bn miliardy miliardów miliard مليار",
    1e12: "trillion trillions",
}
_UNITS = {
    "%": "% percent percents prozent pourcent porciento процент процента процентов pct 百分 procent procenty procenta",
    "eur": "€ euro euros eur евро يورو",
    "usd": "$ dollar dollars usd доллар доллара долларов دولار",
    "gbp": "£ pound pounds gbp",
    "jpy": "¥ yen jpy",
    "pln": "zł złoty złote złotych pln",
    "chf": "chf franken franc francs",
    "rub": "₽ рубль рубля рублей руб",
    "second": "second seconds sekunde sekunden seconde secondes segundo segundos секунд секунды sec s sekunda sekundy sekund ثانية ثوان",
    "minute": "minute minutes minuten minuto minutos minuti минут минуты min mins minuta minuty minut دقيقة دقائق",
    "hour": "hour hours stunde stunden heure heures hora horas ora ore uur час часа часов hr hrs h ساعة ساعات godzina godziny godzin",
    "day": "day days tag tage tagen jour jours día días giorno giorni dia dias dag dagen день дня дней يوم أيام dzień dni",
    "week": "week weeks woche wochen semaine semaines semana semanas settimana settimane weken неделя недели недель أسبوع tydzień tygodnie tygodni tygodniu أسابيع",
    "month": "month months monat monate monaten mois mes meses mese mesi mês maand maanden месяц месяца месяцев شهر أشهر miesiąc miesiące miesięcy miesiąca شهرا شهور",
    "year": "year years jahr jahre jahren an ans année années año años anno anni ano anos jaar год года лет سنة سنوات rok roku lata lat",
    "km": "km kilometre kilometres kilometer kilometers kilomètre kilomètres километр километров kilometr kilometry kilometrów كيلومتر",
    "mile": "mile miles meile meilen",
    "m": "metre metres meter meters mètre mètres метр метра метров metr metry metrów متر",
    "cm": "cm centimetre centimetres centimeter centimeters zentimeter",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "kg": "kg kilogram kilograms kilogramm kilo kilos килограмм килограммов",
    "g": "g gram grams gramm grammes грамм",
    "mg": "mg milligram milligrams milligramm",
    "l": "l litre litres liter liters литр литров",
    "kb": "kb kilobyte kilobytes",
    "mb": "mb megabyte megabytes",
    "gb": "gb gigabyte gigabytes",
    "tb": "tb terabyte terabytes",
    "celsius": "celsius °c",
    "fahrenheit": "fahrenheit °f",
}

# Of units that measure the same: what each is in the family's smallest. A month has no fixed number of days.
FAMILIES = {
    "second": ("time", 1), "minute": ("time", 60), "hour": ("time", 3_600), "day": ("time", 86_400), "week": ("time", 604_800),
    "month": ("months", 1), "year": ("months", 12), "mm": ("length", 1), "cm": ("length", 10), "m": ("length", 1_000),
    "km": ("length", 1_000_000), "mg": ("mass", 1), "g": ("mass", 1_000), "kg": ("mass", 1_000_000),
}  # fmt: skip
# The number behind them is a name: version 2.10 is not version 2.1.
NAMED_BY_NUMBER = frozenset(
    ("version", "release", "section", "chapter", "clause", "article", "kapitel", "abschnitt", "chapitre", "versión", "версия")
)  # fmt: skip


def _by_word(table: Mapping[_Meaning, str]) -> dict[str, _Meaning]:
    return {word: meaning for meaning, words in table.items() for word in words.split()}


SPELLED = _by_word(_SPELLED)
SCALES = _by_word(_SCALES)
MONTHS = MONTH_OF
UNITS = _by_word(_UNITS)
MEASURES = SPELLED.keys() | MONTHS.keys() | UNITS.keys()
# Behind a number in Chinese and Japanese.
UNIT_CHARACTERS = {
    "年": "year", "月": "month", "個月": "month", "个月": "month", "か月": "month", "ヶ月": "month", "カ月": "month",
    "天": "day", "日": "day", "周": "week", "週": "week", "小时": "hour", "小時": "hour", "時間": "hour",
    "分钟": "minute", "分": "minute", "秒": "second", "元": "yuan", "円": "jpy", "欧元": "eur", "ユーロ": "eur",
    "美元": "usd", "ドル": "usd", "公里": "km", "公斤": "kg", "パーセント": "%",
}  # fmt: skip
# In these languages the words are mostly something else: "due to", "seize", "fire", "sei ruhig".
_ELSEWHERE = {
    "due": "eng", "dos": "eng deu", "sei": "deu por", "sex": "eng deu nld dan nob", "seize": "eng", "fire": "eng",
    "elf": "eng", "cent": "eng deu", "mil": "eng deu", "mille": "eng deu", "sept": "eng deu", "dix": "eng deu",
    "otto": "eng deu", "nove": "eng", "venti": "eng", "neuf": "eng", "dez": "deu", "sexton": "eng", "tres": "eng", "tre": "eng",
    "sete": "eng", "sette": "eng", "fem": "eng", "quattro": "eng deu", "six": "deu", "vier": "fra eng", "elva": "eng",
    "sto": "ita deu eng",
}  # fmt: skip
# A short word such as "m" or "to" is a number's neighbour by chance as well: it counts only right behind digits.
SUFFIX_ONLY = frozenset(["m", "k", "s", "h", "g", "l", "to", "ti", "ni", "an", "once"])
HAN_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "兩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
HAN_SCALES = {
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "萬": 10_000,
    "亿": 100_000_000,
    "億": 100_000_000,
}


def spelled(word: str, language: str) -> int | None:
    """Return the number that a folded word is in a language, None for a word that is none."""
    number = SPELLED.get(word)
    return None if number is None or language in _ELSEWHERE.get(word, "").split() else number
