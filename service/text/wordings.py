"""Wordings that turn a text around, by language: what negates, and what takes back or corrects.

In goes a folded word, or a text; out comes whether it does.
"""

import re
from collections.abc import Iterable
from functools import cache

from service.text.words import fold

_NEGATIONS = {
    "en": "not no never nobody none nothing neither nor cannot without n't",
    "ru": "не нет ни никогда никто никого никому ничего ничто нигде никакой никаких нельзя без",
    "be": "не ня ні няма ніколі ніхто нікога нікому нічога нішто нідзе ніякі ніякіх нельга без",
    "uk": "не ні нема немає ніколи ніхто нікого нікому нічого ніщо ніде жоден жодного жодних без",
    "pl": "nie ani nigdy nikt nikogo nikomu nic niczego nigdzie żaden żadna żadne żadnych bez",
    "de": "nicht nie niemals niemand niemanden nichts kein keine keinen keinem keiner keines weder ohne",
    "fr": "ne n' pas jamais rien aucun aucune ni nul sans",
    "es": "no nunca jamás nadie nada ningún ninguno ninguna tampoco ni sin",
    "it": "non mai nessuno nessun nessuna niente nulla né neanche senza",
    "pt": "não nunca jamais ninguém nada nenhum nenhuma nem tampouco sem",
    "lt": "ne nė nei niekada niekas nieko joks jokių be",
    "cs": "ne ani nikdy nikdo nikoho nic žádný žádná bez",
    "nl": "niet geen nooit niemand niets zonder",
    "sv": "inte ingen inget inga aldrig ej utan",
    "tr": "değil yok hiç hiçbir asla",
    "zh": "不 没 沒 未 无 無 非 勿",
    "ja": "ない ず ぬ 非 不 未 無",
}
_PREFIXES = {
    "en": "un in im il ir non dis", "ru": "не ни", "be": "не ня ні", "uk": "не ні", "pl": "nie", "de": "un nicht",
    "fr": "in im il ir non", "es": "in im i no", "it": "in im il ir non", "pt": "in im i não", "lt": "ne", "cs": "ne",
}  # fmt: skip
LEAST_STEM = 4
"""Letters a word must have for a prefix before it to be one."""

