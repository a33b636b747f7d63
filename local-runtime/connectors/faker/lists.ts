/** Directives that pick from a few names: what recipes and tutorials like, and our library of names has not. */
const TEXTS: Readonly<Record<string, string>> = {
  'harrypotter.character':
    'Harry Potter|Hermione Granger|Ron Weasley|Albus Dumbledore|Severus Snape|Sirius Black|Draco Malfoy|Luna Lovegood|Rubeus Hagrid|Neville Longbottom|Minerva McGonagall|Lord Voldemort|Dobby|Ginny Weasley',
  'harrypotter.location':
    'Hogwarts|Diagon Alley|Hogsmeade|The Burrow|Azkaban|Gringotts|The Great Hall|Platform Nine and Three-Quarters|Ministry of Magic|Shrieking Shack|Little Hangleton',
  'harrypotter.spell':
    'Accio|Alohomora|Expelliarmus|Expecto Patronum|Lumos|Nox|Obliviate|Protego|Riddikulus|Sectumsempra|Stupefy|Wingardium Leviosa|Petrificus Totalus|Avada Kedavra',
  'harrypotter.house': 'Gryffindor|Hufflepuff|Ravenclaw|Slytherin',
  'superhero.name':
    'Captain Arrow|Doctor Flame|Iron Falcon|Night Panther|Silver Comet|Storm Maiden|The Green Shield|Ultra Hawk',
  'superhero.power': 'Flight|Invisibility|Super Strength|Telepathy|Time Travel|Teleportation|Shapeshifting',
  'gameofthrones.character':
    'Arya Stark|Brienne of Tarth|Cersei Lannister|Daenerys Targaryen|Jaime Lannister|Jon Snow|Sansa Stark|Tyrion Lannister|Bran Stark|Theon Greyjoy',
  'gameofthrones.house': 'Arryn|Baratheon|Greyjoy|Lannister|Martell|Stark|Targaryen|Tully|Tyrell',
  'gameofthrones.city': 'Braavos|King’s Landing|Meereen|Oldtown|Pentos|Volantis|White Harbor|Winterfell',
  'startrek.character':
    'James T. Kirk|Spock|Jean-Luc Picard|Data|Kathryn Janeway|Benjamin Sisko|Nyota Uhura|Worf|Seven of Nine',
  'startrek.location': 'Cardassia|Qo’noS|Romulus|Vulcan|Bajor|Deep Space Nine|Risa',
  'starwars.character':
    'Luke Skywalker|Leia Organa|Han Solo|Chewbacca|Darth Vader|Yoda|Obi-Wan Kenobi|R2-D2|Padmé Amidala',
  'starwars.planet': 'Tatooine|Hoth|Endor|Naboo|Coruscant|Dagobah|Alderaan',
  'lordoftherings.character':
    'Frodo Baggins|Samwise Gamgee|Gandalf|Aragorn|Legolas|Gimli|Boromir|Galadriel|Elrond|Gollum',
  'lordoftherings.location': 'Rivendell|Mordor|The Shire|Minas Tirith|Isengard|Lothlórien|Helm’s Deep',
  'hobbit.character': 'Bilbo Baggins|Thorin Oakenshield|Gandalf|Smaug|Balin|Dwalin|Kíli|Fíli',
  'pokemon.name': 'Bulbasaur|Charmander|Squirtle|Pikachu|Eevee|Snorlax|Mewtwo|Jigglypuff|Psyduck',
  'pokemon.location': 'Pallet Town|Viridian City|Pewter City|Cerulean City|Lavender Town|Saffron City',
  'friends.character': 'Chandler Bing|Joey Tribbiani|Monica Geller|Phoebe Buffay|Rachel Green|Ross Geller',
  'rickandmorty.character': 'Rick Sanchez|Morty Smith|Summer Smith|Beth Smith|Jerry Smith|Birdperson',
  'beer.name': 'Old Rasputin|Pliny the Elder|Two Hearted Ale|Trappistes Rochefort 10|Orval|Ten FIDY|Stone IPA|Duvel',
  'beer.style': 'IPA|Stout|Porter|Pilsner|Belgian Ale|Sour Ale|Amber Lager|Wheat Beer',
  'coffee.blendname': 'Morning Bean|Dark Equinox|Summer Light|Winter Star|Red Forest',
  'coffee.country': 'Brazil|Colombia|Ethiopia|Honduras|Kenya|Vietnam',
  'programminglanguage.name': 'C|C++|Go|Haskell|Java|JavaScript|Kotlin|Python|Ruby|Rust|Scala|SQL|TypeScript',
  'weather.description': 'Clear|Cloudy|Drizzle|Fog|Heavy rain|Light snow|Partly sunny|Thunderstorm|Windy',
  'esports.team': 'Cloud9|Evil Geniuses|Fnatic|G2|Team Liquid|Virtus.pro',
  'esports.player': 'Coldzera|Dendi|Faker|Flash|s1mple|Puppey',
  'esports.game': 'CS:GO|Dota 2|Hearthstone|League of Legends|Overwatch|StarCraft II',
  'medical.symptoms': 'Cough|Dizziness|Fatigue|Fever|Headache|Nausea|Rash',
  'medical.medicinename': 'Amoxicillin|Aspirin|Ibuprofen|Metformin|Paracetamol',
  'medical.diseasename': 'Asthma|Bronchitis|Diabetes|Influenza|Migraine',
  'slackemoji.emoji': ':smile:|:heart:|:tada:|:rocket:|:thumbsup:',
  'subscription.plans': 'Basic|Business|Free Trial|Gold|Premium|Professional|Standard|Starter',
  'subscription.statuses': 'Active|Blocked|Idle|Pending',
  'subscription.paymentmethods': 'Cash|Cheque|Credit card|Debit card|Paypal',
  'device.modelname': 'Galaxy S24|iPhone 15|Pixel 8|Xperia 1',
  'device.platform': 'Android OS|Linux|iOS|Windows',
  'device.manufacturer': 'Apple|Google|Samsung|Sony|Xiaomi',
  'house.furniture': 'bed|chair|cupboard|desk|sofa|table',
  'house.room': 'attic|bathroom|bedroom|kitchen|living room|study',
};

/** The names that a directive picks from; undefined for another directive. */
export function listOf(directive: string): readonly string[] | undefined {
  return Object.hasOwn(TEXTS, directive) ? TEXTS[directive]?.split('|') : undefined;
}
