"""Words by which a text names its day: numbers, and the names of days and months. Pure.

In goes a word as written, out comes whether it names a day. Names decline: of longer ones four letters count, as
CLDR gives the names in Belarusian, Czech, Dutch, English, French, German, Italian, Latvian, Lithuanian, Polish,
Portuguese, Russian, Slovak, Spanish, Swedish and Ukrainian. Scripts without blanks write them with numbers.
"""

from service.text import fold

_NAMES = """
    abri agos antr aout apri augu avri bala birz brez cerv cetu ctvr czer czwa dece deze dice dici dien dima dins
    dome domi dond donn dube dubn ener febb febr feve fevr fred frei frid gegu genn giov giug grud gruo jane janu
    janv jeud juev juil juin jul jula julh juli july jun juna june junh juni ketv kova kovo kvet kwie lapk lede ledn
    liep lipc lipi list lord lugl lund lune lute luty maan maar magg mai maij maio maj maja mand marc mard mare mars
    mart marz may mayo mei merc mier mitt mond mont nede nied nove novi octo octu okto onsd otrd otto outu pate pazd
    penk piat piek pirm pond poni pros quar quin rije rijn rugp rugs saba same sams satu saus segu sekm sept sest
    sete sett sext sier sobo sond sonn spal srod srpe srpn stre stvr styc sund svet terc thur tisd tors trec tres
    tues unor uter utor vasa vend vene vier vrij wedn woen wrze wtor zari zate zond авгу апре аўто бере вера вере
    воск втор вівт груд дека жнів жніў жовт июль июля июнь июня каст квіт крас липе липн лист люта люти люто люты
    ліпе ліст май март мая неді нояб нядз октя п'ят паня поне пятн сака сент сера сере серп снеж сред студ субб субо
    січе січн трав февр чацв черв четв чэрв янва
"""
DAYS_AND_MONTHS = frozenset(_NAMES.split())


def names_a_day(word: str) -> bool:
    """Whether it is a number, too."""
    folded = fold(word)
    return any(map(str.isnumeric, word)) or (folded[:4] if len(folded) > 4 else folded) in DAYS_AND_MONTHS
