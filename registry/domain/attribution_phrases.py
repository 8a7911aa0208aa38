# ruff: noqa: E501 - a pattern is read best in one piece
"""The phrases by which people name where code comes from, in sixteen languages.

A phrase has an id, a language, a literal that must stand in a text before the pattern is tried,
and a pattern whose group `target`, or else what follows, names the source. All patterns are
bounded: a hostile text costs time in proportion to its length.
"""

import re
from typing import Final, NamedTuple

# Ids of phrases that say that code was taken; the others give thanks or name an idea.
REUSE: Final = frozenset(
    {
        "adapted_from", "based_on", "built_on", "code_from", "copied_from", "derived_from",
        "developed_by", "forked_from", "mirror_of", "ported_from",
    }
)  # fmt: skip
RANK: Final = (
    "forked_from", "mirror_of", "copied_from", "adapted_from", "derived_from", "ported_from",
    "code_from", "based_on", "developed_by", "built_on", "inspired_by", "thanks_to",
)  # fmt: skip


class Phrase(NamedTuple):
    """A way to name a source; texts are searched by `pattern` where `anchor` stands in them."""

    id: str
    lang: str
    anchor: str
    pattern: re.Pattern[str]


def _phrase(name: str, lang: str, anchor: str, pattern: str) -> Phrase:
    return Phrase(name, lang, anchor, re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE))


_HOW = r"(?:(?:heavily|loosely|largely|mostly|directly|partly|partially|initially|originally|closely|entirely) )?"
_IN_PART = r"(?:(?:in|at least in) (?:large )?part |in whole |heavily |largely |mostly |directly |loosely |closely )?"
_THIS = (
    r"(?:this|the) (?:\w+ )?(?:repository|repo|project|codebase|code|site|website|app|application"
    r"|software|package|library|module|service|tool|version)"
)
_BY = r"(?:and [\w-]+ )?(?:by|at|for|within|inside) "
_MADE = r"(?:developed|created|written|built|designed|authored|made|published|produced|implemented)"
_OF_DE = r"(?: auf| von| aus| vom| des| der)"
_DU = r"(?:de la |de l['’]|du |des |de |d['’]|depuis |[àa] partir (?:de la |de l['’]|du |des |de |d['’]))"
_DEL = r"(?:de la |de los |de las |del |de |desde |a partir de (?:la |los |las )?|a partir del )"
_DO = r"(?:do |da |dos |das |de |a partir d[aeo]s? )"
_DAL = r"(?:dal |dalla |dallo |dagli |dall['’]|dai |da |del |della |dello |dell['’]|di )"

