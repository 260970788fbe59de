"""Wordings of pages that are no articles: a text goes in; out comes whether it is a wall, a note that the page is
gone, or a counter."""

import re

from service.text import fold, words

FEW_WORDS = 10
"""A counter has no more."""
LONG = 100
"""Characters; a counter has less."""

_WALL = re.compile(
    r"enable (?:javascript|js|cookies)|javascript is (?:disabled|required)|captcha|not a robot|are you human|"
    r"verify(?:ing)? (?:that )?you are|access (?:to this page )?(?:has been )?denied|checking your browser|"
    r"just a moment|unusual traffic|request (?:was )?blocked|too many requests|forbidden|rate limit|"
    r"(?:accept|use of|uses|consent to|manage) (?:all )?cookies|your privacy|consent|"
    r"subscribe to (?:continue|read)|sign in to (?:continue|read)|log in to (?:continue|read)|"
    r"доступ (?:ограничен|запрещ[её]н|закрыт)|подтвердите, что вы не робот|файлы? cookie|проверка браузера|"
    r"доступ (?:абмежаваны|забаронены)|пацвердзіце, што вы не робат|доступ (?:обмежено|заборонено)|"
    r"підтвердьте, що ви не робот|odmowa dostępu|dostęp zabroniony|plik(?:i|ów|ach) cookie|zaakceptuj|"
    r"zugriff verweigert|javascript aktivieren|zustimmung|accès refusé|activer javascript|consentement|"
    r"acceso denegado|activar javascript|consentimiento|accesso negato|acesso negado",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"\b404\b|not found|no longer (?:available|exists?)|(?:was|has been) (?:removed|deleted)|does(?:n['’]t| not) exist|"
    r"страница (?:не найдена|удалена)|не существует|старонка (?:не знойдзена|выдаленая)|не існуе|"
    r"сторінку? (?:не знайдено|видалено)|nie (?:znaleziono|istnieje)|seite nicht gefunden|nicht mehr verfügbar|"
    r"introuvable|n['’]existe (?:plus|pas)|no encontrad[ao]|ya no (?:existe|está)|non (?:trovata|esiste)|"
    r"não encontrad[ao]",
    re.IGNORECASE,
)
_COUNTED = """
    views view reads comments comment likes shares share ago updated minutes minute min hours hour
    просмотров просмотра просмотр комментариев комментария комментарий назад обновлено минут минуты
    праглядаў прагляды каментароў каментар каментары таму абноўлена хвілін хвіліны
    перегляди переглядів коментарів коментарі тому оновлено хвилин хвилини
    wyświetleń odsłon komentarzy komentarze temu aktualizacja minut
    aufrufe kommentare aktualisiert minuten vues commentaires actualisé vistas comentarios actualizado hace minutos
    visualizzazioni commenti aggiornato minuti visualizações comentários atualizado
"""
_COUNTS = frozenset(map(fold, _COUNTED.split()))
_DIGIT = re.compile(r"\d")


def stands_before(text: str) -> bool:
    """Whether it speaks as what stands before a page: a check, a demand for consent, a refusal."""
    return bool(_WALL.search(text))


def says_gone(text: str) -> bool:
    """Whether it says that there is nothing."""
    return bool(_NOT_FOUND.search(text))


def without_counters(text: str) -> str:
    """The text without lines that count something: "123 views", "Updated 5 minutes ago"."""
    return "\n".join(line for line in text.splitlines() if not _counts(line))


def _counts(line: str) -> bool:
    if len(line) > LONG or not _DIGIT.search(line):
        return False
    said = words(line)
    return len(said) <= FEW_WORDS and not _COUNTS.isdisjoint(said)
