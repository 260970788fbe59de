"""Words so common that a query of nothing else would match nearly every article of its language.

Only words that hardly mean anything else in another language: one list serves all of them. Folded.
"""

_BY_LANGUAGE = {
    "en": "a an and are as at be been but by for from had has have he her his i if in is it its not of on or "
    "our she so such than that the their them then there these they this to was we were what when which "
    "who will with would you your",
    "de": "aber als am auch auf aus bei bis das dass dem den der des die durch ein eine einem einen einer "
    "eines er es fur hat ich ihr im ist mit nach nicht noch nur oder sein sich sie sind uber um und "
    "unter vom von vor war wie wird zu zum zur",
    "fr": "au aux avec ce ces cette dans de des du elle en est et etait il ils la le les leur lui mais ne "
    "nous on ont ou par pas plus pour qu que qui sa se ses son sont sur un une vous",
    "es": "al como con del el ella entre era esta este fue ha han la las lo los mas muy no para pero por "
    "que se ser si sin sobre su sus una uno y ya",
    "it": "alla anche che ci come con da dal dalla dei del della di e gli ha hanno il la le lo ma nel nella "
    "non o per piu quando questa questo sono sua suo sulla tra un una",
    "pt": "ao aos as com como da das do dos ela ele em entre era esta foi isso ja mais mas na nao nas no nos "
    "os ou para pela pelo por que se sem sua tambem um uma",
    "nl": "aan bij dat de deze die dit door een en er haar heeft het hij ik met naar niet nog om ook op "
    "tot uit van voor waar wat werd wordt ze zich zij zijn",
    "pl": "ale byl byla bylo byly co do go i ich jak jako jego jej jest juz ma na nie o od oraz po "
    "przez przy sa sie ta tak tego ten to w we z za ze",
    "ru": "а без бы был была были было быть в во вот все для до его ее если есть еще же за и из или им их к "
    "как ко когда который которые ли мы на над не нет но ну о об от он она они оно по под при с со так "
    "также то только у уже что чтобы это этого этом я",
    "uk": "але був була були було в ви від він вона вони воно для до за з зі і із й його її їх на не ні "
    "про при та так також те ти то у це цього чи що щоб як який які",
    "be": "але без быў была былі было вы гэта гэтага да для з за і із ім іх й каб калі каля м мы на не ні "
    "пра пры пасля па так таксама то ты ў у ці што які якая якія яго яе як яна яны ён",
    "cs": "aby ale ani az bude byl byla bylo by co do jak jako je jeho jejich jen jeste ji jsou k ktera "
    "ktere ktery na nebo nez o od po pod pro pri s se si tak take to u uz v ve z za ze",
}

STOP_WORDS = frozenset(word for words in _BY_LANGUAGE.values() for word in words.split())
