"""Words that say nothing about a subject, in the languages that feeds are mostly in: no reason to show beside others.

How rare a word is in the feeds that were counted does not tell them: "vs" and "such" are rare there, as are most
function words of other languages than English.
"""

from ingest.matching.rarity import stem
from ingest.matching.text import words

# fmt: off
_LISTED = {
    "English": (
        "about above according across actually after again against ago ahead all allegedly almost alone along already "
        "also although always am among amid an and another any anybody anyone anything are around as aside at away "
        "back be became because become becomes been before began begin begins behind being below beside besides "
        "between beyond both but by came can cannot come comes coming could currently despite did do does doing done "
        "down due during each earlier early either else enough etc even ever every everyone everything except far few "
        "fewer finally first five for former formerly forth four from further furthermore gave get gets getting give "
        "given gives giving go goes going gone got had has have having he hence her here hers herself him himself his "
        "how however if in including includes included indeed instead into is it its itself just keeps kept know "
        "known knows last late later latest least less let lets likely long longer made mainly make makes making many "
        "may maybe me meanwhile might more moreover most mostly much must my myself near nearly neither never "
        "nevertheless new next nine no nobody none nor not nothing now nowhere of off often oh on once one only onto "
        "or other others otherwise ought our ours ourselves out over overall own per perhaps previously put puts "
        "quite rather really recent recently same said saw say saying says see seem seemed seems seen separately "
        "seven several shall she should similar similarly since six so some somebody someone something sometimes soon "
        "still such take taken takes taking ten than that the their theirs them themselves then there thereby "
        "therefore these they third this those though three through throughout thus to today together told too took "
        "toward towards two under unless unlike until up upon us use used uses using usually various versus very via "
        "vs want wants was way ways we well went were what whatever when whenever where whereas wherever whether "
        "which while who whoever whole whom whose why will with within without would yes yet you your yours yourself"
    ),
    "German": (
        "aber alle allem allen aller alles als also am an andere anderen auch auf aus außerdem bei beim bereits bis "
        "bisher da dabei dadurch daher damit danach dann daran darauf darüber das dass davon dazu dem den denen denn "
        "dennoch der deren des dessen die dies diese diesem diesen dieser dieses doch dort durch ein eine einem einen "
        "einer eines einige er erst es etwa etwas für gegen gibt habe haben hat hatte hatten hier hinter ihm ihn "
        "ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden jeder jedes jedoch jetzt kann kein "
        "keine können könnte man mehr mit muss nach nachdem nicht nichts noch nun nur ob oder ohne rund sei sein "
        "seine seinem seinen seiner seit sich sie sind so sogar sondern sowie soll sollen sollte sowohl trotz über um "
        "und uns unter viele vom von vor war waren was wegen weil weiter welche wenn wer werden weitere wie wieder "
        "will wir wird wo worden wurde wurden würde während zu zudem zum zur zwar zwei zwischen"
    ),
    "French": (
        "afin ainsi alors après au aucun aussi autre autres aux avait avant avec avoir ce cela celle celui ces cet "
        "cette ceux chaque chez comme contre dans de depuis des deux donc dont du elle elles en encore entre est et "
        "était été être eux fait il ils je la le les leur leurs lors lorsque lui mais même moins ne ni non nos notre "
        "nous on ont ou où par parce pas pendant peu peut plus pour pourrait pourquoi puis qu quand que quel quelle "
        "qui sa sans se selon ses seulement si soit son sont sous sur tandis tous tout toute toutes très un une vers "
        "vos vous"
    ),
    "Spanish, Portuguese and Italian": (
        "al algo algunos anche ancora ante antes ao aos aquel así até aunque cada che chi col come como con contra "
        "cual cuando da dal dalla das degli dei del della delle desde deve después di do donde dos durante él ela ele "
        "ella ellos en entre era es esa ese eso esta está están este esto estos foi gli ha haber hacia han hanno "
        "hasta hay isso las le lo los más mas mediante menos mientras molto muy na nas nel nella no nos o os otra "
        "otras otro otros para pela pelo però perché perque pero poco por porque pode puede pues qual que quel quella "
        "questa questo quien quando são según sem senza ser será sería seu si sia sido siempre sin sino sobre son "
        "sono sua su suas sus también também tan tanto te tem tenir tiene tienen todo todos tra tras tutti um uma un "
        "una unas uno unos ya"
    ),
}
# fmt: on
STOP_STEMS = frozenset(stem(word) for listed in _LISTED.values() for word in words(listed))
"""Folded and cut, as the words of an article are when they are compared."""
