# ruff: noqa: E501 - a sentence is read best in one piece
"""Sentences written for the tests: which phrase they hold, whom they name, whether code was taken.

Each is (text, language, phrase or None, part of the target, canonical URL or None, is it reuse).
"""

from typing import NamedTuple


class Sentence(NamedTuple):
    """A labelled sentence."""

    text: str
    lang: str = "en"
    phrase: str | None = None
    target: str = ""
    url: str | None = None
    reuse: bool = False


def _says(
    text: str, lang: str, phrase: str, target: str, url: str | None = None, *, reuse: bool = True
) -> Sentence:
    return Sentence(text, lang, phrase, target, url, reuse)


_H = "https://github.com/"
POSITIVE = (
    # English
    _says("This portal is a fork of [Harbour](https://github.com/Port-City/harbour).", "en", "forked_from", "Harbour", _H + "port-city/harbour"),
    _says("Forked from https://github.com/port-city/harbour.git in 2019.", "en", "forked_from", "", _H + "port-city/harbour"),
    _says("Forked from port-city/harbour.", "en", "forked_from", "port-city/harbour"),
    _says("A friendly fork of the Harbour project, kept by the county.", "en", "forked_from", "Harbour project"),
    _says("Adapted from and with thanks to the Northland Health Board.", "en", "adapted_from", "Northland Health Board"),
    _says("The screening tool was adapted from code by Northland Health Board.", "en", "adapted_from", "Northland Health Board"),
    _says("It is a modified version of the Harbour booking service.", "en", "adapted_from", "Harbour booking service"),
    _says("This site is based on the work of the Harbour team, see https://github.com/port-city/harbour for theirs.", "en", "based_on", "Harbour team", _H + "port-city/harbour"),
    _says("Based on [Harbour][h] by Port City.\n\n[h]: https://github.com/port-city/harbour", "en", "based_on", "Harbour", _H + "port-city/harbour"),
    _says("This service is heavily based on the Tideline platform.", "en", "based_on", "Tideline platform"),
    _says("Derived from the Tideline source code of the Ministry of Ports.", "en", "derived_from", "Tideline source code"),
    _says("Portions of this software are derived from Tideline (https://gitlab.com/ports/tideline).", "en", "derived_from", "Tideline", "https://gitlab.com/ports/tideline"),
    _says("Ported from the Quayside application of Port City.", "en", "ported_from", "Quayside application"),
    _says("This is a Go port of Quayside.", "en", "ported_from", "Quayside"),
    _says("The back end was copied from [Quayside](https://github.com/port-city/quayside/tree/main/api).", "en", "copied_from", "Quayside", _H + "port-city/quayside"),
    _says("This repository is a copy of https://gitlab.ports.example/tide/line", "en", "copied_from", "", "https://gitlab.ports.example/tide/line"),
    _says("This repository is a read-only mirror of https://gitlab.ports.example/tide/line.", "en", "mirror_of", "", "https://gitlab.ports.example/tide/line"),
    _says("This project uses code from the Quayside service.", "en", "code_from", "Quayside service"),
    _says("Some of the components were taken from Quayside.", "en", "code_from", "Quayside"),
    _says("The application was originally developed by the Ministry of Ports.", "en", "developed_by", "Ministry of Ports"),
    _says("Originally created by Port City Digital.", "en", "developed_by", "Port City Digital"),
    _says("Built on top of Quayside by the Ministry of Ports.", "en", "built_on", "Quayside by the Ministry of Ports"),
    _says("Started as a fork of git@github.com:port-city/quayside.git", "en", "forked_from", "", _H + "port-city/quayside"),
    # French
    _says("Ce service est adapté de l'outil Marée du Ministère des Ports.", "fr", "adapted_from", "outil Marée"),
    _says("Basé sur [Marée](https://gitlab.com/ports/maree).", "fr", "based_on", "Marée", "https://gitlab.com/ports/maree"),
    _says("Ce projet est un fork de Marée, tenu par la région.", "fr", "forked_from", "Marée"),
    _says("Ce code est dérivé du projet Marée.", "fr", "derived_from", "projet Marée"),
    _says("L'application a été développée à l'origine par la Ville de Brumeport.", "fr", "developed_by", "Ville de Brumeport"),
    _says("Initialement développé par Brumeport Numérique.", "fr", "developed_by", "Brumeport Numérique"),
    _says("Ce dépôt est un miroir de https://gitlab.com/ports/maree.", "fr", "mirror_of", "", "https://gitlab.com/ports/maree"),
    _says("Le module utilise du code de Marée.", "fr", "code_from", "Marée"),
    # Spanish
    _says("Este portal está basado en el proyecto Marea de Puerto Niebla.", "es", "based_on", "proyecto Marea"),
    _says("Adaptado de [Marea](https://github.com/puerto-niebla/marea).", "es", "adapted_from", "Marea", _H + "puerto-niebla/marea"),
    _says("Este repositorio es una copia de Marea.", "es", "copied_from", "Marea"),
    _says("Es un fork del proyecto Marea.", "es", "forked_from", "proyecto Marea"),
    _says("Desarrollado originalmente por el Ministerio de Puertos.", "es", "developed_by", "Ministerio de Puertos"),
    _says("Derivado de Marea Digital.", "es", "derived_from", "Marea Digital"),
    _says("La aplicación utiliza código de Marea.", "es", "code_from", "Marea"),
    # Portuguese
    _says("Este sistema é baseado no Maré, da Cidade da Névoa.", "pt", "based_on", "Maré"),
    _says("Adaptado do projeto Maré.", "pt", "adapted_from", "projeto Maré"),
    _says("Este projeto é um fork do Maré.", "pt", "forked_from", "Maré"),
    _says("Desenvolvido originalmente pela Prefeitura da Névoa.", "pt", "developed_by", "Prefeitura da Névoa"),
    # German
    _says("Dieses Portal ist basierend auf Gezeiten der Stadt Nebelhafen.", "de", "based_on", "Gezeiten"),
    _says("Die Anwendung basiert auf [Gezeiten](https://gitlab.com/nebelhafen/gezeiten).", "de", "based_on", "Gezeiten", "https://gitlab.com/nebelhafen/gezeiten"),
    _says("Abgeleitet von Gezeiten Digital.", "de", "derived_from", "Gezeiten Digital"),
    _says("Ein Fork von Gezeiten.", "de", "forked_from", "Gezeiten"),
    _says("Die Software wurde ursprünglich von der Stadt Nebelhafen entwickelt.", "de", "developed_by", "Stadt Nebelhafen"),
    _says("Ursprünglich entwickelt von Nebelhafen Digital.", "de", "developed_by", "Nebelhafen Digital"),
    _says("Dieses Modul verwendet Code von Gezeiten.", "de", "code_from", "Gezeiten"),
    # Dutch
    _says("Deze dienst is gebaseerd op het Getij-portaal van Mistveen.", "nl", "based_on", "Getij-portaal"),
    _says("Afgeleid van [Getij](https://github.com/mistveen/getij).", "nl", "derived_from", "Getij", _H + "mistveen/getij"),
    _says("Een fork van Getij.", "nl", "forked_from", "Getij"),
    _says("Oorspronkelijk ontwikkeld door de Gemeente Mistveen.", "nl", "developed_by", "Gemeente Mistveen"),
    # Italian
    _says("Questo portale è basato sul progetto Marea di Portonebbia.", "it", "based_on", "progetto Marea"),
    _says("Adattato da Marea Digitale.", "it", "adapted_from", "Marea Digitale"),
    _says("Un fork di Marea.", "it", "forked_from", "Marea"),
    _says("Sviluppato originariamente dal Comune di Portonebbia.", "it", "developed_by", "Comune di Portonebbia"),
    # Others
    _says("Baserad på Tidvatten från Dimhamn.", "sv", "based_on", "Tidvatten"),
    _says("Projekt oparty na Przypływ Miasta Mglistego.", "pl", "based_on", "Przypływ"),
)  # fmt: skip
NO_REUSE = (
    _says("With thanks to the Harbour team.", "en", "thanks_to", "Harbour team", reuse=False),
    _says("Heavily inspired by [Harbour](https://github.com/port-city/harbour).", "en", "inspired_by", "Harbour", _H + "port-city/harbour", reuse=False),
    _says("This Code of Conduct is adapted from the [Contributor Covenant](https://github.com/c-covenant/covenant).", "en", "adapted_from", "Contributor Covenant", _H + "c-covenant/covenant", reuse=False),
    _says("The format is based on [Keep a Changelog](https://keepachangelog.com).", "en", "based_on", "Keep a Changelog", reuse=False),
    _says("The licence is based on MIT terms.", "en", "based_on", "MIT", reuse=False),
    _says("The design is based on the Harbour Design System.", "en", "based_on", "Harbour Design System", reuse=False),
    _says("The icons were copied from https://github.com/port-city/icons.", "en", "copied_from", "", _H + "port-city/icons", reuse=False),
    _says("This guide was adapted from the Harbour handbook.", "en", "adapted_from", "Harbour handbook", reuse=False),
    _says("Map data is derived from OpenStreetMap.", "en", "derived_from", "OpenStreetMap", reuse=False),
    _says("The rates are calculated based on Eurostat figures.", "en", "based_on", "Eurostat", reuse=False),
    _says("If you have forked from https://github.com/port-city/harbour, read on.", "en", "forked_from", "", _H + "port-city/harbour", reuse=False),
    _says("You can create a fork of https://github.com/port-city/harbour first.", "en", "forked_from", "", _H + "port-city/harbour", reuse=False),
    _says("La documentation est basée sur le guide Marée.", "fr", "based_on", "guide Marée", reuse=False),
    _says("Die Daten basieren auf Gezeiten.", "de", "based_on", "Gezeiten", reuse=False),
    _says("El diseño está basado en Marea.", "es", "based_on", "Marea", reuse=False),
)  # fmt: skip
SILENT = tuple(
    Sentence(text)
    for text in (
        "See also https://github.com/port-city/harbour for the previous service.",
        "Built with Rails, React and PostgreSQL.",
        "Clone https://github.com/port-city/harbour and run make.",
        "You should have received a copy of the Harbour Public License.",
        "Documentation is at https://port-city.example/docs.",
        "This project was generated with Angular CLI version 9.",
        "This project was bootstrapped with Create React App.",
        "The work is based on the Program or any part of it.",
        "Based on this, we decide what to do next.",
        "The tide table depends on the moon.",
        "```\ngit clone # forked from Harbour\n```",
        "<script>/* Forked from Harbour Portal */</script>",
        "<!-- Adapted from Northland Health Board -->",
        "Pull requests from forks are welcome.",
        "Nous remercions toutes les personnes qui ont aidé.",
        "Los datos son públicos.",
        "Die Basis der Zahlen ist bekannt.",
        "",
    )
)
