"""Whether a feed gave the whole text: a raw article in; whether its page must be read, out."""

import re

from consumers.pages.rules import Rule
from service.messages import RawArticle

LONG_SUMMARY = 3
"""So many times what is enough is more than anybody writes as a summary."""
_TAIL = 120
"""Characters at the end in which a text may break off or lead on."""
_LEADS_ON = """
read more|read on|continue reading|keep reading|full story|full article|read the full|read the rest|see more|
click here to read|
weiterlesen|mehr lesen|mehr dazu|zum artikel|den ganzen artikel|
lire la suite|en savoir plus|lire plus|lire l.article|
leer m[aá]s|seguir leyendo|sigue leyendo|contin[uú]a leyendo|leer el art[ií]culo|
leia mais|ler mais|saiba mais|continue lendo|continuar a ler|
leggi tutto|leggi anche|continua a leggere|leggi di pi[uù]|
lees meer|lees verder|l[æe]s mere|les mer|l[äa]s mer|lue lis[äa][äa]|loe edasi|
czytaj wi[eę]cej|czytaj dalej|v[ií]ce zde|[cč][ií]st d[aá]l|[cč]ítajte viac|olvass tov[aá]bb|tov[aá]bb olvas|
cite[sș]te mai mult|cite[sș]te [iî]n continuare|pro[cč]itaj vi[sš]e|opširnije|lasīt vairāk|skaityti daugiau|
devam[ıi]n[ıi] oku|devam[ıi]|selengkapnya|baca selengkapnya|xem thêm|đọc tiếp|
читать далее|читать полностью|читайте далее|подробнее|далее|читати далі|читати більше|докладніше|детальніше|
чытаць далей|чытаць цалкам|падрабязней|прочетете още|още|прочитај више|
διαβάστε περισσότερα|διαβάστε επίσης|περισσότερα|
اقرأ المزيد|للمزيد|المزيد|ادامه مطلب|קרא עוד|המשך קריאה|למידע נוסף|
阅读更多|阅读全文|查看全文|閱讀更多|繼續閱讀|全文|続きを読む|もっと見る|더 보기|자세히 보기|기사 더보기|
और पढ़ें|पूरी खबर|আরও পড়ুন|மேலும் படிக்க|อ่านต่อ|დაწვრილებით|կարդալ ավելին
"""
_BREAKS_OFF = re.compile(
    r"(?:\.{3,}|…|\[(?:\.{3}|…|&hellip;|\+)\]|\((?:\.{3}|…)\)|\[\+\d+ chars\])[\s\])»”\"'>]*\Z",
)
_LEADING_ON = re.compile(
    rf"(^|[\s.…!?\[(»>|–—:-])({''.join(_LEADS_ON.split(chr(10)))})\s*[:.…>»→\])!]*\s*\Z", re.IGNORECASE
)
_ENDS_A_SENTENCE = re.compile(r"[.…!?\[(»>|–—:\]\n-]\s*\Z|\A\s*\Z")


def page_wanted(raw: RawArticle, rule: Rule, enough: int) -> bool:
    """Whether the article's page must be read for its text, where that can be had."""
    if rule.pages != "auto":
        return rule.pages == "always"
    return not whole(raw, enough)


def whole(raw: RawArticle, enough: int) -> bool:
    """Whether what came is all of the text, as far as can be told without the page."""
    if raw.complete:
        return True
    only_summary = not raw.content or raw.content.strip() == raw.summary.strip()
    least = enough * LONG_SUMMARY if only_summary else enough
    return len(raw.text) >= least and not truncated(raw.text)


def truncated(text: str) -> bool:
    """Whether a text breaks off ("...", "[…]") or leads on ("Read more", in any of some forty languages)."""
    tail = text.rstrip()[-_TAIL:]
    return bool(_BREAKS_OFF.search(tail)) or _leads_on(tail)


def _leads_on(tail: str) -> bool:
    """Not where the words are the end of a sentence: "so that people read more"."""
    found = _LEADING_ON.search(tail)
    if not found:
        return False
    begins = found[2][0] != found[2][0].lower() or found[2][0].lower() == found[2][0].upper()
    return begins or bool(_ENDS_A_SENTENCE.search(tail[: found.start(2)]))
