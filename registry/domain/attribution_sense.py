"""Whether a sentence that names a source says that code came from there.

Much is based on, adapted from and copied from something that is no code: codes of conduct,
changelogs, wordings, designs, data, ideas. Pure; judged anew at each run, so that a better rule
needs no new crawl.
"""

import re
from collections.abc import Collection
from typing import Final

from registry.domain.attribution_links import repository_urls
from registry.domain.attribution_phrases import PHRASES, REUSE

# What stands just before the phrase when it is no code that was taken.
_NO_CODE: Final = (
    r"code of conduct|covenant|licen[cs]es?|licen[cs]ing|terms|polic(?:y|ies)|privacy \w+|changelog"
    r"|release notes?|readme|contributing|docs?|documentation|manual|guides?|guidelines?|tutorials?"
    r"|instructions?|texts?|wording|contents?|cop(?:y|ies)|translations?|questions?|formats?|schemas?"
    r"|schemata|spec|specs|specifications?|standards?|models?|approach(?:es)?|ideas?|concepts?"
    r"|methods?|methodology|algorithms?|formulas?|calculations?|designs?|layouts?|themes?|styles?"
    r"|styling|look and feel|colou?rs?|palettes?|icons?|logos?|fonts?|images?|photos?"
    r"|illustrations?|graphics|artwork|screenshots?|maps?|data|datasets?|data sets?|figures|results"
    r"|statistics|templates?|process(?:es)?|workflows?|names?|naming|versions?|versioning"
    r"|numbering|containers?|dockerfiles?|examples?|diagrams?|architecture|ontology|vocabulary"
    r"|taxonomy|classification|page|section|document|file|list|table|article|report|research"
    r"|charter|governance|decisions?|this policy|conventions?"
    r"|code de conduite|licence|charte|donn[ée]es|documentation|mod[èe]le|contenus?|textes?"
    r"|c[óo]digo de conducta|licencia|datos|dise[ñn]o|documentaci[óo]n|modelo|contenidos?"
    r"|c[óo]digo de conduta|licença|dados|documentação|verhaltenskodex|lizenz|daten|dokumentation"
    r"|vorlage|gedragscode|licentie|gegevens|documentatie|codice di condotta|licenza|dati"
    r"|documentazione|modello"
)
_LINKING: Final = (
    r"(?: (?:is|are|was|were|be|been|being|has|have|had|originally|partly|heavily|largely|loosely"
    r"|mostly|also|here|above|below|est|sont|[ée]tait|a|ont|[ée]t[ée]|es|son|fue|est[áa]|é|são|foi"
    r"|ist|sind|wurde|wurden|basiert|is|zijn|werd|è|sono|used|we|use)){0,4}"
)
_SUBJECT = re.compile(rf"(?<!\w)(?:{_NO_CODE})(?: \([^()]{{0,60}}\))?{_LINKING} ?$", re.IGNORECASE)
# Adverbial uses: something is chosen or reckoned "based on" something, or licensed so.
_VERB = re.compile(
    r"(?<!\w)(?:calculat|comput|determin|select|choos|chosen|filter|sort|decid|generat|group|rank"
    r"|estimat|validat|configur|assign|set|detect|identif|licens|distribut|releas|publish|install"
    r"|download|fetch|pull|import|read|load|retriev|receiv|obtain|build|run|test|deploy|clone)"
    r"\w{0,6}(?: [\w-]+){0,4} ?$",
    re.IGNORECASE,
)
# Sources that are no code, wherever they stand behind the phrase.
_NO_SOURCE = re.compile(
    r"contributor covenant|code of conduct|keep a changelog|keepachangelog|semantic versioning"
    r"|semver|contributor-covenant|choosealicense|creative commons|openstreetmap|best[- ]readme"
    r"|readme template|issue template|(?<![\w/.-])(?:docker |base )?images?(?![\w/.-])",
    re.IGNORECASE,
)
_LICENCE_NAME = re.compile(
    r"^[\s\[(*_`\"']{0,6}(?:the )?(?:mit|bsd|apache|a?gpl|lgpl|mpl|eupl|cc[- ]by|isc|unlicense|gnu)"
    r"(?!\w)(?! commons| \w+ project)",
    re.IGNORECASE,
)
_HYPOTHETICAL = re.compile(
    r"(?<!\w)(?:if|when|unless|should|can|could|may|might|must|to|please|you|your|don['’]t|not"
    r"|never|instead of|n['’]est pas|no est[áa]|nicht|niet|non)(?: [\w-]+){0,3} ?$",
    re.IGNORECASE,
)
# A fork that is used, fetched or listed is not this repository.
_OTHER_FORK = re.compile(
    r"(?:uses?|using|from|with|via|on|to|in|install(?:ing|s)?|see|requires?)"
    r" (?:an?|our|their|my|the|this) (?:[\w-]+ )?$",
    re.IGNORECASE,
)
_REACH: Final = 90


def says_reuse(text: str, phrase: str, own: Collection[str] = ()) -> bool:
    """Tell whether a stored sentence says by its phrase that code was taken.

    Asks what the phrase is said of, what it points at, and whether it is said of this code at
    all: wishes, conditions and denials are no statements, and a sentence that gives the address
    of a repository before the phrase is about that one. `own` are the addresses of this one.
    """
    if phrase not in REUSE:
        return False
    for candidate in PHRASES:
        if candidate.id == phrase and (match := candidate.pattern.search(text)):
            before = text[max(0, match.start() - _REACH) : match.start()]
            behind = text[match.end() : match.end() + 2 * _REACH]
            if any(url not in own for _, url in repository_urls(text[: match.start()])):
                return False
            if phrase == "forked_from" and _is_other_fork(before, match.group()):
                return False
            return not (
                _SUBJECT.search(before)
                or _HYPOTHETICAL.search(before)
                or (phrase in {"based_on", "code_from"} and _VERB.search(before))
                or _NO_SOURCE.search(behind)
                or _LICENCE_NAME.search(behind)
            )
    return False


def _is_other_fork(before: str, said: str) -> bool:
    """Tell whether a fork is spoken of that is not this repository: used, or an item of a list."""
    is_item = said.startswith("fork") and " of " in said and not re.search(r"\w", before)
    return is_item or bool(_OTHER_FORK.search(before))
