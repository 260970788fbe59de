"""Number words, by language: a word goes in, its value comes out.

The tables are lines of a value and the forms that say it. Articles that also mean "one" (a, ein, un) are left
out: they say nothing. German, which writes its numbers in one word, is spelled out.
"""

from functools import cache

from service.text.words import fold

_EN = """
1 one;2 two;3 three;4 four;5 five;6 six;7 seven;8 eight;9 nine;10 ten;11 eleven;12 twelve dozen dozens
13 thirteen;14 fourteen;15 fifteen;16 sixteen;17 seventeen;18 eighteen;19 nineteen;20 twenty;30 thirty
40 forty fourty;50 fifty;60 sixty;70 seventy;80 eighty;90 ninety;100 hundred hundreds;1000 thousand thousands
1000000 million millions mln;1000000000 billion billions bn;1000000000000 trillion trillions
"""
_RU = """
1 один одна одно одного одной одному одним одном одну;2 два две двух двум двумя двое двоих;3 три трёх трём тремя
3 трое троих;4 четыре четырёх четырём четырьмя четверо четверых;5 пять пяти пятью пятеро пятерых
6 шесть шести шестью шестеро шестерых;7 семь семи семью семеро семерых;8 восемь восьми восемью восемью
9 девять девяти девятью;10 десять десяти десятью десяток десятка десятки десятков десятками
11 одиннадцать одиннадцати;12 двенадцать двенадцати дюжина дюжины;13 тринадцать тринадцати
14 четырнадцать четырнадцати;15 пятнадцать пятнадцати;16 шестнадцать шестнадцати;17 семнадцать семнадцати
18 восемнадцать восемнадцати;19 девятнадцать девятнадцати;20 двадцать двадцати двадцатью;30 тридцать тридцати
40 сорок сорока;50 пятьдесят пятидесяти;60 шестьдесят шестидесяти;70 семьдесят семидесяти
80 восемьдесят восьмидесяти;90 девяносто девяноста;100 сто ста сотня сотни сотен сотнями;200 двести двухсот
300 триста трёхсот;400 четыреста четырёхсот;500 пятьсот пятисот;600 шестьсот шестисот;700 семьсот семисот
800 восемьсот восьмисот;900 девятьсот девятисот;1000 тысяча тысячи тысяч тысячу тысячами тыс
1000000 миллион миллиона миллионов миллиону млн;1000000000 миллиард миллиарда миллиардов млрд
1000000000000 триллион триллиона триллионов трлн
"""
_BE = """
1 адзін адна адно аднаго адной аднаму адным адну;2 два дзве двух двум двума дзвюх дзвюма двое дваіх;3 тры трох тром
3 трыма трое траіх;4 чатыры чатырох чатыром чацвёра чацвярых;5 пяць пяці пяццю пяцёра пяцярых;6 шэсць шасці шасцю
7 сем сямі сямю;8 восем васьмі васьмю;9 дзевяць дзевяці дзевяццю;10 дзесяць дзесяці дзясятак дзясяткі дзясяткаў
11 адзінаццаць адзінаццаці;12 дванаццаць дванаццаці;13 трынаццаць трынаццаці;14 чатырнаццаць чатырнаццаці
15 пятнаццаць пятнаццаці;16 шаснаццаць шаснаццаці;17 семнаццаць семнаццаці;18 васямнаццаць васямнаццаці
19 дзевятнаццаць дзевятнаццаці;20 дваццаць дваццаці;30 трыццаць трыццаці;40 сорак сарака
50 пяцьдзясят пяцідзесяці;60 шэсцьдзясят шасцідзесяці;70 семдзесят сямідзесяці;80 восемдзесят васьмідзесяці
90 дзевяноста;100 сто ста сотня сотні сотняў;200 дзвесце двухсот;300 трыста трохсот;400 чатырыста чатырохсот
500 пяцьсот пяцісот;600 шэсцьсот шасцісот;700 семсот сямісот;800 восемсот васьмісот;900 дзевяцьсот дзевяцісот
1000 тысяча тысячы тысяч тысячу тыс;1000000 мільён мільёна мільёнаў млн;1000000000 мільярд мільярда мільярдаў млрд
"""
_UK = """
1 один одна одне одного одній одної одному одним одну;2 два дві двох двом двома двоє;3 три трьох трьом трьома троє
4 чотири чотирьох чотирьом чотирма четверо;5 п'ять п'яти п'ятьох п'ятеро;6 шість шести шістьох шестеро
7 сім семи сімох семеро;8 вісім восьми вісьмох;9 дев'ять дев'яти;10 десять десяти десятьох десяток десятка десятки
10 десятків;11 одинадцять одинадцяти одинадцятьох;12 дванадцять дванадцяти дванадцятьох
13 тринадцять тринадцяти тринадцятьох;14 чотирнадцять чотирнадцяти чотирнадцятьох
15 п'ятнадцять п'ятнадцяти п'ятнадцятьох;16 шістнадцять шістнадцяти шістнадцятьох
17 сімнадцять сімнадцяти сімнадцятьох;18 вісімнадцять вісімнадцяти вісімнадцятьох
19 дев'ятнадцять дев'ятнадцяти дев'ятнадцятьох;20 двадцять двадцяти двадцятьох;30 тридцять тридцяти тридцятьох
40 сорок сорока;50 п'ятдесят п'ятдесяти;60 шістдесят шістдесяти;70 сімдесят сімдесяти;80 вісімдесят вісімдесяти
90 дев'яносто дев'яноста;100 сто ста сотня сотні сотень;200 двісті двохсот;300 триста трьохсот
400 чотириста чотирьохсот;500 п'ятсот п'ятисот;600 шістсот шестисот;700 сімсот семисот;800 вісімсот восьмисот
900 дев'ятсот дев'ятисот;1000 тисяча тисячі тисяч тисячу тис;1000000 мільйон мільйона мільйонів млн
1000000000 мільярд мільярда мільярдів млрд
"""
_PL = """
1 jeden jedna jedno jednego jednej jednemu jednym jedną;2 dwa dwie dwóch dwaj dwu dwoje dwiema dwoma;3 trzy trzech
3 trzej troje trzem trzema;4 cztery czterech czterej czworo czterem;5 pięć pięciu pięcioro;6 sześć sześciu
7 siedem siedmiu;8 osiem ośmiu;9 dziewięć dziewięciu;10 dziesięć dziesięciu dziesiątki dziesiątek;11 jedenaście
11 jedenastu;12 dwanaście dwunastu tuzin;13 trzynaście trzynastu;14 czternaście czternastu;15 piętnaście piętnastu
16 szesnaście szesnastu;17 siedemnaście siedemnastu;18 osiemnaście osiemnastu;19 dziewiętnaście dziewiętnastu
20 dwadzieścia dwudziestu;30 trzydzieści trzydziestu;40 czterdzieści czterdziestu;50 pięćdziesiąt pięćdziesięciu
60 sześćdziesiąt sześćdziesięciu;70 siedemdziesiąt siedemdziesięciu;80 osiemdziesiąt osiemdziesięciu
90 dziewięćdziesiąt dziewięćdziesięciu;100 sto stu setka setki setek;200 dwieście dwustu;300 trzysta trzystu
400 czterysta czterystu;500 pięćset pięciuset;600 sześćset sześciuset;700 siedemset siedmiuset;800 osiemset ośmiuset
900 dziewięćset dziewięciuset;1000 tysiąc tysiące tysięcy tysiąca tys;1000000 milion miliony milionów miliona mln
1000000000 miliard miliardy miliardów miliarda mld
"""
_FR = """
2 deux;3 trois;4 quatre;5 cinq;6 six;7 sept;8 huit;9 neuf;10 dix dizaine dizaines;11 onze;12 douze douzaine douzaines
13 treize;14 quatorze;15 quinze quinzaine;16 seize;20 vingt vingts vingtaine;30 trente trentaine
40 quarante quarantaine;50 cinquante cinquantaine;60 soixante soixantaine;70 septante;80 huitante octante;90 nonante
100 cent cents centaine centaines;1000 mille millier milliers;1000000 million millions;1000000000 milliard milliards
"""
_ES = """
2 dos;3 tres;4 cuatro;5 cinco;6 seis;7 siete;8 ocho;9 nueve;10 diez decena decenas;11 once;12 doce docena docenas
13 trece;14 catorce;15 quince;16 dieciséis;17 diecisiete;18 dieciocho;19 diecinueve;20 veinte;21 veintiuno veintiún
22 veintidós;23 veintitrés;24 veinticuatro;25 veinticinco;26 veintiséis;27 veintisiete;28 veintiocho;29 veintinueve
30 treinta;40 cuarenta;50 cincuenta;60 sesenta;70 setenta;80 ochenta;90 noventa;100 cien ciento centenar centenares
200 doscientos doscientas;300 trescientos trescientas;400 cuatrocientos cuatrocientas;500 quinientos quinientas
600 seiscientos seiscientas;700 setecientos setecientas;800 ochocientos ochocientas;900 novecientos novecientas
1000 mil miles;1000000 millón millones;1000000000000 billón billones
"""
_IT = """
2 due;3 tre;4 quattro;5 cinque;6 sei;7 sette;8 otto;9 nove;10 dieci decina decine;11 undici;12 dodici dozzina
13 tredici;14 quattordici;15 quindici;16 sedici;17 diciassette;18 diciotto;19 diciannove;20 venti ventina;30 trenta
40 quaranta;50 cinquanta;60 sessanta;70 settanta;80 ottanta;90 novanta;100 cento centinaia;1000 mille mila migliaia
1000000 milione milioni;1000000000 miliardo miliardi
"""
_PT = """
2 dois duas;3 três;4 quatro;5 cinco;6 seis;7 sete;8 oito;9 nove;10 dez dezenas;11 onze;12 doze dúzia;13 treze
14 catorze quatorze;15 quinze;16 dezesseis dezasseis;17 dezessete dezassete;18 dezoito;19 dezenove dezanove;20 vinte
30 trinta;40 quarenta;50 cinquenta;60 sessenta;70 setenta;80 oitenta;90 noventa;100 cem cento centenas
200 duzentos duzentas;300 trezentos trezentas;400 quatrocentos;500 quinhentos;600 seiscentos;700 setecentos
800 oitocentos;900 novecentos;1000 mil milhares;1000000 milhão milhões;1000000000 bilhão bilhões
"""
_DE_LOW = """
x ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn
neunzehn
"""
_DE_TENS = "x x zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_DE_MANY = """
12 Dutzend;100 hundert Hunderte Hunderten;1000 tausend Tausende Tausenden eintausend
1000000 Million Millionen Mio;1000000000 Milliarde Milliarden Mrd
"""
_TABLES = {
    "en": _EN, "ru": _RU, "be": _BE, "uk": _UK, "pl": _PL, "fr": _FR, "es": _ES, "it": _IT, "pt": _PT,
}  # fmt: skip

JOINTS = {"en": {"and"}, "de": {"und"}, "fr": {"et"}, "es": {"y"}, "it": {"e"}, "pt": {"e"}}
"""What may stand between the words of one number."""
FACTOR = 1000
"""A word of this value or more multiplies what stands before it: "52 thousand"."""


@cache
def numerals(language: str) -> dict[str, int]:
    """Values by folded word; empty for a language without a table."""
    listed = _german() if language == "de" else _listed(_TABLES[language]) if language in _TABLES else []
    return {fold(word): value for value, word in listed}


def _german() -> list[tuple[int, str]]:
    """2 to 999, and what is beyond."""
    low, tens = _DE_LOW.split(), _DE_TENS.split()
    below = {n: low[n] for n in range(1, 20)}
    below |= {n: (f"{low[n % 10]}und" if n % 10 else "") + tens[n // 10] for n in range(20, 100)}
    found = [(n, word) for n, word in below.items() if n > 1]
    for hundreds in range(1, 10):
        found += [(100 * hundreds, low[hundreds] + "hundert")]
        found += [(100 * hundreds + n, f"{low[hundreds]}hundert{word}") for n, word in below.items()]
    return found + _listed(_DE_MANY)


def _listed(table: str) -> list[tuple[int, str]]:
    lines = table.strip().replace("\n", ";").split(";")
    return [(int(value), word) for value, *forms in map(str.split, lines) for word in forms]
