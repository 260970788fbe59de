"""Sentences from which reports are put together, by language: `{p}` a place, `{o}` a body, `{n}` a person, `{a}` and
`{b}` numbers. All of it is invented. Out of it `copies_corpus` makes reports, copies of them, and reports that only
look alike.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """What reports in one language are made of."""

    places: tuple[str, ...]
    bodies: tuple[str, ...]
    people: tuple[str, ...]
    sentences: tuple[str, ...]
    weather: tuple[str, ...]
    """A report that is the same every day but for its numbers and its place."""
    quote: str
    own: tuple[str, ...]
    """What an outlet adds of its own to anything."""
    footer: str


ENGLISH = Language(
    places=("Varnholm", "Salvia", "Port Ellery", "Marisund", "Castle Bray", "Lower Tarn"),
    bodies=("the harbour board", "the city council", "the teachers' union", "the water company", "the county court"),
    people=("Ada Lindqvist", "Tomas Wren", "Greta Sorrel", "Ivo Marsh", "Hanna Pell", "Otis Crane"),
    sentences=(
        "Work on the new bridge near {p} will begin in spring and take {a} months, {o} announced after a long night of talks.",
        "More than {a} people came to the square of {p} to hear what {n} had to say about the cuts in the budget.",
        "According to {o}, the damage amounts to {a} million crowns, of which insurers will carry about {b} million.",
        "The plan had been rejected twice by {o} because it would have closed the only road that leads down to {p}.",
        "{n}, who has led the inquiry since autumn, spoke of {a} witnesses and of files that nobody had opened before.",
        "Fishermen from {p} fear that the catch will fall by {a} percent if the northern banks stay closed until summer.",
        "Buses between {p} and the airport run every {a} minutes again, after engineers had checked {b} of the vehicles.",
        "In a letter to {o}, residents ask for quieter trains at night and for a fence along the line through {p}.",
        "The museum in {p} shows {a} paintings that were found in a cellar when the old customs house was rebuilt.",
        "A judge ordered that {n} be released on bail of {a} thousand crowns until the hearing goes on in autumn.",
        "Schools around {p} stay closed for {a} days while pipes are replaced that burst during the coldest night in years.",
        "Growers expect to bring in {a} thousand tonnes of apples, a third less than in the year before, {o} said.",
        "The rescue boat reached the ship off {p} after {a} hours and took {b} sailors on board, one of them injured.",
        "Rents in {p} rose by {a} percent within a year, faster than anywhere else, a study paid for by {o} found.",
        "Whoever wants to vote by post must ask {o} for the papers {a} days before the election at the latest.",
        "The orchestra will play {a} concerts abroad, {n} told reporters, and record a new piece by a composer from {p}.",
    ),
    weather=(
        "In {p} the day begins with fog, later the sun comes out and temperatures climb to {a} degrees.",
        "The wind blows lightly from the west, in gusts with up to {b} kilometres an hour on the coast near {p}.",
        "At night it cools down to {b} degrees, and on the hills there may be ground frost towards the morning.",
        "The outlook: the days to come stay mild and mostly dry, with {a} degrees at noon and some clouds.",
    ),
    quote=(
        '"We have asked for an honest answer for two years and have been given leaflets instead. Nobody in this valley '
        "believes any longer that the filters were ever changed, and nobody will pay a bill for water that must be "
        'boiled before a child may drink it. We want the books opened, and we want it done before the winter," she said.'
    ),
    own=(
        "Our reporter on the spot heard other voices as well, and many of them were in favour of waiting a little longer.",
        "Readers who have seen something may write to the newsroom, whose address is at the end of this page.",
        "What this means for the region will be discussed tonight in our programme, with guests from both of the sides.",
    ),
    footer=(
        "Sign up for our newsletter and receive the most important reports each morning at six. You may cancel it at any "
        "time. By signing up you agree to our terms and to our notice on how we treat what you tell us about yourself."
    ),
)
GERMAN = Language(
    places=("Varnholm", "Salvien", "Ellerhafen", "Marisund", "Burgbray", "Niedertarn"),
    bodies=("die Hafenbehörde", "der Stadtrat", "die Lehrergewerkschaft", "das Wasserwerk", "das Landgericht"),
    people=("Ada Lindqvist", "Tomas Zaun", "Greta Ampfer", "Ivo Marsch", "Hanna Pell", "Otto Kranich"),
    sentences=(
        "Der Bau der neuen Brücke bei {p} beginnt im Frühjahr und dauert {a} Monate, teilte {o} nach langen Gesprächen mit.",
        "Mehr als {a} Menschen kamen auf den Platz von {p}, um zu hören, was {n} zu den Kürzungen im Haushalt zu sagen hatte.",
        "Der Schaden beläuft sich nach Angaben der Prüfer auf {a} Millionen Kronen, von denen Versicherer {b} Millionen tragen.",
        "Zweimal hatte {o} den Plan abgelehnt, weil er die einzige Straße gesperrt hätte, die hinunter nach {p} führt.",
        "{n} leitet die Untersuchung seit dem Herbst und sprach von {a} Zeugen und von Akten, die niemand geöffnet hatte.",
        "Fischer aus {p} fürchten, dass der Fang um {a} Prozent sinkt, wenn die nördlichen Bänke bis zum Sommer gesperrt bleiben.",
        "Busse zwischen {p} und dem Flughafen fahren wieder alle {a} Minuten, nachdem {b} der Fahrzeuge geprüft worden sind.",
        "In einem Brief verlangen Anwohner leisere Züge in der Nacht und einen Zaun entlang der Strecke durch {p}.",
        "Das Museum in {p} zeigt {a} Gemälde, die beim Umbau des alten Zollhauses in einem Keller gefunden worden waren.",
        "Eine Richterin ordnete an, {n} gegen eine Kaution von {a} tausend Kronen bis zur Verhandlung freizulassen.",
        "Schulen rund um {p} bleiben {a} Tage geschlossen, weil Rohre ersetzt werden, die in der kältesten Nacht platzten.",
        "Die Obstbauern rechnen mit {a} tausend Tonnen Äpfeln, einem Drittel weniger als im Jahr davor, wie {o} sagt.",
        "Das Rettungsboot erreichte das Schiff vor {p} nach {a} Stunden und nahm {b} Seeleute auf, einer war verletzt.",
        "Die Mieten in {p} stiegen binnen eines Jahres um {a} Prozent, schneller als irgendwo sonst, ergab eine Studie.",
    ),
    weather=(
        "In {p} beginnt der Tag mit Nebel, später scheint die Sonne, und die Temperaturen steigen auf {a} Grad.",
        "Der Wind weht schwach aus West, in Böen mit bis zu {b} Kilometern in der Stunde an der Küste bei {p}.",
        "In der Nacht kühlt es auf {b} Grad ab, und auf den Höhen kann es gegen Morgen leichten Bodenfrost geben.",
        "Die Aussichten: In den kommenden Tagen bleibt es mild und meist trocken, mit {a} Grad am Mittag und Wolken.",
    ),
    quote=(
        "„Zwei Jahre lang haben wir um eine ehrliche Antwort gebeten und stattdessen Faltblätter bekommen. Niemand in "
        "diesem Tal glaubt noch, dass die Filter je gewechselt wurden, und niemand zahlt für Wasser, das man abkochen "
        "muss, bevor ein Kind es trinken darf. Wir wollen, dass die Bücher vor dem Winter geöffnet werden“, sagte sie."
    ),
    own=(
        "Unsere Reporterin hörte vor Ort auch andere Stimmen, und viele von ihnen waren dafür, noch ein wenig zu warten.",
        "Wer etwas gesehen hat, kann der Redaktion schreiben, deren Anschrift am Ende dieser Seite zu finden ist.",
        "Was das für die Gegend bedeutet, besprechen wir heute Abend in unserer Sendung mit Gästen von beiden Seiten.",
    ),
    footer=(
        "Bestellen Sie unseren Rundbrief und lesen Sie jeden Morgen um sechs das Wichtigste. Sie können ihn jederzeit "
        "abbestellen. Mit der Bestellung stimmen Sie unseren Bedingungen und unseren Hinweisen zum Datenschutz zu."
    ),
)
POLISH = Language(
    places=("Varnholmie", "Salwii", "Porcie Ellery", "Marisundzie", "Zamku Bray", "Dolnym Tarnie"),
    bodies=("zarząd portu", "rada miasta", "związek nauczycieli", "zakład wodociągów", "sąd okręgowy"),
    people=("Ada Lindqvist", "Tomasz Wierzba", "Greta Szczaw", "Iwo Moczar", "Hanna Pell", "Otylia Żuraw"),
    sentences=(
        "Budowa nowego mostu w {p} rozpocznie się wiosną i potrwa {a} miesięcy, ogłosił po długich rozmowach {o}.",
        "Ponad {a} osób przyszło na rynek w {p}, by usłyszeć, co {n} ma do powiedzenia o cięciach w budżecie.",
        "Szkody wyniosły według kontrolerów {a} milionów koron, z czego około {b} milionów pokryją ubezpieczyciele.",
        "Plan dwa razy odrzucił {o}, ponieważ zamknąłby jedyną drogę, którą można zjechać do osiedli w {p}.",
        "{n} prowadzi dochodzenie od jesieni i mówi o {a} świadkach oraz o aktach, których nikt dotąd nie otworzył.",
        "Rybacy w {p} obawiają się, że połowy spadną o {a} procent, jeśli północne ławice pozostaną zamknięte do lata.",
        "Autobusy z lotniska do dworca w {p} znów jeżdżą co {a} minut, bo mechanicy sprawdzili już {b} pojazdów.",
        "W liście do władz mieszkańcy proszą o cichsze pociągi nocą i o płot wzdłuż torów biegnących w {p}.",
        "Muzeum w {p} pokazuje {a} obrazów znalezionych w piwnicy podczas przebudowy starego urzędu celnego.",
        "Sędzia zarządził, że {n} wyjdzie na wolność za poręczeniem {a} tysięcy koron do czasu jesiennej rozprawy.",
        "Szkoły w {p} będą zamknięte przez {a} dni, dopóki nie zostaną wymienione rury, które pękły najzimniejszej nocy.",
        "Sadownicy spodziewają się {a} tysięcy ton jabłek, o jedną trzecią mniej niż rok wcześniej, podał {o}.",
        "Łódź ratownicza dotarła do statku po {a} godzinach i zabrała na pokład {b} marynarzy, z których jeden był ranny.",
        "Czynsze w {p} wzrosły w ciągu roku o {a} procent, szybciej niż gdziekolwiek indziej, wynika z nowych badań.",
    ),
    weather=(
        "W {p} dzień zacznie się mgłą, później wyjdzie słońce, a temperatura wzrośnie do {a} stopni.",
        "Wiatr będzie słaby, zachodni, w porywach do {b} kilometrów na godzinę na wybrzeżu i w {p}.",
        "W nocy ochłodzi się do {b} stopni, a na wzgórzach nad ranem mogą wystąpić przygruntowe przymrozki.",
        "Prognoza: w najbliższych dniach pozostanie łagodnie i przeważnie sucho, w południe {a} stopni i trochę chmur.",
    ),
    quote=(
        "„Od dwóch lat prosimy o uczciwą odpowiedź, a dostajemy ulotki. Nikt w tej dolinie nie wierzy już, że filtry "
        "kiedykolwiek wymieniono, i nikt nie zapłaci rachunku za wodę, którą trzeba przegotować, zanim napije się jej "
        "dziecko. Chcemy, żeby księgi otwarto, i chcemy, żeby stało się to przed zimą” – powiedziała."
    ),
    own=(
        "Nasza reporterka słyszała na miejscu także inne głosy, a wiele z nich opowiadało się za tym, by jeszcze poczekać.",
        "Kto coś widział, może napisać do redakcji, której adres znajduje się na samym końcu tej strony internetowej.",
        "O tym, co to oznacza dla okolicy, porozmawiamy dziś wieczorem w naszym programie z gośćmi obu stron sporu.",
    ),
    footer=(
        "Zamów nasz biuletyn i czytaj codziennie o szóstej rano to, co najważniejsze. Możesz zrezygnować w każdej chwili. "
        "Zamawiając, zgadzasz się na nasze warunki i na zasady, według których traktujemy to, co nam o sobie mówisz."
    ),
)
RUSSIAN = Language(
    places=("Варнхольме", "Сальвии", "Порт-Эллери", "Марисунде", "Замке Брей", "Нижнем Тарне"),
    bodies=("управление порта", "городской совет", "профсоюз учителей", "водоканал", "окружной суд"),
    people=("Ада Линдквист", "Томас Рен", "Грета Щавель", "Иво Марш", "Ханна Пелл", "Отто Журавль"),
    sentences=(
        "Строительство нового моста в {p} начнётся весной и займёт {a} месяцев, сообщил после долгих переговоров {o}.",
        "Более {a} человек пришли на площадь в {p}, чтобы услышать, что скажет {n} о сокращении расходов бюджета.",
        "Ущерб, по оценке проверяющих, составил {a} миллионов крон, из которых около {b} миллионов возместят страховщики.",
        "План дважды отклонил {o}, потому что он закрыл бы единственную дорогу, ведущую к домам в {p}.",
        "{n} ведёт расследование с осени и говорит о {a} свидетелях и о делах, которых раньше никто не открывал.",
        "Рыбаки в {p} опасаются, что улов упадёт на {a} процентов, если северные отмели останутся закрыты до лета.",
        "Автобусы от аэропорта до вокзала в {p} снова ходят каждые {a} минут: механики проверили уже {b} машин.",
        "В письме властям жители просят, чтобы ночью поезда ходили тише, и требуют забор вдоль путей в {p}.",
        "Музей в {p} показывает {a} картин, найденных в подвале, когда перестраивали старое здание таможни.",
        "Судья постановил, что {n} выйдет на свободу под залог в {a} тысяч крон до осеннего заседания.",
        "Школы в {p} будут закрыты {a} дней, пока не заменят трубы, лопнувшие в самую холодную ночь за многие годы.",
        "Садоводы рассчитывают собрать {a} тысяч тонн яблок, на треть меньше, чем годом раньше, сообщил {o}.",
        "Спасательный катер дошёл до судна за {a} часов и принял на борт {b} моряков, один из которых был ранен.",
        "Аренда жилья в {p} подорожала за год на {a} процентов, быстрее, чем где-либо ещё, показало исследование.",
    ),
    weather=(
        "В {p} день начнётся с тумана, затем выйдет солнце, и температура поднимется до {a} градусов.",
        "Ветер слабый, западный, порывами до {b} километров в час на побережье и в {p}.",
        "Ночью похолодает до {b} градусов, а на холмах к утру возможны заморозки на почве.",
        "Прогноз: в ближайшие дни останется мягко и большей частью сухо, в полдень {a} градусов и немного облаков.",
    ),
    quote=(
        "«Два года мы просили честного ответа, а получали листовки. Никто в этой долине больше не верит, что фильтры "
        "когда-либо меняли, и никто не станет платить за воду, которую надо кипятить, прежде чем её выпьет ребёнок. Мы "
        "хотим, чтобы книги открыли, и хотим, чтобы это случилось до зимы», — сказала она."
    ),
    own=(
        "Наша корреспондентка слышала на месте и другие голоса, и многие из них были за то, чтобы ещё немного подождать.",
        "Кто что-либо видел, может написать в редакцию, адрес которой находится в самом конце этой страницы сайта.",
        "О том, что это значит для округи, мы поговорим сегодня вечером в нашей программе с гостями с обеих сторон.",
    ),
    footer=(
        "Подпишитесь на нашу рассылку и читайте главное каждое утро в шесть. Отказаться можно в любое время. Подписываясь, "
        "вы соглашаетесь с нашими условиями и с тем, как мы обращаемся с тем, что вы нам о себе сообщаете."
    ),
)
BELARUSIAN = Language(
    places=("Варнгольме", "Сальвіі", "Порт-Элеры", "Марысундзе", "Замку Брэй", "Ніжнім Тарне"),
    bodies=("упраўленне порта", "гарадскі савет", "прафсаюз настаўнікаў", "водаканал", "акруговы суд"),
    people=("Ада Ліндквіст", "Томас Рэн", "Грэта Шчаўе", "Іва Марш", "Ганна Пэл", "Ота Жораў"),
    sentences=(
        "Будаўніцтва новага моста ў {p} пачнецца вясной і зойме {a} месяцаў, паведаміў пасля доўгіх перамоў {o}.",
        "Больш за {a} чалавек прыйшлі на плошчу ў {p}, каб пачуць, што скажа {n} пра скарачэнне выдаткаў бюджэту.",
        "Страты, паводле ацэнкі рэвізораў, склалі {a} мільёнаў крон, з якіх каля {b} мільёнаў пакрыюць страхоўшчыкі.",
        "План двойчы адхіліў {o}, бо ён закрыў бы адзіную дарогу, якая вядзе да дамоў у {p}.",
        "{n} вядзе расследаванне з восені і гаворыць пра {a} сведак і пра справы, якіх раней ніхто не адкрываў.",
        "Рыбакі ў {p} баяцца, што ўлоў упадзе на {a} працэнтаў, калі паўночныя водмелі застануцца закрытыя да лета.",
        "Аўтобусы ад аэрапорта да вакзала ў {p} зноў ходзяць кожныя {a} хвілін: механікі праверылі ўжо {b} машын.",
        "У лісце да ўладаў жыхары просяць, каб уначы цягнікі хадзілі цішэй, і патрабуюць плот уздоўж пуцей у {p}.",
        "Музей у {p} паказвае {a} карцін, знойдзеных у сутарэнні, калі перабудоўвалі стары будынак мытні.",
        "Суддзя пастанавіў, што {n} выйдзе на волю пад заклад у {a} тысяч крон да восеньскага пасяджэння.",
        "Школы ў {p} будуць зачыненыя {a} дзён, пакуль не заменяць трубы, што лопнулі ў самую халодную ноч за гады.",
        "Садаводы разлічваюць сабраць {a} тысяч тон яблыкаў, на траціну менш, чым годам раней, паведаміў {o}.",
        "Ратавальны катар дайшоў да судна за {a} гадзін і прыняў на борт {b} маракоў, адзін з якіх быў паранены.",
        "Арэнда жылля ў {p} падаражэла за год на {a} працэнтаў, хутчэй, чым дзе яшчэ, паказала даследаванне.",
    ),
    weather=(
        "У {p} дзень пачнецца з туману, потым выйдзе сонца, і тэмпература паднімецца да {a} градусаў.",
        "Вецер слабы, заходні, парывамі да {b} кіламетраў у гадзіну на ўзбярэжжы і ў {p}.",
        "Уначы пахаладае да {b} градусаў, а на пагорках пад раніцу магчымыя замаразкі на глебе.",
        "Прагноз: у бліжэйшыя дні застанецца мякка і пераважна суха, апоўдні {a} градусаў і трохі воблакаў.",
    ),
    quote=(
        "«Два гады мы прасілі сумленнага адказу, а атрымлівалі ўлёткі. Ніхто ў гэтай даліне больш не верыць, што фільтры "
        "калі-небудзь мянялі, і ніхто не будзе плаціць за ваду, якую трэба кіпяціць, перш чым яе вып'е дзіця. Мы хочам, "
        "каб кнігі адкрылі, і хочам, каб гэта сталася да зімы», — сказала яна."
    ),
    own=(
        "Наша карэспандэнтка чула на месцы і іншыя галасы, і многія з іх былі за тое, каб яшчэ крыху пачакаць.",
        "Хто што-небудзь бачыў, можа напісаць у рэдакцыю, адрас якой стаіць у самым канцы гэтай старонкі сайта.",
        "Пра тое, што гэта значыць для ваколіцы, мы пагаворым сёння ўвечары ў нашай праграме з гасцямі абодвух бакоў.",
    ),
    footer=(
        "Падпішыцеся на нашу рассылку і чытайце галоўнае кожную раніцу а шостай. Адмовіцца можна ў любы час. Падпісваючыся, "
        "вы згаджаецеся з нашымі ўмовамі і з тым, як мы абыходзімся з тым, што вы нам пра сябе паведамляеце."
    ),
)
CHINESE = Language(
    places=("瓦恩霍尔姆", "萨尔维亚", "埃勒里港", "马里松德", "布雷堡", "下塔恩"),
    bodies=("港务局", "市议会", "教师工会", "自来水公司", "地方法院"),
    people=("林德奎", "任托马", "索雷尔", "马什", "汉娜佩尔", "奥蒂斯"),
    sentences=(
        "{o}在漫长的谈判之后宣布，{p}附近的新桥将于春天动工，工期为{a}个月。",
        "{a}多人来到{p}的广场，想听{n}如何解释预算的削减。",
        "审计人员估计损失达{a}百万克朗，其中约{b}百万将由保险公司承担。",
        "{o}曾两次否决这项计划，因为它会封闭通往{p}的唯一道路。",
        "自秋天起负责调查的{n}谈到了{a}名证人，以及此前无人打开过的卷宗。",
        "{p}的渔民担心，如果北部渔场到夏天仍然关闭，捕获量将下降百分之{a}。",
        "机械师检查了{b}辆汽车之后，从机场到{p}的巴士恢复每{a}分钟一班。",
        "居民在致当局的信中要求夜间列车更加安静，并在穿过{p}的铁路旁修建围栏。",
        "{p}的博物馆展出了{a}幅画作，它们是在改建旧海关时于地下室里发现的。",
        "法官裁定，{n}交纳{a}千克朗保释金后可以获释，直至秋季继续开庭。",
        "{p}一带的学校将停课{a}天，以便更换在多年来最冷的夜里破裂的水管。",
        "{o}表示，果农预计收获{a}千吨苹果，比前一年减少三分之一。",
        "救援艇用了{a}个小时抵达失事船只，将{b}名海员接上船，其中一人受伤。",
        "一项新研究显示，{p}的房租一年内上涨了百分之{a}，比任何地方都快。",
    ),
    weather=(
        "{p}清晨有雾，随后太阳出来，气温升至{a}度。",
        "微弱的西风，{p}沿海阵风可达每小时{b}公里。",
        "夜间降温至{b}度，山上凌晨可能出现地面霜冻。",
        "展望：未来几天仍然温和，大多干燥，中午{a}度，有少量云。",
    ),
    quote=(
        "她说：“两年来我们一直要求得到诚实的答复，得到的却是传单。山谷里再也没有人相信滤芯曾经更换过，"
        "也没有人愿意为孩子喝之前必须煮沸的水付账。我们要求公开账目，而且要在冬天到来之前公开。”"
    ),
    own=(
        "本报记者在现场也听到了其他声音，其中许多人赞成再等待一段时间。",
        "如果您看到了什么，请写信给编辑部，地址在本页的最后。",
        "这对本地区意味着什么，今晚我们将在节目中与双方的嘉宾讨论。",
    ),
    footer="订阅我们的通讯，每天早上六点阅读最重要的报道。您可以随时取消订阅。订阅即表示您同意我们的条款以及我们处理您个人资料的方式。",
)
LANGUAGES = {
    "en": ENGLISH,
    "de": GERMAN,
    "pl": POLISH,
    "ru": RUSSIAN,
    "be": BELARUSIAN,
    "zh": CHINESE,
}
