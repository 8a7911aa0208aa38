"""Names of ISO 3166-2 regions, as each region writes its own; CLDR in Babel has none of them.

Regions that are not here are shown by their code.
"""

from typing import Final

_BY_COUNTRY: Final = {
    "AU": "ACT Australian Capital Territory|NSW New South Wales|NT Northern Territory|"
    "QLD Queensland|SA South Australia|TAS Tasmania|VIC Victoria|WA Western Australia",
    "BE": "BRU Brussels|VLG Vlaanderen|WAL Wallonie",
    "CA": "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|"
    "NL Newfoundland and Labrador|NS Nova Scotia|NT Northwest Territories|NU Nunavut|ON Ontario|"
    "PE Prince Edward Island|QC Québec|SK Saskatchewan|YT Yukon",
    "CH": "AG Aargau|AI Appenzell Innerrhoden|AR Appenzell Ausserrhoden|BE Bern|"
    "BL Basel-Landschaft|BS Basel-Stadt|FR Fribourg|GE Genève|GL Glarus|GR Graubünden|JU Jura|"
    "LU Luzern|NE Neuchâtel|NW Nidwalden|OW Obwalden|SG St. Gallen|SH Schaffhausen|SO Solothurn|"
    "SZ Schwyz|TG Thurgau|TI Ticino|UR Uri|VD Vaud|VS Valais|ZG Zug|ZH Zürich",
    "DE": "BB Brandenburg|BE Berlin|BW Baden-Württemberg|BY Bayern|HB Bremen|HE Hessen|"
    "HH Hamburg|MV Mecklenburg-Vorpommern|NI Niedersachsen|NW Nordrhein-Westfalen|"
    "RP Rheinland-Pfalz|SH Schleswig-Holstein|SL Saarland|SN Sachsen|ST Sachsen-Anhalt|"
    "TH Thüringen",
    "ES": "AN Andalucía|AR Aragón|AS Asturias|CB Cantabria|CL Castilla y León|"
    "CM Castilla-La Mancha|CN Canarias|CT Catalunya|EX Extremadura|GA Galicia|IB Illes Balears|"
    "MC Murcia|MD Madrid|NC Navarra|PV Euskadi|RI La Rioja|VC Comunitat Valenciana",
    "GB": "ENG England|NIR Northern Ireland|SCT Scotland|WLS Wales",
    "IT": "21 Piemonte|23 Valle d’Aosta|25 Lombardia|32 Trentino-Alto Adige|34 Veneto|"
    "36 Friuli-Venezia Giulia|42 Liguria|45 Emilia-Romagna|52 Toscana|55 Umbria|57 Marche|"
    "62 Lazio|65 Abruzzo|67 Molise|72 Campania|75 Puglia|77 Basilicata|78 Calabria|82 Sicilia|"
    "88 Sardegna",
    "US": "AK Alaska|AL Alabama|AR Arkansas|AZ Arizona|CA California|CO Colorado|CT Connecticut|"
    "DC District of Columbia|DE Delaware|FL Florida|GA Georgia|HI Hawaii|IA Iowa|ID Idaho|"
    "IL Illinois|IN Indiana|KS Kansas|KY Kentucky|LA Louisiana|MA Massachusetts|MD Maryland|"
    "ME Maine|MI Michigan|MN Minnesota|MO Missouri|MS Mississippi|MT Montana|NC North Carolina|"
    "ND North Dakota|NE Nebraska|NH New Hampshire|NJ New Jersey|NM New Mexico|NV Nevada|"
    "NY New York|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|PR Puerto Rico|RI Rhode Island|"
    "SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VA Virginia|VT Vermont|"
    "WA Washington|WI Wisconsin|WV West Virginia|WY Wyoming",
}
REGIONS: Final[dict[str, str]] = {
    f"{country}-{entry.partition(' ')[0]}": entry.partition(" ")[2]
    for country, entries in _BY_COUNTRY.items()
    for entry in entries.split("|")
}
