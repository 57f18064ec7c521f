"""Units of numbers by the words and signs that they are written as, in many languages. Pure data."""

from app.answering.support.polarity import word_set

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
    "times": "times mal fois vez veces volte vezes keer razy раза раз",
    "ms": "ms millisecond milliseconds millisekunden milliseconde millisecondes milisegundos millisecondi миллисекунд",
    "μs": "μs microsecond microseconds mikrosekunden",
    "quarter": "quarter quarters quartal quartale trimestre trimestres",
    "km": "km kmh kph kilometre kilometres kilometer kilometers kilomètre kilomètres километр километров kilometr kilometry kilometrów كيلومتر",
    "mile": "mile miles mph meile meilen",
    "m": "metre metres meter meters mètre mètres метр метра метров metr metry metrów متر",
    "cm": "cm centimetre centimetres centimeter centimeters zentimeter",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "kg": "kg kilogram kilograms kilogramm kilo kilos килограмм килограммов",
    "g": "g gram grams gramm grammes грамм",
    "mg": "mg milligram milligrams milligramm milligrammes miligramos milligrammi миллиграмм",
    "μg": "μg mcg microgram micrograms mikrogramm microgrammes microgramos microgrammi микрограмм",
    "t": "tonne tonnes ton tons tonnen toneladas tonnellate тонн",
    "lb": "lb lbs",
    "oz": "oz ounce ounces unze unzen",
    "l": "l litre litres liter liters литр литров",
    "ml": "ml millilitre millilitres milliliter milliliters миллилитров",
    "cl": "cl centilitres centiliters",
    "gallon": "gallon gallons gallonen",
    "pint": "pint pints",
    "inch": "inch inches zoll pouces pulgadas pollici дюймов",
    "foot": "ft foot feet",
    "yard": "yard yards",
    "m2": "m2 sqm qm quadratmeter",
    "km2": "km2",
    "m3": "m3",
    "hectare": "ha hectare hectares hektar hectáreas ettari гектаров",
    "acre": "acre acres",
    "knot": "knots knoten",
    "w": "w watt watts",
    "kw": "kw kilowatt kilowatts",
    "mw": "mw megawatt megawatts",
    "kwh": "kwh kilowattstunden",
    "mwh": "mwh",
    "v": "v volt volts",
    "kv": "kv kilovolt",
    "mv": "mv millivolt",
    "a": "ampere amperes amps",
    "ma": "ma milliampere",
    "hz": "hz hertz",
    "khz": "khz kilohertz",
    "mhz": "mhz megahertz",
    "ghz": "ghz gigahertz",
    "pa": "pascal",
    "kpa": "kpa",
    "bar": "bar",
    "psi": "psi",
    "mmhg": "mmhg",
    "db": "db decibel decibels dezibel",
    "kcal": "kcal kilocalories kilokalorien",
    "kj": "kj kilojoule kilojoules",
    "ppm": "ppm",
    "rpm": "rpm",
    "kbit": "kbit kbps",
    "mbit": "mbit mbps",
    "gbit": "gbit gbps",
    "kb": "kb kib kilobyte kilobytes",
    "mb": "mb mib megabyte megabytes",
    "gb": "gb gib gigabyte gigabytes",
    "tb": "tb tib terabyte terabytes",
    "celsius": "celsius °c",
    "fahrenheit": "fahrenheit °f",
    "kelvin": "kelvin",
}

