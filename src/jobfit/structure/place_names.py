"""Large cities and countries (folded, blanks for dashes, English and French) and the one name that is compared."""

from __future__ import annotations

# canonical name: other spellings
_CITIES = """paris lyon marseille toulouse nice nantes montpellier strasbourg bordeaux lille rennes reims toulon
grenoble dijon angers nimes villeurbanne clermont-ferrand le-havre saint-etienne tours metz nancy
rouen caen orleans mulhouse brest annecy aix-en-provence amiens limoges london=londres manchester
birmingham leeds glasgow edinburgh=edimbourg bristol liverpool cardiff dublin cork
brussels=bruxelles antwerp=anvers ghent=gand liege luxembourg geneva=geneve zurich lausanne
basel=bale bern=berne berlin munich=munchen hamburg=hambourg frankfurt=francfort cologne stuttgart
vienna=vienne madrid barcelona=barcelone valencia lisbon=lisbonne porto rome=roma milan=milano turin
amsterdam rotterdam eindhoven utrecht copenhagen=copenhague stockholm oslo helsinki warsaw=varsovie
krakow=cracovie prague budapest bucharest=bucarest sofia athens=athenes istanbul kyiv=kiev
moscow=moscou saint-petersburg=st-petersburg minsk tel-aviv=tel-aviv-yafo jerusalem haifa
ashdod ashkelon bat-yam beer-sheva=beersheba=be-er-sheva herzliya holon kiryat-bialik nahariya
netanya petah-tikva=petah-tiqva ramat-gan rehovot rishon-lezion dubai
casablanca tunis algiers=alger dakar abidjan new-york=new-york-city=nyc boston chicago san-francisco
los-angeles seattle austin toronto montreal vancouver quebec singapore=singapour tokyo sydney
melbourne bangalore=bengaluru mumbai delhi"""
_COUNTRIES = """france united-kingdom=uk=royaume-uni=england=angleterre ireland=irlande belgium=belgique
switzerland=suisse germany=allemagne austria=autriche spain=espagne portugal italy=italie
netherlands=pays-bas denmark=danemark sweden=suede norway=norvege finland=finlande poland=pologne
czech-republic=republique-tcheque hungary=hongrie romania=roumanie bulgaria=bulgarie greece=grece
turkey=turquie ukraine russia=russie belarus=bielorussie israel morocco=maroc tunisia=tunisie
algeria=algerie senegal united-states=usa=etats-unis canada australia=australie india=inde
japan=japon china=chine brazil=bresil"""
_REGIONS = """ile-de-france=idf=region-parisienne auvergne-rhone-alpes bretagne=brittany normandie=normandy
occitanie nouvelle-aquitaine hauts-de-france grand-est pays-de-la-loire centre-val-de-loire
bourgogne-franche-comte corse provence=paca guadeloupe martinique guyane mayotte la-reunion europe"""


def _spellings(table: str) -> dict[str, str]:
    result = {}
    for entry in table.split():
        names = [name.replace("-", " ") for name in entry.split("=")]
        result.update(dict.fromkeys(names, names[0]))
    return result


CITIES = _spellings(_CITIES)
COUNTRIES = _spellings(_COUNTRIES)
REGIONS = _spellings(_REGIONS)
# Words of English or French, or names of people, when they are not written as a place in so many words.
UNSURE = frozenset(
    {
        "nice",
        "tours",
        "cork",
        "nancy",
        "reading",
        "turkey",
        "sofia",
        "vienne",
        "quebec",
        "uk",
        "florence",
        "bath",
        "bale",
        "gand",
    }
)
