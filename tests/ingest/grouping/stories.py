"""Texts made for tests of grouping: three stories, and ways in which the world copies them."""

from __future__ import annotations

import random
import re

LETTER = """
A lawyer for the photo library Halvorsen wrote to the maker of the image generator Fenwick on Monday and asked it to
stop collecting pictures from its site. The letter, which runs to nine pages, says that the company copied more than
four million photographs together with their captions, although the terms of the site forbid any automated collection.
It gives Fenwick until the end of the month to say which pictures it holds, for what it has used them, and to whom it
has passed them on. A spokeswoman for Fenwick said that the company had received the letter and was studying it. She
added that training on public pictures was lawful in every country in which the company works. Halvorsen has licensed
its archive to two other makers of such programs since last spring, for sums that neither side would name. Photographers
who sell through the library receive a share of that money, which some of them have called a pittance. Lawyers who
follow the field expect a complaint within weeks, since talks between both companies had broken off in February. A
similar quarrel between a newspaper and a search engine was settled last year after eleven months, and the terms of that
settlement remain sealed by order of the court.
"""

OTHER_REPORT = """
Fenwick, whose program draws pictures from a few typed words, faces a demand by the stock agency Halvorsen to hand over
a list of all photographs in its training set. The demand came in a letter dated Monday and seen by this newspaper.
Among engineers it has long been an open secret that the large collections of pictures used in research contain agency
material with visible watermarks. Halvorsen's chief executive told an investor call in January that the agency would
"defend every frame". Shares rose two percent after the letter became known. What the agency wants in the end is money,
says a professor of copyright law in Utrecht: a licence costs it nothing and would set a price for everybody else.
Fenwick points to a ruling of a regional court that allowed text and data mining by a research group. Whether that
exception covers a commercial service is disputed, and the highest court has not decided it. Both firms declined to say
whether they are still talking to each other. For the photographers themselves, little changes for now, an association
of freelancers said, because their contracts leave such decisions to the agency alone.
"""

HARVEST = """
The harvest of apples in the valley will be the smallest for thirty years, growers said at their meeting on Saturday.
Late frost in April killed most of the blossom in orchards below four hundred metres, and hail in July damaged what had
been left. Prices at the cooperative have risen by a third since August. The chair of the growers' union asked the
regional government for help with nets and wind machines, which cost about twelve thousand a hectare. A minister who
attended promised an answer before Christmas. Older varieties suffered less, because they blossom later, and several
farms plan to plant them again. Cider makers have begun to buy fruit from across the border. For visitors the apple
festival will take place all the same, with a smaller parade and, as the organisers put it, with more music. Schools in
the valley have been given the usual week off so that pupils can help with the picking, as they have been since the war.
"""

MERGER = """
The map maker Tellurian will buy its rival Brightwater for 340 million euros, both said on 14 March in Rotterdam. The
offer of 27 euros a share is 18 percent above the price at the close of trading in Amsterdam on Friday. Tellurian sells
road data to Volkswagen, Renault and the postal service of Denmark; Brightwater measures coasts for ports in Antwerp,
Gdansk and Bilbao. Together they would have 2,150 people and a revenue of 610 million euros, of which 44 percent comes
from outside the European Union. The pension fund of Zeeland, which holds 12 percent of Brightwater, called the price
"fair but not generous". Regulators in Brussels and London have to agree; Tellurian expects this before October. It
would pay half of the sum from a loan that ING and Rabobank have granted, and keep the laboratory in Bergen, where 90
engineers work on sonar. In 2019 Brightwater had refused an offer by Cartesia, a firm from Toronto, of 21 euros a share.
"""

SAME_MERGER = """
Brightwater, which surveys harbours from Gdansk to Bilbao, has agreed to be taken over. Cartesia of Toronto tried in
2019 and failed; this time the buyer is Tellurian, and the price of 27 euros a share persuaded the board. Analysts at
Rabobank, who also lend money for the purchase together with ING, see little overlap: cars from Renault and Volkswagen
use the maps of Tellurian, whereas the ships that call at Antwerp rely on Brightwater. In Bergen, 90 engineers wonder
what comes next. Unions in Rotterdam asked for guarantees until 2030. Shares in Amsterdam rose to 26.80 euros on Monday.
The European Union and London will look at the deal of 340 million euros, and Zeeland, through its pension fund with 12
percent, has a word to say too. Denmark renewed its contract for postal addresses in March for another 4 years.
"""


def spun(text: str) -> str:
    """Exchange every ordinary word of three letters or more, and leave names and numbers where they stand."""
    return re.sub(r"\b[a-z]{3,}\b", lambda word: word[0][::-1], text)


def rewritten(text: str, *, share: float, seed: int = 1) -> str:
    """Exchange a share of the words for others, as a program does that spins texts."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    return " ".join(
        f"synonym{seed}of{number}" if chance.random() < share else word for number, word in enumerate(text.split())
    )


def shortened(text: str, *, words: int) -> str:
    """Keep the first words, as an aggregator does."""
    return " ".join(text.split()[:words])
