"""Pairs written by hand: language, whether the second is a copy of the first, and both as (title, text)."""

Text = tuple[str, str]

_QUAKE = (
    "Earthquake of magnitude {} near {}",
    "An earthquake of magnitude {0} was recorded {1} kilometres off {2} at {3} local time. There are no reports of "
    "injuries. The tremor was felt in several towns. The seismological institute put its depth at {4} kilometres. This "
    "report was made automatically from the data of the institute and will be completed when more is known.",
)
_WIRE = (
    "The last coal power station of Salvia was shut down on Monday after sixty-one years. Workers gathered at the gate "
    "when the stack gave off its last smoke, and some of them wept. The operator says that most of the four hundred "
    "people will find work in the wind park that is being built off Marisund. The union doubts it: the park needs ninety, "
    "and none of them before next year. The mayor promised a school for electricians in the old turbine hall. What is to "
    "become of the harbour, where the coal was landed, is open."
)

HARD: tuple[tuple[str, bool, Text, Text], ...] = (
    (  # an agency's report, and an outlet that adds its own reporting around half of it
        "en",
        True,
        ("Last coal power station shuts down", _WIRE),
        (
            "Salvia says goodbye to coal",
            "Our correspondent was at the gate. " + _WIRE + " She had come with her father, who began here in 1971.",
        ),
    ),
    (  # the first three sentences under another headline
        "en",
        True,
        ("Last coal power station shuts down (agency)", _WIRE.replace("Monday", "Tuesday").replace("sixty", "fifty")),
        ("Coal is over", ". ".join(_WIRE.replace("Monday", "Tuesday").replace("sixty", "fifty").split(". ")[:4]) + "."),
    ),
    (  # the same happening in one's own words
        "en",
        False,
        (
            "Ferry runs aground off Port Ellery",
            "A ferry with 212 passengers ran aground on a sandbank off Port Ellery "
            "early on Friday. Tugs pulled it free at high tide seven hours later. Nobody was hurt, the coast guard said, and "
            "the ship sailed on under its own power. Why it left the channel in clear weather is being looked into.",
        ),
        (
            "Seven hours on the sandbank",
            "Passengers of the morning ferry to Port Ellery had to be patient on Friday: "
            "their ship sat on the sand for seven hours until the tide came back and two tugs could free it. All 212 people "
            "on board are well. Investigators now ask how a captain of thirty years could miss the channel by daylight.",
        ),
    ),
    (  # two reports of one machine
        "en",
        False,
        (_QUAKE[0].format("4.6", "Varnholm"), _QUAKE[1].format("4.6", 31, "Varnholm", "03:12", 10)),
        (_QUAKE[0].format("5.1", "Marisund"), _QUAKE[1].format("5.1", 87, "Marisund", "17:45", 22)),
    ),
    (  # one statement, quoted by both at length
        "en",
        False,
        (
            "Minister will not resign",
            'The minister stays. "I have made mistakes, and I have named them before this '
            "house. But whoever asks me to go should say who is to finish the reform that both sides have wanted for ten "
            'years," he told parliament on Thursday evening. The opposition left the hall during the speech. Its leader '
            "announced a vote of no confidence for the coming week and expects some members of the governing party to join.",
        ),
        (
            "Who finishes the reform?",
            'A long debate, and one sentence that remains: "I have made mistakes, and I have '
            "named them before this house. But whoever asks me to go should say who is to finish the reform that both sides "
            "have wanted for ten years.\" Our analysis of a speech that was meant for the minister's own party, where three "
            "factions are waiting for his chair, and where nobody dares to count the votes before the congress in May.",
        ),
    ),
    (  # a copy with every number and name as it was, in other order
        "de",
        True,
        (
            "Stadtbad bleibt geschlossen",
            "Das Stadtbad von Niedertarn bleibt bis mindestens Oktober geschlossen. Bei der "
            "Prüfung der Decke fanden Gutachter Risse in elf von vierzig Trägern. Die Sanierung kostet nach erster Schätzung "
            "drei Millionen Kronen. Der Schwimmverein mit seinen 600 Mitgliedern weicht in die Nachbarstadt aus.",
        ),
        (
            "Risse in der Decke: Bad zu",
            "Bei der Prüfung der Decke fanden Gutachter Risse in elf von vierzig Trägern. Das "
            "Stadtbad von Niedertarn bleibt bis mindestens Oktober geschlossen. Der Schwimmverein mit seinen 600 Mitgliedern "
            "weicht in die Nachbarstadt aus. Die Sanierung kostet nach erster Schätzung drei Millionen Kronen.",
        ),
    ),
    (  # translated: not a copy
        "be",
        False,
        (
            "Басейн зачынены да восені",
            "Гарадскі басейн у Ніжнім Тарне застанецца зачыненым прынамсі да кастрычніка. Падчас "
            "праверкі столі эксперты знайшлі расколіны ў адзінаццаці з сарака бэлек. Рамонт будзе каштаваць тры мільёны крон. "
            "Плавальны клуб, у якім 600 чалавек, часова пераедзе ў суседні горад і будзе плаваць там уначы.",
        ),
        (
            "Бассейн закрыт до осени",
            "Городской бассейн в Нижнем Тарне останется закрытым по меньшей мере до октября. При "
            "проверке потолка эксперты нашли трещины в одиннадцати из сорока балок. Ремонт обойдётся в три миллиона крон. "
            "Плавательный клуб, в котором 600 человек, на время переедет в соседний город и будет плавать там ночью.",
        ),
    ),
    (  # results of two matches
        "pl",
        False,
        (
            "Kotwica wygrywa 3:1",
            "Kotwica wygrała w sobotę u siebie z Kompasem 3:1 (1:0). Bramki zdobyli Wrona (12.), "
            "Lis (55.) oraz Dudek (78.), dla gości trafił Sowa (61.). Mecz obejrzało 4 200 widzów. Po tej kolejce Kotwica jest "
            "trzecia w tabeli. W następnej kolejce zagra na wyjeździe, początek spotkania o godzinie osiemnastej.",
        ),
        (
            "Latarnia wygrywa 2:0",
            "Latarnia wygrała w sobotę u siebie z Busolą 2:0 (0:0). Bramki zdobyli Żak (60.) oraz "
            "Gil (88.), goście nie trafili ani razu. Mecz obejrzało 3 100 widzów. Po tej kolejce Latarnia jest siódma w "
            "tabeli. W następnej kolejce zagra na wyjeździe, początek spotkania o godzinie siedemnastej.",
        ),
    ),
    (  # obituaries by one form
        "ru",
        False,
        (
            "Умер Отто Журавль",
            "Умер Отто Журавль, много лет преподававший в школе Варнхольма. Ему было 81. Прощание пройдёт "
            "в субботу в 11 часов в старой церкви. У него остались жена, двое детей и трое внуков. Семья просит не приносить "
            "цветов, а пожертвовать школьной библиотеке, которую он основал и которой руководил до последнего дня.",
        ),
        (
            "Умерла Грета Щавель",
            "Умерла Грета Щавель, много лет лечившая детей Марисунда. Ей было 77. Прощание пройдёт в "
            "среду в 14 часов в новой часовне. У неё остались сестра и племянники. Семья просит не приносить венков, а "
            "пожертвовать больнице, отделение которой она основала и которым руководила до выхода на пенсию.",
        ),
    ),
    (  # a wire report with a line in front and the last sentence cut
        "zh",
        True,
        (
            "萨尔维亚关闭最后一座燃煤电厂",
            "萨尔维亚最后一座燃煤电厂在运行六十一年之后于星期一关闭。工人们聚集在大门口，看着烟囱冒出最后一缕烟，"
            "有人流下了眼泪。运营商表示，四百名员工中的大多数将在马里松德近海建设中的风电场找到工作。工会对此表示怀疑：风电场只需要九十人。",
        ),
        (
            "告别煤炭",
            "（综合报道）萨尔维亚最后一座燃煤电厂在运行六十一年之后于星期一关闭。工人们聚集在大门口，看着烟囱冒出最后一缕烟，"
            "有人流下了眼泪。运营商表示，四百名员工中的大多数将在马里松德近海建设中的风电场找到工作。",
        ),
    ),
    (  # two days of one market report
        "zh",
        False,
        (
            "股市收盘上涨",
            "萨尔维亚股市星期一收盘上涨百分之一点二，报四千三百一十点。银行股领涨，能源股下跌。成交额为八十六亿克朗。"
            "分析人士认为，投资者正在等待央行星期四的利率决定。克朗兑欧元汇率几乎没有变化。",
        ),
        (
            "股市收盘下跌",
            "萨尔维亚股市星期二收盘下跌百分之零点七，报四千二百八十点。航运股领跌，零售股上涨。成交额为九十一亿克朗。"
            "分析人士认为，投资者对通胀数据感到失望。克朗兑欧元汇率小幅走低。",
        ),
    ),
)
