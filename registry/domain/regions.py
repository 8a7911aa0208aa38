"""Regions of the countries whose bodies publish at that level, by their ISO 3166-2 codes.

Only the countries listed here are checked against a closed set; the codes are those without the
country's prefix.
"""

from typing import Final

REGIONS: Final[dict[str, frozenset[str]]] = {
    country: frozenset(codes.split())
    for country, codes in {
        "AT": "1 2 3 4 5 6 7 8 9",
        "AU": "ACT NSW NT QLD SA TAS VIC WA",
        "BE": "BRU VLG WAL VAN VBR VLI VOV VWV WBR WHT WLG WLX WNA",
        "BR": "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO",
        "CA": "AB BC MB NB NL NS NT NU ON PE QC SK YT",
        "CH": "AG AI AR BE BL BS FR GE GL GR JU LU NE NW OW SG SH SO SZ TG TI UR VD VS ZG ZH",
        "DE": "BB BE BW BY HB HE HH MV NI NW RP SH SL SN ST TH",
        "ES": (
            "AN AR AS CB CE CL CM CN CT EX GA IB MC MD ML NC PV RI VC A AB AL AV B BA BI BU C CA "
            "CC CO CR CS CU GC GI GR GU H HU J L LE LO LU M MA MU NA O OR P PM PO S SA SE SG SO "
            "SS T TE TF TO V VA VI Z ZA"
        ),
        "GB": "ENG NIR SCT WLS GBN UKM EAW",
        "IT": (
            "21 23 25 32 34 36 42 45 52 55 57 62 65 67 72 75 77 78 82 88 AG AL AN AO AP AQ AR AT "
            "AV BA BG BI BL BN BO BR BS BT BZ CA CB CE CH CL CN CO CR CS CT CZ EN FC FE FG FI FM "
            "FR GE GO GR IM IS KR LC LE LI LO LT LU MB MC ME MI MN MO MS MT NA NO NU OR PA PC PD "
            "PE PG PI PN PO PR PT PU PV PZ RA RC RE RG RI RM RN RO SA SI SO SP SR SS SU SV TA TE "
            "TN TO TP TR TS TV UD VA VB VC VE VI VR VT VV"
        ),
        "US": (
            "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV "
            "NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR UM "
            "VI"
        ),
    }.items()
}
"""Country → its region codes: provinces, states, Länder, cantons, nations, communities.

Of the United Kingdom only the nations and their unions are listed, not the councils.
"""

_US_STATES: Final = (
    "alabama:AL alaska:AK arizona:AZ arkansas:AR california:CA colorado:CO connecticut:CT "
    "delaware:DE florida:FL georgia:GA hawaii:HI idaho:ID illinois:IL indiana:IN iowa:IA kansas:KS "
    "kentucky:KY louisiana:LA maine:ME maryland:MD massachusetts:MA michigan:MI minnesota:MN "
    "mississippi:MS missouri:MO montana:MT nebraska:NE nevada:NV new_hampshire:NH new_jersey:NJ "
    "new_mexico:NM new_york:NY north_carolina:NC north_dakota:ND ohio:OH oklahoma:OK oregon:OR "
    "pennsylvania:PA rhode_island:RI south_carolina:SC south_dakota:SD tennessee:TN texas:TX "
    "utah:UT vermont:VT virginia:VA washington:WA west_virginia:WV wisconsin:WI wyoming:WY"
)
US_STATES: Final[dict[str, str]] = {
    entry[:-3].replace("_", " "): entry[-2:] for entry in _US_STATES.split()
}
"""Name of a state in lower case → its code without the prefix."""
