"""Numbers that are written as words, and the names of months, in many languages. Pure data."""

from collections.abc import Mapping
from typing import TypeVar

from app.answering.support.polarity import word_set
from app.core.months import MONTH_OF

_Meaning = TypeVar("_Meaning")

_SPELLED = {
    1.5: "anderthalb eineinhalb",
    2.5: "zweieinhalb",
    3.5: "dreieinhalb",
    4.5: "viereinhalb",
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
    12: "dozen dutzend douzaine docena dozzina twelve zwölf douze doce dodici doze twaalf tolv двенадцать двенадцати dwanaście dwunastu",
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
_ORDINALS = {
    2: "second zweite zweiten zweiter zweites deuxième seconde segundo segunda secondo seconda tweede второй вторая второго drugi druga",
    3: "third dritte dritten dritter drittes troisième tercer tercera tercero terzo terza terceiro terceira derde третий третья третьего trzeci trzecia",
    4: "fourth vierte vierten vierter viertes quatrième cuarto cuarta quarto quarta vierde четвёртый четвертый четвёртая czwarty czwarta",
    5: "fifth fünfte fünften fünfter fünftes cinquième quinto quinta vijfde пятый пятая piąty piąta",
    6: "sixth sechste sechsten sechster sechstes sixième sexto sexta sesto sesta zesde шестой шестая szósty szósta",
    7: "seventh siebte siebten siebter siebtes septième séptimo séptima settimo settima sétimo zevende седьмой седьмая siódmy siódma",
    8: "eighth achten achter achtes huitième octavo octava ottavo ottava oitavo восьмой восьмая ósmy ósma",
    9: "ninth neunte neunten neunter neuntes neuvième noveno novena nono nona negende девятый девятая",
    10: "tenth zehnte zehnten zehnter zehntes dixième décimo décima decimo decima tiende десятый десятая",
    11: "eleventh elfte elften onzième", 12: "twelfth zwölfte zwölften douzième",
}  # fmt: skip
_SCALES = {
    12: "dozen dutzend",
    1e2: "hundred hundert honderd",
    1e3: "thousand tausend mille mil mila duizend tusen тысяч тысячи тысяча тыс k ألف tysiąc tysiące tysięcy tys",
    1e6: "million millions millionen mio millón millones milione milioni milhão milhões miljoen miljoner mln млн миллион "
    "миллиона миллионов m mn milion miliony milionów مليون",
    1e9: "billion billions milliarde milliarden mrd milliard milliards miljard млрд миллиард миллиарда миллиардов bn miliardy miliardów miliard مليار",
    1e12: "trillion trillions",
}
# The number behind them is a name: version 2.10 is not version 2.1.
NAMED_BY_NUMBER = word_set(
    "version release section chapter clause article kapitel abschnitt chapitre versión версия"
)


def _by_word(table: Mapping[_Meaning, str]) -> dict[str, _Meaning]:
    return {word: meaning for meaning, words in table.items() for word in words.split()}


SPELLED = _by_word(_SPELLED)
SCALES = _by_word(_SCALES)
MONTHS = MONTH_OF
ORDINALS = _by_word(_ORDINALS)
ROMAN = {"II": 2, "III": 3, "IV": 4, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "XI": 11, "XII": 12}
# A single letter is a number only behind such a word: "World War I".
ROMAN_LETTERS = {"I": 1, "V": 5, "X": 10}
NUMBERED = word_set("war part phase type class chapter article title volume grade stage level tier annex")
# In these languages the words are mostly something else: "due to", "seize", "fire", "sei ruhig".
_ELSEWHERE = {
    "due": "eng", "dos": "eng deu", "sei": "deu por", "sex": "eng deu nld dan nob", "seize": "eng", "fire": "eng",
    "elf": "eng", "cent": "eng deu", "mil": "eng deu", "mille": "eng deu", "sept": "eng deu", "dix": "eng deu",
    "otto": "eng deu", "nove": "eng", "venti": "eng", "neuf": "eng", "dez": "deu", "sexton": "eng", "tres": "eng", "tre": "eng",
    "sete": "eng", "sette": "eng", "fem": "eng", "quattro": "eng deu", "six": "deu", "vier": "fra eng", "elva": "eng",
    "sto": "ita deu eng",
}  # fmt: skip
# A short word such as "m" or "to" is a number's neighbour by chance as well: it counts only right behind digits.
SUFFIX_ONLY = word_set("m k s h g l to ti ni an once")
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


def spelled(word: str, language: str) -> float | None:
    """Return the number that a folded word is in a language, None for a word that is none."""
    number = SPELLED.get(word)
    return None if number is None or language in _ELSEWHERE.get(word, "").split() else number