_THIS = {
    "en": r"this (?:article|story|report|post|page|headline|item|piece)",
    "ru": r"(?:эта|данная|настоящая) (?:статья|новость|публикация|заметка)|этот (?:материал|текст)",
    "be": r"(?:гэты|дадзены) (?:артыкул|матэрыял|тэкст)|гэтая (?:навіна|публікацыя|нататка)",
    "uk": r"(?:ця|дана) (?:стаття|новина|публікація)|цей (?:матеріал|текст)",
    "pl": r"(?:ten|niniejszy) (?:artykuł|tekst|materiał)|ta (?:publikacja|informacja)",
    "de": r"dieser (?:artikel|beitrag|text|bericht)|diese (?:meldung|nachricht)",
    "fr": r"cet article|ce (?:texte|papier)|cette (?:dépêche|information)",
    "es": r"este (?:artículo|texto)|esta (?:noticia|nota|información)",
    "it": r"quest['’]articolo|questo (?:articolo|testo)|questa notizia",
    "pt": r"este (?:artigo|texto)|est[ae] (?:notícia|matéria|reportagem)",
}
_TAKEN_BACK = {
    "en": r"retracted|withdrawn|taken down|corrected|amended|removed|updated to correct|revised to correct",
    "ru": r"отозван\w*|удал[её]н\w*|снят\w* с публикации|исправлен\w*|опровергнут\w*",
    "be": r"адклікан\w*|выдален\w*|зняты\w* з публікацыі|выпраўлен\w*|абвергнут\w*",
    "uk": r"відкликан\w*|видален\w*|знят\w* з публікації|виправлен\w*|спростован\w*",
    "pl": r"wycofan\w*|usunięt\w*|poprawion\w*|skorygowan\w*|sprostowan\w*",
    "de": r"zurückgezogen|entfernt|gelöscht|korrigiert|berichtigt",
    "fr": r"retirée?|supprimée?|corrigée?|rectifiée?|modifiée?",
    "es": r"retirad[oa]|eliminad[oa]|corregid[oa]|rectificad[oa]",
    "it": r"ritirat[oa]|rimoss[oa]|corrett[oa]|rettificat[oa]",
    "pt": r"retirad[oa]|removid[oa]|corrigid[oa]|retificad[oa]",
}
_HEADINGS = {
    "en": r"corrections?|retraction|clarification|correction note|editor['’]s note|erratum",
    "ru": r"исправление|опровержение|поправка|уточнение|от редакции",
    "be": r"выпраўленне|абвяржэнне|папраўка|удакладненне|ад рэдакцыі",
    "uk": r"виправлення|спростування|поправка|уточнення|від редакції",
    "pl": r"sprostowanie|korekta|errata|wyjaśnienie|od redakcji",
    "de": r"korrektur|berichtigung|richtigstellung|anmerkung der redaktion",
    "fr": r"correction|rectificatif|erratum|précision|note de la rédaction",
    "es": r"corrección|rectificación|fe de errores|aclaración|nota del editor",
    "it": r"correzione|rettifica|errata corrige|precisazione|nota della redazione",
    "pt": r"correção|retificação|errata|esclarecimento|nota da redação",
}
_EARLIER = {
    "en": r"(?:an )?(?:earlier|previous|original) version of this|(?:we|has) (?:have )?retracted|we regret the error",
    "ru": r"в (?:ранней|первой|предыдущей|прежней) версии|ранее в (?:тексте|материале) (?:было|говорилось|ошибочно)",
    "be": r"у (?:ранняй|першай|папярэдняй) версіі|раней у (?:тэксце|матэрыяле) (?:было|памылкова)",
    "uk": r"у (?:ранній|першій|попередній) версії|раніше в (?:тексті|матеріалі) (?:було|помилково)",
    "pl": r"we? (?:wcześniejszej|poprzedniej|pierwotnej) wersji",
    "de": r"in einer (?:früheren|ersten|vorherigen) (?:version|fassung)",
    "fr": r"(?:dans )?une (?:première|précédente) version de",
    "es": r"(?:en )?una versión (?:anterior|previa) de",
    "it": r"(?:in )?una (?:precedente|prima) versione di",
    "pt": r"(?:em )?uma versão (?:anterior|prévia) d[eo]",
}


def negates(key: str, language: str) -> bool:
    """Whether a folded word negates: "not", "didn't", "n'a"."""
    if key in _negations(language):
        return True
    if language == "en":
        return key.endswith("n't")
    return language == "fr" and key.startswith("n'")


def contradicts(one: str, other: str, language: str) -> bool:
    """Whether one folded word is the other with a prefix that negates it: "guilty" and "unguilty"."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < LEAST_STEM or not longer.endswith(shorter):
        return False
    return longer[: -len(shorter)].rstrip("-") in _prefixes(language)


def takes_back(text: str, language: str) -> str:
    """The words by which a text is corrected or taken back; "" if there are none. English is known everywhere."""
    found = _taking_back(language if language in _THIS else "en").search(text)
    return found[0].strip(" \n:.") if found else ""


@cache
def _negations(language: str) -> frozenset[str]:
    return frozenset(map(fold, _NEGATIONS.get(language, "").split()))


@cache
def _prefixes(language: str) -> frozenset[str]:
    return frozenset(map(fold, _PREFIXES.get(language, "").split()))


@cache
def _taking_back(language: str) -> re.Pattern[str]:
    languages = dict.fromkeys((language, "en"))
    return re.compile("|".join(_ways(languages)), re.IGNORECASE | re.MULTILINE)


def _ways(languages: Iterable[str]) -> Iterable[str]:
    for each in languages:
        yield rf"^[\W_]*(?:{_HEADINGS[each]}) ?[:.—–-]"
        yield rf"(?:{_THIS[each]})[^.\n]{{0,60}}?\b(?:{_TAKEN_BACK[each]})\b"
        yield _EARLIER[each]