# Of units that measure the same: what each is in the family's smallest. A month has no fixed number of days.
FAMILIES = {
    "μs": ("time", 1e-6), "ms": ("time", 1e-3), "second": ("time", 1), "minute": ("time", 60), "hour": ("time", 3_600),
    "day": ("time", 86_400), "week": ("time", 604_800), "month": ("months", 1), "quarter": ("months", 3), "year": ("months", 12),
    "mm": ("length", 1), "cm": ("length", 10), "m": ("length", 1_000), "km": ("length", 1_000_000),
    "inch": ("feet", 1), "foot": ("feet", 12), "yard": ("feet", 36),
    "μg": ("mass", 1e-3), "mg": ("mass", 1), "g": ("mass", 1_000), "kg": ("mass", 1_000_000), "t": ("mass", 1_000_000_000),
    "ml": ("volume", 1), "cl": ("volume", 10), "l": ("volume", 1_000), "m2": ("area", 1), "hectare": ("area", 10_000), "km2": ("area", 1_000_000),
    "w": ("power", 1), "kw": ("power", 1_000), "mw": ("power", 1_000_000), "kwh": ("energy", 1), "mwh": ("energy", 1_000),
    "mv": ("voltage", 1), "v": ("voltage", 1_000), "kv": ("voltage", 1_000_000), "ma": ("current", 1), "a": ("current", 1_000),
    "hz": ("frequency", 1), "khz": ("frequency", 1_000), "mhz": ("frequency", 1_000_000), "ghz": ("frequency", 1_000_000_000),
    "kb": ("bytes", 1), "mb": ("bytes", 1_000), "gb": ("bytes", 1_000_000), "tb": ("bytes", 1_000_000_000),
    "kbit": ("bits", 1), "mbit": ("bits", 1_000), "gbit": ("bits", 1_000_000),
}  # fmt: skip
UNITS = {word: unit for unit, words in _UNITS.items() for word in words.split()}
# Behind a number in Chinese and Japanese.
UNIT_CHARACTERS = {
    "年": "year", "月": "month", "個月": "month", "个月": "month", "か月": "month", "ヶ月": "month", "カ月": "month",
    "天": "day", "日": "day", "周": "week", "週": "week", "小时": "hour", "小時": "hour", "時間": "hour",
    "分钟": "minute", "分": "minute", "秒": "second", "元": "yuan", "円": "jpy", "欧元": "eur", "ユーロ": "eur",
    "美元": "usd", "ドル": "usd", "公里": "km", "公斤": "kg", "パーセント": "%",
}  # fmt: skip
# "5 square metres" are 5 m2.
POWERS = {"square": "2", "sq": "2", "cubic": "3"}
DEGREES = word_set("° degree degrees grad degré degrés grados gradi graus градусов stopni")
# These letters are units only as capitals: "5 V", and not "5 v 3".
CAPITALS = frozenset(["w", "v"])

# What happens so often, or costs so much for so long.
_PERIODICAL = {
    "hour": "hourly stündlich horaire ежечасно",
    "day": "daily täglich tägliche täglichen täglicher tägliches quotidien quotidienne quotidiennement diario diaria diarios diarias "
    "diariamente giornaliero giornaliera quotidianamente diário diária dagelijks dagelijkse codziennie codzienny dziennie ежедневно "
    "ежедневный ежедневная يوميا",
    "week": "weekly wöchentlich wöchentliche wöchentlichen hebdomadaire hebdomadaires semanal semanales semanalmente settimanale "
    "settimanali settimanalmente wekelijks wekelijkse tygodniowo cotygodniowo tygodniowy еженедельно еженедельный أسبوعيا",
    "month": "monthly monatlich monatliche monatlichen monatlicher mensuel mensuelle mensuels mensuelles mensuellement mensual "
    "mensuales mensualmente mensile mensili mensilmente mensal mensais mensalmente maandelijks maandelijkse miesięcznie miesięczny "
    "miesięczna miesięczne ежемесячно ежемесячный ежемесячная شهريا",
    "quarter": "quarterly vierteljährlich vierteljährliche quartalsweise trimestriel trimestrielle trimestral trimestrale kwartalnie ежеквартально",
    "year": "yearly annual annually annum jährlich jährliche jährlichen jährlicher annuel annuelle annuels annuelles annuellement anual "
    "anuales anualmente annuale annuali annuo annua annui annualmente anuais jaarlijks jaarlijkse rocznie roczny roczna roczne corocznie ежегодно "
    "ежегодный годовой годовая سنويا",
}  # fmt: skip
PERIODICAL = {word: period for period, words in _PERIODICAL.items() for word in words.split()}
PERIODS = frozenset(["second", "minute", *_PERIODICAL])
PER = word_set(
    "per pro je par por cada chaque ogni each every jede jeden jeder jedes jedem elke elk każdy każdego każda co "
    "каждый каждую каждое لكل كل"
)
# Only behind an amount: "40 euros a month", "twice a day".
PER_BEHIND_AN_AMOUNT = word_set("a an the al im am in alla w na в за ao à")
TIMES = word_set(
    "once twice thrice times einmal zweimal dreimal mal fois vez veces volta volte vezes keer razy raz раз раза"
)
# Units that hold a period.
PERIODS_OF = {
    "mph": "hour",
    "kmh": "hour",
    "kph": "hour",
    "kbps": "second",
    "mbps": "second",
    "gbps": "second",
    "rpm": "minute",
}
