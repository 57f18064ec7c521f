"""The names of months, in small letters."""

from app.core.folding import folded

_NAMES = {
    1: "january januar jänner janvier enero gennaio janeiro januari января январь jan stycznia styczeń styczniu يناير",
    2: "february februar février febrero febbraio fevereiro februari февраля февраль feb lutego luty lutym فبراير",
    3: "march märz mars marzo março maart марта март mar marca marzec marcu مارس",
    4: "april avril abril aprile апреля апрель apr kwietnia kwiecień kwietniu أبريل",
    5: "may mai mayo maggio maio mei maj мая май maja maju مايو",
    6: "june juni juin junio giugno junho июня июнь jun czerwca czerwiec czerwcu يونيو",
    7: "july juli juillet julio luglio julho июля июль jul lipca lipiec lipcu يوليو",
    8: "august août agosto augustus augusti августа август aug sierpnia sierpień sierpniu أغسطس",
    9: "september septembre septiembre settembre setembro сентября сентябрь sep sept września wrzesień wrześniu سبتمبر",
    10: "october oktober octobre octubre ottobre outubro октября октябрь oct okt października październik październiku أكتوبر",
    11: "november novembre noviembre novembro ноября ноябрь nov listopada listopad listopadzie نوفمبر",
    12: "december dezember décembre diciembre dicembre dezembro декабря декабрь dec dez grudnia grudzień grudniu ديسمبر",
}
MONTH_OF = {name: month for month, names in _NAMES.items() for name in names.split()}
FOLDED_MONTH_OF = {folded(name): month for name, month in MONTH_OF.items()}
