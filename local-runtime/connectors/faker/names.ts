/** Directives of the Java library by what gives the same in the library of names; one line a provider. */
const BY_PROVIDER: Readonly<Record<string, string>> = {
  name: 'fullname=person.fullName name=person.fullName namewithmiddle=person.fullName firstname=person.firstName lastname=person.lastName prefix=person.prefix suffix=person.suffix title=person.jobTitle username=internet.username',
  address:
    'city=location.city cityname=location.city country=location.country countrycode=location.countryCode state=location.state stateabbr=location.state streetname=location.street streetaddress=location.streetAddress streetaddressnumber=location.buildingNumber buildingnumber=location.buildingNumber secondaryaddress=location.secondaryAddress fulladdress=location.streetAddress zipcode=location.zipCode postcode=location.zipCode latitude=location.latitude longitude=location.longitude timezone=location.timeZone lat=location.latitude lon=location.longitude',
  country:
    'name=location.country countrycode2=location.countryCode capital=location.city currencycode=finance.currencyCode currency=finance.currencyName',
  nation: 'capitalcity=location.city language=location.language',
  internet:
    'emailaddress=internet.email safeemailaddress=internet.exampleEmail username=internet.username domainname=internet.domainName domainword=internet.domainWord domainsuffix=internet.domainSuffix url=internet.url ipv4address=internet.ipv4 publicipv4address=internet.ipv4 privateipv4address=internet.ipv4 ipv6address=internet.ipv6 macaddress=internet.mac useragent=internet.userAgent useragentany=internet.userAgent botuseragentany=internet.userAgent password=internet.password httpmethod=internet.httpMethod image=image.url avatar=image.avatar slug=lorem.slug port=internet.port',
  commerce:
    'department=commerce.department productname=commerce.productName material=commerce.productMaterial brand=company.name vendor=company.name promotioncode=commerce.isbn',
  company:
    'name=company.name industry=commerce.department buzzword=company.buzzNoun catchphrase=company.catchPhrase bs=company.buzzPhrase profession=person.jobType url=internet.url suffix=person.suffix logo=image.url',
  finance: 'iban=finance.iban bic=finance.bic creditcard=finance.creditCardNumber',
  business: 'creditcardnumber=finance.creditCardNumber creditcardtype=finance.creditCardIssuer',
  currency: 'name=finance.currencyName code=finance.currencyCode',
  stock: 'nsdqsymbol=finance.currencyCode nysesymbol=finance.currencyCode',
  crypto: 'bitcoinaddress=finance.bitcoinAddress',
  phonenumber: 'phonenumber=phone.number cellphone=phone.number',
  lorem:
    'word=lorem.word words=lorem.words sentence=lorem.sentence sentences=lorem.sentences paragraph=lorem.paragraph paragraphs=lorem.paragraphs fixedstring=lorem.sentence',
  color: 'name=color.human hex=color.rgb',
  app: 'name=commerce.product version=system.semver author=person.fullName',
  job: 'title=person.jobTitle field=person.jobArea seniority=person.jobDescriptor position=person.jobType keyskills=person.jobType',
  demographic: 'sex=person.sex',
  gender: 'types=person.gender binarytypes=person.sex',
  book: 'title=book.title author=book.author genre=book.genre publisher=book.publisher',
  music: 'genre=music.genre instrument=music.songName',
  artist: 'name=music.artist',
  rockband: 'name=music.artist',
  cat: 'name=animal.petName breed=animal.cat',
  dog: 'name=animal.petName breed=animal.dog',
  animal: 'name=animal.type',
  food: 'ingredient=food.ingredient spice=food.spice dish=food.dish fruit=food.fruit vegetable=food.vegetable vegetables=food.vegetable',
  aviation: 'airport=airline.airport aircraft=airline.airplane airline=airline.airline flight=airline.flightNumber',
  vehicle:
    'make=vehicle.manufacturer model=vehicle.model makeandmodel=vehicle.vehicle vin=vehicle.vin color=vehicle.color fueltype=vehicle.fuel licenseplate=vehicle.vrm manufacturer=vehicle.manufacturer',
  file: 'filename=system.filePath extension=system.fileExt mimetype=system.mimeType',
  code: 'isbn10=commerce.isbn isbn13=commerce.isbn ean13=commerce.upc ean8=commerce.upc asin=commerce.isbn imei=phone.imei',
  hacker:
    'abbreviation=hacker.abbreviation adjective=hacker.adjective noun=hacker.noun verb=hacker.verb ingverb=hacker.ingverb',
  science: 'element=science.chemicalElement',
  university: 'name=company.name',
  idnumber: 'valid=finance.routingNumber invalid=finance.routingNumber',
  team: 'name=company.name sport=word.noun',
};

let paths: ReadonlyMap<string, string> | undefined;

/** Path in the library of names by directive, both parts in lower case without `_`. Made with the first expression. */
export function namePaths(): ReadonlyMap<string, string> {
  paths ??= new Map(
    Object.entries(BY_PROVIDER).flatMap(([provider, methods]) =>
      methods.split(' ').map((method): [string, string] => {
        const [name = '', path = ''] = method.split('=');
        return [`${provider}.${name}`, path];
      }),
    ),
  );
  return paths;
}