PHRASES: Final = (
    # English
    _phrase("forked_from", "en", "fork", rf"{_HOW}forked (?:off )?(?:from|of) "),
    _phrase("forked_from", "en", "fork", r"forks? (?:and [\w-]+ )?(?:of|from|off) "),
    _phrase("mirror_of", "en", "mirror", r"(?:is|as) (?:a |an |the )?(?:[\w-]+ ){0,2}mirror of "),
    _phrase("mirror_of", "en", "mirror", r"mirrored from "),
    _phrase(
        "copied_from", "en", "copied", r"copied (?:and [\w-]+ )?(?:over |verbatim |directly )?from "
    ),
    _phrase("copied_from", "en", "cloned", r"cloned from "),
    _phrase(
        "copied_from",
        "en",
        "of ",
        rf"{_THIS} (?:is|was|started as|began as) (?:a |an )?(?:[\w-]+ ){{0,2}}(?:copy|clone|duplicate) of ",
    ),
    _phrase(
        "adapted_from",
        "en",
        "from",
        rf"{_HOW}(?:adapted|modified|customi[sz]ed|re-?worked|repurposed) {_IN_PART}"
        r"(?:version )?from (?:and with (?:many )?thanks to )?",
    ),
    _phrase("adapted_from", "en", "adapted", r"adapted by (?:[\w&.'’-]+ ){1,6}from "),
    _phrase(
        "adapted_from", "en", "adaptation", r"(?:an? |this )(?:[\w-]+ )?adaptation (?:of|from) "
    ),
    _phrase(
        "adapted_from",
        "en",
        " version of ",
        r"(?:an? )(?:slightly |heavily )?(?:modified|adapted|customi[sz]ed|altered|patched|rebranded)"
        r" version of ",
    ),
    _phrase("derived_from", "en", "derive", rf"{_HOW}derive[sd] {_IN_PART}from "),
    _phrase("derived_from", "en", "derivative", r"derivative (?:work )?(?:of|from) "),
    _phrase("derived_from", "en", "evolved", r"evolved (?:out of|from) "),
    _phrase("derived_from", "en", "originate", r"originate[sd] (?:from|in|as) "),
    _phrase("ported_from", "en", "port", r"ported (?:over )?from "),
    _phrase("ported_from", "en", "port of", r"(?:is )?an? (?:[\w.#+-]+ ){0,2}port of "),
    _phrase(
        "code_from",
        "en",
        "code",
        r"(?:uses?|using|includes?|including|contains?|containing|incorporates?|incorporating"
        r"|re-?uses?|reusing|borrows?|borrowing|shares?) (?:[\w-]+ ){0,3}?code (?:that was |which was )?"
        r"(?:originally )?(?:taken |borrowed |copied |adapted |derived |written |developed )?(?:from|by) ",
    ),
    _phrase(
        "code_from",
        "en",
        "code of",
        r"(?:uses?|re-?uses?|incorporates?|borrows?) (?:[\w-]+ ){0,2}?(?:source )?code of ",
    ),
    _phrase(
        "code_from",
        "en",
        "from",
        r"(?:code|source|portions|parts|sections|components|files|modules|scripts?) (?:[\w-]+ ){0,4}?"
        r"(?:taken|borrowed|lifted|reused|copied|imported|extracted|sourced|come|comes) (?:[\w-]+ )?from ",
    ),
    _phrase("code_from", "en", "from", r"(?:taken|borrowed|lifted|extracted) from "),
    _phrase("based_on", "en", "based", rf"{_HOW}based {_IN_PART}(?:up)?(?:on|off|off of|from) "),
    _phrase("developed_by", "en", "original", rf"originally {_MADE} {_BY}"),
    _phrase("developed_by", "en", "by ", rf"(?:first|initially) {_MADE} {_BY}"),
    _phrase("developed_by", "en", "original", r"original (?:[\w-]+ ){0,3}(?:by|from) "),
    _phrase("built_on", "en", "top of", r"(?:built|builds|building|developed) on top of "),
    _phrase(
        "built_on",
        "en",
        "work",
        r"(?:built|builds|building|developed) (?:up)?on (?:the )?(?:[\w-]+ ){0,2}work (?:[\w-]+ ){0,2}"
        r"(?:of|by|from|at) ",
    ),
    _phrase("inspired_by", "en", "inspired", rf"{_HOW}inspired (?:by|from) "),
    _phrase("inspired_by", "en", "model", r"model(?:l?ed) (?:on|after) "),
    _phrase("thanks_to", "en", "thank", r"thanks (?:[\w-]+ ){0,3}?to "),
    _phrase("thanks_to", "en", "credit", r"credits? (?:[\w-]+ ){0,2}?to "),
    _phrase("thanks_to", "en", "courtesy", r"courtesy of "),
    # French
    _phrase("forked_from", "fr", "fork", rf"(?:fork|fork[ée]e?s?|bifurcation) {_DU}"),
    _phrase("mirror_of", "fr", "miroir", rf"(?:un |le )miroir {_DU}"),
    _phrase("copied_from", "fr", "copi", rf"(?:est une copie|copi[ée]e?s?) {_DU}"),
    _phrase("adapted_from", "fr", "adapt", rf"(?:adapt[ée]e?s?|une adaptation) {_DU}"),
    _phrase("derived_from", "fr", "riv", rf"d[ée]riv[ée]e?s? {_DU}"),
    _phrase("derived_from", "fr", "issu", rf"(?:est|sont|code) issue?s? {_DU}"),
    _phrase("ported_from", "fr", "port", rf"(?:port[ée]e?s?|un portage) {_DU}"),
    _phrase(
        "code_from",
        "fr",
        "code",
        rf"(?:utilise|r[ée]utilise|reprend|contient|inclut|int[èe]gre) (?:[\w-]+ ){{0,2}}code (?:source )?{_DU}",
    ),
    _phrase("code_from", "fr", "repris", rf"(?:repris|reprise|reprises|emprunt[ée]e?s?) {_DU}"),
    _phrase(
        "based_on",
        "fr",
        " sur ",
        r"(?:bas[ée]e?s?|fond[ée]e?s?) sur (?:le code (?:source )?(?:de la |de l['’]|du |des |de |d['’]))?(?:la |le |les |l['’])?",
    ),
    _phrase(
        "developed_by",
        "fr",
        "par ",
        r"(?:d[ée]velopp[ée]|cr[éé]{1,2}|con[çc]u|r[ée]alis[ée]|[ée]crit)e?s? (?:initialement|originellement|[àa] l['’]origine|au d[ée]part) par (?:la |le |les |l['’])?",
    ),
    _phrase(
        "developed_by",
        "fr",
        "par ",
        r"(?:initialement|originellement|[àa] l['’]origine) (?:[\w-]+ )?(?:d[ée]velopp[ée]|cr[éé]{1,2}|con[çc]u|r[ée]alis[ée]|[ée]crit)e?s? par (?:la |le |les |l['’])?",
    ),
    _phrase(
        "built_on",
        "fr",
        "appui",
        r"s['’]appuie sur (?:le code (?:source )?(?:de la |de l['’]|du |des |de |d['’]))?(?:la |le |les |l['’])?",
    ),
    _phrase("inspired_by", "fr", "inspir", rf"inspir[ée]e?s? (?:par |{_DU})"),
    _phrase(
        "thanks_to",
        "fr",
        "merci",
        r"(?:un grand )?(?:merci|remerciements?) (?:[\w-]+ ){0,2}?(?:[àa]|aux?) (?:la |l['’])?",
    ),
    # Spanish
    _phrase("forked_from", "es", "fork", rf"(?:fork|forkead[oa]s?) {_DEL}"),
    _phrase("forked_from", "es", "bifurca", rf"(?:bifurcaci[óo]n|bifurcad[oa]s?) {_DEL}"),
    _phrase("mirror_of", "es", "espejo", rf"(?:un |el )espejo {_DEL}"),
    _phrase("copied_from", "es", "copia", rf"(?:es una copia|copiad[oa]s?) {_DEL}"),
    _phrase("copied_from", "es", "clon", rf"(?:es un clon|clonad[oa]s?) {_DEL}"),
    _phrase("adapted_from", "es", "adapta", rf"(?:adaptad[oa]s?|una adaptaci[óo]n) {_DEL}"),
    _phrase("derived_from", "es", "deriva", rf"(?:derivad[oa]s?|deriva) {_DEL}"),
    _phrase("ported_from", "es", "porta", rf"portad[oa]s? {_DEL}"),
    _phrase(
        "code_from",
        "es",
        "digo",
        rf"(?:usa|utiliza|reutiliza|contiene|incluye) (?:[\w-]+ ){{0,2}}c[óo]digo (?:fuente )?{_DEL}",
    ),
    _phrase(
        "based_on",
        "es",
        "basa",
        r"(?:basad[oa]s?|se basa) en (?:el c[óo]digo (?:fuente )?de(?:l)? )?(?:el |la |los |las )?",
    ),
    _phrase(
        "developed_by",
        "es",
        "por ",
        r"(?:desarrollad|cread|escrit|construid|diseñad)[oa]s? (?:originalmente|inicialmente) por (?:el |la |los |las )?",
    ),
    _phrase(
        "developed_by",
        "es",
        "por ",
        r"(?:originalmente|inicialmente) (?:[\w-]+ )?(?:desarrollad|cread|escrit|construid|diseñad)[oa]s? por (?:el |la |los |las )?",
    ),
    _phrase("built_on", "es", "constru", r"construid[oa]s? sobre (?:el |la |los |las )?"),
    _phrase("inspired_by", "es", "inspira", r"inspirad[oa]s? (?:en|por) (?:el |la |los |las )?"),
    _phrase(
        "thanks_to",
        "es",
        "gra",
        r"(?:gracias|agradecimientos?) (?:[\w-]+ ){0,2}?al? (?:la |los |las )?",
    ),
    # Portuguese
    _phrase("forked_from", "pt", "fork", r"(?:fork|forkad[oa]s?) (?:do|da|dos|das) "),
    _phrase("forked_from", "pt", "bifurca", rf"(?:bifurcação|bifurcad[oa]s?) {_DO}"),
    _phrase("mirror_of", "pt", "espelho", rf"(?:um |o )espelho {_DO}"),
    _phrase("copied_from", "pt", "copia", rf"copiad[oa]s? {_DO}"),
    _phrase("copied_from", "pt", "cópia", rf"é uma cópia {_DO}"),
    _phrase("adapted_from", "pt", "adapta", rf"(?:adaptad[oa]s?|uma adaptação) {_DO}"),
    _phrase("derived_from", "pt", "deriva", rf"derivad[oa]s? {_DO}"),
    _phrase(
        "code_from",
        "pt",
        "código",
        rf"(?:usa|utiliza|reutiliza|contém|inclui) (?:[\w-]+ ){{0,2}}código(?:-fonte)? {_DO}",
    ),
    _phrase(
        "based_on",
        "pt",
        "basea",
        r"(?:basead[oa]s?|baseia-se|se baseia) (?:em|no|na|nos|nas|num|numa) (?:código (?:do|da|de) )?",
    ),
    _phrase(
        "developed_by",
        "pt",
        "desenvolvid",
        r"desenvolvid[oa]s? (?:originalmente|inicialmente) (?:por|pelo|pela|pelos|pelas) ",
    ),
    _phrase(
        "developed_by",
        "pt",
        "mente ",
        r"(?:originalmente|inicialmente) (?:[\w-]+ )?(?:desenvolvid|criad|escrit)[oa]s? (?:por|pelo|pela|pelos|pelas) ",
    ),
    _phrase("inspired_by", "pt", "inspirad", r"inspirad[oa]s? (?:no|na|nos|nas|pelo|pela) "),
    _phrase("thanks_to", "pt", "agradec", r"agradecimentos? (?:[\w-]+ ){0,2}?(?:a|ao|à|aos|às) "),
    # German
    _phrase("forked_from", "de", "fork", rf"(?:fork|geforkt){_OF_DE} "),
    _phrase("forked_from", "de", "abspaltung", rf"abspaltung{_OF_DE} "),
    _phrase("mirror_of", "de", "spiegel", rf"(?:ein |eine )(?:spiegel|spiegelung|mirror){_OF_DE} "),
    _phrase("copied_from", "de", "kopi", rf"(?:eine kopie|kopiert){_OF_DE} "),
    _phrase(
        "adapted_from", "de", "adapt", rf"(?:adaptiert|eine adaption|eine adaptierung){_OF_DE} "
    ),
    _phrase(
        "adapted_from",
        "de",
        "version",
        r"eine (?:angepasste|modifizierte|veränderte|überarbeitete) version (?:von|des|der) ",
    ),
    _phrase("derived_from", "de", "abgeleitet", rf"abgeleitet{_OF_DE} "),
    _phrase("ported_from", "de", "portier", rf"portiert{_OF_DE} "),
    _phrase(
        "code_from",
        "de",
        "code",
        r"(?:verwendet|nutzt|enthält|benutzt) (?:[\w-]+ ){0,3}?(?:quell)?(?:code|quelltext) (?:von|vom|aus|des|der) ",
    ),
    _phrase("code_from", "de", "übernommen", r"übernommen (?:von|vom|aus) "),
    _phrase(
        "based_on",
        "de",
        "basier",
        r"(?:basierend|basiert|basieren) (?:[\w-]+ )?auf (?:dem |der |den |einem |einer )?(?:(?:quell)?code (?:von|des|der) )?",
    ),
    _phrase(
        "based_on",
        "de",
        "auf ",
        r"auf (?:der )?(?:code-?)?(?:basis|grundlage) (?:von|vom|des|der) ",
    ),
    _phrase(
        "developed_by",
        "de",
        "ursprünglich",
        r"ursprünglich (?:entwickelt|erstellt|geschrieben|programmiert) (?:von|vom|durch) (?:der |den |dem |die |das )?",
    ),
    _phrase(
        "developed_by",
        "de",
        "ursprünglich",
        r"ursprünglich (?:von|vom|durch) (?:der |den |dem )?(?P<target>[^.;:!?]{2,120}?) (?:entwickelt|erstellt|geschrieben|programmiert)",
    ),
    _phrase("built_on", "de", "baut", r"baut auf (?:dem |der |den )?"),
    _phrase("inspired_by", "de", "inspirier", r"inspiriert (?:von|vom|durch) (?:der |dem |den )?"),
    _phrase(
        "thanks_to",
        "de",
        "dank",
        r"(?:vielen |besonderer |mit )?dank (?:[\w-]+ )?an (?:das |die |den |der )?",
    ),
    # Dutch
    _phrase("forked_from", "nl", "fork", r"(?:fork|geforkt) (?:van|vanaf|uit) (?:het |de )?"),
    _phrase("mirror_of", "nl", "spiegel", r"een (?:spiegel|mirror) van (?:het |de )?"),
    _phrase("copied_from", "nl", "kopie", r"(?:is een kopie|gekopieerd) (?:van|uit) (?:het |de )?"),
    _phrase("copied_from", "nl", "gekopieerd", r"gekopieerd (?:van|uit|vanaf) (?:het |de )?"),
    _phrase(
        "adapted_from",
        "nl",
        "versie van",
        r"een (?:aangepaste|gewijzigde|bewerkte) versie van (?:het |de )?",
    ),
    _phrase(
        "adapted_from", "nl", "bewerk", r"(?:een bewerking|bewerkt) (?:van|naar|uit) (?:het |de )?"
    ),
    _phrase("derived_from", "nl", "afgeleid", r"afgeleid (?:van|uit) (?:het |de )?"),
    _phrase(
        "code_from",
        "nl",
        "code",
        r"(?:gebruikt|bevat|hergebruikt) (?:[\w-]+ ){0,2}?(?:bron)?code (?:van|uit) (?:het |de )?",
    ),
    _phrase("code_from", "nl", "overgenomen", r"overgenomen (?:van|uit) (?:het |de )?"),
    _phrase("based_on", "nl", "gebaseerd", r"gebaseerd op (?:de (?:bron)?code van )?(?:het |de )?"),
    _phrase("based_on", "nl", "op basis van", r"op basis van (?:het |de )?"),
    _phrase(
        "developed_by",
        "nl",
        "oorspronkelijk",
        r"oorspronkelijk (?:ontwikkeld|gemaakt|geschreven|gebouwd) door (?:het |de )?",
    ),
    _phrase(
        "developed_by",
        "nl",
        "oorspronkelijk",
        r"oorspronkelijk door (?:het |de )?(?P<target>[^.;:!?]{2,120}?) (?:ontwikkeld|gemaakt|geschreven|gebouwd)",
    ),
    _phrase("inspired_by", "nl", "ïnspireerd", r"geïnspireerd (?:op|door) (?:het |de )?"),
    _phrase("thanks_to", "nl", "dank aan", r"(?:met )?dank aan (?:het |de )?"),
    # Italian
    _phrase("forked_from", "it", "fork", r"fork (?:(?:di|del|dello|della) |dell['’])"),
    _phrase("mirror_of", "it", "mirror", r"(?:un |il )mirror (?:(?:di|del|dello|della) |dell['’])"),
    _phrase(
        "copied_from",
        "it",
        "copia",
        r"(?:è una copia|copiat[oaie]) (?:dal |dalla |da |del |della |di )",
    ),
    _phrase("adapted_from", "it", "adatta", rf"(?:adattat[oaie]|un adattamento) {_DAL}"),
    _phrase("derived_from", "it", "deriva", rf"(?:derivat[oaie]|deriva) {_DAL}"),
    _phrase(
        "code_from",
        "it",
        "codice",
        rf"(?:usa|utilizza|riutilizza|contiene|include) (?:[\w-]+ ){{0,2}}codice (?:sorgente )?{_DAL}",
    ),
    _phrase(
        "based_on",
        "it",
        "basa",
        r"(?:basat[oaie]|si basa) (?:(?:su|sul|sulla|sullo|sui|sugli|sulle) |sull['’])(?:codice (?:sorgente )?(?:di|del|della) )?",
    ),
    _phrase(
        "developed_by",
        "it",
        "mente ",
        rf"(?:sviluppat|creat|realizzat|scritt)[oaie] (?:originariamente|inizialmente) {_DAL}",
    ),
    _phrase(
        "developed_by",
        "it",
        "mente ",
        rf"(?:originariamente|inizialmente) (?:sviluppat|creat|realizzat|scritt)[oaie] {_DAL}",
    ),
    _phrase("inspired_by", "it", "ispirat", r"ispirat[oaie] (?:a|al|alla|da|dal|dalla) "),
    _phrase(
        "thanks_to",
        "it",
        "ringrazia",
        r"ringraziament[oi] (?:[\w-]+ ){0,2}?(?:a|al|alla|ai|agli|alle) ",
    ),
    # Other languages of governments that publish code
    _phrase("based_on", "sv", "baserad", r"(?:baserad|baserat|baserade|baserar sig) på "),
    _phrase("based_on", "da", "baseret", r"baseret på "),
    _phrase("based_on", "nb", "basert", r"basert på "),
    _phrase("forked_from", "sv", "fork av", r"(?:fork|forkad) av "),
    _phrase("forked_from", "da", "fork af", r"fork af "),
    _phrase("adapted_from", "da", "tilpasset", r"(?:tilpasset|bearbejdet) fra "),
    _phrase("based_on", "pl", "opart", r"opart[yaei] (?:na|o) "),
    _phrase("based_on", "ca", "basat", r"basa(?:t|da|ts|des) en (?:el |la |els |les |l['’])?"),
    _phrase("adapted_from", "ca", "adapta", r"adapta(?:t|da|ts|des) (?:de la |de l['’]|del |de )"),
    _phrase("based_on", "cs", "založen", r"založen[oaáýé]* na "),
    _phrase("based_on", "ro", "baza", r"bazat[ăe]? pe "),
    _phrase("based_on", "gl", "basead", r"basead[oa]s? n[oa]s? "),
    _phrase("forked_from", "et", "haru", r"(?P<target>[\w./-]{3,80}) (?:haru|fork)(?!\w)"),
)
